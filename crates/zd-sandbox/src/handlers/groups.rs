//! Groups of agents, and who is in them.

use http::StatusCode;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Value;
use zd_model::operation;

use super::body::wrapped;
use super::list_users::count_of;
use super::paging::{Listed, Paging};
use super::users::{editable, known, live};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params::{self, Kind};
use crate::render::groups::GroupView;
use crate::render::time;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::groups::{self, GroupMembership};
use crate::state::ids::{self, Slot};
use crate::state::problem::{Problem, Refusal};
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USER_GROUPS_LIST, list_groups),
    Route::new(operation::USER_GROUPS_COUNT, count_groups),
    Route::new(operation::GROUP_MEMBERSHIPS_LIST, list),
    Route::new(operation::GROUP_MEMBERSHIPS_SHOW, show),
    Route::new(operation::GROUP_MEMBERSHIPS_CREATE, create),
    Route::new(operation::GROUP_MEMBERSHIPS_MAKE_DEFAULT, make_default),
    Route::new(operation::GROUP_MEMBERSHIPS_DELETE, delete),
];

const KEYS: [(&str, Kind); 3] = [
    ("group_id", Kind::Integer),
    ("user_id", Kind::Integer),
    ("default", Kind::Boolean),
];

struct View<'a> {
    slot: Slot,
    membership: GroupMembership,
    default: bool,
    base: &'a str,
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let GroupMembership {
            id,
            group,
            created_at,
        } = self.membership;
        let url = format_args!("{}/api/v2/group_memberships/{id}.json", self.base);
        let mut map = serializer.serialize_map(Some(7))?;
        map.serialize_entry("url", &url)?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry("user_id", &ids::user(self.slot))?;
        map.serialize_entry("group_id", &ids::group(group))?;
        map.serialize_entry("default", &self.default)?;
        map.serialize_entry("created_at", &time(created_at))?;
        map.serialize_entry("updated_at", &time(created_at))?;
        map.end()
    }
}

fn views<'a>(account: &Account, slot: Slot, base: &'a str) -> Vec<View<'a>> {
    let default = account.default_group_of(slot);
    let all = account.group_memberships_of(slot);
    all.into_iter()
        .map(|membership| View {
            slot,
            membership,
            default: default == Some(membership.group),
            base,
        })
        .collect()
}

fn one(account: &Account, slot: Slot, id: u64, base: &str) -> Result<Reply, Reply> {
    let view = views(account, slot, base)
        .into_iter()
        .find(|view| view.membership.id == id)
        .ok_or_else(errors::not_found)?;
    let body = std::collections::BTreeMap::from([("group_membership", view)]);
    Ok(Reply::ok(&body))
}

fn named(account: &Account, slot: Slot, call: &Call<'_>) -> Result<GroupMembership, Reply> {
    let id: u64 = call.param(1).parse().map_err(|_| errors::not_found())?;
    account
        .group_memberships_of(slot)
        .into_iter()
        .find(|membership| membership.id == id)
        .ok_or_else(errors::not_found)
}

/// `GET /users/{user_id}/groups`
fn list_groups(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let slot = known(&state.account, call.param(0))?;
    let mut places: Vec<usize> = state
        .account
        .group_memberships_of(slot)
        .iter()
        .map(|membership| membership.group)
        .collect();
    places.sort_unstable();
    let views = places.into_iter().map(|place| {
        (
            place as u64,
            GroupView::of(&state.account, place, call.base),
        )
    });
    let (page, foot) = paging.cut(views, &call);
    Ok(Reply::ok(&Listed {
        name: "groups",
        records: &page,
        foot,
    }))
}

/// `GET /users/{user_id}/groups/count`
fn count_groups(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    Ok(count_of(
        state.account.group_memberships_of(slot).len(),
        now,
    ))
}

/// `GET /users/{user_id}/group_memberships`
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let slot = known(&state.account, call.param(0))?;
    let all = (0..).zip(views(&state.account, slot, call.base));
    let (page, foot) = paging.cut(all, &call);
    Ok(Reply::ok(&Listed {
        name: "group_memberships",
        records: &page,
        foot,
    }))
}

/// `GET /users/{user_id}/group_memberships/{id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    let membership = named(&state.account, slot, &call)?;
    one(&state.account, slot, membership.id, call.base)
}

/// `POST /users/{user_id}/group_memberships`: of this user, whatever `user_id` says; end users are in no group.
fn create(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "group_memberships/create";
    let slot = live(&state.account, call.param(0))?;
    let base = call.base;
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, "group_membership", &mut ignored)?;
    let entry = params::check_hash(sent, &KEYS, "group_membership", &mut ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, ACTION))?;
    let group = entry
        .get("group_id")
        .and_then(Value::as_u64)
        .and_then(groups::by_id)
        .ok_or_else(|| {
            let problem = Problem::invalid("group", "Group");
            errors::refused(&Refusal::Invalid(vec![problem]))
        })?;
    let default = entry.get("default") == Some(&Value::Bool(true));
    let id = state
        .account
        .add_group_membership(slot, group, default, now)
        .map_err(|refusal| errors::refused(&refusal))?;
    let reply = Reply {
        status: StatusCode::CREATED,
        ..one(&state.account, slot, id, base)?
    };
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT …/make_default`: all memberships of the agent come back.
fn make_default(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = editable(&state.account, &call, call.param(0))?;
    let membership = named(&state.account, slot, &call)?;
    state
        .account
        .set_default_group(slot, Some(membership.group), now);
    let all = views(&state.account, slot, call.base);
    let body = std::collections::BTreeMap::from([("group_memberships", all)]);
    Ok(Reply::ok(&body))
}

/// `DELETE …/group_memberships/{id}`
fn delete(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    let membership = named(&state.account, slot, &call)?;
    state
        .account
        .remove_group_membership(slot, membership.id, now);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
