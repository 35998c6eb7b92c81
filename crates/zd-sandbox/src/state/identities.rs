//! Identities one at a time: added, changed, made the primary one, verified, deleted.

use super::Account;
use super::contacts::{attach, kind_and_value, promote, set_verified, show_primary_number, valued};
use super::field_values::boolean;
use super::ids::Slot;
use super::index::same;
use super::problem::{Problem, Refusal};
use super::upsert::Entry;
use super::user::{Identity, IdentityKind, User};
use super::write::OWNER;
use crate::clock::Now;

fn invalid(problem: Problem) -> Refusal {
    Refusal::Invalid(vec![problem])
}

/// What was sent about being verified. The method is the newer word for it and wins (assumed).
fn sent_verified(entry: &Entry) -> Option<bool> {
    let text = |key: &str| entry.get(key)?.as_str();
    match text("verification_method") {
        Some("low") => Some(true),
        Some("none") => Some(false),
        _ => entry.get("verified").and_then(boolean),
    }
}

impl Account {
    /// Adds an identity to the live user in this slot and returns its number.
    ///
    /// Nobody in the account may have it, this user included (documented).
    pub(crate) fn create_identity(
        &mut self,
        slot: Slot,
        entry: &Entry,
        now: Now,
    ) -> Result<u32, Refusal> {
        let (kind, value) = kind_and_value(entry).map_err(invalid)?;
        if self.users.by_identity(kind, &value).is_some() {
            return Err(invalid(Problem::identity_taken(&value)));
        }
        let seconds = now.seconds();
        let identity = Identity {
            verified: sent_verified(entry).unwrap_or_default(),
            ..self.users.new_identity(kind, &value, seconds)
        };
        let number = identity.number;
        let primary = entry.get("primary").and_then(boolean) == Some(true);
        self.change(slot, seconds, |user| {
            attach(user, identity, primary, seconds);
        })?;
        Ok(number)
    }

    /// Changes an identity's value, or whether it is verified. Another value leaves the rest as it is (assumed).
    pub(crate) fn update_identity(
        &mut self,
        slot: Slot,
        number: u32,
        entry: &Entry,
        now: Now,
    ) -> Result<(), Refusal> {
        let user = self.live(slot).ok_or(Refusal::NotFound)?;
        let identity = user.identity(number).ok_or(Refusal::NotFound)?;
        let kind = identity.kind;
        let value = entry
            .contains_key("value")
            .then(|| valued(kind, entry))
            .transpose()
            .map_err(invalid)?;
        if let Some(value) = &value {
            let is_other = |own: &Identity| {
                own.number != number && own.kind == kind && same(&own.value, value)
            };
            let holder = self.users.by_identity(kind, value);
            if holder.is_some_and(|holder| holder != slot) || user.identities.iter().any(is_other) {
                return Err(invalid(Problem::identity_taken(value)));
            }
        }
        let verified = sent_verified(entry);
        let seconds = now.seconds();
        self.change(slot, seconds, |user| {
            let identities = &mut user.identities;
            if let Some(identity) = identities.iter_mut().find(|own| own.number == number) {
                if let Some(value) = value.filter(|value| **value != *identity.value) {
                    identity.value = value.into();
                    identity.updated_at = seconds;
                }
                if let Some(verified) = verified {
                    set_verified(identity, verified, seconds);
                }
            }
            if kind == IdentityKind::PhoneNumber {
                show_primary_number(user);
            }
        })
    }

    /// Makes an identity the primary one of its kind; one that is it already stays as it is (assumed).
    pub(crate) fn make_primary(
        &mut self,
        slot: Slot,
        number: u32,
        now: Now,
    ) -> Result<(), Refusal> {
        let seconds = now.seconds();
        self.change(slot, seconds, |user| promote(user, number, seconds))
    }

    /// Marks an identity as verified. The owner's addresses are verified by mail only (documented; the text is assumed).
    pub(crate) fn verify_identity(
        &mut self,
        slot: Slot,
        number: u32,
        now: Now,
    ) -> Result<(), Refusal> {
        let user = self.live(slot).ok_or(Refusal::NotFound)?;
        let identity = user.identity(number).ok_or(Refusal::NotFound)?;
        if slot == OWNER && identity.kind == IdentityKind::Email {
            let text = "The address of the account owner cannot be verified this way";
            return Err(invalid(Problem::base(text)));
        }
        let seconds = now.seconds();
        self.change(slot, seconds, |user| {
            let identities = &mut user.identities;
            if let Some(identity) = identities.iter_mut().find(|own| own.number == number) {
                set_verified(identity, true, seconds);
            }
        })
    }

    /// Deletes an identity. No other becomes the primary one for it (reported), and a number still shows in `phone`
    /// (documented for some cases).
    pub(crate) fn delete_identity(
        &mut self,
        slot: Slot,
        number: u32,
        now: Now,
    ) -> Result<(), Refusal> {
        self.change(slot, now.seconds(), |user| {
            user.identities = std::mem::take(&mut user.identities)
                .into_iter()
                .filter(|identity| identity.number != number)
                .collect();
        })
    }

    /// Changes the live user in this slot, who was updated now if anything is different.
    fn change(
        &mut self,
        slot: Slot,
        seconds: u32,
        change: impl FnOnce(&mut User),
    ) -> Result<(), Refusal> {
        let old = self.live(slot).ok_or(Refusal::NotFound)?;
        let mut user = old.clone();
        change(&mut user);
        if user != *old {
            user.updated_at = seconds;
            self.users.put(slot, user);
        }
        Ok(())
    }
}
