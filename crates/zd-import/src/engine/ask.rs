//! What the machine asks of Zendesk, and what it hears.

use std::time::Duration;

use zd_model::operation::{
    IDENTITIES_MAKE_PRIMARY, JOB_STATUSES_LIST, JOB_STATUSES_SHOW_MANY, USERS_CREATE_OR_UPDATE,
    USERS_CREATE_OR_UPDATE_MANY, USERS_ME, USERS_SEARCH, USERS_SHOW_MANY,
};
use zd_model::{ExternalId, IdentityId, JobId, JobStatus, User, UserId, UsersPage};
use zd_transport::Budgets;
use zd_users::Upserted;
use zd_users::endpoints::{ListJobs, WrittenUser};

use crate::{Refusal, Trouble};

/// Time since the import began. The machine has no clock; it is told.
pub(crate) type Now = Duration;

/// Names a request, so that its answer finds its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct CallId(pub(crate) u64);

/// A request.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Me,
    Submit(Vec<WrittenUser>),
    Upsert(WrittenUser),
    MakePrimary(UserId, IdentityId),
    Poll(Vec<JobId>),
    ListJobs(ListJobs),
    People(PeopleQuery),
}

/// A request for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PeopleQuery {
    ByExternalIds(Vec<ExternalId>),
    ByIds(Vec<UserId>),
    SearchExternalId(ExternalId),
    SearchEmail(String),
}

impl Ask {
    /// Whether it writes: what it is about has to be durable before it leaves.
    pub(crate) const fn is_write(&self) -> bool {
        matches!(self, Self::Submit(_) | Self::Upsert(_))
    }

    /// The operation's name: what an endpoint's own limit holds back.
    pub(crate) const fn operation(&self) -> &'static str {
        match self {
            Self::Me => USERS_ME.name,
            Self::Submit(_) => USERS_CREATE_OR_UPDATE_MANY.name,
            Self::Upsert(_) => USERS_CREATE_OR_UPDATE.name,
            Self::MakePrimary(..) => IDENTITIES_MAKE_PRIMARY.name,
            Self::Poll(_) => JOB_STATUSES_SHOW_MANY.name,
            Self::ListJobs(_) => JOB_STATUSES_LIST.name,
            Self::People(PeopleQuery::ByExternalIds(_) | PeopleQuery::ByIds(_)) => {
                USERS_SHOW_MANY.name
            }
            Self::People(_) => USERS_SEARCH.name,
        }
    }
}

/// A usable answer.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Me(Box<User>),
    Job(Box<JobStatus>),
    Upserted(Box<Upserted>),
    MadePrimary,
    Jobs(Vec<JobStatus>),
    JobPage {
        jobs: Vec<JobStatus>,
        next: Option<ListJobs>,
    },
    People(Box<UsersPage>),
}

/// What came of a request, by what follows from it.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A usable answer.
    Done(Answer),
    /// Turned away for now; nothing was applied.
    Throttled { reason: Throttled, wait: Duration },
    /// Turned away; nothing was applied, and asking again changes nothing.
    Refused(Refusal),
    /// It never reached Zendesk.
    NotSent(Trouble),
    /// It may have reached Zendesk; what came of it is unknown.
    Lost(Trouble),
}

/// What has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Throttled {
    /// Everything.
    Everything,
    /// This operation.
    Operation,
    /// New jobs, until one ends.
    Jobs,
}

/// A reply with what its headers say.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) reply: Reply,
    /// The server's clock when it answered, in seconds since 1970.
    pub(crate) date: Option<i64>,
    /// The account's budgets.
    pub(crate) budgets: Budgets,
    /// For how long Zendesk asks to leave it alone, in an answer that is no usable one: a 503 may.
    pub(crate) wait: Option<Duration>,
}

impl Heard {
    pub(crate) fn new(reply: Reply) -> Self {
        Self {
            reply,
            date: None,
            budgets: Budgets::default(),
            wait: None,
        }
    }
}
