//! Every call as a value: what to ask, without sending it.
//!
//! The methods of the client's handles make these values and run them; make one yourself to set an option, to send it with
//! extensions ([`Client::execute_raw`](crate::Client::execute_raw)), or to carry it over something else than this crate's
//! client. See [`Endpoint`](crate::Endpoint).
//!
//! Each says who may make the call: *agents* are members of staff, admins among them. What an account's own roles forbid
//! beyond that, Zendesk answers with 403.

// What calls are made of.
mod brand;
mod calls;
mod draft;
mod include;
mod keys;
mod position;

// The calls, by what they are about.
mod autocomplete;
mod bulk;
mod deleted_users;
mod end_users;
mod exports;
mod groups;
mod identities;
mod jobs;
mod list_users;
mod organizations;
mod passwords;
mod photo;
mod search;
mod sessions;
mod show_many;
mod tags;
mod upsert;
mod user_fields;
mod users;
mod write_user;

pub use autocomplete::{Autocomplete, AutocompletePost};
pub use brand::BrandScope;
pub use bulk::{CreateManyUsers, DestroyManyUsers, LogoutManyUsers, UpdateManyUsers};
pub use deleted_users::{CountDeletedUsers, ListDeletedUsers, PurgeUser, ShowDeletedUser};
pub use end_users::{ShowEndUser, UpdateEndUser};
pub use exports::{ExportUsers, ExportUsersByTime};
pub use groups::{
    CountUserGroups, CreateGroupMembership, DeleteGroupMembership, ListGroupMemberships,
    ListUserGroups, MakeGroupMembershipDefault, ShowGroupMembership,
};
pub use identities::{
    CreateEndUserIdentity, CreateIdentity, DeleteEndUserIdentity, DeleteIdentity,
    ListEndUserIdentities, ListIdentities, MakeEndUserIdentityPrimary, MakeIdentityPrimary,
    RequestEndUserIdentityVerification, RequestIdentityVerification, ShowEndUserIdentity,
    ShowIdentity, UpdateIdentity, VerifyIdentity,
};
pub use include::Include;
pub use jobs::{ListJobs, ShowJob, ShowManyJobs};
pub use list_users::{
    CountGroupUsers, CountOrganizationUsers, CountUsers, ListGroupUsers, ListOrganizationUsers,
    ListUsers,
};
pub use organizations::{
    AutocompleteOrganizations, CountUserOrganizations, CreateOrUpdateOrganization,
    CreateOrganizationMembership, DeleteOrganizationMembership, ListOrganizationMemberships,
    ListOrganizations, ListUserOrganizations, MakeOrganizationDefault,
    MakeOrganizationMembershipDefault, SearchOrganizations, ShowManyOrganizations,
    ShowOrganization, ShowOrganizationMembership, UnassignOrganization,
};
pub use passwords::{ChangePassword, SetPassword, ShowPasswordRequirements};
pub use photo::UploadPhoto;
pub use search::{SearchExport, SearchQuery, SearchUsers};
pub use sessions::{
    DeleteSession, DeleteSessions, ListSessions, ListSessionsOfUser, Logout, RenewSession,
    ShowCurrentSession, ShowSession,
};
pub use show_many::ShowManyUsers;
pub use tags::{AddUserTags, ListUserTags, RemoveUserTags, SetUserTags};
pub use upsert::{CreateOrUpdate, CreateOrUpdateMany, WrittenUser};
pub use user_fields::{
    CreateOrUpdateUserFieldOption, CreateUserField, DeleteUserField, DeleteUserFieldOption,
    ListUserFieldOptions, ListUserFields, ReorderUserFields, ShowManyUserFields, ShowUserField,
    ShowUserFieldOption, UpdateUserField, UserFieldRef,
};
pub use users::{
    ListBrandAgents, ListOAuthClients, Me, ShowBrandAgent, ShowComplianceDeletionStatuses,
    ShowEntitlements, ShowSettings, ShowUser, ShowUserRelated, UpdateSettings,
};
pub use write_user::{CreateUser, DeleteUser, MergeUsers, RequestUserCreation, UpdateUser};

/// The most records that one call takes: users of a bulk call, ids of a `show_many`.
pub const MAX_AT_ONCE: usize = 100;

#[cfg(test)]
mod tests;
