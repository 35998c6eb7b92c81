//! Bulk jobs: when each of their entries is applied, and what is said about them meanwhile.
//!
//! A job's times are fixed when it is queued: a worker, a start, an even step from entry to entry. Whoever looks later
//! first lets everything happen that was due by then, in order of time, so nothing has to run in the background.

mod task;
mod view;

use std::collections::VecDeque;

use crate::JobTime;
use crate::applied::Tally;
use crate::clock::Now;
use crate::state::Account;
use crate::state::ids::Slot;
use crate::state::write::Writer;
pub(crate) use task::{Key, Task};
pub(crate) use view::JobView;

/// Jobs queued or running at once.
pub(crate) const MOST_AT_ONCE: usize = 30;
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// All jobs of the last day, oldest first.
#[derive(Debug)]
pub(crate) struct Jobs {
    kept: VecDeque<Job>,
    /// How many jobs are no longer kept.
    dropped: u64,
    /// Numbers of jobs that have not ended.
    active: Vec<u64>,
    /// When each worker is free.
    workers: Vec<Now>,
    time: JobTime,
    chance: fastrand::Rng,
}

/// What Zendesk calls a job, by the class of its own that does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Creations, and upserts too.
    Create,
    /// Updates, and deletions too (recorded).
    Update,
}

impl Kind {
    /// The class that `TooManyJobs` names (documented for updates, assumed for creations).
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Create => "UserBulkCreateJob",
            Self::Update => "UserBulkUpdateJobV2",
        }
    }

    const fn job_type(self) -> &'static str {
        match self {
            Self::Create => "Bulk Create User",
            Self::Update => "Bulk Update User",
        }
    }

    /// What a working job says. The capital in one and not in the other is real (recorded; for deletions assumed).
    fn message(self, applied: usize) -> String {
        match (self, applied) {
            (Self::Create, 0) => "Creating Users".to_owned(),
            (Self::Create, _) => format!("Creating User #{applied}"),
            (Self::Update, 0) => "Updating users".to_owned(),
            (Self::Update, _) => format!("Updating user #{applied}"),
        }
    }
}

/// A job.
#[derive(Debug)]
pub(crate) struct Job {
    number: u64,
    id: u128,
    created: Now,
    start: Now,
    /// From the start to the last entry.
    run_millis: i64,
    total: usize,
    /// How many entries are applied before it ends: all, unless it is killed.
    reaches: usize,
    killed: bool,
    kind: Kind,
    tasks: Vec<Task>,
    writer: Writer,
    done: Vec<Done>,
}

/// What became of an entry.
#[derive(Debug)]
struct Done {
    verdict: Verdict,
    email: Option<Box<str>>,
    external_id: Option<Box<str>>,
}

#[derive(Debug)]
enum Verdict {
    Applied(Slot, Outcome),
    /// Boxed, because few fail and a day's results are kept.
    Failed(Box<Failure>),
}

/// What was done with a user.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Created,
    /// Found by what was sent, and updated.
    Upserted,
    /// Named, and updated.
    Updated,
    Deleted,
}

#[derive(Debug)]
struct Failure {
    error: &'static str,
    id: u64,
    details: String,
}

impl Jobs {
    pub(crate) fn new(time: JobTime, workers: usize, seed: u64) -> Self {
        Self {
            kept: VecDeque::new(),
            dropped: 0,
            active: Vec::new(),
            workers: vec![Now::default(); workers.max(1)],
            time,
            chance: fastrand::Rng::with_seed(seed ^ 0x6A6F_6273),
        }
    }

    /// Slots left of [`MOST_AT_ONCE`].
    pub(crate) fn free(&self) -> usize {
        MOST_AT_ONCE.saturating_sub(self.active.len())
    }

    pub(crate) fn active_ids(&self) -> Vec<String> {
        self.active
            .iter()
            .filter_map(|number| self.at(*number))
            .map(Job::id)
            .collect()
    }

