//! Groups of agents, and who is in them.

use hashbrown::HashMap;

use super::Account;
use super::ids::{self, Slot};
use super::problem::{Problem, Refusal};
use super::user::{Role, User};
use crate::clock::Now;

/// A group. They do not change here.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
}

/// The first one is the account's default group, which new members of staff join (assumed).
pub(crate) const GROUPS: [Group; 3] = [
    Group {
        name: "Support",
        description: "",
    },
    Group {
        name: "Billing",
        description: "Invoices and payments",
    },
    Group {
        name: "Escalations",
        description: "What nobody else could solve",
    },
];

/// An agent's place in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GroupMembership {
    pub(crate) id: u64,
    /// The group's place.
    pub(crate) group: usize,
    pub(crate) created_at: u32,
}

/// Memberships of those whose groups were changed; others are in the default group.
#[derive(Debug, Default)]
pub(crate) struct GroupMemberships {
    by_slot: HashMap<Slot, Vec<GroupMembership>>,
    made: u32,
}

impl GroupMemberships {
    pub(super) fn forget(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }
}

/// The place of the group of this id.
pub(crate) fn by_id(id: u64) -> Option<usize> {
    (0..GROUPS.len()).find(|place| ids::group(*place) == id)
}

impl Account {
    /// The groups of a member of staff, in the order in which they were joined; end users have none.
    pub(crate) fn group_memberships_of(&self, slot: Slot) -> Vec<GroupMembership> {
        let Some(user) = self.users.get(slot).filter(|user| is_staff(user)) else {
            return Vec::new();
        };
        let first = || {
            vec![GroupMembership {
                id: ids::first_group_membership(slot),
                group: 0,
                created_at: user.created_at,
            }]
        };
        let kept = self.group_memberships.by_slot.get(&slot).cloned();
        kept.unwrap_or_else(first)
    }

    /// The place of the default group: the one that was chosen if the user is in it, else the first.
    pub(crate) fn default_group_of(&self, slot: Slot) -> Option<usize> {
        let all = self.group_memberships_of(slot);
        let chosen = self.users.get(slot)?.rare().default_group_id;
        all.iter()
            .find(|membership| Some(ids::group(membership.group)) == chosen)
            .or(all.first())
            .map(|membership| membership.group)
    }

    /// Puts a member of staff into one more group.
    pub(crate) fn add_group_membership(
        &mut self,
        slot: Slot,
        group: usize,
        default: bool,
        now: Now,
    ) -> Result<u64, Refusal> {
        let user = self.live(slot).ok_or(Refusal::NotFound)?;
        let invalid = |problem| Err(Refusal::Invalid(vec![problem]));
        if !is_staff(user) {
            return invalid(Problem::invalid("user_id", "User"));
        }
        let mut all = self.group_memberships_of(slot);
        if all.iter().any(|membership| membership.group == group) {
            return invalid(Problem::taken("user_id", "User"));
        }
        self.group_memberships.made += 1;
        let id = ids::further_group_membership(self.group_memberships.made);
        all.push(GroupMembership {
            id,
            group,
            created_at: now.seconds(),
        });
        self.group_memberships.by_slot.insert(slot, all);
        if default {
            self.set_default_group(slot, Some(group), now);
        }
        Ok(id)
    }

    pub(crate) fn set_default_group(&mut self, slot: Slot, group: Option<usize>, now: Now) {
        if let Some(user) = self.users.get(slot) {
            let mut user = user.clone();
            user.rare_mut().default_group_id = group.map(ids::group);
            user.updated_at = now.seconds();
            self.users.put(slot, user);
        }
    }

    /// Takes a member of staff out of a group; the oldest membership that is left stands in for a default one (assumed).
    pub(crate) fn remove_group_membership(&mut self, slot: Slot, id: u64, now: Now) -> bool {
        let mut all = self.group_memberships_of(slot);
        let before = all.len();
        let was_default = all
            .iter()
            .any(|one| one.id == id && self.default_group_of(slot) == Some(one.group));
        all.retain(|membership| membership.id != id);
        if all.len() == before {
            return false;
        }
        self.group_memberships.by_slot.insert(slot, all);
        if was_default {
            self.set_default_group(slot, None, now);
        }
        true
    }
}

fn is_staff(user: &User) -> bool {
    user.role != Role::EndUser
}
