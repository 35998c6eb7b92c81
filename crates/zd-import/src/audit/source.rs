//! What is compared with the account: rows of a file, or of a run that has ended.

use zd_model::UserId;

use crate::{Outcome, Row, RowSource, SourceError, SourceItem};

/// A row to be compared with the account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AuditRow {
    /// The row.
    pub row: Row,
    /// The user, if it is known who it is: then nobody is searched for.
    pub user_id: Option<UserId>,
    /// Whether the row was applied: whoever is not there now is gone, not new.
    pub applied: bool,
    /// Whether a later row about the same person was sent as well: what differs may be its doing.
    pub overridden: bool,
}

impl AuditRow {
    /// A row that was not sent yet.
    pub const fn new(row: Row) -> Self {
        Self {
            row,
            user_id: None,
            applied: false,
            overridden: false,
        }
    }
}

/// The next thing there is to compare.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "as the items of a row source")]
pub enum AuditItem {
    /// A row to be looked up.
    Row(AuditRow),
    /// A row that is not: it is refused, or superseded by another.
    Settled(Outcome),
}

/// Where the rows of an audit come from. Every [`RowSource`] is one: its rows were not sent yet.
pub trait AuditSource: Send {
    /// The next item; none at the end, and from then on.
    ///
    /// # Errors
    ///
    /// If the rows cannot be read to their end.
    fn next_item(&mut self) -> Result<Option<AuditItem>, SourceError>;
}

impl<S: RowSource> AuditSource for S {
    fn next_item(&mut self) -> Result<Option<AuditItem>, SourceError> {
        Ok(self.next_row()?.map(|item| match item {
            SourceItem::Row(row) => AuditItem::Row(AuditRow::new(row)),
            SourceItem::Settled(outcome) => AuditItem::Settled(outcome),
        }))
    }
}
