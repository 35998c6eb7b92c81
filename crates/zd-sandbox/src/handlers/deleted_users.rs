//! Users who were deleted softly, and their permanent deletion.

use std::collections::BTreeMap;

use serde_json::json;
use zd_model::operation;

use super::paging::{Listed, Paging};
use super::users::{caller, known, view};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::deleted_users::{DeletedUserView, StepView};
use crate::render::time;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::user::{Role, User};

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::DELETED_USERS_LIST, list),
    Route::new(operation::DELETED_USERS_COUNT, count),
    Route::new(operation::DELETED_USERS_SHOW, show),
    Route::new(operation::DELETED_USERS_PURGE, purge),
    Route::new(operation::USERS_COMPLIANCE_DELETION_STATUSES, steps),
];

/// All deleted users, those who were deleted for good included.
fn deleted(account: &Account) -> impl Iterator<Item = (u64, Slot, &User)> {
    let all = account.users.by_ids_from(0);
    all.filter(|(_, _, user)| !user.active)
}

/// `GET /deleted_users`: by id, or sorted.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let account = &state.account;
    let (page, foot) = match call.query("sort") {
        None => paging.cut(deleted(account).map(|(id, slot, _)| (id, slot)), &call),
        Some(sort) => paging.cut(sorted(account, sort)?.into_iter(), &call),
    };
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

/// By `id`, `name`, `created_at` or `updated_at`, downwards behind a `-`; anything else is 400 (assumed).
fn sorted(account: &Account, sort: &str) -> Result<Vec<(u64, Slot)>, Reply> {
    let (key, downwards) = sort
        .strip_prefix('-')
        .map_or((sort, false), |key| (key, true));
    let time: fn(&User) -> u32 = match key {
        "id" => |_| 0,
        "created_at" => |user| user.created_at,
        "updated_at" => |user| user.updated_at,
        "name" => return Ok(by_name(account, downwards)),
        _ => return Err(errors::bad_parameter("sort")),
    };
    let key = |slot, user| {
        let key = u64::from(time(user)) << 32 | u64::from(ids::rank(slot));
        if downwards { u64::MAX - key } else { key }
    };
    let mut users: Vec<(u64, Slot)> = deleted(account)
        .map(|(_, slot, user)| (key(slot, user), slot))
        .collect();
    users.sort_unstable();
    Ok(users)
}

/// A name is no number that a cursor could hold, so the place stands for it: it moves when somebody else is deleted.
fn by_name(account: &Account, downwards: bool) -> Vec<(u64, Slot)> {
    let mut users: Vec<(&str, u64, Slot)> = deleted(account)
        .map(|(id, slot, user)| (&*user.name, id, slot))
        .collect();
    users.sort_unstable();
    if downwards {
        users.reverse();
    }
    (0..)
        .zip(users)
        .map(|(place, (_, _, slot))| (place, slot))
        .collect()
}

/// `GET /deleted_users/count`: exact, and of now, however many they are.
fn count(state: &mut State, _call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let value = deleted(&state.account).count();
    let count = json!({"value": value, "refreshed_at": time(now.seconds())});
    Ok(Reply::ok(&BTreeMap::from([("count", count)])))
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

/// `GET /users/{user_id}/compliance_deletion_statuses`: what was done so far; nothing for who was not deleted for good.
fn steps(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let slot = known(&state.account, call.param(0))?;
    let user_id = ids::user(slot);
    let application = call.query("application");
    let steps = state
        .account
        .purges
        .steps(slot, now.seconds())
        .filter(|step| application.is_none_or(|name| step.application == name))
        .map(|step| StepView { step, user_id });
    let (page, foot) = paging.cut((0..).zip(steps), &call);
    Ok(Reply::ok(&Listed {
        name: "compliance_deletion_statuses",
        records: &page,
        foot,
    }))
}
