//! `zd sandbox fault`.

use bytes::Bytes;

use super::bench::Bench;
use crate::args::FaultCommand;
use crate::commands::source;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const FAULT: Shape = Shape::new("fault", "faults", &["id", "rule", "seen", "struck"]);

/// A file of rules has no reason to be larger.
const LARGEST_MIB: u64 = 1;

/// Lists, adds or clears faults.
pub(super) async fn run(command: Option<FaultCommand>, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let answer = match command.unwrap_or(FaultCommand::List) {
        FaultCommand::List => bench.get("faults").await?,
        FaultCommand::Add { rules, file } => {
            let mut text = rules.join("\n");
            if let Some(file) = file {
                let fix = "keep a rule on each line, and nothing else";
                let bytes = source::read(&file, LARGEST_MIB, fix)?;
                text.push('\n');
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
            bench
                .post_as("faults", "text/plain", Bytes::from(text))
                .await?
        }
        FaultCommand::Clear { id } => {
            let path = id.map_or_else(|| "faults".to_owned(), |id| format!("faults/{id}"));
            bench.delete(&path).await?;
            let id = id.map_or_else(|| "all".to_owned(), |id| id.to_string());
            let printer = &bench.context.printer;
            printer.change("cleared", &FAULT, &id, &serde_json::Value::Null)?;
            return Ok(Exit::Done);
        }
    };
    bench.write(&FAULT, &bench.list(answer, "faults")?)?;
    Ok(Exit::Done)
}
