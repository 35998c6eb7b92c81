//! The table of operations: the one list that the client, the sandbox's router, the command's tests and the documentation
//! read.

mod table;

pub use table::*;

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The name, such as `users.create_or_update`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path with its parameters in braces, such as `/api/v2/users/{user_id}`; a `.json` behind it is accepted.
    pub path: &'static str,
    /// What sending it twice does.
    pub effect: Effect,
    /// The rate bucket of its own, beside the account's.
    pub bucket: Option<RateBucket>,
    /// Who may call it.
    pub roles: Roles,
    /// How its behaviour is known.
    pub evidence: Evidence,
    /// The method of `zd_users::Client` that calls it, such as `users().create_or_update`; empty where there is none.
    pub call: &'static str,
    /// The verb of the command `zd` that calls it, such as `user upsert`; empty where there is none.
    pub command: &'static str,
    /// One line about it.
    pub summary: &'static str,
}

impl Operation {
    /// An operation that this table lacks, for an endpoint of your own.
    ///
    /// It counts as for agents, without a rate bucket of its own, its behaviour assumed; the fields can be changed.
    pub const fn new(
        name: &'static str,
        method: Method,
        path: &'static str,
        effect: Effect,
    ) -> Self {
        Self {
            name,
            method,
            path,
            effect,
            bucket: None,
            roles: Roles::Agents,
            evidence: Evidence::Assumed,
            call: "",
            command: "",
            summary: "",
        }
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

impl Method {
    /// The method's name in capitals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// What sending an operation twice does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// It only reads.
    Read,
    /// It writes to the record its key names: the second time changes nothing, if nobody else wrote in between.
    KeyedWrite,
    /// It writes; twice is not once.
    Write,
}

/// A rate limit beside the account's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RateBucket {
    /// `create-update-user`: 5 a minute for each user, one a second for the account.
    CreateUpdateUser,
    /// `inflight-jobs`: 30 jobs queued or running.
    InflightJobs,
    /// `search-index`.
    SearchIndex,
    /// `incremental-exports`: 10 a minute for all incremental exports together, 30 with the High Volume add-on.
    IncrementalExports,
    /// Exports of searches: 100 a minute. The name in the header is not known.
    SearchExports,
    /// Permanent deletions: 700 in ten minutes. The name in the header is not known.
    PermanentDeletions,
}

impl RateBucket {
    /// The name in the header `zendesk-ratelimit-<name>`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateUpdateUser => "create-update-user",
            Self::InflightJobs => "inflight-jobs",
            Self::SearchIndex => "search-index",
            Self::IncrementalExports => "incremental-exports",
            Self::SearchExports => "search-export",
            Self::PermanentDeletions => "deleted-users-destroy",
        }
    }
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Roles {
    /// Anyone, signed in or not.
    Anyone,
    /// Whoever is signed in, about themselves.
    SignedIn,
    /// Agents and admins; and verified end users, about themselves.
    AgentsAndSelf,
    /// Agents and admins.
    Agents,
    /// Admins.
    Admins,
    /// Admins, and agents in a custom role that lets them manage users.
    UserManagers,
    /// An OAuth client, with its own credentials.
    OAuthClients,
}

impl Roles {
    /// The roles in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::SignedIn => "signed in",
            Self::AgentsAndSelf => "agents, oneself",
            Self::Agents => "agents",
            Self::Admins => "admins",
            Self::UserManagers => "user managers",
            Self::OAuthClients => "OAuth clients",
        }
    }
}

/// How an operation's behaviour is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// Real traffic was recorded.
    Recorded,
    /// The vendor documents it.
    Documented,
    /// Third parties report it.
    Reported,
    /// It is inferred or assumed.
    Assumed,
}

impl Evidence {
    /// The source in a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recordings",
            Self::Documented => "documentation",
            Self::Reported => "reports",
            Self::Assumed => "assumption",
        }
    }
}
