//! The planner: which rows go into the next batch.
//!
//! Pure. Two rows of one conflict group are never in one batch and never in flight together, and they go in the order
//! of the input. Rows that have to wait are held, up to a bound; beyond it nothing more is read.

use std::collections::{HashMap, HashSet, VecDeque};

use zd_model::JobId;

use super::ask::Now;
use super::recovery::Tried;
use super::written::WrittenRow;
use crate::{Row, RowError, Status};

/// How many rows may wait for others of their group.
const MAX_DEFERRED: usize = 2_000;

/// `{"users":[]}`
const ENVELOPE_BYTES: usize = 12;

/// A row on its way, with its history.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) row: WrittenRow,
    /// How often it was sent.
    pub(crate) attempts: u32,
    /// Its person was looked up before sending.
    pub(crate) checked: bool,
    /// How often it was refused for a reason that may pass.
    pub(crate) collisions: u32,
    /// The server's time when it was first sent.
    pub(crate) first_intent: Option<i64>,
    /// Looking found the person as an earlier attempt of ours had made it.
    pub(crate) created_by_us: bool,
    /// The last job it was part of.
    pub(crate) job: Option<JobId>,
    /// Not to be sent before.
    pub(crate) not_before: Now,
    /// What becomes of it if it is not sent again after all.
    pub(crate) otherwise: Option<(Status, RowError)>,
}

impl Pending {
    fn new(row: Row) -> Self {
        Self {
            row: WrittenRow::of(row),
            attempts: 0,
            checked: false,
            collisions: 0,
            first_intent: None,
            created_by_us: false,
            job: None,
            not_before: Now::ZERO,
            otherwise: None,
        }
    }

    /// A row that an earlier process of the run has sent.
    pub(crate) fn tried(row: Row, tried: Tried) -> Self {
        Self {
            attempts: tried.attempts,
            collisions: tried.collisions,
            first_intent: tried.first_intent,
            created_by_us: tried.created_by_us,
            job: tried.job,
            ..Self::new(row)
        }
    }
}

/// Where a row goes that was offered.
#[derive(Debug)]
pub(crate) enum Offered {
    /// It will be sent.
    Taken,
    /// An earlier row about the same person has an unknown fate for good: sending this one could undo or be undone.
    Blocked(Box<Row>),
}

/// Chooses the rows of each batch.
#[derive(Debug)]
pub(crate) struct Planner {
    batch_rows: usize,
    batch_bytes: usize,
    /// Rows to be sent again; their groups stay reserved.
    again: VecDeque<Pending>,
    /// Rows that may go into the next batch.
    ready: VecDeque<Pending>,
    forming: Vec<Pending>,
    forming_bytes: usize,
    forming_full: bool,
    /// Groups with a row on its way.
    busy: HashSet<u32>,
    /// Rows waiting for an earlier one of their group.
    deferred: HashMap<u32, VecDeque<Row>>,
    deferred_rows: usize,
    /// Groups of whose person some row of this run has, or may have, changed something.
    touched: HashSet<u32>,
    blocked: HashSet<u32>,
}

impl Planner {
    pub(crate) fn new(batch_rows: usize, batch_bytes: usize) -> Self {
        Self {
            batch_rows,
            batch_bytes,
            again: VecDeque::new(),
            ready: VecDeque::new(),
            forming: Vec::new(),
            forming_bytes: ENVELOPE_BYTES,
            forming_full: false,
            busy: HashSet::new(),
            deferred: HashMap::new(),
            deferred_rows: 0,
            touched: HashSet::new(),
            blocked: HashSet::new(),
        }
    }

    /// Whether it can use another row of the source.
    pub(crate) fn wants_rows(&self) -> bool {
        !self.forming_full && self.ready.is_empty() && self.deferred_rows < MAX_DEFERRED
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.again.is_empty()
            && self.ready.is_empty()
            && self.forming.is_empty()
            && self.deferred_rows == 0
    }

    /// Takes a row of the source.
    pub(crate) fn offer(&mut self, row: Row) -> Offered {
        if let Some(group) = row.group {
            if self.blocked.contains(&group) {
                return Offered::Blocked(Box::new(row));
            }
            if !self.busy.insert(group) {
                self.deferred.entry(group).or_default().push_back(row);
                self.deferred_rows += 1;
                return Offered::Taken;
            }
        }
        self.ready.push_back(Pending::new(row));
        self.fill(Now::ZERO);
        Offered::Taken
    }

    /// How many rows go into a batch from here on.
    pub(crate) fn limit_rows(&mut self, rows: usize) {
        self.batch_rows = rows;
        self.forming_full = self.forming.len() >= rows;
    }

