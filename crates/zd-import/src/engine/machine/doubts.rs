//! Batches whose effect is unknown: is there a job of theirs, and what do their people look like?

use std::borrow::Cow;
use std::time::Duration;

use zd_model::{JobId, JobState, JobStatus, Nullable};
use zd_users::endpoints::ListJobs;

use super::settle::not_stored;
use super::{About, Machine};
use crate::correlate::echoes;
use crate::engine::ask::{Answer, Ask, Now, Reply};
use crate::engine::batch::{Batch, BatchId, Doubt, Fate, Job, State};
use crate::engine::doubt::{Decision, decide};
use crate::engine::plan::Pending;
use crate::engine::survey::{Survey, ended_at};
use crate::journal::{AgainRow, Entry};
use crate::key::PersonKeys;
use crate::read_back::{Lookup, Sighting, lags};
use crate::{Match, Phase, RowError, Status};

/// The pause before the list of jobs is looked at, between one look and the next, and between walks through all of it:
/// a page holds the results of a hundred jobs, and there are as many pages as jobs since the oldest doubt.
const SURVEY_SOON: Duration = Duration::from_secs(1);
const SURVEY_PAUSE: Duration = Duration::from_secs(3);
const SURVEY_PAUSE_MAX: Duration = Duration::from_secs(15);

impl Machine {
    /// A batch's answer was lost: its job may be on the list.
    pub(super) fn want_survey(&mut self, now: Now) {
        self.survey_rounds = 0;
        let soon = (now + SURVEY_SOON).max(self.survey_rested);
        if self.survey.is_none() && (self.survey_due <= now || self.survey_due > soon) {
            self.survey_due = soon;
        }
    }

    /// The batches that wait for the list of jobs, and when each one's request has arrived or never will.
    fn unsettled(&self) -> impl Iterator<Item = (BatchId, &Batch, &Doubt, Now)> {
        self.batches
            .iter()
            .filter_map(|(id, batch)| match &batch.state {
                State::Doubt(doubt) => match doubt.fate {
                    Fate::Unknown { settles_at } if !batch.single => {
                        Some((*id, batch, doubt, settles_at))
                    }
                    Fate::Unknown { .. } => None,
                    Fate::Over { .. } => None,
                },
                _ => None,
            })
    }

    pub(super) fn next_survey(&mut self, now: Now) -> Option<(About, Ask)> {
        if self.survey_asked {
            return None;
        }
        if self.unsettled().next().is_none() {
            // Nobody waits for the rest of the list, and its cursor does not live for ever.
            self.survey = None;
            return None;
        }
        if now < self.survey_due {
            return None;
        }
        let ask = Ask::ListJobs(ListJobs::new());
        if !self.is_open(&ask, now) {
            return None;
        }
        // Until a request can no longer be under way only its answer is looked for, and that is among the newest.
        let whole = self.unsettled().any(|(.., settles_at)| settles_at <= now);
        let survey = self.survey.get_or_insert_with(|| Survey::new(now, whole));
        self.survey_asked = true;
        Some((About::Survey, survey.next().map_or(ask, Ask::ListJobs)))
    }

    pub(super) fn survey_wake(&self) -> Option<Now> {
        if self.survey_asked {
            return None;
        }
        self.unsettled().next()?;
        let open = self.schedule.open_at(About::Survey.operation());
        Some(self.survey_due.max(open))
    }

    pub(super) fn heard_survey(&mut self, reply: Reply, now: Now) {
        self.survey_asked = false;
        match reply {
            Reply::Done(Answer::JobPage { jobs, next }) => self.read_survey(&jobs, next, now),
            Reply::Throttled { .. } => self.survey_due = now + SURVEY_SOON,
            Reply::Refused(refusal) if matches!(refusal.status, Some(401 | 403)) => {
                self.refused_for_good(refusal, now);
            }
            reply => {
                if matches!(reply, Reply::Refused(_)) {
                    // Perhaps for its cursor: from the beginning.
                    self.survey = None;
                }
                self.report.retries += 1;
                self.survey_due = now + self.schedule.backoff(self.survey_failures);
                self.survey_failures += 1;
            }
        }
    }

