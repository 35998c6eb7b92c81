//! What of the vendor's document zd answers for, and what it leaves out, each with the reason.

/// What the table of operations must have of a document.
#[derive(Debug)]
pub(crate) struct Scope {
    /// Paths, without the names of parameters: everything at or below them.
    pub(crate) areas: &'static [&'static str],
    /// Single operations from elsewhere.
    pub(crate) also: &'static [&'static str],
    /// Operations in an area that zd leaves out on purpose.
    pub(crate) left_out: &'static [Reason],
    /// Operations of the table, by name, that the document lacks.
    pub(crate) undocumented: &'static [Reason],
}

/// An exception and why it is one.
#[derive(Debug)]
pub(crate) struct Reason {
    pub(crate) what: &'static str,
    pub(crate) why: &'static str,
}

const fn reason(what: &'static str, why: &'static str) -> Reason {
    Reason { what, why }
}

const TICKETS: &str = "lists tickets, which zd has nothing to do with";

/// Everything about users, and of organizations what people need.
pub(crate) const SCOPE: Scope = Scope {
    areas: &[
        "/api/v2/users",
        "/api/v2/deleted_users",
        "/api/v2/end_users",
        "/api/v2/user_fields",
        "/api/v2/job_statuses",
        "/api/v2/incremental/users",
        "/api/v2/sessions",
        "/api/v2/groups/{}/users",
        "/api/v2/organizations/{}/users",
    ],
    also: &[
        "GET /api/v2/organizations",
        "GET /api/v2/organizations/{}",
        "GET /api/v2/organizations/show_many",
        "GET /api/v2/organizations/search",
        "GET /api/v2/organizations/autocomplete",
        "POST /api/v2/organizations/create_or_update",
    ],
    left_out: &[
        reason("GET /api/v2/users/{}/tickets/assigned", TICKETS),
        reason("GET /api/v2/users/{}/tickets/assigned/count", TICKETS),
        reason("GET /api/v2/users/{}/tickets/ccd", TICKETS),
        reason("GET /api/v2/users/{}/tickets/ccd/count", TICKETS),
        reason("GET /api/v2/users/{}/tickets/followed", TICKETS),
        reason("GET /api/v2/users/{}/tickets/requested", TICKETS),
        reason(
            "GET /api/v2/users/{}/requests",
            "lists requests: tickets as their requesters see them",
        ),
        reason(
            "GET /api/v2/users/{}/skips",
            "lists tickets that an agent passed over",
        ),
        reason(
            "GET /api/v2/users/{}/organization_subscriptions",
            "is about mails on an organization's tickets",
        ),
    ],
    undocumented: &[
        reason(
            "end_users.show",
            "the reference's text describes it: an end user's own profile; the document has only what lies below it",
        ),
        reason(
            "end_users.update",
            "the reference's text describes it: an end user changes their own profile",
        ),
    ],
};
