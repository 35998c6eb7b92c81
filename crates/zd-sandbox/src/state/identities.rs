//! The identities of a user, changed one at a time.

use super::Account;
use super::contacts::{push, set_verified};
use super::email;
use super::field_values::boolean;
use super::ids::Slot;
use super::problem::{Problem, Refusal};
use super::upsert::Entry;
use super::user::{Identity, IdentityKind, User};
use super::write::OWNER;
use crate::clock::Now;

fn invalid(problem: Problem) -> Refusal {
    Refusal::Invalid(vec![problem])
}

/// Whether an entry says that the identity is verified: `verified`, or the method `low` or `none` in its place.
fn verified_in(entry: &Entry) -> Option<bool> {
    let method = entry
        .get("verification_method")
        .and_then(|value| value.as_str());
    match method {
        Some("low") => Some(true),
        Some("none") => Some(false),
        _ => entry.get("verified").and_then(boolean),
    }
}

/// Makes the identity of this number the only primary one of its kind; those that change get a new time (reported).
fn make_primary(user: &mut User, number: u32, seconds: u32) {
    let Some(kind) = kind_of(user, number) else {
        return;
    };
    for identity in user.identities.iter_mut().filter(|one| one.kind == kind) {
        let primary = identity.number == number;
        if identity.primary != primary {
            identity.primary = primary;
            identity.updated_at = seconds;
        }
    }
}

fn kind_of(user: &User, number: u32) -> Option<IdentityKind> {
    let mut identities = user.identities.iter();
    identities
        .find(|identity| identity.number == number)
        .map(|identity| identity.kind)
}

impl Account {
    /// Adds an identity; one that anybody has already is refused, the user's own too (live specification).
    pub(crate) fn add_identity(
        &mut self,
        slot: Slot,
        entry: &Entry,
        now: Now,
    ) -> Result<u32, Refusal> {
        let mut user = self.live(slot).ok_or(Refusal::NotFound)?.clone();
        let identity = self
            .identity(&user, entry, now.seconds())
            .map_err(invalid)?
            .ok_or_else(|| {
                let value = entry.get("value").and_then(|value| value.as_str());
                invalid(Problem::identity_taken(value.unwrap_or_default().trim()))
            })?;
        let identity = Identity {
            verified: verified_in(entry).unwrap_or_default(),
            ..identity
        };
        let number = identity.number;
        if identity.kind == IdentityKind::PhoneNumber && user.phone.is_none() {
            user.phone = Some(identity.value.clone());
        }
        push(&mut user.identities, identity);
        if entry.get("primary").and_then(boolean) == Some(true) {
            make_primary(&mut user, number, now.seconds());
        }
        self.touched(slot, user, now);
        Ok(number)
    }

    /// Changes an identity's value, or whether it is verified.
    pub(crate) fn update_identity(
        &mut self,
        slot: Slot,
        number: u32,
        entry: &Entry,
        now: Now,
    ) -> Result<(), Refusal> {
        let mut user = self.live(slot).ok_or(Refusal::NotFound)?.clone();
        let kind = kind_of(&user, number).ok_or(Refusal::NotFound)?;
        if let Some(value) = entry.get("value").and_then(|value| value.as_str()) {
            let value = match kind {
                IdentityKind::Email => email::normalized(value),
                _ => value.trim().to_owned(),
            };
            if value.is_empty() {
                return Err(invalid(Problem::blank("value", "Value")));
            }
            if kind == IdentityKind::Email && !email::is_well_formed(&value) {
                return Err(invalid(Problem::malformed_email(&value)));
            }
            let is_own =
                |identity: &Identity| identity.number == number && *identity.value == *value;
            if self.users.by_identity(kind, &value).is_some() && !user.identities.iter().any(is_own)
            {
                return Err(invalid(Problem::identity_taken(&value)));
            }
            for identity in user
                .identities
                .iter_mut()
                .filter(|one| one.number == number)
            {
                // The number that the user shows follows (assumed).
                if kind == IdentityKind::PhoneNumber
                    && user.phone.as_deref() == Some(&*identity.value)
                {
                    user.phone = Some(value.as_str().into());
                }
                identity.value = value.as_str().into();
                identity.updated_at = now.seconds();
            }
        }
        if let Some(verified) = verified_in(entry) {
            for identity in user
                .identities
                .iter_mut()
                .filter(|one| one.number == number)
            {
                set_verified(identity, verified, now.seconds());
            }
        }
        self.touched(slot, user, now);
        Ok(())
    }

    /// Makes an identity the primary one of its kind.
    pub(crate) fn make_identity_primary(
        &mut self,
        slot: Slot,
        number: u32,
        now: Now,
    ) -> Result<(), Refusal> {
        let mut user = self.live(slot).ok_or(Refusal::NotFound)?.clone();
        kind_of(&user, number).ok_or(Refusal::NotFound)?;
        make_primary(&mut user, number, now.seconds());
        self.touched(slot, user, now);
        Ok(())
    }

    /// Declares an identity verified. Not the owner's address (documented; the text is assumed).
    pub(crate) fn verify_identity(
        &mut self,
        slot: Slot,
        number: u32,
        now: Now,
    ) -> Result<(), Refusal> {
        let mut user = self.live(slot).ok_or(Refusal::NotFound)?.clone();
        let kind = kind_of(&user, number).ok_or(Refusal::NotFound)?;
        if slot == OWNER && kind == IdentityKind::Email {
            let text = "The address of the account owner cannot be verified this way";
            return Err(invalid(Problem::base(text)));
        }
        for identity in user
            .identities
            .iter_mut()
            .filter(|one| one.number == number)
        {
            set_verified(identity, true, now.seconds());
        }
        self.touched(slot, user, now);
        Ok(())
    }

    /// Deletes an identity. No other one becomes primary in its place (live specification), and a number stays visible as
    /// the user's phone (documented).
    pub(crate) fn delete_identity(
        &mut self,
        slot: Slot,
        number: u32,
        now: Now,
    ) -> Result<(), Refusal> {
        let mut user = self.live(slot).ok_or(Refusal::NotFound)?.clone();
        kind_of(&user, number).ok_or(Refusal::NotFound)?;
        user.identities = std::mem::take(&mut user.identities)
            .into_iter()
            .filter(|identity| identity.number != number)
            .collect();
        self.touched(slot, user, now);
        Ok(())
    }

    /// Stores a user whose identities changed, which counts as a change of the user (assumed).
    fn touched(&mut self, slot: Slot, user: User, now: Now) {
        let user = User {
            updated_at: now.seconds(),
            ..user
        };
        self.users.put(slot, user);
    }
}
