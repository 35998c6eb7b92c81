//! Bulk jobs: when each of their entries is applied, and what is said about them meanwhile.
//!
//! A timed job's moments are fixed when it is queued: a worker, a start, an even step from entry to entry. Whoever looks
//! later first lets everything happen that was due by then, in order of time, so nothing has to run in the background.

mod fate;
mod job;
mod others;
mod pace;
mod task;
mod view;

use std::collections::VecDeque;

use crate::applied::Tally;
use crate::clock::Now;
use crate::settings::Settings;
use crate::span;
use crate::state::Account;
use crate::state::write::Writer;
pub(crate) use fate::Fate;
pub(crate) use job::{Ending, Job, Kind};
pub(crate) use others::SlotsOfOthers;
use pace::Pace;
pub(crate) use task::{Key, Task};
pub(crate) use view::JobView;

/// What others held longer ago is not gone through one by one.
const LONGEST_LOOK_BACK_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Jobs queued or running at once (documented).
pub(crate) const MOST_AT_ONCE: usize = 30;

/// All jobs that are kept, oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Jobs {
    kept: VecDeque<Job>,
    /// How many jobs are no longer kept.
    dropped: u64,
    /// Numbers of jobs that have not ended.
    active: Vec<u64>,
    /// When each worker is free.
    workers: Vec<Now>,
    /// How many lognormal times or times of a trace were drawn.
    drawn: usize,
    chance: fastrand::Rng,
    /// Slots that others hold.
    pub(crate) others: Option<SlotsOfOthers>,
    /// Jobs that ended since somebody asked: for the log of events.
    ended: Vec<Ended>,
    /// Whether a job counted that somebody asked for it, since that was last looked at.
    moved_by_asking: bool,
    pub(crate) counts: Counts,
}

/// A job that ended.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) at: Now,
    pub(crate) id: String,
    pub(crate) ending: Ending,
}

/// How many jobs there have been.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) completed: u64,
    pub(crate) failed: u64,
    pub(crate) killed: u64,
}

impl Jobs {
    pub(crate) fn new(settings: &Settings, now: Now) -> Self {
        Self {
            kept: VecDeque::new(),
            dropped: 0,
            active: Vec::new(),
            workers: vec![Now::default(); settings.workers.max(1)],
            drawn: 0,
            chance: fastrand::Rng::with_seed(settings.seed ^ 0x6A6F_6273),
            others: settings
                .other_jobs
                .map(|others| SlotsOfOthers::new(others, settings.seed, now)),
            ended: Vec::new(),
            moved_by_asking: false,
            counts: Counts::default(),
        }
    }

    /// How many have not ended.
    pub(crate) const fn active(&self) -> usize {
        self.active.len()
    }

    /// How many there ever were.
    pub(crate) fn queued(&self) -> u64 {
        self.dropped + self.kept.len() as u64
    }

    /// Takes more or fewer workers from the next job on.
    pub(crate) fn set_workers(&mut self, workers: usize) {
        self.workers.resize(workers.max(1), Now::default());
    }

    /// Slots left of [`MOST_AT_ONCE`].
    pub(crate) fn free(&self) -> usize {
        let others = self.others.as_ref().map_or(0, SlotsOfOthers::held);
        MOST_AT_ONCE.saturating_sub(self.active.len() + others)
    }

    /// The ids of all jobs that have not ended, those of others too.
    pub(crate) fn active_ids(&self) -> Vec<String> {
        let own = self
            .active
            .iter()
            .filter_map(|number| self.at(*number))
            .map(Job::id);
        let others = self.others.iter().flat_map(SlotsOfOthers::ids);
        own.chain(others).collect()
    }

    /// Queues a job.
    pub(crate) fn queue(
        &mut self,
        kind: Kind,
        tasks: Vec<Task>,
        writer: Writer,
        fate: Fate,
        settings: &Settings,
        now: Now,
    ) -> &Job {
        let total = tasks.len();
        let pace = Pace::draw(&settings.job_time, total, &mut self.drawn, &mut self.chance);
        let number = self.dropped + self.kept.len() as u64;
        let id = self.chance.u128(..);
        let visible_after = settings.job_visible_after.max(fate.late);
        let mut job = Job::new(number, id, kind, tasks, writer, fate.rows_seed(), now);
        job.set_fate(fate, now.plus_millis(span::millis(visible_after)));
        job.set_pace(pace, now, &mut self.workers);
        job.choices = settings.choices;
        self.active.push(number);
        self.kept.push_back(job);
        self.kept.back().expect("a job was just pushed")
    }

    /// Lets everything happen that was due by `now`, in order of time; forgets jobs after their time.
    pub(crate) fn advance(
        &mut self,
        account: &mut Account,
        tally: &mut Tally,
        settings: &Settings,
        now: Now,
    ) {
        if let Some(others) = &mut self.others {
            others.skip_to(now.plus_millis(-LONGEST_LOOK_BACK_MILLIS));
        }
        loop {
            let step = self
                .active
                .iter()
                .filter_map(|number| self.at(*number))
                .filter_map(|job| Some((job.next_due()?, job.number())))
                .filter(|(due, _)| *due <= now)
                .min();
            let change = self.others.as_ref().map(SlotsOfOthers::next_change);
            let change = change.filter(|due| *due <= now);
            match (step, change) {
                (Some((due, number)), change) if change.is_none_or(|change| due <= change) => {
                    if let Some(job) = self.at_mut(number) {
                        job.step(account, tally, due);
                    }
                }
                (_, Some(due)) => {
                    let active = self.active.iter().filter_map(|number| self.at(*number));
                    let active = active.filter(|job| !job.has_ended(due)).count();
                    if let Some(others) = &mut self.others {
                        others.change(MOST_AT_ONCE.saturating_sub(active));
                    }
                }
                _ => break,
            }
        }
        self.retire(now);
        let keeps = span::millis(settings.job_retention);
        while self
            .kept
            .front()
            .is_some_and(|job| job.has_ended(now) && job.created().plus_millis(keeps) <= now)
        {
            self.kept.pop_front();
            self.dropped += 1;
        }
    }

