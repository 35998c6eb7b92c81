//! The rows of a run, with what became of them: what a verification compares.

use std::collections::HashMap;

use zd_model::UserId;

use super::source::{AuditItem, AuditRow, AuditSource};
use crate::{Outcome, RowSource, Settled, SourceError, SourceItem, Status};

/// What became of a row of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the two facts, and no third")]
pub struct RowFate {
    /// Its outcome.
    pub status: Status,
    /// The user, where known.
    pub user_id: Option<UserId>,
}

impl From<&Settled> for RowFate {
    fn from(row: &Settled) -> Self {
        Self {
            status: row.status,
            user_id: row.user_id,
        }
    }
}

impl From<&Outcome> for RowFate {
    fn from(outcome: &Outcome) -> Self {
        Self {
            status: outcome.status,
            user_id: outcome.user_id,
        }
    }
}

/// A sample of the rows that can be verified; every sample of that size is equally likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what a sample is defined by")]
pub struct Sample {
    /// How many rows to take.
    pub rows: u64,
    /// The same seed takes the same rows.
    pub seed: u64,
}

/// The rows of a run that were applied, or whose effect is not known, in the order of the input.
///
/// Rows without an outcome, refused rows and those that gave way to others are left out: there is nothing to verify.
/// Where several rows are about the same person only the last one has the last word: of the others, what differs cannot
/// be told. The source is read twice, the first time when the first row is asked for.
#[derive(Debug)]
pub struct AppliedRows<S, F> {
    source: S,
    fate: F,
    sample: Option<Sample>,
    pass: Option<Pass>,
}

/// What the first reading found.
#[derive(Debug)]
struct Pass {
    /// The last row of each group that was sent.
    last: HashMap<u32, u64>,
    /// How many rows are still to come, and how many of them are to be taken.
    left: u64,
    take: u64,
    dice: fastrand::Rng,
}

impl<S: RowSource, F: FnMut(u64) -> Option<RowFate> + Send> AppliedRows<S, F> {
    /// The rows of this source, each with the fate that its number has.
    pub const fn new(source: S, fate: F) -> Self {
        Self {
            source,
            fate,
            sample: None,
            pass: None,
        }
    }

    /// Takes only some of them.
    #[must_use]
    pub const fn sample(mut self, sample: Option<Sample>) -> Self {
        self.sample = sample;
        self
    }

    fn first_pass(&mut self) -> Result<Pass, SourceError> {
        let (mut last, mut count) = (HashMap::new(), 0);
        self.source.rewind()?;
        while let Some(item) = self.source.next_row()? {
            let SourceItem::Row(row) = item else { continue };
            if (self.fate)(row.number).is_some_and(|fate| is_verifiable(fate.status)) {
                count += 1;
                if let Some(group) = row.group {
                    last.insert(group, row.number);
                }
            }
        }
        self.source.rewind()?;
        let sample = self.sample.unwrap_or(Sample {
            rows: count,
            seed: 0,
        });
        Ok(Pass {
            last,
            left: count,
            take: sample.rows.min(count),
            dice: fastrand::Rng::with_seed(sample.seed),
        })
    }
}

impl Pass {
    /// Whether the next row is one of the sample: with the probability of what is to be taken among what is left.
    fn draws(&mut self) -> bool {
        if self.left == 0 {
            return false;
        }
        let drawn = self.dice.u64(..self.left) < self.take;
        self.left -= 1;
        self.take -= u64::from(drawn);
        drawn
    }
}

impl<S: RowSource, F: FnMut(u64) -> Option<RowFate> + Send> AuditSource for AppliedRows<S, F> {
    fn next_item(&mut self) -> Result<Option<AuditItem>, SourceError> {
        if self.pass.is_none() {
            self.pass = Some(self.first_pass()?);
        }
        while let Some(item) = self.source.next_row()? {
            let SourceItem::Row(row) = item else { continue };
            let fate = (self.fate)(row.number).filter(|fate| is_verifiable(fate.status));
            if let (Some(fate), Some(pass)) = (fate, &mut self.pass)
                && pass.draws()
            {
                let last = row.group.and_then(|group| pass.last.get(&group));
                return Ok(Some(AuditItem::Row(AuditRow {
                    overridden: last.is_some_and(|last| *last != row.number),
                    user_id: fate.user_id,
                    applied: fate.status.is_success(),
                    row,
                })));
            }
        }
        Ok(None)
    }
}

/// Whether there may be something of the row in the account.
const fn is_verifiable(status: Status) -> bool {
    status.is_success() || matches!(status, Status::Indeterminate)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use zd_model::UserInput;

    use super::*;
    use crate::{MemorySource, Row};

    fn rows(count: u64) -> MemorySource {
        let row = |number| Row::new(number, number + 2, UserInput::default(), Bytes::new());
        (0..count).map(row).collect::<Vec<_>>().into()
    }

    fn fate(status: Status) -> Option<RowFate> {
        Some(RowFate {
            status,
            user_id: Some(UserId::new(7)),
        })
    }

    fn numbers(mut source: impl AuditSource) -> Vec<u64> {
        let mut numbers = Vec::new();
        while let Some(AuditItem::Row(row)) = source.next_item().unwrap() {
            numbers.push(row.row.number);
        }
        numbers
    }

    #[test]
    fn a_sample_is_of_the_size_asked_for_and_every_row_is_as_likely() {
        let mut drawn = [0_u32; 10];
        for seed in 0..4_000 {
            let sample = Sample { rows: 3, seed };
            let applied = |number| {
                fate(if number == 4 {
                    Status::Failed
                } else {
                    Status::Updated
                })
            };
            let found = numbers(AppliedRows::new(rows(10), applied).sample(Some(sample)));
            assert_eq!(found.len(), 3);
            assert!(found.is_sorted());
            for number in found {
                drawn[usize::try_from(number).unwrap()] += 1;
            }
        }
        assert_eq!(drawn[4], 0, "a refused row cannot be verified");
        for (number, times) in drawn.iter().enumerate().filter(|(number, _)| *number != 4) {
            // 4,000 × 3/9, and five standard deviations of a binomial.
            assert!(times.abs_diff(1_333) < 150, "{number}: {times}");
        }
        let all = Sample { rows: 99, seed: 1 };
        let source = AppliedRows::new(rows(5), |_| fate(Status::Created));
        assert_eq!(numbers(source.sample(Some(all))), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn only_the_last_row_about_a_person_has_the_last_word() {
        let mut items = Vec::new();
        for number in 0..4 {
            let mut row = Row::new(number, number + 2, UserInput::default(), Bytes::new());
            row.group = (number != 1).then_some(9);
            items.push(row);
        }
        // The last one was refused, so it changed nothing.
        let fates = |number| {
            fate(if number == 3 {
                Status::Failed
            } else {
                Status::Updated
            })
        };
        let mut source = AppliedRows::new(MemorySource::from(items), fates);
        let mut overridden = Vec::new();
        while let Some(AuditItem::Row(row)) = source.next_item().unwrap() {
            overridden.push((row.row.number, row.overridden));
        }
        assert_eq!(overridden, [(0, true), (1, false), (2, false)]);
    }
}