    /// Reserves the person of a row that an earlier process of the run has sent.
    pub(crate) fn reserve(&mut self, group: Option<u32>) {
        self.busy.extend(group);
    }

    /// Takes note of a row that has its outcome from an earlier process of the run.
    pub(crate) fn note_past(&mut self, group: Option<u32>, touched: bool, stuck: bool) {
        let Some(group) = group else { return };
        if touched {
            self.touched.insert(group);
        }
        if stuck {
            self.blocked.insert(group);
        }
    }

    /// Takes back a row that is to be sent again; its group stays reserved.
    pub(crate) fn again(&mut self, pending: Pending) {
        self.again.push_back(pending);
    }

    /// Frees the group of a row that has its outcome. `touched`: the row has, or may have, changed the person.
    pub(crate) fn release(&mut self, group: Option<u32>, touched: bool) {
        let Some(group) = group else { return };
        if touched {
            self.touched.insert(group);
        }
        let Some(waiting) = self.deferred.get_mut(&group) else {
            self.busy.remove(&group);
            return;
        };
        if let Some(row) = waiting.pop_front() {
            self.deferred_rows -= 1;
            self.ready.push_back(Pending::new(row));
        }
        if waiting.is_empty() {
            self.deferred.remove(&group);
        }
    }

    /// Gives up a group for good: the rows that were waiting come back, and later ones will be refused.
    pub(crate) fn block(&mut self, group: Option<u32>) -> Vec<Row> {
        let Some(group) = group else {
            return Vec::new();
        };
        self.blocked.insert(group);
        self.busy.remove(&group);
        let rows: Vec<Row> = self.deferred.remove(&group).unwrap_or_default().into();
        self.deferred_rows -= rows.len();
        rows
    }

    /// Whether an earlier row of this run has, or may have, changed the person of this group.
    pub(crate) fn is_touched(&self, group: Option<u32>) -> bool {
        group.is_some_and(|group| self.touched.contains(&group))
    }

    /// The next batch, if it is full or waiting would not fill it. `more`: the source has more rows.
    pub(crate) fn take_batch(&mut self, now: Now, more: bool) -> Option<Vec<Pending>> {
        self.fill(now);
        let worth_waiting = more && self.wants_rows();
        if self.forming.is_empty() || (worth_waiting && !self.forming_full) {
            return None;
        }
        self.forming_bytes = ENVELOPE_BYTES;
        self.forming_full = false;
        let mut batch = std::mem::take(&mut self.forming);
        // More than now goes into one, if the limit was lowered.
        let rest = batch.split_off(batch.len().min(self.batch_rows));
        for pending in rest.into_iter().rev() {
            self.ready.push_front(pending);
        }
        self.fill(now);
        Some(batch)
    }

    /// How many rows it holds that could go into a batch, now or soon.
    pub(crate) fn waiting(&self) -> usize {
        self.again.len() + self.ready.len() + self.forming.len()
    }

    /// Whether the rows that are to be sent again, if there are any, have to wait yet.
    pub(crate) fn has_to_wait(&self, now: Now) -> bool {
        let waits = |pending: &Pending| pending.not_before > now;
        !self.again.is_empty() && self.again.iter().all(waits)
    }

    /// When a row that has to wait may be sent, if that is what there is to wait for.
    pub(crate) fn next_due(&self) -> Option<Now> {
        self.again.iter().map(|pending| pending.not_before).min()
    }

    /// Everything that is not in flight: rows on their way, and rows that only waited.
    pub(crate) fn drain(&mut self) -> (Vec<Pending>, Vec<Row>) {
        let mut pending: Vec<Pending> = self.again.drain(..).collect();
        pending.append(&mut self.forming);
        pending.extend(self.ready.drain(..));
        let rows = self.deferred.drain().flat_map(|(_, rows)| rows).collect();
        (self.deferred_rows, self.forming_full) = (0, false);
        (pending, rows)
    }

    fn fill(&mut self, now: Now) {
        while !self.forming_full {
            let next = if let Some(due) = self.again.iter().position(|row| row.not_before <= now) {
                self.again.remove(due)
            } else {
                self.ready.pop_front()
            };
            let Some(pending) = next else { return };
            let bytes = pending.row.written.len() + 1;
            if !self.forming.is_empty() && self.forming_bytes + bytes > self.batch_bytes {
                self.ready.push_front(pending);
                self.forming_full = true;
                return;
            }
            self.forming_bytes += bytes;
            self.forming.push(pending);
            self.forming_full = self.forming.len() >= self.batch_rows;
        }
    }
}

#[cfg(test)]
mod tests;
