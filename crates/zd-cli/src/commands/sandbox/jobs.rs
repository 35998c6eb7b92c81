//! `zd sandbox jobs`.

use serde_json::{Value, json};

use super::bench::{Bench, encoded};
use crate::args::JobsCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// A job; tables show its progress beside its total.
const JOB: Shape = Shape::new(
    "job",
    "jobs",
    &["id", "status", "progress", "operation", "created_at"],
)
.viewed(|job| {
    if job.get("operation").is_none() {
        job["operation"] = job["job_type"].take();
    }
    if job["total"].is_number() {
        let done = job["progress"].as_u64().unwrap_or_default();
        job["progress"] = format!("{done}/{}", job["total"]).into();
    }
});

/// Lists jobs, or leads one by hand.
pub(super) async fn run(command: Option<JobsCommand>, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let (id, change) = match command.unwrap_or(JobsCommand::List) {
        JobsCommand::List => {
            let jobs = bench.list(bench.get("jobs").await?, "jobs")?;
            bench.write(&JOB, &jobs)?;
            return Ok(Exit::Done);
        }
        JobsCommand::Finish { id, end } => (id, json!({"finish": end.name()})),
        JobsCommand::Advance { id, entries } => (id, json!({"advance": entries})),
    };
    let job = bench
        .post(&format!("jobs/{}", encoded(id.trim())), &change)
        .await?;
    show(bench, &job)?;
    Ok(Exit::Done)
}

fn show(bench: &Bench<'_>, job: &Value) -> Result<(), Failure> {
    // Alone or under a name of its own.
    let job = job.get("job").unwrap_or(job);
    bench.write(&JOB, std::slice::from_ref(job))
}
