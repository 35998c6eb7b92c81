//! `zd sandbox status` and `zd sandbox differences`.

use serde_json::Value;

use super::bench::Bench;
use super::{clock, settings};
use crate::args::Topic;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Count, Shape, clean};

const STATE: Shape = Shape::new("state", "states", &[]);
const DIFFERENCES: Shape = Shape::new("differences", "differences", &[]);
const BEHAVIOUR: Shape = Shape::new("behaviour", "behaviours", &["area", "behaviour", "known"]);
const CHOICE: Shape = Shape::new("choice", "choices", &["key", "default", "values", "about"]);

/// Shows how a sandbox is.
pub(super) async fn status(bench: &Bench<'_>) -> Result<Exit, Failure> {
    let state = bench.with(bench.get("state").await?, "clock")?;
    let mut lines = vec![vec!["url".to_owned(), bench.url.clone()]];
    for (name, value) in state.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("clock", clock) => lines.push(vec![name.clone(), clock::text(clock)]),
            ("settings", settings) => lines.extend(settings::lines(settings, "settings.")),
            (_, value) => lines.push(vec![name.clone(), text(value)]),
        }
    }
    bench.context.printer.record_as(&STATE, &state, &lines)?;
    Ok(Exit::Done)
}

/// A value on one line; counts by name as `3 completed, 1 failed`.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => clean(text).into_owned(),
        Value::Number(number) => number
            .as_u64()
            .map_or_else(|| number.to_string(), |count| Count(count).to_string()),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Object(counts) if counts.values().all(Value::is_number) => {
            let each = counts
                .iter()
                .map(|(name, count)| format!("{} {}", text(count), name.replace('_', " ")));
            each.collect::<Vec<_>>().join(", ")
        }
        Value::Object(items) => {
            let each = items
                .iter()
                .map(|(name, value)| format!("{name}={}", text(value)));
            each.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// Shows what differs from Zendesk and what can be chosen.
pub(super) async fn differences(which: Option<Topic>, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let answer = bench.with(bench.get("differences").await?, "choices")?;
    let printer = &bench.context.printer;
    let behaviours = || bench.list(answer.clone(), "behaviours");
    let choices = || bench.list(answer.clone(), "choices");
    match which {
        None if printer.is_for_programs() => printer.record(&DIFFERENCES, &answer)?,
        None => {
            bench.write(&BEHAVIOUR, &behaviours()?)?;
            bench.context.out.data("\n")?;
            bench.write(&CHOICE, &choices()?)?;
        }
        Some(Topic::Behaviours) => bench.write(&BEHAVIOUR, &behaviours()?)?,
        Some(Topic::Choices) => bench.write(&CHOICE, &choices()?)?,
    }
    Ok(Exit::Done)
}
