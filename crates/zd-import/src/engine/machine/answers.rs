//! What the answers mean.

use std::collections::HashMap;
use std::time::Duration;

use zd_model::operation::RateBucket::InflightJobs;
use zd_model::{JobResults, JobStatus, Role, User};
use zd_transport::Budget;

use super::single::is_bulk_off;
use super::{About, Machine};
use crate::correlate::correlate_all;
use crate::engine::ask::{Answer, CallId, Heard, Now, Reply, Throttled};
use crate::engine::batch::{Batch, BatchId, Doubt, Fate, Job, State};
use crate::journal::Entry;
use crate::read_back::{BY_EXTERNAL_ID, Lookup, Sighting};
use crate::{Finding, Match, Phase, Refusal, RowError, Status, Stop, compare, same_external_id};

/// For how long a job may be missing from the polls before the list is asked: a new one can be missing for a moment.
const MISSING_FOR: Duration = Duration::from_secs(30);
/// How often a whole batch may collide with somebody else's writes.
const MAX_COLLISIONS: u32 = 3;
/// How many people in a row may be refused one by one before it is taken for a refusal of everybody.
const MAX_REFUSED_ALONE: u32 = 5;
/// How often a batch is halved: after seven times a hundred rows stand alone.
const MAX_HALVINGS: u32 = 7;
/// Between a refusal for now and asking again, besides what the refusal itself demands.
const PAUSE: Duration = Duration::from_millis(250);
const COLLISION_PAUSE: Duration = Duration::from_secs(2);

impl Machine {
    /// Takes what came of a request.
    pub(crate) fn heard(&mut self, call: CallId, heard: Heard, now: Now) {
        let Some(about) = self.calls.remove(&call) else {
            return;
        };
        if let Some(date) = heard.date {
            self.clock.hear(date, now);
        }
        let sent = self.schedule.arrives(call, &heard, now);
        let told = heard.budgets.endpoint(InflightJobs.name());
        if let Some(wait) = heard.wait {
            self.schedule.told_to_wait(wait, now);
        }
        if matches!(about, About::Poll(_)) {
            self.schedule.polls.answered();
        }
        let operation = about.operation();
        let trouble = match &heard.reply {
            Reply::Done(_) | Reply::Refused(_) => {
                self.schedule.answered();
                self.schedule.looked(operation, now);
                None
            }
            Reply::Throttled { reason, wait } => {
                self.report.throttles += 1;
                let outstanding = self.jobs().count();
                let refusal = (*reason, *wait);
                (self.schedule).throttled(operation, refusal, outstanding, told, now);
                if *reason == Throttled::Jobs && outstanding > 0 {
                    self.plan_polls(now);
                }
                None
            }
            Reply::NotSent(trouble) => self.schedule.failed(trouble, false, now),
            Reply::Lost(trouble) => self.schedule.failed(trouble, true, now),
        };
        match about {
            About::Me => self.heard_me(heard.reply, now),
            About::Submit(batch) => {
                let is_job = matches!(heard.reply, Reply::Done(Answer::Job(_)));
                self.heard_submit(batch, heard.reply, now);
                if is_job {
                    self.job_counts(batch, sent, told, now);
                }
            }
            About::Upsert(batch) => self.heard_upsert(batch, heard.reply, now),
            About::Poll(_) => self.heard_poll(about, heard.reply, sent, now),
            About::Survey => self.heard_survey(heard.reply, now),
            About::People(batch, _) => self.heard_people(batch, heard.reply, now),
            About::Addresses(people) => self.heard_addresses(people, heard.reply, now),
            About::MakePrimary(promotion, identity) => {
                self.heard_primary(*promotion, identity, heard.reply, now);
            }
        }
        if self.schedule.others_have_changed() && self.schedule.polls.due.is_some() {
            self.plan_polls(now);
        }
        if let Some(trouble) = trouble {
            self.stop(Some(Stop::Network(trouble)), now);
            self.give_up_in_flight(
                "network",
                "Zendesk could not be reached to learn what became of this row",
            );
        }
    }

