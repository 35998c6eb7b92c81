//! Where users are signed in.

use std::collections::BTreeMap;

use super::ids::Slot;

/// A session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    pub(crate) slot: Slot,
    pub(crate) authenticated_at: u32,
    pub(crate) last_seen_at: u32,
}

/// All sessions, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    records: BTreeMap<u32, Session>,
    made: u32,
}

impl Sessions {
    /// Notes that a user with a password was here: in the session that there is, or in a new one.
    pub(crate) fn seen(&mut self, slot: Slot, seconds: u32) {
        if let Some(session) = self.records.values_mut().rev().find(|one| one.slot == slot) {
            session.last_seen_at = seconds;
            return;
        }
        self.made += 1;
        let session = Session {
            slot,
            authenticated_at: seconds,
            last_seen_at: seconds,
        };
        self.records.insert(self.made, session);
    }

    /// By their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, Session)> {
        self.records
            .iter()
            .map(|(number, session)| (*number, *session))
    }

    /// The last session of a user.
    pub(crate) fn last_of(&self, slot: Slot) -> Option<(u32, Session)> {
        let mut all = self.records.iter().rev();
        all.find(|(_, session)| session.slot == slot)
            .map(|(number, session)| (*number, *session))
    }

    pub(crate) fn end(&mut self, number: u32) {
        self.records.remove(&number);
    }

    pub(crate) fn end_all(&mut self, slot: Slot) {
        self.records.retain(|_, session| session.slot != slot);
    }
}
