//! What of the recordings is not replayed, and where the sandbox differs from them, each with its reason.

use super::shape::Difference;

/// Requests that are not replayed.
#[derive(Debug)]
pub(crate) struct Skip {
    /// Method and path without ids.
    pub(crate) operation: &'static str,
    pub(crate) why: &'static str,
}

/// Why answers differ at some places.
#[derive(Debug)]
pub(crate) struct Explanation {
    /// Methods and paths without ids, or `*` for all.
    pub(crate) operations: &'static [&'static str],
    /// The places, as a [`Difference`] has them, or with `*` at the beginning for all that end so. At each must an answer
    /// differ.
    pub(crate) places: &'static [&'static str],
    /// How they differ, as a [`Difference`] has it.
    pub(crate) how: &'static str,
    /// How it is known that the sandbox is right, or why it is left so.
    pub(crate) why: &'static str,
}

impl Explanation {
    /// The place of this explanation that a difference is at.
    pub(crate) fn place(&self, operation: &str, difference: &Difference) -> Option<usize> {
        let of_operation = self.operations == ["*"] || self.operations.contains(&operation);
        (of_operation && self.how == difference.how)
            .then(|| {
                self.places
                    .iter()
                    .position(|place| covers(place, &difference.place))
            })
            .flatten()
    }
}

fn covers(place: &str, other: &str) -> bool {
    place
        .strip_prefix('*')
        .map_or(place == other, |end| other.ends_with(end))
}

/// Why a request is not replayed; `None` if it is.
pub(crate) fn skip(operation: &str) -> Option<&'static Skip> {
    SKIPPED.iter().find(|skip| skip.operation == operation)
}

/// Why a job is not asked for that no replayed request started.
pub(crate) const JOB_OF_OTHERS: &str =
    "the request that started the job is not replayed, or not recorded";

const ORGANIZATIONS: &str = "organizations are made one by one here: zd needs no more of them, and the sandbox has its operations";

/// Every kind of request that is not replayed.
pub(crate) const SKIPPED: &[Skip] = &[
    Skip {
        operation: "POST tickets/create_many",
        why: "there are no tickets",
    },
    Skip {
        operation: "DELETE deleted_tickets/{id}",
        why: "there are no tickets",
    },
    Skip {
        operation: "POST imports/tickets",
        why: "there are no tickets",
    },
    Skip {
        operation: "GET tickets",
        why: "there are no tickets",
    },
    Skip {
        operation: "POST organizations/create_many",
        why: ORGANIZATIONS,
    },
    Skip {
        operation: "PUT organizations/update_many",
        why: ORGANIZATIONS,
    },
    Skip {
        operation: "DELETE organizations/destroy_many",
        why: ORGANIZATIONS,
    },
    Skip {
        operation: "POST brands",
        why: "brands cannot be made here",
    },
];

