//! Outcomes: every row gets exactly one, here.

use std::time::Duration;

use zd_model::UserId;
use zd_model::operation::{JOB_STATUSES_LIST, JOB_STATUSES_SHOW_MANY, USERS_SEARCH};

use super::Machine;
use crate::engine::ask::Now;
use crate::engine::batch::{Batch, BatchId, Fate, State};
use crate::engine::plan::Pending;
use crate::engine::recovery::STUCK;
use crate::journal::{AgainRow, Entry};
use crate::{Match, Outcome, Phase, Row, RowError, RowVerdict, Status, Stop};

/// How often a row is sent again that was refused for a reason that may pass.
const MAX_COLLISIONS: u32 = 3;
const COLLISION_PAUSE: Duration = Duration::from_secs(2);
/// Zendesk's words are kept up to this many characters.
const MAX_MESSAGE: usize = 1_000;

impl Machine {
    /// Gives a row its outcome and frees its person for the next row.
    pub(super) fn settle(
        &mut self,
        pending: Pending,
        status: Status,
        user_id: Option<UserId>,
        error: Option<RowError>,
    ) {
        if self.wants_primary(&pending, status)
            && let Some(user) = user_id
        {
            return self.promote(pending, user);
        }
        self.settle_now(pending, status, user_id, error);
    }

    /// The same of a row of which nothing more has to be seen.
    pub(super) fn settle_now(
        &mut self,
        pending: Pending,
        status: Status,
        user_id: Option<UserId>,
        error: Option<RowError>,
    ) {
        let touched = status.is_success() || status == Status::Indeterminate;
        self.planner.release(pending.row.group, touched);
        let outcome = self.outcome_of(pending, status, user_id, error);
        self.push_outcome(outcome);
    }

    /// Takes note of an outcome; it is shown once it is durable.
    pub(super) fn push_outcome(&mut self, outcome: Outcome) {
        self.report.counts.count(outcome.status);
        let bad = matches!(outcome.status, Status::Failed | Status::Indeterminate);
        self.errors += u64::from(bad);
        if let Some(stop) = self.canary.note(&outcome) {
            self.stop_soon.get_or_insert(stop);
        }
        if self
            .options
            .max_errors
            .is_some_and(|most| self.errors > most)
        {
            let failed = self.errors;
            self.stop_soon.get_or_insert(Stop::TooManyErrors { failed });
        }
        self.log.settle(outcome);
    }

