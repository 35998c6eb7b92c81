//! Going through the account's list of jobs, for batches whose answer was lost: is a job of theirs on it?
//!
//! Pure. A job on the list does not say whose rows it has until it has ended; so a lost batch waits until no job that
//! could be its own is unfinished.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use zd_model::{JobId, JobStatus};
use zd_users::endpoints::ListJobs;

use super::ask::Now;

/// How many pages of 100 to read at most: more jobs than an account can run in the time a doubt lasts.
const MAX_PAGES: usize = 50;

/// The list of jobs, gone through once.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) began: Now,
    next: Option<ListJobs>,
    pages: usize,
    /// Unfinished jobs that are not known to be ours, with their totals.
    strangers: Vec<Option<u64>>,
    complete: bool,
}

impl Survey {
    pub(crate) fn new(now: Now) -> Self {
        Self {
            began: now,
            next: Some(ListJobs::new()),
            pages: 0,
            strangers: Vec::new(),
            complete: false,
        }
    }

    /// The next page to ask for.
    pub(crate) fn next(&self) -> Option<ListJobs> {
        self.next.clone()
    }

    /// Reads a page. `oldest`: jobs that ended before this second of the server's clock are of no interest.
    pub(crate) fn read(
        &mut self,
        jobs: &[JobStatus],
        next: Option<ListJobs>,
        ours: &OurJobs,
        oldest: Option<i64>,
    ) {
        self.pages += 1;
        self.strangers.extend(
            jobs.iter()
                .filter(|job| !job.status.is_ended() && !ours.has(&job.id))
                .map(|job| job.total.value().copied()),
        );
        // The newest come first; the unfinished among them, since a job sorts by when it was completed.
        let past = !jobs.is_empty() && jobs.iter().all(|job| {
            job.status.is_ended()
                && matches!((ended_at(job), oldest), (Some(ended), Some(oldest)) if ended < oldest)
        });
        self.complete = past || next.is_none();
        self.next = next.filter(|_| !past && self.pages < MAX_PAGES);
    }

    pub(crate) const fn is_over(&self) -> bool {
        self.next.is_none()
    }

    /// Whether the list shows that no unfinished job can hold a batch of so many rows.
    pub(crate) fn clears(&self, rows: usize) -> bool {
        self.complete
            && self
                .strangers
                .iter()
                .all(|total| total.is_some_and(|total| usize::try_from(total) != Ok(rows)))
    }
}

/// The second at which a job ended, by the server's clock, if it says so: `Completed at 2023-09-18 23:26:10 +0000`.
pub(crate) fn ended_at(job: &JobStatus) -> Option<i64> {
    let (_, time) = job.message.as_deref()?.split_once(" at ")?;
    zd_model::Timestamp::new(time).unix_seconds()
}

/// The jobs of this run: fingerprints, for a run of ten million rows has a hundred thousand.
#[derive(Debug, Default)]
pub(crate) struct OurJobs {
    hasher: RandomState,
    known: HashSet<u64>,
}

impl OurJobs {
    pub(crate) fn add(&mut self, id: &JobId) {
        self.known.insert(self.hasher.hash_one(id));
    }

    pub(crate) fn has(&self, id: &JobId) -> bool {
        self.known.contains(&self.hasher.hash_one(id))
    }
}
