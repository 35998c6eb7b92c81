//! `zd job list`.

use zd_model::JobStatus;
use zd_users::endpoints::ListJobs;
use zd_users::{Endpoint, Paged};

use super::{HEADER, row};
use crate::args::JobListArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Lists the account's jobs, newest first.
pub(crate) async fn list(args: JobListArgs, context: &Context) -> Result<Exit, Failure> {
    if context.prints_curl() {
        context.print_curl(&ListJobs::new())?;
        return Ok(Exit::Done);
    }
    let account = context.account()?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let mut jobs: Vec<JobStatus> = Vec::new();
    let mut next = Some(ListJobs::new());
    while let Some(call) = next {
        let page = account
            .client
            .jobs()
            .list(call.clone())
            .page()
            .await
            .map_err(|error| account.failure(&error))?;
        next = call
            .following(&page)
            .map_err(|error| account.failure(&zd_users::Error::paging(call.operation(), error)))?;
        jobs.extend(page.job_statuses);
        if jobs.len() >= limit || context.out.is_closed() {
            break;
        }
    }
    jobs.truncate(limit);
    if context.global.json {
        context.out.json(&jobs)?;
    } else if jobs.is_empty() {
        context.out.note("no jobs in the last day");
    } else {
        let rows: Vec<Vec<String>> = jobs.iter().map(row).collect();
        context.out.table(&HEADER, &rows)?;
    }
    Ok(Exit::Done)
}
