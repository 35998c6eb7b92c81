//! Identities of users: as staff see them, and as end users see their own.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::LOCATION;
use zd_model::operation;

use super::body::{self, wrapped};
use super::end_users::{named, named_to_change, sees_as_end_user};
use super::paging::{Listed, Paging};
use super::users::view;
use super::{Route, State};
use crate::applied::Write;
use crate::call::{Body, Call};
use crate::clock::Now;
use crate::errors;
use crate::params::{self, Kind};
use crate::render::{IdentityView, UserView};
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::problem::{Problem, Refusal};
use crate::state::upsert::Entry;
use crate::state::user::{Identity, IdentityKind};
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::IDENTITIES_LIST, list),
    Route::new(operation::IDENTITIES_SHOW, show),
    Route::new(operation::IDENTITIES_CREATE, create),
    Route::new(operation::IDENTITIES_UPDATE, update),
    Route::new(operation::IDENTITIES_MAKE_PRIMARY, make_primary),
    Route::new(operation::IDENTITIES_VERIFY, verify),
    Route::new(
        operation::IDENTITIES_REQUEST_VERIFICATION,
        request_verification,
    ),
    Route::new(operation::IDENTITIES_DELETE, delete),
    Route::new(operation::END_USER_IDENTITIES_LIST, list),
    Route::new(operation::END_USER_IDENTITIES_SHOW, show),
    Route::new(operation::END_USER_IDENTITIES_CREATE, create),
    Route::new(operation::END_USER_IDENTITIES_MAKE_PRIMARY, make_primary),
    Route::new(
        operation::END_USER_IDENTITIES_REQUEST_VERIFICATION,
        request_verification,
    ),
    Route::new(operation::END_USER_IDENTITIES_DELETE, delete),
];

const WRAPPER: &str = "identity";

const NEW: &[(&str, Kind)] = &[
    ("type", Kind::Text),
    ("value", Kind::Text),
    ("verified", Kind::Boolean),
    ("verification_method", Kind::Text),
    ("primary", Kind::Boolean),
    ("skip_verify_email", Kind::Boolean),
];

/// End users neither verify themselves nor choose what else staff may (assumed).
const NEW_BY_END_USERS: &[(&str, Kind)] = &[("type", Kind::Text), ("value", Kind::Text)];

/// Which one is primary is changed by an operation of its own.
const CHANGE: &[(&str, Kind)] = &[
    ("value", Kind::Text),
    ("verified", Kind::Boolean),
    ("verification_method", Kind::Text),
];

/// An identity in the body: those of its keys that count, others are named.
fn sent(
    body: Body,
    keys: &[(&str, Kind)],
    action: &str,
    ignored: &mut Vec<String>,
) -> Result<Entry, Reply> {
    let sent = wrapped(body, WRAPPER, ignored)?;
    let mut entry = params::check_hash(sent, keys, WRAPPER, ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, action))?;
    entry.retain(|key, _| keys.iter().any(|(known, _)| known == key));
    // The other methods are the system's (documented; the text is assumed).
    let method = entry
        .get("verification_method")
        .and_then(|method| method.as_str());
    let is_settable = method.is_none_or(|method| ["none", "low", ""].contains(&method));
    if !is_settable {
        let path = format!("{WRAPPER}.verification_method");
        return Err(errors::wrong_type(&path, "none or low", action));
    }
    Ok(entry)
}

/// The identity that the path names, if whoever calls may see it.
fn identity<'a>(account: &'a Account, call: &Call<'_>, slot: Slot) -> Result<&'a Identity, Reply> {
    let id = call.param(1).parse().ok();
    id.and_then(ids::identity_number)
        .and_then(|number| account.live(slot)?.identity(number))
        .filter(|identity| !sees_as_end_user(call) || identity.is_for_end_users())
        .ok_or_else(errors::not_found)
}

/// Whoever the path names, as whoever calls sees them.
fn seen<'a>(account: &'a Account, call: &Call<'a>, slot: Slot) -> Result<UserView<'a>, Reply> {
    let user = view(account, slot, call.base).ok_or_else(errors::not_found)?;
    Ok(UserView {
        for_end_user: sees_as_end_user(call),
        ..user
    })
}

/// `GET /users/{user_id}/identities`
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let slot = named(&state.account, &call)?;
    listed(&state.account, &call, slot, paging)
}

/// Those of the types in `type[]`, if there are any: by number as the user has them, where the one that was made primary
/// last is the first; by cursor by id, so that a walk misses none (assumed).
fn listed(account: &Account, call: &Call<'_>, slot: Slot, paging: Paging) -> Result<Reply, Reply> {
    let types: Vec<&str> = call
        .query
        .iter()
        .filter(|(key, _)| key == "type[]" || key == "type")
        .map(|(_, value)| value.as_str())
        .collect();
    let is_asked_for =
        |view: &IdentityView<'_>| types.is_empty() || types.contains(&view.identity.kind.name());
    let identities = seen(account, call, slot)?.identities();
    let mut identities: Vec<IdentityView<'_>> = identities.filter(is_asked_for).collect();
    let (page, foot) = if matches!(paging, Paging::Cursor { .. }) {
        identities.sort_unstable_by_key(|view| view.identity.number);
        let by_id = identities.into_iter();
        paging.cut(
            by_id.map(|view| (ids::identity(view.identity.number), view)),
            call,
        )
    } else {
        paging.cut((0..).zip(identities), call)
    };
    Ok(Reply::ok(&Listed {
        name: "identities",
        records: &page,
        foot,
    }))
}

