//! Users by id and by external id.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use zd_model::operation;

use super::paging::Foot;
use super::{Route, State};
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::render::abilities::AbilitiesView;
use crate::render::groups::GroupView;
use crate::render::organizations::OrganizationView;
use crate::render::{IdentityView, UserView};
use crate::reply::Reply;
use crate::state::Account;
use crate::state::ids::Slot;
use crate::state::write::Writer;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USERS_SHOW, show),
    Route::new(operation::USERS_SHOW_MANY, show_many),
];

/// Ids in one request.
const MOST_IDS: usize = 100;

pub(super) fn view<'a>(account: &'a Account, slot: Slot, base: &'a str) -> Option<UserView<'a>> {
    Some(UserView {
        account,
        slot,
        user: account.users.get(slot)?,
        base,
        authenticity_token: None,
        for_end_user: false,
    })
}

/// Who calls; an operation that lets nobody else in has one.
pub(super) fn caller(call: &Call<'_>) -> Result<Caller, Reply> {
    call.caller.ok_or_else(errors::not_authenticated)
}

/// The user of this id, deleted softly or not.
pub(super) fn known(account: &Account, id: &str) -> Result<Slot, Reply> {
    let id = id.parse().map_err(|_| errors::not_found())?;
    let (slot, _) = account.users.by_id(id).ok_or_else(errors::not_found)?;
    Ok(slot)
}

/// The live user of this id.
pub(super) fn live(account: &Account, id: &str) -> Result<Slot, Reply> {
    let slot = known(account, id)?;
    account
        .live(slot)
        .map(|_| slot)
        .ok_or_else(errors::not_found)
}

/// The live user of this id, whom the caller may change.
pub(super) fn editable(account: &Account, call: &Call<'_>, id: &str) -> Result<Slot, Reply> {
    let writer = writer(call)?;
    let slot = live(account, id)?;
    let may = account
        .live(slot)
        .is_some_and(|user| writer.may_change(slot, user));
    may.then_some(slot).ok_or_else(errors::forbidden)
}

/// The caller as somebody who writes.
pub(super) fn writer(call: &Call<'_>) -> Result<Writer, Reply> {
    let Caller { role, slot, .. } = caller(call)?;
    Ok(Writer {
        role,
        slot: Some(slot),
    })
}

/// `GET /users/{user_id}`; soft-deleted users are shown.
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let slot = known(&state.account, call.param(0))?;
    let users: Vec<UserView<'_>> = view(&state.account, slot, call.base).into_iter().collect();
    Ok(Reply::ok(&UsersPage {
        users: &users,
        single: true,
        call: &call,
        with_identities: true,
        foot: None,
    }))
}

/// The texts of `ids`, else of `external_ids`, up to 100 of them, and whether they are ids.
pub(super) fn asked_for<'a>(call: &'a Call<'_>) -> Result<(Vec<&'a str>, bool), Reply> {
    let (list, by_id) = match (call.query("ids"), call.query("external_ids")) {
        (Some(ids), _) => (ids, true),
        (None, Some(external_ids)) => (external_ids, false),
        (None, None) => return Err(errors::missing_parameter("ids")),
    };
    let asked: Vec<&str> = list.split(',').filter(|text| !text.is_empty()).collect();
    if asked.len() > MOST_IDS {
        return Err(errors::too_many_ids());
    }
    Ok((asked, by_id))
}

/// `GET /users/show_many`: who is there of those asked for, by id.
fn show_many(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let users = &state.account.users;
    let (asked, by_id) = asked_for(&call)?;
    let deleted_too = call.query("include_deleted") == Some("true");
    let slots: BTreeSet<Slot> = asked
        .into_iter()
        .filter_map(|text| {
            if by_id {
                let (slot, user) = users.by_id(text.trim().parse().ok()?)?;
                (user.active || deleted_too).then_some(slot)
            } else {
                users.by_external_id(text)
            }
        })
        .collect();
    let found = in_order_of_ids(&state.account, slots, call.base);
    let count = found.len();
    Ok(Reply::ok(&UsersPage {
        users: &found,
        single: false,
        call: &call,
        with_identities: true,
        foot: Some(Foot::whole(count)),
    }))
}

pub(super) fn in_order_of_ids<'a>(
    account: &'a Account,
    slots: impl IntoIterator<Item = Slot>,
    base: &'a str,
) -> Vec<UserView<'a>> {
    let mut found: Vec<UserView<'_>> = slots
        .into_iter()
        .filter_map(|slot| view(account, slot, base))
        .collect();
    found.sort_unstable_by_key(|user| crate::state::ids::user(user.slot));
    found
}

/// Users, what was asked to come along, and where the page stands.
pub(super) struct UsersPage<'a> {
    pub(super) users: &'a [UserView<'a>],
    /// `user` with one, or `users`.
    pub(super) single: bool,
    pub(super) call: &'a Call<'a>,
    /// Whether identities can come along.
    pub(super) with_identities: bool,
    pub(super) foot: Option<Foot>,
}

impl Serialize for UsersPage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.users.first() {
            Some(user) if self.single => map.serialize_entry("user", user)?,
            _ => map.serialize_entry("users", self.users)?,
        }
        let base = self.call.base;
        // Of nobody nothing comes along.
        let account = self.users.first().map(|view| view.account);
        if self.with_identities && self.call.includes("identities") {
            let identities: Vec<IdentityView<'_>> = self
                .users
                .iter()
                .flat_map(|view| view.identities())
                .collect();
            map.serialize_entry("identities", &identities)?;
        }
        if self.call.includes("organizations") {
            let numbers: BTreeSet<u32> = self
                .users
                .iter()
                .flat_map(|view| view.account.memberships.of(view.slot, view.user))
                .map(|membership| membership.organization)
                .collect();
            let organizations: Vec<OrganizationView<'_>> = numbers
                .into_iter()
                .filter_map(|number| OrganizationView::of(account?, number, base))
                .collect();
            map.serialize_entry("organizations", &organizations)?;
        }
        if self.call.includes("groups") {
            let places: BTreeSet<u32> = self
                .users
                .iter()
                .flat_map(|view| view.account.groups.of(view.slot))
                .map(|membership| membership.group)
                .collect();
            let groups: Vec<GroupView<'_>> = places
                .into_iter()
                .filter_map(|place| GroupView::of(account?, place, base))
                .collect();
            map.serialize_entry("groups", &groups)?;
        }
        if self.call.includes("roles") {
            // Custom roles come with Enterprise plans; this account has none.
            let none: [(); 0] = [];
            map.serialize_entry("roles", &none)?;
        }
        if self.call.includes("abilities") {
            let writer = writer(self.call).ok();
            let abilities = self.users.iter().map(|view| AbilitiesView {
                slot: view.slot,
                may_change: view.user.active
                    && writer.is_some_and(|writer| writer.may_change(view.slot, view.user)),
                base,
            });
            map.serialize_entry("abilities", &abilities.collect::<Vec<_>>())?;
        }
        if let Some(foot) = &self.foot {
            foot.serialize_into(&mut map)?;
        }
        map.end()
    }
}
