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
    strangers: Vec<(JobId, Option<u64>)>,
    whole: bool,
    complete: bool,
}

impl Survey {
    /// `whole`: the list is gone through as far back as is of interest; else only the newest jobs are looked at.
    pub(crate) fn new(now: Now, whole: bool) -> Self {
        Self {
            began: now,
            next: Some(ListJobs::new()),
            pages: 0,
            strangers: Vec::new(),
            whole,
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
                .map(|job| (job.id.clone(), job.total.value().copied())),
        );
        // The newest come first; the unfinished among them, since a job sorts by when it was completed.
        let past = !jobs.is_empty() && jobs.iter().all(|job| {
            job.status.is_ended()
                && matches!((ended_at(job), oldest), (Some(ended), Some(oldest)) if ended < oldest)
        });
        self.complete = past || next.is_none();
        self.next = next.filter(|_| self.whole && !past && self.pages < MAX_PAGES);
    }

    pub(crate) const fn is_over(&self) -> bool {
        self.next.is_none()
    }

    /// Whether every job was seen that is unfinished or ended late enough to be of interest.
    pub(crate) const fn is_complete(&self) -> bool {
        self.complete
    }

    /// The unfinished jobs that could hold a batch of so many rows.
    pub(crate) fn suspects(&self, rows: usize) -> impl Iterator<Item = &JobId> {
        self.strangers
            .iter()
            .filter(move |(_, total)| total.is_none_or(|total| usize::try_from(total) == Ok(rows)))
            .map(|(id, _)| id)
    }
}

/// The second at which a job ended, by the server's clock, if it says so: `Completed at 2023-09-18 23:26:10 +0000`.
pub(crate) fn ended_at(job: &JobStatus) -> Option<i64> {
    let (_, time) = job.message.as_deref()?.split_once(" at ")?;
    zd_model::Timestamp::new(time).unix_seconds()
}

/// The jobs of this run: fingerprints, for a run of ten million rows has a hundred thousand.
#[derive(Clone, Debug, Default)]
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

#[cfg(test)]
mod tests {
    use zd_model::JobState;

    use super::*;

    fn job(id: &str, status: JobState, total: u64, message: &str) -> JobStatus {
        let mut job = JobStatus::new(id.into(), status);
        job.total = total.into();
        job.message = message.into();
        job
    }

    fn clears(survey: &Survey, rows: usize) -> bool {
        survey.is_complete() && survey.suspects(rows).next().is_none()
    }

    const ENDED: &str = "Completed at 2023-11-14 22:13:20 +0000";
    const AT: i64 = 1_700_000_000;

    fn read(jobs: &[JobStatus], more: bool, whole: bool, oldest: i64) -> Survey {
        let mut survey = Survey::new(Now::ZERO, whole);
        let next = more.then(|| ListJobs::new().after("x"));
        let mut ours = OurJobs::default();
        ours.add(&"ours".into());
        survey.read(jobs, next, &ours, Some(oldest));
        survey
    }

    #[test]
    fn only_a_strangers_unfinished_job_of_the_same_size_can_be_the_one() {
        let working = |id, total| [job(id, JobState::Working, total, "")];
        assert!(!clears(
            &read(&working("strange", 100), false, true, AT),
            100
        ));
        assert!(clears(&read(&working("strange", 99), false, true, AT), 100));
        assert!(clears(&read(&working("ours", 100), false, true, AT), 100));
        let mut unsized_job = working("strange", 0);
        unsized_job[0].total = zd_model::Nullable::Null;
        assert!(!clears(&read(&unsized_job, false, true, AT), 100));
        let unknown = [job("strange", "paused".into(), 100, "")];
        assert!(
            !clears(&read(&unknown, false, true, AT), 100),
            "an unknown state is not an end"
        );
    }

    #[test]
    fn the_walk_ends_where_jobs_are_too_old_to_matter() {
        let ended = [job("old", JobState::Completed, 100, ENDED)];
        let past = read(&ended, true, true, AT + 1);
        assert!(past.is_over() && clears(&past, 100));
        let not_yet = read(&ended, true, true, AT);
        assert!(!not_yet.is_over() && !clears(&not_yet, 100));
        // A look at the newest clears nobody, unless they are all there is.
        let look = read(&ended, true, false, AT);
        assert!(look.is_over() && !clears(&look, 100));
        assert!(clears(&read(&ended, false, false, AT), 100));
        // Without a time nothing is known to be old.
        assert!(!read(&[job("odd", JobState::Killed, 1, "")], true, true, AT).is_over());
    }

    #[test]
    fn a_list_without_end_clears_nobody() {
        let mut survey = Survey::new(Now::ZERO, true);
        let ours = OurJobs::default();
        let mut pages = 0;
        while survey.next().is_some() {
            let jobs = [job("x", JobState::Completed, 1, "")];
            survey.read(&jobs, Some(ListJobs::new().after("x")), &ours, Some(AT));
            pages += 1;
        }
        assert_eq!(pages, MAX_PAGES);
        assert!(survey.is_over() && !clears(&survey, 100));
    }

    #[test]
    fn the_end_of_a_job_is_read_from_what_it_says() {
        assert_eq!(ended_at(&job("a", JobState::Completed, 1, ENDED)), Some(AT));
        assert_eq!(
            ended_at(&job(
                "a",
                JobState::Killed,
                1,
                "Killed at 2023-11-14 22:13:21 +0000"
            )),
            Some(AT + 1)
        );
        assert_eq!(ended_at(&job("a", JobState::Completed, 1, "done")), None);
    }
}
