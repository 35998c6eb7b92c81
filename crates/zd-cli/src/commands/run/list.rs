//! `zd run list`.

use serde_json::{Value, json};
use zd_import::JournalError;

use super::facts::Facts;
use crate::args::RunListArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;
use crate::runs::{RunDir, RunStore};

const SHAPE: Shape = Shape::new(
    "run",
    "runs",
    &[
        "id", "begun_at", "account", "input", "rows", "done", "state",
    ],
)
.viewed(view);

/// Lists the runs. One whose journal cannot be read is a line, and no reason not to show the others.
pub(super) fn run(args: &RunListArgs, context: &Context) -> Result<Exit, Failure> {
    let runs = RunStore::of(context)?.list()?;
    let wanted = args
        .limit
        .wanted()
        .and_then(|most| usize::try_from(most).ok());
    let shown = wanted.unwrap_or(runs.len()).min(runs.len());
    let mut list = context.printer.list(&SHAPE);
    for run in &runs[..shown] {
        list.push(&record(run))?;
        if context.out.is_closed() {
            break;
        }
    }
    list.end()?;
    if !context.printer.is_for_programs() {
        if runs.is_empty() {
            context.out.note("no runs yet: zd import FILE  begins one");
        } else if shown < runs.len() {
            context
                .out
                .note(&format!("{} more: --all shows them", runs.len() - shown));
        }
    }
    Ok(Exit::Done)
}

fn record(run: &RunDir) -> Value {
    match Facts::read(run) {
        Ok(facts) => of(&facts),
        Err(error) => json!({
            "id": run.id,
            "state": match error {
                JournalError::Damaged { .. } | JournalError::Inconsistent { .. } => "damaged",
                JournalError::Newer { .. } => "newer",
                _ => "unreadable",
            },
            "error": error.to_string(),
            "directory": run.path,
        }),
    }
}

/// A run, for programs.
pub(super) fn of(facts: &Facts) -> Value {
    let counts = &facts.counts;
    json!({
        "id": facts.run.id,
        "begun_at": facts.begun().map(|at| at.timestamp().to_string()),
        "account": facts.account(),
        "input": facts.input(),
        "rows": facts.rows(),
        "done": counts.rows,
        "state": facts.state().name(),
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "failed": counts.failed,
        "invalid": counts.invalid,
        "indeterminate": counts.indeterminate,
        "unprocessed": facts.unprocessed(),
        "in_flight": facts.in_flight,
        "stopped": facts.stopped(),
        "process": facts.holder.and_then(|holder| holder.process),
        "retries": facts.settings.as_ref().and_then(|settings| settings.retries.clone()),
        "directory": facts.run.path,
    })
}

/// What a table shows instead, so that a line has room for it: local time, the subdomain, the input's last name.
fn view(record: &mut Value) {
    if let Some(at) = record["begun_at"].as_str()
        && let Ok(at) = at.parse::<jiff::Timestamp>()
    {
        let local = at.to_zoned(jiff::tz::TimeZone::system());
        record["begun_at"] = local.strftime("%m-%d %H:%M").to_string().into();
    }
    if let Some(account) = record["account"].as_str() {
        let short = account.strip_suffix(".zendesk.com").unwrap_or(account);
        record["account"] = short.into();
    }
    if let Some(input) = record["input"].as_str()
        && let Some(name) = std::path::Path::new(input).file_name()
    {
        record["input"] = name.to_string_lossy().into();
    }
    if record["state"] == "finished_with_failures" {
        record["state"] = "failures".into();
    }
}
