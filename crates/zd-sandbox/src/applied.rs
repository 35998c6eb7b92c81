//! What was created, updated and deleted since the start, by key: the proof that an import did nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use serde::Serialize;

use crate::state::draft::sent_text;
use crate::state::email;
use crate::state::index::folded;
use crate::state::upsert::Entry;

/// How often a key was created, updated and deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyCount {
    /// Creations.
    pub created: u32,
    /// Updates.
    pub updated: u32,
    /// Soft deletions.
    pub deleted: u32,
}

/// What was applied since the start, seed not counted.
///
/// A key is `ext:` and the external id of the request in lower case; without one `email:` and the address in lower
/// case; without either `id:` and the user's id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Applied {
    /// Creations.
    pub created: u64,
    /// Updates.
    pub updated: u64,
    /// Soft deletions.
    pub deleted: u64,
    /// The most creations that one key has had: more than 1 means that somebody was created twice.
    pub max_created_per_key: u32,
    /// The most updates that one key has had.
    pub max_updated_per_key: u32,
    /// Each key's counts.
    #[serde(rename = "applied")]
    pub keys: BTreeMap<String, KeyCount>,
}

/// What was done with a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    Created,
    Updated,
    Deleted,
}

/// The running count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    keys: HashMap<Box<str>, KeyCount>,
}

impl Tally {
    pub(crate) fn count(&mut self, key: String, write: Write) {
        let counts = self.keys.entry(key.into_boxed_str()).or_default();
        match write {
            Write::Created => counts.created += 1,
            Write::Updated => counts.updated += 1,
            Write::Deleted => counts.deleted += 1,
        }
    }

    /// What was done under one key.
    pub(crate) fn of(&self, key: &str) -> KeyCount {
        self.keys.get(key).copied().unwrap_or_default()
    }

    /// The counts, of these keys only unless there are none.
    pub(crate) fn report(&self, only: &[&str]) -> Applied {
        let mut report = Applied::default();
        let mut add = |key: &str, counts: KeyCount| {
            report.created += u64::from(counts.created);
            report.updated += u64::from(counts.updated);
            report.deleted += u64::from(counts.deleted);
            report.max_created_per_key = report.max_created_per_key.max(counts.created);
            report.max_updated_per_key = report.max_updated_per_key.max(counts.updated);
            report.keys.insert(key.to_owned(), counts);
        };
        if only.is_empty() {
            for (key, counts) in &self.keys {
                add(key, *counts);
            }
        } else {
            for key in only.iter().copied().collect::<BTreeSet<_>>() {
                add(key, self.keys.get(key).copied().unwrap_or_default());
            }
        }
        report
    }
}

/// The key under which an entry of a request is counted.
pub(crate) fn key(entry: &Entry, user_id: u64) -> String {
    // By the texts that users are matched by: an external id keeps the spaces around it, an address does not.
    if let Some(external_id) = sent_text(entry, "external_id") {
        format!("ext:{}", folded(external_id))
    } else if let Some(address) = sent_text(entry, "email") {
        format!("email:{}", email::normalized(address))
    } else {
        format!("id:{user_id}")
    }
}
