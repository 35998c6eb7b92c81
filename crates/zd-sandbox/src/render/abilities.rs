//! What the caller may do to a user.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::state::ids::{self, Slot};

/// The abilities of the caller about one user.
pub(crate) struct AbilitiesView<'a> {
    pub(crate) slot: Slot,
    /// Whether the caller may change the user, on which all abilities hang here (assumed).
    pub(crate) may_change: bool,
    pub(crate) base: &'a str,
}

impl Serialize for AbilitiesView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let id = ids::user(self.slot);
        let url = format_args!("{}/api/v2/users/{id}.json", self.base);
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("url", &url)?;
        map.serialize_entry("user_id", &id)?;
        for ability in [
            "can_edit",
            "can_edit_password",
            "can_manage_identities_of",
            "can_verify_identities",
        ] {
            map.serialize_entry(ability, &self.may_change)?;
        }
        map.end()
    }
}
