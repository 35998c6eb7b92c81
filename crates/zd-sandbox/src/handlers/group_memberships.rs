//! Memberships of agents in groups.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::LOCATION;
use zd_model::operation;

use super::body::{self, record};
use super::memberships::{MembershipsPage, users_along};
use super::paging::{Foot, Paging};
use super::users::{editable, live};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params::Kind;
use crate::render::groups::{GroupMembershipView, GroupView};
use crate::reply::Reply;
use crate::state::Account;
use crate::state::draft::nullable;
use crate::state::field_values::{boolean, integer};
use crate::state::groups::GroupMembership;
use crate::state::ids::{self, Slot};
use crate::state::problem::{Problem, Refusal};
use crate::state::user::Role;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::GROUP_MEMBERSHIPS_LIST, list),
    Route::new(operation::GROUP_MEMBERSHIPS_SHOW, show),
    Route::new(operation::GROUP_MEMBERSHIPS_CREATE, create),
    Route::new(operation::GROUP_MEMBERSHIPS_MAKE_DEFAULT, make_default),
    Route::new(operation::GROUP_MEMBERSHIPS_DELETE, delete),
];

const WRAPPER: &str = "group_membership";
const NAME: &str = "group_memberships";

/// `user_id` is known and does nothing: the path says who it is (assumed).
const KEYS: [(&str, Kind); 3] = [
    ("user_id", Kind::Integer),
    ("group_id", Kind::Integer),
    ("default", Kind::Boolean),
];

/// The membership of this user that the path names.
fn named(account: &Account, call: &Call<'_>, slot: Slot) -> Result<GroupMembership, Reply> {
    let id: u64 = call.param(1).parse().map_err(|_| errors::not_found())?;
    let mut own = account.groups.of(slot).iter();
    own.find(|membership| ids::group_membership(membership.number) == id)
        .copied()
        .ok_or_else(errors::not_found)
}

/// `GET /users/{user_id}/group_memberships`: by id.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let paging = Paging::of(&call)?;
    let own = state.account.groups.of(slot).iter();
    let by_id = own.map(|own| (ids::group_membership(own.number), *own));
    let (page, foot) = paging.cut(by_id, &call);
    Ok(page_of(&state.account, slot, &page, foot, &call))
}

fn views<'a>(
    slot: Slot,
    memberships: &[GroupMembership],
    base: &'a str,
) -> Vec<GroupMembershipView<'a>> {
    memberships
        .iter()
        .map(|membership| GroupMembershipView {
            slot,
            membership: *membership,
            base,
        })
        .collect()
}

fn page_of(
    account: &Account,
    slot: Slot,
    page: &[GroupMembership],
    foot: Foot,
    call: &Call<'_>,
) -> Reply {
    let groups = || {
        let own = page.iter().map(|membership| membership.group);
        own.filter_map(|place| GroupView::of(account, place, call.base))
            .collect()
    };
    Reply::ok(&MembershipsPage {
        name: NAME,
        memberships: &views(slot, page, call.base),
        users: users_along(account, slot, call, page.is_empty()),
        places: call.includes("groups").then(|| ("groups", groups())),
        foot,
    })
}

/// `GET /users/{user_id}/group_memberships/{group_membership_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let membership = named(&state.account, &call, slot)?;
    let view = GroupMembershipView {
        slot,
        membership,
        base: call.base,
    };
    Ok(Reply::ok(&BTreeMap::from([(WRAPPER, view)])))
}

/// `POST /users/{user_id}/group_memberships`: of an agent; an end user is 422 (assumed).
fn create(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "group_memberships/create";
    let account = &mut state.account;
    let slot = live(account, call.param(0))?;
    let mut ignored = Vec::new();
    let entry = record(call.body, WRAPPER, &KEYS, ACTION, &mut ignored)?;
    let refused = |problem| {
        let reply = errors::refused(&Refusal::Invalid(vec![problem]));
        warn::unpermitted(reply, ACTION, &ignored)
    };
    if account
        .live(slot)
        .is_none_or(|user| user.role == Role::EndUser)
    {
        return Err(refused(Problem::invalid("user", "User")));
    }
    let id = nullable(&entry, &["group_id"])
        .flatten()
        .ok_or_else(|| refused(Problem::blank("group_id", "Group")))?;
    let group = integer(id)
        .and_then(|id| account.groups.by_id(id))
        .ok_or_else(|| refused(Problem::invalid("group", "Group")))?;
    let is_default = entry.get("default").and_then(boolean) == Some(true);
    let membership = account
        .groups
        .join(slot, group, is_default, now.seconds())
        .map_err(refused)?;
    let view = GroupMembershipView {
        slot,
        membership,
        base: call.base,
    };
    let body = BTreeMap::from([(WRAPPER, view)]);
    let reply = Reply::json(StatusCode::CREATED, &body).header(LOCATION, view.url());
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT …/group_memberships/{group_membership_id}/make_default`: the answer is all of them (documented). Agents do it for
/// themselves, admins for anybody (assumed).
fn make_default(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "group_memberships/make_default";
    let ignored = body::unread(&call.body)?;
    let account = &mut state.account;
    let slot = editable(account, &call, call.param(0))?;
    let group = named(account, &call, slot)?.group;
    account.groups.make_default(slot, group, now.seconds());
    let all = views(slot, account.groups.of(slot), call.base);
    let reply = Reply::ok(&BTreeMap::from([(NAME, all)]));
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `DELETE /users/{user_id}/group_memberships/{group_membership_id}`
fn delete(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "group_memberships/destroy";
    let ignored = body::unread(&call.body)?;
    let account = &mut state.account;
    let slot = live(account, call.param(0))?;
    let group = named(account, &call, slot)?.group;
    account.groups.leave(slot, group, now.seconds());
    let reply = Reply::empty(StatusCode::NO_CONTENT);
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}
