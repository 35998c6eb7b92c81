//! Who has which address, from a walk over the account's users.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use zd_model::{IdentityType, UserId, UsersPage};

use crate::email_form;

/// How many buckets entries are spread over, so that growing and sorting touch little at a time.
const BUCKETS: usize = 256;

/// The addresses of an account, compact: 16 bytes each, half of it a hash with a secret key.
///
/// Two addresses of one hash are both given; whoever is found is compared by what Zendesk shows of them.
#[derive(Debug)]
pub(super) struct AddressBook {
    hasher: RandomState,
    buckets: Vec<Vec<u128>>,
    users: u64,
    /// Whether every page brought the identities, and with them secondary addresses.
    complete: bool,
}

impl AddressBook {
    pub(super) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            buckets: vec![Vec::new(); BUCKETS],
            users: 0,
            complete: true,
        }
    }

    /// Takes in a page of users, with their identities if it has them.
    pub(super) fn note(&mut self, page: &UsersPage) {
        self.users += page.users.len() as u64;
        for user in &page.users {
            if let Some(email) = user.email.value() {
                self.insert(email, user.id);
            }
        }
        let Some(identities) = page.identities.value() else {
            self.complete &= page.users.is_empty();
            return;
        };
        let primary: HashSet<(UserId, &str)> = (page.users.iter())
            .filter_map(|user| Some((user.id, user.email.as_deref()?)))
            .collect();
        for identity in identities {
            if identity.r#type.value() == Some(&IdentityType::Email)
                && let (Some(user), Some(address)) =
                    (identity.user_id.value(), identity.value.value())
                && !primary.contains(&(*user, address))
            {
                self.insert(address, *user);
            }
        }
    }

    fn insert(&mut self, address: &str, user: UserId) {
        let hash = self.hasher.hash_one(email_form(address));
        self.buckets[bucket(hash)].push(u128::from(hash) << 64 | u128::from(user.get()));
    }

    /// Makes it ready to be asked.
    pub(super) fn sort(&mut self) {
        for bucket in &mut self.buckets {
            bucket.sort_unstable();
            bucket.dedup();
        }
    }

    /// The users that may have the address, once it is sorted.
    pub(super) fn find(&self, address: &str) -> Vec<UserId> {
        let hash = self.hasher.hash_one(email_form(address));
        let bucket = &self.buckets[bucket(hash)];
        let start = bucket.partition_point(|entry| hash_of(*entry) < hash);
        bucket[start..]
            .iter()
            .take_while(|entry| hash_of(**entry) == hash)
            .map(|entry| user_of(*entry))
            .collect()
    }

    /// Whether an address that it does not have is nobody's: it holds secondary addresses too.
    pub(super) const fn is_complete(&self) -> bool {
        self.complete
    }

    /// How many users were noted.
    pub(super) const fn users(&self) -> u64 {
        self.users
    }
}

const fn bucket(hash: u64) -> usize {
    (hash >> 56) as usize % BUCKETS
}

const fn hash_of(entry: u128) -> u64 {
    (entry >> 64) as u64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the low 64 bits are the user"
)]
const fn user_of(entry: u128) -> UserId {
    UserId::new(entry as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(page: serde_json::Value) -> UsersPage {
        serde_json::from_value(page).unwrap()
    }

    #[test]
    fn primary_and_secondary_addresses_are_found_whatever_their_case() {
        let mut book = AddressBook::new();
        book.note(&page(json!({
            "users": [{"id": 1, "email": "Ann@x.example"}, {"id": 2, "email": null}],
            "identities": [
                {"id": 10, "user_id": 1, "type": "email", "value": "ann@x.example"},
                {"id": 11, "user_id": 1, "type": "email", "value": "second@x.example"},
                {"id": 12, "user_id": 2, "type": "phone_number", "value": "+1555"},
            ],
        })));
        book.note(&page(json!({"users": [], "identities": []})));
        book.sort();
        assert!(book.is_complete());
        assert_eq!(book.find(" ANN@x.example"), [UserId::new(1)]);
        assert_eq!(book.find("second@X.example"), [UserId::new(1)]);
        assert!(book.find("+1555").is_empty() && book.find("nobody@x.example").is_empty());
        assert_eq!(book.users(), 2);
    }

    #[test]
    fn without_identities_it_knows_that_it_misses_some() {
        let mut book = AddressBook::new();
        book.note(&page(
            json!({"users": [{"id": 1, "email": "ann@x.example"}]}),
        ));
        book.sort();
        assert!(!book.is_complete());
        assert_eq!(book.find("ann@x.example"), [UserId::new(1)]);
    }

    #[test]
    fn an_address_costs_sixteen_bytes() {
        let mut book = AddressBook::new();
        for id in 0..100_000 {
            book.insert(&format!("{id}@x.example"), UserId::new(id));
        }
        book.sort();
        let capacity: usize = book.buckets.iter().map(Vec::capacity).sum();
        assert!(capacity * 16 <= 32 * 100_000, "{capacity}");
        assert_eq!(book.find("77@x.example"), [UserId::new(77)]);
    }
}
