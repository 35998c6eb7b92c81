//! Users who were deleted softly, and their permanent deletion.

use std::collections::BTreeMap;

use zd_model::operation;

use super::list_users::{count_of, page};
use super::order::Order;
use super::paging::Listed;
use super::users::{caller, known, view};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::deleted_users::{DeletedUserView, StepView};
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::user::Role;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::DELETED_USERS_LIST, list),
    Route::new(operation::DELETED_USERS_COUNT, count),
    Route::new(operation::DELETED_USERS_SHOW, show),
    Route::new(operation::DELETED_USERS_PURGE, purge),
    Route::new(operation::USERS_COMPLIANCE_DELETION_STATUSES, steps),
];

/// `GET /deleted_users`: by id, or as `sort` says; those who were deleted for good included.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let order = Order::parse(call.query("sort").unwrap_or("id"))?;
    let (page, foot) = page(account, &call, order, |_, user| !user.active)?;
    let users: Vec<DeletedUserView<'_>> = page
        .into_iter()
        .filter_map(|slot| view(account, slot, call.base))
        .map(DeletedUserView)
        .collect();
    Ok(Reply::ok(&Listed {
        name: "deleted_users",
        records: &users,
        foot,
    }))
}

/// `GET /deleted_users/count`: exact, and of now, however many they are.
fn count(state: &mut State, _call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let users = state.account.users.iter();
    Ok(count_of(
        users.filter(|(_, user)| !user.active).count(),
        now,
    ))
}

/// The user that the path names, who was deleted softly and not yet for good.
fn deleted_softly(account: &Account, call: &Call<'_>) -> Result<Slot, Reply> {
    let slot = known(account, call.param(0))?;
    let live = account.users.get(slot).is_none_or(|user| user.active);
    let there = !live && !account.purges.contains(slot);
    there.then_some(slot).ok_or_else(errors::not_found)
}

/// `GET /deleted_users/{deleted_user_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = deleted_softly(&state.account, &call)?;
    shown(&state.account, slot, call.base)
}

fn shown(account: &Account, slot: Slot, base: &str) -> Result<Reply, Reply> {
    let user = view(account, slot, base).ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&BTreeMap::from([(
        "deleted_user",
        DeletedUserView(user),
    )])))
}

/// `DELETE /deleted_users/{deleted_user_id}`: for good. Agents may do that to end users only (assumed, as for any change).
///
/// The answer still shows who it was, as the documented example does.
fn purge(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let caller = caller(&call)?;
    state.limits.permanent_deletion(now)?;
    let slot = deleted_softly(&state.account, &call)?;
    let is_end_user = state
        .account
        .users
        .get(slot)
        .is_some_and(|user| user.role == Role::EndUser);
    if caller.role != Role::Admin && !is_end_user {
        return Err(errors::forbidden());
    }
    let reply = shown(&state.account, slot, call.base)?;
    state.account.purge(slot, caller.slot, now.seconds());
    Ok(reply)
}

/// `GET /users/{user_id}/compliance_deletion_statuses`: what was done so far; nothing for who was not deleted
/// for good. Not in pages (documented).
fn steps(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    let user_id = ids::user(slot);
    let application = call.query("application");
    let steps: Vec<StepView> = state
        .account
        .purges
        .steps(slot, now.seconds())
        .filter(|step| application.is_none_or(|name| step.application == name))
        .map(|step| StepView { step, user_id })
        .collect();
    Ok(Reply::ok(&BTreeMap::from([(
        "compliance_deletion_statuses",
        steps,
    )])))
}
