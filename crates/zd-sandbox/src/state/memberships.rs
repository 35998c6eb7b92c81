//! Who is in which organizations. A user's `organization` is the default one.

use hashbrown::HashMap;
use serde_json::Value;

use super::Account;
use super::draft::nullable;
use super::field_values::integer;
use super::ids::Slot;
use super::problem::Problem;
use super::upsert::{Entry, value_of};
use super::user::User;
use crate::clock::Now;

/// A user's membership in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Membership {
    /// Its id is computed from this.
    pub(crate) number: u64,
    /// The organization's number.
    pub(crate) organization: u32,
    pub(crate) created_at: u32,
    pub(crate) updated_at: u32,
}

/// The memberships of those users who have others than the one that came with their creation: most have that one or none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memberships {
    by_slot: HashMap<Slot, Box<[Membership]>>,
    /// How many there ever were, those of creations aside.
    made: u64,
}

/// The membership that came with the creation of a user. Its number is even, those of all others are odd.
fn first_of(slot: Slot, user: &User) -> Option<Membership> {
    (user.organization != 0).then(|| Membership {
        number: u64::from(slot) * 2,
        organization: user.organization,
        created_at: user.created_at,
        updated_at: user.created_at,
    })
}

/// The name of the organization that an entry of a user names.
pub(super) fn sent_name(entry: &Entry) -> Option<&str> {
    value_of(entry, "organization")
        .and_then(|organization| organization.get("name"))
        .or_else(|| value_of(entry, "organization_name"))
        .and_then(Value::as_str)
        .filter(|name| !name.trim().is_empty())
}

impl Memberships {
    /// All of a user, the oldest first.
    pub(crate) fn of(&self, slot: Slot, user: &User) -> Vec<Membership> {
        match self.by_slot.get(&slot) {
            Some(own) => own.to_vec(),
            None => first_of(slot, user).into_iter().collect(),
        }
    }

    /// Whether a user belongs to the organization of this number.
    pub(crate) fn has(&self, slot: Slot, user: &User, organization: u32) -> bool {
        user.organization == organization
            || self
                .by_slot
                .get(&slot)
                .is_some_and(|own| own.iter().any(|of| of.organization == organization))
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }

    /// `user` is the one who has them, and their `organization` one of them.
    fn put(&mut self, slot: Slot, user: &User, memberships: Vec<Membership>) {
        if memberships.iter().copied().eq(first_of(slot, user)) {
            self.by_slot.remove(&slot);
        } else {
            self.by_slot.insert(slot, memberships.into_boxed_slice());
        }
    }

    fn made(&mut self, organization: u32, seconds: u32) -> Membership {
        self.made += 1;
        Membership {
            number: self.made * 2 - 1,
            organization,
            created_at: seconds,
            updated_at: seconds,
        }
    }
}

