//! Whose writes are counted.

use serde_json::Value;

use crate::state::index::folded;
use crate::state::upsert::Entry;

/// Whose writes are counted: what the request says about the user.
#[derive(Debug)]
pub(crate) struct WrittenUser<'a> {
    pub(super) email: &'a str,
    pub(super) id: String,
    pub(super) external_id: &'a str,
    /// The id in the path, which goes before all others.
    path_id: &'a str,
}

impl<'a> WrittenUser<'a> {
    pub(crate) fn of(entry: &'a Entry) -> Self {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        Self {
            email: text("email"),
            id: entry
                .get("id")
                .filter(|id| !id.is_null())
                .map(|id| id.to_string().trim_matches('"').to_owned())
                .unwrap_or_default(),
            external_id: text("external_id"),
            path_id: "",
        }
    }

    /// The user of this id: updates by id and upserts by other keys do not share a count (recorded).
    pub(crate) fn of_id(path_id: &'a str, entry: &'a Entry) -> Self {
        Self {
            path_id,
            ..Self::of(entry)
        }
    }

    /// What the writes are counted under. Who sends a name only makes somebody new each time: that is nobody's count.
    pub(crate) fn key(&self) -> Option<String> {
        let keys = [
            ("id", self.path_id),
            ("ext", self.external_id),
            ("email", self.email),
            ("id", &*self.id),
        ];
        let (kind, text) = keys
            .into_iter()
            .map(|(kind, text)| (kind, text.trim()))
            .find(|(_, text)| !text.is_empty())?;
        Some(format!("{kind}:{}", folded(text)))
    }
}
