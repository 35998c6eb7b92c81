//! What kind of Zendesk.

use std::path::Path;
use std::time::Duration;

use crate::choices::ChoiceError;
use crate::clock::Now;
use crate::data::{self, DataError};
use crate::sandbox::Sandbox;
use crate::settings::{Settings, moment};
use crate::shell::Shell;
use crate::{Fault, JobTime, OtherJobs, Others, Plan, RateHeaders, Server};

/// What kind of Zendesk.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct SandboxBuilder {
    settings: Settings,
}

/// A text that is not a time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
#[non_exhaustive]
pub struct ParseTimeError {
    /// What should be there.
    pub expected: String,
}

impl SandboxBuilder {
    /// What the account pays for; [`Plan::Enterprise`] with 700 requests a minute unless told.
    pub fn plan(mut self, plan: Plan) -> Self {
        self.settings.plan = plan;
        self
    }

    /// So many requests a minute for the account, whatever plan that would be.
    pub fn requests_a_minute(self, requests: u32) -> Self {
        self.plan(Plan::RequestsAMinute(requests))
    }

    /// Whether rate limits refuse requests; the headers are always sent. They do unless told.
    pub fn rate_limits(mut self, enforced: bool) -> Self {
        self.settings.rate_limits = enforced;
        self
    }

    /// How responses spell the limits.
    pub fn rate_headers(mut self, spelling: RateHeaders) -> Self {
        self.settings.rate_headers = spelling;
        self
    }

    /// Requests that other integrations of the account make; none unless told.
    pub fn others(mut self, others: Others) -> Self {
        self.settings.others = Some(others);
        self
    }

    /// Job slots that other integrations of the account hold; none unless told.
    pub fn other_jobs(mut self, others: OtherJobs) -> Self {
        self.settings.other_jobs = Some(others);
        self
    }

    /// How long bulk jobs take, or what else moves them on.
    pub fn job_time(mut self, time: JobTime) -> Self {
        self.settings.job_time = time;
        self
    }

    /// How many bulk jobs run at the same time; 10 unless told, at least 1.
    pub fn workers(mut self, workers: usize) -> Self {
        self.settings.workers = workers.max(1);
        self
    }

    /// How long a job can be asked for after it was queued; a day unless told.
    pub fn job_retention(mut self, time: Duration) -> Self {
        self.settings.job_retention = time;
        self
    }

    /// How long asking for a job that was just queued is 404; not at all unless told.
    pub fn job_visible_after(mut self, time: Duration) -> Self {
        self.settings.job_visible_after = time;
        self
    }

    /// Chooses where nobody knows how Zendesk behaves; [`CHOICES`](crate::CHOICES) lists keys and values.
    ///
    /// # Errors
    ///
    /// If there is no such choice; it says which there are.
    pub fn choose(mut self, key: &str, value: &str) -> Result<Self, ChoiceError> {
        self.settings.choices.set(key, value)?;
        Ok(self)
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.settings.faults.push(fault);
        self
    }

    /// What chance begins with: the same seed and the same requests in the same order meet the same faults. With a frozen
    /// clock the same answers come, byte for byte.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self.settings.asked_seed = Some(seed);
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
        self.settings.asked_people = Some(people);
        self
    }

    /// How long a written user is not found by `query=`; zero unless told.
    pub fn search_delay(mut self, delay: Duration) -> Self {
        self.settings.search_delay = delay;
        self
    }

    /// How long tokens of `POST /oauth/tokens` live; two hours unless told.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// When API tokens stop working, in seconds since 1970 (UTC). Those of Zendesk do on 2027-04-30; here they do not
    /// unless told, so that a rehearsal can choose its day.
    pub fn api_tokens_end(mut self, unix_seconds: u32) -> Self {
        let end = Now::from_millis(i64::from(unix_seconds) * 1000);
        self.settings.api_tokens_end = Some(end);
        self
    }

    /// The same, written as `2027-04-30` or `2027-04-30T12:00:00Z`.
    ///
    /// # Errors
    ///
    /// If it is no time.
    pub fn api_tokens_end_at(mut self, time: &str) -> Result<Self, ParseTimeError> {
        let end = moment(time).map_err(|expected| ParseTimeError { expected })?;
        self.settings.api_tokens_end = Some(end);
        Ok(self)
    }

    /// The wall time at which the account's clock starts, in seconds since 1970 (UTC); the machine's unless told.
    pub fn starts_at(mut self, unix_seconds: u32) -> Self {
        self.settings.starts_at = Some(Now::from_millis(i64::from(unix_seconds) * 1000));
        self
    }

    /// The same, written as `2026-12-01` or `2026-12-01T12:00:00Z`.
    ///
    /// # Errors
    ///
    /// If it is no time.
    pub fn starts_at_time(mut self, time: &str) -> Result<Self, ParseTimeError> {
        let start = moment(time).map_err(|expected| ParseTimeError { expected })?;
        self.settings.starts_at = Some(start);
        Ok(self)
    }

    /// So many seconds pass for the account in one second; 1 unless told, which is the least. Waits and resets in headers
    /// are in the client's seconds.
    pub fn time_scale(mut self, scale: u32) -> Self {
        self.settings.time_scale = scale.max(1);
        self
    }

    /// The clock stands still until it is moved: [`Sandbox::advance`](crate::Sandbox::advance).
    pub fn frozen(mut self) -> Self {
        self.settings.frozen = true;
        self
    }

    /// The sandbox.
    pub fn build(self) -> Sandbox {
        let start = self.beginning();
        let shell = Shell::begin(self.settings.clone(), start);
        Sandbox::new(shell, &self.settings, start)
    }

    /// The sandbox, with an account that lasts: everything that changes it is written to this directory before it is
    /// answered, so a process that is killed loses nothing that it answered. Faults and the log do not last, and time never
    /// goes back behind the last change.
    ///
    /// A new directory is made, private to its owner. The time that opening takes grows with what was written.
    ///
    /// # Errors
    ///
    /// If the directory cannot be used, is in use, is damaged, was written by another version, or began with another seed or
    /// another number of people. A record torn at the end, which nobody was told of, is dropped.
    pub fn open(self, dir: &Path) -> Result<Sandbox, DataError> {
        let start = self.beginning();
        let (shell, now) = data::open(dir, self.settings, start)?;
        let settings = shell.state.settings.clone();
        Ok(Sandbox::new(shell, &settings, now))
    }

    /// The sandbox behind a socket, on a free port of this machine: `.start().await?.url()` is its address.
    ///
    /// # Errors
    ///
    /// If there is no free port.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn start(self) -> std::io::Result<Server> {
        Server::start(self.build(), 0).await
    }

    fn beginning(&self) -> Now {
        let now = || Now::from_millis(jiff::Timestamp::now().as_millisecond());
        self.settings.starts_at.unwrap_or_else(now)
    }
}