    /// Queues a job; `killed` stops it in the middle.
    pub(crate) fn queue(
        &mut self,
        kind: Kind,
        tasks: Vec<Task>,
        writer: Writer,
        killed: bool,
        now: Now,
    ) -> &Job {
        let total = tasks.len();
        let millis =
            |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let (wait, run_millis) = match self.time {
            JobTime::PerUser { queued, each } => {
                let entries = i64::try_from(total).unwrap_or(i64::MAX);
                (millis(queued), millis(each).saturating_mul(entries))
            }
            JobTime::Fixed(time) => (0, millis(time)),
        };
        let reaches = match total {
            _ if !killed => total,
            0 | 1 => self.chance.usize(0..=total),
            _ => self.chance.usize(1..total),
        };
        let number = self.dropped + self.kept.len() as u64;
        let mut job = Job {
            number,
            id: self.chance.u128(..),
            created: now,
            start: now.plus_millis(wait),
            run_millis,
            total,
            reaches,
            killed,
            kind,
            tasks,
            writer,
            done: Vec::with_capacity(reaches),
        };
        // The worker that is free first takes it.
        if let Some(free) = self.workers.iter_mut().min() {
            job.start = job.start.max(*free);
            *free = job.end();
        }
        self.active.push(number);
        self.kept.push_back(job);
        self.kept.back().expect("a job was just pushed")
    }

    /// Lets everything happen that was due by `now`, in order of time; forgets jobs after a day.
    pub(crate) fn advance(&mut self, account: &mut Account, tally: &mut Tally, now: Now) {
        while let Some((due, number)) = self
            .active
            .iter()
            .filter_map(|number| self.at(*number))
            .filter_map(|job| Some((job.next_due()?, job.number)))
            .filter(|(due, _)| *due <= now)
            .min()
        {
            if let Some(job) = self.at_mut(number) {
                job.step(account, tally, due);
            }
        }
        let Self {
            kept,
            active,
            dropped,
            ..
        } = self;
        active.retain(|number| {
            let job = usize::try_from(number - *dropped)
                .ok()
                .and_then(|place| kept.get_mut(place));
            job.is_some_and(|job| {
                let ended = job.has_ended(now);
                if ended {
                    job.tasks = Vec::new();
                }
                !ended
            })
        });
        while kept
            .front()
            .is_some_and(|job| job.has_ended(now) && job.created.plus_millis(KEPT_MILLIS) <= now)
        {
            kept.pop_front();
            *dropped += 1;
        }
    }

    fn at(&self, number: u64) -> Option<&Job> {
        let place = usize::try_from(number.checked_sub(self.dropped)?).ok()?;
        self.kept.get(place)
    }

    fn at_mut(&mut self, number: u64) -> Option<&mut Job> {
        let place = usize::try_from(number.checked_sub(self.dropped)?).ok()?;
        self.kept.get_mut(place)
    }

    /// The job of this id.
    pub(crate) fn find(&self, id: &str) -> Option<&Job> {
        let digits = id.strip_prefix("V3-").filter(|digits| digits.len() == 32)?;
        let id = u128::from_str_radix(digits, 16).ok()?;
        // Whoever asks, asks for a late one.
        self.kept.iter().rev().find(|job| job.id == id)
    }

    /// All that are kept.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Job> {
        self.kept.iter()
    }
}

impl Job {
    pub(crate) fn id(&self) -> String {
        format!("V3-{:032x}", self.id)
    }

    /// Grows with time.
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    /// When this many entries are applied.
    fn moment(&self, applied: usize) -> Now {
        if self.total == 0 {
            return self.start;
        }
        let share = i128::from(self.run_millis) * applied as i128 / self.total as i128;
        self.start
            .plus_millis(i64::try_from(share).unwrap_or(i64::MAX))
    }

    /// When it is completed, which is known from the beginning.
    pub(crate) fn end(&self) -> Now {
        self.moment(self.reaches)
    }

    fn has_ended(&self, now: Now) -> bool {
        now >= self.end() && self.done.len() == self.reaches
    }

    fn next_due(&self) -> Option<Now> {
        let applied = self.done.len();
        (applied < self.reaches).then(|| self.moment(applied + 1))
    }

    /// Applies the next entry.
    fn step(&mut self, account: &mut Account, tally: &mut Tally, now: Now) {
        let index = self.done.len();
        if let Some(task) = self.tasks.get(index) {
            let done = task.apply(index, account, tally, self.writer, now);
            self.done.push(done);
        }
    }
}
