//! A row of the input, ready to be sent.

use bytes::Bytes;
use zd_model::UserInput;

/// A row of the input, ready to be sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// Where it stands among the rows, from 0.
    pub number: u64,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Rows of the same group are about the same person: never in one batch, never in flight together.
    pub group: Option<u32>,
    /// What to send.
    pub user: UserInput,
    /// The row's own bytes, for the failed file.
    pub raw: Bytes,
}

impl Row {
    /// A row that is about nobody else's person.
    pub const fn new(number: u64, line: u64, user: UserInput, raw: Bytes) -> Self {
        Self {
            number,
            line,
            group: None,
            user,
            raw,
        }
    }
}
