//! One pure function per operation: from what the account holds and a request to an answer.

mod jobs;
mod me;
mod oauth;
mod query;
mod search;
mod users;
mod write;

use zd_model::{Operation, operation};

use crate::applied::Tally;
use crate::auth::Tokens;
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
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

/// Answers a request that was admitted.
pub(crate) fn handle(operation: &Operation, state: &mut State, call: Call<'_>, now: Now) -> Reply {
    let answer = match operation.name {
        name if name == operation::USERS_CREATE_OR_UPDATE.name => write::one(state, call, now),
        name if name == operation::USERS_CREATE_OR_UPDATE_MANY.name => {
            write::many(state, call, now)
        }
        name if name == operation::USERS_ME.name => Ok(me::me(state, &call)),
        name if name == operation::USERS_SHOW.name => users::show(state, &call),
        name if name == operation::USERS_SHOW_MANY.name => users::show_many(state, &call),
        name if name == operation::USERS_SEARCH.name => search::search(state, &call, now),
        name if name == operation::JOB_STATUSES_LIST.name => jobs::list(state, &call, now),
        name if name == operation::JOB_STATUSES_SHOW.name => jobs::show(state, &call, now),
        name if name == operation::JOB_STATUSES_SHOW_MANY.name => {
            jobs::show_many(state, &call, now)
        }
        name if name == operation::OAUTH_TOKENS.name => oauth::tokens(state, &call, now),
        _ => Err(errors::no_such_endpoint()),
    };
    answer.unwrap_or_else(|refusal| refusal)
}
