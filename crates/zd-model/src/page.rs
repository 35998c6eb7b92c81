//! The wrappers around records: envelopes and pages.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::record::record;
use crate::{Extra, Identity, JobStatus, Nullable, Organization, User, UserField};

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
    /// `{"user": {…}}`
    UserEnvelope { user: User }
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
    }
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