    /// Frees the slots of jobs that have ended.
    fn retire(&mut self, now: Now) {
        let mut active = std::mem::take(&mut self.active);
        active.retain(|number| {
            let Some(job) = self.at_mut(*number) else {
                return false;
            };
            if !job.has_ended(now) {
                return true;
            }
            let ended = job.retire();
            match ended.ending {
                Ending::Failed => self.counts.failed += 1,
                Ending::Killed => self.counts.killed += 1,
                Ending::Completed | Ending::Never => self.counts.completed += 1,
            }
            self.ended.push(ended);
            false
        });
        self.active = active;
    }

    /// Whether asking for jobs moved one on since the last call.
    pub(crate) const fn take_moved_by_asking(&mut self) -> bool {
        std::mem::replace(&mut self.moved_by_asking, false)
    }

    /// What ended since the last call.
    pub(crate) fn take_ended(&mut self) -> Vec<Ended> {
        std::mem::take(&mut self.ended)
    }

    /// Somebody asks for this job, which moves on those that count that.
    pub(crate) fn poll(&mut self, id: &str, account: &mut Account, tally: &mut Tally, now: Now) {
        if let Some(job) = self.find_mut(id) {
            let moved = job.poll(account, tally, now);
            self.moved_by_asking |= moved;
        }
        self.retire(now);
    }

    /// Somebody asks for all jobs.
    pub(crate) fn poll_all(&mut self, account: &mut Account, tally: &mut Tally, now: Now) {
        for number in self.active.clone() {
            if let Some(job) = self.at_mut(number) {
                let moved = job.poll(account, tally, now);
                self.moved_by_asking |= moved;
            }
        }
        self.retire(now);
    }

    /// Ends a job now, whatever it was to become; gives its id. `next` is the oldest that has not ended.
    pub(crate) fn finish(
        &mut self,
        id: &str,
        ending: Ending,
        account: &mut Account,
        tally: &mut Tally,
        now: Now,
    ) -> Option<String> {
        let job = self.unfinished(id, now)?;
        job.finish(ending, account, tally, now);
        let id = job.id();
        self.retire(now);
        Some(id)
    }

    /// Applies the next entries of a job; gives its id. `next` is the oldest that has not ended.
    pub(crate) fn apply(
        &mut self,
        id: &str,
        entries: usize,
        account: &mut Account,
        tally: &mut Tally,
        now: Now,
    ) -> Option<String> {
        let job = self.unfinished(id, now)?;
        for _ in 0..entries.min(job.total()) {
            job.step(account, tally, now);
        }
        let id = job.id();
        self.retire(now);
        Some(id)
    }

    fn unfinished(&mut self, id: &str, now: Now) -> Option<&mut Job> {
        if id == "next" {
            let number = *self.active.first()?;
            return self.at_mut(number);
        }
        self.find_mut(id).filter(|job| !job.has_ended(now))
    }

    fn at(&self, number: u64) -> Option<&Job> {
        let place = usize::try_from(number.checked_sub(self.dropped)?).ok()?;
        self.kept.get(place)
    }

    fn at_mut(&mut self, number: u64) -> Option<&mut Job> {
        let place = usize::try_from(number.checked_sub(self.dropped)?).ok()?;
        self.kept.get_mut(place)
    }

    /// The job of this id, unless nobody is to see it.
    pub(crate) fn find(&self, id: &str, settings: &Settings, now: Now) -> Option<&Job> {
        let id = number_of(id)?;
        // Whoever asks, asks for a late one.
        let job = self.kept.iter().rev().find(|job| job.is(id))?;
        job.is_seen(settings, now).then_some(job)
    }

    fn find_mut(&mut self, id: &str) -> Option<&mut Job> {
        let id = number_of(id)?;
        self.kept.iter_mut().rev().find(|job| job.is(id))
    }

    /// All that can be seen.
    pub(crate) fn seen<'a>(
        &'a self,
        settings: &'a Settings,
        now: Now,
    ) -> impl Iterator<Item = &'a Job> {
        self.kept
            .iter()
            .filter(move |job| job.is_seen(settings, now))
    }

    /// All that are kept, those that nobody is to see too.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Job> {
        self.kept.iter()
    }

    /// The job before another one, whose results may be taken for its own.
    pub(crate) fn before(&self, job: &Job) -> Option<&Job> {
        job.number()
            .checked_sub(1)
            .and_then(|number| self.at(number))
    }
}

fn number_of(id: &str) -> Option<u128> {
    let digits = id.strip_prefix("V3-").filter(|digits| digits.len() == 32)?;
    u128::from_str_radix(digits, 16).ok()
}
