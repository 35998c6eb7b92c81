//! Where users are signed in.

use std::collections::BTreeMap;

use super::ids::{self, Slot};
use crate::clock::Now;

/// A session is marked as seen at most once in so many seconds (documented that not at every request; how often is
/// assumed).
const SEEN_EVERY: u32 = 60;

/// A session of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Session {
    pub(crate) user: Slot,
    /// Its id is computed from this.
    pub(crate) number: u32,
    pub(crate) authenticated_at: u32,
    pub(crate) last_seen_at: u32,
    /// Whether a password in a request began it, as opposed to a browser: each user has one of these at most.
    by_password: bool,
}

/// All sessions, user by user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    by_user: BTreeMap<(Slot, u32), Session>,
    /// How many were ever begun.
    begun: u32,
}

impl Sessions {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Session> {
        self.by_user.values()
    }

    /// The sessions of a user, as they were begun.
    pub(crate) fn of(&self, user: Slot) -> impl Iterator<Item = &Session> {
        self.by_user
            .range((user, 0)..=(user, u32::MAX))
            .map(|(_, session)| session)
    }

    /// The session of this id, if it is this user's.
    pub(crate) fn by_id(&self, user: Slot, id: u64) -> Option<&Session> {
        self.by_user.get(&(user, ids::session_number(id)?))
    }

    /// The session that the user's password began.
    pub(crate) fn by_password(&self, user: Slot) -> Option<&Session> {
        self.of(user).find(|session| session.by_password)
    }

    /// A browser signs in.
    pub(crate) fn begin(&mut self, user: Slot, now: Now) {
        self.start(user, false, now);
    }

    /// A request signs in with the user's password: in the session that an earlier one began, else in a new one.
    pub(crate) fn sign_in(&mut self, user: Slot, now: Now) {
        let Some(key) = self.by_password(user).map(Session::key) else {
            self.start(user, true, now);
            return;
        };
        if let Some(session) = self.by_user.get_mut(&key) {
            let next = session.last_seen_at.saturating_add(SEEN_EVERY);
            if now.seconds() >= next {
                session.last_seen_at = now.seconds();
            }
        }
    }

    fn start(&mut self, user: Slot, by_password: bool, now: Now) {
        self.begun += 1;
        let session = Session {
            user,
            number: self.begun,
            authenticated_at: now.seconds(),
            last_seen_at: now.seconds(),
            by_password,
        };
        self.by_user.insert(session.key(), session);
    }

    /// Marks a session as seen now, whenever it was before.
    pub(crate) fn renew(&mut self, session: Session, now: Now) {
        if let Some(session) = self.by_user.get_mut(&session.key()) {
            session.last_seen_at = now.seconds();
        }
    }

    pub(crate) fn end(&mut self, session: Session) {
        self.by_user.remove(&session.key());
    }

    /// Ends all sessions of a user.
    pub(crate) fn end_all(&mut self, user: Slot) {
        let keys: Vec<_> = self.of(user).map(Session::key).collect();
        for key in keys {
            self.by_user.remove(&key);
        }
    }
}

impl Session {
    const fn key(&self) -> (Slot, u32) {
        (self.user, self.number)
    }
}
