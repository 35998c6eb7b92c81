//! Users created, updated, deleted and merged one at a time.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::LOCATION;
use serde_json::Value;
use zd_model::operation;

use super::body::{self, wrapped};
use super::users::{known, live, view, writer};
use super::{Route, State};
use crate::applied::{self, Write};
use crate::call::{Body, Call};
use crate::clock::Now;
use crate::errors;
use crate::limits::WrittenUser;
use crate::multipart::Part;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::field_values::integer;
use crate::state::ids::{self, Slot};
use crate::state::photos::Photo;
use crate::state::upsert::Entry;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_CREATE, create),
    Route::new(operation::USERS_CREATE_OR_UPDATE, create_or_update),
    Route::new(operation::USERS_UPDATE, update),
    Route::new(operation::USERS_DELETE, delete),
    Route::new(operation::USERS_MERGE, merge),
];

/// `POST /users`
fn create(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/create";
    let writer = writer(&call)?;
    let mut ignored = Vec::new();
    let entry = body::user(call.body, &state.account.fields, ACTION, &mut ignored)?;
    let slot = state
        .account
        .create(&entry, writer, now)
        .map_err(|refused| {
            warn::unpermitted(errors::refused(&refused.refusal), ACTION, &ignored)
        })?;
    let key = applied::key(&entry, ids::user(slot));
    state.tally.count(key, Write::Created);
    let reply = created(&state.account, slot, call.base)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `POST /users/create_or_update`
fn create_or_update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/create_or_update";
    let writer = writer(&call)?;
    let mut ignored = Vec::new();
    let entry = body::user(call.body, &state.account.fields, ACTION, &mut ignored)?;
    state.limits.write(&WrittenUser::of(&entry), now)?;
    let upserted = state
        .account
        .upsert(&entry, writer, now)
        .map_err(|refused| {
            warn::unpermitted(errors::refused(&refused.refusal), ACTION, &ignored)
        })?;
    let key = applied::key(&entry, ids::user(upserted.slot));
    let reply = if upserted.created {
        state.tally.count(key, Write::Created);
        created(&state.account, upserted.slot, call.base)?
    } else {
        state.tally.count(key, Write::Updated);
        ignored.extend(without_effect(&entry));
        shown(&state.account, upserted.slot, call.base)?
    };
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT /users/{user_id}`: keys as JSON, or a profile photo as a form.
fn update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/update";
    let writer = writer(&call)?;
    let mut ignored = Vec::new();
    let mut photo = None;
    let id = call.params.first().map_or("", String::as_str);
    let entry = match call.body {
        Body::Multipart(parts) => {
            for part in parts {
                match part.name.as_str() {
                    "user[photo][uploaded_data]" => photo = picture(part),
                    _ => ignored.push(part.name),
                }
            }
            if photo.is_none() {
                return Err(errors::missing_parameter("user"));
            }
            Entry::new()
        }
        Body::MalformedMultipart => return Err(errors::malformed_form()),
        other => body::user(other, &state.account.fields, ACTION, &mut ignored)?,
    };
    state.limits.write(&WrittenUser::of_id(id, &entry), now)?;
    let slot = live(&state.account, id)?;
    state
        .account
        .update(slot, &entry, writer, now)
        .map_err(|refused| {
            warn::unpermitted(errors::refused(&refused.refusal), ACTION, &ignored)
        })?;
    if let Some(photo) = photo {
        state.account.set_photo(slot, photo, now);
    }
    let key = applied::key(&entry, ids::user(slot));
    state.tally.count(key, Write::Updated);
    ignored.extend(without_effect(&entry));
    let reply = shown(&state.account, slot, call.base)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// The part of a form as a photo; none if it is no file or an empty one.
fn picture(part: Part) -> Option<Photo> {
    let file_name = part.file_name.filter(|name| !name.trim().is_empty())?;
    let content_type = part
        .content_type
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    (!part.data.is_empty()).then(|| Photo {
        file_name,
        content_type,
        size: part.data.len(),
    })
}

/// `identities` are for new users only.
fn without_effect(entry: &Entry) -> Option<String> {
    entry
        .contains_key("identities")
        .then(|| "user.identities".to_owned())
}

/// `DELETE /users/{user_id}`: softly.
fn delete(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/destroy";
    let ignored = body::unread(&call.body)?;
    let warned = |reply| warn::unpermitted(reply, ACTION, &ignored);
    let writer = writer(&call)?;
    let slot = live(&state.account, call.param(0)).map_err(warned)?;
    state
        .account
        .delete(slot, writer, now)
        .map_err(|refusal| warned(errors::refused(&refusal)))?;
    let key = format!("id:{}", ids::user(slot));
    state.tally.count(key, Write::Deleted);
    Ok(warned(shown(&state.account, slot, call.base)?))
}

/// `PUT /users/{user_id}/merge`: into the user that the body names, who is the answer.
fn merge(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/merge";
    let writer = writer(&call)?;
    let loser = live(&state.account, call.param(0))?;
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, "user", &mut ignored)?;
    let Value::Object(sent) = sent else {
        return Err(errors::wrong_type("user", "a hash", ACTION));
    };
    let others = sent.keys().filter(|key| *key != "id");
    ignored.extend(others.map(|key| format!("user.{key}")));
    let id = sent
        .get("id")
        .ok_or_else(|| errors::missing_parameter("user.id"))?;
    let id = integer(id).ok_or_else(|| errors::wrong_type("user.id", "an integer", ACTION))?;
    let survivor = known(&state.account, &id.to_string())?;
    state
        .account
        .merge(loser, survivor, writer, now)
        .map_err(|refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored))?;
    for (slot, write) in [(survivor, Write::Updated), (loser, Write::Deleted)] {
        state.tally.count(format!("id:{}", ids::user(slot)), write);
    }
    let reply = shown(&state.account, survivor, call.base)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

fn shown(account: &Account, slot: Slot, base: &str) -> Result<Reply, Reply> {
    let user = view(account, slot, base).ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&BTreeMap::from([("user", user)])))
}

/// 201, and where the user is now.
fn created(account: &Account, slot: Slot, base: &str) -> Result<Reply, Reply> {
    let location = format!("{base}/api/v2/users/{}.json", ids::user(slot));
    Ok(Reply {
        status: StatusCode::CREATED,
        ..shown(account, slot, base)?
    }
    .header(LOCATION, location))
}
