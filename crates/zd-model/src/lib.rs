#![doc = include_str!("../README.md")]

mod open_enum;
mod record;

mod id;
mod nullable;
mod timestamp;

mod enums;
mod error_body;
mod identity;
mod job;
mod job_result;
pub mod operation;
mod organization;
mod page;
mod secret;
mod user;
mod user_field;
mod user_input;

pub use enums::{
    DeliverableState, IdentityType, JobState, Role, SeparationScope, TicketRestriction,
    UserFieldType, VerificationMethod,
};
pub use error_body::{ErrorBody, ErrorDetail, ErrorItem};
pub use id::{
    BrandId, CustomRoleId, ExternalId, GroupId, IdentityId, JobId, OrganizationId, ParseIdError,
    UserFieldId, UserId,
};
pub use identity::{Identity, IdentityInput};
pub use job::{JobResults, JobStatus};
pub use job_result::{EntryVerdict, JobResult};
pub use nullable::Nullable;
pub use operation::Operation;
pub use organization::{Organization, OrganizationInput};
pub use page::{
    CurrentUser, IdentitiesPage, IdentityEnvelope, JobStatusEnvelope, JobStatusesPage, Links,
    MeEnvelope, Meta, OrganizationEnvelope, OrganizationsPage, Page, UserEnvelope,
    UserFieldEnvelope, UserFieldsPage, UsersPage,
};
pub use secret::Secret;
pub use timestamp::Timestamp;
pub use user::{Attachment, Separation, SuspensionDetails, User};
pub use user_field::{CustomFieldOption, UserField};
pub use user_input::UserInput;

/// Fields that this crate does not know, kept in their order and written back unchanged.
pub type Extra = serde_json::Map<String, serde_json::Value>;
