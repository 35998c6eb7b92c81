//! Merging an end user into another.

use super::Account;
use super::ids::Slot;
use super::problem::{Problem, Refusal};
use super::user::{Identity, Role, User};
use super::write::Writer;
use crate::clock::Now;

impl Account {
    /// Merges the first end user into the second: identities, the phone number and the organization go along, the first
    /// is deleted softly.
    ///
    /// What the survivor has stays as it is, the primary identities too; name, tags, fields and external id of the other
    /// are lost (assumed).
    pub(crate) fn merge(
        &mut self,
        loser: Slot,
        survivor: Slot,
        writer: Writer,
        now: Now,
    ) -> Result<(), Refusal> {
        let (Some(from), Some(into)) = (self.live(loser), self.live(survivor)) else {
            return Err(Refusal::NotFound);
        };
        let invalid = |text| Err(Refusal::Invalid(vec![Problem::base(text)]));
        if loser == survivor {
            return invalid("A user cannot be merged into itself");
        }
        if from.role != Role::EndUser || into.role != Role::EndUser {
            return invalid("Only end users can be merged");
        }
        if !writer.may_change(loser, from) || !writer.may_change(survivor, into) {
            return Err(Refusal::Forbidden);
        }
        let from = from.clone();
        let memberships = self.memberships_of(loser);
        let merged = merged(&from, into.clone(), now.seconds());
        // The other one first: an identity belongs to one user at any time.
        self.soft_delete(loser, now.seconds());
        self.users.put(survivor, merged);
        self.memberships.forget(loser);
        self.move_memberships(&memberships, survivor);
        Ok(())
    }
}

fn merged(from: &User, mut into: User, seconds: u32) -> User {
    let has_primary = |user: &User, of: &Identity| {
        user.identities
            .iter()
            .any(|own| own.kind == of.kind && own.primary)
    };
    let moved: Vec<Identity> = from
        .identities
        .iter()
        .map(|identity| Identity {
            primary: identity.primary && !has_primary(&into, identity),
            updated_at: seconds,
            ..identity.clone()
        })
        .collect();
    into.identities = into.identities.into_iter().chain(moved).collect();
    if into.phone.is_none() {
        into.phone.clone_from(&from.phone);
        into.shared_phone = from.shared_phone;
    }
    if into.organization == 0 {
        into.organization = from.organization;
    }
    into.updated_at = seconds;
    into
}
