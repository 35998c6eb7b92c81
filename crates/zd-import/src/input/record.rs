//! Where a CSV record and its cells begin and end.
//!
//! Written here rather than taken from `csv-core`, whose reader does not tell where a record's own bytes are, on which
//! line a quote was opened, or that text follows a closing quote; a property test holds the two against each other.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr3};

/// Where a cell is, in the record's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    start: u32,
    end: u32,
    quotes: Quotes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    None,
    /// Around the cell.
    Around,
    /// Around the cell, and doubled inside.
    Doubled,
    /// Text follows the closing quote: what was meant cannot be told.
    Misplaced,
}

impl Cell {
    /// Its bytes, with quotes.
    pub(crate) const fn span(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether text follows its closing quote.
    pub(crate) const fn is_misquoted(self) -> bool {
        matches!(self.quotes, Quotes::Misplaced)
    }

    /// What it says.
    pub(crate) fn text(self, record: &str) -> Cow<'_, str> {
        let span = self.span();
        match self.quotes {
            Quotes::None | Quotes::Misplaced => Cow::Borrowed(record.get(span).unwrap_or_default()),
            Quotes::Around => {
                Cow::Borrowed(record.get(span.start + 1..span.end - 1).unwrap_or_default())
            }
            Quotes::Doubled => {
                let inner = record.get(span.start + 1..span.end - 1).unwrap_or_default();
                Cow::Owned(inner.replace("\"\"", "\""))
            }
        }
    }
}

/// Where a record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordEnd {
    /// The length of the record without its line end.
    pub(crate) length: usize,
    /// Where the next record can begin.
    pub(crate) next: usize,
    /// Whether any cell is quoted, so that the record may span lines.
    pub(crate) quoted: bool,
    /// Where a quote opens that never closes.
    pub(crate) open_quote: Option<usize>,
}

/// Finds the end of the record at the start of `bytes`, and its cells; none if more bytes must be seen first.
///
/// `complete` says that no more bytes follow. A record ends at LF, CR or CRLF outside of quotes.
pub(crate) fn scan(
    bytes: &[u8],
    complete: bool,
    delimiter: u8,
    cells: &mut Vec<Cell>,
) -> Option<RecordEnd> {
    cells.clear();
    let mut at = 0;
    let mut quoted = false;
    loop {
        let start = at;
        // Most cells of most files are empty.
        if bytes.get(at) == Some(&delimiter) {
            push(cells, at, at, Quotes::None);
            at += 1;
            continue;
        }
        let mut quotes = Quotes::None;
        if bytes.get(at) == Some(&b'"') {
            quoted = true;
            quotes = Quotes::Around;
            at += 1;
            loop {
                let Some(closing) = memchr(b'"', &bytes[at..]) else {
                    if !complete {
                        return None;
                    }
                    push(cells, start, bytes.len(), Quotes::Misplaced);
                    return Some(RecordEnd {
                        length: bytes.len(),
                        next: bytes.len(),
                        quoted,
                        open_quote: Some(start),
                    });
                };
                at += closing + 1;
                match bytes.get(at) {
                    None if !complete => return None,
                    Some(b'"') => {
                        quotes = Quotes::Doubled;
                        at += 1;
                    }
                    None | Some(b'\r' | b'\n') => break,
                    Some(byte) if *byte == delimiter => break,
                    Some(_) => {
                        quotes = Quotes::Misplaced;
                        break;
                    }
                }
            }
        }
        let end = end_of_cell(&bytes[at..], delimiter).map(|found| at + found);
        let Some(end) = end else {
            if !complete {
                return None;
            }
            push(cells, start, bytes.len(), quotes);
            return Some(RecordEnd {
                length: bytes.len(),
                next: bytes.len(),
                quoted,
                open_quote: None,
            });
        };
        let next = match bytes[end] {
            b'\r' => match bytes.get(end + 1) {
                None if !complete => return None,
                Some(b'\n') => end + 2,
                _ => end + 1,
            },
            _ => end + 1,
        };
        push(cells, start, end, quotes);
        if bytes[end] == delimiter {
            at = next;
            continue;
        }
        return Some(RecordEnd {
            length: end,
            next,
            quoted,
            open_quote: None,
        });
    }
}

/// Where the delimiter or the end of the line is. Most cells are shorter than it takes to begin a search by many bytes at
/// once, so the first of them are looked at eight at a time.
fn end_of_cell(bytes: &[u8], delimiter: u8) -> Option<usize> {
    const WORDS: usize = 4;
    let (words, _) = bytes.as_chunks();
    let words = &words[..words.len().min(WORDS)];
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = [delimiter, b'\r', b'\n'].map(|byte| marks(word, byte));
        let found = found[0] | found[1] | found[2];
        if found != 0 {
            return Some(8 * index + found.trailing_zeros() as usize / 8);
        }
    }
    let seen = 8 * words.len();
    memchr3(delimiter, b'\r', b'\n', &bytes[seen..]).map(|found| seen + found)
}

/// Marks the bytes of a word that are this one: the lowest mark is right, those above it may not be.
const fn marks(word: u64, byte: u8) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let zero = word ^ (ONES * byte as u64);
    zero.wrapping_sub(ONES) & !zero & (ONES << 7)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a record is at most a few blocks long, see `CsvReader`"
)]
fn push(cells: &mut Vec<Cell>, start: usize, end: usize, quotes: Quotes) {
    cells.push(Cell {
        start: start as u32,
        end: end as u32,
        quotes,
    });
}

