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
mod canary;
mod doubts;
mod primary;
mod resume;
mod settle;
mod single;

use std::collections::{BTreeMap, HashMap, HashSet};

use zd_model::operation::{USERS_CREATE_OR_UPDATE, USERS_CREATE_OR_UPDATE_MANY};
use zd_model::{IdentityId, JobId};

use super::ask::{Ask, CallId, Now};
use super::batch::{Batch, BatchId, State};
use super::clock::{Intent, ServerClock};
use super::logbook::Logbook;
use super::options::{EngineOptions, Single};
use super::plan::{Offered, Planner};
use super::recovery::Recovery;
use super::schedule::{Limit, Schedule, Watched};
use super::survey::{OurJobs, Survey};
use crate::journal::Entry;
use crate::read_back::Lookup;
use crate::{Match, Outcome, Phase, Progress, Report, Row, RowError, Status, Stop};

use canary::Canary;
pub(crate) use canary::LARGE;
use primary::{Promotion, Promotions};
pub(crate) use settle::bounded;

/// How many jobs are asked for in one request.
const MAX_POLLED: usize = 100;
/// How many batches may be in doubt before no new ones are sent: what is in doubt is held in memory.
const MAX_DOUBTS: usize = 60;

/// What to do next.
#[derive(Debug)]
pub(crate) enum Step {
    /// Send this and tell what came of it.
    Call(CallId, Ask),
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
    Upsert(BatchId),
    Poll(Vec<JobId>),
    Survey,
    People(BatchId, &'static str),
    /// Whose addresses are read.
    Addresses(Vec<Promotion>),
    MakePrimary(Box<Promotion>, IdentityId),
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
    log: Logbook,
    /// Whether what is logged is kept, so that another process can go on with what is in flight.
    durable: bool,
    /// What an earlier process of the run has settled.
    past: Recovery,
    /// Rows of the source that an earlier process had sent; they are here already.
    restored: HashSet<u64>,
    next_batch: u64,
    canary: Canary,
    promotions: Promotions,
    /// People go one by one, and the next not before.
    single: Option<Now>,
    /// How many people in a row were refused one by one.
    refused_alone: u32,
    /// Rows of this process that failed or are indeterminate.
    errors: u64,
    /// When it was last asked what to do, and since when that has happened without a long break.
    last_step: Now,
    awake_since: Now,
    /// Why to stop as soon as the time is known.
    stop_soon: Option<Stop>,
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
        let canary = Canary::new(&options);
        let single = (options.single == Single::Always).then_some(Now::ZERO);
        let mut machine = Self {
            planner: Planner::new(options.batch_rows, options.batch_bytes),
            schedule: Schedule::new(&options),
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
            log: Logbook::default(),
            durable: false,
            past: Recovery::default(),
            restored: HashSet::new(),
            next_batch: 0,
            canary,
            promotions: Promotions::default(),
            single,
            refused_alone: 0,
            errors: 0,
            last_step: Now::ZERO,
            awake_since: Now::ZERO,
            stop_soon: None,
            phase: Phase::Starting,
            me_due: Now::ZERO,
            me_failures: 0,
            rows_read: 0,
            source_ended: false,
            ended_early: false,
            give_up_at: None,
            report: Report::default(),
            options,
        };
        if machine.single.is_some() {
            machine.planner.limit_rows(1);
        }
        machine
    }

    /// The same with a journal: what is in flight when it ends early is left to whoever goes on.
    pub(crate) const fn durable(mut self) -> Self {
        self.durable = true;
        self
    }

    /// What has to be durable before anything else happens, and before anybody sees an outcome.
    pub(crate) fn take_log(&mut self) -> (Vec<Entry>, Vec<Outcome>) {
        self.log.take()
    }

    pub(crate) const fn log_len(&self) -> usize {
        self.log.len()
    }

    /// What to do next.
    pub(crate) fn step(&mut self, now: Now) -> Step {
        if self.wants_row() {
            return Step::Pull;
        }
        if now.saturating_sub(self.last_step) > self.options.attempt_timeout {
            self.awake_since = now;
        }
        self.last_step = now;
        self.mind_limits(now);
        self.mind_deadlines(now);
        self.mind_single(now);
        if self.wants_row() {
            return Step::Pull;
        }
        self.schedule.set_to_send(self.batches_to_send());
        if let Some((about, ask)) = self.next_call(now) {
            self.next_id += 1;
            let id = CallId(self.next_id);
            self.calls.insert(id, about);
            self.schedule.leaves(id, now);
            self.report.requests += 1;
            return Step::Call(id, ask);
        }
        if self.is_over() {
            self.phase = Phase::Done;
            return Step::Done;
        }
        let limit = self.waits_for(now);
        self.schedule.waits_for(limit, now);
        Step::Wait(self.next_wake(now))
    }

