//! Where the sandbox differs from the vendor's document on purpose, and why.

use crate::openapi::schema::Difference;

/// Why some operations differ at some places.
#[derive(Debug)]
pub(crate) struct Explanation {
    /// The names of the operations; each must differ at one of the places at least.
    pub(crate) operations: &'static [&'static str],
    /// The places, as a [`Difference`] has them, or with `*` at the end for all that begin so; at each must one of the
    /// operations differ at least.
    pub(crate) paths: &'static [&'static str],
    /// How they differ, as a [`Difference`] has it.
    pub(crate) keyword: &'static str,
    /// How it is known that the sandbox is right.
    pub(crate) why: &'static str,
}

impl Explanation {
    pub(crate) fn explains(&self, operation: &str, difference: &Difference) -> bool {
        self.operations.contains(&operation)
            && self.paths.iter().any(|path| covers(path, &difference.path))
            && self.keyword == difference.keyword
    }
}

/// Whether a path of an explanation stands for a place.
pub(crate) fn covers(path: &str, place: &str) -> bool {
    path.strip_suffix('*')
        .map_or(path == place, |beginning| place.starts_with(beginning))
}

/// Every explanation.
pub(crate) const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        operations: &[
            "users.list",
            "users.show_many",
            "users.search",
            "deleted_users.list",
            "identities.list",
            "identities.make_primary",
            "end_user_identities.list",
            "end_user_identities.make_primary",
            "organizations.users",
            "organization_memberships.list",
            "groups.users",
            "user_groups.list",
            "group_memberships.list",
            "users.oauth_clients",
            "users.brand_agents",
            "sessions.list_of_user",
        ],
        paths: &["$.count", "$.next_page", "$.previous_page"],
        keyword: "undocumented",
        why: "recorded 2021 to 2024, and in the reference's text on pagination: every list by page has them; the document leaves them out of most lists",
    },
    Explanation {
        operations: &[
            "users.list",
            "job_statuses.list",
            "user_fields.list",
            "deleted_users.list",
            "identities.list",
            "organizations.users",
            "organizations.list",
            "organization_memberships.list",
            "group_memberships.list",
            "sessions.list",
        ],
        paths: &["$.meta", "$.links"],
        keyword: "undocumented",
        why: "recorded 2023, and in the reference's text on pagination: every list by cursor has them; the document leaves them out of most lists",
    },
    Explanation {
        operations: &[
            "users.list",
            "users.show_many",
            "users.search",
            "users.autocomplete",
            "users.autocomplete_post",
            "incremental.users",
            "incremental.users_cursor",
            "organizations.users",
            "groups.users",
        ],
        paths: &[
            "$.users[].organization_id",
            "$.users[].phone",
            "$.users[].photo",
            "$.users[].shared_phone_number",
        ],
        keyword: "type",
        why: "recorded 2021 to 2024: null where a user has none; the document allows no null",
    },
    Explanation {
        operations: &[
            "users.show",
            "users.me",
            "users.create",
            "users.create_or_update",
            "users.update",
            "users.delete",
            "users.merge",
        ],
        paths: &[
            "$.user.organization_id",
            "$.user.phone",
            "$.user.photo",
            "$.user.shared_phone_number",
        ],
        keyword: "type",
        why: "the same of a single user",
    },
    Explanation {
        operations: &["users.delete"],
        paths: &["$.user.email"],
        keyword: "type",
        why: "recorded 2021: a deletion takes the address; the document allows no null",
    },
    Explanation {
        operations: &["deleted_users.list"],
        paths: &[
            "$.deleted_users[].email",
            "$.deleted_users[].organization_id",
        ],
        keyword: "type",
        why: "recorded 2021 of the answer to a deletion, assumed of the list: null where a deleted user has none; the document allows no null",
    },
    Explanation {
        operations: &["deleted_users.show", "deleted_users.purge"],
        paths: &["$.deleted_user.email", "$.deleted_user.organization_id"],
        keyword: "type",
        why: "the same of a single deleted user",
    },
    Explanation {
        operations: &["deleted_users.list", "deleted_users.show"],
        paths: &[
            "$.deleted_users[].shared_phone_number",
            "$.deleted_user.shared_phone_number",
        ],
        keyword: "type",
        why: "recorded of users: whether a phone is shared is true, false or null; the document calls it a text for deleted users alone",
    },
    Explanation {
        operations: &["search.export"],
        paths: &["$.results[].*"],
        keyword: "undocumented",
        why: "recorded: a result is the whole record; the document names the keys that results of all types have",
    },
    Explanation {
        operations: &["job_statuses.show"],
        paths: &["$.job_status.results[].index"],
        keyword: "required",
        why: "recorded 2023: what a job about users says of a creation has id and status, and no index",
    },
    Explanation {
        operations: &["job_statuses.show_many", "job_statuses.list"],
        paths: &["$.job_statuses[].results[].index"],
        keyword: "required",
        why: "the same in lists of jobs",
    },
    Explanation {
        operations: &["oauth.tokens"],
        paths: &["status"],
        keyword: "status",
        why: "assumed: a grant of OAuth 2.0 is answered with 200 (RFC 6749, section 5.1); the document says 201",
    },
];
