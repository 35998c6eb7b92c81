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
mod group_memberships;
mod groups;
mod identities;
mod incremental;
mod jobs;
mod list_users;
mod me;
mod memberships;
mod oauth;
mod organization_memberships;
mod organizations;
mod passwords;
mod preferences;
mod search;
mod sessions;
mod staff;
mod user_field_options;
mod user_fields;
mod user_organizations;
mod user_tags;
mod users;
mod write;

use std::ops::Range;

use zd_model::Operation;

use crate::applied::Tally;
use crate::call::Call;
use crate::clock::Now;
use crate::jobs::{Fate, Jobs, SlotsOfOthers};
use crate::limits::Limits;
use crate::reply::Reply;
use crate::respond::Dated;
use crate::seed;
use crate::settings::Settings;
use crate::state::Account;
use crate::state::ids::Slot;
use crate::tokens::Tokens;

/// Everything that handlers read and change.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) account: Account,
    pub(crate) jobs: Jobs,
    pub(crate) tally: Tally,
    pub(crate) limits: Limits,
    pub(crate) tokens: Tokens,
    pub(crate) settings: Settings,
    /// Users that the sandbox began with, or was told to make.
    pub(crate) seeded: Vec<Range<Slot>>,
    /// Of this request alone.
    pub(crate) chance: fastrand::Rng,
    /// What becomes of the job that this request queues.
    pub(crate) fate: Fate,
    /// Whether this was carried out before and is only repeated: nothing that passes refuses it.
    pub(crate) replays: bool,
    /// How many seconds of the account are one of the client's.
    pub(crate) scale: u32,
    /// The date as headers have it.
    pub(crate) dated: Dated,
}

impl State {
    /// A new account.
    pub(crate) fn begin(settings: &Settings, start: Now) -> Self {
        let mut account = seed::account(settings.people, start);
        account.choices = settings.choices;
        let seeded = 0..account.users.next_slot();
        Self {
            account,
            seeded: vec![seeded],
            jobs: Jobs::new(settings, start),
            tally: Tally::default(),
            limits: Limits::new(settings, start),
            tokens: Tokens::default(),
            settings: settings.clone(),
            chance: fastrand::Rng::with_seed(settings.seed),
            fate: Fate::default(),
            replays: false,
            scale: settings.time_scale.max(1),
            dated: Dated::default(),
        }
    }

    /// These were made by hand; they follow those that were, mostly.
    pub(crate) fn add_seeded(&mut self, slots: Range<Slot>) {
        match self.seeded.last_mut() {
            Some(last) if last.end == slots.start => last.end = slots.end,
            _ => self.seeded.push(slots),
        }
    }

    /// Lets everything happen that was due by now.
    pub(crate) fn advance(&mut self, now: Now) {
        let Self {
            jobs,
            account,
            tally,
            settings,
            limits,
            ..
        } = self;
        limits.advance(now);
        jobs.advance(account, tally, settings, now);
    }

    /// Changes a setting, and what follows from it.
    pub(crate) fn set(
        &mut self,
        key: &str,
        value: &serde_json::Value,
        now: Now,
    ) -> Result<(), String> {
        self.settings.set(key, value)?;
        let settings = &self.settings;
        match key {
            "workers" => self.jobs.set_workers(settings.workers),
            "other_jobs" => {
                let others = settings.other_jobs;
                self.jobs.others =
                    others.map(|others| SlotsOfOthers::new(others, settings.seed, now));
            }
            "choose" => self.account.choices = settings.choices,
            _ => self.limits.configure(settings, now),
        }
        Ok(())
    }
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
        group_memberships::ROUTES,
        groups::ROUTES,
        identities::ROUTES,
        incremental::ROUTES,
        jobs::ROUTES,
        list_users::ROUTES,
        me::ROUTES,
        oauth::ROUTES,
        organization_memberships::ROUTES,
        organizations::ROUTES,
        passwords::ROUTES,
        preferences::ROUTES,
        search::ROUTES,
        sessions::ROUTES,
        staff::ROUTES,
        user_field_options::ROUTES,
        user_fields::ROUTES,
        user_tags::ROUTES,
        user_organizations::ROUTES,
        users::ROUTES,
        write::ROUTES,
    ];
    FAMILIES.iter().copied().flatten()
}

/// Whether the sandbox answers an operation; any other is 404 `InvalidEndpoint`.
pub fn answers(operation: &Operation) -> bool {
    routes().any(|route| route.operation == *operation)
}