    fn heard_me(&mut self, reply: Reply, now: Now) {
        match reply {
            Reply::Done(Answer::Me(user)) if self.phase == Phase::Starting => self.met(&user, now),
            Reply::Refused(refusal) => self.refused_for_good(refusal, now),
            Reply::NotSent(_) | Reply::Lost(_) => {
                self.me_due = now + self.schedule.backoff(self.me_failures);
                self.me_failures += 1;
                self.report.retries += 1;
            }
            Reply::Throttled { .. } => self.me_due = now + PAUSE,
            Reply::Done(_) => {}
        }
    }

    fn met(&mut self, user: &User, now: Now) {
        if user.role.value() == Some(&Role::EndUser) {
            let refusal = Refusal {
                operation: About::Me.operation(),
                code: Some("role".to_owned()),
                message: Some("the caller is an end user; importing takes an admin".to_owned()),
                ..Refusal::default()
            };
            self.stop(Some(Stop::Forbidden(refusal)), now);
        } else {
            self.phase = Phase::Running;
            self.settle_old_requests(now);
        }
    }

    pub(super) fn heard_submit(&mut self, id: BatchId, reply: Reply, now: Now) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        match reply {
            Reply::Done(Answer::Job(job)) => {
                count_attempt(batch, Some(&job));
                self.accepted(id, *job, now);
            }
            Reply::Throttled { .. } | Reply::NotSent(_) => self.not_now(id, now),
            // An answer of another kind than was asked for is no answer.
            reply @ (Reply::Lost(_) | Reply::Done(_)) => {
                count_attempt(batch, None);
                let status = match reply {
                    Reply::Lost(trouble) => trouble.status,
                    _ => None,
                };
                let settles_at = batch.intent.at + self.options.attempt_timeout;
                batch.state = State::Doubt(Doubt {
                    fate: Fate::Unknown { settles_at },
                    server_error: status.filter(|status| *status >= 500),
                    job: None,
                    suspects: None,
                    reading: Lookup::of(std::iter::empty(), now),
                });
                if !batch.single {
                    self.want_survey(now);
                }
            }
            Reply::Refused(refusal) => match refusal.status {
                Some(400 | 413 | 422) if batch.rows.len() > 1 && batch.halvings < MAX_HALVINGS => {
                    was_not_sent(batch);
                    self.log.note(Entry::TurnedAway { batch: id.0 });
                    self.halve(id, now);
                }
                Some(400 | 413 | 422) => {
                    count_attempt(batch, None);
                    self.refuse_batch(id, &refusal);
                }
                Some(409) if batch.collisions < MAX_COLLISIONS => {
                    batch.collisions += 1;
                    batch.state = State::Ready(now + COLLISION_PAUSE * batch.collisions);
                    was_not_sent(batch);
                    self.log.note(Entry::TurnedAway { batch: id.0 });
                    self.report.retries += 1;
                    self.put_away_if_stopping();
                }
                Some(409) => {
                    count_attempt(batch, None);
                    self.refuse_batch(id, &refusal);
                }
                // One person cannot be written; if it were everybody, none would have been.
                Some(403 | 404) if batch.single && self.refused_alone < MAX_REFUSED_ALONE => {
                    self.refused_alone += 1;
                    count_attempt(batch, None);
                    self.refuse_batch(id, &refusal);
                }
                _ => {
                    self.not_now(id, now);
                    if !(is_bulk_off(&refusal) && self.turn_single(now)) {
                        self.refused_for_good(refusal, now);
                    }
                }
            },
        }
    }

    /// The batch was turned away and goes out later, unless the import is ending.
    fn not_now(&mut self, id: BatchId, now: Now) {
        if let Some(batch) = self.batches.get_mut(&id) {
            batch.state = State::Ready(now);
            was_not_sent(batch);
            self.log.note(Entry::TurnedAway { batch: id.0 });
        }
        self.put_away_if_stopping();
    }

    fn put_away_if_stopping(&mut self) {
        if self.phase == Phase::Stopping {
            self.put_away_unsent();
        }
    }

    /// Makes two batches of one, to find out which rows are to blame.
    pub(super) fn halve(&mut self, id: BatchId, now: Now) {
        let Some(mut batch) = self.batches.remove(&id) else {
            return;
        };
        self.report.halved += 1;
        let half = batch.rows.len().div_ceil(2);
        let rest = batch.rows.split_off(half);
        for rows in [batch.rows, rest] {
            let id = self.new_batch_id();
            let due = match batch.state {
                State::Ready(due) => due.max(now),
                _ => now,
            };
            let mut half = Batch::new(rows, State::Ready(due));
            (half.halvings, half.troubles) = (batch.halvings + 1, batch.troubles);
            self.batches.insert(id, half);
        }
        self.put_away_if_stopping();
    }

    fn refuse_batch(&mut self, id: BatchId, refusal: &Refusal) {
        let status = refusal.status.unwrap_or_default();
        let error = RowError::new(
            refusal
                .code
                .clone()
                .unwrap_or_else(|| format!("http_{status}")),
            refusal
                .message
                .clone()
                .unwrap_or_else(|| format!("the whole batch was refused with {status}")),
            status == 409,
        );
        for pending in self.take_rows(id) {
            self.settle(pending, Status::Failed, None, Some(error.clone()));
        }
    }

    /// Nothing more can be sent; what is in flight is followed as far as reading is allowed.
    pub(super) fn refused_for_good(&mut self, refusal: Refusal, now: Now) {
        let submitting = refusal.operation == zd_model::operation::USERS_CREATE_OR_UPDATE_MANY.name
            || refusal.operation == zd_model::operation::USERS_CREATE_OR_UPDATE.name;
        let stop = match refusal.status {
            Some(401) => Stop::Unauthorized(refusal),
            Some(403) if is_bulk_off(&refusal) => Stop::BulkImportOff(refusal),
            Some(403) => Stop::Forbidden(refusal),
            _ => Stop::Refused(refusal),
        };
        self.stop(Some(stop), now);
        if !submitting {
            self.give_up_in_flight(
                "reading_refused",
                "Zendesk no longer lets us read what became of this row",
            );
        }
    }

    fn accepted(&mut self, id: BatchId, job: JobStatus, now: Now) {
        self.ours.add(&job.id);
        tracing::debug!(job.id = job.id.as_str(), "zd.import.job_accepted");
        self.report.batches_accepted += 1;
        self.log.note(Entry::Accepted {
            batch: id.0,
            job: job.id.clone(),
        });
        if let Some(batch) = self.batches.get_mut(&id) {
            batch.state = State::Accepted(Job {
                id: job.id.clone(),
                since: now,
                queued: Some(batch.intent.at + now.saturating_sub(batch.intent.at) / 2),
                seen: now,
                missing_since: None,
            });
        }
        if job.status.is_ended() {
            self.note_duration(id, now);
            self.job_ended(id, &job, now);
        }
    }

    /// A bulk request was answered with a job: it takes a slot, and the answer tells how many are left.
    fn job_counts(&mut self, id: BatchId, sent: Now, told: Option<Budget>, now: Now) {
        if let Some(batch) = self.batches.get_mut(&id)
            && let State::Accepted(job) = &mut batch.state
        {
            job.queued = Some(sent + now.saturating_sub(sent) / 2);
        }
        let ours = self.jobs().count();
        self.schedule.job_accepted(ours, told, now);
        self.plan_polls(now);
    }

    /// A job has ended by now: how long it took says when others will.
    fn note_duration(&mut self, id: BatchId, by: Now) {
        let State::Accepted(job) = (match self.batches.get(&id) {
            Some(batch) => &batch.state,
            None => return,
        }) else {
            return;
        };
        if let Some(queued) = job.queued {
            let after = job.seen.saturating_sub(queued);
            self.schedule.polls.took(after, by.saturating_sub(queued));
        }
    }

    /// The batches that are jobs, as far as is known.
    pub(super) fn jobs(&self) -> impl Iterator<Item = (BatchId, &Job)> {
        self.batches
            .iter()
            .filter_map(|(id, batch)| match &batch.state {
                State::Accepted(job) => Some((*id, job)),
                _ => None,
            })
    }

    fn heard_poll(&mut self, about: About, reply: Reply, sent: Now, now: Now) {
        let About::Poll(asked) = about else { return };
        // What it says was true on its way.
        let seen = sent + now.saturating_sub(sent) / 2;
        let shown = match reply {
            Reply::Done(Answer::Jobs(jobs)) => jobs,
            // None of them is known, or not yet.
            Reply::Refused(refusal) if refusal.status == Some(404) => Vec::new(),
            Reply::Refused(refusal) if matches!(refusal.status, Some(401 | 403)) => {
                self.refused_for_good(refusal, now);
                return;
            }
            Reply::Throttled { .. } => {
                self.schedule.polls.due = Some(now + PAUSE);
                return;
            }
            _ => {
                self.report.retries += 1;
                let pause = self.schedule.backoff(self.schedule.polls.failures);
                self.schedule.polls.plan_at(now + pause);
                return;
            }
        };
        for id in asked {
            let Some(batch) = self.jobs().find(|(_, job)| job.id == id).map(|(id, _)| id) else {
                continue;
            };
            match shown.iter().find(|job| job.id == id) {
                Some(job) if job.status.is_ended() => {
                    self.note_duration(batch, seen);
                    self.job_ended(batch, job, now);
                }
                shown => self.job_goes_on(batch, shown.is_some(), seen, now),
            }
        }
        self.schedule.polls.learn();
        self.plan_polls(now);
    }

    fn job_goes_on(&mut self, id: BatchId, shown: bool, seen: Now, now: Now) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        let State::Accepted(job) = &mut batch.state else {
            return;
        };
        if shown {
            job.missing_since = None;
            job.seen = job.seen.max(seen);
            return;
        }
        let since = *job.missing_since.get_or_insert(now);
        if now.saturating_sub(since) >= MISSING_FOR {
            // Single lookups were seen to fail while the list still showed the job.
            batch.state = State::Doubt(Doubt {
                fate: Fate::Unknown { settles_at: now },
                server_error: None,
                job: Some(job.id.clone()),
                suspects: None,
                reading: Lookup::of(std::iter::empty(), now),
            });
            self.want_survey(now);
        }
    }

    /// Reads what a job says of its rows; what it does not say is in doubt.
    pub(super) fn job_ended(&mut self, id: BatchId, job: &JobStatus, now: Now) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        let JobResults::Entries(entries) = &job.results else {
            self.look_into(id, Some(&job.id), now);
            return;
        };
        let was_doubt = batch.is_doubt();
        let (verdicts, strange) = correlate_all(&batch.keys(), entries);
        let rows = std::mem::take(&mut batch.rows);
        let mut rest = Vec::new();
        for (pending, verdict) in rows.into_iter().zip(verdicts) {
            if strange && pending.row.group.is_some() {
                // What echoes its key can be another row's of the same person.
                rest.push(pending);
                continue;
            }
            rest.extend(self.apply_verdict(pending, verdict, now));
        }
        if rest.is_empty() {
            self.report.doubts_resolved += u64::from(was_doubt);
            self.batches.remove(&id);
        } else if let Some(batch) = self.batches.get_mut(&id) {
            batch.rows = rest;
            self.look_into(id, Some(&job.id), now);
        }
    }

    fn heard_people(&mut self, id: BatchId, reply: Reply, now: Now) {
        let Some(lookup) = self.batches.get_mut(&id).and_then(Batch::lookup) else {
            return;
        };
        match reply {
            Reply::Done(Answer::People(page)) => lookup.answered(*page, now),
            Reply::Throttled { .. } => lookup.failed(now + PAUSE),
            Reply::Refused(refusal) if matches!(refusal.status, Some(401 | 403)) => {
                self.refused_for_good(refusal, now);
                return;
            }
            Reply::Refused(_) => lookup.refused(),
            Reply::NotSent(_) | Reply::Lost(_) | Reply::Done(_) => {
                let due = now + self.schedule.backoff(lookup.failures);
                lookup.failed(due);
                self.report.retries += 1;
            }
        }
        if lookup.is_done() {
            self.looked(id, now);
        }
    }

    /// What there is to see of a batch's people has been seen.
    pub(super) fn looked(&mut self, id: BatchId, now: Now) {
        if self.batches.get(&id).is_some_and(Batch::is_doubt) {
            self.decide(id, now);
        } else {
            self.checked(id, now);
        }
    }

    /// The people of a batch were looked up before sending.
    fn checked(&mut self, id: BatchId, now: Now) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        let State::Checking(lookup) = &mut batch.state else {
            return;
        };
        let seen: HashMap<usize, Sighting> = std::mem::take(&mut lookup.seen).into_iter().collect();
        batch.state = State::Ready(now);
        if self.options.match_by == Match::Email {
            Self::drop_external_ids(batch, &seen);
        }
        if self.options.if_changed {
            self.leave_unchanged(id, &seen);
        }
    }

    /// Settles the rows whose people are as asked. The others wait until they fill a batch: one that was read and is
    /// nearly empty would cost a job all the same.
    fn leave_unchanged(&mut self, id: BatchId, seen: &HashMap<usize, Sighting>) {
        for (place, mut pending) in self.take_rows(id).into_iter().enumerate() {
            pending.checked = true;
            let found = match seen.get(&place) {
                Some(Sighting::Found(person)) if self.lacks_primary(&pending, person) => None,
                Some(Sighting::Found(person)) => {
                    let asked = pending.row.user();
                    let finding = asked.map(|asked| compare(&asked, person.as_stored()).verdict());
                    let finding = finding.filter(|finding| *finding != Finding::Different);
                    finding.map(|finding| (person.user.id, finding))
                }
                _ => None,
            };
            match found {
                Some((user, Finding::Same)) => {
                    self.settle(pending, Status::Unchanged, Some(user), None);
                }
                Some((user, _)) => {
                    let error = RowError::new(
                        "cannot_tell",
                        "what can be compared is as asked, and the rest does not show; left alone",
                        false,
                    );
                    self.settle(pending, Status::Unchanged, Some(user), Some(error));
                }
                None => self.planner.again(pending),
            }
        }
    }

    /// Drops the external ids that would change whose they are: matching is by address here.
    fn drop_external_ids(batch: &mut Batch, seen: &HashMap<usize, Sighting>) {
        for (place, pending) in batch.rows.iter_mut().enumerate() {
            let Some(sighting) = seen.get(&place) else {
                continue;
            };
            let wanted = &pending.row.keys.external_id;
            // Zendesk goes by the external id first: somebody else's would have that person updated.
            let free = match (seen.get(&(place + BY_EXTERNAL_ID)), sighting) {
                (Some(Sighting::Absent), _) => true,
                (Some(Sighting::Found(owner)), Sighting::Found(person)) => {
                    owner.user.id == person.user.id
                }
                _ => false,
            };
            let keep = match sighting {
                _ if !free => false,
                Sighting::Absent => true,
                Sighting::Unsure => false,
                Sighting::Found(person) => match (person.user.external_id.value(), wanted) {
                    (Some(has), Some(wanted)) => {
                        has.as_str().is_empty() || same_external_id(has.as_str(), wanted.as_str())
                    }
                    _ => true,
                },
            };
            if !keep {
                pending.row.drop_external_id();
            }
        }
    }
}

/// A batch that was turned away has done nothing: who comes into being meanwhile is not its doing.
fn was_not_sent(batch: &mut Batch) {
    for pending in &mut batch.rows {
        if pending.attempts == 0 {
            pending.first_intent = None;
        }
    }
}

fn count_attempt(batch: &mut Batch, job: Option<&JobStatus>) {
    for pending in &mut batch.rows {
        pending.attempts += 1;
        if let Some(job) = job {
            pending.job = Some(job.id.clone());
        }
    }
}

impl About {
    pub(super) const fn operation(&self) -> &'static str {
        use zd_model::operation;
        match self {
            Self::Me => operation::USERS_ME.name,
            Self::Submit(_) => operation::USERS_CREATE_OR_UPDATE_MANY.name,
            Self::Upsert(_) => operation::USERS_CREATE_OR_UPDATE.name,
            Self::Poll(_) => operation::JOB_STATUSES_SHOW_MANY.name,
            Self::Survey => operation::JOB_STATUSES_LIST.name,
            Self::People(_, operation) => operation,
            Self::Addresses(_) => operation::USERS_SHOW_MANY.name,
            Self::MakePrimary(..) => operation::IDENTITIES_MAKE_PRIMARY.name,
        }
    }
}
