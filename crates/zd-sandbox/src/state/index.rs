//! Who has this external id, this address, this number.

use std::borrow::Cow;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::ids::Slot;
use super::user::{IdentityKind, User};

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KeyKind {
    ExternalId,
    Identity(IdentityKind),
}

/// One table for all keys: eight bytes for each, the texts stay in the users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    table: HashTable<Entry>,
    hasher: DefaultHashBuilder,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u32,
    slot: Slot,
}

/// Texts are compared without regard to case.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii())
    {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

pub(crate) fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || (!(left.is_ascii() && right.is_ascii()) && folded(left) == folded(right))
}

/// Spread over 64 bits, because the table looks at both ends of a hash.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

impl Index {
    fn hash(&self, kind: KeyKind, text: &str) -> u32 {
        let [_, _, _, _, rest @ ..] = self.hasher.hash_one((kind, folded(text))).to_le_bytes();
        u32::from_le_bytes(rest)
    }

    /// Makes room for so many more keys, if there is room.
    pub(crate) fn reserve(&mut self, keys: usize) {
        let _grows_later = self.table.try_reserve(keys, |entry| spread(entry.hash));
    }

    /// Enters the keys of new users, from this slot on.
    ///
    /// In the order of their places in the table: a large table is mostly out of the caches, and one place after the other is
    /// several times as fast as places at random.
    pub(crate) fn enter(&mut self, first: Slot, users: &[User]) {
        let mut entries: Vec<(u64, Entry)> = (first..)
            .zip(users)
            .flat_map(|(slot, user)| keys(user).map(move |key| (slot, key)))
            .map(|(slot, (kind, text))| {
                let hash = self.hash(kind, text);
                (self.place(hash), Entry { hash, slot })
            })
            .collect();
        entries.sort_unstable_by_key(|(place, _)| *place);
        for (_, entry) in entries {
            self.insert(entry);
        }
    }

    /// Where the table will put it, unless the place is taken; a wrong guess costs time only.
    fn place(&self, hash: u32) -> u64 {
        let places = self.table.capacity().max(1).next_power_of_two() as u64;
        spread(hash) & (places - 1)
    }

    fn insert(&mut self, entry: Entry) {
        self.table
            .insert_unique(spread(entry.hash), entry, |entry| spread(entry.hash));
    }

    /// The user with this key.
    pub(crate) fn find(&self, users: &[User], kind: KeyKind, text: &str) -> Option<Slot> {
        let hash = self.hash(kind, text);
        self.table
            .find(spread(hash), |entry| {
                entry.hash == hash
                    && users
                        .get(entry.slot as usize)
                        .is_some_and(|user| has(user, kind, text))
            })
            .map(|entry| entry.slot)
    }

    /// Enters the keys that `new` has and `old` had not, drops those that only `old` had.
    pub(crate) fn replace(&mut self, slot: Slot, old: Option<&User>, new: &User) {
        if let Some(old) = old {
            for (kind, text) in keys(old).filter(|(kind, text)| !has(new, *kind, text)) {
                let hash = self.hash(kind, text);
                if let Ok(found) = self.table.find_entry(spread(hash), |entry| {
                    entry.hash == hash && entry.slot == slot
                }) {
                    found.remove();
                }
            }
        }
        for (kind, text) in
            keys(new).filter(|(kind, text)| !old.is_some_and(|old| has(old, *kind, text)))
        {
            let hash = self.hash(kind, text);
            self.insert(Entry { hash, slot });
        }
    }
}

fn keys(user: &User) -> impl Iterator<Item = (KeyKind, &str)> {
    user.external_id
        .as_deref()
        .map(|text| (KeyKind::ExternalId, text))
        .into_iter()
        .chain(
            user.identities
                .iter()
                .map(|identity| (KeyKind::Identity(identity.kind), &*identity.value)),
        )
}

fn has(user: &User, kind: KeyKind, text: &str) -> bool {
    match kind {
        KeyKind::ExternalId => user
            .external_id
            .as_deref()
            .is_some_and(|own| same(own, text)),
        KeyKind::Identity(kind) => user
            .identities
            .iter()
            .any(|identity| identity.kind == kind && same(&identity.value, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Index, KeyKind};
    use crate::state::user::User;

    fn user(external_id: Option<&str>) -> User {
        User {
            external_id: external_id.map(Into::into),
            ..User::new(0)
        }
    }

    #[test]
    fn finds_without_regard_to_case_and_forgets_what_is_gone() {
        let mut index = Index::default();
        let mut users = Vec::new();
        for number in 0..1000_u32 {
            let user = user(Some(&format!("Ünit-{number}")));
            index.replace(number, None, &user);
            users.push(user);
        }
        let find = |index: &Index, users: &[User], text: &str| {
            index.find(users, KeyKind::ExternalId, text)
        };
        assert_eq!(find(&index, &users, "üNIT-77"), Some(77));
        assert_eq!(find(&index, &users, "unit-77"), None);
        let renamed = user(Some("new"));
        index.replace(77, Some(&users[77]), &renamed);
        users[77] = renamed;
        assert_eq!(find(&index, &users, "üNIT-77"), None);
        assert_eq!(find(&index, &users, "NEW"), Some(77));
        // A change of case only keeps the entry.
        let louder = user(Some("NEW"));
        index.replace(77, Some(&users[77]), &louder);
        users[77] = louder;
        assert_eq!(find(&index, &users, "new"), Some(77));
        index.replace(77, Some(&users[77]), &user(None));
        assert_eq!(index.table.len(), 999);
    }
}
