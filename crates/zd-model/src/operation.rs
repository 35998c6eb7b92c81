//! The table of operations: the one list that the client, the sandbox's router and the documentation read.

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
}

impl RateBucket {
    /// The name in the header `zendesk-ratelimit-<name>`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateUpdateUser => "create-update-user",
            Self::InflightJobs => "inflight-jobs",
            Self::SearchIndex => "search-index",
        }
    }
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Roles {
    /// Anyone, signed in or not.
    Anyone,
    /// Agents and admins.
    Agents,
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
            Self::Agents => "agents",
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

macro_rules! operations {
    ($(#[doc = $summary:literal] $constant:ident = $name:literal, $method:ident $path:literal, $effect:ident, $bucket:expr, $roles:ident, $evidence:ident;)+) => {
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
                summary: $summary.trim_ascii(),
            };
        )+

        /// Every operation.
        pub const ALL: &[Operation] = &[$($constant,)+];
    };
}

operations! {
    /// Create a user, or update the one that the external id or the e-mail address names.
    USERS_CREATE_OR_UPDATE = "users.create_or_update", Post "/api/v2/users/create_or_update", KeyedWrite, Some(RateBucket::CreateUpdateUser), UserManagers, Recorded;
    /// Create or update up to 100 users in a job.
    USERS_CREATE_OR_UPDATE_MANY = "users.create_or_update_many", Post "/api/v2/users/create_or_update_many", KeyedWrite, Some(RateBucket::InflightJobs), UserManagers, Reported;
    /// Show the caller.
    USERS_ME = "users.me", Get "/api/v2/users/me", Read, None, Anyone, Recorded;
    /// Show up to 100 users by ids or external ids.
    USERS_SHOW_MANY = "users.show_many", Get "/api/v2/users/show_many", Read, None, Agents, Recorded;
    /// Find users by external id or by a query.
    USERS_SEARCH = "users.search", Get "/api/v2/users/search", Read, Some(RateBucket::SearchIndex), Agents, Recorded;
    /// Show a user.
    USERS_SHOW = "users.show", Get "/api/v2/users/{user_id}", Read, None, Agents, Recorded;
    /// List the account's jobs of the last day.
    JOB_STATUSES_LIST = "job_statuses.list", Get "/api/v2/job_statuses", Read, None, Agents, Documented;
    /// Show up to 100 jobs.
    JOB_STATUSES_SHOW_MANY = "job_statuses.show_many", Get "/api/v2/job_statuses/show_many", Read, None, Agents, Documented;
    /// Show a job.
    JOB_STATUSES_SHOW = "job_statuses.show", Get "/api/v2/job_statuses/{job_id}", Read, None, Agents, Recorded;
    /// Exchange an OAuth client's credentials for an access token.
    OAUTH_TOKENS = "oauth.tokens", Post "/oauth/tokens", Write, None, OAuthClients, Documented;
}
