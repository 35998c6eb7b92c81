//! `zd sandbox clock`.

use serde_json::{Value, json};

use super::bench::Bench;
use crate::args::ClockCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Shape, clean};

const CLOCK: Shape = Shape::new("clock", "clocks", &["now", "scale", "frozen"]);

/// Shows the clock, or moves it and shows it.
pub(super) async fn run(command: Option<ClockCommand>, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let change = match command.unwrap_or(ClockCommand::Show) {
        ClockCommand::Show => None,
        ClockCommand::Advance { time } => Some(json!({"advance": time})),
        ClockCommand::Freeze => Some(json!({"freeze": true})),
        ClockCommand::Resume => Some(json!({"freeze": false})),
        ClockCommand::Jump { time } => Some(json!({"jump_to": time})),
        ClockCommand::Scale { factor } => Some(json!({"scale": factor})),
    };
    let answer = match change {
        None => bench.get("clock").await?,
        Some(change) => bench.post("clock", &change).await?,
    };
    let clock = bench.with(answer, "now")?;
    let lines = [vec!["clock".to_owned(), text(&clock)]];
    bench.context.printer.record_as(&CLOCK, &clock, &lines)?;
    Ok(Exit::Done)
}

/// `2026-05-02T10:00:00Z, frozen`.
pub(super) fn text(clock: &Value) -> String {
    let mut text = clean(clock["now"].as_str().unwrap_or_default()).into_owned();
    if clock["frozen"] == true {
        text.push_str(", frozen");
    }
    match clock["scale"].as_f64() {
        None => {}
        Some(scale) if (scale - 1.0).abs() < f64::EPSILON => {}
        Some(scale) => text.push_str(&format!(", {scale} times as fast")),
    }
    text
}
