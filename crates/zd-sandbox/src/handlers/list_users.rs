//! Lists of users, and how many there are: of the account, of a group, of an organization.

use std::collections::BTreeMap;

use serde_json::json;
use zd_model::operation;

use super::order::Order;
use super::paging::{Foot, Paging};
use super::users::{UsersPage, view};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::{UserView, time};
use crate::reply::Reply;
use crate::state::Account;
use crate::state::groups;
use crate::state::ids::Slot;
use crate::state::index::same;
use crate::state::user::{Role, User};

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_LIST, list),
    Route::new(operation::USERS_COUNT, count),
    Route::new(operation::GROUPS_USERS, list_of_group),
    Route::new(operation::GROUPS_USERS_COUNT, count_of_group),
    Route::new(operation::ORGANIZATIONS_USERS, list_of_organization),
    Route::new(operation::ORGANIZATIONS_USERS_COUNT, count_of_organization),
];

/// `GET /users`: live users by id, or as `sort` says.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let order = Order::parse(call.query("sort").unwrap_or("id"))?;
    listed(&state.account, &call, order, |_, _| true)
}

/// `GET /users/count`
fn count(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    counted(&state.account, &call, now, |_, _| true)
}

/// `GET /groups/{group_id}/users`: by id, or as `sort_by` and `sort_order` say (assumed: as for organizations).
fn list_of_group(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let group = group(&call)?;
    listed(account, &call, pair_of(&call)?, |slot, user| {
        is_in(account, slot, user, group)
    })
}

/// `GET /groups/{group_id}/users/count`
fn count_of_group(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let group = group(&call)?;
    counted(account, &call, now, |slot, user| {
        is_in(account, slot, user, group)
    })
}

/// The place of the group that the path names.
fn group(call: &Call<'_>) -> Result<usize, Reply> {
    let id = call.param(0).parse().ok();
    id.and_then(groups::by_id).ok_or_else(errors::not_found)
}

fn is_in(account: &Account, slot: Slot, user: &User, group: usize) -> bool {
    user.role != Role::EndUser
        && account
            .group_memberships_of(slot)
            .iter()
            .any(|membership| membership.group == group)
}

/// `GET /organizations/{organization_id}/users`: by id, or as `sort_by` and `sort_order` say.
fn list_of_organization(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let organization = organization(account, &call)?;
    listed(account, &call, pair_of(&call)?, |slot, user| {
        account.belongs_to(slot, user, organization)
    })
}

/// `GET /organizations/{organization_id}/users/count`
fn count_of_organization(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let organization = organization(account, &call)?;
    counted(account, &call, now, |slot, user| {
        account.belongs_to(slot, user, organization)
    })
}

fn pair_of(call: &Call<'_>) -> Result<Order, Reply> {
    Order::parse_pair(call.query("sort_by"), call.query("sort_order"))
}

/// What a user's `organization` says for the organization that the path names.
fn organization(account: &Account, call: &Call<'_>) -> Result<u32, Reply> {
    let id = call.param(0).parse().ok();
    id.and_then(|id| account.organizations.by_id(id))
        .ok_or_else(errors::not_found)
}

/// Those live users of a set that the query's filters let through, as a page.
///
/// `include_item_cursors` and `include_boundary_indicators` change nothing (assumed: nobody has seen what they add).
fn listed(
    account: &Account,
    call: &Call<'_>,
    order: Order,
    is_in_set: impl Fn(Slot, &User) -> bool,
) -> Result<Reply, Reply> {
    let filter = Filter::of(call)?;
    let (page, foot) = page(account, call, order, |slot, user| {
        user.active && is_in_set(slot, user) && filter.takes(user)
    })?;
    let users: Vec<UserView<'_>> = page
        .into_iter()
        .filter_map(|slot| view(account, slot, call.base))
        .collect();
    Ok(Reply::ok(&UsersPage {
        users: &users,
        single: false,
        call,
        with_identities: true,
        foot: Some(foot),
    }))
}

/// How many live users of a set the query's filters let through: exactly, and now, however many they are.
fn counted(
    account: &Account,
    call: &Call<'_>,
    now: Now,
    is_in_set: impl Fn(Slot, &User) -> bool,
) -> Result<Reply, Reply> {
    let filter = Filter::of(call)?;
    let value = account
        .users
        .iter()
        .filter(|(slot, user)| user.active && is_in_set(*slot, user) && filter.takes(user))
        .count();
    Ok(count_of(value, now))
}

/// A count, as of now.
pub(super) fn count_of(value: usize, now: Now) -> Reply {
    let count = json!({"value": value, "refreshed_at": time(now.seconds())});
    Reply::ok(&BTreeMap::from([("count", count)]))
}

/// The page that is asked for of all users who are wanted, in this order.
pub(super) fn page(
    account: &Account,
    call: &Call<'_>,
    order: Order,
    is_wanted: impl Fn(Slot, &User) -> bool,
) -> Result<(Vec<Slot>, Foot), Reply> {
    let users = &account.users;
    if order.is_by_id() {
        let paging = Paging::of(call)?;
        let wanted = users
            .by_ids_from(paging.start())
            .filter(|(_, slot, user)| is_wanted(*slot, user))
            .map(|(id, slot, _)| (id, slot));
        return Ok(paging.cut(wanted, call));
    }
    let paging = Paging::of_positions(call, |cursor| order.place_in(cursor))?;
    let wanted = users
        .iter()
        .filter(|(slot, user)| is_wanted(*slot, user))
        .map(|(slot, user)| (order.place(slot, user), slot));
    Ok(paging.sort_and_cut(wanted, call))
}

/// Which users are wanted.
#[derive(Debug)]
pub(super) struct Filter<'a> {
    /// Any of these; none: all.
    roles: Vec<Role>,
    permission_set: Option<u64>,
    external_id: Option<&'a str>,
}

impl<'a> Filter<'a> {
    /// A role that is not known is 400 (assumed).
    pub(super) fn of(call: &'a Call<'_>) -> Result<Self, Reply> {
        let roles = call
            .query
            .iter()
            .filter(|(key, _)| key == "role" || key == "role[]")
            .map(|(_, value)| Role::parse(value).ok_or_else(|| errors::bad_parameter("role")))
            .collect::<Result<_, _>>()?;
        let permission_set = call
            .query("permission_set")
            .map(|text| {
                text.parse()
                    .map_err(|_| errors::bad_parameter("permission_set"))
            })
            .transpose()?;
        Ok(Self {
            roles,
            permission_set,
            external_id: call.query("external_id"),
        })
    }

    pub(super) fn takes(&self, user: &User) -> bool {
        (self.roles.is_empty() || self.roles.contains(&user.role))
            && (self.permission_set.is_none() || user.rare().custom_role_id == self.permission_set)
            && self.external_id.is_none_or(|wanted| {
                user.external_id
                    .as_deref()
                    .is_some_and(|own| same(own, wanted))
            })
    }
}
