//! Permanent deletion of users who were deleted softly.

use hashbrown::HashMap;

use super::Account;
use super::ids::Slot;
use super::user::User;

/// The name of whoever was deleted permanently (documented).
const NAME: &str = "Permanently Deleted User";

/// Who asked for it and when, by the deleted user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Purges {
    by_slot: HashMap<Slot, Request>,
}

#[derive(Clone, Copy, Debug)]
struct Request {
    executer: Slot,
    seconds: u32,
}

/// Something that was done about a permanent deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) action: &'static str,
    pub(crate) application: &'static str,
    pub(crate) seconds: u32,
    /// Who asked; what the applications do, nobody does.
    pub(crate) executer: Option<Slot>,
}

/// What is done in how many seconds after the request: actions and applications are documented, times assumed.
const STEPS: [(u32, &str, &str); 5] = [
    (0, "request_deletion", "all"),
    (6, "started", "support"),
    (30, "started", "chat"),
    (99, "complete", "support"),
    (180, "complete", "chat"),
];

impl Purges {
    /// Whether this user was deleted permanently.
    pub(crate) fn contains(&self, slot: Slot) -> bool {
        self.by_slot.contains_key(&slot)
    }

    /// What has been done about this user by now, in order.
    pub(crate) fn steps(&self, slot: Slot, now: u32) -> impl Iterator<Item = Step> {
        let request = self.by_slot.get(&slot).copied();
        request.into_iter().flat_map(move |request| {
            STEPS
                .into_iter()
                .map(move |(after, action, application)| Step {
                    action,
                    application,
                    seconds: request.seconds.saturating_add(after),
                    executer: (after == 0).then_some(request.executer),
                })
                .filter(move |step| step.seconds <= now)
        })
    }
}

impl Account {
    /// Takes everything personal from a user who was deleted softly, at once: how long it takes is told by
    /// [`Purges::steps`] alone. False for anybody else.
    pub(crate) fn purge(&mut self, slot: Slot, executer: Slot, seconds: u32) -> bool {
        let Some(user) = self.users.get(slot).filter(|user| !user.active) else {
            return false;
        };
        if self.purges.contains(slot) {
            return false;
        }
        let gone = User {
            name: NAME.into(),
            created_at: user.created_at,
            role: user.role,
            active: false,
            ..User::new(seconds)
        };
        self.users.put(slot, gone);
        self.photos.remove(slot);
        self.memberships.remove(slot);
        self.groups.remove(slot);
        let request = Request { executer, seconds };
        self.purges.by_slot.insert(slot, request);
        true
    }
}
