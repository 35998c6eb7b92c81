//! All users and their index.

use std::collections::BTreeSet;

use super::fields::FieldNumber;
use super::ids::{self, Slot};
use super::index::{Index, KeyKind};
use super::user::{Identity, IdentityKind, User};

/// So many new users are entered into the index together: enough to pass through it in order, and a few megabytes.
const TOGETHER: u32 = 1 << 16;

/// All users of the account, soft-deleted ones included.
#[derive(Clone, Debug, Default)]
pub(crate) struct Users {
    records: Vec<User>,
    index: Index,
    /// When each user was last changed, and the rank of its id.
    changes: BTreeSet<(u32, u32)>,
    identities: u32,
}

impl Users {
    pub(crate) fn get(&self, slot: Slot) -> Option<&User> {
        self.records.get(slot as usize)
    }

    /// The user of this id, soft-deleted or not.
    pub(crate) fn by_id(&self, id: u64) -> Option<(Slot, &User)> {
        let slot = ids::user_slot(id)?;
        self.get(slot).map(|user| (slot, user))
    }

    /// The live user with this external id. Soft-deleted users have none.
    pub(crate) fn by_external_id(&self, external_id: &str) -> Option<Slot> {
        self.index
            .find(&self.records, KeyKind::ExternalId, external_id)
    }

