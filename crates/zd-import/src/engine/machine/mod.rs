//! The machine: what happened goes in, what to do comes out.
//!
//! Pure: no I/O, no clock, no waiting. A driver asks [`Machine::step`] what to do, does it, and tells what came of it
//! ([`Machine::heard`], [`Machine::offer`]); a simulation does the same by the thousand under virtual time.
//!
//! ```text
//! rows → Planner → Ready → Submitting → Accepted → results → outcomes
//!           ↑        ↑         │            │         │
//!           │        └── 429 ──┤            ↓         ↓
//!           │                  └───────→  Doubt ←─────┘   what does not add up
//!           └─── not applied ─────────────  │
//!                                           └── read back → outcomes
//! ```

mod answers;
mod doubts;
mod settle;

use std::collections::{BTreeMap, HashMap, VecDeque};

use zd_model::JobId;

use super::ask::{Ask, CallId, Now};
use super::batch::{Batch, BatchId, State};
use super::clock::{Intent, ServerClock};
use super::options::EngineOptions;
use super::plan::{Offered, Planner};
use super::schedule::Schedule;
use super::survey::{OurJobs, Survey};
use crate::read_back::Lookup;
use crate::{Match, Outcome, Phase, Progress, Report, Row, RowError, Status, Stop};

pub(crate) use settle::bounded;

/// How many batches may be in doubt before no new ones are sent: what is in doubt is held in memory.
const MAX_DOUBTS: usize = 60;

/// What to do next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Send this and tell what came of it.
    Call(CallId, Ask),
    /// This is what became of a row.
    Settle(Box<Outcome>),
    /// Offer the next row, or say that there is none.
    Pull,
    /// Nothing, until an answer comes or until then.
    Wait(Option<Now>),
    /// Nothing any more.
    Done,
}

/// What a request on its way is about.
#[derive(Debug)]
enum About {
    Me,
    Submit(BatchId),
    Poll(Vec<JobId>),
    Survey,
    People(BatchId, &'static str),
}

/// The engine without its hands.
#[derive(Debug)]
pub(crate) struct Machine {
    options: EngineOptions,
    planner: Planner,
    schedule: Schedule,
    clock: ServerClock,
    batches: BTreeMap<BatchId, Batch>,
    calls: HashMap<CallId, About>,
    next_id: u64,
    ours: OurJobs,
    survey: Option<Survey>,
    survey_asked: bool,
    survey_due: Now,
    survey_failures: u32,
    survey_rounds: u32,
    /// No survey begins before.
    survey_rested: Now,
    outbox: VecDeque<Outcome>,
    phase: Phase,
    me_due: Now,
    me_failures: u32,
    rows_read: u64,
    source_ended: bool,
    ended_early: bool,
    /// When jobs in flight are followed no longer.
    give_up_at: Option<Now>,
    report: Report,
}

impl Machine {
    pub(crate) fn new(options: EngineOptions) -> Self {
        let options = options.clamped();
        Self {
            planner: Planner::new(options.batch_rows, options.batch_bytes),
            schedule: Schedule::new(options.max_jobs, options.give_up_after, options.seed),
            clock: ServerClock::default(),
            batches: BTreeMap::new(),
            calls: HashMap::new(),
            next_id: 0,
            ours: OurJobs::default(),
            survey: None,
            survey_asked: false,
            survey_due: Now::ZERO,
            survey_failures: 0,
            survey_rounds: 0,
            survey_rested: Now::ZERO,
            outbox: VecDeque::new(),
            phase: Phase::Starting,
            me_due: Now::ZERO,
            me_failures: 0,
            rows_read: 0,
            source_ended: false,
            ended_early: false,
            give_up_at: None,
            report: Report::default(),
            options,
        }
    }

    /// What to do next.
    pub(crate) fn step(&mut self, now: Now) -> Step {
        if let Some(outcome) = self.outbox.pop_front() {
            self.report.counts.count(outcome.status);
            return Step::Settle(Box::new(outcome));
        }
        if self.wants_row() {
            return Step::Pull;
        }
        self.mind_deadlines(now);
        if !self.outbox.is_empty() {
            return self.step(now);
        }
        if let Some((about, ask)) = self.next_call(now) {
            self.next_id += 1;
            let id = CallId(self.next_id);
            self.calls.insert(id, about);
            self.report.requests += 1;
            return Step::Call(id, ask);
        }
        if self.is_over() {
            self.phase = Phase::Done;
            return Step::Done;
        }
        Step::Wait(self.next_wake(now))
    }

