//! The wrappers around records: envelopes and pages.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::record::record;
use crate::{
    Ability, BrandAgent, ComplianceDeletionStatus, Count, CustomFieldOption, CustomRole,
    DeletedUser, Entitlements, Extra, Group, GroupMembership, Identity, JobStatus, Nullable,
    OAuthClient, Organization, OrganizationMembership, Session, User, UserField, UserRelated,
    UserSettings,
};

macro_rules! envelope {
    ($($(#[$meta:meta])* $name:ident { $field:ident: $type:ty })+) => {$(
        record! {
            $(#[$meta])*
            $name(
                /// The record.
                $field: $type
            ) {}
        }
    )+};
}

envelope! {
    /// `{"user": {…}}` as `users/me` says it.
    MeEnvelope { user: CurrentUser }
    /// `{"organization": {…}}`
    OrganizationEnvelope { organization: Organization }
    /// `{"identity": {…}}`
    IdentityEnvelope { identity: Identity }
    /// `{"user_field": {…}}`
    UserFieldEnvelope { user_field: UserField }
    /// `{"job_status": {…}}`
    JobStatusEnvelope { job_status: JobStatus }
    /// `{"custom_field_option": {…}}`
    CustomFieldOptionEnvelope { custom_field_option: CustomFieldOption }
    /// `{"deleted_user": {…}}`
    DeletedUserEnvelope { deleted_user: DeletedUser }
    /// `{"user_related": {…}}`
    UserRelatedEnvelope { user_related: UserRelated }
    /// `{"count": {…}}`
    CountEnvelope { count: Count }
    /// `{"entitlements": {…}}`
    EntitlementsEnvelope { entitlements: Entitlements }
    /// `{"settings": {…}}`
    UserSettingsEnvelope { settings: UserSettings }
    /// `{"brand_agent": {…}}`
    BrandAgentEnvelope { brand_agent: BrandAgent }
    /// `{"organization_membership": {…}}`
    OrganizationMembershipEnvelope { organization_membership: OrganizationMembership }
    /// `{"group_membership": {…}}`
    GroupMembershipEnvelope { group_membership: GroupMembership }
    /// `{"tags": […]}`
    TagsEnvelope { tags: Vec<String> }
    /// `{"requirements": […]}`
    PasswordRequirementsEnvelope { requirements: Vec<String> }
}

record! {
    /// `{"user": {…}}`, and what came along with it.
    UserEnvelope(
        /// The user.
        user: User
    ) {
        /// Sideloaded with `include=organizations`.
        organizations: Vec<Organization>,
        /// Sideloaded with `include=identities`.
        identities: Vec<Identity>,
        /// Sideloaded with `include=groups`.
        groups: Vec<Group>,
        /// Sideloaded with `include=roles`.
        roles: Vec<CustomRole>,
        /// Sideloaded with `include=abilities`.
        abilities: Vec<Ability>,
    }
}

/// Who the caller is, by `users/me`.
///
/// Wrong credentials do not always get a 401 there: without any, or with a wrong password, the answer is **200** with an
/// anonymous user whose id is null.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CurrentUser {
    /// Somebody.
    User(Box<User>),
    /// Nobody: the credentials were not accepted. What Zendesk said is kept.
    Anonymous(Extra),
}

impl Serialize for CurrentUser {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::User(user) => user.serialize(serializer),
            Self::Anonymous(fields) => fields.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for CurrentUser {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Extra::deserialize(deserializer)?;
        if fields.get("id").is_none_or(Value::is_null) {
            return Ok(Self::Anonymous(fields));
        }
        User::deserialize(Value::Object(fields))
            .map(|user| Self::User(Box::new(user)))
            .map_err(serde::de::Error::custom)
    }
}

macro_rules! page {
    ($($(#[$meta:meta])* $name:ident { $items:ident: $type:ty, $($(#[$field_meta:meta])* $field:ident: $field_type:ty,)* })+) => {$(
        record! {
            $(#[$meta])*
            $name(
                /// The records of this page.
                $items: Vec<$type>
            ) {
                $($(#[$field_meta])* $field: $field_type,)*
                /// Cursor paging: whether there is more; this, not `links.next`, ends a walk.
                meta: Meta,
                /// Cursor paging: where the neighbouring pages are; `next` is set on the last page too.
                links: Links,
                /// Offset paging: where the next page is; null at the end.
                next_page: String,
                /// Offset paging: where the previous page is; null at the start.
                previous_page: String,
                /// Offset paging: how many records there are in all pages.
                count: u64,
            }
        }

        impl $name {
            /// Where the next page is, or `None` on the last one; works for both ways of paging.
            ///
            /// The address comes from the server: check its host before sending credentials there.
            pub fn next_url(&self) -> Option<&str> {
                match self.meta.value() {
                    // The last cursor page has a `links.next` too; only `has_more` ends the walk.
                    Some(meta) if meta.has_more != Nullable::Value(true) => None,
                    Some(_) => self.links.value()?.next.as_deref(),
                    None => self.next_page.as_deref(),
                }
            }
        }

        impl Page for $name {
            type Record = $type;

            fn records(&self) -> &[$type] {
                &self.$items
            }

            fn into_records(self) -> Vec<$type> {
                self.$items
            }

            fn has_more(&self) -> bool {
                match self.meta.value() {
                    Some(meta) => meta.has_more == Nullable::Value(true),
                    None => self.next_page.is_value(),
                }
            }

            fn after_cursor(&self) -> Option<&str> {
                self.meta.value()?.after_cursor.as_deref()
            }
        }
    )+};
}

/// A page of records, whatever they are and whichever way it is paged.
pub trait Page {
    /// What there are several of.
    type Record;

    /// The records of this page.
    fn records(&self) -> &[Self::Record];

    /// The records of this page, taken out.
    fn into_records(self) -> Vec<Self::Record>;

    /// Whether the server says that there is another page.
    fn has_more(&self) -> bool;

    /// The cursor behind the last record, where there are cursors.
    fn after_cursor(&self) -> Option<&str>;
}

page! {
    /// A page of users: of a list, a search, or `show_many`.
    UsersPage {
        users: User,
        /// Sideloaded with `include=organizations`.
        organizations: Vec<Organization>,
        /// Sideloaded with `include=identities`.
        identities: Vec<Identity>,
        /// Sideloaded with `include=groups`.
        groups: Vec<Group>,
        /// Sideloaded with `include=roles`.
        roles: Vec<CustomRole>,
        /// Sideloaded with `include=abilities`.
        abilities: Vec<Ability>,
    }
    /// A page of a search that has no end at 10,000 users.
    SearchExportPage {
        results: User,
        /// How many records of each kind there are; null unless asked for.
        facets: Value,
    }
    /// A page of deleted users.
    DeletedUsersPage { deleted_users: DeletedUser, }
    /// The steps of a permanent deletion.
    ComplianceDeletionStatusesPage { compliance_deletion_statuses: ComplianceDeletionStatus, }
    /// A page of a field's options.
    CustomFieldOptionsPage { custom_field_options: CustomFieldOption, }
    /// A page of sessions.
    SessionsPage { sessions: Session, }
    /// A page of a user's organization memberships.
    OrganizationMembershipsPage { organization_memberships: OrganizationMembership, }
    /// A page of groups.
    GroupsPage { groups: Group, }
    /// A page of an agent's group memberships.
    GroupMembershipsPage { group_memberships: GroupMembership, }
    /// The brands that an agent serves.
    BrandAgentsPage { brand_agents: BrandAgent, }
    /// The OAuth clients of a user.
    OAuthClientsPage { clients: OAuthClient, }
    /// A page of a user's identities.
    IdentitiesPage { identities: Identity, }
    /// A page of user field definitions.
    UserFieldsPage { user_fields: UserField, }
    /// A page of jobs.
    JobStatusesPage { job_statuses: JobStatus, }
    /// A page of organizations.
    OrganizationsPage { organizations: Organization, }
}

record! {
    /// A page of an export by time.
    UsersByTimePage(
        /// The users of this page, deleted ones included; more than asked for when several were changed in the same second.
        users: Vec<User>
    ) {
        /// Where the next page is: from `end_time` on.
        next_page: String,
        /// How many users there are on this page.
        count: u64,
        /// Whether this is the last page for now; this, not a short page, ends a walk.
        end_of_stream: bool,
        /// When the last user was changed, in seconds since 1970; null on an empty page.
        end_time: i64,
    }
}

record! {
    /// A page of an export by cursor.
    UsersByCursorPage(
        /// The users of this page, deleted ones included.
        users: Vec<User>
    ) {
        /// Where the next page is.
        after_url: String,
        /// Null in every recording.
        before_url: String,
        /// The cursor behind the last user; where to go on another day.
        after_cursor: String,
        /// Null in every recording.
        before_cursor: String,
        /// Whether this is the last page for now.
        end_of_stream: bool,
    }
}

macro_rules! export_page {
    ($name:ident, $cursor:expr) => {
        impl Page for $name {
            type Record = User;

            fn records(&self) -> &[User] {
                &self.users
            }

            fn into_records(self) -> Vec<User> {
                self.users
            }

            fn has_more(&self) -> bool {
                self.end_of_stream != Nullable::Value(true)
            }

            fn after_cursor(&self) -> Option<&str> {
                let cursor: fn(&Self) -> Option<&str> = $cursor;
                cursor(self)
            }
        }
    };
}

export_page!(UsersByTimePage, |_| None);
export_page!(UsersByCursorPage, |page| page.after_cursor.as_deref());

record! {
    /// Whether there is more, and the cursors of this page.
    Meta {
        /// Whether there is another page after this one.
        has_more: bool,
        /// The cursor of the last record.
        after_cursor: String,
        /// The cursor of the first record.
        before_cursor: String,
    }
}

record! {
    /// Where the neighbouring pages are.
    Links {
        /// The previous page; set on the first page too.
        prev: String,
        /// The next page; set on the last page too.
        next: String,
    }
}
