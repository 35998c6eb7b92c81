//! What a journal says of a run: where to go on.
//!
//! Pure: entries go in one after the other, oldest first.

use std::collections::{BTreeMap, HashMap};

use zd_model::JobId;

use super::logbook::touches;
use super::survey::OurJobs;
use crate::journal::{AgainRow, Began, Ended, Entry, Settled};
use crate::row_set::RowSet;
use crate::{Counts, Status};

/// Code of a row whose job may still do something: later rows about the same person are not sent.
pub(crate) const STUCK: &str = "stuck";

/// A run as its journal tells it.
#[derive(Debug, Default)]
pub(crate) struct Recovery {
    pub(crate) began: Option<Box<Began>>,
    pub(crate) ended: Option<Box<Ended>>,
    pub(crate) counts: Counts,
    pub(crate) next_batch: u64,
    /// The batches whose effect is not wholly known.
    pub(crate) open: BTreeMap<u64, OpenBatch>,
    /// The rows that were sent and have no outcome.
    pub(crate) tried: HashMap<u64, Tried>,
    pub(crate) ours: OurJobs,
    settled: RowSet,
    touched: RowSet,
    stuck: RowSet,
}

/// A batch that was sent and not settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OpenBatch {
    /// Its rows that have no outcome, in the order sent.
    pub(crate) rows: Vec<u64>,
    pub(crate) server: Option<i64>,
    pub(crate) job: Option<JobId>,
    /// Some of its rows have left it: its results were read, and what is left has to be looked up.
    pub(crate) partial: bool,
}

/// What is known of a row that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tried {
    pub(crate) attempts: u32,
    pub(crate) collisions: u32,
    pub(crate) first_intent: Option<i64>,
    pub(crate) created_by_us: bool,
    pub(crate) job: Option<JobId>,
    batch: Option<u64>,
}

impl Recovery {
    /// Takes the next entry.
    ///
    /// # Errors
    ///
    /// If it contradicts those before it, with what is wrong.
    pub(crate) fn apply(&mut self, entry: &Entry) -> Result<(), &'static str> {
        if self.began.is_none() != matches!(entry, Entry::Began(_)) {
            return Err("it does not begin with the run's beginning, or begins twice");
        }
        match entry {
            Entry::Began(began) => self.began = Some(began.clone()),
            Entry::Intent {
                batch,
                server,
                rows,
            } => self.intent(*batch, *server, rows)?,
            Entry::Accepted { batch, job } => {
                self.ours.add(job);
                let open = self.open.get_mut(batch).ok_or(NO_BATCH)?;
                open.job = Some(job.clone());
                for row in &open.rows {
                    self.tried.entry(*row).or_default().job = Some(job.clone());
                }
            }
            Entry::TurnedAway { batch } => self.turned_away(*batch)?,
            Entry::Again { rows } => {
                for row in rows {
                    self.again(row)?;
                }
            }
            Entry::Outcomes { rows, .. } => {
                for row in rows {
                    self.settle(row)?;
                }
            }
            Entry::Ended(ended) => self.ended = Some(ended.clone()),
        }
        if !matches!(entry, Entry::Ended(_)) {
            self.ended = None;
        }
        Ok(())
    }

    fn intent(
        &mut self,
        batch: u64,
        server: Option<i64>,
        rows: &[u64],
    ) -> Result<(), &'static str> {
        self.next_batch = self.next_batch.max(batch + 1);
        for row in rows {
            if self.settled.has(*row) {
                return Err("a row that had its outcome was sent again");
            }
            let tried = self.tried.entry(*row).or_default();
            if tried.batch.replace(batch).is_some() {
                return Err("a row is in two batches at once");
            }
            tried.attempts += 1;
            tried.first_intent = tried.first_intent.or(server);
        }
        let open = OpenBatch {
            rows: rows.to_vec(),
            server,
            ..OpenBatch::default()
        };
        match self.open.insert(batch, open) {
            None => Ok(()),
            Some(_) => Err("a batch was sent twice under one number"),
        }
    }

    fn turned_away(&mut self, batch: u64) -> Result<(), &'static str> {
        let open = self.open.remove(&batch).ok_or(NO_BATCH)?;
        for row in open.rows {
            let Some(tried) = self.tried.get_mut(&row) else {
                continue;
            };
            tried.batch = None;
            tried.attempts -= 1;
            if tried.attempts == 0 && tried.collisions == 0 {
                self.tried.remove(&row);
            }
        }
        Ok(())
    }

    fn again(&mut self, again: &AgainRow) -> Result<(), &'static str> {
        let tried = self.tried.get_mut(&again.row).ok_or(NOT_SENT)?;
        tried.created_by_us |= again.created_by_us;
        tried.collisions += u32::from(again.passing);
        let batch = tried.batch.take();
        self.leave(again.row, batch);
        Ok(())
    }

    fn settle(&mut self, row: &Settled) -> Result<(), &'static str> {
        if !self.settled.insert(row.row) {
            return Err("a row has two outcomes");
        }
        self.counts.count(row.status);
        if touches(row.status) {
            self.touched.insert(row.row);
        }
        let is_stuck = row.error.as_ref().is_some_and(|error| error.code == STUCK);
        if is_stuck && row.status == Status::Indeterminate {
            self.stuck.insert(row.row);
        }
        let batch = self.tried.remove(&row.row).and_then(|tried| tried.batch);
        self.leave(row.row, batch);
        Ok(())
    }

    /// Takes a row out of the batch that it was in.
    fn leave(&mut self, row: u64, batch: Option<u64>) {
        let Some(batch) = batch else { return };
        let Some(open) = self.open.get_mut(&batch) else {
            return;
        };
        open.rows.retain(|other| *other != row);
        open.partial = true;
        if open.rows.is_empty() {
            self.open.remove(&batch);
        }
    }

    /// Whether every row has its outcome.
    pub(crate) fn is_finished(&self) -> bool {
        self.ended.as_ref().is_some_and(|ended| ended.finished)
    }

    pub(crate) fn is_settled(&self, row: u64) -> bool {
        self.settled.has(row)
    }

    /// Whether the row has, or may have, changed its person.
    pub(crate) fn has_touched(&self, row: u64) -> bool {
        self.touched.has(row)
    }

    /// Whether the row's job may still do something.
    pub(crate) fn is_stuck(&self, row: u64) -> bool {
        self.stuck.has(row)
    }
}

