//! What else one asks about users: what hangs on them, seats for new ones, their sessions' end.

use http::StatusCode;
use serde_json::{Value, json};
use zd_model::operation;

use super::body::{self, wrapped};
use super::bulk::listed;
use super::users::known;
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::state::draft::sent_text;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_RELATED, related),
    Route::new(operation::USERS_REQUEST_CREATE, request_create),
    Route::new(operation::USERS_LOGOUT_MANY, logout_many),
];

/// `GET /users/{user_id}/related`: the sandbox has neither tickets nor subscriptions.
fn related(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    known(&state.account, call.param(0))?;
    Ok(Reply::ok(&json!({"user_related": {
        "assigned_tickets": 0,
        "requested_tickets": 0,
        "ccd_tickets": 0,
        "organization_subscriptions": 0,
    }})))
}

/// `POST /users/request_create`: a mail to the owner, which the sandbox does not send.
///
/// A name and an address must be there (assumed).
fn request_create(_state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/request_create";
    let mut ignored = Vec::new();
    let Value::Object(user) = wrapped(call.body, "user", &mut ignored)? else {
        return Err(errors::wrong_type("user", "a hash", ACTION));
    };
    for key in ["name", "email"] {
        match user.get(key) {
            None | Some(Value::Null) => {
                return Err(errors::missing_parameter(&format!("user.{key}")));
            }
            Some(value) if !value.is_string() => {
                let path = format!("user.{key}");
                return Err(errors::wrong_type(&path, "a string", ACTION));
            }
            Some(_) if sent_text(&user, key).is_none() => {
                return Err(errors::missing_parameter(&format!("user.{key}")));
            }
            Some(_) => {}
        }
    }
    let others = user.keys().filter(|key| *key != "name" && *key != "email");
    ignored.extend(others.map(|key| format!("user.{key}")));
    Ok(warn::unpermitted(
        Reply::empty(StatusCode::OK),
        ACTION,
        &ignored,
    ))
}

/// `POST /users/logout_many`: 202 whoever is named; ids of nobody are passed over (assumed).
fn logout_many(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let ignored = body::unread(&call.body)?;
    let State { account, .. } = state;
    for id in listed(&call, "ids")? {
        if let Ok(slot) = known(account, id.trim()) {
            account.sessions.end_all(slot);
        }
    }
    let reply = Reply::empty(StatusCode::ACCEPTED);
    Ok(warn::unpermitted(reply, "users/logout_many", &ignored))
}
