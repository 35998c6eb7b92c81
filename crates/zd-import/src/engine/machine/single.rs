//! People one by one, where bulk import is off.

use std::time::Duration;

use zd_users::Upserted;

use super::Machine;
use crate::engine::ask::{Answer, Now, Reply};
use crate::engine::batch::{Batch, BatchId, Fate, State};
use crate::engine::options::Single;
use crate::{Refusal, RowVerdict};

/// Zendesk takes one such request a second, for the whole account.
pub(super) const PACE: Duration = Duration::from_secs(1);
/// How many rows are few enough to be sent one by one without asking.
const FEW: u64 = 300;

impl Machine {
    /// Bulk import is off: goes on one by one if that is allowed.
    pub(super) fn turn_single(&mut self, now: Now) -> bool {
        let left =
            (self.options.expected_rows).map(|rows| rows.saturating_sub(self.report.counts.rows));
        let allowed = match self.options.single {
            Single::Never => false,
            Single::IfSmall => left.is_some_and(|left| left <= FEW),
            Single::Always => true,
        };
        if !allowed {
            return false;
        }
        if self.single.is_none() {
            tracing::warn!("zd.import.single_upserts");
            self.single = Some(now);
            self.planner.limit_rows(1);
        }
        let unsent: Vec<BatchId> = (self.batches.iter())
            .filter(|(_, batch)| matches!(batch.state, State::Ready(_)))
            .map(|(id, _)| *id)
            .collect();
        for id in unsent {
            for pending in self.take_rows(id) {
                let id = self.new_batch_id();
                self.batches
                    .insert(id, Batch::new(vec![pending], State::Ready(now)));
            }
        }
        true
    }

    /// What came of a single upsert.
    pub(super) fn heard_upsert(&mut self, id: BatchId, reply: Reply, now: Now) {
        let upserted = match reply {
            Reply::Done(Answer::Upserted(upserted)) => upserted,
            reply => return self.heard_submit(id, reply, now),
        };
        self.refused_alone = 0;
        let user = Some(upserted.record().id);
        let verdict = match *upserted {
            Upserted::Created(_) => RowVerdict::Created(user),
            Upserted::Updated(_) => RowVerdict::Updated(user),
            _ => RowVerdict::Doubt,
        };
        if let Some(batch) = self.batches.get_mut(&id) {
            for pending in &mut batch.rows {
                pending.attempts += 1;
            }
        }
        let rows = self.take_rows(id);
        for pending in rows {
            if let Some(pending) = self.apply_verdict(pending, verdict.clone(), now) {
                let state = State::Ready(now);
                self.batches.insert(id, Batch::new(vec![pending], state));
                self.look_into(id, None, now);
            }
        }
    }

    /// A single upsert is no job that goes on: once its time is over it has done what it does.
    pub(super) fn mind_single(&mut self, now: Now) {
        let over: Vec<BatchId> = (self.batches.iter())
            .filter(|(_, batch)| batch.single && settles(batch).is_some_and(|at| at <= now))
            .map(|(id, _)| *id)
            .collect();
        for id in over {
            self.look_into(id, None, now);
        }
    }

    pub(super) fn single_settles(&self) -> Option<Now> {
        let single = self.batches.values().filter(|batch| batch.single);
        single.filter_map(settles).min()
    }
}

fn settles(batch: &Batch) -> Option<Now> {
    match &batch.state {
        State::Doubt(doubt) => match doubt.fate {
            Fate::Unknown { settles_at } => Some(settles_at),
            Fate::Over { .. } => None,
        },
        _ => None,
    }
}

/// Whether a refusal says that bulk import is off, and not that the caller may not do this at all.
pub(super) fn is_bulk_off(refusal: &Refusal) -> bool {
    let scope = (refusal.message.as_deref()).is_some_and(|text| text.contains("scope"));
    let bulk = zd_model::operation::USERS_CREATE_OR_UPDATE_MANY.name;
    refusal.status == Some(403) && refusal.operation == bulk && !scope
}