    /// Outcomes that could not be made durable were told to nobody.
    pub(crate) fn forget(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            self.report.counts.take_back(outcome.status);
        }
    }

    /// The import cannot go on at all: whatever is in flight is left as it is.
    pub(crate) fn break_off(&mut self, now: Now) {
        self.stop(None, now);
        let batches = std::mem::take(&mut self.batches);
        let sent = batches
            .values()
            .filter(|batch| !matches!(batch.state, State::Ready(_) | State::Checking(_)));
        self.report.in_flight += sent.map(|batch| batch.rows.len() as u64).sum::<u64>();
        self.report.in_flight += self.take_promotions().len() as u64;
    }

    /// Stops if the results or the time ask for it.
    pub(super) fn mind_limits(&mut self, now: Now) {
        let running = matches!(self.phase, Phase::Starting | Phase::Running);
        let over = self.options.max_duration.is_some_and(|most| most <= now);
        if over && running {
            self.stop_soon.get_or_insert(Stop::TimeUp);
        }
        if let Some(stop) = self.stop_soon.take()
            && running
        {
            self.stop(Some(stop), now);
        }
    }

    fn outcome_of(
        &self,
        pending: Pending,
        status: Status,
        user_id: Option<UserId>,
        error: Option<RowError>,
    ) -> Outcome {
        let row = pending.row;
        let key = row.keys.shown(self.options.match_by);
        Outcome {
            number: row.number,
            line: row.line,
            key: key.or_else(|| row.keys.shown(Match::Auto)),
            status,
            user_id,
            job: pending.job,
            attempts: pending.attempts,
            error,
            raw: (!status.is_success()).then_some(row.raw),
        }
    }

    /// Applies what a job says of a row; the row comes back if that is nothing.
    pub(super) fn apply_verdict(
        &mut self,
        mut pending: Pending,
        verdict: RowVerdict,
        now: Now,
    ) -> Option<Pending> {
        match verdict {
            RowVerdict::Created(user) => self.settle(pending, Status::Created, user, None),
            RowVerdict::Updated(user) => {
                // An earlier attempt of ours had made the person, as looking has shown.
                let status = if pending.created_by_us {
                    Status::Created
                } else {
                    Status::Updated
                };
                self.settle(pending, status, user, None);
            }
            RowVerdict::Failed { code, details } => {
                let passing = is_passing(code.as_deref(), details.as_deref());
                let may_again = pending.collisions < MAX_COLLISIONS && self.phase == Phase::Running;
                let code = code.unwrap_or_else(|| "refused".to_owned());
                let words = details.unwrap_or_else(|| "refused without a reason".to_owned());
                let error = RowError::new(code, bounded(&words), passing);
                if passing && may_again {
                    pending.collisions += 1;
                    pending.not_before = now + COLLISION_PAUSE * pending.collisions;
                    pending.otherwise = Some((Status::Failed, error));
                    self.report.rows_resent += 1;
                    self.note_again(&[AgainRow::new(
                        pending.row.number,
                        pending.created_by_us,
                        true,
                    )]);
                    self.planner.again(pending);
                } else if passing && pending.collisions < MAX_COLLISIONS && self.durable {
                    self.leave_to_the_next(&pending, true);
                } else {
                    self.settle(pending, Status::Failed, None, Some(error));
                }
            }
            RowVerdict::Doubt => return Some(pending),
        }
        None
    }

    /// Sends a row again that was not applied, unless it was sent too often. `absent`: its person does not exist; else
    /// the person is there but not as asked, which proves less: Zendesk may have stored something else than was asked.
    pub(super) fn send_again(&mut self, mut pending: Pending, absent: bool) {
        let (status, error) = not_stored(absent);
        if pending.attempts < self.options.max_attempts && self.phase == Phase::Running {
            pending.otherwise = Some((status, error));
            self.report.rows_resent += 1;
            self.note_again(&[AgainRow::new(
                pending.row.number,
                pending.created_by_us,
                false,
            )]);
            self.planner.again(pending);
        } else if pending.attempts < self.options.max_attempts && self.durable {
            self.leave_to_the_next(&pending, false);
        } else {
            self.settle(pending, status, None, Some(error));
        }
    }

    /// The import is ending, and whoever goes on with it sends the row again.
    fn leave_to_the_next(&mut self, pending: &Pending, passing: bool) {
        let (number, ours) = (pending.row.number, pending.created_by_us);
        self.note_again(&[AgainRow::new(number, ours, passing)]);
    }

    pub(super) fn note_again(&mut self, rows: &[AgainRow]) {
        let rows = rows.to_vec();
        self.log.note(Entry::Again { rows });
    }

    /// Takes the rows of a batch that is over.
    pub(super) fn take_rows(&mut self, id: BatchId) -> Vec<Pending> {
        self.batches
            .remove(&id)
            .map(|batch| batch.rows)
            .unwrap_or_default()
    }

    /// The import is ending: rows that are not in flight leave. Those never sent have no outcome; they are unprocessed.
    pub(super) fn put_away_unsent(&mut self) {
        let (mut pending, _) = self.planner.drain();
        let unsent: Vec<BatchId> = self
            .batches
            .iter()
            .filter(|(_, batch)| matches!(batch.state, State::Ready(_) | State::Checking(_)))
            .map(|(id, _)| *id)
            .collect();
        for id in unsent {
            pending.extend(self.take_rows(id));
        }
        if self.durable {
            // Whoever goes on finds them in the journal.
            return;
        }
        for mut pending in pending.into_iter().filter(|pending| pending.attempts > 0) {
            let (status, error) =
                (pending.otherwise.take()).unwrap_or_else(|| (Status::Failed, not_applied()));
            let outcome = self.outcome_of(pending, status, None, Some(error));
            self.push_outcome(outcome);
        }
    }

    /// Whatever is in flight will not be known: not by this process.
    pub(super) fn give_up_in_flight(&mut self, code: &str, words: &str) {
        self.put_away_unsent();
        self.schedule.polls.due = None;
        let error = RowError::new(code, words, true);
        for pending in self.take_promotions() {
            if self.durable {
                self.report.in_flight += 1;
                continue;
            }
            let outcome =
                self.outcome_of(pending, Status::Indeterminate, None, Some(error.clone()));
            self.push_outcome(outcome);
        }
        for (_, batch) in std::mem::take(&mut self.batches) {
            if self.durable {
                self.report.in_flight += batch.rows.len() as u64;
                continue;
            }
            for mut pending in batch.rows {
                if matches!(batch.state, State::Submitting) {
                    pending.attempts += 1;
                }
                let outcome =
                    self.outcome_of(pending, Status::Indeterminate, None, Some(error.clone()));
                self.push_outcome(outcome);
            }
        }
    }

    /// Gives up what has lasted too long.
    pub(super) fn mind_deadlines(&mut self, now: Now) {
        if self.give_up_at.is_some_and(|at| at <= now) {
            self.give_up_at = None;
            self.give_up_in_flight(
                "interrupted",
                "the import was ended before it was known what became of this row",
            );
        }
        let late: Vec<BatchId> = (self.batches.iter())
            .filter(|(_, batch)| self.gives_up_at(batch).is_some_and(|at| at <= now))
            .map(|(id, _)| *id)
            .collect();
        for id in late {
            match self.batches.get_mut(&id).and_then(Batch::lookup) {
                // It can do nothing any more; only what it did will not be known.
                Some(lookup) => {
                    lookup.give_up();
                    self.looked(id, now);
                }
                None => self.give_up_stuck(id),
            }
        }
    }

    /// When a batch is given up. While Zendesk has us wait nothing can be seen of it, so there is time for a look after.
    pub(super) fn gives_up_at(&self, batch: &Batch) -> Option<Now> {
        let (since, looks_by) = match &batch.state {
            State::Ready(_) | State::Submitting => return None,
            State::Accepted(_) => (batch.intent.at, JOB_STATUSES_SHOW_MANY.name),
            State::Doubt(doubt) => match doubt.fate {
                Fate::Unknown { .. } => (batch.intent.at, JOB_STATUSES_LIST.name),
                Fate::Over { .. } => (doubt.reading.alive, USERS_SEARCH.name),
            },
            State::Checking(lookup) => (lookup.alive, USERS_SEARCH.name),
        };
        let due = since.saturating_add(self.options.stuck_after);
        if self.schedule.has_looked(looks_by, due) {
            // Refusals that come again and again do not keep it waiting.
            return Some(due);
        }
        // Nor is anything given up that nobody could look at, because the process slept or its outcomes were not taken.
        let awake = self.schedule.open_at(looks_by).max(self.awake_since);
        Some((awake + self.options.attempt_timeout * 2).max(due))
    }

    /// A batch that may still do something some day: its people must not be touched again in this run.
    fn give_up_stuck(&mut self, id: BatchId) {
        let error = RowError::new(
            STUCK,
            "the job that has this row does not end; what it will do is not known",
            true,
        );
        for pending in self.take_rows(id) {
            let blocked: Vec<Row> = self.planner.block(pending.row.group);
            let outcome =
                self.outcome_of(pending, Status::Indeterminate, None, Some(error.clone()));
            self.push_outcome(outcome);
            for row in blocked {
                self.refuse_blocked(&row);
            }
        }
    }

    /// Ends as asked.
    pub(crate) fn cancel(&mut self, now: Now) {
        if self.durable && self.phase == Phase::Stopping {
            // It was ending already, but somebody is in a hurry now.
            let soon = now + self.options.cancel_grace;
            self.give_up_at = self.give_up_at.map(|at| at.min(soon));
        }
        self.stop(Some(Stop::Cancelled), now);
    }
}

/// What becomes of a row that is not stored as asked, unless it is sent again.
pub(super) fn not_stored(absent: bool) -> (Status, RowError) {
    if absent {
        (Status::Failed, not_applied())
    } else {
        (Status::Indeterminate, differs())
    }
}

fn not_applied() -> RowError {
    RowError::new(
        "not_applied",
        "the answer was lost, and looking showed that the row was not applied",
        true,
    )
}

fn differs() -> RowError {
    RowError::new(
        "differs",
        "the answer was lost each time it was sent, and what Zendesk shows of the person is not what was asked",
        true,
    )
}

/// Whether a refusal comes from somebody else writing at the same time.
fn is_passing(code: Option<&str>, details: Option<&str>) -> bool {
    let says = |text: Option<&str>, word: &str| text.is_some_and(|text| text.contains(word));
    says(code, "Conflict")
        || says(code, "Collision")
        || says(details, "collision")
        || says(details, "try again")
}

pub(crate) fn bounded(words: &str) -> String {
    words.chars().take(MAX_MESSAGE).collect()
}
