//! Organizations and how they are found.

use hashbrown::HashMap;

use super::ids;
use super::index::folded;

/// An organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Organization {
    pub(crate) name: Box<str>,
    pub(crate) external_id: Option<Box<str>>,
    pub(crate) domain_names: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) details: Option<Box<str>>,
    pub(crate) notes: Option<Box<str>>,
    pub(crate) group_id: Option<u64>,
    pub(crate) shared_tickets: bool,
    pub(crate) shared_comments: bool,
    pub(crate) created_at: u32,
    pub(crate) updated_at: u32,
}

/// All of them, each with a number from 1 on, which is what a user's `organization` says; 0 is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Organizations {
    records: Vec<Organization>,
    /// Numbers by folded name and folded external id.
    names: HashMap<String, u32>,
    external_ids: HashMap<String, u32>,
}

impl Organizations {
    /// The organization of this number, and its id.
    pub(crate) fn get(&self, number: u32) -> Option<(u64, &Organization)> {
        let place = number.checked_sub(1)? as usize;
        Some((ids::organization(number), self.records.get(place)?))
    }

    /// Numbers, in the order of creation.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Organization)> {
        (1..).zip(&self.records)
    }

    /// The number of the organization of this id.
    pub(crate) fn by_id(&self, id: u64) -> Option<u32> {
        ids::organization_number(id).filter(|number| self.get(*number).is_some())
    }

    /// The number of the organization of this name, whatever its case.
    pub(crate) fn by_name(&self, name: &str) -> Option<u32> {
        self.names.get(&*folded(name.trim())).copied()
    }

    /// The number of the organization with this external id, whatever its case.
    pub(crate) fn by_external_id(&self, external_id: &str) -> Option<u32> {
        self.external_ids.get(&*folded(external_id)).copied()
    }

    /// The number that the next organization will have.
    pub(crate) fn next_number(&self) -> u32 {
        let count = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        count
            .checked_add(1)
            .expect("memory ends before four billion organizations")
    }

    /// Stores an organization under its number, which exists or is the next one.
    pub(crate) fn put(&mut self, number: u32, organization: Organization) {
        let place = number.saturating_sub(1) as usize;
        if let Some(old) = self.records.get(place) {
            self.names.remove(&*folded(&old.name));
            if let Some(external_id) = &old.external_id {
                self.external_ids.remove(&*folded(external_id));
            }
        }
        let name = folded(&organization.name).into_owned();
        self.names.insert(name, number);
        if let Some(external_id) = &organization.external_id {
            let external_id = folded(external_id).into_owned();
            self.external_ids.insert(external_id, number);
        }
        match self.records.get_mut(place) {
            Some(old) => *old = organization,
            None => self.records.push(organization),
        }
    }
}
