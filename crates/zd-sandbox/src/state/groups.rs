//! Groups of agents, and who is in them.

use hashbrown::HashMap;
use serde_json::Value;

use super::Account;
use super::draft::nullable;
use super::field_values::integer;
use super::ids::{self, Slot};
use super::problem::Problem;
use super::upsert::{Entry, value_of};
use super::user::Role;

/// A group. Groups come from the seed and do not change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Whether it is the account's default one, which every new agent is in.
    pub(crate) is_default: bool,
    pub(crate) created_at: u32,
}

/// An agent's membership in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GroupMembership {
    /// Its id is computed from this.
    pub(crate) number: u32,
    /// The group's place.
    pub(crate) group: u32,
    /// Whether the group is the agent's default one: one of them is.
    pub(crate) is_default: bool,
    pub(crate) created_at: u32,
    pub(crate) updated_at: u32,
}

/// All groups and memberships.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    records: Vec<Group>,
    by_slot: HashMap<Slot, Vec<GroupMembership>>,
    /// How many memberships there ever were.
    made: u32,
}

/// Groups that an entry of a user names.
#[derive(Clone, Debug, Default)]
struct Sent {
    /// The only ones from now on.
    all: Option<Vec<u32>>,
    default: Option<u32>,
}

impl Groups {
    pub(crate) fn add(&mut self, group: Group) {
        self.records.push(group);
    }

    /// The group at this place, and its id.
    pub(crate) fn get(&self, place: u32) -> Option<(u64, &Group)> {
        Some((ids::group(place), self.records.get(place as usize)?))
    }

    /// The place of the group of this id.
    pub(crate) fn by_id(&self, id: u64) -> Option<u32> {
        ids::group_place(id).filter(|place| self.get(*place).is_some())
    }

    /// The memberships of an agent, the oldest first; end users have none.
    pub(crate) fn of(&self, slot: Slot) -> &[GroupMembership] {
        self.by_slot.get(&slot).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn has(&self, slot: Slot, group: u32) -> bool {
        self.of(slot).iter().any(|own| own.group == group)
    }

    /// The id of the default group of an agent.
    pub(crate) fn default_of(&self, slot: Slot) -> Option<u64> {
        let own = self.of(slot).iter().find(|own| own.is_default)?;
        Some(ids::group(own.group))
    }

    pub(super) fn remove(&mut self, slot: Slot) {
        self.by_slot.remove(&slot);
    }

    /// Puts an agent into a group. The first one is the default one anyway.
    pub(crate) fn join(
        &mut self,
        slot: Slot,
        group: u32,
        is_default: bool,
        seconds: u32,
    ) -> Result<GroupMembership, Problem> {
        if self.has(slot, group) {
            return Err(Problem::taken("user_id", "User"));
        }
        self.made += 1;
        let mut membership = GroupMembership {
            number: self.made,
            group,
            is_default: false,
            created_at: seconds,
            updated_at: seconds,
        };
        let own = self.by_slot.entry(slot).or_default();
        own.push(membership);
        if is_default || own.len() == 1 {
            self.make_default(slot, group, seconds);
            membership.is_default = true;
        }
        Ok(membership)
    }

    /// Makes a group that the agent is in their default one.
    pub(crate) fn make_default(&mut self, slot: Slot, group: u32, seconds: u32) {
        for own in self.by_slot.get_mut(&slot).into_iter().flatten() {
            let is_default = own.group == group;
            if own.is_default != is_default {
                own.is_default = is_default;
                own.updated_at = seconds;
            }
        }
    }

    /// Takes an agent out of a group. If it was the default one, the oldest of the others takes its place (assumed).
    pub(crate) fn leave(&mut self, slot: Slot, group: u32, seconds: u32) {
        let Some(own) = self.by_slot.get_mut(&slot) else {
            return;
        };
        own.retain(|own| own.group != group);
        match own.first() {
            None => self.remove(slot),
            Some(first) if own.iter().all(|own| !own.is_default) => {
                let group = first.group;
                self.make_default(slot, group, seconds);
            }
            Some(_) => {}
        }
    }
}

impl Account {
    /// Whether an entry of an agent names only groups that exist.
    pub(super) fn knows_groups(&self, entry: &Entry) -> bool {
        self.sent_groups(entry).is_some()
    }

    /// The groups that an entry names; none if one of them does not exist.
    fn sent_groups(&self, entry: &Entry) -> Option<Sent> {
        let known = |id: &Value| self.groups.by_id(integer(id)?);
        let all = match value_of(entry, "group_ids") {
            Some(Value::Array(ids)) => Some(ids.iter().map(known).collect::<Option<_>>()?),
            _ => None,
        };
        // An agent's default group can be another one, never none.
        let default = match nullable(entry, &["default_group_id", "group_id"]).flatten() {
            Some(id) => Some(known(id)?),
            None => None,
        };
        Some(Sent { all, default })
    }

    /// Brings the groups of a user who was written in line: new agents are in the account's default group, end users in none,
    /// and `group_ids` and `default_group_id` say where agents are (assumed). Only admins put somebody into a group.
    pub(super) fn follow_groups(
        &mut self,
        slot: Slot,
        entry: &Entry,
        was_agent: bool,
        writer: Role,
        seconds: u32,
    ) {
        let is_agent = |account: &Self| {
            let user = account.users.get(slot);
            user.is_some_and(|user| user.role != Role::EndUser)
        };
        if !is_agent(self) {
            self.groups.remove(slot);
            return;
        }
        let Sent { all, default } = self.sent_groups(entry).unwrap_or_default();
        let mut wanted = Vec::new();
        if writer == Role::Admin {
            if let Some(all) = all {
                let gone: Vec<u32> = self.groups.of(slot).iter().map(|own| own.group).collect();
                for group in gone.into_iter().filter(|group| !all.contains(group)) {
                    self.groups.leave(slot, group, seconds);
                }
                wanted = all;
            }
            wanted.extend(default);
        }
        if !was_agent && wanted.is_empty() {
            wanted.extend((0..).zip(&self.groups.records).find_map(default_place));
        }
        for group in wanted {
            // Whoever is in it already stays.
            let _is_new = self.groups.join(slot, group, false, seconds).is_ok();
        }
        if let Some(default) = default.filter(|group| self.groups.has(slot, *group)) {
            self.groups.make_default(slot, default, seconds);
        }
    }
}

fn default_place((place, group): (u32, &Group)) -> Option<u32> {
    group.is_default.then_some(place)
}