    fn wants_row(&self) -> bool {
        self.phase == Phase::Running && !self.source_ended && self.planner.wants_rows()
    }

    /// Takes the next row of the source.
    pub(crate) fn offer(&mut self, row: Row) {
        self.rows_read += 1;
        if let Offered::Blocked(row) = self.planner.offer(row) {
            self.refuse_blocked(&row);
        }
    }

    /// Takes a row of the source whose outcome is known.
    pub(crate) fn offer_settled(&mut self, outcome: Outcome) {
        self.rows_read += 1;
        self.outbox.push_back(outcome);
    }

    /// The source has no more rows.
    pub(crate) const fn source_ended(&mut self) {
        self.source_ended = true;
    }

    /// Ends early: nothing new is sent, what is in flight is followed for a while.
    pub(crate) fn stop(&mut self, stop: Option<Stop>, now: Now) {
        if self.report.stopped.is_none() {
            self.report.stopped = stop;
        }
        if matches!(self.phase, Phase::Stopping | Phase::Done) {
            return;
        }
        if let Some(stop) = &self.report.stopped {
            tracing::warn!(reason = %stop, in_flight = self.batches.len(), "zd.import.stopping");
        }
        self.phase = Phase::Stopping;
        self.ended_early = true;
        self.give_up_at = Some(now + self.options.grace);
        self.put_away_unsent();
    }

    /// Ends at once: whatever is in flight is indeterminate.
    pub(crate) fn abort(&mut self, now: Now) {
        self.report.stopped = Some(Stop::Aborted);
        self.stop(None, now);
        self.give_up_in_flight(
            "interrupted",
            "the import was ended while this row was on its way",
        );
    }

    fn is_over(&self) -> bool {
        match self.phase {
            Phase::Starting => false,
            Phase::Running => {
                self.source_ended && self.batches.is_empty() && self.planner.is_empty()
            }
            Phase::Stopping | Phase::Done => self.batches.is_empty(),
        }
    }

    fn next_call(&mut self, now: Now) -> Option<(About, Ask)> {
        if now < self.schedule.closed_until() {
            return None;
        }
        if self.phase == Phase::Starting {
            let idle = self.calls.is_empty() && self.me_due <= now;
            return (idle && self.is_open(&Ask::Me, now)).then_some((About::Me, Ask::Me));
        }
        self.next_poll(now)
            .or_else(|| self.next_lookup(now))
            .or_else(|| self.next_survey(now))
            .or_else(|| self.next_submit(now))
            // A batch that was just formed may have to be checked first.
            .or_else(|| self.next_lookup(now))
    }

    fn is_open(&self, ask: &Ask, now: Now) -> bool {
        self.schedule.open_at(ask.operation()) <= now
    }

    fn next_poll(&mut self, now: Now) -> Option<(About, Ask)> {
        self.schedule.polls.due.filter(|due| *due <= now)?;
        let jobs: Vec<JobId> = self.jobs().map(|(_, job)| job.id.clone()).collect();
        if jobs.is_empty() {
            self.schedule.polls.due = None;
            return None;
        }
        let ask = Ask::Poll(jobs.clone());
        if !self.is_open(&ask, now) {
            return None;
        }
        self.schedule.polls.due = None;
        Some((About::Poll(jobs), ask))
    }

    fn next_lookup(&mut self, now: Now) -> Option<(About, Ask)> {
        let schedule = &self.schedule;
        self.batches.iter_mut().find_map(|(id, batch)| {
            let lookup = batch.lookup()?;
            let operation = lookup.next_operation(now)?;
            if schedule.open_at(operation) > now {
                return None;
            }
            let query = lookup.next(now)?;
            Some((About::People(*id, operation), Ask::People(query)))
        })
    }

    fn next_submit(&mut self, now: Now) -> Option<(About, Ask)> {
        if self.phase != Phase::Running || !self.is_open(&Ask::Submit(Vec::new()), now) {
            return None;
        }
        let jobs = self.batches.values().filter(|batch| batch.is_job()).count();
        if !self.schedule.has_slot(jobs, now) {
            return None;
        }
        let ready = |batch: &Batch| matches!(batch.state, State::Ready(due) if due <= now);
        let waiting = self.batches.iter().find(|(_, batch)| ready(batch));
        let id = match waiting.map(|(id, _)| *id) {
            Some(id) => id,
            None => self.form_batch(now)?,
        };
        let intent = Intent {
            at: now,
            server: self.clock.at_least(now),
        };
        let batch = self.batches.get_mut(&id)?;
        batch.intent = intent;
        batch.state = State::Submitting;
        for row in &mut batch.rows {
            // The earliest counts: whatever came into being since then may be this row's doing.
            row.first_intent = row.first_intent.or(intent.server);
        }
        let users = batch.users();
        self.report.batches += 1;
        self.report.max_jobs_seen = self.report.max_jobs_seen.max(jobs + 1);
        Some((About::Submit(id), Ask::Submit(users)))
    }

