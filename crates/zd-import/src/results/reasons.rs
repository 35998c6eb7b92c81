//! Why rows were not applied, in numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Outcome, Status};

/// So many reasons are told apart; codes are words of a program, and real accounts have a few dozen.
const MOST: usize = 200;
/// A longer code is cut.
const LONGEST: usize = 100;

/// Rows that were not applied, by status and code. Its size does not grow with the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReasonCounts {
    counts: BTreeMap<(&'static str, String), ReasonCount>,
    others: Option<ReasonCount>,
    retryable: u64,
}

/// Rows that were not applied for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReasonCount {
    /// What became of them.
    pub status: Status,
    /// Zendesk's code, or ours; empty if none was given, `other` for the rows behind the 200th reason.
    pub code: String,
    /// How many rows.
    pub rows: u64,
    /// How many of them may pass another time as they are.
    pub retryable: u64,
    /// The first line of them.
    pub line: u64,
}

impl ReasonCounts {
    /// Counts the row, unless it was applied.
    pub fn count(&mut self, outcome: &Outcome) {
        if outcome.status.is_success() {
            return;
        }
        let code = outcome.error.as_ref().map_or("", |error| &error.code);
        let code: String = code.chars().take(LONGEST).collect();
        let new = |code: String| ReasonCount {
            status: outcome.status,
            code,
            rows: 0,
            retryable: 0,
            line: outcome.line,
        };
        let key = (outcome.status.as_str(), code);
        let full = self.counts.len() >= MOST && !self.counts.contains_key(&key);
        let count = if full {
            self.others.get_or_insert_with(|| new("other".to_owned()))
        } else {
            let code = key.1.clone();
            self.counts.entry(key).or_insert_with(|| new(code))
        };
        let retryable = u64::from(outcome.is_retryable());
        self.retryable += retryable;
        count.rows += 1;
        count.retryable += retryable;
        count.line = count.line.min(outcome.line);
    }

    /// The reasons, the one with the most rows first; of equal ones the one that comes first in the input.
    pub fn largest_first(&self) -> Vec<&ReasonCount> {
        let mut counts: Vec<_> = self.counts.values().collect();
        counts.sort_by_key(|count| (std::cmp::Reverse(count.rows), count.line));
        counts.extend(&self.others);
        counts
    }

    /// How many rows may pass another time as they are.
    pub const fn retryable(&self) -> u64 {
        self.retryable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RowError, Settled};

    fn failed(line: u64, code: &str, retryable: bool) -> Outcome {
        let mut settled = Settled::new(line, line, Status::Failed);
        settled.error = Some(RowError::new(code, "", retryable));
        Outcome::from_journal(settled, None)
    }

    #[test]
    fn reasons_are_counted_by_code_and_stay_few() {
        let mut counts = ReasonCounts::default();
        counts.count(&failed(9, "RecordInvalid", false));
        counts.count(&failed(4, "RecordInvalid", false));
        counts.count(&failed(5, "not_applied", true));
        counts.count(&Outcome::from_journal(
            Settled::new(6, 6, Status::Created),
            None,
        ));
        let largest = counts.largest_first();
        assert_eq!(largest.len(), 2);
        let first = largest[0];
        assert_eq!(
            (first.code.as_str(), first.rows, first.line),
            ("RecordInvalid", 2, 4)
        );
        assert_eq!((counts.retryable(), largest[1].retryable), (1, 1));
        for number in 0..10_000 {
            counts.count(&failed(number, &number.to_string(), false));
        }
        let all = counts.largest_first();
        assert_eq!(all.len(), MOST + 1);
        assert_eq!(all.iter().map(|count| count.rows).sum::<u64>(), 10_003);
    }
}
