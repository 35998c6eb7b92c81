//! Groups, and who is in which.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::time;
use crate::state::Account;
use crate::state::groups::{Group, GroupMembership};
use crate::state::ids::{self, Slot};

/// A group.
#[derive(Clone, Copy)]
pub(crate) struct GroupView<'a> {
    id: u64,
    group: &'a Group,
    base: &'a str,
}

impl<'a> GroupView<'a> {
    /// The group at this place.
    pub(crate) fn of(account: &'a Account, place: u32, base: &'a str) -> Option<Self> {
        let (id, group) = account.groups.get(place)?;
        Some(Self { id, group, base })
    }
}

impl Serialize for GroupView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { id, group, base } = self;
        let created_at = time(group.created_at);
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("url", &format_args!("{base}/api/v2/groups/{id}.json"))?;
        map.serialize_entry("id", id)?;
        map.serialize_entry("is_public", &true)?;
        map.serialize_entry("name", group.name)?;
        map.serialize_entry("description", group.description)?;
        map.serialize_entry("default", &group.is_default)?;
        map.serialize_entry("deleted", &false)?;
        map.serialize_entry("created_at", &created_at)?;
        map.serialize_entry("updated_at", &created_at)?;
        map.end()
    }
}

/// An agent's membership in a group.
#[derive(Clone, Copy)]
pub(crate) struct GroupMembershipView<'a> {
    pub(crate) slot: Slot,
    pub(crate) membership: GroupMembership,
    pub(crate) base: &'a str,
}

impl GroupMembershipView<'_> {
    pub(crate) fn url(&self) -> String {
        let id = ids::group_membership(self.membership.number);
        format!("{}/api/v2/group_memberships/{id}.json", self.base)
    }
}

impl Serialize for GroupMembershipView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let membership = self.membership;
        let mut map = serializer.serialize_map(Some(7))?;
        map.serialize_entry("url", &self.url())?;
        map.serialize_entry("id", &ids::group_membership(membership.number))?;
        map.serialize_entry("user_id", &ids::user(self.slot))?;
        map.serialize_entry("group_id", &ids::group(membership.group))?;
        map.serialize_entry("default", &membership.is_default)?;
        map.serialize_entry("created_at", &time(membership.created_at))?;
        map.serialize_entry("updated_at", &time(membership.updated_at))?;
        map.end()
    }
}
