//! Going on where an earlier process of the run ended.

use std::collections::HashMap;

use super::Machine;
use crate::engine::ask::Now;
use crate::engine::batch::{Batch, BatchId, Doubt, Fate, Job, State};
use crate::engine::clock::Intent;
use crate::engine::plan::Pending;
use crate::engine::recovery::Recovery;
use crate::read_back::Lookup;
use crate::{Phase, Row};

/// What the server's clock may be behind of what it told, in seconds: its dates are floored.
const SLACK: i64 = 3;

impl Machine {
    /// Takes a row of the source that comes before, or is one of, the rows that were in flight. A row that is needed to go
    /// on comes back.
    pub(crate) fn remember(&mut self, recovery: &Recovery, row: Row) -> Option<Row> {
        if recovery.is_settled(row.number) {
            let (touched, stuck) = (
                recovery.has_touched(row.number),
                recovery.is_stuck(row.number),
            );
            self.planner.note_past(row.group, touched, stuck);
            return None;
        }
        recovery.tried.contains_key(&row.number).then_some(row)
    }

    /// Goes on with what an earlier process of the run had sent; `rows` are those without an outcome.
    pub(crate) fn resume(&mut self, mut recovery: Recovery, mut rows: HashMap<u64, Row>, now: Now) {
        self.report.resumed = true;
        self.report.counts = recovery.counts;
        let counts = &self.report.counts;
        if counts.rows > counts.invalid + counts.unchanged {
            self.canary.disarm();
        }
        self.next_batch = recovery.next_batch;
        self.ours = std::mem::take(&mut recovery.ours);
        let mut tried = std::mem::take(&mut recovery.tried);
        let open = std::mem::take(&mut recovery.open);
        self.past = recovery;
        let mut take = |machine: &mut Self, number: u64| {
            let (row, tried) = (rows.remove(&number)?, tried.remove(&number)?);
            machine.planner.reserve(row.group);
            machine.restored.insert(number);
            Some(Pending::tried(row, tried))
        };
        for (number, open) in open {
            let id = BatchId(number);
            let rows: Vec<Pending> = (open.rows.iter())
                .filter_map(|row| take(self, *row))
                .collect();
            let doubt = |fate| {
                State::Doubt(Doubt {
                    fate,
                    server_error: None,
                    job: open.job.clone(),
                    suspects: None,
                    reading: Lookup::of(std::iter::empty(), now),
                })
            };
            let state = match &open.job {
                _ if open.partial => doubt(Fate::Over { at: now }),
                Some(job) => State::Accepted(Job {
                    id: job.clone(),
                    since: now,
                    queued: None,
                    seen: now,
                    missing_since: None,
                }),
                None => doubt(Fate::Unknown {
                    settles_at: now + self.options.attempt_timeout,
                }),
            };
            let mut batch = Batch::new(rows, state);
            batch.intent = Intent {
                at: now,
                server: open.server,
            };
            self.batches.insert(id, batch);
            match (&open.job, open.partial) {
                (job, true) => self.look_into(id, job.as_ref(), now),
                (Some(_), false) => self.schedule.polls.due = Some(now),
                (None, false) => self.want_survey(now),
            }
        }
        let mut again: Vec<u64> = tried.keys().copied().collect();
        again.sort_unstable();
        for number in again {
            let (Some(row), Some(tried)) = (rows.remove(&number), tried.remove(&number)) else {
                continue;
            };
            self.planner.reserve(row.group);
            self.restored.insert(number);
            self.planner.again(Pending::tried(row, tried));
        }
    }

    /// What an earlier process has settled, if nothing more is done.
    pub(crate) const fn only_recall(&mut self, recovery: &Recovery) {
        self.report.resumed = true;
        self.report.counts = recovery.counts;
    }

    /// The run was finished before: nothing is left to do.
    pub(crate) fn finished_before(&mut self, recovery: &Recovery) {
        self.report.resumed = true;
        self.report.counts = recovery.counts;
        self.phase = Phase::Done;
    }

    /// Whether an earlier process has settled or sent this row.
    pub(super) fn is_past(&mut self, row: &Row) -> bool {
        if self.past.is_settled(row.number) {
            let touched = self.past.has_touched(row.number);
            let stuck = self.past.is_stuck(row.number);
            self.planner.note_past(row.group, touched, stuck);
            return true;
        }
        !self.restored.is_empty() && self.restored.remove(&row.number)
    }

    /// The server's clock is known: requests of an earlier process that were sent long ago are under way no more.
    pub(super) fn settle_old_requests(&mut self, now: Now) {
        let Some(date) = self.clock.at_least(now) else {
            return;
        };
        let timeout = i64::try_from(self.options.attempt_timeout.as_secs()).unwrap_or(i64::MAX / 4);
        for batch in self.batches.values_mut() {
            let Some(sent) = batch.intent.server else {
                continue;
            };
            if let State::Doubt(Doubt {
                fate: Fate::Unknown { settles_at },
                ..
            }) = &mut batch.state
                // What was known of the server's clock may have been as old as the slowest answer.
                && date >= sent.saturating_add(timeout * 2).saturating_add(SLACK)
            {
                *settles_at = (*settles_at).min(now);
            }
        }
    }
}
