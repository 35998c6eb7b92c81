//! Who is in which organizations.

use http::StatusCode;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Value;
use zd_model::operation;

use super::body::wrapped;
use super::list_users::count_of;
use super::organizations;
use super::paging::{Listed, Paging};
use super::users::{editable, known};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params::{self, Kind};
use crate::render::time;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::memberships::Membership;
use crate::state::problem::{Problem, Refusal};
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USER_ORGANIZATIONS_LIST, list_organizations),
    Route::new(operation::USER_ORGANIZATIONS_COUNT, count_organizations),
    Route::new(
        operation::USER_ORGANIZATIONS_MAKE_DEFAULT,
        make_organization_default,
    ),
    Route::new(operation::USER_ORGANIZATIONS_UNASSIGN, unassign),
    Route::new(operation::ORGANIZATION_MEMBERSHIPS_LIST, list),
    Route::new(operation::ORGANIZATION_MEMBERSHIPS_SHOW, show),
    Route::new(operation::ORGANIZATION_MEMBERSHIPS_CREATE, create),
    Route::new(
        operation::ORGANIZATION_MEMBERSHIPS_MAKE_DEFAULT,
        make_default,
    ),
    Route::new(operation::ORGANIZATION_MEMBERSHIPS_DELETE, delete),
];

const KEYS: [(&str, Kind); 4] = [
    ("organization_id", Kind::Integer),
    ("user_id", Kind::Integer),
    ("default", Kind::Boolean),
    ("view_tickets", Kind::Boolean),
];

struct View<'a> {
    account: &'a Account,
    slot: Slot,
    membership: Membership,
    base: &'a str,
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Membership {
            id,
            organization,
            default,
            created_at,
        } = self.membership;
        let user_id = ids::user(self.slot);
        let organization = self.account.organizations.get(organization);
        let url = format_args!("{}/api/v2/organization_memberships/{id}.json", self.base);
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("url", &url)?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry("user_id", &user_id)?;
        map.serialize_entry("organization_id", &organization.map(|(id, _)| id))?;
        map.serialize_entry("default", &default)?;
        map.serialize_entry("created_at", &time(created_at))?;
        map.serialize_entry("organization_name", &organization.map(|(_, one)| &one.name))?;
        map.serialize_entry("updated_at", &time(created_at))?;
        map.serialize_entry("view_tickets", &true)?;
        map.end()
    }
}

fn views<'a>(account: &'a Account, slot: Slot, base: &'a str) -> Vec<View<'a>> {
    let all = account.memberships_of(slot);
    all.into_iter()
        .map(|membership| View {
            account,
            slot,
            membership,
            base,
        })
        .collect()
}

fn one(account: &Account, slot: Slot, id: u64, base: &str) -> Result<Reply, Reply> {
    let view = views(account, slot, base)
        .into_iter()
        .find(|view| view.membership.id == id)
        .ok_or_else(errors::not_found)?;
    let body = std::collections::BTreeMap::from([("organization_membership", view)]);
    Ok(Reply::ok(&body))
}

/// The membership that the path names, of that user.
fn named(account: &Account, slot: Slot, call: &Call<'_>) -> Result<Membership, Reply> {
    let id: u64 = call.param(1).parse().map_err(|_| errors::not_found())?;
    account
        .memberships_of(slot)
        .into_iter()
        .find(|membership| membership.id == id)
        .ok_or_else(errors::not_found)
}

/// The membership in the organization that the path names.
fn of_organization(account: &Account, slot: Slot, call: &Call<'_>) -> Result<Membership, Reply> {
    let number = organizations::known(account, call.param(1))?;
    account
        .memberships_of(slot)
        .into_iter()
        .find(|membership| membership.organization == number)
        .ok_or_else(errors::not_found)
}

/// `GET /users/{user_id}/organizations`
fn list_organizations(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    let all = state.account.memberships_of(slot);
    let mut numbers: Vec<u32> = all.iter().map(|one| one.organization).collect();
    numbers.sort_unstable();
    organizations::page(&state.account, &call, numbers)
}

/// `GET /users/{user_id}/organizations/count`
fn count_organizations(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    Ok(count_of(state.account.memberships_of(slot).len(), now))
}

/// `PUT /users/{user_id}/organizations/{organization_id}/make_default`: the membership comes back.
fn make_organization_default(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = editable(&state.account, &call, call.param(0))?;
    let membership = of_organization(&state.account, slot, &call)?;
    state
        .account
        .set_default_organization(slot, membership.organization, now);
    one(&state.account, slot, membership.id, call.base)
}

/// `DELETE /users/{user_id}/organizations/{organization_id}`
fn unassign(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = editable(&state.account, &call, call.param(0))?;
    let membership = of_organization(&state.account, slot, &call)?;
    state.account.remove_membership(slot, membership.id, now);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `GET /users/{user_id}/organization_memberships`
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let slot = known(&state.account, call.param(0))?;
    let all = (0..).zip(views(&state.account, slot, call.base));
    let (page, foot) = paging.cut(all, &call);
    Ok(Reply::ok(&Listed {
        name: "organization_memberships",
        records: &page,
        foot,
    }))
}

/// `GET /users/{user_id}/organization_memberships/{id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    let membership = named(&state.account, slot, &call)?;
    one(&state.account, slot, membership.id, call.base)
}

/// `POST /users/{user_id}/organization_memberships`: of this user, whatever `user_id` says. This account lets people be in
/// several organizations (assumed).
fn create(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "organization_memberships/create";
    let slot = editable(&state.account, &call, call.param(0))?;
    let base = call.base;
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, "organization_membership", &mut ignored)?;
    let entry = params::check_hash(sent, &KEYS, "organization_membership", &mut ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, ACTION))?;
    let organization = entry
        .get("organization_id")
        .and_then(Value::as_u64)
        .and_then(|id| state.account.organizations.by_id(id))
        .ok_or_else(|| {
            let problem = Problem::invalid("organization", "Organization");
            errors::refused(&Refusal::Invalid(vec![problem]))
        })?;
    let default = entry.get("default") == Some(&Value::Bool(true));
    let id = state
        .account
        .add_membership(slot, organization, default, now)
        .map_err(|refusal| errors::refused(&refusal))?;
    let reply = Reply {
        status: StatusCode::CREATED,
        ..one(&state.account, slot, id, base)?
    };
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}

/// `PUT …/make_default`: all memberships of the user come back.
fn make_default(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = editable(&state.account, &call, call.param(0))?;
    let membership = named(&state.account, slot, &call)?;
    state
        .account
        .set_default_organization(slot, membership.organization, now);
    let all = views(&state.account, slot, call.base);
    let body = std::collections::BTreeMap::from([("organization_memberships", all)]);
    Ok(Reply::ok(&body))
}

/// `DELETE …/organization_memberships/{id}`
fn delete(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = editable(&state.account, &call, call.param(0))?;
    let membership = named(&state.account, slot, &call)?;
    state.account.remove_membership(slot, membership.id, now);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
