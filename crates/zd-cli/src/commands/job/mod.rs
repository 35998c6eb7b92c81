//! `zd job`.

mod get;
mod wait;

use serde::Deserialize as _;
use serde_json::Value;
use zd_model::{EntryVerdict, JobStatus};
use zd_users::endpoints::ListJobs;

use super::caller::Caller;
use crate::args::JobCommand;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// A job, as tables show it.
const SHAPE: Shape = Shape::JOB.viewed(summarize);

/// Runs a command about jobs.
pub(super) async fn run(command: JobCommand, context: &Context) -> Result<Exit, Failure> {
    match command {
        JobCommand::List(args) => {
            let caller = Caller::new(context)?;
            caller.list(&SHAPE, ListJobs::new(), &args.limit).await
        }
        JobCommand::Get(args) => get::get(args, &Caller::new(context)?).await,
        JobCommand::Wait(args) => wait::wait(args, context).await,
    }
}

/// Says progress and entries in a few words.
fn summarize(record: &mut Value) {
    let Ok(job) = JobStatus::deserialize(&*record) else {
        return;
    };
    record["progress"] = progress(&job).into();
    record["entries"] = entries(&job).into();
}

fn progress(job: &JobStatus) -> String {
    match (job.progress.value(), job.total.value()) {
        (Some(done), Some(total)) => format!("{done}/{total}"),
        (None, Some(total)) => format!("0/{total}"),
        (Some(done), None) => done.to_string(),
        (None, None) => String::new(),
    }
}

/// What became of the entries: `90 created, 9 updated, 1 failed`.
fn entries(job: &JobStatus) -> String {
    let Some(entries) = job.results.entries() else {
        return String::new();
    };
    let (mut created, mut updated, mut failed, mut others) = (0, 0, 0, 0);
    for entry in entries {
        *match entry.verdict() {
            EntryVerdict::Created(_) => &mut created,
            EntryVerdict::Updated(_) => &mut updated,
            EntryVerdict::Failed { .. } => &mut failed,
            _ => &mut others,
        } += 1;
    }
    let counts = [
        (created, "created"),
        (updated, "updated"),
        (failed, "failed"),
        (others, "other"),
    ];
    let texts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    texts.join(", ")
}

/// Whether an entry of the job was refused.
fn has_failures(job: &JobStatus) -> bool {
    job.results.entries().is_some_and(|entries| {
        entries
            .iter()
            .any(|entry| matches!(entry.verdict(), EntryVerdict::Failed { .. }))
    })
}
