//! What is shown of each kind of record.

use serde_json::Value;

/// A kind of record: its name, and the attributes that a list of several shows.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Such as `user`.
    pub(crate) one: &'static str,
    /// Such as `users`.
    pub(crate) many: &'static str,
    /// The columns of a list, unless `--fields` names others; without any, the first record's own.
    pub(crate) columns: &'static [&'static str],
    /// Adds what tables show and records do not have, such as a summary.
    pub(crate) view: Option<fn(&mut Value)>,
}

impl Shape {
    pub(crate) const fn new(
        one: &'static str,
        many: &'static str,
        columns: &'static [&'static str],
    ) -> Self {
        Self {
            one,
            many,
            columns,
            view: None,
        }
    }

    /// With something that only tables show.
    pub(crate) const fn viewed(mut self, view: fn(&mut Value)) -> Self {
        self.view = Some(view);
        self
    }

    pub(crate) const USER: Self = Self::new(
        "user",
        "users",
        &["id", "name", "email", "external_id", "role"],
    );
    pub(crate) const DELETED_USER: Self = Self::new(
        "deleted_user",
        "deleted users",
        &["id", "name", "email", "role", "updated_at"],
    );
    pub(crate) const IDENTITY: Self = Self::new(
        "identity",
        "identities",
        &["id", "type", "value", "primary", "verified"],
    );
    pub(crate) const USER_FIELD: Self = Self::new(
        "user_field",
        "user fields",
        &["id", "key", "type", "title", "active"],
    );
    pub(crate) const OPTION: Self =
        Self::new("option", "options", &["id", "value", "name", "default"]);
    pub(crate) const ORGANIZATION: Self = Self::new(
        "organization",
        "organizations",
        &["id", "name", "external_id", "domain_names"],
    );
    pub(crate) const MEMBERSHIP: Self = Self::new(
        "membership",
        "memberships",
        &["id", "organization_id", "organization_name", "default"],
    );
    pub(crate) const GROUP: Self =
        Self::new("group", "groups", &["id", "name", "default", "description"]);
    pub(crate) const GROUP_MEMBERSHIP: Self = Self::new(
        "group_membership",
        "group memberships",
        &["id", "group_id", "default"],
    );
    pub(crate) const SESSION: Self = Self::new(
        "session",
        "sessions",
        &["id", "user_id", "authenticated_at", "last_seen_at"],
    );
    pub(crate) const TAG: Self = Self::new("tag", "tags", &["tag"]);
    pub(crate) const COUNT: Self = Self::new("count", "counts", &["value", "refreshed_at"]);
    pub(crate) const JOB: Self = Self::new(
        "job",
        "jobs",
        &["id", "status", "progress", "entries", "message"],
    );
    pub(crate) const REQUIREMENT: Self = Self::new("requirement", "requirements", &["requirement"]);
    pub(crate) const RELATED: Self = Self::new("related", "related records", &[]);
    pub(crate) const COMPLIANCE: Self = Self::new(
        "status",
        "compliance deletion statuses",
        &["application", "action", "created_at"],
    );
    pub(crate) const SETTINGS: Self = Self::new("settings", "settings", &[]);
    pub(crate) const ENTITLEMENTS: Self = Self::new("entitlements", "entitlements", &[]);
    pub(crate) const OAUTH_CLIENT: Self = Self::new(
        "oauth_client",
        "OAuth clients",
        &["id", "name", "identifier", "kind"],
    );
    pub(crate) const BRAND_AGENT: Self = Self::new(
        "brand_agent",
        "brand memberships",
        &["id", "brand_id", "user_id"],
    );
}
