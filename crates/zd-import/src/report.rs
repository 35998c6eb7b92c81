//! The sum of it.

use std::time::Duration;

use crate::Status;

/// The sum of an import.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Rows in all.
    pub rows: u64,
    /// Rows created.
    pub created: u64,
    /// Rows updated.
    pub updated: u64,
    /// Rows left alone.
    pub unchanged: u64,
    /// Rows refused by Zendesk.
    pub failed: u64,
    /// Rows refused before sending.
    pub invalid: u64,
    /// Rows whose effect is not known.
    pub indeterminate: u64,
    /// Requests sent.
    pub requests: u64,
    /// Batches sent.
    pub batches: u64,
    /// From start to end.
    pub elapsed: Duration,
}

impl Report {
    /// Counts one more row.
    pub fn count(&mut self, status: Status) {
        self.rows += 1;
        *match status {
            Status::Created => &mut self.created,
            Status::Updated => &mut self.updated,
            Status::Unchanged => &mut self.unchanged,
            Status::Failed => &mut self.failed,
            Status::Invalid => &mut self.invalid,
            Status::Indeterminate => &mut self.indeterminate,
        } += 1;
    }
}