    /// Batches that are still to be sent; infinite if nobody knows how many rows there are.
    fn batches_to_send(&self) -> f64 {
        if self.phase != Phase::Running {
            return 0.0;
        }
        let ready = |batch: &&Batch| matches!(batch.state, State::Ready(_) | State::Checking(_));
        let formed = self.batches.values().filter(ready).count();
        let unread = match (self.source_ended, self.options.expected_rows) {
            (true, _) => 0.0,
            (false, Some(rows)) => rows_as_f64(rows.saturating_sub(self.rows_read)),
            (false, None) => return f64::INFINITY,
        };
        let rows = unread + rows_as_f64(self.planner.waiting() as u64);
        (rows / rows_as_f64(self.options.batch_rows as u64)).ceil() + rows_as_f64(formed as u64)
    }

    /// What keeps it from sending more.
    fn waits_for(&mut self, now: Now) -> Limit {
        if self.schedule.closed_until() > now {
            return Limit::Refusals;
        }
        if self.phase != Phase::Running {
            return Limit::Other;
        }
        if self.batches_to_send() <= 0.0 {
            return Limit::LastJobs;
        }
        let jobs = self.batches.values().filter(|batch| batch.is_job()).count();
        if !self.schedule.has_slot(jobs, now) {
            Limit::Slots
        } else if self.schedule.paced_until(now) > now {
            Limit::Requests
        } else {
            Limit::Other
        }
    }

    /// A request that writes leaves just now: what was to be durable first, is.
    pub(crate) fn sent(&mut self, call: CallId, now: Now) {
        if let Some(About::Submit(id) | About::Upsert(id)) = self.calls.get(&call)
            && let Some(batch) = self.batches.get_mut(id)
        {
            batch.intent.at = now;
        }
        self.schedule.leaves_now(call, now);
    }

    /// The local time at which it begins, for whoever sends by the time of day.
    pub(crate) fn begins(&mut self, at: jiff::Zoned) {
        self.schedule.begins(at);
    }

    fn wants_row(&self) -> bool {
        self.phase == Phase::Running && !self.source_ended && self.planner.wants_rows()
    }

    /// Takes the next row of the source.
    pub(crate) fn offer(&mut self, row: Row) {
        self.rows_read += 1;
        if self.is_past(&row) {
            return;
        }
        if let Offered::Blocked(row) = self.planner.offer(row) {
            self.refuse_blocked(&row);
        }
    }