const NO_BATCH: &str = "an entry is about a batch that was not sent";
const NOT_SENT: &str = "a row is to be sent again that was not sent";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RowError;

    fn began() -> Entry {
        Entry::Began(Box::default())
    }

    fn intent(batch: u64, rows: &[u64]) -> Entry {
        Entry::Intent {
            batch,
            server: Some(1_000 + i64::try_from(batch).unwrap()),
            rows: rows.to_vec(),
        }
    }

    fn accepted(batch: u64, job: &str) -> Entry {
        Entry::Accepted {
            batch,
            job: job.into(),
        }
    }

    fn outcomes(rows: &[u64], status: Status) -> Entry {
        Entry::Outcomes {
            job: None,
            rows: rows
                .iter()
                .map(|row| Settled::new(*row, 0, status))
                .collect(),
        }
    }

    fn read(entries: &[Entry]) -> Result<Recovery, &'static str> {
        let mut recovery = Recovery::default();
        for entry in entries {
            recovery.apply(entry)?;
        }
        Ok(recovery)
    }

    #[test]
    fn what_was_sent_and_not_settled_is_open() {
        let recovery = read(&[
            began(),
            intent(0, &[0, 1, 2]),
            intent(1, &[3, 4]),
            accepted(0, "a"),
            outcomes(&[1], Status::Created),
            intent(2, &[5]),
            Entry::TurnedAway { batch: 2 },
        ])
        .unwrap();
        assert_eq!(recovery.open.keys().collect::<Vec<_>>(), [&0, &1]);
        let first = &recovery.open[&0];
        assert_eq!(
            (first.rows.as_slice(), first.partial),
            ([0, 2].as_slice(), true)
        );
        assert_eq!(first.job, Some("a".into()));
        assert!(!recovery.open[&1].partial);
        assert_eq!(recovery.next_batch, 3);
        assert!(recovery.is_settled(1) && recovery.has_touched(1) && !recovery.is_settled(0));
        assert!(
            !recovery.tried.contains_key(&5),
            "as if it had not been tried"
        );
        assert!(recovery.ours.has(&"a".into()));
    }

    #[test]
    fn a_row_that_goes_again_keeps_its_history() {
        let again = AgainRow::new(0, true, true);
        let recovery = read(&[
            began(),
            intent(0, &[0]),
            accepted(0, "a"),
            Entry::Again { rows: vec![again] },
        ])
        .unwrap();
        assert!(recovery.open.is_empty());
        let tried = &recovery.tried[&0];
        assert_eq!((tried.attempts, tried.collisions), (1, 1));
        assert_eq!(tried.first_intent, Some(1_000), "the first counts");
        assert!(tried.created_by_us && tried.job == Some("a".into()));
        let later = read(&[
            began(),
            intent(0, &[0]),
            Entry::Again { rows: vec![again] },
            intent(1, &[0]),
        ])
        .unwrap();
        assert_eq!(later.tried[&0].attempts, 2);
        assert_eq!(later.tried[&0].first_intent, Some(1_000));
    }

    #[test]
    fn a_run_is_finished_only_if_nothing_follows() {
        let ended = || {
            Entry::Ended(Box::new(Ended {
                finished: true,
                ..Ended::default()
            }))
        };
        assert!(read(&[began(), ended()]).unwrap().is_finished());
        assert!(
            !read(&[began(), ended(), intent(0, &[0])])
                .unwrap()
                .is_finished()
        );
    }

    #[test]
    fn a_stuck_row_is_remembered() {
        let mut stuck = Settled::new(7, 9, Status::Indeterminate);
        stuck.error = Some(RowError::new(STUCK, "", true));
        let entry = Entry::Outcomes {
            job: None,
            rows: vec![stuck],
        };
        assert!(read(&[began(), entry]).unwrap().is_stuck(7));
    }

    #[test]
    fn entries_that_contradict_each_other_are_refused() {
        let wrong: [&[Entry]; 7] = [
            &[intent(0, &[0])],
            &[began(), began()],
            &[began(), accepted(0, "a")],
            &[began(), Entry::TurnedAway { batch: 0 }],
            &[began(), intent(0, &[0]), intent(1, &[0])],
            &[
                began(),
                outcomes(&[0], Status::Failed),
                outcomes(&[0], Status::Failed),
            ],
            &[began(), outcomes(&[0], Status::Failed), intent(0, &[0])],
        ];
        for entries in wrong {
            assert!(read(entries).is_err(), "{entries:?}");
        }
    }
}
