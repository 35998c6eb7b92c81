//! Organizations, and who is in which.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};
use serde_json::Map;

use super::time;
use crate::state::Account;
use crate::state::ids::{self, Slot};
use crate::state::memberships::Membership;
use crate::state::organizations::Organization;
use crate::state::user::{Role, TicketRestriction, User};

/// An organization, in the recorded order of keys.
#[derive(Clone, Copy)]
pub(crate) struct OrganizationView<'a> {
    pub(crate) id: u64,
    pub(crate) organization: &'a Organization,
    pub(crate) base: &'a str,
}

impl<'a> OrganizationView<'a> {
    /// The organization of this number.
    pub(crate) fn of(account: &'a Account, number: u32, base: &'a str) -> Option<Self> {
        let (id, organization) = account.organizations.get(number)?;
        Some(Self {
            id,
            organization,
            base,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/api/v2/organizations/{}.json", self.base, self.id)
    }
}

impl Serialize for OrganizationView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let of = self.organization;
        let mut map = serializer.serialize_map(Some(14))?;
        map.serialize_entry("url", &self.url())?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", &of.name)?;
        map.serialize_entry("shared_tickets", &of.shared_tickets)?;
        map.serialize_entry("shared_comments", &of.shared_comments)?;
        map.serialize_entry("external_id", &of.external_id)?;
        map.serialize_entry("created_at", &time(of.created_at))?;
        map.serialize_entry("updated_at", &time(of.updated_at))?;
        map.serialize_entry("domain_names", &of.domain_names)?;
        map.serialize_entry("details", &of.details)?;
        map.serialize_entry("notes", &of.notes)?;
        map.serialize_entry("group_id", &of.group_id)?;
        map.serialize_entry("tags", &of.tags)?;
        // No organization fields are defined here.
        map.serialize_entry("organization_fields", &Map::new())?;
        map.end()
    }
}

/// A user's membership in an organization.
#[derive(Clone, Copy)]
pub(crate) struct MembershipView<'a> {
    pub(crate) account: &'a Account,
    pub(crate) slot: Slot,
    pub(crate) user: &'a User,
    pub(crate) membership: Membership,
    pub(crate) base: &'a str,
}

impl MembershipView<'_> {
    pub(crate) fn url(&self) -> String {
        let id = ids::membership(self.membership.number);
        format!("{}/api/v2/organization_memberships/{id}.json", self.base)
    }
}

impl Serialize for MembershipView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let membership = self.membership;
        let number = membership.organization;
        let organization = self.account.organizations.get(number);
        let (organization_id, organization) = organization.unzip();
        // Not the default one: null, not false (documented).
        let default = (self.user.organization == number).then_some(true);
        let sees_all = match (self.user.role, self.user.rare().ticket_restriction) {
            (_, Some(restriction)) => restriction == TicketRestriction::Organization,
            (role, None) => role != Role::EndUser,
        };
        let shared = organization.is_some_and(|organization| organization.shared_tickets);
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("url", &self.url())?;
        map.serialize_entry("id", &ids::membership(membership.number))?;
        map.serialize_entry("user_id", &ids::user(self.slot))?;
        map.serialize_entry("organization_id", &organization_id)?;
        map.serialize_entry("default", &default)?;
        map.serialize_entry("created_at", &time(membership.created_at))?;
        map.serialize_entry(
            "organization_name",
            &organization.map(|organization| &organization.name),
        )?;
        map.serialize_entry("updated_at", &time(membership.updated_at))?;
        map.serialize_entry("view_tickets", &(sees_all || shared))?;
        map.end()
    }
}
