//! `zd job`.

mod get;
mod list;
mod wait;

use zd_model::{EntryVerdict, JobStatus};

pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use wait::wait;

const HEADER: [&str; 5] = ["ID", "STATUS", "PROGRESS", "ENTRIES", "MESSAGE"];

/// A job in a table.
fn row(job: &JobStatus) -> Vec<String> {
    vec![
        job.id.to_string(),
        job.status.to_string(),
        progress(job),
        entries(job),
        job.message.as_deref().unwrap_or_default().to_owned(),
    ]
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
