//! Waiting for many jobs at once.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};
use zd_model::{JobId, JobStatus};

use crate::endpoints::{MAX_AT_ONCE, ShowManyJobs};
use crate::{Client, Error, ErrorKind};

/// How to wait for jobs.
///
/// ```
/// use std::time::Duration;
/// use zd_users::WaitOptions;
///
/// let options = WaitOptions::new().timeout(Duration::from_secs(120));
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct WaitOptions {
    timeout: Option<Duration>,
    first_interval: Duration,
    max_interval: Duration,
    grace: Duration,
}

impl WaitOptions {
    /// Waits without end, polls at once and then after 0.5, 1, 2, 4 s and every 5 s, and believes for 10 s that a job
    /// that is not to be seen is only late.
    pub const fn new() -> Self {
        Self {
            timeout: None,
            first_interval: Duration::from_millis(500),
            max_interval: Duration::from_secs(5),
            grace: Duration::from_secs(10),
        }
    }

    /// Returns after this long at the latest; jobs that have not ended by then are [`Waited::Pending`].
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The pause after the first poll (default 0.5 s, at least 10 ms); each further one is twice as long.
    pub const fn first_interval(mut self, interval: Duration) -> Self {
        self.first_interval = interval;
        self
    }

    /// The longest pause between polls (default 5 s).
    pub const fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// How long a job may be missing from the answers before it counts as [`Waited::Gone`] (default 10 s).
    ///
    /// A job can be not found for a moment after it was queued, and lookups were seen to fail under load.
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }
}

impl Default for WaitOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// A job that was waited for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct WaitedJob {
    /// Which.
    pub id: JobId,
    /// How it stands.
    pub end: Waited,
}

/// How a job stands after waiting.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Waited {
    /// It is completed, failed or killed.
    Ended(Box<JobStatus>),
    /// It had not ended when the time was over. What was last seen of it, if anything.
    Pending(Option<Box<JobStatus>>),
    /// Zendesk does not know it (any more): it is older than a day, of another account, or lost. What was last seen of
    /// it, if anything.
    Gone(Option<Box<JobStatus>>),
}

/// What is known of a job while waiting.
#[derive(Debug)]
struct Watched {
    id: JobId,
    last: Option<Box<JobStatus>>,
    /// When it was last seen, or when the waiting began.
    last_seen: Instant,
    gone: bool,
}

impl Watched {
    fn is_open(&self) -> bool {
        !self.gone && !self.last.as_ref().is_some_and(|job| job.status.is_ended())
    }

    fn observe(&mut self, job: Option<JobStatus>, now: Instant, grace: Duration) {
        match job {
            Some(job) => {
                self.last = Some(Box::new(job));
                self.last_seen = now;
            }
            None => self.gone = now.duration_since(self.last_seen) >= grace,
        }
    }

    fn into_result(self) -> WaitedJob {
        let ended = !self.gone && !self.is_open();
        let end = match self.last {
            Some(job) if ended => Waited::Ended(job),
            last if self.gone => Waited::Gone(last),
            last => Waited::Pending(last),
        };
        WaitedJob { id: self.id, end }
    }
}

pub(super) async fn wait(
    client: &Client,
    ids: Vec<JobId>,
    options: WaitOptions,
) -> Result<Vec<WaitedJob>, Error> {
    let start = Instant::now();
    // A time out of this machine's reach is none.
    let deadline = options.timeout.and_then(|limit| start.checked_add(limit));
    let mut watched: Vec<Watched> = ids
        .into_iter()
        .map(|id| Watched {
            id,
            last: None,
            last_seen: start,
            gone: false,
        })
        .collect();
    let mut interval = options.first_interval.max(Duration::from_millis(10));
    loop {
        if !before(deadline, poll(client, &mut watched, options.grace)).await? {
            break;
        }
        if !watched.iter().any(Watched::is_open) {
            break;
        }
        let next = Instant::now() + interval;
        if let Some(deadline) = deadline.filter(|deadline| *deadline <= next) {
            sleep_until(deadline).await;
            break;
        }
        sleep_until(next).await;
        interval = (interval * 2).min(options.max_interval.max(interval));
    }
    Ok(watched.into_iter().map(Watched::into_result).collect())
}

/// Runs `poll`; false if the deadline came first.
async fn before(
    deadline: Option<Instant>,
    poll: impl Future<Output = Result<(), Error>>,
) -> Result<bool, Error> {
    match deadline {
        None => poll.await.map(|()| true),
        Some(deadline) => timeout_at(deadline, poll)
            .await
            .map_or(Ok(false), |polled| polled.map(|()| true)),
    }
}

/// Asks once for every job that has not ended.
async fn poll(client: &Client, watched: &mut [Watched], grace: Duration) -> Result<(), Error> {
    let mut open: Vec<&mut Watched> = watched.iter_mut().filter(|job| job.is_open()).collect();
    open.sort_by(|a, b| a.id.cmp(&b.id));
    let mut ids: Vec<JobId> = open.iter().map(|job| job.id.clone()).collect();
    ids.dedup();
    for chunk in ids.chunks(MAX_AT_ONCE) {
        let shown = match client
            .execute(&ShowManyJobs::new(chunk.iter().cloned()))
            .await
        {
            Ok(jobs) => jobs,
            Err(error) if is_not_found_yet(&error) => Vec::new(),
            Err(error) => return Err(error),
        };
        let now = Instant::now();
        let shown: HashMap<JobId, JobStatus> =
            shown.into_iter().map(|job| (job.id.clone(), job)).collect();
        for job in &mut open {
            if chunk.binary_search(&job.id).is_ok() {
                let status = shown.get(&job.id).cloned();
                job.observe(status, now, grace);
            }
        }
    }
    Ok(())
}

/// Whether an error says that the jobs are not there, as opposed to the account or the endpoint.
fn is_not_found_yet(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound
        && error.api().and_then(crate::ApiError::code) == Some("RecordNotFound")
}

#[cfg(test)]
mod tests;
