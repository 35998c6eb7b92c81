//! Pages of memberships, in organizations and in groups.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::paging::Foot;
use super::users::view;
use crate::auth::Caller;
use crate::call::Call;
use crate::render::UserView;
use crate::state::Account;
use crate::state::ids::Slot;
use crate::state::user::Role;

/// Memberships of a user, what was asked to come along, and where the page stands.
pub(super) struct MembershipsPage<'a, M, P> {
    pub(super) name: &'static str,
    pub(super) memberships: &'a [M],
    /// Whose they are.
    pub(super) users: Option<Vec<UserView<'a>>>,
    /// What they are in, under its name.
    pub(super) places: Option<(&'static str, Vec<P>)>,
    pub(super) foot: Foot,
}

impl<M: Serialize, P: Serialize> Serialize for MembershipsPage<'_, M, P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.name, self.memberships)?;
        if let Some(users) = &self.users {
            map.serialize_entry("users", users)?;
        }
        if let Some((name, places)) = &self.places {
            map.serialize_entry(name, places)?;
        }
        self.foot.serialize_into(&mut map)?;
        map.end()
    }
}

/// The user of a page of memberships that is not empty, if asked for.
pub(super) fn users_along<'a>(
    account: &'a Account,
    slot: Slot,
    call: &'a Call<'_>,
    is_empty: bool,
) -> Option<Vec<UserView<'a>>> {
    let for_end_user = matches!(
        call.caller,
        Some(Caller {
            role: Role::EndUser,
            ..
        })
    );
    let users = view(account, slot, call.base).filter(|_| !is_empty);
    let users = users.map(|user| UserView {
        for_end_user,
        ..user
    });
    call.includes("users").then(|| users.into_iter().collect())
}