    fn read_survey(&mut self, jobs: &[JobStatus], next: Option<ListJobs>, now: Now) {
        for job in jobs {
            self.claim(job, now);
        }
        let oldest = self
            .unsettled()
            .map(|(_, batch, ..)| batch.intent.server)
            .min()
            .flatten();
        let Some(survey) = &mut self.survey else {
            return;
        };
        survey.read(jobs, next, &self.ours, oldest);
        if !survey.is_over() {
            self.survey_due = now;
            return;
        }
        if let Some(survey) = self.survey.take() {
            self.end_survey(&survey, now);
        }
    }

    /// Gives a job on the list to the batch it belongs to, if that can be told.
    fn claim(&mut self, job: &JobStatus, now: Now) {
        let known = self
            .unsettled()
            .find(|(_, _, doubt, _)| doubt.job.as_ref() == Some(&job.id))
            .map(|(id, ..)| id);
        if let Some(id) = known {
            if job.status.is_ended() {
                self.job_ended(id, job, now);
            } else if let Some(batch) = self.batches.get_mut(&id) {
                batch.state = State::Accepted(Job {
                    id: job.id.clone(),
                    since: now,
                    queued: None,
                    seen: now,
                    missing_since: None,
                });
                self.schedule.polls.due.get_or_insert(now);
            }
            return;
        }
        if job.status != JobState::Completed || self.ours.has(&job.id) {
            return;
        }
        let (Some(entries), Some(ended)) = (job.results.entries(), ended_at(job)) else {
            return;
        };
        let whole = |rows: usize| {
            let total = job.total.value().copied();
            total.is_none_or(|total| usize::try_from(total) == Ok(rows))
        };
        let lost = self.unsettled().find(|(_, batch, doubt, _)| {
            doubt.job.is_none()
                && whole(batch.rows.len())
                && batch.intent.server.is_some_and(|sent| ended >= sent)
                && echoes(&batch.keys(), entries)
        });
        let Some((id, ..)) = lost else { return };
        self.ours.add(&job.id);
        self.log.note(Entry::Accepted {
            batch: id.0,
            job: job.id.clone(),
        });
        tracing::info!(job.id = job.id.as_str(), "zd.import.job_found");
        self.report.batches_accepted += 1;
        if let Some(batch) = self.batches.get_mut(&id) {
            for pending in &mut batch.rows {
                pending.job = Some(job.id.clone());
            }
        }
        self.job_ended(id, job, now);
    }

    /// Once the list shows that nothing of a batch can be running, whatever the batch did it has done.
    fn end_survey(&mut self, survey: &Survey, now: Now) {
        let mut over: Vec<BatchId> = Vec::new();
        for (id, batch) in &mut self.batches {
            let rows = batch.rows.len();
            let State::Doubt(doubt) = &mut batch.state else {
                continue;
            };
            let Fate::Unknown { settles_at } = doubt.fate else {
                continue;
            };
            if survey.began < settles_at || !survey.is_complete() {
                continue;
            }
            // A job whose id is known would have been found. Else what could be its own is what was unfinished when the
            // request could no longer be under way: others who go on queueing jobs must not keep it waiting.
            let suspected =
                |id: &&JobId| (doubt.suspects.as_ref()).is_none_or(|first| first.contains(id));
            let left: Vec<JobId> = if doubt.job.is_some() {
                Vec::new()
            } else {
                survey.suspects(rows).filter(suspected).cloned().collect()
            };
            if left.is_empty() {
                over.push(*id);
            }
            doubt.suspects = Some(left);
        }
        for id in over {
            self.look_into(id, None, now);
        }
        // Soon at first, then less and less often; but as soon as may be when a request can no longer be under way.
        let pause = SURVEY_PAUSE * 2_u32.saturating_pow(self.survey_rounds.min(4));
        self.survey_rounds += 1;
        self.survey_failures = 0;
        self.survey_rested = now + SURVEY_PAUSE;
        let settles = self
            .unsettled()
            .map(|(.., at)| at)
            .filter(|at| *at > survey.began)
            .min();
        let due = now + pause.min(SURVEY_PAUSE_MAX);
        self.survey_due = settles
            .map_or(due, |settles| settles.min(due))
            .max(self.survey_rested);
    }

