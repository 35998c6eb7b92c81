//! Who is in which organization.

use crate::record::record;
use crate::{OrganizationId, OrganizationMembershipId, Timestamp, UserId};

record! {
    /// A user's membership in an organization, of possibly several.
    OrganizationMembership(
        /// The id.
        id: OrganizationMembershipId
    ) {
        /// Where the API shows it.
        url: String,
        /// The user.
        user_id: UserId,
        /// The organization.
        organization_id: OrganizationId,
        /// The organization's name.
        organization_name: String,
        /// Whether the organization is the user's default one; null in some answers.
        default: bool,
        /// Whether the user sees the tickets of the organization.
        view_tickets: bool,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
    }
}

record! {
    /// A membership in an organization, to be made.
    OrganizationMembershipInput(
        /// The organization.
        organization_id: OrganizationId
    ) {
        /// Whether the organization becomes the user's default one.
        default: bool,
        /// Whether the user sees the tickets of the organization.
        view_tickets: bool,
    }
}