    /// Makes a batch of waiting rows; none if it has to be checked before it is sent, or if there is nothing to send.
    fn form_batch(&mut self, now: Now) -> Option<BatchId> {
        let holding = self
            .batches
            .values()
            .filter(|batch| batch.holds_slot())
            .count();
        if holding >= self.options.max_jobs || self.batches.len() - holding >= MAX_DOUBTS {
            return None;
        }
        let rows = self.planner.take_batch(now, !self.source_ended)?;
        self.next_id += 1;
        let id = BatchId(self.next_id);
        let by_email = self.options.match_by == Match::Email;
        let users = rows.iter().map(|pending| &pending.row.user).enumerate();
        let to_check = users.filter(|(_, user)| by_email && user.external_id.is_value());
        let check = Lookup::of_both_keys(to_check, now);
        if check.is_done() {
            self.batches.insert(id, Batch::new(rows, State::Ready(now)));
            return Some(id);
        }
        self.batches
            .insert(id, Batch::new(rows, State::Checking(check)));
        None
    }

    /// When to look again, if nothing happens before.
    fn next_wake(&mut self, now: Now) -> Option<Now> {
        let closed = self.schedule.closed_until();
        let mut wakes = Vec::<Now>::new();
        let late = (self.batches.values())
            .filter_map(|batch| self.gives_up_at(batch))
            .min();
        if self.phase == Phase::Starting {
            wakes.push(self.me_due.max(self.schedule.open_at(Ask::Me.operation())));
        }
        if let Some(due) = self.schedule.polls.due {
            wakes.push(due.max(self.schedule.open_at(Ask::Poll(Vec::new()).operation())));
        }
        if self.phase == Phase::Running {
            let open = self.schedule.open_at(Ask::Submit(Vec::new()).operation());
            wakes.push(open);
            wakes.extend(self.schedule.next_probe());
            wakes.extend(self.planner.next_due());
        }
        for batch in self.batches.values_mut() {
            if let State::Ready(due) = batch.state {
                wakes.push(due);
            }
            if let Some(lookup) = batch.lookup().filter(|lookup| !lookup.is_asking()) {
                let due = lookup.due;
                let operation = lookup.next_operation(due);
                wakes.push(due.max(operation.map_or(due, |name| self.schedule.open_at(name))));
            }
        }
        wakes.extend(self.survey_wake());
        // Deadlines do not wait for a gate to open.
        let sendable = wakes.into_iter().map(|wake| wake.max(closed));
        (sendable.chain(self.give_up_at).chain(late))
            .filter(|wake| *wake > now)
            .min()
    }

    /// Where it stands.
    pub(crate) fn progress(&self, now: Now) -> Progress {
        let closed = self.schedule.closed_until();
        Progress {
            phase: self.phase,
            rows_read: self.rows_read,
            rows_expected: self.options.expected_rows,
            done: self.report.counts,
            batches: self.report.batches,
            jobs_in_flight: self.batches.values().filter(|batch| batch.is_job()).count(),
            jobs_allowed: self.schedule.allowed_jobs(),
            doubts: self
                .batches
                .values()
                .filter(|batch| batch.is_doubt())
                .count(),
            requests: self.report.requests,
            throttles: self.report.throttles,
            budget_limit: self.schedule.budget.last.limit,
            budget_remaining: self.schedule.budget.last.remaining,
            others: self.schedule.budget.others(),
            held_for: closed.checked_sub(now).filter(|wait| !wait.is_zero()),
            elapsed: now,
        }
    }

    /// The sum, at the end.
    pub(crate) fn report(&self, now: Now) -> Report {
        let rows = self
            .rows_read
            .max(self.options.expected_rows.unwrap_or_default());
        Report {
            unprocessed: if self.ended_early {
                rows.saturating_sub(self.report.counts.rows)
            } else {
                0
            },
            elapsed: now,
            ..self.report.clone()
        }
    }

    fn refuse_blocked(&mut self, row: &Row) {
        let error = RowError::new(
            "blocked_by_earlier_row",
            "an earlier row about the same person may still be on its way; this one was not sent",
            true,
        );
        let outcome = Outcome::new(row, Status::Failed);
        self.outbox.push_back(outcome.because(error));
    }
}

#[cfg(test)]
mod tests;