/// `GET /users/{user_id}/identities/{user_identity_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = named(&state.account, &call)?;
    let number = identity(&state.account, &call, slot)?.number;
    shown(&state.account, &call, slot, number).map(|(reply, _)| reply)
}

/// The identity, and where it is.
fn shown(
    account: &Account,
    call: &Call<'_>,
    slot: Slot,
    number: u32,
) -> Result<(Reply, String), Reply> {
    let view = seen(account, call, slot)?
        .identities()
        .find(|view| view.identity.number == number)
        .ok_or_else(errors::not_found)?;
    let reply = Reply::ok(&BTreeMap::from([(WRAPPER, view)]));
    Ok((reply, view.url()))
}

/// `POST /users/{user_id}/identities`: nothing is mailed here, whatever `skip_verify_email` says.
fn create(state: &mut State, mut call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "identities/create";
    let slot = named_to_change(&state.account, &call)?;
    let as_end_user = sees_as_end_user(&call);
    let keys = if as_end_user { NEW_BY_END_USERS } else { NEW };
    let mut ignored = Vec::new();
    let body = std::mem::replace(&mut call.body, Body::Unread);
    let entry = sent(body, keys, ACTION, &mut ignored)?;
    let refuse = |refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored);
    if as_end_user {
        let kind = entry.get("type").and_then(|kind| kind.as_str());
        if kind.is_some_and(|kind| !matches!(kind.trim(), "" | "email" | "phone_number")) {
            let problem = Problem::invalid("type", "Type");
            return Err(refuse(Refusal::Invalid(vec![problem])));
        }
    }
    let number = state
        .account
        .create_identity(slot, &entry, now)
        .map_err(refuse)?;
    count(state, slot);
    let (reply, url) = shown(&state.account, &call, slot, number)?;
    let reply = Reply {
        status: StatusCode::CREATED,
        ..reply
    };
    Ok(warn::unpermitted(
        reply.header(LOCATION, url),
        ACTION,
        &ignored,
    ))
}

/// `PUT /users/{user_id}/identities/{user_identity_id}`
fn update(state: &mut State, mut call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "identities/update";
    let slot = named_to_change(&state.account, &call)?;
    let number = identity(&state.account, &call, slot)?.number;
    let mut ignored = Vec::new();
    let body = std::mem::replace(&mut call.body, Body::Unread);
    let entry = sent(body, CHANGE, ACTION, &mut ignored)?;
    state
        .account
        .update_identity(slot, number, &entry, now)
        .map_err(|refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored))?;
    count(state, slot);
    let (reply, _) = shown(&state.account, &call, slot, number)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT /users/{user_id}/identities/{user_identity_id}/make_primary`: answers with all of them, the new one first (recorded).
///
/// An end user needs a verified address for it (documented; that it is 422 is assumed).
fn make_primary(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "identities/make_primary";
    let ignored = body::unread(&call.body)?;
    let paging = Paging::of(&call)?;
    let slot = named_to_change(&state.account, &call)?;
    let &Identity {
        number,
        kind,
        verified,
        ..
    } = identity(&state.account, &call, slot)?;
    let refuse = |refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored);
    if sees_as_end_user(&call) && kind == IdentityKind::Email && !verified {
        let problem = Problem::base("An address that is not verified cannot be the primary one");
        return Err(refuse(Refusal::Invalid(vec![problem])));
    }
    state
        .account
        .make_primary(slot, number, now)
        .map_err(refuse)?;
    count(state, slot);
    let reply = listed(&state.account, &call, slot, paging)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT /users/{user_id}/identities/{user_identity_id}/verify`: nobody is put into an organization for the domain.
fn verify(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "identities/verify";
    let ignored = body::unread(&call.body)?;
    let slot = named_to_change(&state.account, &call)?;
    let number = identity(&state.account, &call, slot)?.number;
    state
        .account
        .verify_identity(slot, number, now)
        .map_err(|refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored))?;
    count(state, slot);
    let (reply, _) = shown(&state.account, &call, slot, number)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT /users/{user_id}/identities/{user_identity_id}/request_verification`: a mail, which the sandbox does not send, and
/// which needs an address (assumed).
fn request_verification(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "identities/request_verification";
    let ignored = body::unread(&call.body)?;
    let slot = named_to_change(&state.account, &call)?;
    let kind = identity(&state.account, &call, slot)?.kind;
    let reply = if kind == IdentityKind::Email {
        Reply::empty(StatusCode::OK)
    } else {
        let problem = Problem::base("Only an e-mail address can be verified by mail");
        errors::refused(&Refusal::Invalid(vec![problem]))
    };
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `DELETE /users/{user_id}/identities/{user_identity_id}`
fn delete(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "identities/destroy";
    let ignored = body::unread(&call.body)?;
    let slot = named_to_change(&state.account, &call)?;
    let number = identity(&state.account, &call, slot)?.number;
    state
        .account
        .delete_identity(slot, number, now)
        .map_err(|refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored))?;
    count(state, slot);
    let reply = Reply::empty(StatusCode::NO_CONTENT);
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// A change of identities is an update of the user.
fn count(state: &mut State, slot: Slot) {
    let key = format!("id:{}", ids::user(slot));
    state.tally.count(key, Write::Updated);
}
