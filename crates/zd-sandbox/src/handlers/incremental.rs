//! Incremental exports: who changed since when, soft-deleted users included, in the order of their last change.
//!
//! What changed in the last minute is kept back (documented): within a second that has passed nobody can be added
//! any more, so no walk misses anybody.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zd_model::operation;

use super::paging::{Foot, address, kept_pairs};
use super::users::{UsersPage, view};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::UserView;
use crate::reply::Reply;
use crate::state::ids::{self, Slot};

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::INCREMENTAL_USERS, by_time),
    Route::new(operation::INCREMENTAL_USERS_CURSOR, by_cursor),
];

const LONGEST_PAGE: usize = 1000;
/// So many seconds are kept back.
const KEPT_BACK: u32 = 60;

/// `GET /incremental/users`
///
/// The next page begins at a second. If this page ends within one, that second comes again as a whole: the end time is
/// the last change's second then, else the one behind it (both seen in recordings). If all of this page is within one
/// second, it grows to hold all of that (documented).
fn by_time(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    state.limits.incremental_export(now)?;
    let start = start_time(&call, now)?.ok_or_else(|| errors::missing_parameter("start_time"))?;
    let most = per_page(&call)?;
    let until = now.seconds().saturating_sub(KEPT_BACK);
    let mut changes = state
        .account
        .users
        .changed_since(start, 0)
        .take_while(|(seconds, _)| *seconds <= until)
        .peekable();
    let mut page: Vec<(u32, Slot)> = Vec::new();
    while let Some(change) = changes.next_if(|(seconds, _)| {
        page.len() < most || page.first().is_some_and(|(first, _)| first == seconds)
    }) {
        page.push(change);
    }
    let next = changes.peek().map(|(seconds, _)| *seconds);
    // A page without anybody has no end (assumed).
    let end_time = page.last().map(|(last, _)| {
        let is_cut = next == Some(*last);
        if is_cut {
            *last
        } else {
            last.saturating_add(1)
        }
    });
    let next_page = end_time.map(|end| link(&call, "start_time", &end.to_string()));
    let foot = vec![
        ("next_page", next_page.into()),
        ("count", page.len().into()),
        ("end_of_stream", next.is_none().into()),
        ("end_time", end_time.into()),
    ];
    Ok(answer(state, &call, &page, foot))
}

/// `GET /incremental/users/cursor`: from `start_time` first, then from `cursor`, which wins.
fn by_cursor(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    state.limits.incremental_export(now)?;
    let (seconds, id) = match call.query("cursor") {
        Some(text) => position_in(text).ok_or_else(|| errors::bad_parameter("cursor"))?,
        None => {
            let start = start_time(&call, now)?;
            (
                start.ok_or_else(|| errors::missing_parameter("start_time"))?,
                0,
            )
        }
    };
    let most = per_page(&call)?;
    let until = now.seconds().saturating_sub(KEPT_BACK);
    let mut changes = state
        .account
        .users
        .changed_since(seconds, id)
        .take_while(|(seconds, _)| *seconds <= until);
    let page: Vec<(u32, Slot)> = changes.by_ref().take(most).collect();
    let is_last = changes.next().is_none();
    // Behind the last record; a page without any ends where it began.
    let (seconds, id) = page.last().map_or((seconds, id), |(seconds, slot)| {
        (*seconds, ids::user(*slot))
    });
    let after = cursor(seconds, id);
    let foot = vec![
        ("after_url", link(&call, "cursor", &after).into()),
        ("before_url", ().into()),
        ("after_cursor", after.into()),
        ("before_cursor", ().into()),
        ("end_of_stream", is_last.into()),
    ];
    Ok(answer(state, &call, &page, foot))
}

fn answer(
    state: &State,
    call: &Call<'_>,
    page: &[(u32, Slot)],
    foot: Vec<(&'static str, serde_json::Value)>,
) -> Reply {
    let users: Vec<UserView<'_>> = page
        .iter()
        .filter_map(|(_, slot)| view(&state.account, *slot, call.base))
        .collect();
    Reply::ok(&UsersPage {
        users: &users,
        single: false,
        call,
        with_identities: true,
        foot: Some(Foot::Export(foot)),
    })
}

/// At least a minute ago, or 400 (documented; the text is assumed).
fn start_time(call: &Call<'_>, now: Now) -> Result<Option<u32>, Reply> {
    let Some(text) = call.query("start_time") else {
        return Ok(None);
    };
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(errors::bad_parameter("start_time"));
    }
    // Digits that are no such number are of a time far ahead.
    let latest = now.seconds().saturating_sub(KEPT_BACK);
    let start = text.parse().ok().filter(|start| *start <= latest);
    start.map(Some).ok_or_else(errors::start_time_too_recent)
}

/// More than the most is the most (assumed); what is no number of records is 400 (assumed).
fn per_page(call: &Call<'_>) -> Result<usize, Reply> {
    let Some(text) = call.query("per_page") else {
        return Ok(LONGEST_PAGE);
    };
    let size = text.parse().ok().filter(|size| *size > 0);
    size.map(|size: usize| size.min(LONGEST_PAGE))
        .ok_or_else(|| errors::bad_parameter("per_page"))
}

/// The same request from another position; parameters in alphabetical order (recorded).
fn link(call: &Call<'_>, name: &str, value: &str) -> String {
    let mut pairs = kept_pairs(call, &["start_time", "cursor"]);
    pairs.push((name.to_owned(), value.to_owned()));
    pairs.sort();
    address(call, &pairs)
}

/// As recorded; opaque to clients.
fn cursor(seconds: u32, id: u64) -> String {
    STANDARD.encode(format!("{seconds}.0||{id}|"))
}

fn position_in(cursor: &str) -> Option<(u32, u64)> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    let (seconds, id) = text.strip_suffix('|')?.split_once(".0||")?;
    Some((seconds.parse().ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{cursor, position_in};

    #[test]
    fn cursors_are_the_recorded_ones() {
        let recorded = "MTY5NTA1MzAwNy4wfHw2MTYyODk0MzM1NjQyfA==";
        assert_eq!(
            position_in(recorded),
            Some((1_695_053_007, 6_162_894_335_642))
        );
        assert_eq!(cursor(1_695_053_007, 6_162_894_335_642), recorded);
        for text in ["", "%", "MTIz", "LTEuMHx8MXw="] {
            assert_eq!(position_in(text), None, "{text}");
        }
    }
}
