//! Which rows are wanted.

use crate::{Outcome, Status};

/// Which rows are wanted, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// A bit for each status, and one for rows without an outcome.
    wanted: u8,
    retryable: bool,
}

impl RowFilter {
    /// No row.
    pub const NONE: Self = Self {
        wanted: 0,
        retryable: false,
    };
    /// Every row.
    pub const ALL: Self = Self::SETTLED.or_unprocessed();
    /// Rows that have their outcome.
    pub const SETTLED: Self = Self::APPLIED
        .or(Status::Failed)
        .or(Status::Invalid)
        .or(Status::Indeterminate);
    /// Rows that Zendesk has as asked.
    pub const APPLIED: Self = Self::NONE
        .or(Status::Created)
        .or(Status::Updated)
        .or(Status::Unchanged);
    /// Rows that have their outcome and were not applied, or of which nobody knows.
    pub const NOT_APPLIED: Self = Self::NONE
        .or(Status::Failed)
        .or(Status::Invalid)
        .or(Status::Indeterminate);
    /// Rows without an outcome.
    pub const UNPROCESSED: Self = Self::NONE.or_unprocessed();

    /// These and the rows with this status.
    #[must_use]
    pub const fn or(mut self, status: Status) -> Self {
        self.wanted |= bit(Some(status));
        self
    }

    /// These and the rows without an outcome.
    #[must_use]
    pub const fn or_unprocessed(mut self) -> Self {
        self.wanted |= bit(None);
        self
    }

    /// Of these only the rows that may pass another time as they are. Rows without an outcome are among them; rows that
    /// were applied are not.
    #[must_use]
    pub const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Whether a row with this outcome, or without one, is wanted.
    pub fn wants(&self, outcome: Option<&Outcome>) -> bool {
        if self.wanted & bit(outcome.map(|outcome| outcome.status)) == 0 {
            return false;
        }
        !self.retryable || outcome.is_none_or(Outcome::is_retryable)
    }

    /// Whether it takes the input to tell which rows are wanted: a journal does not list those without an outcome.
    pub const fn has_unprocessed(&self) -> bool {
        self.wanted & bit(None) != 0
    }
}

const fn bit(status: Option<Status>) -> u8 {
    match status {
        Some(Status::Created) => 1,
        Some(Status::Updated) => 1 << 1,
        Some(Status::Unchanged) => 1 << 2,
        Some(Status::Failed) => 1 << 3,
        Some(Status::Invalid) => 1 << 4,
        Some(Status::Indeterminate) => 1 << 5,
        None => 1 << 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RowError, Settled};

    fn outcome(status: Status, retryable: bool) -> Outcome {
        let mut settled = Settled::new(0, 2, status);
        settled.error = (!status.is_success()).then(|| RowError::new("code", "message", retryable));
        Outcome::from_journal(settled, None)
    }

    #[test]
    fn every_row_is_wanted_by_one_of_three() {
        let parts = [
            RowFilter::APPLIED,
            RowFilter::NOT_APPLIED,
            RowFilter::UNPROCESSED,
        ];
        for status in Status::ALL.into_iter().map(Some).chain([None]) {
            let outcome = status.map(|status| outcome(status, true));
            let wanted = |filter: &RowFilter| filter.wants(outcome.as_ref());
            assert_eq!(parts.iter().filter(|part| wanted(part)).count(), 1);
            assert!(wanted(&RowFilter::ALL) && !wanted(&RowFilter::NONE));
            assert_eq!(wanted(&RowFilter::SETTLED), status.is_some());
        }
    }

    #[test]
    fn what_may_pass_another_time_is_what_its_error_says() {
        let again = RowFilter::ALL.retryable();
        assert!(again.wants(Some(&outcome(Status::Failed, true))));
        assert!(again.wants(None));
        assert!(!again.wants(Some(&outcome(Status::Failed, false))));
        assert!(!again.wants(Some(&outcome(Status::Created, true))));
    }
}