/// How many lines end in these bytes: at LF, CR or CRLF.
pub(crate) fn line_ends(bytes: &[u8]) -> u64 {
    let mut count = 0;
    let mut after_return = false;
    for at in memchr::memchr2_iter(b'\r', b'\n', bytes) {
        let follows_return = after_return && at > 0 && bytes[at - 1] == b'\r';
        if bytes[at] == b'\r' || !follows_return {
            count += 1;
        }
        after_return = bytes[at] == b'\r';
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(record: &str) -> Vec<String> {
        let mut cells = Vec::new();
        scan(record.as_bytes(), true, b',', &mut cells).unwrap();
        cells
            .iter()
            .map(|cell| cell.text(record).into_owned())
            .collect()
    }

    #[test]
    fn cells_say_what_was_written() {
        for (record, expected) in [
            ("", vec![""]),
            ("a,b", vec!["a", "b"]),
            ("a,", vec!["a", ""]),
            (",", vec!["", ""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"say \"\"hi\"\"\"", vec!["say \"hi\""]),
            ("\"\"", vec![""]),
            ("\"\"\"\"", vec!["\""]),
            ("5\" disk,x", vec!["5\" disk", "x"]),
            ("\"two\nlines\",x\nnext", vec!["two\nlines", "x"]),
            (" \"a\",b", vec![" \"a\"", "b"]),
        ] {
            assert_eq!(texts(record), expected, "{record}");
        }
    }

    proptest! {
        #[test]
        fn the_end_of_a_cell_is_the_first_that_can_be(bytes in proptest::collection::vec(prop_oneof![20 => any::<u8>(), 1 => Just(b','), 1 => Just(b'\r'), 1 => Just(b'\n')], 0..60)) {
            let ends = |byte: &u8| matches!(byte, b',' | b'\r' | b'\n');
            prop_assert_eq!(end_of_cell(&bytes, b','), bytes.iter().position(ends));
        }
    }

    #[test]
    fn misplaced_and_open_quotes_are_seen() {
        let mut cells = Vec::new();
        let end = scan(b"a,\"b\"c,d\n", true, b',', &mut cells).unwrap();
        assert_eq!((cells.len(), end.open_quote), (3, None));
        assert!(cells[1].is_misquoted() && !cells[0].is_misquoted());
        let end = scan(b"a,\"b,c\nd,e\n", true, b',', &mut cells).unwrap();
        assert_eq!(end.open_quote, Some(2));
        assert_eq!(scan(b"a,\"b,c\nd,e\n", false, b',', &mut cells), None);
    }

    #[test]
    fn lines_end_in_three_ways() {
        for (text, lines) in [
            ("", 0),
            ("a\n", 1),
            ("a\r\n", 1),
            ("a\rb", 1),
            ("\n\n", 2),
            ("\r\r\n\n", 3),
            ("\n\r", 2),
        ] {
            assert_eq!(line_ends(text.as_bytes()), lines, "{text:?}");
        }
    }

    /// All records of a text by csv-core: the second opinion.
    fn by_csv_core(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv_core::Reader::new();
        let (mut records, mut rest) = (Vec::new(), text);
        loop {
            let (mut output, mut ends) = (vec![0; text.len() + 1], vec![0; text.len() + 2]);
            let (mut fields, mut written) = (0, 0);
            loop {
                let (result, read, wrote, found) =
                    reader.read_record(rest, &mut output[written..], &mut ends[fields..]);
                (rest, written, fields) = (&rest[read..], written + wrote, fields + found);
                match result {
                    csv_core::ReadRecordResult::End => return records,
                    csv_core::ReadRecordResult::Record => break,
                    _ => {}
                }
            }
            let starts = std::iter::once(0).chain(ends.iter().copied());
            let cells = starts.zip(&ends[..fields]);
            records.push(
                cells
                    .map(|(start, end)| output[start..*end].to_vec())
                    .collect(),
            );
        }
    }

    proptest! {
        /// Wherever quotes are in order, the cells are those of csv-core.
        #[test]
        fn cells_are_those_of_csv_core(text in "[ab\",\r\n]{0,40}") {
            let (mut records, mut rest, mut cells) = (Vec::new(), text.as_str(), Vec::new());
            let mut in_order = true;
            loop {
                rest = rest.trim_start_matches(['\r', '\n']);
                if rest.is_empty() {
                    break;
                }
                let end = scan(rest.as_bytes(), true, b',', &mut cells).unwrap();
                in_order &= end.open_quote.is_none() && !cells.iter().any(|cell| cell.is_misquoted());
                records.push(cells.iter().map(|cell| cell.text(rest).into_owned().into_bytes()).collect::<Vec<_>>());
                rest = &rest[end.next..];
            }
            if in_order {
                prop_assert_eq!(records, by_csv_core(text.as_bytes()));
            }
        }

        /// What is found does not depend on how much was there to look at.
        #[test]
        fn a_partial_look_never_finds_something_else(text in "[ab\",\r\n]{0,30}") {
            let bytes = text.as_bytes();
            let (mut whole, mut part) = (Vec::new(), Vec::new());
            let end = scan(bytes, true, b',', &mut whole).unwrap();
            for length in 0..bytes.len() {
                if let Some(early) = scan(&bytes[..length], false, b',', &mut part) {
                    prop_assert_eq!(early, end);
                    prop_assert_eq!(&part, &whole);
                }
            }
        }
    }
}
