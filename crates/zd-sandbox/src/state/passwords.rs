//! Passwords, of those who have one.

use hashbrown::HashMap;

use super::Account;
use super::ids::Slot;
use super::problem::{Problem, Refusal};

/// What a password must be like (documented).
pub(crate) const REQUIREMENTS: [&str; 2] = [
    "must be at least 5 characters",
    "must be different from email address",
];

const SHORTEST: usize = 5;

/// Passwords by users. Never shown, not even by `Debug`.
#[derive(Default)]
pub(crate) struct Passwords {
    by_slot: HashMap<Slot, Box<str>>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Passwords")
            .field("users", &self.by_slot.len())
            .finish()
    }
}

impl Passwords {
    pub(crate) fn set(&mut self, slot: Slot, password: &str) {
        self.by_slot.insert(slot, password.into());
    }

    pub(crate) fn is(&self, slot: Slot, password: &str) -> bool {
        self.by_slot
            .get(&slot)
            .is_some_and(|known| **known == *password)
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }
}

impl Account {
    /// Gives the live user in this slot a password that meets the requirements.
    pub(crate) fn set_password(&mut self, slot: Slot, password: &str) -> Result<(), Refusal> {
        let user = self.live(slot).ok_or(Refusal::NotFound)?;
        let is_address = user
            .emails()
            .any(|identity| identity.value.eq_ignore_ascii_case(password));
        let problem = if password.chars().count() < SHORTEST {
            Some(REQUIREMENTS[0])
        } else {
            is_address.then_some(REQUIREMENTS[1])
        };
        if let Some(text) = problem {
            return Err(Refusal::Invalid(vec![Problem::password(text)]));
        }
        self.passwords.set(slot, password);
        Ok(())
    }
}
