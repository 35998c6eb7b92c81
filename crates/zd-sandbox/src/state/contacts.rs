//! How addresses and numbers become identities.

use serde_json::{Map, Value};

use super::Account;
use super::draft::LONGEST_LINE;
use super::email;
use super::field_values::boolean;
use super::ids::Slot;
use super::index::same;
use super::problem::Problem;
use super::user::{Identity, IdentityKind, User};

/// Puts an identity behind the others. The first of its kind is the primary one, a later one becomes it if asked for.
pub(super) fn attach(user: &mut User, mut identity: Identity, primary: bool, seconds: u32) {
    let Identity { kind, number, .. } = identity;
    identity.primary = !user.identities.iter().any(|own| own.kind == kind);
    // The slice stays exactly as long as it has to be.
    let mut list = std::mem::take(&mut user.identities).into_vec();
    list.reserve_exact(1);
    list.push(identity);
    user.identities = list.into_boxed_slice();
    if primary {
        promote(user, number, seconds);
    }
    if kind == IdentityKind::PhoneNumber {
        show_primary_number(user);
    }
}

/// Makes an identity the primary one of its kind: it comes first, and both that change were updated (recorded).
pub(super) fn promote(user: &mut User, number: u32, seconds: u32) {
    let Some((place, kind)) = (0..)
        .zip(&user.identities)
        .find(|(_, own)| own.number == number && !own.primary)
        .map(|(place, own)| (place, own.kind))
    else {
        return;
    };
    for own in user.identities.iter_mut().filter(|own| own.kind == kind) {
        let primary = own.number == number;
        if own.primary != primary {
            own.primary = primary;
            own.updated_at = seconds;
        }
    }
    if let Some(up_to_it) = user.identities.get_mut(..=place) {
        up_to_it.rotate_right(1);
    }
    if kind == IdentityKind::PhoneNumber {
        show_primary_number(user);
    }
}

/// The primary number, if there is one, is the user's direct line, which `phone` shows (assumed).
pub(super) fn show_primary_number(user: &mut User) {
    let primary = user
        .identities
        .iter()
        .find(|own| own.kind == IdentityKind::PhoneNumber && own.primary)
        .map(|own| own.value.as_str().into());
    if primary.is_some() {
        user.phone = primary;
        user.shared_phone = false;
    }
}

/// The type of an identity that was sent, and its value as it is kept.
pub(super) fn kind_and_value(
    entry: &Map<String, Value>,
) -> Result<(IdentityKind, String), Problem> {
    let kind = entry
        .get("type")
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|kind| !kind.is_empty())
        .ok_or_else(|| Problem::blank("type", "Type"))?;
    let kind = IdentityKind::parse(kind).ok_or_else(|| Problem::invalid("type", "Type"))?;
    valued(kind, entry).map(|value| (kind, value))
}

/// The value that was sent for an identity of this kind, as it is kept.
pub(super) fn valued(kind: IdentityKind, entry: &Map<String, Value>) -> Result<String, Problem> {
    let value = entry
        .get("value")
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Problem::blank("value", "Value"))?;
    if value.chars().count() > LONGEST_LINE {
        return Err(Problem::too_long("value", "Value", LONGEST_LINE));
    }
    if kind != IdentityKind::Email {
        return Ok(value.to_owned());
    }
    let address = email::normalized(value);
    if email::is_well_formed(&address) {
        Ok(address)
    } else {
        Err(Problem::malformed_value(&address))
    }
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
        let identity = Identity {
            verified: verified.unwrap_or_default(),
            ..self
                .users
                .new_identity(IdentityKind::Email, address, seconds)
        };
        attach(user, identity, false, seconds);
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
        let identity = self
            .users
            .new_identity(IdentityKind::PhoneNumber, number, seconds);
        attach(user, identity, false, seconds);
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
            let (kind, value) = match kind_and_value(entry) {
                Ok(sent) => sent,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let is_it = |own: &Identity| own.kind == kind && same(&own.value, &value);
            if user.identities.iter().any(is_it) {
                continue;
            }
            if self.users.by_identity(kind, &value).is_some() {
                problems.push(Problem::identity_taken(&value));
                continue;
            }
            let flag = |key: &str| entry.get(key).and_then(boolean).unwrap_or_default();
            let identity = Identity {
                verified: flag("verified"),
                ..self.users.new_identity(kind, &value, seconds)
            };
            attach(user, identity, flag("primary"), seconds);
        }
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
