//! Users by external id, or by a query.

use super::State;
use super::query::Query;
use super::users::{Page, UsersPage, view};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::UserView;
use crate::reply::Reply;
use crate::state::ids::{self, Slot};
use crate::state::user::{IdentityKind, User};

const LONGEST_PAGE: usize = 100;
/// Offset paging ends here.
const DEEPEST: usize = 10_000;

/// `GET /users/search`
pub(super) fn search(state: &mut State, call: &Call<'_>, now: Now) -> Result<Reply, Reply> {
    state.limits.search(now)?;
    let (page, per_page) = paging(call)?;
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
    let count = found.len();
    let start = (page - 1).saturating_mul(per_page);
    let link = |page: usize| link(call, page);
    let users: Vec<UserView<'_>> = found
        .iter()
        .skip(start)
        .take(per_page)
        .filter_map(|slot| view(&state.account, *slot, call.base))
        .collect();
    let reply = Reply::ok(&UsersPage {
        users: &users,
        single: false,
        call,
        with_identities: false,
        page: Some(Page {
            next: (start + per_page < count).then(|| link(page + 1)),
            previous: (page > 1).then(|| link(page - 1)),
            count,
        }),
    });
    Ok(reply.header(http::header::CACHE_CONTROL, "max-age=10, private"))
}

/// Page, from 1, and its length.
fn paging(call: &Call<'_>) -> Result<(usize, usize), Reply> {
    if call.query.iter().any(|(key, _)| key.starts_with("page[")) {
        return Err(errors::page_not_a_number());
    }
    let number = |name: &str, default: usize| match call.query(name) {
        None | Some("") => Ok(default),
        Some(text) => text.parse().map_err(|_| errors::page_not_a_number()),
    };
    let page = number("page", 1)?.max(1);
    let per_page = number("per_page", LONGEST_PAGE)?.clamp(1, LONGEST_PAGE);
    if page.saturating_mul(per_page) > DEEPEST {
        return Err(errors::too_deep());
    }
    Ok((page, per_page))
}

/// Live users that the query finds, by id; freshly written ones only after the index has caught up.
fn by_query(state: &State, text: &str, now: Now) -> Vec<Slot> {
    let query = Query::parse(text);
    if query.is_empty() {
        return Vec::new();
    }
    let users = &state.account.users;
    let indexed = |user: &User| {
        let written = i64::from(user.updated_at) * 1000;
        state.settings.search_delay_millis == 0
            || written + state.settings.search_delay_millis <= now.millis()
    };
    let fits = |user: &User| user.active && indexed(user) && query.matches(&state.account, user);
    let mut found: Vec<Slot> = match query.exact_email() {
        Some(address) => users
            .by_identity(IdentityKind::Email, address)
            .into_iter()
            .filter(|slot| users.get(*slot).is_some_and(fits))
            .collect(),
        None => users
            .iter()
            .filter(|(_, user)| fits(user))
            .map(|(slot, _)| slot)
            .collect(),
    };
    found.sort_unstable_by_key(|slot| ids::user(*slot));
    found
}

/// The address of another page, with everything else as it was asked.
fn link(call: &Call<'_>, page: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(call.query.iter().filter(|(key, _)| key != "page"));
    query.append_pair("page", &page.to_string());
    format!("{}/api/v2/users/search.json?{}", call.base, query.finish())
}
