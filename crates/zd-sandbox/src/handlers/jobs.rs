//! Job statuses.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};

use super::State;
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::jobs::{Job, JobView};
use crate::reply::Reply;

const MOST: usize = 100;

/// `GET /job_statuses/{job_id}`
pub(super) fn show(state: &State, call: &Call<'_>, now: Now) -> Result<Reply, Reply> {
    let job = state
        .jobs
        .find(call.param(0))
        .ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&BTreeMap::from([(
        "job_status",
        job.as_of(call.base, now),
    )])))
}

/// `GET /job_statuses/show_many`: those that are there, in the order asked for.
pub(super) fn show_many(state: &State, call: &Call<'_>, now: Now) -> Result<Reply, Reply> {
    let ids = call
        .query("ids")
        .ok_or_else(|| errors::missing_parameter("ids"))?;
    let ids: Vec<&str> = ids.split(',').filter(|id| !id.is_empty()).collect();
    if ids.len() > MOST {
        return Err(errors::too_many_ids());
    }
    let found: Vec<JobView<'_>> = ids
        .into_iter()
        .filter_map(|id| state.jobs.find(id.trim()))
        .map(|job| job.as_of(call.base, now))
        .collect();
    Ok(Reply::ok(&BTreeMap::from([("job_statuses", found)])))
}

#[derive(Serialize)]
struct JobsPage<'a> {
    job_statuses: Vec<JobView<'a>>,
    meta: Value,
    links: Value,
}

/// `GET /job_statuses`: cursor paging only, newest first.
pub(super) fn list(state: &State, call: &Call<'_>, now: Now) -> Result<Reply, Reply> {
    let size = match call.query("page[size]") {
        None => MOST,
        Some(text) => text
            .parse()
            .ok()
            .filter(|size| (1..=MOST).contains(size))
            .ok_or_else(errors::bad_cursor)?,
    };
    let after = call.query("page[after]").map(position).transpose()?;
    let before = call.query("page[before]").map(position).transpose()?;
    let jobs = &state.jobs;
    let (page, has_more): (Vec<&Job>, bool) = if let Some(before) = before {
        let mut found: Vec<&Job> = jobs
            .newest_first()
            .rev()
            .filter(|job| job.number() > before)
            .take(size + 1)
            .collect();
        let has_more = found.len() > size;
        found.truncate(size);
        found.reverse();
        (found, has_more)
    } else {
        let mut found: Vec<&Job> = jobs
            .newest_first()
            .filter(|job| after.is_none_or(|after| job.number() < after))
            .take(size + 1)
            .collect();
        let has_more = found.len() > size;
        found.truncate(size);
        (found, has_more)
    };
    let first = page.first().map(|job| cursor(job.number()));
    let last = page.last().map(|job| cursor(job.number()));
    let link = |direction: &str, cursor: &Option<String>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(&format!("page[{direction}]"), cursor.as_deref()?);
        query.append_pair("page[size]", &size.to_string());
        Some(format!(
            "{}/api/v2/job_statuses.json?{}",
            call.base,
            query.finish()
        ))
    };
    // Both links are there as long as the page has items; only `has_more` ends the walk (recorded).
    let links = json!({"prev": link("before", &first), "next": link("after", &last)});
    Ok(Reply::ok(&JobsPage {
        job_statuses: page.iter().map(|job| job.as_of(call.base, now)).collect(),
        meta: json!({"has_more": has_more, "after_cursor": last, "before_cursor": first}),
        links,
    }))
}

/// Opaque to clients; inside is the position, wrapped as Zendesk wraps ids.
fn cursor(number: u64) -> String {
    let mut value = vec![b'i'];
    value.extend(number.to_le_bytes());
    STANDARD.encode(format!(
        r#"{{"o":"-created_at","v":"{}"}}"#,
        STANDARD.encode(value)
    ))
}

fn position(cursor: &str) -> Result<u64, Reply> {
    let decode = || {
        let json: Value = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
        let value = STANDARD.decode(json.get("v")?.as_str()?).ok()?;
        let number: [u8; 8] = value.strip_prefix(b"i")?.try_into().ok()?;
        Some(u64::from_le_bytes(number))
    };
    decode().ok_or_else(errors::bad_cursor)
}
