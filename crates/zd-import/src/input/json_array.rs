//! A JSON array, element by element.

use memchr::memchr2;

use super::blocks::ReadError;
use super::window::{MAX_RECORD, RecordError, Window};

/// A reader of an array's elements. Of the array no more is held than one element.
#[derive(Debug)]
pub(crate) struct ArrayReader {
    window: Window,
    /// How long the element in view is.
    length: usize,
    /// Where the window begins: the line, and the byte of that line, from 1.
    here: Position,
    state: State,
}

/// A place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

const START: Position = Position { line: 1, column: 1 };

impl Position {
    /// The place behind these bytes.
    pub(crate) fn after(self, bytes: &[u8]) -> Self {
        match memchr::memrchr(b'\n', bytes) {
            None => Self {
                column: self.column + bytes.len() as u64,
                ..self
            },
            Some(last) => Self {
                line: self.line + memchr::memchr_iter(b'\n', bytes).count() as u64,
                column: (bytes.len() - last) as u64,
            },
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the opening bracket.
    Before,
    /// Behind the opening bracket.
    First,
    /// Behind an element.
    Next,
    /// Behind the closing bracket.
    Behind,
}

impl ArrayReader {
    pub(crate) const fn new(window: Window) -> Self {
        Self {
            window,
            length: 0,
            here: START,
            state: State::Before,
        }
    }

    /// Goes back to the beginning, for the second pass.
    pub(crate) fn rewind(&mut self) -> Result<(), ReadError> {
        (self.length, self.here, self.state) = (0, START, State::Before);
        self.window.rewind()
    }

    /// The text that is read.
    pub(crate) const fn window(&self) -> &Window {
        &self.window
    }

    /// Where the element in view begins.
    pub(crate) const fn position(&self) -> Position {
        self.here
    }

    /// The element's own bytes.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.window.unread()[..self.length]
    }

    /// Moves to the next element; false at the end of the array.
    pub(crate) fn advance(&mut self) -> Result<bool, RecordError> {
        self.step(self.length);
        self.length = 0;
        loop {
            match (self.state, self.next_byte()?) {
                (State::Before, Some(b'[')) => {
                    self.step(1);
                    self.state = State::First;
                }
                (State::First | State::Next, Some(b']')) => {
                    self.step(1);
                    self.state = State::Behind;
                }
                (State::First, Some(_)) => return self.element().map(|()| true),
                (State::Next, Some(b',')) => {
                    self.step(1);
                    return match self.next_byte()? {
                        Some(b']') => Err(self.broken("a comma with nothing behind it")),
                        Some(_) => self.element().map(|()| true),
                        None => Err(self.broken("the array ends in the middle: no ] closes it")),
                    };
                }
                (State::Behind, None) => return Ok(false),
                (State::Before, _) => return Err(self.broken("not an array: no [ opens it")),
                (State::First | State::Next, None) => {
                    return Err(self.broken("the array ends in the middle: no ] closes it"));
                }
                (State::Next, Some(_)) => {
                    return Err(
                        self.broken("neither a comma nor the array's ] follows the element before")
                    );
                }
                (State::Behind, Some(_)) => {
                    return Err(self.broken("something follows the ] that closes the array"));
                }
            }
        }
    }

    /// The next byte that is not blank; none at the end.
    fn next_byte(&mut self) -> Result<Option<u8>, ReadError> {
        loop {
            let bytes = self.window.unread();
            let blanks = bytes.iter().take_while(|byte| b" \t\r\n".contains(byte));
            let blanks = blanks.count();
            let found = bytes.get(blanks).copied();
            self.step(blanks);
            if found.is_some() || self.window.is_complete() {
                return Ok(found);
            }
            self.window.widen()?;
        }
    }

    /// Steps over bytes in view.
    fn step(&mut self, length: usize) {
        let bytes = self.window.unread();
        self.here = self.here.after(bytes.get(..length).unwrap_or(bytes));
        self.window.advance(length);
    }

    /// Finds the end of the element that begins here.
    fn element(&mut self) -> Result<(), RecordError> {
        self.state = State::Next;
        let mut extent = Extent::default();
        loop {
            let bytes = self.window.unread();
            let found = extent.look(bytes);
            if found.unwrap_or(bytes.len()) > MAX_RECORD {
                return Err(match extent.is_open() {
                    true => self.broken("what opens here does not close within 1024 KiB"),
                    false => RecordError::TooLong {
                        line: self.here.line,
                        column: None,
                    },
                });
            }
            if let Some(length) = found {
                if length == 0 {
                    return Err(self.broken("an element is missing here"));
                }
                self.length = length;
                return Ok(());
            }
            if self.window.is_complete() {
                return Err(self.broken("what begins here does not end"));
            }
            self.window.widen()?;
        }
    }

    const fn broken(&self, what: &'static str) -> RecordError {
        RecordError::Array {
            line: self.here.line,
            column: self.here.column,
            what,
        }
    }
}

/// How far an element reaches, told by its brackets and quotes alone.
#[derive(Debug, Default)]
struct Extent {
    at: usize,
    depth: usize,
    in_text: bool,
}

impl Extent {
    /// Whether brackets or quotes are open.
    const fn is_open(&self) -> bool {
        self.depth > 0 || self.in_text
    }

