//! The rows of the table, by what they are about.

use super::{Effect, Evidence, Method, Operation, RateBucket, Roles};

macro_rules! operations {
    ($(#[doc = $summary:literal] $constant:ident = $name:literal, $method:ident $path:literal, $effect:ident, $bucket:expr, $roles:ident, $evidence:ident, $call:literal, $command:literal;)+) => {
        $(
            #[doc = concat!("`", stringify!($method), " ", $path, "`")]
            #[doc = ""]
            #[doc = $summary]
            pub const $constant: Operation = Operation {
                name: $name,
                method: Method::$method,
                path: $path,
                effect: Effect::$effect,
                bucket: $bucket,
                roles: Roles::$roles,
                evidence: Evidence::$evidence,
                call: $call,
                command: $command,
                summary: $summary.trim_ascii(),
            };
        )+

        /// Every operation.
        pub const ALL: &[Operation] = &[$($constant,)+];
    };
}

operations! {
    // Users: reading.
    /// List users, all or by role, permission set or external id.
    USERS_LIST = "users.list", Get "/api/v2/users", Read, None, Agents, Recorded, "users().list", "user list";
    /// Count users, approximately above 100,000.
    USERS_COUNT = "users.count", Get "/api/v2/users/count", Read, None, Agents, Documented, "users().count", "user count";
    /// Show a user.
    USERS_SHOW = "users.show", Get "/api/v2/users/{user_id}", Read, None, Agents, Recorded, "users().get", "user get";
    /// Show up to 100 users by ids or external ids.
    USERS_SHOW_MANY = "users.show_many", Get "/api/v2/users/show_many", Read, None, Agents, Recorded, "users().show_many", "user get";
    /// Show the caller.
    USERS_ME = "users.me", Get "/api/v2/users/me", Read, None, Anyone, Recorded, "users().me", "user me";
    /// Find users by external id or by a query, 10,000 at most.
    USERS_SEARCH = "users.search", Get "/api/v2/users/search", Read, Some(RateBucket::SearchIndex), Agents, Recorded, "users().search", "user search";
    /// Find users by a query, as many as there are.
    SEARCH_EXPORT = "search.export", Get "/api/v2/search/export", Read, Some(RateBucket::SearchExports), Agents, Recorded, "users().search_export", "user search";
    /// Find users by the beginning of a name, or by a phone number.
    USERS_AUTOCOMPLETE = "users.autocomplete", Get "/api/v2/users/autocomplete", Read, None, Agents, Documented, "users().autocomplete", "user autocomplete";
    /// The same with its parameters in the body, where they stay out of logs of addresses.
    USERS_AUTOCOMPLETE_POST = "users.autocomplete_post", Post "/api/v2/users/autocomplete", Read, None, Agents, Documented, "users().autocomplete_post", "user autocomplete";
    /// Count what hangs on a user: tickets and subscriptions.
    USERS_RELATED = "users.related", Get "/api/v2/users/{user_id}/related", Read, None, Agents, Documented, "users().related", "user related";
    /// Show how far a permanent deletion has come, product by product.
    USERS_COMPLIANCE_DELETION_STATUSES = "users.compliance_deletion_statuses", Get "/api/v2/users/{user_id}/compliance_deletion_statuses", Read, None, Agents, Documented, "users().compliance_deletion_statuses", "user compliance";
    /// Show which products a user may use, and as what.
    USERS_ENTITLEMENTS = "users.entitlements", Get "/api/v2/users/{user_id}/entitlements/full", Read, None, Agents, Documented, "users().entitlements", "user entitlements";
    /// Show the preferences of the caller.
    USERS_SETTINGS = "users.settings", Get "/api/v2/users/me/settings", Read, None, Agents, Documented, "users().settings", "user settings";
    /// Change the preferences of the caller.
    USERS_UPDATE_SETTINGS = "users.update_settings", Put "/api/v2/users/me/settings", KeyedWrite, None, Agents, Documented, "users().update_settings", "user settings";
    /// List the OAuth clients that the caller made.
    USERS_OAUTH_CLIENTS = "users.oauth_clients", Get "/api/v2/users/me/oauth/clients", Read, None, Admins, Documented, "users().oauth_clients", "user oauth-clients";
    /// List the brands that an agent serves.
    USERS_BRAND_AGENTS = "users.brand_agents", Get "/api/v2/users/{user_id}/brand_agents", Read, None, Admins, Documented, "users().brand_agents", "user brands";
    /// Show that an agent serves a brand.
    USERS_BRAND_AGENT = "users.brand_agent", Get "/api/v2/users/{user_id}/brand_agents/{brand_agent_id}", Read, None, Admins, Documented, "users().brand_agent", "user brands";
    // Users: writing.
    /// Create a user.
    USERS_CREATE = "users.create", Post "/api/v2/users", Write, None, UserManagers, Recorded, "users().create", "user create";
    /// Create up to 100 users in a job.
    USERS_CREATE_MANY = "users.create_many", Post "/api/v2/users/create_many", Write, Some(RateBucket::InflightJobs), UserManagers, Recorded, "users().create_many", "user create";
    /// Create a user, or update the one that the external id or the e-mail address names.
    USERS_CREATE_OR_UPDATE = "users.create_or_update", Post "/api/v2/users/create_or_update", KeyedWrite, Some(RateBucket::CreateUpdateUser), UserManagers, Recorded, "users().create_or_update", "user upsert";
    /// Create or update up to 100 users in a job.
    USERS_CREATE_OR_UPDATE_MANY = "users.create_or_update_many", Post "/api/v2/users/create_or_update_many", KeyedWrite, Some(RateBucket::InflightJobs), UserManagers, Reported, "users().create_or_update_many", "import";
    /// Change a user, or upload a profile photo.
    USERS_UPDATE = "users.update", Put "/api/v2/users/{user_id}", KeyedWrite, Some(RateBucket::CreateUpdateUser), UserManagers, Recorded, "users().update", "user update";
    /// Change up to 100 users in a job, all alike or each in its own way.
    USERS_UPDATE_MANY = "users.update_many", Put "/api/v2/users/update_many", KeyedWrite, Some(RateBucket::InflightJobs), Agents, Recorded, "users().update_many", "user update";
    /// Delete a user softly.
    USERS_DELETE = "users.delete", Delete "/api/v2/users/{user_id}", KeyedWrite, None, UserManagers, Recorded, "users().delete", "user delete";
    /// Delete up to 100 users softly, in a job.
    USERS_DESTROY_MANY = "users.destroy_many", Delete "/api/v2/users/destroy_many", KeyedWrite, Some(RateBucket::InflightJobs), UserManagers, Recorded, "users().destroy_many", "user delete";
    /// Merge an end user into another, who survives.
    USERS_MERGE = "users.merge", Put "/api/v2/users/{user_id}/merge", Write, None, UserManagers, Documented, "users().merge", "user merge";
    /// Ask the owner by mail to make room for an agent.
    USERS_REQUEST_CREATE = "users.request_create", Post "/api/v2/users/request_create", Write, None, Agents, Documented, "users().request_create", "user request-create";
    /// Sign up to 100 users out.
    USERS_LOGOUT_MANY = "users.logout_many", Post "/api/v2/users/logout_many", KeyedWrite, None, Admins, Documented, "users().logout_many", "user logout";
    // Tags of users.
    /// List the tags of a user.
    USER_TAGS_LIST = "user_tags.list", Get "/api/v2/users/{user_id}/tags", Read, None, Agents, Documented, "user_tags().list", "user tags list";
    /// Replace the tags of a user.
    USER_TAGS_SET = "user_tags.set", Post "/api/v2/users/{user_id}/tags", KeyedWrite, None, Agents, Documented, "user_tags().set", "user tags set";
    /// Add tags to a user.
    USER_TAGS_ADD = "user_tags.add", Put "/api/v2/users/{user_id}/tags", KeyedWrite, None, Agents, Documented, "user_tags().add", "user tags add";
    /// Take tags from a user.
    USER_TAGS_REMOVE = "user_tags.remove", Delete "/api/v2/users/{user_id}/tags", KeyedWrite, None, Agents, Documented, "user_tags().remove", "user tags remove";
    // Users of groups and organizations.
    /// List the users of a group.
    GROUPS_USERS = "groups.users", Get "/api/v2/groups/{group_id}/users", Read, None, Agents, Documented, "users().list_of_group", "user list";
    /// Count the users of a group.
    GROUPS_USERS_COUNT = "groups.users_count", Get "/api/v2/groups/{group_id}/users/count", Read, None, Agents, Documented, "users().count_of_group", "user count";
    /// List the users of an organization.
    ORGANIZATIONS_USERS = "organizations.users", Get "/api/v2/organizations/{organization_id}/users", Read, None, Agents, Documented, "users().list_of_organization", "user list";
    /// Count the users of an organization.
    ORGANIZATIONS_USERS_COUNT = "organizations.users_count", Get "/api/v2/organizations/{organization_id}/users/count", Read, None, Agents, Documented, "users().count_of_organization", "user count";
    // Deleted users.
    /// List softly and permanently deleted users.
    DELETED_USERS_LIST = "deleted_users.list", Get "/api/v2/deleted_users", Read, None, Agents, Documented, "deleted_users().list", "deleted-user list";
    /// Count deleted users, approximately above 100,000.
    DELETED_USERS_COUNT = "deleted_users.count", Get "/api/v2/deleted_users/count", Read, None, Agents, Documented, "deleted_users().count", "deleted-user count";
    /// Show a user who is deleted softly.
    DELETED_USERS_SHOW = "deleted_users.show", Get "/api/v2/deleted_users/{deleted_user_id}", Read, None, Agents, Documented, "deleted_users().get", "deleted-user get";
    /// Delete a softly deleted user for good.
    DELETED_USERS_PURGE = "deleted_users.purge", Delete "/api/v2/deleted_users/{deleted_user_id}", KeyedWrite, Some(RateBucket::PermanentDeletions), UserManagers, Documented, "deleted_users().purge", "deleted-user purge";
    // Identities.
    /// List the identities of a user.
    IDENTITIES_LIST = "identities.list", Get "/api/v2/users/{user_id}/identities", Read, None, AgentsAndSelf, Recorded, "identities().list", "identity list";
    /// Show an identity.
    IDENTITIES_SHOW = "identities.show", Get "/api/v2/users/{user_id}/identities/{user_identity_id}", Read, None, AgentsAndSelf, Documented, "identities().get", "identity get";
    /// Add an identity to a user.
    IDENTITIES_CREATE = "identities.create", Post "/api/v2/users/{user_id}/identities", Write, None, Agents, Documented, "identities().create", "identity add";
    /// Change the address of an identity, or whether it is verified.
    IDENTITIES_UPDATE = "identities.update", Put "/api/v2/users/{user_id}/identities/{user_identity_id}", KeyedWrite, None, Agents, Documented, "identities().update", "identity update";
    /// Make an identity the primary one of its kind.
    IDENTITIES_MAKE_PRIMARY = "identities.make_primary", Put "/api/v2/users/{user_id}/identities/{user_identity_id}/make_primary", KeyedWrite, None, AgentsAndSelf, Recorded, "identities().make_primary", "identity make-primary";
    /// Mark an identity as verified.
    IDENTITIES_VERIFY = "identities.verify", Put "/api/v2/users/{user_id}/identities/{user_identity_id}/verify", KeyedWrite, None, Agents, Documented, "identities().verify", "identity verify";
    /// Mail the user a link that verifies an address.
    IDENTITIES_REQUEST_VERIFICATION = "identities.request_verification", Put "/api/v2/users/{user_id}/identities/{user_identity_id}/request_verification", Write, None, Agents, Documented, "identities().request_verification", "identity request-verification";
    /// Delete an identity.
    IDENTITIES_DELETE = "identities.delete", Delete "/api/v2/users/{user_id}/identities/{user_identity_id}", KeyedWrite, None, Agents, Documented, "identities().delete", "identity delete";
    // End users about themselves.
    /// Show an end user, with the keys that end users see.
    END_USERS_SHOW = "end_users.show", Get "/api/v2/end_users/{user_id}", Read, None, AgentsAndSelf, Documented, "end_users().get", "end-user get";
    /// Change an end user, as end users may.
    END_USERS_UPDATE = "end_users.update", Put "/api/v2/end_users/{user_id}", KeyedWrite, None, AgentsAndSelf, Documented, "end_users().update", "end-user update";
    /// List the identities of an end user.
    END_USER_IDENTITIES_LIST = "end_user_identities.list", Get "/api/v2/end_users/{user_id}/identities", Read, None, AgentsAndSelf, Documented, "end_users().identities", "end-user identity list";
    /// Show an identity of an end user.
    END_USER_IDENTITIES_SHOW = "end_user_identities.show", Get "/api/v2/end_users/{user_id}/identities/{user_identity_id}", Read, None, AgentsAndSelf, Documented, "end_users().identity", "end-user identity get";
    /// Add an identity to an end user.
    END_USER_IDENTITIES_CREATE = "end_user_identities.create", Post "/api/v2/end_users/{user_id}/identities", Write, None, AgentsAndSelf, Documented, "end_users().create_identity", "end-user identity add";
    /// Make an identity of an end user the primary one of its kind.
    END_USER_IDENTITIES_MAKE_PRIMARY = "end_user_identities.make_primary", Put "/api/v2/end_users/{user_id}/identities/{user_identity_id}/make_primary", KeyedWrite, None, AgentsAndSelf, Documented, "end_users().make_identity_primary", "end-user identity make-primary";
    /// Mail an end user a link that verifies an address.
    END_USER_IDENTITIES_REQUEST_VERIFICATION = "end_user_identities.request_verification", Put "/api/v2/end_users/{user_id}/identities/{user_identity_id}/request_verification", Write, None, AgentsAndSelf, Documented, "end_users().request_identity_verification", "end-user identity request-verification";
    /// Delete an identity of an end user.
    END_USER_IDENTITIES_DELETE = "end_user_identities.delete", Delete "/api/v2/end_users/{user_id}/identities/{user_identity_id}", KeyedWrite, None, AgentsAndSelf, Documented, "end_users().delete_identity", "end-user identity delete";
    // User fields and their options.
    /// List the definitions of user fields.
    USER_FIELDS_LIST = "user_fields.list", Get "/api/v2/user_fields", Read, None, Agents, Recorded, "user_fields().list", "user-field list";
    /// Show the definition of a user field, by id or key.
    USER_FIELDS_SHOW = "user_fields.show", Get "/api/v2/user_fields/{user_field_id}", Read, None, Agents, Documented, "user_fields().get", "user-field get";
    /// Show the definitions of several user fields, by keys.
    USER_FIELDS_SHOW_MANY = "user_fields.show_many", Get "/api/v2/user_fields/show_many", Read, None, Agents, Documented, "user_fields().show_many", "user-field get";
    /// Define a user field.
    USER_FIELDS_CREATE = "user_fields.create", Post "/api/v2/user_fields", Write, None, Admins, Recorded, "user_fields().create", "user-field create";
    /// Change the definition of a user field.
    USER_FIELDS_UPDATE = "user_fields.update", Put "/api/v2/user_fields/{user_field_id}", KeyedWrite, None, Admins, Recorded, "user_fields().update", "user-field update";
    /// Delete a user field and all its values.
    USER_FIELDS_DELETE = "user_fields.delete", Delete "/api/v2/user_fields/{user_field_id}", KeyedWrite, None, Admins, Documented, "user_fields().delete", "user-field delete";
    /// Put the user fields in another order.
    USER_FIELDS_REORDER = "user_fields.reorder", Put "/api/v2/user_fields/reorder", KeyedWrite, None, Admins, Documented, "user_fields().reorder", "user-field reorder";
    /// List the options of a dropdown or multiselect field.
    USER_FIELD_OPTIONS_LIST = "user_field_options.list", Get "/api/v2/user_fields/{user_field_id}/options", Read, None, Agents, Documented, "user_fields().options", "user-field option list";
    /// Show an option.
    USER_FIELD_OPTIONS_SHOW = "user_field_options.show", Get "/api/v2/user_fields/{user_field_id}/options/{user_field_option_id}", Read, None, Agents, Documented, "user_fields().option", "user-field option get";
    /// Add an option, or change the one of this id.
    USER_FIELD_OPTIONS_CREATE_OR_UPDATE = "user_field_options.create_or_update", Post "/api/v2/user_fields/{user_field_id}/options", Write, None, Admins, Documented, "user_fields().create_or_update_option", "user-field option set";
    /// Delete an option.
    USER_FIELD_OPTIONS_DELETE = "user_field_options.delete", Delete "/api/v2/user_fields/{user_field_id}/options/{user_field_option_id}", KeyedWrite, None, Admins, Documented, "user_fields().delete_option", "user-field option delete";
    // Jobs.
    /// List the jobs of the last day.
    JOB_STATUSES_LIST = "job_statuses.list", Get "/api/v2/job_statuses", Read, None, Agents, Documented, "jobs().list", "job list";
    /// Show up to 100 jobs.
    JOB_STATUSES_SHOW_MANY = "job_statuses.show_many", Get "/api/v2/job_statuses/show_many", Read, None, Agents, Documented, "jobs().show_many", "job wait";
    /// Show a job.
    JOB_STATUSES_SHOW = "job_statuses.show", Get "/api/v2/job_statuses/{job_id}", Read, None, Agents, Recorded, "jobs().get", "job get";
    // Incremental exports.
    /// Export users changed since a time, page after page by time.
    INCREMENTAL_USERS = "incremental.users", Get "/api/v2/incremental/users", Read, Some(RateBucket::IncrementalExports), Admins, Recorded, "exports().users_by_time", "user export";
    /// Export users changed since a time, page after page by cursor.
    INCREMENTAL_USERS_CURSOR = "incremental.users_cursor", Get "/api/v2/incremental/users/cursor", Read, Some(RateBucket::IncrementalExports), Admins, Recorded, "exports().users", "user export";
    // Passwords.
    /// Set the password of a user, where the owner allows it.
    PASSWORDS_SET = "passwords.set", Post "/api/v2/users/{user_id}/password", KeyedWrite, None, Admins, Documented, "passwords().set", "password set";
    /// Change one's own password.
    PASSWORDS_CHANGE = "passwords.change", Put "/api/v2/users/{user_id}/password", KeyedWrite, None, SignedIn, Documented, "passwords().change", "password change";
    /// List what a password must be like.
    PASSWORDS_REQUIREMENTS = "passwords.requirements", Get "/api/v2/users/{user_id}/password/requirements", Read, None, AgentsAndSelf, Documented, "passwords().requirements", "password requirements";
    // Sessions.
    /// List sessions: admins see all, others their own.
    SESSIONS_LIST = "sessions.list", Get "/api/v2/sessions", Read, None, SignedIn, Documented, "sessions().list", "session list";
    /// List the sessions of a user.
    SESSIONS_LIST_OF_USER = "sessions.list_of_user", Get "/api/v2/users/{user_id}/sessions", Read, None, SignedIn, Documented, "sessions().list_of_user", "session list";
    /// Show a session.
    SESSIONS_SHOW = "sessions.show", Get "/api/v2/users/{user_id}/sessions/{session_id}", Read, None, SignedIn, Documented, "sessions().get", "session get";
    /// End a session.
    SESSIONS_DELETE = "sessions.delete", Delete "/api/v2/users/{user_id}/sessions/{session_id}", KeyedWrite, None, SignedIn, Documented, "sessions().delete", "session delete";
    /// End all sessions of a user.
    SESSIONS_DELETE_ALL = "sessions.delete_all", Delete "/api/v2/users/{user_id}/sessions", KeyedWrite, None, SignedIn, Documented, "sessions().delete_all", "session delete";
    /// Show the session of this very call.
    SESSIONS_CURRENT = "sessions.current", Get "/api/v2/users/me/session", Read, None, SignedIn, Documented, "sessions().current", "session current";
    /// Keep the session of this very call alive.
    SESSIONS_RENEW = "sessions.renew", Get "/api/v2/users/me/session/renew", Read, None, SignedIn, Documented, "sessions().renew", "session renew";
    /// End the session of this very call.
    SESSIONS_LOGOUT = "sessions.logout", Delete "/api/v2/users/me/logout", KeyedWrite, None, SignedIn, Documented, "sessions().logout", "session logout";
    // Organizations, as far as people need them.
    /// List organizations.
    ORGANIZATIONS_LIST = "organizations.list", Get "/api/v2/organizations", Read, None, Agents, Documented, "organizations().list", "organization list";
    /// Show an organization.
    ORGANIZATIONS_SHOW = "organizations.show", Get "/api/v2/organizations/{organization_id}", Read, None, Agents, Documented, "organizations().get", "organization get";
    /// Show up to 100 organizations by ids or external ids.
    ORGANIZATIONS_SHOW_MANY = "organizations.show_many", Get "/api/v2/organizations/show_many", Read, None, Agents, Documented, "organizations().show_many", "organization get";
    /// Find organizations by their exact name or external id.
    ORGANIZATIONS_SEARCH = "organizations.search", Get "/api/v2/organizations/search", Read, None, Agents, Documented, "organizations().search", "organization search";
    /// Find organizations by the beginning of their name.
    ORGANIZATIONS_AUTOCOMPLETE = "organizations.autocomplete", Get "/api/v2/organizations/autocomplete", Read, None, Agents, Documented, "organizations().autocomplete", "organization autocomplete";
    /// Create an organization, or update the one that the id or the external id names.
    ORGANIZATIONS_CREATE_OR_UPDATE = "organizations.create_or_update", Post "/api/v2/organizations/create_or_update", KeyedWrite, None, Agents, Documented, "organizations().create_or_update", "organization upsert";
    // Organizations of a user.
    /// List the organizations of a user.
    USER_ORGANIZATIONS_LIST = "user_organizations.list", Get "/api/v2/users/{user_id}/organizations", Read, None, AgentsAndSelf, Documented, "organizations().list_of_user", "organization list";
    /// Count the organizations of a user.
    USER_ORGANIZATIONS_COUNT = "user_organizations.count", Get "/api/v2/users/{user_id}/organizations/count", Read, None, Agents, Documented, "organizations().count_of_user", "organization count";
    /// Make an organization the default one of a user.
    USER_ORGANIZATIONS_MAKE_DEFAULT = "user_organizations.make_default", Put "/api/v2/users/{user_id}/organizations/{organization_id}/make_default", KeyedWrite, None, Agents, Documented, "organizations().make_default", "organization make-default";
    /// Take a user out of an organization.
    USER_ORGANIZATIONS_UNASSIGN = "user_organizations.unassign", Delete "/api/v2/users/{user_id}/organizations/{organization_id}", KeyedWrite, None, Agents, Documented, "organizations().unassign", "organization unassign";
    /// List the organization memberships of a user.
    ORGANIZATION_MEMBERSHIPS_LIST = "organization_memberships.list", Get "/api/v2/users/{user_id}/organization_memberships", Read, None, AgentsAndSelf, Documented, "organization_memberships().list", "membership list";
    /// Show an organization membership.
    ORGANIZATION_MEMBERSHIPS_SHOW = "organization_memberships.show", Get "/api/v2/users/{user_id}/organization_memberships/{organization_membership_id}", Read, None, Agents, Documented, "organization_memberships().get", "membership get";
    /// Put a user into an organization beside the others.
    ORGANIZATION_MEMBERSHIPS_CREATE = "organization_memberships.create", Post "/api/v2/users/{user_id}/organization_memberships", Write, None, Agents, Documented, "organization_memberships().create", "membership add";
    /// Make a membership the default one.
    ORGANIZATION_MEMBERSHIPS_MAKE_DEFAULT = "organization_memberships.make_default", Put "/api/v2/users/{user_id}/organization_memberships/{organization_membership_id}/make_default", KeyedWrite, None, Agents, Documented, "organization_memberships().make_default", "membership make-default";
    /// End an organization membership.
    ORGANIZATION_MEMBERSHIPS_DELETE = "organization_memberships.delete", Delete "/api/v2/users/{user_id}/organization_memberships/{organization_membership_id}", KeyedWrite, None, Agents, Documented, "organization_memberships().delete", "membership delete";
    // Groups of a user.
    /// List the groups of an agent.
    USER_GROUPS_LIST = "user_groups.list", Get "/api/v2/users/{user_id}/groups", Read, None, Agents, Documented, "groups().list_of_user", "group list";
    /// Count the groups of an agent.
    USER_GROUPS_COUNT = "user_groups.count", Get "/api/v2/users/{user_id}/groups/count", Read, None, Agents, Documented, "groups().count_of_user", "group count";
    /// List the group memberships of an agent.
    GROUP_MEMBERSHIPS_LIST = "group_memberships.list", Get "/api/v2/users/{user_id}/group_memberships", Read, None, Agents, Documented, "group_memberships().list", "group membership list";
    /// Show a group membership.
    GROUP_MEMBERSHIPS_SHOW = "group_memberships.show", Get "/api/v2/users/{user_id}/group_memberships/{group_membership_id}", Read, None, Agents, Documented, "group_memberships().get", "group membership get";
    /// Put an agent into a group.
    GROUP_MEMBERSHIPS_CREATE = "group_memberships.create", Post "/api/v2/users/{user_id}/group_memberships", Write, None, Admins, Documented, "group_memberships().create", "group membership add";
    /// Make a group the default one of an agent.
    GROUP_MEMBERSHIPS_MAKE_DEFAULT = "group_memberships.make_default", Put "/api/v2/users/{user_id}/group_memberships/{group_membership_id}/make_default", KeyedWrite, None, Agents, Documented, "group_memberships().make_default", "group membership make-default";
    /// Take an agent out of a group.
    GROUP_MEMBERSHIPS_DELETE = "group_memberships.delete", Delete "/api/v2/users/{user_id}/group_memberships/{group_membership_id}", KeyedWrite, None, Admins, Documented, "group_memberships().delete", "group membership delete";
    // Signing in.
    /// Exchange an OAuth client's credentials for an access token.
    OAUTH_TOKENS = "oauth.tokens", Post "/oauth/tokens", Write, None, OAuthClients, Documented, "", "";
}
