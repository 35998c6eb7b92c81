//! End users as they see themselves.

use std::collections::BTreeMap;

use zd_model::operation;

use super::users::{editable, live, view, writer};
use super::{Route, State, body};
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

/// What end users change about themselves: what the document lets them write, without what they may do and where they
/// belong (assumed).
const WRITABLE: [&str; 8] = [
    "name",
    "email",
    "phone",
    "shared_phone_number",
    "time_zone",
    "locale_id",
    "photo",
    "remote_photo_url",
];

/// Whether the operation shows what end users see: one of theirs, whoever calls it, or any that an end user calls.
pub(super) fn sees_as_end_user(call: &Call<'_>) -> bool {
    let is_end_user = |caller: crate::auth::Caller| caller.role == Role::EndUser;
    is_about_end_users(call) || call.caller.is_some_and(is_end_user)
}

fn is_about_end_users(call: &Call<'_>) -> bool {
    call.path.starts_with("/api/v2/end_users/")
}

/// The live user that the path names; staff are no end users (assumed).
pub(super) fn named(account: &Account, call: &Call<'_>) -> Result<Slot, Reply> {
    let slot = live(account, call.param(0))?;
    let fits = |role| !is_about_end_users(call) || role == Role::EndUser;
    let user = account.users.get(slot);
    user.is_some_and(|user| fits(user.role))
        .then_some(slot)
        .ok_or_else(errors::not_found)
}

/// The live user that the path names, whom the caller may change.
pub(super) fn named_to_change(account: &Account, call: &Call<'_>) -> Result<Slot, Reply> {
    named(account, call)?;
    editable(account, call, call.param(0))
}

/// `GET /end_users/{user_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = named(&state.account, &call)?;
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

/// `PUT /end_users/{user_id}`: an address is added beside the primary one, as in any update.
fn update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "end_users/update";
    let writer = writer(&call)?;
    let slot = named_to_change(&state.account, &call)?;
    let mut ignored = Vec::new();
    let mut entry = body::user(call.body, &state.account.fields, ACTION, &mut ignored)?;
    entry.retain(|key, _| {
        let writable = WRITABLE.contains(&key.as_str());
        let named = format!("user.{key}");
        if !writable && !ignored.contains(&named) {
            ignored.push(named);
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
    let reply = shown(&state.account, slot, call.base)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}