    /// Reads the people of a batch back, now that it cannot do anything any more.
    pub(super) fn look_into(&mut self, id: BatchId, job: Option<&JobId>, now: Now) {
        let forgets_keys = self.forgets_keys();
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        let job_id = job.map_or("", JobId::as_str);
        tracing::warn!(
            batch.rows = batch.rows.len(),
            job.id = job_id,
            "zd.import.reading_back"
        );
        let people = known_by(&batch.rows, forgets_keys);
        let reading = Lookup::of(people.iter().map(AsRef::as_ref).enumerate(), now);
        let done = reading.is_done();
        let server_error = match &batch.state {
            State::Doubt(doubt) => doubt.server_error,
            _ => None,
        };
        batch.state = State::Doubt(Doubt {
            fate: Fate::Over { at: now },
            server_error,
            job: job.cloned(),
            suspects: None,
            reading,
        });
        if done {
            self.decide(id, now);
        }
    }

    /// Whether external ids may have been left out of what was sent without anybody remembering: where people are found by
    /// address, an earlier process may have.
    fn forgets_keys(&self) -> bool {
        self.options.match_by == Match::Email && self.report.resumed
    }

    /// Decides by what was seen of a batch's people.
    pub(super) fn decide(&mut self, id: BatchId, now: Now) {
        let forgets_keys = self.forgets_keys();
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        let State::Doubt(doubt) = &mut batch.state else {
            return;
        };
        let over = match doubt.fate {
            Fate::Over { at } => at,
            Fate::Unknown { .. } => return,
        };
        let server_error = doubt.server_error;
        // A search may not see yet what was written just now.
        let sure_at = over + self.options.search_lag;
        // It counts when a lookup was begun: a miss may be old by the time the last of the people has been seen.
        let too_early = doubt.reading.began < sure_at;
        let mut seen: Vec<Option<Sighting>> = Vec::new();
        seen.resize_with(batch.rows.len(), || None);
        for (place, sighting) in std::mem::take(&mut doubt.reading.seen) {
            if let Some(slot) = seen.get_mut(place) {
                *slot = Some(sighting);
            }
        }
        let (mut waiting, mut unapplied) = (Vec::new(), Vec::new());
        for (pending, sighting) in std::mem::take(&mut batch.rows).into_iter().zip(seen) {
            let sighting = sighting.unwrap_or(Sighting::Unsure);
            let is_absent = matches!(sighting, Sighting::Absent);
            if is_absent && lags(&known(&pending.row.keys, forgets_keys)) && too_early {
                waiting.push(pending);
                continue;
            }
            let touched = self.planner.is_touched(pending.row.group);
            let decision = if forgets_keys {
                decide_without_key(&pending, touched, &sighting)
            } else {
                decide(&pending, pending.row.user().as_ref(), touched, &sighting)
            };
            unapplied.extend(self.apply_decision(pending, decision));
        }
        if waiting.is_empty() {
            self.report.doubts_resolved += 1;
            let batch = self.batches.remove(&id);
            match (server_error, batch) {
                (Some(status), Some(batch)) => self.isolate(batch, unapplied, status, now),
                _ => (unapplied.into_iter())
                    .for_each(|(pending, absent)| self.send_again(pending, absent)),
            }
            return;
        }
        for (pending, absent) in unapplied {
            self.send_again(pending, absent);
        }
        if let Some(batch) = self.batches.get_mut(&id) {
            batch.rows = waiting;
            let people = known_by(&batch.rows, forgets_keys);
            let people = people.iter().map(AsRef::as_ref).enumerate();
            let reading = Lookup::of(people, sure_at.max(now));
            if let State::Doubt(doubt) = &mut batch.state {
                doubt.reading = reading;
            }
        }
    }

