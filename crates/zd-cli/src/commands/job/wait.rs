//! `zd job wait`.

use serde_json::{Value, json};
use zd_model::{JobId, JobState, JobStatus};
use zd_users::{WaitOptions, Waited};

use super::{SHAPE, has_failures, summarize};
use crate::args::JobWaitArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;
use crate::{codes, curl};

/// What is known of a job that was waited for; tables show the job itself.
const WAITED: Shape = SHAPE.viewed(|record| {
    let gone = record["gone"] == true;
    let id = record["id"].take();
    let mut job = record["job_status"].take();
    if job.is_object() {
        summarize(&mut job);
    } else {
        job = json!({"id": id, "status": "unknown"});
    }
    if gone {
        job["status"] = Value::from("gone");
    }
    *record = job;
});

/// Waits for jobs: exit 0 when all are completed without a failed entry, 8 when some still run, 3 when some are not
/// known, 6 when some failed.
pub(super) async fn wait(args: JobWaitArgs, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    let mut ids: Vec<JobId> = Vec::new();
    for id in args.ids.iter().map(|id| JobId::new(id.trim())) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let account = context.account()?;
    let mut options = WaitOptions::new();
    if let Some(timeout) = args.timeout {
        options = options.timeout(timeout);
    }
    let waited = account
        .client
        .jobs()
        .wait(ids, options)
        .await
        .map_err(|error| account.failure(&error))?;

    let (mut pending, mut gone, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    let mut values = Vec::new();
    for job in &waited {
        let seen: Option<&JobStatus> = match &job.end {
            Waited::Ended(status) => {
                if status.status != JobState::Completed || has_failures(status) {
                    failed.push(job.id.to_string());
                }
                Some(status)
            }
            Waited::Pending(last) => {
                pending.push(job.id.to_string());
                last.as_deref()
            }
            Waited::Gone(last) => {
                gone.push(job.id.to_string());
                last.as_deref()
            }
            _ => None,
        };
        values.push(json!({
            "id": job.id,
            "ended": matches!(job.end, Waited::Ended(_)),
            "gone": matches!(job.end, Waited::Gone(_)),
            "job_status": seen,
        }));
    }
    let mut listing = context.printer.list(&WAITED);
    for value in &values {
        listing.push(value)?;
    }
    listing.end()?;
    let count = |ids: &[String], words: &str| match ids.len() {
        1 => format!("1 job {words}"),
        count => format!("{count} jobs {words}"),
    };
    let again = |command: &str, ids: &[String]| {
        let ids: Vec<String> = ids.iter().map(|id| curl::quote(id)).collect();
        format!("{command} {}", ids.join(" "))
    };
    if !pending.is_empty() {
        return Err(
            Failure::new(&codes::PENDING, count(&pending, "not ended in time"))
                .at("account", &account.name)
                .fix(again("zd job wait", &pending)),
        );
    }
    if !gone.is_empty() {
        return Err(
            Failure::new(&codes::JOB_NOT_FOUND, count(&gone, "not known to Zendesk"))
                .at("account", &account.name)
                .detail("jobs", gone.join(", ")),
        );
    }
    if let Some(first) = failed.first() {
        return Err(Failure::new(
            &codes::JOB_FAILED,
            count(&failed, "with something that failed"),
        )
        .at("account", &account.name)
        .fix(again("zd job get", std::slice::from_ref(first))));
    }
    Ok(Exit::Done)
}
