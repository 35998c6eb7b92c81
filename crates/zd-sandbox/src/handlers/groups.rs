//! Groups of an agent.

use zd_model::operation;

use super::list_users::count_of;
use super::order::{Sorted, sorted_page};
use super::paging::Listed;
use super::users::live;
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::render::groups::GroupView;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USER_GROUPS_LIST, list),
    Route::new(operation::USER_GROUPS_COUNT, count),
];

/// `GET /users/{user_id}/groups`: by id, or as `sort` says; none of an end user (assumed).
///
/// `exclude_deleted` changes nothing: no group is deleted here.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let account = &state.account;
    let slot = live(account, call.param(0))?;
    let own = account.groups.of(slot).iter();
    let sorted = own.filter_map(|membership| {
        let (id, group) = account.groups.get(membership.group)?;
        let sorted = Sorted {
            id,
            name: group.name,
            created_at: group.created_at,
            updated_at: group.created_at,
        };
        Some((sorted, membership.group))
    });
    let (page, foot) = sorted_page(&call, sorted)?;
    let records: Vec<GroupView<'_>> = page
        .into_iter()
        .filter_map(|place| GroupView::of(account, place, call.base))
        .collect();
    Ok(Reply::ok(&Listed {
        name: "groups",
        records: &records,
        foot,
    }))
}

/// `GET /users/{user_id}/groups/count`
fn count(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let slot = live(&state.account, call.param(0))?;
    Ok(count_of(state.account.groups.of(slot).len(), now))
}