    /// The live user with this identity.
    pub(crate) fn by_identity(&self, kind: IdentityKind, value: &str) -> Option<Slot> {
        self.index
            .find(&self.records, KeyKind::Identity(kind), value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Slot, &User)> {
        (0..).zip(&self.records)
    }

    /// Users in the order of their ids, from this id on: id, slot and user.
    pub(crate) fn by_ids_from(&self, id: u64) -> impl Iterator<Item = (u64, Slot, &User)> {
        ids::users_by_id(id, self.next_slot())
            .filter_map(|(id, slot)| Some((id, slot, self.get(slot)?)))
    }

    /// Users by the second of their last change and id, behind this id in this second: second and slot.
    pub(crate) fn changed_since(
        &self,
        seconds: u32,
        behind: u64,
    ) -> impl Iterator<Item = (u32, Slot)> {
        let start = match ids::ranks_to(behind).try_into() {
            Ok(rank) => (seconds, rank),
            Err(_) => (seconds.saturating_add(1), 0),
        };
        self.changes
            .range(start..)
            .map(|(seconds, rank)| (*seconds, ids::ranked(*rank)))
    }

    /// Where the next user will be.
    pub(crate) fn next_slot(&self) -> Slot {
        Slot::try_from(self.records.len()).expect("memory ends before four billion users")
    }

    /// Stores a user in its slot, which exists or is the next one.
    pub(crate) fn put(&mut self, slot: Slot, user: User) {
        let change = (user.updated_at, ids::rank(slot));
        match self.records.get_mut(slot as usize) {
            Some(old) => {
                if old.updated_at != user.updated_at {
                    self.changes.remove(&(old.updated_at, change.1));
                    self.changes.insert(change);
                }
                self.index.replace(slot, Some(old), &user);
                *old = user;
            }
            None => {
                self.changes.insert(change);
                self.index.replace(slot, None, &user);
                self.records.push(user);
            }
        }
    }

    /// Adds people one after the other, until there is none to come or there are so many: a seed of a million keeps to the
    /// memory that a million takes. They have about so many external ids and identities, and none that another of them has:
    /// they are found by these only afterwards.
    pub(crate) fn add_many(
        &mut self,
        most: u32,
        keys: usize,
        mut next: impl FnMut(&mut Self) -> Option<User>,
    ) {
        // Without the room the tables grow step by step, as ever.
        let _grows_later = self.records.try_reserve_exact(most as usize);
        self.index.reserve(keys);
        let first = self.next_slot();
        let mut entered = first;
        for _ in 0..most {
            let Some(user) = next(self) else { break };
            self.records.push(user);
            if self.next_slot() - entered == TOGETHER {
                entered = self.enter(entered);
            }
        }
        self.enter(entered);
        let added = (first..).zip(self.records.iter().skip(first as usize));
        // Made whole, a set takes half the memory that it takes growing.
        let mut changes = added
            .map(|(slot, user)| (user.updated_at, ids::rank(slot)))
            .collect();
        self.changes.append(&mut changes);
    }

    /// Enters the keys of all users from this slot on; where the next ones begin.
    fn enter(&mut self, first: Slot) -> Slot {
        let new = self.records.get(first as usize..).unwrap_or_default();
        self.index.enter(first, new);
        self.next_slot()
    }

    /// Users for whom this field is set, to change their fields and tags, of which no index knows.
    pub(super) fn with_field(&mut self, number: FieldNumber) -> impl Iterator<Item = &mut User> {
        self.records
            .iter_mut()
            .filter(move |user| user.field(number).is_some())
    }

    /// How many users are not deleted.
    pub(crate) fn active(&self) -> u64 {
        self.records.iter().filter(|user| user.active).count() as u64
    }

    /// How many identities there ever were.
    pub(super) const fn identities(&self) -> u32 {
        self.identities
    }

    /// Takes the numbers of identities back that were drawn since; none of them may be in use.
    pub(super) fn forget_identities(&mut self, count: u32) {
        self.identities = count;
    }

    /// A new identity, with a number of its own.
    pub(crate) fn new_identity(
        &mut self,
        kind: IdentityKind,
        value: &str,
        seconds: u32,
    ) -> Identity {
        self.identities += 1;
        Identity {
            number: self.identities,
            created_at: seconds,
            updated_at: seconds,
            kind,
            verified: false,
            primary: false,
            value: value.into(),
        }
    }

    /// Deletes softly: address and external id go, name, tags and fields stay (recorded).
    pub(super) fn soft_delete(&mut self, slot: Slot, seconds: u32) -> bool {
        let Some(user) = self.get(slot).filter(|user| user.active) else {
            return false;
        };
        let gone = User {
            active: false,
            updated_at: seconds,
            external_id: None,
            identities: Box::default(),
            ..user.clone()
        };
        self.put(slot, gone);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Users;
    use crate::state::ids;
    use crate::state::user::User;

    /// Whatever was put and changed in which order: whoever asks from anywhere gets those behind, each once.
    #[test]
    fn changes_come_in_order_from_anywhere() {
        let mut users = Users::default();
        let mut chance = fastrand::Rng::with_seed(7);
        for slot in 0..100 {
            users.put(slot, User::new(chance.u32(..10)));
        }
        for _ in 0..300 {
            let slot = chance.u32(..100);
            let seconds = users.get(slot).unwrap().updated_at + chance.u32(..3);
            let user = User {
                updated_at: seconds,
                ..users.get(slot).unwrap().clone()
            };
            users.put(slot, user);
        }
        let mut expected: Vec<(u32, u64)> = users
            .iter()
            .map(|(slot, user)| (user.updated_at, ids::user(slot)))
            .collect();
        expected.sort_unstable();
        let first = ids::user(0).min(ids::user(13));
        for seconds in [0, 5, 9, 40, u32::MAX] {
            for behind in [
                0,
                first,
                ids::user(5),
                ids::user(5) + 1,
                ids::user(99),
                u64::MAX,
            ] {
                let wanted: Vec<(u32, u64)> = expected
                    .iter()
                    .copied()
                    .filter(|change| *change > (seconds, behind))
                    .collect();
                let found: Vec<(u32, u64)> = users
                    .changed_since(seconds, behind)
                    .map(|(seconds, slot)| (seconds, ids::user(slot)))
                    .collect();
                assert_eq!(found, wanted, "from {seconds} behind {behind}");
            }
        }
    }
}
