#![doc = include_str!("../README.md")]

mod open_enum;
mod record;

mod id;
mod nullable;
mod timestamp;

mod count;
mod deleted_user;
mod enums;
mod error_body;
mod group;
mod identity;
mod job;
mod job_result;
pub mod operation;
mod organization;
mod organization_membership;
mod page;
mod secret;
mod session;
mod staff;
mod user;
mod user_field;
mod user_input;

pub use count::Count;
pub use deleted_user::{ComplianceDeletionStatus, DeletedUser};
pub use enums::{
    ComplianceAction, ComplianceApplication, DeliverableState, IdentityType, JobState, Role,
    SeparationScope, TicketRestriction, UserFieldType, VerificationMethod,
};
pub use error_body::{ErrorBody, ErrorDetail, ErrorItem};
pub use group::{Group, GroupMembership, GroupMembershipInput};
pub use id::{
    BrandAgentId, BrandId, CustomFieldOptionId, CustomRoleId, ExternalId, GroupId,
    GroupMembershipId, IdentityId, JobId, OAuthClientId, OrganizationId, OrganizationMembershipId,
    ParseIdError, SessionId, UserFieldId, UserId,
};
pub use identity::{Identity, IdentityInput, IdentityUpdate};
pub use job::{JobResults, JobStatus};
pub use job_result::{EntryVerdict, JobResult};
pub use nullable::Nullable;
pub use operation::Operation;
pub use organization::{Organization, OrganizationInput, OrganizationUpsert};
pub use organization_membership::{OrganizationMembership, OrganizationMembershipInput};
pub use page::{
    BrandAgentEnvelope, BrandAgentsPage, ComplianceDeletionStatusesPage, CountEnvelope,
    CurrentUser, CustomFieldOptionEnvelope, CustomFieldOptionsPage, DeletedUserEnvelope,
    DeletedUsersPage, EntitlementsEnvelope, GroupMembershipEnvelope, GroupMembershipsPage,
    GroupsPage, IdentitiesPage, IdentityEnvelope, JobStatusEnvelope, JobStatusesPage, Links,
    MeEnvelope, Meta, OAuthClientsPage, OrganizationEnvelope, OrganizationMembershipEnvelope,
    OrganizationMembershipsPage, OrganizationsPage, Page, PasswordRequirementsEnvelope,
    SearchExportPage, SessionsPage, TagsEnvelope, UserEnvelope, UserFieldEnvelope, UserFieldsPage,
    UserRelatedEnvelope, UserSettingsEnvelope, UsersByCursorPage, UsersByTimePage, UsersPage,
};
pub use secret::Secret;
pub use session::{RenewedSession, Session, SessionEnvelope};
pub use staff::{
    Ability, AdminCenterSettings, BrandAgent, CustomRole, Entitlement, Entitlements, OAuthClient,
    UserRelated, UserSettings, WorkspaceSettings,
};
pub use timestamp::Timestamp;
pub use user::{Attachment, Separation, SuspensionDetails, User};
pub use user_field::{CustomFieldOption, CustomFieldOptionInput, UserField, UserFieldInput};
pub use user_input::UserInput;

/// Fields that this crate does not know, kept in their order and written back unchanged.
pub type Extra = serde_json::Map<String, serde_json::Value>;
