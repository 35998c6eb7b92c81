//! Bulk jobs.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::request::{self, Call};
use crate::state::State;

pub(super) fn show_many(state: &State, call: &Call<'_>) -> Response<Bytes> {
    let ids: Vec<&str> = call.query("ids").unwrap_or_default().split(',').collect();
    let found: Vec<&Value> = state
        .jobs
        .iter()
        .filter(|job| job["id"].as_str().is_some_and(|id| ids.contains(&id)))
        .collect();
    request::json(StatusCode::OK, &json!({ "job_statuses": found }))
}
