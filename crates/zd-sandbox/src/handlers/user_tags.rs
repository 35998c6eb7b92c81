//! Tags of users.

use serde_json::{Value, json};
use zd_model::operation;

use http::StatusCode;

use super::body::wrapped;
use super::users::{editable, known, writer};
use super::{Route, State};
use crate::applied::Write;
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::tags;
use crate::state::upsert::Entry;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USER_TAGS_LIST, list),
    Route::new(operation::USER_TAGS_SET, set),
    Route::new(operation::USER_TAGS_ADD, add),
    Route::new(operation::USER_TAGS_REMOVE, remove),
];

/// `GET /users/{user_id}/tags`
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    Ok(shown(&state.account, slot))
}

/// `POST /users/{user_id}/tags`: these and no others. It is 201, as if something had been created (documented).
fn set(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let reply = change(state, call, now, |_, sent| sent)?;
    Ok(Reply {
        status: StatusCode::CREATED,
        ..reply
    })
}

/// `PUT /users/{user_id}/tags`: these too.
fn add(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    change(state, call, now, |mut tags, sent| {
        tags.extend(sent);
        tags
    })
}

/// `DELETE /users/{user_id}/tags`: these no longer. A tag that is not there is nothing to complain about.
fn remove(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    change(state, call, now, |mut tags, sent| {
        tags.retain(|tag| !sent.contains(tag));
        tags
    })
}

/// Tags of checkboxes and dropdowns stay as long as the field is set, as in any update.
fn change(
    state: &mut State,
    call: Call<'_>,
    now: Now,
    combined: impl Fn(Vec<String>, Vec<String>) -> Vec<String>,
) -> Result<Reply, Reply> {
    const ACTION: &str = "tags/update";
    let writer = writer(&call)?;
    let slot = editable(&state.account, &call, call.param(0))?;
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, "tags", &mut ignored)?;
    let are_texts = match &sent {
        Value::String(_) => true,
        Value::Array(list) => list.iter().all(Value::is_string),
        _ => false,
    };
    if !are_texts {
        return Err(errors::wrong_type("tags", "an array of strings", ACTION));
    }
    let tags = combined(of(&state.account, slot), tags::listed(&sent));
    let mut entry = Entry::new();
    entry.insert("tags".to_owned(), json!(tags));
    state
        .account
        .update(slot, &entry, writer, now)
        .map_err(|refused| errors::refused(&refused.refusal))?;
    let key = format!("id:{}", ids::user(slot));
    state.tally.count(key, Write::Updated);
    let reply = shown(&state.account, slot);
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

fn of(account: &Account, slot: Slot) -> Vec<String> {
    let user = account.users.get(slot);
    user.into_iter()
        .flat_map(|user| user.tags().map(str::to_owned))
        .collect()
}

fn shown(account: &Account, slot: Slot) -> Reply {
    Reply::ok(&json!({"tags": of(account, slot)}))
}
