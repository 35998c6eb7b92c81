//! Who is in which organizations.
//!
//! Nearly everybody is in one organization or none, and that one stands in the user. Only of those who are in several, or
//! were, a list is kept beside.

use hashbrown::HashMap;

use super::Account;
use super::ids::{self, Slot};
use super::problem::{Problem, Refusal};
use super::user::User;
use crate::clock::Now;

/// A membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    pub(crate) id: u64,
    /// As a user's `organization` says it.
    pub(crate) organization: u32,
    pub(crate) default: bool,
    pub(crate) created_at: u32,
}

/// The memberships of those who are in several organizations; the default one is among them.
#[derive(Debug, Default)]
pub(crate) struct Memberships {
    by_slot: HashMap<Slot, Vec<Membership>>,
    made: u32,
}

impl Memberships {
    /// Forgets all but the default one.
    pub(crate) fn forget(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }

    fn further(&self, slot: Slot) -> &[Membership] {
        self.by_slot.get(&slot).map_or(&[], Vec::as_slice)
    }
}

impl Account {
    /// A user's memberships, in the order of their making.
    pub(crate) fn memberships_of(&self, slot: Slot) -> Vec<Membership> {
        let Some(user) = self.users.get(slot) else {
            return Vec::new();
        };
        let mut all = self.memberships.further(slot).to_vec();
        if user.organization > 0 && !all.iter().any(|one| one.organization == user.organization) {
            let first = Membership {
                id: ids::first_membership(slot),
                organization: user.organization,
                default: true,
                created_at: user.created_at,
            };
            all.insert(0, first);
        }
        for membership in &mut all {
            membership.default = membership.organization == user.organization;
        }
        all
    }

    /// Whether a user belongs to the organization that `organization` means.
    pub(crate) fn belongs_to(&self, slot: Slot, user: &User, organization: u32) -> bool {
        user.organization == organization
            || self
                .memberships
                .further(slot)
                .iter()
                .any(|membership| membership.organization == organization)
    }

    /// Puts a user into one more organization, the first one by default.
    pub(crate) fn add_membership(
        &mut self,
        slot: Slot,
        organization: u32,
        default: bool,
        now: Now,
    ) -> Result<u64, Refusal> {
        let user = self.live(slot).ok_or(Refusal::NotFound)?;
        if self.belongs_to(slot, user, organization) {
            let problem = Problem::taken("user_id", "User");
            return Err(Refusal::Invalid(vec![problem]));
        }
        let is_first = user.organization == 0;
        let mut all = self.memberships_of(slot);
        self.memberships.made += 1;
        let id = ids::further_membership(self.memberships.made);
        all.push(Membership {
            id,
            organization,
            default,
            created_at: now.seconds(),
        });
        self.memberships.by_slot.insert(slot, all);
        if default || is_first {
            self.set_default_organization(slot, organization, now);
        }
        Ok(id)
    }

    /// Makes the organization, of which the user is a member, the default one.
    pub(crate) fn set_default_organization(&mut self, slot: Slot, organization: u32, now: Now) {
        // The list first: the membership that was the default one must not be lost.
        let all = self.memberships_of(slot);
        self.memberships.by_slot.insert(slot, all);
        if let Some(user) = self.users.get(slot) {
            let user = User {
                organization,
                updated_at: now.seconds(),
                ..user.clone()
            };
            self.users.put(slot, user);
        }
    }

    /// Takes a user out of an organization. The oldest membership that is left becomes the default one (assumed).
    pub(crate) fn remove_membership(&mut self, slot: Slot, id: u64, now: Now) -> bool {
        let mut all = self.memberships_of(slot);
        let Some(gone) = all.iter().find(|membership| membership.id == id).copied() else {
            return false;
        };
        all.retain(|membership| membership.id != id);
        let next = all.first().map_or(0, |membership| membership.organization);
        self.memberships.by_slot.insert(slot, all);
        if gone.default
            && let Some(user) = self.users.get(slot)
        {
            let user = User {
                organization: next,
                updated_at: now.seconds(),
                ..user.clone()
            };
            self.users.put(slot, user);
        }
        true
    }

    /// A merge moves memberships; those that both have stay as they are.
    pub(super) fn move_memberships(&mut self, from: &[Membership], into: Slot) {
        let mut all = self.memberships_of(into);
        for membership in from {
            if !all
                .iter()
                .any(|own| own.organization == membership.organization)
            {
                all.push(*membership);
            }
        }
        if all.len() > 1 {
            self.memberships.by_slot.insert(into, all);
        }
    }
}
