//! Passwords of users, and what they must be like.

use std::fmt;

use hashbrown::HashMap;

use super::Account;
use super::ids::Slot;
use super::problem::{Problem, Refusal};
use super::user::User;

const SHORTEST: usize = 5;
const LONGEST: usize = 128;

/// Who has which password. Nothing shows them, `Debug` included.
///
/// They are kept as they were sent: the sandbox is no place for real ones.
#[derive(Clone, Default)]
pub(crate) struct Passwords {
    by_slot: HashMap<Slot, Box<str>>,
}

impl fmt::Debug for Passwords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Passwords")
            .field("users", &self.by_slot.len())
            .finish_non_exhaustive()
    }
}

impl Passwords {
    /// Whether this is the user's password; who has none is matched by nothing.
    pub(crate) fn matches(&self, slot: Slot, password: &str) -> bool {
        self.by_slot
            .get(&slot)
            .is_some_and(|own| **own == *password)
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }
}

/// What a password must be like: the sentence that says so, and whether a user's new one is.
type Requirement = (&'static str, fn(&User, &str) -> bool);

/// The first and the last are those of the documented example; that the length has an end is assumed.
const REQUIREMENTS: [Requirement; 3] = [
    ("must be at least 5 characters", |_, password| {
        password.chars().count() >= SHORTEST
    }),
    ("must be at most 128 characters", |_, password| {
        password.chars().count() <= LONGEST
    }),
    ("must be different from email address", |user, password| {
        let is_it = |address: &str| address.eq_ignore_ascii_case(password.trim());
        !user.emails().any(|identity| is_it(&identity.value))
    }),
];

/// What a password must be like, in sentences without a subject.
pub(crate) fn requirements() -> [&'static str; REQUIREMENTS.len()] {
    REQUIREMENTS.map(|(sentence, _)| sentence)
}

impl Account {
    /// Gives the live user in this slot a password; one that falls short changes nothing.
    pub(crate) fn set_password(&mut self, slot: Slot, password: &str) -> Result<(), Refusal> {
        let user = self.live(slot).ok_or(Refusal::NotFound)?;
        let problems: Vec<Problem> = REQUIREMENTS
            .into_iter()
            .filter(|(_, is_met)| !is_met(user, password))
            .map(|(sentence, _)| Problem::password(sentence))
            .collect();
        if !problems.is_empty() {
            return Err(Refusal::Invalid(problems));
        }
        self.passwords.by_slot.insert(slot, password.into());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Passwords;

    #[test]
    fn debug_tells_nothing() {
        let mut passwords = Passwords::default();
        passwords.by_slot.insert(7, "swordfish".into());
        assert_eq!(format!("{passwords:?}"), "Passwords { users: 1, .. }");
    }
}
