//! Organizations: shown, found, created and updated.

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;
use http::header::LOCATION;
use serde_json::Value;
use zd_model::operation;

use super::body::record;
use super::order::{Sorted, sorted_page};
use super::paging::{Foot, Listed, Paging};
use super::users::{asked_for, caller};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params::Kind;
use crate::render::organizations::OrganizationView;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::index::folded;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::ORGANIZATIONS_LIST, list),
    Route::new(operation::ORGANIZATIONS_SHOW, show),
    Route::new(operation::ORGANIZATIONS_SHOW_MANY, show_many),
    Route::new(operation::ORGANIZATIONS_SEARCH, search),
    Route::new(operation::ORGANIZATIONS_AUTOCOMPLETE, autocomplete),
    Route::new(operation::ORGANIZATIONS_CREATE_OR_UPDATE, create_or_update),
];

/// The name of the body's one key, and where what is in it stands.
const WRAPPER: &str = "organization";

const KEYS: [(&str, Kind); 11] = [
    ("id", Kind::Id),
    ("external_id", Kind::Text),
    ("name", Kind::Text),
    ("domain_names", Kind::Texts),
    ("details", Kind::Text),
    ("notes", Kind::Text),
    ("group_id", Kind::Integer),
    ("shared_tickets", Kind::Boolean),
    ("shared_comments", Kind::Boolean),
    ("tags", Kind::Texts),
    ("organization_fields", Kind::Object),
];

/// The shortest beginning of a name that is completed.
const SHORTEST: usize = 2;

/// The number of the organization of this id.
pub(super) fn known(account: &Account, id: &str) -> Result<u32, Reply> {
    let id = id.parse().ok();
    id.and_then(|id| account.organizations.by_id(id))
        .ok_or_else(errors::not_found)
}

/// Organizations as records that can be sorted.
pub(super) fn sorted(
    account: &Account,
    numbers: impl IntoIterator<Item = u32>,
) -> impl Iterator<Item = (Sorted<'_>, u32)> {
    numbers.into_iter().filter_map(|number| {
        let (id, organization) = account.organizations.get(number)?;
        let sorted = Sorted {
            id,
            name: &organization.name,
            created_at: organization.created_at,
            updated_at: organization.updated_at,
        };
        Some((sorted, number))
    })
}

/// A page of organizations.
pub(super) fn listed(account: &Account, numbers: &[u32], foot: Foot, base: &str) -> Reply {
    let records: Vec<OrganizationView<'_>> = numbers
        .iter()
        .filter_map(|number| OrganizationView::of(account, *number, base))
        .collect();
    Reply::ok(&Listed {
        name: "organizations",
        records: &records,
        foot,
    })
}

/// `GET /organizations`: by id, or as `sort` says.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let all = account.organizations.iter().map(|(number, _)| number);
    let (page, foot) = sorted_page(&call, sorted(account, all))?;
    let reply = listed(account, &page, foot, call.base);
    // Recorded of this list alone: other answers are not to be kept at all.
    Ok(reply.header(http::header::CACHE_CONTROL, "max-age=30, private"))
}

/// `GET /organizations/{organization_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let number = known(&state.account, call.param(0))?;
    shown(&state.account, number, call.base)
}

fn shown(account: &Account, number: u32, base: &str) -> Result<Reply, Reply> {
    let organization = OrganizationView::of(account, number, base).ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&BTreeMap::from([(WRAPPER, organization)])))
}

/// `GET /organizations/show_many`: those that are there of those asked for, by name (recorded).
fn show_many(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let organizations = &state.account.organizations;
    let (asked, by_id) = asked_for(&call)?;
    let found: BTreeSet<u32> = asked
        .into_iter()
        .filter_map(|text| {
            if by_id {
                organizations.by_id(text.trim().parse().ok()?)
            } else {
                organizations.by_external_id(text)
            }
        })
        .collect();
    let mut found: Vec<u32> = found.into_iter().collect();
    found.sort_by_cached_key(|number| {
        let organization = organizations.get(*number);
        organization.map(|(_, organization)| folded(&organization.name).into_owned())
    });
    let foot = Foot::whole(found.len());
    Ok(listed(&state.account, &found, foot, call.base))
}

/// `GET /organizations/search`: the organization of this name or this external id, whatever the case. Both at once are 400
/// (assumed: it is only documented that one may not).
fn search(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let organizations = &state.account.organizations;
    let found = match (call.query("name"), call.query("external_id")) {
        (Some(name), None) => organizations.by_name(name),
        (None, Some(external_id)) => organizations.by_external_id(external_id),
        (Some(_), Some(_)) => return Err(errors::bad_parameter("external_id")),
        (None, None) => return Err(errors::missing_parameter("name")),
    };
    let found: Vec<u32> = found.into_iter().collect();
    let foot = Foot::whole(found.len());
    Ok(listed(&state.account, &found, foot, call.base))
}

/// `GET /organizations/autocomplete`: by the beginning of the name, in the order of names (assumed), by page only.
///
/// `field_id` and `source` change nothing here.
fn autocomplete(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let start = call.query("name").unwrap_or_default().trim();
    if start.chars().count() < SHORTEST {
        return Err(errors::bad_completion());
    }
    let paging = Paging::by_number(&call)?;
    let start = folded(start);
    let fitting = account.organizations.iter().filter_map(|(number, of)| {
        let name = folded(&of.name);
        name.starts_with(&*start)
            .then(|| (name.into_owned(), number))
    });
    let mut fitting: Vec<(String, u32)> = fitting.collect();
    fitting.sort_unstable();
    let numbers = fitting.into_iter().map(|(_, number)| number);
    let (page, foot) = paging.cut((0..).zip(numbers), &call);
    Ok(listed(account, &page, foot, call.base))
}

/// `POST /organizations/create_or_update`
fn create_or_update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "organizations/create_or_update";
    let role = caller(&call)?.role;
    let mut ignored = Vec::new();
    let entry = record(call.body, WRAPPER, &KEYS, ACTION, &mut ignored)?;
    if let Some(Value::Object(fields)) = entry.get("organization_fields") {
        // None are defined here.
        let unknown = fields.keys();
        ignored.extend(unknown.map(|key| format!("{WRAPPER}.organization_fields.{key}")));
    }
    let account = &mut state.account;
    let (number, is_new) = account
        .upsert_organization(&entry, role, now.seconds())
        .map_err(|refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored))?;
    let mut reply = shown(account, number, call.base)?;
    if is_new && let Some(organization) = OrganizationView::of(account, number, call.base) {
        reply = reply.header(LOCATION, organization.url());
        reply.status = StatusCode::CREATED;
    }
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}
