//! One pure function per operation.

mod jobs;
mod users;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use zd_model::Operation;

use crate::request::{self, Call};
use crate::state::State;

pub(crate) fn handle(operation: &Operation, state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    match operation.name {
        "users.me" => users::me(),
        "users.create_or_update_many" => users::create_or_update_many(state, call),
        "job_statuses.show_many" => jobs::show_many(state, call),
        _ => request::json(
            StatusCode::NOT_FOUND,
            &json!({"error": "InvalidEndpoint", "description": "Not found"}),
        ),
    }
}
