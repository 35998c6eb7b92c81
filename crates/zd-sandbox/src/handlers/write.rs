//! Create or update, one user at once or many in a job.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::LOCATION;
use serde_json::Value;
use zd_model::operation;

use super::body::wrapped;
use super::users::{caller, view};
use super::{Route, State};
use crate::applied;
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::faults::FaultKind;
use crate::limits::WrittenUser;
use crate::params;
use crate::reply::Reply;
use crate::state::ids;
use crate::warn;

/// Users in one bulk request.
const MOST_USERS: usize = 100;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_CREATE_OR_UPDATE, one),
    Route::new(operation::USERS_CREATE_OR_UPDATE_MANY, many),
];

/// `POST /users/create_or_update`
fn one(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/create_or_update";
    let role = caller(&call)?.role;
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, "user", &mut ignored)?;
    let entry = params::check(sent, "user", &state.account.fields, &mut ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, ACTION))?;
    state.limits.write(&WrittenUser::of(&entry), now)?;
    let upserted = state.account.upsert(&entry, role, now).map_err(|refused| {
        warn::unpermitted(errors::refused(&refused.refusal), ACTION, &ignored)
    })?;
    let id = ids::user(upserted.slot);
    state
        .tally
        .count(applied::key(&entry, id), upserted.created);
    if !upserted.created && entry.contains_key("identities") {
        ignored.push("user.identities".to_owned());
    }
    let user = view(&state.account, upserted.slot, call.base).ok_or_else(errors::not_found)?;
    let reply = Reply::ok(&BTreeMap::from([("user", user)]));
    let reply = if upserted.created {
        let location = format!("{}/api/v2/users/{id}.json", call.base);
        Reply {
            status: StatusCode::CREATED,
            ..reply
        }
        .header(LOCATION, location)
    } else {
        reply
    };
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `POST /users/create_or_update_many`
///
/// The request is checked as a whole; what is in its entries is looked at when the job comes to them.
fn many(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "users/create_or_update_many";
    let role = caller(&call)?.role;
    if !state.settings.bulk_import {
        return Err(errors::forbidden());
    }
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, "users", &mut ignored)?;
    let Value::Array(sent) = sent else {
        return Err(errors::wrong_type("users", "an array", ACTION));
    };
    if sent.is_empty() {
        return Err(errors::missing_parameter("users"));
    }
    if sent.len() > MOST_USERS {
        return Err(errors::too_many_users());
    }
    let mut checked = Vec::with_capacity(sent.len());
    for (place, entry) in sent.into_iter().enumerate() {
        let entry = params::check(
            entry,
            &format!("users.{place}"),
            &state.account.fields,
            &mut ignored,
        )
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, ACTION))?;
        checked.push(entry);
    }
    if state.jobs.free() == 0 {
        return Err(errors::too_many_jobs(&state.jobs.active_ids()));
    }
    let killed = state.faults.strikes(FaultKind::JobKilled);
    let job = state.jobs.queue(checked, role, killed, now);
    let body = BTreeMap::from([("job_status", job.as_queued(call.base))]);
    Ok(warn::unpermitted(Reply::ok(&body), ACTION, &ignored))
}
