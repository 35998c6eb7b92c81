//! Calls about users.

use zd_model::{
    BrandAgent, BrandAgentId, ComplianceDeletionStatus, Count, Entitlements, GroupId, JobStatus,
    OAuthClient, OrganizationId, User, UserId, UserInput, UserRelated, UserSettings, UsersPage,
};

use super::handle;
use crate::endpoints::{
    Autocomplete, AutocompletePost, CountGroupUsers, CountOrganizationUsers, CountUsers,
    CreateManyUsers, CreateOrUpdate, CreateOrUpdateMany, CreateUser, DeleteUser, DestroyManyUsers,
    ListBrandAgents, ListGroupUsers, ListOAuthClients, ListOrganizationUsers, ListUsers,
    LogoutManyUsers, Me, MergeUsers, RequestUserCreation, SearchExport, SearchUsers,
    ShowBrandAgent, ShowComplianceDeletionStatuses, ShowEntitlements, ShowManyUsers, ShowSettings,
    ShowUser, ShowUserRelated, UpdateManyUsers, UpdateSettings, UpdateUser, UploadPhoto,
};
use crate::{Error, Upserted};

handle! {
    /// Calls about users.
    Users {
        /// Lists users; deleted ones are left out.
        lists list(which: ListUsers) -> ListUsers = which;
        /// Lists the agents of a group.
        lists list_of_group(group: GroupId) -> ListGroupUsers = ListGroupUsers::new(group);
        /// Lists the members of an organization.
        lists list_of_organization(organization: OrganizationId) -> ListOrganizationUsers = ListOrganizationUsers::new(organization);
        /// Counts users; exact up to 100,000.
        reads count(which: CountUsers) -> Count = which;
        /// Counts the agents of a group.
        reads count_of_group(group: GroupId) -> Count = CountGroupUsers::new(group);
        /// Counts the members of an organization.
        reads count_of_organization(organization: OrganizationId) -> Count = CountOrganizationUsers::new(organization);
        /// Shows up to 100 users; missing ones are skipped, the order is Zendesk's.
        reads show_many(which: &ShowManyUsers) -> UsersPage = *which;
        /// Finds users, 10,000 at most; lags behind writes by seconds to minutes, except for an external id.
        lists search(search: SearchUsers) -> SearchUsers = search;
        /// Finds users, as many as there are.
        lists search_export(search: SearchExport) -> SearchExport = search;
        /// Finds users while somebody types.
        reads autocomplete(wanted: &Autocomplete) -> Vec<User> = *wanted;
        /// Finds users while somebody types, without what is typed standing in addresses.
        reads autocomplete_post(wanted: &AutocompletePost) -> Vec<User> = *wanted;
        /// Shows the caller. [`Error::Anonymous`] where Zendesk answers 200 to credentials that it did not accept.
        reads me() -> User = Me::new();
        /// Counts what hangs on a user: tickets and subscriptions.
        reads related(user: UserId) -> UserRelated = ShowUserRelated::new(user);
        /// Shows how far a permanent deletion has come, in all products.
        reads compliance_deletion_statuses(user: UserId) -> Vec<ComplianceDeletionStatus> = ShowComplianceDeletionStatuses::new(user);
        /// Shows which products a member of staff may use.
        reads entitlements(user: UserId) -> Entitlements = ShowEntitlements::new(user);
        /// Shows the caller's preferences.
        reads settings() -> UserSettings = ShowSettings::new();
        /// Changes the caller's preferences that are named, and no others.
        writes update_settings(settings: &UserSettings) -> UserSettings = UpdateSettings::new(settings);
        /// Lists the OAuth clients that the caller made.
        reads oauth_clients() -> Vec<OAuthClient> = ListOAuthClients::new();
        /// Lists the brands that an agent serves.
        reads brand_agents(user: UserId) -> Vec<BrandAgent> = ListBrandAgents::new(user);
        /// Shows that an agent serves a brand.
        reads brand_agent(user: UserId, id: BrandAgentId) -> BrandAgent = ShowBrandAgent::new(user, id);
        /// Creates a user. Sent twice, it makes two; [`create_or_update`](Self::create_or_update) does not.
        writes create(user: &UserInput) -> User = CreateUser::new(user);
        /// Creates up to 100 users in a job, which is only queued when this returns.
        writes create_many(users: &[UserInput]) -> JobStatus = CreateManyUsers::new(users);
        /// Creates a user, or updates the one that the external id or the e-mail address names.
        ///
        /// It is not sent again when its fate is unknown (no answer, or a 5xx): the error then says
        /// [`may_have_been_applied`](Error::may_have_been_applied). To have it resent, run
        /// [`CreateOrUpdate`] with [`resend`](CreateOrUpdate::resend) yourself.
        writes create_or_update(user: &UserInput) -> Upserted = CreateOrUpdate::new(user);
        /// Creates or updates up to 100 users in a job, which is only queued when this returns.
        writes create_or_update_many(users: &[UserInput]) -> JobStatus = CreateOrUpdateMany::new(users);
        /// Changes a user; what surprises about it is told at [`UpdateUser`].
        writes update(user: UserId, change: &UserInput) -> User = UpdateUser::new(user, change);
        /// Changes up to 100 users in a job, which is only queued when this returns.
        writes update_many(users: &UpdateManyUsers<'_>) -> JobStatus = *users;
        /// Uploads a profile photo.
        writes upload_photo(photo: &UploadPhoto) -> User = *photo;
        /// Deletes a user softly, and gives the user as it is then.
        writes delete(user: UserId) -> User = DeleteUser::new(user);
        /// Deletes up to 100 users softly in a job, which is only queued when this returns.
        writes destroy_many(users: &DestroyManyUsers) -> JobStatus = *users;
        /// Merges the end user `from`, who goes, into the end user `into`, whom it gives.
        writes merge(from: UserId, into: UserId) -> User = MergeUsers::new(from, into);
        /// Mails the account's owner that this person should become a member of staff.
        writes request_create(user: &UserInput) -> () = RequestUserCreation::new(user);
        /// Signs up to 100 users out everywhere.
        writes logout_many(users: &[UserId]) -> () = LogoutManyUsers::new(users);
    }
}

impl Users {
    /// Shows a user; a deleted one is shown too, with `active: false`. To have other records come along, execute a
    /// [`ShowUser`].
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn get(&self, id: UserId) -> Result<User, Error> {
        Ok(self.client.execute(&ShowUser::new(id)).await?.user)
    }
}
