//! The part of the text that is being looked at.

use super::blocks::ReadError;
use super::decode::Decoder;
use super::original::Digests;
use super::unpack::ArchiveError;

/// The longest record: one row of a CSV file, one line of JSON Lines, one element of a JSON array.
pub const MAX_RECORD: usize = 1024 * 1024;

/// A window that moves over the text, as wide as one record needs.
#[derive(Debug)]
pub(crate) struct Window {
    decoder: Decoder,
    buffer: Vec<u8>,
    start: usize,
    complete: bool,
}

/// Why there is no next record.
#[derive(Debug)]
pub(crate) enum RecordError {
    Read(ReadError),
    /// A quote opens here and closes nowhere, or too far away. `column` is the cell's number, from 1.
    OpenQuote {
        line: u64,
        column: usize,
    },
    /// An archive cannot be unpacked to its end; the line is the one that was being read.
    Archive {
        line: u64,
        error: ArchiveError,
    },
    /// A JSON array that is none.
    Array {
        line: u64,
        column: u64,
        what: &'static str,
    },
    /// A record is longer than [`MAX_RECORD`].
    TooLong {
        line: u64,
        column: Option<usize>,
    },
}

impl RecordError {
    /// The same, with the line that was being read if that is all that is missing.
    pub(crate) fn at_line(self, line: u64) -> Self {
        match self {
            Self::Read(ReadError::Archive(error)) => Self::Archive { line, error },
            other => other,
        }
    }
}

impl From<ReadError> for RecordError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl Window {
    pub(crate) const fn new(decoder: Decoder) -> Self {
        Self {
            decoder,
            buffer: Vec::new(),
            start: 0,
            complete: false,
        }
    }

    /// What is in view.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Whether the view reaches to the end of the text.
    pub(crate) const fn is_complete(&self) -> bool {
        self.complete
    }

    /// How many bytes of the input were read in this pass.
    pub(crate) const fn bytes(&self) -> u64 {
        self.decoder.bytes()
    }

    /// What the input's own bytes are known by, once the first pass has seen their end.
    pub(crate) fn identity(&self) -> Option<&Digests> {
        self.decoder.identity()
    }

    /// Moves past the first `length` bytes in view.
    pub(crate) fn advance(&mut self, length: usize) {
        self.start = (self.start + length).min(self.buffer.len());
    }

    /// Brings more into view.
    pub(crate) fn widen(&mut self) -> Result<(), ReadError> {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.complete = !self.decoder.append_to(&mut self.buffer)?;
        Ok(())
    }

    /// Goes back to the beginning, for the second pass.
    pub(crate) fn rewind(&mut self) -> Result<(), ReadError> {
        self.buffer.clear();
        (self.start, self.complete) = (0, false);
        self.decoder.rewind()
    }
}