    /// Takes a row of the source whose outcome is known.
    pub(crate) fn offer_settled(&mut self, outcome: Outcome) {
        self.rows_read += 1;
        if !self.past.is_settled(outcome.number) {
            self.push_outcome(outcome);
        }
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
        let asked = matches!(self.report.stopped, Some(Stop::Cancelled));
        let grace = if asked && self.durable {
            self.options.cancel_grace
        } else {
            self.options.grace
        };
        self.give_up_at = Some(now + grace);
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
                self.source_ended
                    && self.batches.is_empty()
                    && self.planner.is_empty()
                    && self.promotions.is_empty()
            }
            Phase::Stopping | Phase::Done => self.batches.is_empty() && self.promotions.is_empty(),
        }
    }

    fn next_call(&mut self, now: Now) -> Option<(About, Ask)> {
        if now < self.schedule.closed_until() || now < self.schedule.paced_until(now) {
            return None;
        }
        if self.phase == Phase::Starting {
            let idle = self.calls.is_empty() && self.me_due <= now;
            return (idle && self.is_open(&Ask::Me, now)).then_some((About::Me, Ask::Me));
        }
        // What is sent comes first: what ends meanwhile is seen a moment later.
        self.next_lookup(now)
            .or_else(|| self.next_survey(now))
            .or_else(|| self.next_submit(now))
            .or_else(|| self.next_poll(now))
            .or_else(|| self.next_promotion(now))
            // A batch that was just formed may have to be checked first.
            .or_else(|| self.next_lookup(now))
    }

    fn is_open(&self, ask: &Ask, now: Now) -> bool {
        self.schedule.open_at(ask.operation()) <= now
    }

    fn next_poll(&mut self, now: Now) -> Option<(About, Ask)> {
        self.schedule.polls.due.filter(|due| *due <= now)?;
        let jobs = self.jobs().map(|(_, job)| job.id.clone());
        // What Zendesk takes in one request; there are more only if an earlier process left them.
        let jobs: Vec<JobId> = jobs.take(MAX_POLLED).collect();
        if jobs.is_empty() {
            self.schedule.polls.due = None;
            return None;
        }
        let ask = Ask::Poll(jobs.clone());
        if !self.is_open(&ask, now) {
            return None;
        }
        self.schedule.polls_now(now);
        Some((About::Poll(jobs), ask))
    }

    /// Plans when to ask for the jobs that are known.
    fn plan_polls(&mut self, now: Now) {
        let watched: Vec<Watched> = self
            .jobs()
            .map(|(_, job)| Watched {
                since: job.queued.unwrap_or(job.since),
                seen: job.seen,
            })
            .collect();
        let in_flight = self.batches.values().filter(|batch| batch.is_job()).count();
        self.schedule.plan_polls(&watched, in_flight, now);
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
        if self.phase != Phase::Running || self.schedule.open_at(self.submits_by()) > now {
            return None;
        }
        let jobs = self.batches.values().filter(|batch| batch.is_job()).count();
        let has_slot = match self.single {
            Some(due) => due <= now && jobs == 0,
            None => self.schedule.has_slot(jobs, now),
        };
        if !has_slot || self.canary_is_out(now) {
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
        self.log.note(Entry::Intent {
            batch: id.0,
            server: intent.server,
            rows: batch
                .rows
                .iter()
                .map(|pending| pending.row.number)
                .collect(),
        });
        self.canary.goes_out(&batch.rows);
        batch.single = self.single.is_some() && batch.rows.len() == 1;
        if batch.single
            && let [pending] = &*batch.rows
        {
            self.single = Some(now + single::PACE);
            return Some((About::Upsert(id), Ask::Upsert(pending.row.written.clone())));
        }
        let users = batch.written();
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
        if self.promotions.are_many() {
            return None;
        }
        let is_checking = |batch: &Batch| matches!(batch.state, State::Checking(_));
        if self.options.if_changed
            && self.planner.waiting() < self.options.batch_rows
            && self.batches.values().any(is_checking)
        {
            // What those leave fills the batch.
            return None;
        }
        let rows = self.planner.take_batch(now, !self.source_ended)?;
        let id = self.new_batch_id();
        let by_email = self.options.match_by == Match::Email;
        let unchecked = rows.iter().enumerate().filter(|(_, row)| !row.checked);
        let people = unchecked.map(|(place, pending)| (place, &pending.row.keys));
        let check = if by_email {
            let all = self.options.if_changed;
            let to_check = people.filter(|(_, keys)| all || keys.external_id.is_some());
            Lookup::of_both_keys(to_check, now)
        } else if self.options.if_changed {
            Lookup::of(people, now)
        } else {
            Lookup::of(std::iter::empty(), now)
        };
        if check.is_done() {
            self.batches.insert(id, Batch::new(rows, State::Ready(now)));
            return Some(id);
        }
        self.batches
            .insert(id, Batch::new(rows, State::Checking(check)));
        None
    }

    const fn new_batch_id(&mut self) -> BatchId {
        let id = BatchId(self.next_batch);
        self.next_batch += 1;
        id
    }

    /// The operation that people are sent by.
    const fn submits_by(&self) -> &'static str {
        match self.single {
            Some(_) => USERS_CREATE_OR_UPDATE.name,
            None => USERS_CREATE_OR_UPDATE_MANY.name,
        }
    }

    /// When to look again, if nothing happens before.
    fn next_wake(&mut self, now: Now) -> Option<Now> {
        let closed = self
            .schedule
            .closed_until()
            .max(self.schedule.paced_until(now));
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
            wakes.push(self.schedule.open_at(self.submits_by()));
            wakes.extend(self.single);
            wakes.extend(self.schedule.next_slots(now));
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
        wakes.extend(self.promotion_wake());
        wakes.extend(self.single_settles());
        // Deadlines do not wait for a gate to open.
        let sendable = wakes.into_iter().map(|wake| wake.max(closed));
        let over = matches!(self.phase, Phase::Starting | Phase::Running)
            .then_some(self.options.max_duration)
            .flatten();
        (sendable.chain(self.give_up_at).chain(late).chain(over))
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
            budget_limit: self.schedule.budget().limit,
            budget_remaining: self.schedule.budget().remaining,
            others: self.schedule.others(now),
            held_for: closed.checked_sub(now).filter(|wait| !wait.is_zero()),
            elapsed: now,
        }
    }

    /// The sum, at the end.
    pub(crate) fn report(&self, now: Now) -> Report {
        let rows = self
            .rows_read
            .max(self.options.expected_rows.unwrap_or_default());
        let complete = self.options.expected_rows == Some(self.report.counts.rows);
        Report {
            finished: self.phase == Phase::Done && (!self.ended_early || complete),
            unprocessed: if self.ended_early {
                rows.saturating_sub(self.report.counts.rows)
            } else {
                0
            },
            elapsed: now,
            pace: self.schedule.pace(self.report.batches_accepted, now),
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
        self.push_outcome(outcome.because(error));
    }
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
const fn rows_as_f64(rows: u64) -> f64 {
    rows as f64
}

#[cfg(test)]
mod tests;
