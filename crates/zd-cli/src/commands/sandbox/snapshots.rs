//! `zd sandbox snapshot`, `restore`, `snapshots` and `reset`.

use serde_json::{Value, json};

use super::bench::{Bench, encoded};
use super::stop::done;
use crate::args::SnapshotsCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const SNAPSHOT: Shape = Shape::new("snapshot", "snapshots", &["name", "at", "users"]);

/// Keeps the account as it is.
pub(super) async fn keep(name: &str, bench: &Bench<'_>) -> Result<Exit, Failure> {
    bench.post(&place(name)?, &json!({})).await?;
    changed(bench, "kept", name)
}

/// Puts the account back.
pub(super) async fn restore(name: &str, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let path = format!("{}/restore", place(name)?);
    bench.post(&path, &json!({})).await?;
    changed(bench, "restored", name)
}

/// Lists snapshots, or deletes one.
pub(super) async fn run(
    command: Option<SnapshotsCommand>,
    bench: &Bench<'_>,
) -> Result<Exit, Failure> {
    match command.unwrap_or(SnapshotsCommand::List) {
        SnapshotsCommand::List => {
            let snapshots = bench.list(bench.get("snapshots").await?, "snapshots")?;
            bench.write(&SNAPSHOT, &snapshots)?;
            Ok(Exit::Done)
        }
        SnapshotsCommand::Delete { name } => {
            bench.delete(&place(&name)?).await?;
            changed(bench, "deleted", &name)
        }
    }
}

/// Puts everything back to how it started.
pub(super) async fn reset(bench: &Bench<'_>) -> Result<Exit, Failure> {
    bench.post("reset", &json!({})).await?;
    done(bench, "reset", json!({}))?;
    Ok(Exit::Done)
}

fn place(name: &str) -> Result<String, Failure> {
    if name.trim().is_empty() {
        return Err(Failure::usage("a snapshot needs a name").fix("zd sandbox snapshot before"));
    }
    Ok(format!("snapshots/{}", encoded(name)))
}

fn changed(bench: &Bench<'_>, status: &str, name: &str) -> Result<Exit, Failure> {
    let printer = &bench.context.printer;
    if printer.is_plain() {
        printer.change(status, &SNAPSHOT, name, &Value::Null)?;
    } else {
        let shape = Shape::new("snapshot", "snapshots", &["status", "name"]);
        printer.record(&shape, &json!({"status": status, "name": name}))?;
    }
    Ok(Exit::Done)
}
