//! Sessions.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::time;
use crate::state::ids;
use crate::state::sessions::Session;

/// A session.
pub(crate) struct SessionView<'a> {
    pub(crate) number: u32,
    pub(crate) session: Session,
    pub(crate) base: &'a str,
}

impl Serialize for SessionView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (id, user) = (ids::session(self.number), ids::user(self.session.slot));
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry("user_id", &user)?;
        map.serialize_entry("authenticated_at", &time(self.session.authenticated_at))?;
        map.serialize_entry("last_seen_at", &time(self.session.last_seen_at))?;
        let url = format_args!("{}/api/v2/users/{user}/sessions/{id}.json", self.base);
        map.serialize_entry("url", &url)?;
        map.end()
    }
}
