//! A row of the input, and where rows come from.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use zd_model::UserInput;

use crate::{InputIdentity, Outcome};

/// A row of the input, ready to be sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// Where it stands among the rows, from 0.
    pub number: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Rows of the same group are about the same person: never in one batch, never in flight together. None: nobody
    /// else's person.
    pub group: Option<u32>,
    /// What to send.
    pub user: Box<UserInput>,
    /// The row's own bytes without its line end, in UTF-8 where the input is sound: what the failed file repeats.
    pub raw: Bytes,
}

impl Row {
    /// A row that is about nobody else's person.
    pub fn new(number: u64, line: u64, user: UserInput, raw: Bytes) -> Self {
        Self::boxed(number, line, Box::new(user), raw)
    }

    pub(crate) const fn boxed(number: u64, line: u64, user: Box<UserInput>, raw: Bytes) -> Self {
        Self {
            number,
            line,
            group: None,
            user,
            raw,
        }
    }
}

/// The next thing a source of rows has.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a row is to be sent or it is not")]
pub enum SourceItem {
    /// A row to send.
    Row(Row),
    /// A row whose outcome is known without sending it: refused, or superseded by another.
    Settled(Outcome),
}

/// Where rows come from: each row exactly once, in the order of the input.
///
/// Reading blocks, for as long as a local disk takes.
pub trait RowSource: Send + 'static {
    /// The next item; none at the end, and from then on.
    ///
    /// # Errors
    ///
    /// If the input cannot be read, or is no longer the one that was checked. Nothing can be read after an error, and
    /// nothing more may be sent.
    fn next_row(&mut self) -> Result<Option<SourceItem>, SourceError>;

    /// The next item, if it is wanted, going by its number and its line; the inner none if it is not. A source that can pass
    /// over a row for less than it takes to make it does so.
    ///
    /// # Errors
    ///
    /// As [`next_row`](Self::next_row).
    fn next_if(
        &mut self,
        wanted: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Option<Option<SourceItem>>, SourceError> {
        let item = self.next_row()?;
        Ok(item.map(|item| {
            let (number, line) = match &item {
                SourceItem::Row(row) => (row.number, row.line),
                SourceItem::Settled(outcome) => (outcome.number, outcome.line),
            };
            wanted(number, line).then_some(item)
        }))
    }

    /// Goes back to the first row. An import that is resumed reads the rows that were in flight first.
    ///
    /// # Errors
    ///
    /// If the input cannot be read from its beginning again.
    fn rewind(&mut self) -> Result<(), SourceError>;

    /// What the input is known by, so that a resumed import can see that it is the same. None: it is taken on trust.
    fn identity(&self) -> Option<InputIdentity> {
        None
    }
}

/// A source that its owner wants to read again when the import has ended.
impl<S: RowSource> RowSource for Arc<Mutex<S>> {
    fn next_row(&mut self) -> Result<Option<SourceItem>, SourceError> {
        self.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next_row()
    }

    fn next_if(
        &mut self,
        wanted: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Option<Option<SourceItem>>, SourceError> {
        self.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next_if(wanted)
    }

    fn rewind(&mut self) -> Result<(), SourceError> {
        self.lock().unwrap_or_else(PoisonError::into_inner).rewind()
    }

    fn identity(&self) -> Option<InputIdentity> {
        self.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .identity()
    }
}

/// Rows held in memory.
#[derive(Clone, Debug, Default)]
pub struct MemorySource {
    items: Vec<SourceItem>,
    next: usize,
}

impl From<Vec<Row>> for MemorySource {
    fn from(rows: Vec<Row>) -> Self {
        rows.into_iter()
            .map(SourceItem::Row)
            .collect::<Vec<_>>()
            .into()
    }
}

impl From<Vec<SourceItem>> for MemorySource {
    fn from(items: Vec<SourceItem>) -> Self {
        Self { items, next: 0 }
    }
}

impl RowSource for MemorySource {
    fn next_row(&mut self) -> Result<Option<SourceItem>, SourceError> {
        let item = self.items.get(self.next).cloned();
        self.next += usize::from(item.is_some());
        Ok(item)
    }

    fn rewind(&mut self) -> Result<(), SourceError> {
        self.next = 0;
        Ok(())
    }
}

/// Why a source ended before its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The input could not be read.
    #[error("the input could not be read")]
    Read(#[source] std::io::Error),
    /// The input is not the one that was checked.
    #[error("the input changed after it was checked: {0}")]
    Changed(&'static str),
}
