//! Users.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::request::{self, Call};
use crate::state::State;

pub(super) fn me() -> Response<Bytes> {
    request::json(
        StatusCode::OK,
        &json!({"user": {"id": 1, "name": "Admin", "role": "admin"}}),
    )
}

pub(super) fn create_or_update_many(state: &mut State, call: &Call<'_>) -> Response<Bytes> {
    let results: Vec<Value> = call.body["users"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|user| upsert(state, user))
        .collect();
    let id = format!("V3-{:032x}", state.jobs.len() + 1);
    let total = results.len();
    state.jobs.push(json!({
        "id": id, "job_type": "Bulk Create User", "url": "", "total": total, "progress": total,
        "status": "completed", "message": null, "results": results,
    }));
    let queued = json!({"id": id, "total": total, "progress": null, "status": "queued", "message": null, "results": null});
    request::json(StatusCode::OK, &json!({ "job_status": queued }))
}

fn upsert(state: &mut State, input: &Value) -> Value {
    let Value::Object(input) = input else {
        return Value::Null;
    };
    let same = |user: &Map<String, Value>, key: &str| {
        input
            .get(key)
            .is_some_and(|value| user.get(key) == Some(value))
    };
    let found = state
        .users
        .iter()
        .position(|user| same(user, "external_id") || same(user, "email"));
    let (index, status) = found.map_or_else(
        || {
            state.users.push(Map::new());
            (state.users.len() - 1, "Created")
        },
        |index| (index, "Updated"),
    );
    let user = &mut state.users[index];
    user.extend(input.clone());
    json!({"id": index + 1000, "status": status, "email": user.get("email"), "external_id": user.get("external_id")})
}
