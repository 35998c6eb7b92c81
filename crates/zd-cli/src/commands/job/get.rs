//! `zd job get`.

use zd_model::{EntryVerdict, JobId, JobResult, JobStatus};
use zd_users::endpoints::ShowJob;

use super::{SHAPE, entries, progress};
use crate::args::JobGetArgs;
use crate::commands::caller::Caller;
use crate::exit::Exit;
use crate::failure::Failure;

/// Shows a job and what became of its entries.
pub(super) async fn get(args: JobGetArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let call = ShowJob::new(JobId::new(args.id));
    if let Some(job) = caller.call(&call).await? {
        caller
            .context
            .printer
            .record_as(&SHAPE, &job, &rows(&job))?;
    }
    Ok(Exit::Done)
}

fn rows(job: &JobStatus) -> Vec<Vec<String>> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let mut rows = vec![
        vec!["id".to_owned(), job.id.to_string()],
        vec!["job_type".to_owned(), text(job.job_type.as_deref())],
        vec!["status".to_owned(), job.status.to_string()],
        vec!["progress".to_owned(), progress(job)],
        vec!["message".to_owned(), text(job.message.as_deref())],
        vec!["entries".to_owned(), entries(job)],
    ];
    rows.retain(|row| !row[1].is_empty());
    for (place, entry) in job.results.entries().unwrap_or_default().iter().enumerate() {
        rows.push(vec![format!("entry {place}"), entry_text(entry)]);
    }
    rows
}

fn entry_text(entry: &JobResult) -> String {
    let id = |id: Option<zd_model::UserId>| id.map_or_else(String::new, |id| format!(" {id}"));
    let key = entry
        .external_id
        .as_deref()
        .map(|key| format!(" ext:{key}"))
        .or_else(|| entry.email.as_deref().map(|key| format!(" {key}")))
        .unwrap_or_default();
    match entry.verdict() {
        EntryVerdict::Created(user) => format!("created{}{key}", id(user)),
        EntryVerdict::Updated(user) => format!("updated{}{key}", id(user)),
        EntryVerdict::Deleted(user) => format!("deleted{}{key}", id(user)),
        EntryVerdict::Succeeded(user) => format!("done{}{key}", id(user)),
        EntryVerdict::Failed { code, details } => {
            let words: Vec<String> = [code, details].into_iter().flatten().collect();
            format!("failed{key} {}", words.join(": "))
        }
        _ => format!("unclear{key}"),
    }
}
