//! The preferences of the caller, which Zendesk calls settings.

use std::collections::BTreeMap;

use serde_json::Value;
use zd_model::operation;

use super::users::caller;
use super::{Route, State};
use crate::call::{Body, Call};
use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::Slot;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_SETTINGS, show),
    Route::new(operation::USERS_UPDATE_SETTINGS, update),
];

const WRAPPER: &str = "settings";

/// `GET /users/me/settings`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    Ok(shown(&state.account, caller(&call)?.slot))
}

fn shown(account: &Account, slot: Slot) -> Reply {
    Reply::ok(&BTreeMap::from([(WRAPPER, account.preferences.show(slot))]))
}

/// `PUT /users/me/settings`: what is not sent stays.
fn update(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/settings";
    let slot = caller(&call)?.slot;
    let mut body = match call.body {
        Body::Json(Value::Object(body)) => body,
        Body::Malformed => return Err(errors::malformed_json()),
        _ => return Err(errors::no_settings()),
    };
    let others = body.keys().filter(|key| *key != WRAPPER);
    let mut ignored: Vec<String> = others.cloned().collect();
    let sent = match body.get_mut(WRAPPER).map(Value::take) {
        None | Some(Value::Null) => return Err(errors::no_settings()),
        Some(Value::Object(sent)) if sent.is_empty() => return Err(errors::no_settings()),
        Some(Value::Object(sent)) => sent,
        Some(_) => return Err(errors::wrong_type(WRAPPER, "a hash", ACTION)),
    };
    let mut unknown = Vec::new();
    let preferences = &mut state.account.preferences;
    preferences
        .choose(slot, &sent, &mut unknown)
        .map_err(|wrong| {
            let path = format!("{WRAPPER}.{}", wrong.path);
            errors::wrong_type(&path, wrong.must_be, ACTION)
        })?;
    ignored.extend(unknown.iter().map(|path| format!("{WRAPPER}.{path}")));
    let reply = shown(&state.account, slot);
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}
