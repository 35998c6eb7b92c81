//! The records of a body, one by one, however they are put together: JSON Lines, an array, or one behind another.

use serde_json::Value;

/// The longest record: as much as the body of a request.
const LONGEST: usize = 1 << 20;

/// Takes a body in pieces and gives its records. Keeps no more than one of them.
#[derive(Debug)]
pub(crate) struct Elements {
    /// The record that has begun.
    record: Vec<u8>,
    depth: usize,
    in_text: bool,
    escaped: bool,
    in_array: bool,
    /// There was one since the last record.
    comma: bool,
    /// Of what is read now, from 1.
    line: u64,
    /// Where the record began.
    began: u64,
    /// The rest of a line that cannot be read, or of a record that is too long.
    skips: bool,
}

/// A record, or what is wrong with what stands there instead.
pub(crate) type Element = (u64, Result<Value, String>);

impl Default for Elements {
    fn default() -> Self {
        Self {
            record: Vec::new(),
            depth: 0,
            in_text: false,
            escaped: false,
            in_array: false,
            comma: false,
            line: 1,
            began: 1,
            skips: false,
        }
    }
}

impl Elements {
    /// Reads a piece; gives each record that ends in it, with the line on which it began.
    pub(crate) fn feed(&mut self, piece: &[u8], mut each: impl FnMut(Element)) {
        for byte in piece.iter().copied() {
            if byte == b'\n' {
                self.line += 1;
                // Inside a record that is one line of its own, an end of line is an error, and the next line is new.
                if self.skips {
                    self.skips = false;
                    self.depth = 0;
                    self.in_text = false;
                    continue;
                }
            }
            if self.skips {
                continue;
            }
            if self.depth == 0 {
                self.between(byte, &mut each);
            } else {
                self.within(byte, &mut each);
            }
        }
    }

    /// The body has ended.
    pub(crate) fn end(&mut self, mut each: impl FnMut(Element)) {
        if self.depth > 0 {
            self.depth = 0;
            each((self.began, Err("the record does not end".to_owned())));
        }
        if self.in_array {
            each((
                self.line,
                Err("the array does not end: there is no `]`".to_owned()),
            ));
        }
    }

    fn between(&mut self, byte: u8, each: &mut impl FnMut(Element)) {
        match byte {
            b'{' => {
                self.began = self.line;
                self.comma = false;
                self.record.clear();
                self.record.push(byte);
                self.depth = 1;
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'[' if !self.in_array => {
                self.in_array = true;
                self.began = self.line;
                self.comma = false;
            }
            b']' if self.in_array => self.in_array = false,
            b',' if self.in_array && !self.comma => self.comma = true,
            // A byte order mark.
            0xEF | 0xBB | 0xBF => {}
            _ => {
                each((self.line, Err("expected a JSON object".to_owned())));
                self.skips = true;
            }
        }
    }

    fn within(&mut self, byte: u8, each: &mut impl FnMut(Element)) {
        self.record.push(byte);
        if self.record.len() > LONGEST {
            each((
                self.began,
                Err("the record is longer than 1 MiB".to_owned()),
            ));
            self.skips = true;
            return;
        }
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                // JSON has no line ends in texts: a quote is missing.
                b'\n' => {
                    each((self.began, Err("a text does not end".to_owned())));
                    self.in_text = false;
                    self.depth = 0;
                }
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth -= 1;
                if self.depth == 0 {
                    let record = serde_json::from_slice(&self.record);
                    each((self.began, record.map_err(|error| error.to_string())));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Elements;

    fn read(text: &str, size: usize) -> Vec<(u64, Result<String, String>)> {
        let mut elements = Elements::default();
        let mut all = Vec::new();
        let mut each =
            |(line, read): super::Element| all.push((line, read.map(|value| value.to_string())));
        for piece in text.as_bytes().chunks(size) {
            elements.feed(piece, &mut each);
        }
        elements.end(&mut each);
        all
    }

    #[test]
    fn reads_records_however_they_are_put_together() {
        let records = [r#"{"a":"}\"{"}"#, r#"{"b":[1,{"c":2}]}"#];
        for text in [
            format!("{}\n{}\n", records[0], records[1]),
            format!("\u{feff}[{},\n{}]", records[0], records[1]),
            format!("{}\r\n\r\n{}", records[0], records[1]),
        ] {
            for size in [1, 3, 1000] {
                let read: Vec<String> = read(&text, size)
                    .into_iter()
                    .map(|(_, read)| read.unwrap())
                    .collect();
                assert_eq!(read, records, "{text}");
            }
        }
    }

    #[test]
    fn an_array_that_is_cut_or_has_holes_is_told() {
        for (text, records) in [
            ("[{\"a\":1}", 1),
            ("[{\"a\":1},", 1),
            ("[", 0),
            ("[{\"a\":1},,{\"a\":2}]", 1),
        ] {
            let read = read(text, 1);
            assert_eq!(
                read.iter().filter(|(_, read)| read.is_ok()).count(),
                records,
                "{text}"
            );
            assert!(read.iter().any(|(_, read)| read.is_err()), "{text}");
        }
        assert!(read("[]", 1).is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_told_by_line_and_the_rest_is_read() {
        let text = "{\"a\":1}\nnonsense, {\"b\":2}\n{\"c\":}\n{\"d\":\"open}\n{\"e\":5}\n{\"f\":";
        for size in [1, 7, 1000] {
            let read = read(text, size);
            let lines: Vec<(u64, bool)> = read
                .iter()
                .map(|(line, read)| (*line, read.is_ok()))
                .collect();
            assert_eq!(
                lines,
                [
                    (1, true),
                    (2, false),
                    (3, false),
                    (4, false),
                    (5, true),
                    (6, false)
                ]
            );
        }
        let long = format!("{{\"a\":\"{}\"}}\n{{\"b\":1}}", "x".repeat(2 << 20));
        let read = read(&long, 4096);
        assert!(read[0].1.as_ref().unwrap_err().contains("1 MiB"));
        assert_eq!(read[1], (2, Ok("{\"b\":1}".to_owned())));
    }
}