impl Account {
    /// The organizations that an entry of a user names, the default one first: by ids, else by name. Nobody is put into one
    /// that does not exist.
    pub(super) fn sent_organizations(&self, entry: &Entry) -> Result<Option<Vec<u32>>, Problem> {
        let unknown = || Problem::invalid("organization", "Organization");
        let by_id = |id: &Value| {
            let number = integer(id).and_then(|id| self.organizations.by_id(id));
            number.ok_or_else(unknown)
        };
        if let Some(id) = nullable(entry, &["organization_id"]) {
            let number = id.map(by_id).transpose()?;
            return Ok(Some(number.into_iter().collect()));
        }
        if let Some(Value::Array(ids)) = value_of(entry, "organization_ids") {
            let mut numbers = Vec::new();
            for number in ids.iter().map(by_id) {
                let number = number?;
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            return Ok(Some(numbers));
        }
        let Some(name) = sent_name(entry) else {
            return Ok(None);
        };
        let number = self.organizations.by_name(name).ok_or_else(unknown)?;
        Ok(Some(vec![number]))
    }

    /// Ends all memberships of a user but those in these organizations (documented of `organization_id`), of which the first
    /// is the user's `organization` by now. `before` is what an existing user had.
    pub(super) fn replace_memberships(
        &mut self,
        slot: Slot,
        before: Option<Vec<Membership>>,
        organizations: &[u32],
        seconds: u32,
    ) {
        let Some(user) = self.users.get(slot) else {
            return;
        };
        let before = before.unwrap_or_else(|| first_of(slot, user).into_iter().collect());
        let memberships = organizations
            .iter()
            .map(|number| {
                let kept = before.iter().find(|of| of.organization == *number);
                kept.copied()
                    .unwrap_or_else(|| self.memberships.made(*number, seconds))
            })
            .collect();
        self.memberships.put(slot, user, memberships);
    }

    /// Puts a user into an organization beside the others. The first one is the default one anyway.
    pub(crate) fn join(
        &mut self,
        slot: Slot,
        organization: u32,
        is_default: bool,
        now: Now,
    ) -> Result<(), Problem> {
        let Some(user) = self.users.get(slot) else {
            return Ok(());
        };
        let mut memberships = self.memberships.of(slot, user);
        if memberships
            .iter()
            .any(|own| own.organization == organization)
        {
            return Err(Problem::taken("user_id", "User"));
        }
        let is_default = is_default || memberships.is_empty();
        memberships.push(self.memberships.made(organization, now.seconds()));
        let default = if is_default {
            organization
        } else {
            user.organization
        };
        self.set_memberships(slot, memberships, default, now);
        Ok(())
    }

    /// Makes an organization that the user is in their default one.
    pub(crate) fn make_default_organization(&mut self, slot: Slot, organization: u32, now: Now) {
        if let Some(user) = self.users.get(slot)
            && user.organization != organization
        {
            let old = user.organization;
            let mut memberships = self.memberships.of(slot, user);
            for own in &mut memberships {
                if own.organization == organization || own.organization == old {
                    own.updated_at = now.seconds();
                }
            }
            self.set_memberships(slot, memberships, organization, now);
        }
    }

    /// Takes a user out of an organization. If it was the default one, the oldest of the others takes its place (assumed).
    pub(crate) fn leave(&mut self, slot: Slot, organization: u32, now: Now) {
        let Some(user) = self.users.get(slot) else {
            return;
        };
        let mut memberships = self.memberships.of(slot, user);
        memberships.retain(|own| own.organization != organization);
        let default = if user.organization == organization {
            memberships.first().map_or(0, |own| own.organization)
        } else {
            user.organization
        };
        self.set_memberships(slot, memberships, default, now);
    }

    /// The memberships of one user go over to another, who stays where they are; in none, they take the default one along.
    pub(super) fn move_memberships(&mut self, from: Slot, to: Slot, now: Now) {
        let (Some(loser), Some(survivor)) = (self.users.get(from), self.users.get(to)) else {
            return;
        };
        let mut memberships = self.memberships.of(to, survivor);
        for moved in self.memberships.of(from, loser) {
            if !memberships
                .iter()
                .any(|own| own.organization == moved.organization)
            {
                memberships.push(moved);
            }
        }
        let default = match survivor.organization {
            0 => loser.organization,
            own => own,
        };
        self.set_memberships(from, Vec::new(), 0, now);
        self.set_memberships(to, memberships, default, now);
    }

    /// A user whose default organization changes is changed themselves.
    fn set_memberships(
        &mut self,
        slot: Slot,
        memberships: Vec<Membership>,
        default: u32,
        now: Now,
    ) {
        let Some(user) = self.users.get(slot) else {
            return;
        };
        let mut user = user.clone();
        if user.organization != default {
            user.organization = default;
            user.updated_at = now.seconds();
        }
        self.memberships.put(slot, &user, memberships);
        self.users.put(slot, user);
    }
}