    /// Applies a decision; a row that was not applied comes back, with whether its person is absent.
    fn apply_decision(
        &mut self,
        mut pending: Pending,
        decision: Decision,
    ) -> Option<(Pending, bool)> {
        match decision {
            Decision::Applied(status, user) => self.settle(pending, status, Some(user), None),
            Decision::CannotTell(user) => {
                let error = RowError::new(
                    "cannot_tell",
                    "the answer was lost, and what Zendesk shows of the person does not tell whether the row was applied",
                    true,
                );
                self.settle(pending, Status::Indeterminate, user, Some(error));
            }
            Decision::Absent => return Some((pending, true)),
            Decision::Differs { ours } => {
                pending.created_by_us |= ours;
                return Some((pending, false));
            }
        }
        None
    }

    /// Zendesk had trouble of its own with a batch and has not applied these rows of it. The first time that may be
    /// chance; from the second on the batch is halved, since one of its rows may be what it stumbles over.
    fn isolate(&mut self, batch: Batch, rows: Vec<(Pending, bool)>, status: u16, now: Now) {
        if self.phase != Phase::Running {
            // It is ending.
            (rows.into_iter()).for_each(|(pending, absent)| self.send_again(pending, absent));
            return;
        }
        let most = self.options.max_attempts + batch.halvings;
        let mut kept = Vec::new();
        for (mut pending, absent) in rows {
            if pending.attempts >= most {
                let words = format!(
                    "Zendesk answers with an error of its own ({status}) whenever this row is sent, and does not apply it"
                );
                let error = RowError::new("server_error", words, true);
                let state = if absent {
                    Status::Failed
                } else {
                    Status::Indeterminate
                };
                self.settle(pending, state, None, Some(error));
                continue;
            }
            let (number, ours) = (pending.row.number, pending.created_by_us);
            self.note_again(&[AgainRow::new(number, ours, false)]);
            self.report.rows_resent += 1;
            pending.otherwise = Some(not_stored(absent));
            kept.push(pending);
        }
        if kept.is_empty() {
            return;
        }
        let pause = self.schedule.backoff(batch.troubles);
        let id = self.new_batch_id();
        let mut again = Batch::new(kept, State::Ready(now + pause));
        (again.troubles, again.halvings) = (batch.troubles + 1, batch.halvings);
        let split = again.troubles >= 2 && again.rows.len() > 1;
        self.batches.insert(id, again);
        if split {
            self.halve(id, now);
        }
    }
}

/// What a row's person is looked up by: the address, if the external id may not have been sent.
fn known(keys: &PersonKeys, forgets_keys: bool) -> Cow<'_, PersonKeys> {
    if forgets_keys && keys.email.is_some() && keys.external_id.is_some() {
        Cow::Owned(PersonKeys {
            external_id: None,
            ..keys.clone()
        })
    } else {
        Cow::Borrowed(keys)
    }
}

fn known_by(rows: &[Pending], forgets_keys: bool) -> Vec<Cow<'_, PersonKeys>> {
    (rows.iter())
        .map(|pending| known(&pending.row.keys, forgets_keys))
        .collect()
}

/// The same decision where the external id may not have been sent: a person whom the row itself has made and who has none
/// shows that it was not.
fn decide_without_key(pending: &Pending, touched: bool, sighting: &Sighting) -> Decision {
    let mut asked = pending.row.user();
    let decision = decide(pending, asked.as_ref(), touched, sighting);
    let (Decision::Differs { ours: true }, Sighting::Found(person)) = (&decision, sighting) else {
        return decision;
    };
    if person
        .user
        .external_id
        .value()
        .is_some_and(|id| !id.as_str().is_empty())
    {
        return decision;
    }
    if let Some(asked) = &mut asked {
        asked.external_id = Nullable::Absent;
    }
    let without = decide(pending, asked.as_ref(), touched, sighting);
    match without {
        Decision::Applied(..) => without,
        _ => decision,
    }
}
