//! One pure function per operation: from what the account holds and a request to an answer.

// What handlers are made of.
mod body;
mod order;
mod paging;
mod query;

// The operations, by what they are about.
mod around_users;
mod autocomplete;
mod bulk;
mod deleted_users;
mod end_users;
mod groups;
mod identities;
mod incremental;
mod jobs;
mod list_users;
mod me;
mod memberships;
mod oauth;
mod organizations;
mod passwords;
mod preferences;
mod search;
mod sessions;
mod staff;
mod user_field_options;
mod user_fields;
mod user_tags;
mod users;
mod write;

use zd_model::Operation;

use crate::applied::Tally;
use crate::auth::Tokens;
use crate::call::Call;
use crate::clock::Now;
use crate::faults::Faults;
use crate::jobs::Jobs;
use crate::limits::Limits;
use crate::reply::Reply;
use crate::settings::Settings;
use crate::state::Account;

/// Everything that handlers read and change.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) account: Account,
    pub(crate) jobs: Jobs,
    pub(crate) tally: Tally,
    pub(crate) limits: Limits,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) chance: fastrand::Rng,
    pub(crate) settings: Settings,
}

/// A pure function that answers an operation; a refusal is an answer too.
pub(crate) type Handler = fn(&mut State, Call<'_>, Now) -> Result<Reply, Reply>;

/// An operation and who answers it.
pub(crate) struct Route {
    pub(crate) operation: Operation,
    handler: Handler,
}

impl Route {
    const fn new(operation: Operation, handler: Handler) -> Self {
        Self { operation, handler }
    }

    /// Answers a request that was admitted.
    pub(crate) fn answer(&self, state: &mut State, call: Call<'_>, now: Now) -> Reply {
        (self.handler)(state, call, now).unwrap_or_else(|refusal| refusal)
    }
}

/// Every operation that the sandbox knows, family by family.
pub(crate) fn routes() -> impl Iterator<Item = &'static Route> {
    const FAMILIES: &[&[Route]] = &[
        around_users::ROUTES,
        autocomplete::ROUTES,
        bulk::ROUTES,
        deleted_users::ROUTES,
        end_users::ROUTES,
        groups::ROUTES,
        identities::ROUTES,
        incremental::ROUTES,
        jobs::ROUTES,
        list_users::ROUTES,
        me::ROUTES,
        memberships::ROUTES,
        oauth::ROUTES,
        organizations::ROUTES,
        passwords::ROUTES,
        preferences::ROUTES,
        search::ROUTES,
        sessions::ROUTES,
        staff::ROUTES,
        user_field_options::ROUTES,
        user_fields::ROUTES,
        user_tags::ROUTES,
        users::ROUTES,
        write::ROUTES,
    ];
    FAMILIES.iter().copied().flatten()
}

/// Whether the sandbox answers an operation; any other is 404 `InvalidEndpoint`.
pub fn answers(operation: &Operation) -> bool {
    routes().any(|route| route.operation == *operation)
}
