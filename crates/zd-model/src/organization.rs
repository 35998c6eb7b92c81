//! Organizations, as far as users need them.

use serde::Serialize;

use crate::record::{read_object, record};
use crate::{ExternalId, Extra, GroupId, OrganizationId, Timestamp};

record! {
    /// An organization.
    Organization(
        /// The id.
        id: OrganizationId
    ) {
        /// Where the API shows it.
        url: String,
        /// The account's own id for it.
        external_id: ExternalId,
        /// The name, unique in the account.
        name: String,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
        /// The e-mail domains whose users belong to it.
        domain_names: Vec<String>,
        /// Details about it.
        details: String,
        /// Notes about it.
        notes: String,
        /// The group its tickets go to.
        group_id: GroupId,
        /// Whether its users see each other's tickets.
        shared_tickets: bool,
        /// Whether its users comment on each other's tickets.
        shared_comments: bool,
        /// Its tags.
        tags: Vec<String>,
        /// Custom fields by key.
        organization_fields: Extra,
    }
}

record! {
    /// An organization to create, or to change: the one of this id, else of this external id.
    ///
    /// The name is needed to create one, and must be new in the account.
    OrganizationUpsert {
        /// Names an existing organization.
        id: OrganizationId,
        /// The account's own id for it, compared without regard to case.
        external_id: ExternalId,
        /// The name.
        name: String,
        /// The e-mail domains whose users belong to it.
        domain_names: Vec<String>,
        /// Details about it.
        details: String,
        /// Notes about it.
        notes: String,
        /// The group its tickets go to.
        group_id: GroupId,
        /// Whether its users see each other's tickets.
        shared_tickets: bool,
        /// Whether its users comment on each other's tickets.
        shared_comments: bool,
        /// Its tags; they replace the whole set.
        tags: Vec<String>,
        /// Custom fields by key.
        organization_fields: Extra,
    }
}

/// An organization named in a user's upsert: `{"name": "…"}`.
///
/// Whether Zendesk creates an organization that does not exist or refuses the row is not documented.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrganizationInput {
    /// The name.
    pub name: String,
    /// Attributes that this crate does not know, sent as they are.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(OrganizationInput [name] []);

impl OrganizationInput {
    /// The organization of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            extra: Extra::new(),
        }
    }
}
