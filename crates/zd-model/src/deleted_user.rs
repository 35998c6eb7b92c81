//! Users who are deleted, and how far that has come.

use crate::record::record;
use crate::{
    Attachment, ComplianceAction, ComplianceApplication, OrganizationId, Role, Separation,
    Timestamp, UserId,
};

record! {
    /// A deleted user. After a permanent deletion what is personal is null, and the name is `Permanently Deleted User`.
    DeletedUser(
        /// The id.
        id: UserId
    ) {
        /// Where the API shows it, under `deleted_users`.
        url: String,
        /// The full name.
        name: String,
        /// The e-mail address; null as far as it was freed for others.
        email: String,
        /// When the user was made.
        created_at: Timestamp,
        /// When the user was last changed.
        updated_at: Timestamp,
        /// The time zone.
        time_zone: String,
        /// The phone number.
        phone: String,
        /// Whether the phone number was shared; a text in the vendor's document.
        shared_phone_number: serde_json::Value,
        /// The profile photo.
        photo: Attachment,
        /// The locale's number.
        locale_id: u64,
        /// The locale as a BCP-47 tag.
        locale: String,
        /// The default organization.
        organization_id: OrganizationId,
        /// What the user was allowed to do.
        role: Role,
        /// Always false.
        active: bool,
        /// Which brand the user belonged to; only in accounts with brand separation.
        separation: Separation,
    }
}

record! {
    /// A step of a permanent deletion in one of Zendesk's products.
    ComplianceDeletionStatus {
        /// What happened.
        action: ComplianceAction,
        /// In which product.
        application: ComplianceApplication,
        /// The account's subdomain.
        account_subdomain: String,
        /// Who asked for the deletion; null when nobody of the account did.
        executer_id: UserId,
        /// Who is deleted.
        user_id: UserId,
        /// When.
        created_at: Timestamp,
    }
}
