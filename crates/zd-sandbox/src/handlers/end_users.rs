//! End users about themselves, and agents about end users: fewer attributes than `users` shows and takes.

use std::collections::BTreeMap;

use zd_model::operation;

use super::body;
use super::users::{editable, live, view, writer};
use super::{Route, State};
use crate::applied::{self, Write};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::UserView;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::user::Role;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::END_USERS_SHOW, show),
    Route::new(operation::END_USERS_UPDATE, update),
];

/// What end users may say about themselves (assumed: what they see, as far as it can be written at all).
const WRITABLE: [&str; 8] = [
    "name",
    "email",
    "phone",
    "shared_phone_number",
    "time_zone",
    "locale",
    "locale_id",
    "remote_photo_url",
];

/// Team members are not found here (assumed).
fn end_user(account: &Account, slot: Slot) -> Result<Slot, Reply> {
    account
        .live(slot)
        .filter(|user| user.role == Role::EndUser)
        .map(|_| slot)
        .ok_or_else(errors::not_found)
}

/// `GET /end_users/{user_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let slot = end_user(&state.account, slot)?;
    shown(&state.account, slot, call.base)
}

fn shown(account: &Account, slot: Slot, base: &str) -> Result<Reply, Reply> {
    let user = view(account, slot, base).ok_or_else(errors::not_found)?;
    let user = UserView {
        for_end_user: true,
        ..user
    };
    Ok(Reply::ok(&BTreeMap::from([("user", user)])))
}

/// `PUT /end_users/{user_id}`: other attributes than those of end users are ignored.
fn update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "end_users/update";
    let writer = writer(&call)?;
    let slot = editable(&state.account, &call, call.param(0))?;
    let slot = end_user(&state.account, slot)?;
    let base = call.base;
    let mut ignored = Vec::new();
    let mut entry = body::user(call.body, &state.account.fields, ACTION, &mut ignored)?;
    entry.retain(|key, _| {
        let writable = WRITABLE.contains(&key.as_str());
        if !writable {
            ignored.push(format!("user.{key}"));
        }
        writable
    });
    state
        .account
        .update(slot, &entry, writer, now)
        .map_err(|refused| {
            warn::unpermitted(errors::refused(&refused.refusal), ACTION, &ignored)
        })?;
    let key = applied::key(&entry, ids::user(slot));
    state.tally.count(key, Write::Updated);
    let reply = shown(&state.account, slot, base)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}
