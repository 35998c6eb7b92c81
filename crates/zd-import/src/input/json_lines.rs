//! JSON Lines, line by line.

use memchr::memchr;

use super::blocks::ReadError;
use super::window::{MAX_RECORD, RecordError, Window};

/// A reader of lines. Blank lines are skipped.
#[derive(Debug)]
pub(crate) struct LineReader {
    window: Window,
    length: usize,
    next: usize,
    line: u64,
}

impl LineReader {
    pub(crate) const fn new(window: Window) -> Self {
        Self {
            window,
            length: 0,
            next: 0,
            line: 0,
        }
    }

    /// Goes back to the beginning, for the second pass.
    pub(crate) fn rewind(&mut self) -> Result<(), ReadError> {
        (self.length, self.next, self.line) = (0, 0, 0);
        self.window.rewind()
    }

    /// The text that is read.
    pub(crate) const fn window(&self) -> &Window {
        &self.window
    }

    /// The line's number, from 1.
    pub(crate) const fn line(&self) -> u64 {
        self.line
    }

    /// The line's own bytes, without its end (LF or CRLF).
    pub(crate) fn raw(&self) -> &[u8] {
        let line = &self.window.unread()[..self.length];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// Moves to the next line that is not blank; false at the end.
    pub(crate) fn advance(&mut self) -> Result<bool, RecordError> {
        loop {
            self.window.advance(self.next);
            (self.length, self.next) = (0, 0);
            self.line += 1;
            if !self.find_end()? {
                return Ok(false);
            }
            if !self.raw().trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    fn find_end(&mut self) -> Result<bool, RecordError> {
        let mut seen = 0;
        loop {
            let bytes = self.window.unread();
            let found = memchr(b'\n', &bytes[seen..]).map(|at| seen + at);
            seen = bytes.len();
            self.length = found.unwrap_or(seen);
            if self.length > MAX_RECORD {
                return Err(RecordError::TooLong {
                    line: self.line,
                    column: None,
                });
            }
            if found.is_some() || self.window.is_complete() {
                self.next = (self.length + 1).min(seen);
                return Ok(seen > 0);
            }
            self.window.widen()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::blocks::Blocks;
    use super::super::decode::{Decoder, Encoding};
    use super::super::unpack::Unpacked;
    use super::*;

    fn reader(text: impl Into<Vec<u8>>) -> LineReader {
        let blocks = Blocks::new(Unpacked::plain(Box::new(Cursor::new(text.into()))));
        LineReader::new(Window::new(Decoder::new(blocks, Encoding::Utf8, 0)))
    }

    #[test]
    fn every_line_that_is_not_blank_is_a_record() {
        let mut reader = reader("{}\r\n\n  \n{\"a\":1}\n\n[]");
        for _ in 0..2 {
            let mut found = Vec::new();
            while reader.advance().unwrap() {
                found.push((reader.line(), reader.raw().to_vec()));
            }
            assert!(!reader.advance().unwrap(), "the end stays the end");
            let expected: [(u64, &[u8]); 3] = [(1, b"{}"), (4, b"{\"a\":1}"), (6, b"[]")];
            assert_eq!(found, expected.map(|(line, raw)| (line, raw.to_vec())));
            reader.rewind().unwrap();
        }
    }

    #[test]
    fn a_line_is_at_most_a_mebibyte() {
        let mut fits = reader(format!("{}\n{{}}", "x".repeat(MAX_RECORD)));
        assert!(fits.advance().unwrap() && fits.advance().unwrap());
        let mut reader = reader(format!("{{}}\n{}\n", "x".repeat(MAX_RECORD + 1)));
        assert!(reader.advance().unwrap());
        assert!(matches!(
            reader.advance(),
            Err(RecordError::TooLong { line: 2, .. })
        ));
    }
}
