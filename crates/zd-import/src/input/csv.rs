//! CSV, record by record, with lines and the record's own bytes.

use super::blocks::ReadError;
use super::record::{Cell, RecordEnd, line_ends, scan};
use super::window::{MAX_RECORD, RecordError, Window};

/// A reader of CSV records. Blank lines are skipped.
#[derive(Debug)]
pub(crate) struct CsvReader {
    window: Window,
    delimiter: u8,
    cells: Vec<Cell>,
    /// The record in view, and the line it begins on.
    end: RecordEnd,
    line: u64,
    next_line: u64,
}

const NOTHING: RecordEnd = RecordEnd {
    length: 0,
    next: 0,
    quoted: false,
    open_quote: None,
};

impl CsvReader {
    pub(crate) const fn new(window: Window, delimiter: u8) -> Self {
        Self {
            window,
            delimiter,
            cells: Vec::new(),
            end: NOTHING,
            line: 1,
            next_line: 1,
        }
    }

    /// Goes back to the beginning, for the second pass.
    pub(crate) fn rewind(&mut self) -> Result<(), ReadError> {
        (self.line, self.next_line, self.end) = (1, 1, NOTHING);
        self.window.rewind()
    }

    /// The text that is read.
    pub(crate) const fn window(&self) -> &Window {
        &self.window
    }

    /// The line on which the record begins, from 1.
    pub(crate) const fn line(&self) -> u64 {
        self.line
    }

