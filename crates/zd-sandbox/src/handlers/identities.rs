//! Identities: the addresses by which a user is known. End users have the same calls about themselves.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use zd_model::operation;

use super::body::{self, wrapped};
use super::paging::{Listed, Paging};
use super::users::{caller, editable, known};
use super::{Route, State};
use crate::applied::Write;
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params::{self, Kind};
use crate::render::IdentityView;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::problem::{Problem, Refusal};
use crate::state::upsert::Entry;
use crate::state::user::{Identity, IdentityKind, Role};
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

const NEW: [(&str, Kind); 6] = [
    ("type", Kind::Text),
    ("value", Kind::Text),
    ("verified", Kind::Boolean),
    ("verification_method", Kind::Text),
    ("primary", Kind::Boolean),
    ("skip_verify_email", Kind::Boolean),
];

const CHANGE: [(&str, Kind); 3] = [
    ("value", Kind::Text),
    ("verified", Kind::Boolean),
    ("verification_method", Kind::Text),
];

/// The user whose identities a call changes. End users must have proven who they are: some identity is verified.
fn changeable(account: &Account, call: &Call<'_>) -> Result<Slot, Reply> {
    let slot = editable(account, call, call.param(0))?;
    let unproven = caller(call)?.role == Role::EndUser
        && !account.live(slot).is_some_and(|user| user.verified());
    if unproven {
        return Err(errors::forbidden());
    }
    Ok(slot)
}

fn identities(account: &Account, slot: Slot) -> &[Identity] {
    account
        .users
        .get(slot)
        .map_or(&[], |user| &*user.identities)
}

/// The identity that the path names, of this user.
fn named<'a>(account: &'a Account, slot: Slot, call: &Call<'_>) -> Result<&'a Identity, Reply> {
    let id: u64 = call.param(1).parse().map_err(|_| errors::not_found())?;
    identities(account, slot)
        .iter()
        .find(|identity| ids::identity(identity.number) == id)
        .ok_or_else(errors::not_found)
}

/// `GET …/identities`: in the order in which they were made; `type[]` picks kinds.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let slot = known(&state.account, call.param(0))?;
    let kinds: Vec<&str> = call
        .query
        .iter()
        .filter(|(name, _)| name == "type[]" || name == "type")
        .map(|(_, kind)| &**kind)
        .collect();
    let wanted = identities(&state.account, slot)
        .iter()
        .filter(|identity| kinds.is_empty() || kinds.contains(&identity.kind.name()))
        .map(|identity| (u64::from(identity.number), view(slot, identity, &call)));
    let (page, foot) = paging.cut(wanted, &call);
    Ok(Reply::ok(&Listed {
        name: "identities",
        records: &page,
        foot,
    }))
}

fn view<'a>(slot: Slot, identity: &'a Identity, call: &Call<'a>) -> IdentityView<'a> {
    IdentityView {
        slot,
        identity,
        base: call.base,
    }
}

/// `GET …/identities/{id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    let identity = named(&state.account, slot, &call)?;
    Ok(Reply::ok(&One {
        identity: view(slot, identity, &call),
    }))
}

#[derive(Serialize)]
struct One<'a> {
    identity: IdentityView<'a>,
}

/// What a body says of an identity, of the right JSON types.
fn sent(
    body: crate::call::Body,
    keys: &[(&str, Kind)],
    action: &str,
    ignored: &mut Vec<String>,
) -> Result<Entry, Reply> {
    let sent = wrapped(body, "identity", ignored)?;
    let entry = params::check_hash(sent, keys, "identity", ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, action))?;
    let method = entry.get("verification_method").and_then(Value::as_str);
    if method.is_some_and(|method| method != "none" && method != "low") {
        let path = "identity.verification_method";
        return Err(errors::wrong_type(path, "none or low", action));
    }
    Ok(entry)
}

/// `POST …/identities`. Whether an address is theirs is not for end users to say (assumed).
fn create(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "identities/create";
    let slot = changeable(&state.account, &call)?;
    let by_end_user = caller(&call)?.role == Role::EndUser;
    let base = call.base;
    let mut ignored = Vec::new();
    let mut entry = sent(call.body, &NEW, ACTION, &mut ignored)?;
    if by_end_user {
        for key in ["verified", "verification_method", "primary"] {
            if entry.remove(key).is_some() {
                ignored.push(format!("identity.{key}"));
            }
        }
    }
    let number = state
        .account
        .add_identity(slot, &entry, now)
        .map_err(|refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored))?;
    count(state, slot);
    let reply = by_number(&state.account, slot, number, base)?;
    let reply = Reply {
        status: StatusCode::CREATED,
        ..reply
    };
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

fn by_number(account: &Account, slot: Slot, number: u32, base: &str) -> Result<Reply, Reply> {
    let identity = identities(account, slot)
        .iter()
        .find(|identity| identity.number == number)
        .ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&One {
        identity: IdentityView {
            slot,
            identity,
            base,
        },
    }))
}

fn count(state: &mut State, slot: Slot) {
    let key = format!("id:{}", ids::user(slot));
    state.tally.count(key, Write::Updated);
}

/// `PUT …/identities/{id}`; `primary` is ignored here.
fn update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "identities/update";
    let slot = changeable(&state.account, &call)?;
    let number = named(&state.account, slot, &call)?.number;
    let base = call.base;
    let mut ignored = Vec::new();
    let entry = sent(call.body, &CHANGE, ACTION, &mut ignored)?;
    state
        .account
        .update_identity(slot, number, &entry, now)
        .map_err(|refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored))?;
    count(state, slot);
    let reply = by_number(&state.account, slot, number, base)?;
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT …/make_primary`: all identities come back, the new primary one first. End users choose among verified addresses.
fn make_primary(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = changeable(&state.account, &call)?;
    let identity = named(&state.account, slot, &call)?;
    let fit = identity.kind == IdentityKind::Email && identity.verified;
    if caller(&call)?.role == Role::EndUser && !fit {
        let text = "Only a verified address can be the primary one";
        let refusal = Refusal::Invalid(vec![Problem::base(text)]);
        return Err(errors::refused(&refusal));
    }
    let number = identity.number;
    state
        .account
        .make_identity_primary(slot, number, now)
        .map_err(|refusal| errors::refused(&refusal))?;
    count(state, slot);
    let mut all: Vec<&Identity> = identities(&state.account, slot).iter().collect();
    all.sort_by_key(|identity| identity.number != number);
    let all: Vec<IdentityView<'_>> = all
        .into_iter()
        .map(|identity| view(slot, identity, &call))
        .collect();
    Ok(Reply::ok(&std::collections::BTreeMap::from([(
        "identities",
        all,
    )])))
}

/// `PUT …/verify`
fn verify(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = changeable(&state.account, &call)?;
    let number = named(&state.account, slot, &call)?.number;
    state
        .account
        .verify_identity(slot, number, now)
        .map_err(|refusal| errors::refused(&refusal))?;
    count(state, slot);
    by_number(&state.account, slot, number, call.base)
}

/// `PUT …/request_verification`: would send a mail; nobody is mailed from here.
fn request_verification(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = changeable(&state.account, &call)?;
    named(&state.account, slot, &call)?;
    body::unread(&call.body)?;
    Ok(Reply::empty(StatusCode::OK))
}

/// `DELETE …/identities/{id}`
fn delete(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = changeable(&state.account, &call)?;
    let number = named(&state.account, slot, &call)?.number;
    state
        .account
        .delete_identity(slot, number, now)
        .map_err(|refusal| errors::refused(&refusal))?;
    count(state, slot);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
