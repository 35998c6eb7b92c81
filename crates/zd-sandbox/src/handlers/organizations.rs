//! Organizations: as much of them as people need.

use std::cmp::Ordering;

use http::StatusCode;
use http::header::LOCATION;
use zd_model::operation;

use super::body::wrapped;
use super::bulk::listed;
use super::paging::{Foot, Listed, Paging};
use super::users::writer;
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params::{self, Kind};
use crate::render::OrganizationView;
use crate::reply::Reply;
use crate::state::Account;
use crate::state::index::folded;
use crate::state::organizations::Organization;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::ORGANIZATIONS_LIST, list),
    Route::new(operation::ORGANIZATIONS_SHOW, show),
    Route::new(operation::ORGANIZATIONS_SHOW_MANY, show_many),
    Route::new(operation::ORGANIZATIONS_SEARCH, search),
    Route::new(operation::ORGANIZATIONS_AUTOCOMPLETE, autocomplete),
    Route::new(operation::ORGANIZATIONS_CREATE_OR_UPDATE, create_or_update),
];

/// An autocompletion needs so many letters (documented).
const FEWEST_LETTERS: usize = 2;

const KEYS: [(&str, Kind); 11] = [
    ("id", Kind::Integer),
    ("name", Kind::Text),
    ("external_id", Kind::Text),
    ("domain_names", Kind::Texts),
    ("details", Kind::Text),
    ("notes", Kind::Text),
    ("group_id", Kind::Integer),
    ("shared_tickets", Kind::Boolean),
    ("shared_comments", Kind::Boolean),
    ("tags", Kind::Texts),
    ("organization_fields", Kind::Object),
];

pub(super) fn view<'a>(
    account: &'a Account,
    number: u32,
    base: &'a str,
) -> Option<OrganizationView<'a>> {
    let (id, organization) = account.organizations.get(number)?;
    Some(OrganizationView {
        id,
        organization,
        base,
    })
}

/// The number of the organization whose id is this text.
pub(super) fn known(account: &Account, id: &str) -> Result<u32, Reply> {
    let id = id.parse().ok();
    id.and_then(|id| account.organizations.by_id(id))
        .ok_or_else(errors::not_found)
}

/// `GET /organizations`: by id, or as `sort` says; other orders are 400 (assumed).
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let sort = call.query("sort").unwrap_or("id");
    let (by, descending) = match sort.strip_prefix('-') {
        Some(by) => (by, true),
        None => (sort, false),
    };
    let compare: fn(&Organization, &Organization) -> Ordering = match by {
        "id" => |_, _| Ordering::Equal,
        "name" => |one, other| folded(&one.name).cmp(&folded(&other.name)),
        "created_at" => |one, other| one.created_at.cmp(&other.created_at),
        "updated_at" => |one, other| one.updated_at.cmp(&other.updated_at),
        _ => return Err(errors::bad_parameter("sort")),
    };
    let mut all: Vec<(u32, &Organization)> = account.organizations.iter().collect();
    all.sort_by(|one, other| compare(one.1, other.1));
    if descending {
        all.reverse();
    }
    let numbers: Vec<u32> = all.into_iter().map(|(number, _)| number).collect();
    page(account, &call, numbers)
}

/// The page that is asked for of these organizations.
pub(super) fn page(account: &Account, call: &Call<'_>, numbers: Vec<u32>) -> Result<Reply, Reply> {
    let paging = Paging::of(call)?;
    let views = (0..)
        .zip(numbers)
        .filter_map(|(place, number)| view(account, number, call.base).map(|view| (place, view)));
    let (page, foot) = paging.cut(views, call);
    Ok(Reply::ok(&Listed {
        name: "organizations",
        records: &page,
        foot,
    }))
}

/// These organizations as one page.
fn whole(account: &Account, call: &Call<'_>, numbers: impl IntoIterator<Item = u32>) -> Reply {
    let records: Vec<_> = numbers
        .into_iter()
        .filter_map(|number| view(account, number, call.base))
        .collect();
    let count = records.len();
    Reply::ok(&Listed {
        name: "organizations",
        records: &records,
        foot: Foot::whole(count),
    })
}

/// `GET /organizations/{organization_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let number = known(&state.account, call.param(0))?;
    one(&state.account, number, call.base)
}

fn one(account: &Account, number: u32, base: &str) -> Result<Reply, Reply> {
    let view = view(account, number, base).ok_or_else(errors::not_found)?;
    let body = std::collections::BTreeMap::from([("organization", view)]);
    Ok(Reply::ok(&body))
}

/// `GET /organizations/show_many`: who is there of those asked for, by id.
fn show_many(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let organizations = &state.account.organizations;
    let mut numbers: Vec<u32> =
        if call.query("external_ids").is_some() && call.query("ids").is_none() {
            let asked = listed(&call, "external_ids")?;
            asked
                .into_iter()
                .filter_map(|id| organizations.by_external_id(id))
                .collect()
        } else {
            let asked = listed(&call, "ids")?;
            asked
                .into_iter()
                .filter_map(|id| organizations.by_id(id.trim().parse().ok()?))
                .collect()
        };
    numbers.sort_unstable();
    numbers.dedup();
    Ok(whole(&state.account, &call, numbers))
}

/// `GET /organizations/search`: exactly this external id or name.
fn search(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let organizations = &state.account.organizations;
    let found = match (call.query("external_id"), call.query("name")) {
        (Some(id), _) => organizations.by_external_id(id),
        (None, Some(name)) => organizations.by_name(name),
        (None, None) => return Err(errors::missing_parameter("external_id")),
    };
    Ok(whole(&state.account, &call, found))
}

/// `GET /organizations/autocomplete`
fn autocomplete(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let name = call.query("name").unwrap_or_default();
    if name.trim().chars().count() < FEWEST_LETTERS {
        return Err(errors::query_error());
    }
    let found: Vec<u32> = state.account.organizations.beginning(name).collect();
    page(&state.account, &call, found)
}

/// `POST /organizations/create_or_update`: 201 for a new one, 200 for a known one. Agents may not (documented: admins, and
/// agents in some custom roles).
fn create_or_update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "organizations/create_or_update";
    if writer(&call)?.role != crate::state::user::Role::Admin {
        return Err(errors::forbidden());
    }
    let base = call.base;
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, "organization", &mut ignored)?;
    let entry = params::check_hash(sent, &KEYS, "organization", &mut ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, ACTION))?;
    // This account has no organization fields.
    if let Some(serde_json::Value::Object(fields)) = entry.get("organization_fields") {
        let path = |key: &String| format!("organization.organization_fields.{key}");
        ignored.extend(fields.keys().map(path));
    }
    let (number, is_new) = state
        .account
        .organizations
        .upsert(&entry, now.seconds())
        .map_err(|refusal| warn::unpermitted(errors::refused(&refusal), ACTION, &ignored))?;
    let mut reply = one(&state.account, number, base)?;
    if is_new && let Some((id, _)) = state.account.organizations.get(number) {
        reply.status = StatusCode::CREATED;
        let url = format!("{base}/api/v2/organizations/{id}.json");
        if let Ok(url) = http::HeaderValue::from_str(&url) {
            reply.headers.push((LOCATION, url));
        }
    }
    Ok(warn::unpermitted(reply, ACTION, &ignored))
}
