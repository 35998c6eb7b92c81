//! The sum of an audit.

use std::collections::BTreeMap;
use std::time::Duration;

use super::finding::{RowDiff, RowFinding};
use crate::Status;

/// How many fields are counted by name.
const NAMES: usize = 1_000;

/// The sum of an audit, up to the row that was given last.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AuditReport {
    /// Rows given.
    pub rows: u64,
    /// Rows about people who are not there.
    pub new: u64,
    /// Rows whose person has what they say.
    pub unchanged: u64,
    /// Rows whose person has something else.
    pub changed: u64,
    /// Rows of which it cannot be told.
    pub cannot_tell: u64,
    /// Rows whose person is not there any more.
    pub gone: u64,
    /// Rows that were not looked up because they are invalid.
    pub invalid: u64,
    /// Rows that were not looked up for another reason: superseded ones.
    pub settled: u64,
    /// What was found of each field, by its name; at most 1,000 fields.
    pub fields: BTreeMap<String, FieldCounts>,
    /// Requests made, without those that the client made again by itself.
    pub requests: u64,
    /// Users that a walk over the account has seen.
    pub users_walked: u64,
    /// Since the audit began.
    pub elapsed: Duration,
}

/// In how many rows a field is not as asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldCounts {
    /// It has another value.
    pub different: u64,
    /// What Zendesk shows does not tell.
    pub cannot_tell: u64,
    /// The account has no such custom field.
    pub ignored: u64,
}

impl AuditReport {
    pub(super) fn count(&mut self, diff: &RowDiff) {
        self.rows += 1;
        *match &diff.finding {
            RowFinding::New => &mut self.new,
            RowFinding::Unchanged => &mut self.unchanged,
            RowFinding::Changed(_) => &mut self.changed,
            RowFinding::CannotTell => &mut self.cannot_tell,
            RowFinding::Gone => &mut self.gone,
            RowFinding::Settled(outcome) if outcome.status == Status::Invalid => &mut self.invalid,
            RowFinding::Settled(_) => &mut self.settled,
        } += 1;
        if let RowFinding::Changed(fields) = &diff.finding {
            for field in fields {
                self.field(&field.field, |counts| counts.different += 1);
            }
        }
        for field in &diff.cannot_tell {
            self.field(field, |counts| counts.cannot_tell += 1);
        }
        for field in &diff.ignored {
            self.field(field, |counts| counts.ignored += 1);
        }
    }

    fn field(&mut self, name: &str, count: impl FnOnce(&mut FieldCounts)) {
        if let Some(counts) = self.fields.get_mut(name) {
            count(counts);
        } else if self.fields.len() < NAMES {
            count(self.fields.entry(name.to_owned()).or_default());
        }
    }
}
