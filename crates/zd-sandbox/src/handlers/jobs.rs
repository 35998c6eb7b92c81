//! Job statuses.

use std::collections::BTreeMap;

use zd_model::operation;

use super::order::Place;
use super::paging::{LONGEST_PAGE, Listed, Paging};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::jobs::{Job, JobView};
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::JOB_STATUSES_LIST, list),
    Route::new(operation::JOB_STATUSES_SHOW, show),
    Route::new(operation::JOB_STATUSES_SHOW_MANY, show_many),
];

const MOST: usize = 100;

/// `GET /job_statuses/{job_id}`
fn show(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let id = call.param(0);
    let State {
        jobs,
        account,
        tally,
        settings,
        ..
    } = state;
    jobs.poll(id, account, tally, now);
    let job = jobs.find(id, settings, now).ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&BTreeMap::from([(
        "job_status",
        job.as_of(jobs, call.base, now),
    )])))
}

/// `GET /job_statuses/show_many`: those that are there, in the order asked for.
fn show_many(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let ids = call
        .query("ids")
        .ok_or_else(|| errors::missing_parameter("ids"))?;
    let ids: Vec<&str> = ids.split(',').filter(|id| !id.is_empty()).collect();
    if ids.len() > MOST {
        return Err(errors::too_many_ids());
    }
    let State {
        jobs,
        account,
        tally,
        settings,
        ..
    } = state;
    for id in &ids {
        jobs.poll(id.trim(), account, tally, now);
    }
    let jobs = &*jobs;
    let found: Vec<JobView<'_>> = ids
        .into_iter()
        .filter_map(|id| jobs.find(id.trim(), settings, now))
        .map(|job| job.as_of(jobs, call.base, now))
        .collect();
    Ok(Reply::ok(&BTreeMap::from([("job_statuses", found)])))
}

/// `GET /job_statuses`: cursor paging only; by completion, then creation, newest first. Those that are not completed come
/// first, by when they will be (assumed).
fn list(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const BY: &str = "completed_at";
    let paging = Paging::by_positions(&call, LONGEST_PAGE, |cursor| Place::read(cursor, BY, true))?;
    let State {
        jobs,
        account,
        tally,
        settings,
        ..
    } = state;
    jobs.poll_all(account, tally, now);
    let all = &*jobs;
    let mut jobs: Vec<(Place, &Job)> = all
        .seen(settings, now)
        .map(|job| (Place::descending(BY, job.end().second(), job.number()), job))
        .collect();
    jobs.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
    let (page, foot) = paging.cut(jobs.into_iter(), &call);
    let jobs: Vec<JobView<'_>> = page
        .iter()
        .map(|job| job.as_of(all, call.base, now))
        .collect();
    Ok(Reply::ok(&Listed {
        name: "job_statuses",
        records: &jobs,
        foot,
    }))
}
