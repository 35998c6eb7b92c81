//! Encodings: whatever comes in, UTF-8 goes on.

use serde::Serialize;

use super::blocks::{Blocks, ReadError};
use super::original::Digests;

/// How the input's text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, with a byte order mark or without.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// A byte a character, as older Windows programs of Western Europe write. Never guessed: it must be told.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// The characters of the bytes 0x80 to 0x9F in Windows-1252; those that have none stand for themselves, as on the web.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    /// What the first bytes say, and how many of them are the byte order mark.
    ///
    /// Without a mark, UTF-16 shows itself by a zero in every second byte: a header begins with ASCII letters.
    pub(crate) fn sniff(start: &[u8]) -> (Self, usize) {
        match start {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16Be, 2),
            [1..=255, 0, 1..=255, 0, ..] => (Self::Utf16Le, 0),
            [0, 1..=255, 0, 1..=255, ..] => (Self::Utf16Be, 0),
            _ => (Self::Utf8, 0),
        }
    }
}

/// The input's text as UTF-8, as far as it is text: bytes that are not UTF-8 pass, for the row's own check to name.
///
/// Half a surrogate pair becomes the three bytes that would encode it, and a lone last byte becomes `0xFF`; neither is
/// UTF-8, so that the same check finds them at their line.
#[derive(Debug)]
pub(crate) struct Decoder {
    blocks: Blocks,
    encoding: Encoding,
    /// How many bytes of the mark are still to be skipped.
    skip: usize,
    mark: usize,
    odd: Option<u8>,
    lead: Option<u16>,
    ended: bool,
}

impl Decoder {
    pub(crate) const fn new(blocks: Blocks, encoding: Encoding, mark: usize) -> Self {
        Self {
            blocks,
            encoding,
            skip: mark,
            mark,
            odd: None,
            lead: None,
            ended: false,
        }
    }

    /// How many bytes of the input were read in this pass.
    pub(crate) const fn bytes(&self) -> u64 {
        self.blocks.bytes()
    }

    /// What the input's own bytes are known by, once the first pass has seen their end.
    pub(crate) fn identity(&self) -> Option<&Digests> {
        self.blocks.identity()
    }

    /// Goes back to the beginning, for the second pass.
    pub(crate) fn rewind(&mut self) -> Result<(), ReadError> {
        self.blocks.rewind()?;
        (self.skip, self.odd, self.lead, self.ended) = (self.mark, None, None, false);
        Ok(())
    }

    /// Appends the next block's text; false at the end.
    pub(crate) fn append_to(&mut self, text: &mut Vec<u8>) -> Result<bool, ReadError> {
        if self.ended {
            return Ok(false);
        }
        let block = self.blocks.next_block()?;
        self.ended = block.is_empty();
        let block = block.get(self.skip..).unwrap_or_default();
        self.skip = 0;
        if self.encoding == Encoding::Utf8 {
            text.extend_from_slice(block);
        } else if self.encoding == Encoding::Windows1252 {
            for byte in block {
                let character = match byte {
                    0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
                    other => char::from(*other),
                };
                let mut buffer = [0; 4];
                text.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
            }
        } else {
            let mut units = Utf16 {
                big_endian: self.encoding == Encoding::Utf16Be,
                odd: &mut self.odd,
                lead: &mut self.lead,
                text,
            };
            for byte in block {
                units.byte(*byte);
            }
            if self.ended {
                units.end();
            }
        }
        Ok(!self.ended)
    }
}

struct Utf16<'a> {
    big_endian: bool,
    odd: &'a mut Option<u8>,
    lead: &'a mut Option<u16>,
    text: &'a mut Vec<u8>,
}

