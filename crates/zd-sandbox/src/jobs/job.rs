//! One job.

use super::Ended;
use super::fate::Fate;
use super::pace::Pace;
use super::task::{Done, Task};
use crate::applied::Tally;
use crate::choices::{Choices, Duplicates};
use crate::clock::Now;
use crate::faults::Results;
use crate::settings::Settings;
use crate::span;
use crate::state::Account;
use crate::state::write::Writer;

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

    pub(crate) const fn job_type(self) -> &'static str {
        match self {
            Self::Create => "Bulk Create User",
            Self::Update => "Bulk Update User",
        }
    }

    /// What a working job says. The capital in one and not in the other is real (recorded; for deletions assumed).
    pub(super) fn message(self, applied: usize) -> String {
        match (self, applied) {
            (Self::Create, 0) => "Creating Users".to_owned(),
            (Self::Create, _) => format!("Creating User #{applied}"),
            (Self::Update, 0) => "Updating users".to_owned(),
            (Self::Update, _) => format!("Updating user #{applied}"),
        }
    }
}

/// How a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Completed,
    Failed,
    Killed,
    /// It works for ever.
    Never,
}

impl Ending {
    pub(crate) const fn status(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Killed => "killed",
            Self::Never => "working",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Completed, Self::Failed, Self::Killed]
            .into_iter()
            .find(|ending| ending.status() == text)
    }
}

/// A job.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    number: u64,
    id: u128,
    created: Now,
    pace: Pace,
    start: Now,
    /// How often it was asked for.
    polls: u32,
    total: usize,
    /// How many entries are applied before it ends.
    reaches: usize,
    pub(super) ending: Ending,
    /// When it was ended by hand or by polls.
    ended: Option<Now>,
    gone: bool,
    visible: Now,
    pub(super) results: Option<Results>,
    takes: Option<i64>,
    row_failure: f64,
    rows: fastrand::Rng,
    pub(super) kind: Kind,
    tasks: Vec<Task>,
    writer: Writer,
    pub(super) done: Vec<Done>,
    pub(super) choices: Choices,
}

impl Job {
    pub(super) fn new(
        number: u64,
        id: u128,
        kind: Kind,
        tasks: Vec<Task>,
        writer: Writer,
        rows_seed: u64,
        now: Now,
    ) -> Self {
        Self {
            number,
            id,
            created: now,
            pace: Pace::Hand,
            start: now,
            polls: 0,
            total: tasks.len(),
            reaches: tasks.len(),
            ending: Ending::Completed,
            ended: None,
            gone: false,
            visible: now,
            results: None,
            takes: None,
            row_failure: 0.0,
            rows: fastrand::Rng::with_seed(rows_seed),
            kind,
            done: Vec::with_capacity(tasks.len()),
            tasks,
            writer,
            choices: Choices::default(),
        }
    }

    pub(super) fn set_fate(&mut self, fate: Fate, visible: Now) {
        self.reaches = fate.reaches(self.total);
        self.ending = fate.ending;
        self.gone = fate.gone;
        self.visible = visible;
        self.results = fate.results;
        self.row_failure = fate.row_failure;
        self.takes = fate.takes.map(span::millis);
    }

    /// A fault that says how long it takes wins over everything else.
    pub(super) fn set_pace(&mut self, pace: Pace, now: Now, workers: &mut [Now]) {
        self.pace = match self.takes {
            Some(run) => Pace::Timed { wait: 0, run },
            None => pace,
        };
        self.start = self.pace.start(now, workers);
    }

    pub(crate) fn id(&self) -> String {
        format!("V3-{:032x}", self.id)
    }

    pub(super) const fn is(&self, id: u128) -> bool {
        self.id == id
    }

    /// Grows with time.
    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    pub(crate) const fn created(&self) -> Now {
        self.created
    }

