//! Sessions.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::time;
use crate::state::ids;
use crate::state::sessions::Session;

/// A session.
pub(crate) struct SessionView<'a> {
    pub(crate) session: Session,
    pub(crate) base: &'a str,
}

impl Serialize for SessionView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { session, base } = self;
        let id = ids::session(session.number);
        let user = ids::user(session.user);
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry("user_id", &user)?;
        map.serialize_entry("authenticated_at", &time(session.authenticated_at))?;
        map.serialize_entry("last_seen_at", &time(session.last_seen_at))?;
        let url = format_args!("{base}/api/v2/users/{user}/sessions/{id}.json");
        map.serialize_entry("url", &url)?;
        map.end()
    }
}
