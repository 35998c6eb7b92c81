//! How addresses and numbers become identities.

use serde_json::{Map, Value};

use super::Account;
use super::email;
use super::field_values::boolean;
use super::ids::Slot;
use super::problem::Problem;
use super::user::{Identity, IdentityKind, User};

/// Appends to a slice that is exactly as long as it has to be.
pub(super) fn push(identities: &mut Box<[Identity]>, identity: Identity) {
    let mut list = std::mem::take(identities).into_vec();
    list.reserve_exact(1);
    list.push(identity);
    *identities = list.into_boxed_slice();
}

impl Account {
    /// The address of a new user or an update, with the `verified` that came with it.
    ///
    /// The first address becomes the primary one. A further one is added beside it: an update never changes the primary
    /// address.
    pub(super) fn set_email(
        &mut self,
        user: &mut User,
        address: &str,
        verified: Option<bool>,
        seconds: u32,
    ) {
        let own = user
            .identities
            .iter_mut()
            .find(|identity| identity.kind == IdentityKind::Email && *identity.value == *address);
        if let Some(identity) = own {
            if let Some(verified) = verified {
                set_verified(identity, verified, seconds);
            }
            return;
        }
        let first = user.emails().next().is_none();
        let identity = Identity {
            primary: first,
            verified: verified.unwrap_or_default(),
            ..self
                .users
                .new_identity(IdentityKind::Email, address, seconds)
        };
        push(&mut user.identities, identity);
    }

    /// A number: alone in the account it is the user's direct line and an identity, else a shared number without one.
    ///
    /// A second number of a user with a direct line becomes a second identity; the user keeps showing the first.
    pub(super) fn set_phone(
        &mut self,
        user: &mut User,
        slot: Option<Slot>,
        number: Option<&str>,
        share: bool,
        seconds: u32,
    ) {
        let Some(number) = number.map(str::trim).filter(|number| !number.is_empty()) else {
            user.phone = None;
            user.shared_phone = false;
            // Clearing the number takes its identity along (assumed).
            user.identities = std::mem::take(&mut user.identities)
                .into_iter()
                .filter(|identity| identity.kind != IdentityKind::PhoneNumber)
                .collect();
            return;
        };
        let holder = self.users.by_identity(IdentityKind::PhoneNumber, number);
        let mine = holder.is_some() && holder == slot;
        let has_direct_line = user.phone.is_some() && !user.shared_phone;
        if mine {
            return;
        }
        if holder.is_some() || share {
            if !has_direct_line {
                user.phone = Some(number.into());
                user.shared_phone = true;
            }
            return;
        }
        if !has_direct_line {
            user.phone = Some(number.into());
            user.shared_phone = false;
        }
        let first = !user
            .identities
            .iter()
            .any(|identity| identity.kind == IdentityKind::PhoneNumber);
        let identity = Identity {
            primary: first,
            ..self
                .users
                .new_identity(IdentityKind::PhoneNumber, number, seconds)
        };
        push(&mut user.identities, identity);
    }

    /// The `identities` of a new user; on an update they are ignored.
    pub(super) fn add_identities(
        &mut self,
        user: &mut User,
        sent: &[Value],
        seconds: u32,
        problems: &mut Vec<Problem>,
    ) {
        for entry in sent.iter().filter_map(Value::as_object) {
            match self.identity(user, entry, seconds) {
                Ok(Some(identity)) => push(&mut user.identities, identity),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
    }

    /// An identity as an entry describes it; none if the user has it already.
    pub(super) fn identity(
        &mut self,
        user: &User,
        entry: &Map<String, Value>,
        seconds: u32,
    ) -> Result<Option<Identity>, Problem> {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::trim);
        let kind = text("type")
            .and_then(IdentityKind::parse)
            .ok_or_else(|| Problem::invalid("type", "Type"))?;
        let value = text("value")
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Problem::invalid("value", "Value"))?;
        let value = match kind {
            IdentityKind::Email => email::normalized(value),
            _ => value.to_owned(),
        };
        if kind == IdentityKind::Email && !email::is_well_formed(&value) {
            return Err(Problem::malformed_email(&value));
        }
        let same_kind = |identity: &&Identity| identity.kind == kind;
        if user
            .identities
            .iter()
            .filter(same_kind)
            .any(|identity| *identity.value == *value)
        {
            return Ok(None);
        }
        if self.users.by_identity(kind, &value).is_some() {
            return Err(Problem::identity_taken(&value));
        }
        let first = !user.identities.iter().any(|identity| identity.kind == kind);
        Ok(Some(Identity {
            primary: first,
            verified: entry.get("verified").and_then(boolean).unwrap_or_default(),
            ..self.users.new_identity(kind, &value, seconds)
        }))
    }
}

/// A `verified` that came without an address: the primary one's.
pub(super) fn set_primary_verified(user: &mut User, verified: bool, seconds: u32) {
    let primary = user
        .identities
        .iter_mut()
        .find(|identity| identity.kind == IdentityKind::Email && identity.primary);
    if let Some(identity) = primary {
        set_verified(identity, verified, seconds);
    }
}

pub(super) fn set_verified(identity: &mut Identity, verified: bool, seconds: u32) {
    if identity.verified != verified {
        identity.verified = verified;
        identity.updated_at = seconds;
    }
}