    /// The record's own bytes, without its line end.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.window.unread()[..self.end.length]
    }

    /// The line end that follows the record in view; empty at the end of the file.
    pub(crate) fn line_end(&self) -> &[u8] {
        &self.window.unread()[self.end.length..self.end.next]
    }

    /// Its cells.
    pub(crate) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Moves to the next record; false at the end.
    pub(crate) fn advance(&mut self) -> Result<bool, RecordError> {
        self.window.advance(self.end.next);
        self.end = NOTHING;
        self.skip_blank_lines()?;
        self.line = self.next_line;
        loop {
            let bytes = self.window.unread();
            let complete = self.window.is_complete();
            if bytes.is_empty() && complete {
                return Ok(false);
            }
            let found = scan(bytes, complete, self.delimiter, &mut self.cells);
            let length = found.map_or(bytes.len(), |end| end.length);
            let open_quote = match found {
                Some(end) => end.open_quote,
                None => self.unfinished_quote(),
            };
            if let Some(offset) = open_quote
                && (complete || length > MAX_RECORD)
            {
                return Err(RecordError::OpenQuote {
                    line: self.line + line_ends(&bytes[..offset]),
                    column: self.cells.len() + usize::from(found.is_none()),
                });
            }
            if length > MAX_RECORD {
                return Err(RecordError::TooLong {
                    line: self.line,
                    column: Some(self.longest_cell(length)),
                });
            }
            if let Some(end) = found {
                let within = if end.quoted {
                    line_ends(&bytes[..end.length])
                } else {
                    0
                };
                self.next_line = self.line + within + u64::from(end.next > end.length);
                self.end = end;
                return Ok(true);
            }
            self.window.widen()?;
        }
    }

    /// Where the cell that the view cuts off begins, if it is quoted.
    fn unfinished_quote(&self) -> Option<usize> {
        let start = self.cells.last().map_or(0, |cell| cell.span().end + 1);
        (self.window.unread().get(start) == Some(&b'"')).then_some(start)
    }

    /// The number of the cell that makes a record too long.
    fn longest_cell(&self, length: usize) -> usize {
        let finished = self.cells.iter().map(|cell| cell.span().len());
        let rest = length
            - self
                .cells
                .last()
                .map_or(0, |cell| cell.span().end)
                .min(length);
        let lengths = finished.chain(std::iter::once(rest)).enumerate();
        1 + lengths
            .max_by_key(|(_, length)| *length)
            .map_or(0, |(index, _)| index)
    }

    fn skip_blank_lines(&mut self) -> Result<(), ReadError> {
        loop {
            let length = match self.window.unread() {
                [b'\r', b'\n', ..] => 2,
                [b'\r'] if !self.window.is_complete() => 0,
                [b'\r' | b'\n', ..] => 1,
                [] if !self.window.is_complete() => 0,
                _ => return Ok(()),
            };
            if length == 0 {
                self.window.widen()?;
            } else {
                self.next_line += 1;
                self.window.advance(length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::super::blocks::Blocks;
    use super::super::decode::{Decoder, Encoding};
    use super::super::unpack::Unpacked;
    use super::*;

    fn reader(bytes: impl Into<Vec<u8>>) -> CsvReader {
        let blocks = Blocks::new(Unpacked::plain(Box::new(Cursor::new(bytes.into()))));
        CsvReader::new(Window::new(Decoder::new(blocks, Encoding::Utf8, 0)), b',')
    }

    fn lines(text: &str) -> Vec<(u64, String)> {
        let mut reader = reader(text);
        let mut found = Vec::new();
        while reader.advance().unwrap() {
            found.push((
                reader.line(),
                String::from_utf8_lossy(reader.raw()).into_owned(),
            ));
        }
        found
    }

    #[test]
    fn every_record_knows_its_line() {
        for line_end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "\"1", "2\",c", "", "", "d,e"].join(line_end);
            let quoted = format!("\"1{line_end}2\",c");
            let expected = [(1, "a,b"), (3, quoted.as_str()), (7, "d,e")];
            let expected: Vec<_> = expected.map(|(line, raw)| (line, raw.to_owned())).into();
            assert_eq!(lines(&text), expected, "{line_end:?}");
            assert_eq!(lines(&format!("{text}{line_end}")), expected);
        }
    }

    #[test]
    fn an_open_quote_is_named_where_it_opens_and_swallows_nothing() {
        let rest = "x,y\n".repeat(MAX_RECORD);
        for rest in ["", "x,y\n", rest.as_str()] {
            let mut reader = reader(format!("a,b\n\nc,d\n\"e\n\",\"f\n{rest}"));
            assert!(reader.advance().unwrap() && reader.advance().unwrap());
            assert!(matches!(
                reader.advance(),
                Err(RecordError::OpenQuote { line: 5, column: 2 })
            ));
            assert!(
                reader.window().bytes() <= 2 * MAX_RECORD as u64,
                "stops soon"
            );
        }
    }

    #[test]
    fn a_record_is_at_most_a_mebibyte() {
        let longest = "x".repeat(MAX_RECORD - 2);
        let mut fits = reader(format!("a,{longest}\nb\n"));
        assert!(fits.advance().unwrap());
        assert_eq!(fits.raw().len(), MAX_RECORD);
        assert!(fits.advance().unwrap());
        assert_eq!((fits.line(), fits.raw()), (2, b"b".as_slice()));
        for (text, column) in [
            (format!("h\na,{longest}x"), 2),
            (format!("h\na,{longest}x,b\n"), 2),
            (format!("h\n\"{longest}\",b\n"), 1),
            (format!("h\n{}", "x".repeat(5 * MAX_RECORD)), 1),
        ] {
            let mut reader = reader(text);
            assert!(reader.advance().unwrap());
            let error = reader.advance();
            assert!(
                matches!(error, Err(RecordError::TooLong { line: 2, column: Some(found) }) if found == column),
                "{error:?}"
            );
        }
    }

    proptest! {
        /// The records' own bytes are the file, apart from the line ends between them; and the second pass sees the same.
        #[test]
        fn records_reproduce_the_file(text in "[ab\",\r\n]{0,60}") {
            let mut reader = reader(text.clone());
            let mut passes = [Vec::new(), Vec::new()];
            for records in &mut passes {
                while reader.advance().unwrap_or(false) {
                    let mut raw = reader.raw().to_vec();
                    raw.extend_from_slice(reader.line_end());
                    records.push((reader.line(), raw));
                }
                reader.rewind().unwrap();
            }
            prop_assert_eq!(&passes[0], &passes[1]);
            let mut rest = text.as_bytes();
            for (line, raw) in &passes[0] {
                let gap = rest.len() - rest.trim_ascii_start().len();
                prop_assert!(rest[gap..].starts_with(raw));
                let before = &text.as_bytes()[..text.len() - rest.len() + gap];
                prop_assert_eq!(*line, line_ends(before) + 1);
                rest = &rest[gap + raw.len()..];
            }
        }
    }
}
