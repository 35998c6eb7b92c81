//! Organizations: users belong to them; changing them comes later.

use super::Account;
use super::ids;
use super::index::same;
use super::user::User;

/// An organization.
#[derive(Debug)]
pub(crate) struct Organization {
    pub(crate) name: String,
    pub(crate) created_at: u32,
}

impl Account {
    /// Whether a user belongs to the organization that `organization` means.
    pub(crate) fn belongs_to(&self, user: &User, organization: u32) -> bool {
        user.organization == organization
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Organizations {
    records: Vec<Organization>,
}

impl Organizations {
    pub(crate) fn add(&mut self, name: &str, seconds: u32) {
        self.records.push(Organization {
            name: name.to_owned(),
            created_at: seconds,
        });
    }

    /// The organization that a user's `organization` means: 0 is none.
    pub(crate) fn get(&self, of_user: u32) -> Option<(u64, &Organization)> {
        let place = (of_user as usize).checked_sub(1)?;
        Some((ids::organization(place), self.records.get(place)?))
    }

    /// What a user's `organization` says for the organization of this id.
    pub(crate) fn by_id(&self, id: u64) -> Option<u32> {
        (1..)
            .zip(&self.records)
            .zip(0..)
            .find(|(_, place)| ids::organization(*place) == id)
            .map(|((number, _), _)| number)
    }

    /// What a user's `organization` says for the organization of this name, whatever its case.
    pub(crate) fn by_name(&self, name: &str) -> Option<u32> {
        (1..)
            .zip(&self.records)
            .find(|(_, organization)| same(&organization.name, name.trim()))
            .map(|(number, _)| number)
    }
}
