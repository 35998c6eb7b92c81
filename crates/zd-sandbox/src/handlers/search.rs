//! Users by external id, or by a query.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use zd_model::operation;

use super::order::Order;
use super::paging::{Foot, Paging};
use super::query::Query;
use super::users::{UsersPage, view};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::UserView;
use crate::reply::Reply;
use crate::span;
use crate::state::ids::{self, Slot};
use crate::state::user::{IdentityKind, User};

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_SEARCH, search),
    Route::new(operation::SEARCH_EXPORT, export),
];

/// An exported page has up to so many records.
const LONGEST_EXPORTED_PAGE: usize = 1000;

/// `GET /users/search`
fn search(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    state.limits.search(now)?;
    let paging = Paging::by_number(&call)?;
    let found = match (call.query("external_id"), call.query("query")) {
        (Some(external_id), _) => state
            .account
            .users
            .by_external_id(external_id)
            .into_iter()
            .collect(),
        (None, Some(query)) => by_query(state, query, now),
        (None, None) => return Err(errors::missing_parameter("query")),
    };
    let (page, foot) = paging.cut(found.into_iter().map(|slot| (ids::user(slot), slot)), &call);
    let users: Vec<UserView<'_>> = page
        .into_iter()
        .filter_map(|slot| view(&state.account, slot, call.base))
        .collect();
    let reply = Reply::ok(&UsersPage {
        users: &users,
        single: false,
        call: &call,
        with_identities: false,
        foot: Some(foot),
    });
    Ok(reply.header(http::header::CACHE_CONTROL, "max-age=10, private"))
}

/// `GET /search/export`: of users only; newest first, by cursor, as many as there are.
///
/// Other types than `user` are 400, in the query too. A `type:user` in the query is documented to be an error, yet zenpy
/// sends it with every export, so it is let through (reported).
fn export(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    state.limits.search_export(now)?;
    let query = call
        .query("query")
        .ok_or_else(|| errors::missing_parameter("query"))?;
    match call.query("filter[type]") {
        None => return Err(errors::missing_parameter("filter[type]")),
        Some("user") => {}
        Some(_) => return Err(errors::bad_parameter("filter[type]")),
    }
    if Query::parse(query).names_another_type() {
        return Err(errors::bad_parameter("query"));
    }
    let order = Order::NEWEST_FIRST;
    let paging = Paging::by_positions(&call, LONGEST_EXPORTED_PAGE, |cursor| {
        order.place_in(cursor)
    })?;
    let found = by_query(state, query, now)
        .into_iter()
        .filter_map(|slot| Some((order.place(slot, state.account.live(slot)?), slot)));
    let (page, foot) = paging.sort_and_cut(found, &call);
    let results: Vec<FoundUser<'_>> = page
        .into_iter()
        .filter_map(|slot| view(&state.account, slot, call.base))
        .map(|user| FoundUser {
            user,
            result_type: "user",
        })
        .collect();
    Ok(Reply::ok(&Export { results, foot }))
}

/// A user among results of any type.
#[derive(Serialize)]
struct FoundUser<'a> {
    #[serde(flatten)]
    user: UserView<'a>,
    result_type: &'static str,
}

struct Export<'a> {
    results: Vec<FoundUser<'a>>,
    foot: Foot,
}

impl Serialize for Export<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("results", &self.results)?;
        map.serialize_entry("facets", &())?;
        self.foot.serialize_into(&mut map)?;
        map.end()
    }
}

/// Live users that the query finds, by id; freshly written ones only after the index has caught up.
fn by_query(state: &State, text: &str, now: Now) -> Vec<Slot> {
    let query = Query::parse(text);
    if query.is_empty() {
        return Vec::new();
    }
    let users = &state.account.users;
    let delay = span::millis(state.settings.search_delay);
    let indexed = |user: &User| {
        let written = i64::from(user.updated_at) * 1000;
        delay == 0 || written + delay <= now.millis()
    };
    let fits = |slot: Slot, user: &User| {
        user.active && indexed(user) && query.matches(&state.account, slot, user)
    };
    let mut found: Vec<Slot> = match query.exact_email() {
        Some(address) => users
            .by_identity(IdentityKind::Email, address)
            .into_iter()
            .filter(|slot| users.get(*slot).is_some_and(|user| fits(*slot, user)))
            .collect(),
        None => users
            .iter()
            .filter(|(slot, user)| fits(*slot, user))
            .map(|(slot, _)| slot)
            .collect(),
    };
    found.sort_unstable_by_key(|slot| ids::user(*slot));
    found
}