impl Utf16<'_> {
    fn byte(&mut self, byte: u8) {
        let Some(first) = self.odd.take() else {
            *self.odd = Some(byte);
            return;
        };
        let unit = if self.big_endian {
            u16::from_be_bytes([first, byte])
        } else {
            u16::from_le_bytes([first, byte])
        };
        match (self.lead.take(), unit) {
            (Some(lead), 0xDC00..=0xDFFF) => {
                let code = 0x1_0000 + ((u32::from(lead) - 0xD800) << 10) + u32::from(unit) - 0xDC00;
                self.code(code);
            }
            (lead, unit) => {
                if let Some(lead) = lead {
                    self.code(lead.into());
                }
                if matches!(unit, 0xD800..=0xDBFF) {
                    *self.lead = Some(unit);
                } else {
                    self.code(unit.into());
                }
            }
        }
    }

    fn end(&mut self) {
        if let Some(lead) = self.lead.take() {
            self.code(lead.into());
        }
        if self.odd.take().is_some() {
            self.text.push(0xFF);
        }
    }

    fn code(&mut self, code: u32) {
        if let Some(character) = char::from_u32(code) {
            let mut buffer = [0; 4];
            self.text
                .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        } else {
            let [_, _, high, low] = code.to_be_bytes();
            self.text.extend_from_slice(&[
                0xE0 | high >> 4,
                0x80 | (high & 0x0F) << 2 | low >> 6,
                0x80 | low & 0x3F,
            ]);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::super::unpack::Unpacked;
    use super::*;

    fn decode(bytes: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
        let (encoding, mark) = Encoding::sniff(&bytes);
        let mut decoder = Decoder::new(
            Blocks::new(Unpacked::plain(Box::new(Cursor::new(bytes)))),
            encoding,
            mark,
        );
        let mut passes = [Vec::new(), Vec::new()];
        for text in &mut passes {
            while decoder.append_to(text).unwrap() {}
            decoder.rewind().unwrap();
        }
        passes.into()
    }

    fn utf16(text: &str, mark: bool, big_endian: bool) -> Vec<u8> {
        let mark = mark.then_some(0xFEFF);
        let units = mark.into_iter().chain(text.encode_utf16());
        units
            .flat_map(|unit| {
                if big_endian {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    #[test]
    fn encodings_are_told_by_their_mark_or_by_their_zeros() {
        let text = "email,name\n😀@x.example,Ŝ\n";
        for (mark, big_endian) in [(true, true), (true, false), (false, true), (false, false)] {
            let (first, second) = decode(utf16(text, mark, big_endian));
            assert_eq!(
                String::from_utf8(first).unwrap(),
                text,
                "{mark} {big_endian}"
            );
            assert_eq!(String::from_utf8(second).unwrap(), text);
        }
        assert_eq!(decode(format!("\u{feff}{text}").into()).0, text.as_bytes());
        assert_eq!(decode(text.into()).0, text.as_bytes());
    }

    #[test]
    fn windows_1252_is_read_when_told() {
        let bytes = b"\x80 Jos\xe9 \x93q\x94".to_vec();
        let blocks = Blocks::new(Unpacked::plain(Box::new(Cursor::new(bytes))));
        let mut decoder = Decoder::new(blocks, Encoding::Windows1252, 0);
        let mut text = Vec::new();
        while decoder.append_to(&mut text).unwrap() {}
        assert_eq!(String::from_utf8(text).unwrap(), "€ José “q”");
    }

    #[test]
    fn broken_utf_16_does_not_become_text() {
        let mut bytes = utf16("ab", true, false);
        bytes.extend([0x00, 0xD8, b'c', 0, b'd']);
        let (text, _) = decode(bytes);
        assert_eq!(text, b"ab\xED\xA0\x80c\xFF");
        assert!(std::str::from_utf8(&text).is_err());
    }

    proptest! {
        #[test]
        fn any_text_survives_utf_16(text in "\\PC{0,300}", big_endian: bool) {
            let (decoded, _) = decode(utf16(&text, true, big_endian));
            prop_assert_eq!(decoded, text.as_bytes());
        }
    }
}
