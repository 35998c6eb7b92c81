//! The sandbox as a library.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use zd_transport::SharedTransport;

use crate::applied::{Applied, Tally};
use crate::auth::Tokens;
use crate::clock::{Clock, Now};
use crate::faults::Faults;
use crate::handlers::State;
use crate::jobs::Jobs;
use crate::limits::Limits;
use crate::respond::{self, Answer};
use crate::settings::Settings;
use crate::transport::InProcess;
use crate::{Fault, JobTime, seed};

/// A local Zendesk. Cheap to clone; clones are the same account.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    clock: Clock,
    seed: u64,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sandbox")
            .field("seed", &self.inner.seed)
            .finish_non_exhaustive()
    }
}

/// What kind of Zendesk.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct SandboxBuilder {
    settings: Settings,
}

impl SandboxBuilder {
    /// So many requests a minute for the account; 700 unless told.
    pub fn plan(mut self, requests_a_minute: u64) -> Self {
        self.settings.plan = requests_a_minute;
        self
    }

    /// Whether rate limits refuse requests; the headers are always sent. They do unless told.
    pub fn rate_limits(mut self, enforced: bool) -> Self {
        self.settings.rate_limits = enforced;
        self
    }

    /// How long bulk jobs take.
    pub fn job_time(mut self, time: JobTime) -> Self {
        self.settings.job_time = time;
        self
    }

    /// How many bulk jobs run at the same time; 10 unless told, at least 1.
    pub fn workers(mut self, workers: usize) -> Self {
        self.settings.workers = workers;
        self
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.settings.faults.push(fault);
        self
    }

    /// What chance begins with: the same seed and the same requests in the same order meet the same faults.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Whether the account may import in bulk; it may unless told. Real accounts may not until support allows it.
    pub fn bulk_import(mut self, enabled: bool) -> Self {
        self.settings.bulk_import = enabled;
        self
    }

    /// Whether admins may set passwords of others; they may unless told. In real accounts they may not until the owner
    /// allows it.
    pub fn admins_set_passwords(mut self, allowed: bool) -> Self {
        self.settings.admins_set_passwords = allowed;
        self
    }

    /// No people but the admin and the agent; organizations and user fields stay.
    pub fn empty(self) -> Self {
        self.people(0)
    }

    /// So many people beside the admin and the agent; 200 unless told.
    pub fn people(mut self, people: u32) -> Self {
        self.settings.people = people;
        self
    }

    /// How long a written user is not found by `query=`; zero unless told.
    pub fn search_delay(mut self, delay: Duration) -> Self {
        self.settings.search_delay_millis = i64::try_from(delay.as_millis()).unwrap_or(i64::MAX);
        self
    }

    /// How long tokens of `POST /oauth/tokens` live; two hours unless told.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_seconds = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
        self
    }

    /// The wall time at which the account's clock starts, in seconds since 1970 (UTC); the machine's unless told.
    pub fn starts_at(mut self, unix_seconds: u32) -> Self {
        self.settings.starts_at = Some(Now::from_millis(i64::from(unix_seconds) * 1000));
        self
    }

    /// The sandbox.
    pub fn build(self) -> Sandbox {
        let settings = self.settings;
        let start = settings
            .starts_at
            .unwrap_or_else(|| Now::from_millis(jiff::Timestamp::now().as_millisecond()));
        let state = State {
            account: seed::account(settings.people, start),
            jobs: Jobs::new(settings.job_time, settings.workers, settings.seed),
            tally: Tally::default(),
            limits: Limits::new(settings.plan, settings.rate_limits),
            tokens: Tokens::default(),
            faults: Faults::new(settings.faults.clone(), settings.seed),
            chance: fastrand::Rng::with_seed(settings.seed),
            settings,
        };
        Sandbox {
            inner: Arc::new(Inner {
                seed: state.settings.seed,
                state: Mutex::new(state),
                clock: Clock::starting_at(start),
            }),
        }
    }
}

impl Sandbox {
    /// Begins to describe a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The sandbox as a transport in the same process; no socket is opened.
    pub fn transport(&self) -> SharedTransport {
        Arc::new(InProcess::new(self.clone()))
    }

    /// What chance began with.
    pub fn seed(&self) -> u64 {
        self.inner.seed
    }

    /// What was created and updated since the start, by key; jobs are counted as far as they have come by now.
    pub fn applied(&self) -> Applied {
        let now = self.inner.clock.now();
        let mut state = self.lock();
        let State {
            jobs,
            account,
            tally,
            ..
        } = &mut *state;
        jobs.advance(account, tally, now);
        tally.report(&[])
    }

    /// Deletes a user softly, as `DELETE /users/{id}` does; false if there is no such live user.
    pub fn soft_delete(&self, user_id: u64) -> bool {
        let now = self.inner.clock.now();
        let account = &mut self.lock().account;
        let slot = account.users.by_id(user_id).map(|(slot, _)| slot);
        slot.is_some_and(|slot| account.soft_delete(slot, now.seconds()))
    }

    /// Answers one request, or loses the answer.
    pub(crate) fn answer(&self, request: &Request<Bytes>) -> Answer {
        respond::answer(request, || self.lock(), self.inner.clock.now())
    }

    /// The answer to a request whose body was not even read.
    pub(crate) fn too_large(&self, request: &Request<()>) -> Response<Bytes> {
        respond::too_large(request, &mut self.lock(), self.inner.clock.now())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A handler that panicked has changed nothing half: users are replaced whole.
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
