//! Jobs, and how to move them on by hand.

use http::StatusCode;
use serde_json::{Value, json};

use super::{object, refusal};
use crate::clock::Now;
use crate::handlers::State;
use crate::jobs::{Ending, Job};
use crate::reply::Reply;

pub(super) fn list(state: &State, now: Now) -> Reply {
    let jobs: Vec<Value> = state.jobs.iter().map(|job| told(job, now)).collect();
    Reply::ok(&json!({"jobs": jobs}))
}

fn told(job: &Job, now: Now) -> Value {
    json!({
        "id": job.id(),
        "job_type": job.job_type(),
        "status": job.status(now),
        "total": job.total(),
        "progress": job.applied(),
        "created_at": job.created().spelled(),
    })
}

/// `{"finish": "completed"}` or `{"advance": 3}`; `next` is the oldest job that has not ended.
pub(super) fn change(state: &mut State, id: &str, body: &[u8], now: Now) -> Result<Reply, Reply> {
    let wrong = |error: String| {
        let next = "send {\"finish\": \"completed\"}, failed or killed, or {\"advance\": 3}";
        refusal(StatusCode::BAD_REQUEST, error, next)
    };
    let object = object(body)?;
    let State {
        jobs,
        account,
        tally,
        ..
    } = state;
    let found = match (object.get("finish"), object.get("advance")) {
        (Some(ending), None) => {
            let ending = ending.as_str().and_then(Ending::parse);
            let ending = ending.ok_or_else(|| wrong("that is no way to end".to_owned()))?;
            jobs.finish(id, ending, account, tally, now)
        }
        (None, Some(entries)) => {
            let entries = entries
                .as_u64()
                .and_then(|entries| usize::try_from(entries).ok());
            let entries =
                entries.ok_or_else(|| wrong("that is no number of entries".to_owned()))?;
            jobs.apply(id, entries, account, tally, now)
        }
        _ => {
            return Err(wrong(
                "there must be one of `finish` and `advance`".to_owned(),
            ));
        }
    };
    let Some(job) = found else {
        return Err(refusal(
            StatusCode::NOT_FOUND,
            if id == "next" {
                "no job is left that has not ended".to_owned()
            } else {
                format!("there is no job {id} that has not ended")
            },
            "`zd sandbox jobs` lists them",
        ));
    };
    let told = jobs
        .iter()
        .find(|kept| kept.id() == job)
        .map(|job| told(job, now));
    Ok(Reply::ok(&json!({"job": told})))
}