    /// The element's length; none if more must be seen. What was looked at is not looked at again.
    fn look(&mut self, bytes: &[u8]) -> Option<usize> {
        while let Some(rest) = bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            if self.in_text {
                let Some(stop) = memchr2(b'"', b'\\', rest) else {
                    self.at = bytes.len();
                    return None;
                };
                if rest[stop] == b'"' {
                    self.at += stop + 1;
                    self.in_text = false;
                    continue;
                }
                if stop + 1 == rest.len() {
                    // What is escaped is not in view yet.
                    self.at += stop;
                    return None;
                }
                self.at += stop + 2;
                continue;
            }
            match rest[0] {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return Some(self.at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.at += 1;
                        return Some(self.at);
                    }
                }
                b',' if self.depth == 0 => return Some(self.at),
                b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return Some(self.at),
                _ => {}
            }
            self.at += 1;
        }
        None
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

    fn reader(text: impl Into<Vec<u8>>) -> ArrayReader {
        let blocks = Blocks::new(Unpacked::plain(Box::new(Cursor::new(text.into()))));
        ArrayReader::new(Window::new(Decoder::new(blocks, Encoding::Utf8, 0)))
    }

    fn elements(reader: &mut ArrayReader) -> Result<Vec<(u64, u64, String)>, RecordError> {
        let mut found = Vec::new();
        while reader.advance()? {
            let at = reader.position();
            let raw = String::from_utf8_lossy(reader.raw()).into_owned();
            found.push((at.line, at.column, raw));
        }
        Ok(found)
    }

    #[test]
    fn every_element_knows_its_place() {
        let text = "\n [ {\"a\": \"]},\\\"\"},\r\n  [1, {}] ,\"x\\\\\"\n,12 ]\n\n";
        let mut reader = reader(text);
        for _ in 0..2 {
            let found = elements(&mut reader).unwrap();
            let expected = [
                (2, 4, "{\"a\": \"]},\\\"\"}"),
                (3, 3, "[1, {}]"),
                (3, 12, "\"x\\\\\""),
                (4, 2, "12"),
            ];
            assert_eq!(
                found,
                expected.map(|(line, column, raw)| (line, column, raw.to_owned()))
            );
            assert!(!reader.advance().unwrap(), "the end stays the end");
            reader.rewind().unwrap();
        }
        assert_eq!(elements(&mut super::tests::reader(" [ ] ")).unwrap(), []);
    }

    #[test]
    fn what_is_no_array_is_told_where_it_goes_wrong() {
        for (text, line, column, what) in [
            ("[{},\n{}", 2, 3, "no ]"),
            ("[{},\n", 2, 1, "no ]"),
            ("[", 1, 2, "no ]"),
            ("[{},\n {\"a\": [1}", 2, 2, "does not end"),
            ("[{}\n{}]", 2, 1, "neither a comma"),
            ("[{},]", 1, 5, "nothing behind"),
            ("[,{}]", 1, 2, "missing"),
            ("[{}}]", 1, 4, "neither a comma"),
            ("[{}]\n[{}]", 2, 1, "follows the ]"),
            ("[{\"a\": \"x}]", 1, 2, "does not end"),
        ] {
            match elements(&mut reader(text)) {
                Err(RecordError::Array {
                    line: l,
                    column: c,
                    what: w,
                }) => {
                    assert_eq!((l, c), (line, column), "{text}: {w}");
                    assert!(w.contains(what), "{text}: {w}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn an_element_is_at_most_a_mebibyte() {
        let fits = format!("[\"{}\",{{}}]", "x".repeat(MAX_RECORD - 2));
        assert_eq!(elements(&mut reader(fits)).unwrap().len(), 2);
        let open = format!("[{{}},\n{{\"a\": \"{}", "x,".repeat(MAX_RECORD));
        assert!(matches!(
            elements(&mut reader(open)),
            Err(RecordError::Array {
                line: 2,
                column: 1,
                ..
            })
        ));
        let long = format!("[\"{}\"]", "x".repeat(MAX_RECORD));
        assert!(matches!(
            elements(&mut reader(long)),
            Err(RecordError::TooLong { line: 1, .. })
        ));
    }

    proptest! {
        /// As serde_json reads the whole, the elements are read one by one.
        #[test]
        fn elements_are_those_of_the_array(texts in prop::collection::vec("[a\\[\\]{}\",\\\\ é\n]{0,8}", 0..6), pretty: bool) {
            let array: Vec<_> = texts.iter().map(|text| serde_json::json!({"a": text, "b": [text, {"c": null}]})).collect();
            let text = if pretty { serde_json::to_string_pretty(&array) } else { serde_json::to_string(&array) }.unwrap();
            let found = elements(&mut reader(text.clone())).unwrap();
            let again: Vec<serde_json::Value> = found.iter().map(|(_, _, raw)| serde_json::from_str(raw).unwrap()).collect();
            prop_assert_eq!(again, array);
            for (line, column, raw) in found {
                let line = text.split('\n').nth(usize::try_from(line).unwrap() - 1).unwrap();
                let first = raw.split('\n').next().unwrap();
                prop_assert!(line[usize::try_from(column).unwrap() - 1..].starts_with(first));
            }
        }

        #[test]
        fn any_text_is_survived(text in "\\[[{}\\[\\]\",:\\\\ a1é\n]{0,30}") {
            let _ = elements(&mut reader(text));
        }
    }
}
