//! Memberships of users in organizations.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::LOCATION;
use zd_model::operation;

use super::body::{self, record};
use super::memberships::{MembershipsPage, users_along};
use super::order::Place;
use super::paging::{Foot, Paging};
use super::users::{caller, live};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params::Kind;
use crate::render::organizations::{MembershipView, OrganizationView};
use crate::reply::Reply;
use crate::state::Account;
use crate::state::draft::nullable;
use crate::state::field_values::{boolean, integer};
use crate::state::ids::{self, Slot};
use crate::state::index::folded;
use crate::state::memberships::Membership;
use crate::state::problem::{Problem, Refusal};
use crate::state::user::Role;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::ORGANIZATION_MEMBERSHIPS_LIST, list),
    Route::new(operation::ORGANIZATION_MEMBERSHIPS_SHOW, show),
    Route::new(operation::ORGANIZATION_MEMBERSHIPS_CREATE, create),
    Route::new(
        operation::ORGANIZATION_MEMBERSHIPS_MAKE_DEFAULT,
        make_default,
    ),
    Route::new(operation::ORGANIZATION_MEMBERSHIPS_DELETE, delete),
];

const WRAPPER: &str = "organization_membership";
const NAME: &str = "organization_memberships";

/// `user_id` is known and does nothing: the path says who it is (assumed).
const KEYS: [(&str, Kind); 3] = [
    ("user_id", Kind::Integer),
    ("organization_id", Kind::Integer),
    ("default", Kind::Boolean),
];

/// The live user of the path, whose memberships the caller may change: admins anybody's, agents those of end users
/// (documented).
pub(super) fn assignable(account: &Account, call: &Call<'_>) -> Result<Slot, Reply> {
    let role = caller(call)?.role;
    let slot = live(account, call.param(0))?;
    let is_end_user = account
        .live(slot)
        .is_some_and(|user| user.role == Role::EndUser);
    (role == Role::Admin || is_end_user)
        .then_some(slot)
        .ok_or_else(errors::forbidden)
}

/// All memberships of a user, the oldest first.
fn views<'a>(account: &'a Account, slot: Slot, base: &'a str) -> Vec<MembershipView<'a>> {
    let user = account.live(slot).into_iter();
    user.flat_map(|user| {
        let own = account.memberships.of(slot, user).into_iter();
        own.map(move |membership| MembershipView {
            account,
            slot,
            user,
            membership,
            base,
        })
    })
    .collect()
}

/// The membership of this user that the path names.
fn named(account: &Account, call: &Call<'_>, slot: Slot) -> Result<Membership, Reply> {
    let id: u64 = call.param(1).parse().map_err(|_| errors::not_found())?;
    let own = views(account, slot, call.base).into_iter();
    own.map(|view| view.membership)
        .find(|membership| ids::membership(membership.number) == id)
        .ok_or_else(errors::not_found)
}

/// The membership of this user in this organization.
fn in_organization<'a>(
    account: &'a Account,
    slot: Slot,
    organization: u32,
    base: &'a str,
) -> Result<MembershipView<'a>, Reply> {
    views(account, slot, base)
        .into_iter()
        .find(|view| view.membership.organization == organization)
        .ok_or_else(errors::not_found)
}

/// The membership of this user in this organization, as an answer.
pub(super) fn shown(
    account: &Account,
    slot: Slot,
    organization: u32,
    base: &str,
) -> Result<Reply, Reply> {
    let view = in_organization(account, slot, organization, base)?;
    Ok(Reply::ok(&BTreeMap::from([(WRAPPER, view)])))
}

/// `GET /users/{user_id}/organization_memberships`: the default one first, then by the names of organizations (documented).
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const BY: &str = "default";
    let slot = live(&state.account, call.param(0))?;
    let paging = Paging::of_positions(&call, |cursor| Place::read(cursor, BY, false))?;
    let (page, foot) = paging.cut(in_order(&state.account, slot, BY, call.base), &call);
    Ok(page_of(&state.account, slot, &page, foot, &call))
}