    pub(crate) const fn job_type(&self) -> &'static str {
        self.kind.job_type()
    }

    pub(crate) const fn total(&self) -> usize {
        self.total
    }

    pub(crate) fn applied(&self) -> usize {
        self.done.len()
    }

    /// Whether somebody who asks for it finds it.
    pub(super) fn is_seen(&self, settings: &Settings, now: Now) -> bool {
        let keeps = span::millis(settings.job_retention);
        let is_over = self.has_ended(now) && self.created.plus_millis(keeps) <= now;
        !self.gone && now >= self.visible && !is_over
    }

    /// When this many entries are applied, if time is what moves it.
    fn moment(&self, applied: usize) -> Now {
        let Pace::Timed { run, .. } = self.pace else {
            return Now::NEVER;
        };
        if self.total == 0 {
            return self.start;
        }
        let share = i128::from(run) * applied as i128 / self.total as i128;
        self.start
            .plus_millis(i64::try_from(share).unwrap_or(i64::MAX))
    }

    /// When it ends, which a timed job knows from the beginning.
    pub(crate) fn end(&self) -> Now {
        match (self.ended, self.ending) {
            (Some(ended), _) => ended,
            (None, Ending::Never) => Now::NEVER,
            (None, _) => self.moment(self.reaches),
        }
    }

    pub(crate) fn has_ended(&self, now: Now) -> bool {
        now >= self.end() && (self.ended.is_some() || self.done.len() == self.reaches)
    }

    pub(super) fn is_queued(&self, now: Now) -> bool {
        match self.pace {
            Pace::Timed { .. } => now < self.start && self.done.is_empty(),
            Pace::Polls { .. } | Pace::Hand => self.polls == 0 && self.done.is_empty(),
        }
    }

    /// `queued`, `working`, or how it ended.
    pub(crate) fn status(&self, now: Now) -> &'static str {
        if self.has_ended(now) {
            self.ending.status()
        } else if self.is_queued(now) {
            "queued"
        } else {
            "working"
        }
    }

    pub(super) fn next_due(&self) -> Option<Now> {
        let applied = self.done.len();
        let moves = matches!(self.pace, Pace::Timed { .. }) && self.ended.is_none();
        (moves && applied < self.reaches).then(|| self.moment(applied + 1))
    }

    /// Applies the next entry, unless it goes no further.
    pub(super) fn step(&mut self, account: &mut Account, tally: &mut Tally, now: Now) {
        let index = self.done.len();
        if index >= self.reaches {
            return;
        }
        let Some(task) = self.tasks.get(index) else {
            return;
        };
        let fails = self.row_failure > 0.0 && self.rows.f64() < self.row_failure;
        let done = if fails || self.collides(task, account) {
            task.collision(index)
        } else {
            task.apply(index, account, tally, self.writer, now)
        };
        self.done.push(done);
    }

    /// Whether the entry is about somebody whom an earlier one was about, where that is chosen to fail.
    fn collides(&self, task: &Task, account: &Account) -> bool {
        self.choices.duplicates == Duplicates::Collide
            && task
                .target(account)
                .is_some_and(|slot| self.done.iter().any(|done| done.is_about(slot)))
    }

    /// Somebody asks for it; whether it counts that.
    pub(super) fn poll(&mut self, account: &mut Account, tally: &mut Tally, now: Now) -> bool {
        let Pace::Polls { needed } = self.pace else {
            return false;
        };
        if self.ended.is_some() || now < self.visible || self.gone {
            return false;
        }
        self.polls += 1;
        let share = self.reaches * self.polls.min(needed) as usize / needed.max(1) as usize;
        while self.done.len() < share {
            self.step(account, tally, now);
        }
        if self.polls >= needed && self.ending != Ending::Never {
            self.ended = Some(now);
        }
        true
    }

    /// Ends it now. What is to be completed is applied to the end; otherwise it stops where it is.
    pub(super) fn finish(
        &mut self,
        ending: Ending,
        account: &mut Account,
        tally: &mut Tally,
        now: Now,
    ) {
        self.ending = ending;
        if ending == Ending::Completed {
            self.reaches = self.total;
            while self.done.len() < self.total {
                self.step(account, tally, now);
            }
        }
        self.reaches = self.done.len();
        self.ended = Some(now);
    }

    /// Forgets what was to be done.
    pub(super) fn retire(&mut self) -> Ended {
        self.tasks = Vec::new();
        Ended {
            at: self.end(),
            id: self.id(),
            ending: self.ending,
        }
    }
}
