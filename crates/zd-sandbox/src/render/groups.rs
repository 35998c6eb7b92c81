//! Groups of agents.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::time;
use crate::state::Account;
use crate::state::groups::GROUPS;
use crate::state::ids;
use crate::state::write::OWNER;

/// The group at this place.
pub(crate) struct GroupView<'a> {
    place: usize,
    created_at: u32,
    base: &'a str,
}

impl<'a> GroupView<'a> {
    /// Groups are as old as the account.
    pub(crate) fn of(account: &Account, place: usize, base: &'a str) -> Self {
        Self {
            place,
            created_at: account.users.get(OWNER).map_or(0, |owner| owner.created_at),
            base,
        }
    }
}

impl Serialize for GroupView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let id = ids::group(self.place);
        let group = GROUPS.get(self.place);
        let url = format_args!("{}/api/v2/groups/{id}.json", self.base);
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("url", &url)?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry("is_public", &true)?;
        map.serialize_entry("name", &group.map(|group| group.name))?;
        map.serialize_entry("description", &group.map(|group| group.description))?;
        map.serialize_entry("default", &(self.place == 0))?;
        map.serialize_entry("deleted", &false)?;
        map.serialize_entry("created_at", &time(self.created_at))?;
        map.serialize_entry("updated_at", &time(self.created_at))?;
        map.end()
    }
}