fn in_order<'a>(
    account: &'a Account,
    slot: Slot,
    by: &'static str,
    base: &'a str,
) -> impl Iterator<Item = (Place, MembershipView<'a>)> {
    let mut placed: Vec<(Place, MembershipView<'a>)> = views(account, slot, base)
        .into_iter()
        .map(|view| {
            let number = view.membership.organization;
            let is_default = view.user.organization == number;
            let organization = account.organizations.get(number).filter(|_| !is_default);
            // No name is empty.
            let key = organization.map_or_else(String::new, |(_, organization)| {
                folded(&organization.name).into_owned()
            });
            let id = ids::membership(view.membership.number);
            (Place::ascending(by, key, id), view)
        })
        .collect();
    placed.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
    placed.into_iter()
}

fn page_of(
    account: &Account,
    slot: Slot,
    page: &[MembershipView<'_>],
    foot: Foot,
    call: &Call<'_>,
) -> Reply {
    let organizations = || {
        let own = page.iter().map(|view| view.membership.organization);
        own.filter_map(|number| OrganizationView::of(account, number, call.base))
            .collect()
    };
    Reply::ok(&MembershipsPage {
        name: NAME,
        memberships: page,
        users: users_along(account, slot, call, page.is_empty()),
        places: call
            .includes("organizations")
            .then(|| ("organizations", organizations())),
        foot,
    })
}

/// `GET /users/{user_id}/organization_memberships/{organization_membership_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let membership = named(&state.account, &call, slot)?;
    shown(&state.account, slot, membership.organization, call.base)
}

/// `POST /users/{user_id}/organization_memberships`
fn create(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "organization_memberships/create";
    let account = &mut state.account;
    let slot = assignable(account, &call)?;
    let mut ignored = Vec::new();
    let entry = record(call.body, WRAPPER, &KEYS, ACTION, &mut ignored)?;
    let refused = |problem| {
        let reply = errors::refused(&Refusal::Invalid(vec![problem]));
        warn::unpermitted(reply, ACTION, &ignored)
    };
    let id = nullable(&entry, &["organization_id"])
        .flatten()
        .ok_or_else(|| refused(Problem::blank("organization_id", "Organization")))?;
    let organization = integer(id)
        .and_then(|id| account.organizations.by_id(id))
        .ok_or_else(|| refused(Problem::invalid("organization", "Organization")))?;
    let is_default = entry.get("default").and_then(boolean) == Some(true);
    account
        .join(slot, organization, is_default, now)
        .map_err(refused)?;
    let view = in_organization(account, slot, organization, call.base)?;
    let body = BTreeMap::from([(WRAPPER, view)]);
    let reply = Reply::json(StatusCode::CREATED, &body).header(LOCATION, view.url());
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT …/organization_memberships/{organization_membership_id}/make_default`: the answer is all of them (documented).
fn make_default(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "organization_memberships/make_default";
    let ignored = body::unread(&call.body)?;
    let account = &mut state.account;
    let slot = assignable(account, &call)?;
    let organization = named(account, &call, slot)?.organization;
    account.make_default_organization(slot, organization, now);
    let all: Vec<MembershipView<'_>> = in_order(account, slot, "default", call.base)
        .map(|(_, view)| view)
        .collect();
    let reply = Reply::ok(&BTreeMap::from([(NAME, all)]));
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `DELETE /users/{user_id}/organization_memberships/{organization_membership_id}`
fn delete(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "organization_memberships/destroy";
    let ignored = body::unread(&call.body)?;
    let account = &mut state.account;
    let slot = assignable(account, &call)?;
    let organization = named(account, &call, slot)?.organization;
    account.leave(slot, organization, now);
    let reply = Reply::empty(StatusCode::NO_CONTENT);
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}