/// Every explanation.
pub(crate) const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        operations: &["*"],
        places: &[
            "$.user.two_factor_auth_enabled",
            "$.users[].two_factor_auth_enabled",
        ],
        how: "boolean → null",
        why: "end users have false in recordings of 2021 and September 2023, and null in a report of 2024; admins have null in all recordings",
    },
    Explanation {
        operations: &[
            "POST users/create_many",
            "PUT users/update_many",
            "GET job_statuses/{id}",
        ],
        places: &["$.job_status.job_type"],
        how: "added",
        why: "recordings of 2023 have no type; recorded in 2024",
    },
    Explanation {
        operations: &[
            "GET users/{id}/identities",
            "PUT users/{id}/identities/{id}/make_primary",
        ],
        places: &[
            "$.identities[].verification_method",
            "$.identities[].verified_at",
        ],
        how: "added",
        why: "documented in 2026; the recordings are of 2021",
    },
    Explanation {
        operations: &["POST users/{id}/password"],
        places: &["$.error.message"],
        how: "text",
        why: "recorded in 2015; the longer text is of a report of 2023",
    },
    Explanation {
        operations: &["GET users", "GET users/me"],
        places: &["*.custom_role_id"],
        how: "number → null",
        why: "recorded of admins of an account with custom roles; the sandbox has none",
    },
    Explanation {
        operations: &["GET users", "GET users/me"],
        places: &["*.last_login_at"],
        how: "string → null",
        why: "nobody's login is kept: `zd_sandbox::behaviours()` says so",
    },
    Explanation {
        operations: &["GET users"],
        places: &["$.users[].photo.width", "$.users[].photo.height"],
        how: "number → null",
        why: "pictures are not looked into",
    },
    Explanation {
        operations: &["GET users"],
        places: &["$.users[].photo.thumbnails"],
        how: "length",
        why: "pictures are not looked into, so there are no smaller ones",
    },
    Explanation {
        operations: &["GET incremental/users", "GET incremental/users/cursor"],
        places: &["$.users[].photo"],
        how: "object → null",
        why: "exports leave out the last minute, so whom the chore gives a picture is not there",
    },
    Explanation {
        operations: &["GET incremental/users", "GET incremental/users/cursor"],
        places: &["$.users[].default_group_id", "$.users[].role_type"],
        how: "null → number",
        why: "exports begin with the sandbox's staff, who are its oldest users",
    },
    Explanation {
        operations: &["GET incremental/users", "GET incremental/users/cursor"],
        places: &["$.users[].ticket_restriction"],
        how: "string → null",
        why: "exports begin with the sandbox's staff, who are its oldest users",
    },
    Explanation {
        operations: &["GET incremental/users"],
        places: &["$.users"],
        how: "length",
        why: "the sandbox's staff were made in one second, and a page by time holds a second whole",
    },
    Explanation {
        operations: &["GET incremental/users"],
        places: &["$.users[].external_id"],
        how: "null → string",
        why: "the sandbox's people have external ids, organizations and tags; an export cannot show others, as it leaves out the last minute",
    },
    Explanation {
        operations: &["GET incremental/users"],
        places: &["$.users[].organization_id"],
        how: "null → number",
        why: "the same",
    },
    Explanation {
        operations: &["GET incremental/users"],
        places: &["$.users[].tags"],
        how: "length",
        why: "the same",
    },
    Explanation {
        operations: &["*"],
        places: &["header strict-transport-security"],
        how: "left out",
        why: "it means nothing without TLS, and the sandbox has none",
    },
    Explanation {
        operations: &["*"],
        places: &[
            "header rate-limit",
            "header rate-limit-remaining",
            "header rate-limit-reset",
        ],
        how: "left out",
        why: "recorded until December 2023; in February 2024 they are called ratelimit-*",
    },
    Explanation {
        operations: &["headers of POST users"],
        places: &[
            "header ratelimit-limit",
            "header ratelimit-remaining",
            "header ratelimit-reset",
        ],
        how: "added",
        why: "recorded in February 2024; this one is older",
    },
    Explanation {
        operations: &[
            "POST users/create_many",
            "PUT users/update_many",
            "DELETE users/destroy_many",
            "headers of DELETE users/destroy_many",
        ],
        places: &["header zendesk-ratelimit-inflight-jobs"],
        how: "added",
        why: "documented in 2026; the recordings are of 2023 and of February 2024",
    },
    Explanation {
        operations: &[
            "DELETE users/destroy_many",
            "headers of DELETE users/destroy_many",
        ],
        places: &["header x-zendesk-api-gateway"],
        how: "left out",
        why: "names a part of the vendor's network, which the sandbox has not",
    },
    Explanation {
        operations: &[
            "headers of POST users",
            "headers of DELETE users/destroy_many",
        ],
        places: &["header cf-cache-status", "header cf-ray", "header server"],
        how: "left out",
        why: "Cloudflare's, which is not between",
    },
    Explanation {
        operations: &[
            "headers of POST users",
            "headers of DELETE users/destroy_many",
        ],
        places: &["header connection"],
        how: "left out",
        why: "connections are kept in HTTP/1.1 unless something else is said",
    },
    Explanation {
        operations: &["headers of DELETE users/destroy_many"],
        places: &["header content-encoding", "header transfer-encoding"],
        how: "left out",
        why: "answers are not compressed, and so have a length",
    },
    Explanation {
        operations: &["headers of DELETE users/destroy_many"],
        places: &["header content-length"],
        how: "added",
        why: "answers are not compressed, and so have a length",
    },
    Explanation {
        operations: &["*"],
        places: &["header x-content-type-options"],
        how: "left out",
        why: "recorded in 2021, no more in 2023",
    },
    Explanation {
        operations: &["GET users/{id}/identities"],
        places: &["header last-modified"],
        how: "left out",
        why: "recorded once, in 2021",
    },
    Explanation {
        operations: &["GET users/me"],
        places: &["header vary"],
        how: "left out",
        why: "recorded once; no answer here depends on where a page is from",
    },
    Explanation {
        operations: &["*"],
        places: &[
            "header x-rack-cache",
            "header x-ua-compatible",
            "header x-zendesk-request-id",
        ],
        how: "left out",
        why: "recorded in 2015, no more in 2021",
    },
    Explanation {
        operations: &["POST users/{id}/identities"],
        places: &["header x-zendesk-api-warn"],
        how: "added",
        why: "no recording of 2015 has the header; recorded since 2023",
    },
];

#[cfg(test)]
mod tests {
    use super::super::shape::Difference;
    use super::Explanation;

    #[test]
    fn an_explanation_is_of_operations_places_and_a_way_to_differ() {
        let explanation = |operations| Explanation {
            operations,
            places: &["$.a", "*.photo"],
            how: "added",
            why: "tried here",
        };
        let difference = |place: &str, how: &str| Difference::new(place, how, "");
        let one = explanation(&["GET users"]);
        let place =
            |operation: &str, place: &str, how: &str| one.place(operation, &difference(place, how));
        assert_eq!(place("GET users", "$.a", "added"), Some(0));
        assert_eq!(place("GET users", "$.users[].photo", "added"), Some(1));
        assert_eq!(place("GET users", "$.a.b", "added"), None);
        assert_eq!(place("GET users", "$.a", "left out"), None);
        assert_eq!(place("GET users/me", "$.a", "added"), None);
        let all = explanation(&["*"]);
        assert_eq!(
            all.place("GET users/me", &difference("$.a", "added")),
            Some(0)
        );
    }
}
