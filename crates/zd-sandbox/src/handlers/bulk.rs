//! Jobs: up to 100 users created, updated or deleted in one request.
//!
//! The request is checked as a whole; what is in its entries is looked at when the job comes to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use zd_model::operation;

use super::body::{self, checked, wrapped};
use super::users::writer;
use super::{Route, State};
use crate::call::{Body, Call};
use crate::clock::Now;
use crate::errors;
use crate::jobs::{Key, Kind, Task};
use crate::reply::Reply;
use crate::state::fields::Fields;
use crate::state::upsert::Entry;
use crate::state::write::Writer;
use crate::warn;

/// Users in one bulk request.
pub(super) const MOST: usize = 100;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_CREATE_MANY, create),
    Route::new(operation::USERS_CREATE_OR_UPDATE_MANY, create_or_update),
    Route::new(operation::USERS_UPDATE_MANY, update),
    Route::new(operation::USERS_DESTROY_MANY, destroy),
];

/// `POST /users/create_many`
fn create(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    import(state, call, "users/create_many", Task::Create, now)
}

/// `POST /users/create_or_update_many`
fn create_or_update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/create_or_update_many";
    import(state, call, ACTION, Task::CreateOrUpdate, now)
}

/// Bulk import, which support has to enable.
fn import(
    state: &mut State,
    call: Call<'_>,
    action: &str,
    task: fn(Entry) -> Task,
    now: Now,
) -> Result<Reply, Reply> {
    let writer = writer(&call)?;
    if !state.settings.bulk_import {
        return Err(errors::forbidden());
    }
    let mut ignored = Vec::new();
    let too_many = errors::too_many_users;
    let entries = users(
        call.body,
        &state.account.fields,
        action,
        too_many,
        &mut ignored,
    )?;
    let tasks = entries.into_iter().map(task).collect();
    let reply = queued(state, call.base, Kind::Create, tasks, writer, now)?;
    Ok(warn::unpermitted(reply, action, &ignored))
}

/// `PUT /users/update_many`: one change for all that the query names, or each their own.
///
/// With ids in the query the body's `user` counts, whatever else is there (assumed).
fn update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/update_many";
    let writer = writer(&call)?;
    let mut ignored = Vec::new();
    let fields = &state.account.fields;
    let tasks = match named(&call)? {
        Some(keys) => {
            let change = Arc::new(body::user(call.body, fields, ACTION, &mut ignored)?);
            keys.into_iter()
                .map(|whom| Task::Update {
                    whom,
                    change: Arc::clone(&change),
                })
                .collect()
        }
        None => {
            let entries = users(
                call.body,
                fields,
                ACTION,
                errors::too_many_ids,
                &mut ignored,
            )?;
            entries
                .into_iter()
                .map(|change| Task::Update {
                    whom: Key::of(&change),
                    change: Arc::new(change),
                })
                .collect()
        }
    };
    let reply = queued(state, call.base, Kind::Update, tasks, writer, now)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `DELETE /users/destroy_many`
fn destroy(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/destroy_many";
    let writer = writer(&call)?;
    let ignored = body::unread(&call.body)?;
    let keys = named(&call)?.ok_or_else(|| errors::missing_parameter("ids"))?;
    let tasks = keys.into_iter().map(Task::Delete).collect();
    let reply = queued(state, call.base, Kind::Update, tasks, writer, now)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// Whom `ids` or `external_ids` name; ids count if both are there (assumed).
fn named(call: &Call<'_>) -> Result<Option<Vec<Key>>, Reply> {
    let (name, key): (_, fn(String) -> Key) = match (call.query("ids"), call.query("external_ids"))
    {
        (Some(_), _) => ("ids", Key::Id),
        (None, Some(_)) => ("external_ids", Key::ExternalId),
        (None, None) => return Ok(None),
    };
    let texts = listed(call, name)?;
    Ok(Some(
        texts.into_iter().map(str::to_owned).map(key).collect(),
    ))
}

/// The texts of a list in the query, from 1 to 100 of them.
pub(super) fn listed<'a>(call: &'a Call<'_>, name: &str) -> Result<Vec<&'a str>, Reply> {
    let list = call.query(name).unwrap_or_default();
    let texts: Vec<&str> = list
        .split(',')
        .filter(|text| !text.trim().is_empty())
        .collect();
    match texts.len() {
        0 => Err(errors::missing_parameter(name)),
        1..=MOST => Ok(texts),
        _ => Err(errors::too_many_ids()),
    }
}

/// The body's `users`, from 1 to 100 of them, of the right JSON types.
fn users(
    body: Body,
    fields: &Fields,
    action: &str,
    too_many: fn() -> Reply,
    ignored: &mut Vec<String>,
) -> Result<Vec<Entry>, Reply> {
    let Value::Array(sent) = wrapped(body, "users", ignored)? else {
        return Err(errors::wrong_type("users", "an array", action));
    };
    if sent.is_empty() {
        return Err(errors::missing_parameter("users"));
    }
    if sent.len() > MOST {
        return Err(too_many());
    }
    (0..)
        .zip(sent)
        .map(|(place, entry): (usize, Value)| {
            checked(entry, &format!("users.{place}"), fields, action, ignored)
        })
        .collect()
}

fn queued(
    state: &mut State,
    base: &str,
    kind: Kind,
    tasks: Vec<Task>,
    writer: Writer,
    now: Now,
) -> Result<Reply, Reply> {
    if state.jobs.free() == 0 && !state.replays {
        let active = state.jobs.active_ids();
        return Err(errors::too_many_jobs(kind.class(), &active));
    }
    let fate = std::mem::take(&mut state.fate);
    let job = state
        .jobs
        .queue(kind, tasks, writer, fate, &state.settings, now);
    let body = BTreeMap::from([("job_status", job.as_queued(base))]);
    Ok(Reply::ok(&body))
}
