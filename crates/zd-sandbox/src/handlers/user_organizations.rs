//! Organizations of a user.

use http::StatusCode;
use zd_model::operation;

use super::body;
use super::list_users::count_of;
use super::order::sorted_page;
use super::organization_memberships::{assignable, shown};
use super::organizations::{known, listed, sorted};
use super::users::live;
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::Slot;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USER_ORGANIZATIONS_LIST, list),
    Route::new(operation::USER_ORGANIZATIONS_COUNT, count),
    Route::new(operation::USER_ORGANIZATIONS_MAKE_DEFAULT, make_default),
    Route::new(operation::USER_ORGANIZATIONS_UNASSIGN, unassign),
];

/// The numbers of a live user's organizations.
fn of(account: &Account, slot: Slot) -> Vec<u32> {
    let user = account.live(slot).into_iter();
    user.flat_map(|user| account.memberships.of(slot, user))
        .map(|membership| membership.organization)
        .collect()
}

/// `GET /users/{user_id}/organizations`: by id, or as `sort` says.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let slot = live(account, call.param(0))?;
    let (page, foot) = sorted_page(&call, sorted(account, of(account, slot)))?;
    Ok(listed(account, &page, foot, call.base))
}

/// `GET /users/{user_id}/organizations/count`
fn count(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    Ok(count_of(of(&state.account, slot).len(), now))
}

/// The user and the organization of the path, which the user is in.
fn pair(account: &Account, call: &Call<'_>) -> Result<(Slot, u32), Reply> {
    let slot = assignable(account, call)?;
    let organization = known(account, call.param(1))?;
    let is_in = of(account, slot).contains(&organization);
    is_in
        .then_some((slot, organization))
        .ok_or_else(errors::not_found)
}

/// `PUT /users/{user_id}/organizations/{organization_id}/make_default`: the answer is the membership (documented).
fn make_default(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let ignored = body::unread(&call.body)?;
    let (slot, organization) = pair(&state.account, &call)?;
    state
        .account
        .make_default_organization(slot, organization, now);
    let reply = shown(&state.account, slot, organization, call.base)?;
    Ok(warn::unpermitted(
        reply,
        "organizations/make_default",
        &ignored,
    ))
}

/// `DELETE /users/{user_id}/organizations/{organization_id}`
fn unassign(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let ignored = body::unread(&call.body)?;
    let (slot, organization) = pair(&state.account, &call)?;
    state.account.leave(slot, organization, now);
    let reply = Reply::empty(StatusCode::NO_CONTENT);
    Ok(warn::unpermitted(reply, "organizations/destroy", &ignored))
}
