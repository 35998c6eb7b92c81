//! The input: a file or a pipe of people, read twice.

mod blocks;
mod csv;
mod decode;
pub(crate) mod json;
mod json_lines;
pub(crate) mod record;
mod window;

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use bytes::Bytes;
use serde::Serialize;

pub(crate) use blocks::{Blocks, ReadError, ReadSeek};
pub(crate) use csv::CsvReader;
pub(crate) use decode::Decoder;
pub use decode::Encoding;
pub(crate) use json_lines::LineReader;
pub use window::MAX_RECORD;
pub(crate) use window::{RecordError, Window};

/// How many bytes are looked at to tell what the input is.
const LOOK: usize = 64 * 1024;

/// How the input's rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// A header, then a record a row; cells parted by comma, semicolon or tab.
    Csv,
    /// An object a line.
    JsonLines,
}

impl Format {
    /// What the ending of a file's name says.
    fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Some(Self::Csv),
            "jsonl" | "ndjson" | "json" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// A file of people, opened and looked at; [`Scan::read`](crate::Scan::read) reads it.
///
/// It is read twice: once to check everything, once to import. The file stays open in between, so that replacing it under
/// its name changes nothing; changing its content is noticed and stops the import.
pub struct Input {
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) encoding: Encoding,
    /// How many bytes the byte order mark has.
    pub(crate) mark: usize,
    /// The beginning, as UTF-8.
    pub(crate) start: Vec<u8>,
    pub(crate) source: Box<dyn ReadSeek>,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Input")
            .field("format", &self.format)
            .field("encoding", &self.encoding)
            .finish_non_exhaustive()
    }
}

impl Input {
    /// Opens a file; `-` is standard input.
    ///
    /// What cannot be read twice (standard input, a pipe, a device) is first copied to an unnamed temporary file that only
    /// this user can read. Blocks for as long as that takes.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened or read, or is plainly not CSV or JSON Lines.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, InputError> {
        let path = path.as_ref();
        if path == Path::new("-") {
            return Self::spool("standard input", io::stdin().lock());
        }
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => InputError::NotFound,
            _ => InputError::Unreadable(error),
        })?;
        let metadata = file.metadata().map_err(InputError::Unreadable)?;
        let name = path.display().to_string();
        if metadata.is_dir() {
            return Err(InputError::Directory);
        }
        if metadata.is_file() {
            return Self::new(name, Format::of_name(path), Box::new(file));
        }
        Self::spool(&name, file)
    }

    /// Copies everything to an unnamed temporary file, of which this is then the input.
    ///
    /// # Errors
    ///
    /// If reading or copying fails, or what comes is plainly not CSV or JSON Lines.
    pub fn spool(name: &str, mut reader: impl Read) -> Result<Self, InputError> {
        // Unnamed from the start, or made with mode 0600: nobody else can open it.
        let mut file = tempfile::tempfile().map_err(InputError::Spool)?;
        let mut buffer = vec![0; LOOK];
        loop {
            let length = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(InputError::Unreadable(error)),
            };
            io::Write::write_all(&mut file, &buffer[..length]).map_err(InputError::Spool)?;
        }
        Self::new(name.to_owned(), None, Box::new(file))
    }

    /// What is in memory.
    ///
    /// # Errors
    ///
    /// If it is plainly not CSV or JSON Lines.
    pub fn from_bytes(name: &str, bytes: impl Into<Bytes>) -> Result<Self, InputError> {
        let cursor = Cursor::new(bytes.into());
        Self::new(name.to_owned(), None, Box::new(cursor))
    }

    /// Takes it for this format, whatever its name and content say.
    #[must_use]
    pub const fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Its name: the path, or `standard input`.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn new(
        name: String,
        format: Option<Format>,
        mut source: Box<dyn ReadSeek>,
    ) -> Result<Self, InputError> {
        let mut start = Vec::new();
        let mut look = || {
            source.seek(SeekFrom::Start(0))?;
            source.by_ref().take(LOOK as u64).read_to_end(&mut start)?;
            source.seek(SeekFrom::Start(0))
        };
        look().map_err(InputError::Unreadable)?;
        if let Some(kind) = foreign(&start) {
            return Err(InputError::Foreign(kind));
        }
        let (encoding, mark) = Encoding::sniff(&start);
        let decoded = text_of(&start, encoding, mark);
        let text = decoded.trim_ascii_start();
        if text.is_empty() && start.len() < LOOK {
            return Err(InputError::Empty);
        }
        // A header cell may begin with a brace or a bracket, but hardly with these.
        let after = |skip: usize| text.get(skip..).unwrap_or_default().trim_ascii_start();
        let object = text.starts_with(b"{") && matches!(after(1), [] | [b'"' | b'}', ..]);
        let array = text.starts_with(b"[") && matches!(after(1), [] | [b'{' | b']', ..]);
        if array && format != Some(Format::Csv) {
            return Err(InputError::Foreign(Foreign::JsonArray));
        }
        let sniffed = if object {
            Format::JsonLines
        } else {
            Format::Csv
        };
        Ok(Self {
            name,
            format: format.unwrap_or(sniffed),
            encoding,
            mark,
            start: decoded,
            source,
        })
    }
}

/// The beginning as UTF-8.
fn text_of(start: &[u8], encoding: Encoding, mark: usize) -> Vec<u8> {
    let blocks = Blocks::new(Box::new(Cursor::new(start.to_vec())));
    let mut text = Vec::new();
    // Memory does not fail to be read; and if it did, the text would only be shorter.
    let _ = Decoder::new(blocks, encoding, mark).append_to(&mut text);
    text
}

/// Something that is not CSV or JSON Lines, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// Compressed by gzip.
    Gzip,
    /// Compressed by zstd.
    Zstd,
    /// A ZIP archive, such as an Excel workbook.
    Zip,
    /// An old Excel workbook.
    Ole,
    /// Text in UTF-32.
    Utf32,
    /// One JSON array.
    JsonArray,
}

impl std::fmt::Display for Foreign {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Gzip => "compressed by gzip: unpack it first (`gzip -dc FILE | zd import -`)",
            Self::Zstd => "compressed by zstd: unpack it first (`zstd -dc FILE | zd import -`)",
            Self::Zip => "a ZIP archive or an Excel workbook: save the sheet as CSV UTF-8",
            Self::Ole => "an old Excel workbook: save the sheet as CSV UTF-8",
            Self::Utf32 => "text in UTF-32: save it as UTF-8",
            Self::JsonArray => {
                "one JSON array: write an object a line instead (`jq -c '.[]' FILE | zd import -`)"
            }
        })
    }
}

fn foreign(start: &[u8]) -> Option<Foreign> {
    match start {
        [0x1F, 0x8B, ..] => Some(Foreign::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Foreign::Zstd),
        [b'P', b'K', 3, 4, ..] => Some(Foreign::Zip),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(Foreign::Ole),
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some(Foreign::Utf32),
        _ => None,
    }
}

/// An input that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// There is no such file.
    #[error("no such file")]
    NotFound,
    /// It is a directory.
    #[error("a directory, not a file")]
    Directory,
    /// It cannot be read.
    #[error("cannot be read")]
    Unreadable(#[source] io::Error),
    /// It cannot be copied to a temporary file.
    #[error("cannot be copied to a temporary file")]
    Spool(#[source] io::Error),
    /// There is nothing in it.
    #[error("empty")]
    Empty,
    /// It is something else.
    #[error("not CSV or JSON Lines, but {0}")]
    Foreign(Foreign),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(bytes: &[u8]) -> Result<(Format, Encoding), InputError> {
        let input = Input::from_bytes("test", bytes.to_vec())?;
        Ok((input.format, input.encoding))
    }

    #[test]
    fn the_format_is_told_by_the_content() {
        for (text, format) in [
            ("email,name\n", Format::Csv),
            ("\n\n{\"email\": 1}\n", Format::JsonLines),
            ("{ }", Format::JsonLines),
            ("\u{feff}{\"a\":1}", Format::JsonLines),
            ("{email},name\n", Format::Csv),
            ("[email],name\n", Format::Csv),
        ] {
            assert_eq!(look(text.as_bytes()).unwrap().0, format, "{text}");
        }
    }

    #[test]
    fn what_is_something_else_is_named() {
        for (bytes, expected) in [
            (b"\x1f\x8b\x08rest".as_slice(), Foreign::Gzip),
            (b"PK\x03\x04rest", Foreign::Zip),
            (b"\xff\xfe\0\0a\0\0\0", Foreign::Utf32),
            (b" [ {\"email\": 1} ]", Foreign::JsonArray),
        ] {
            assert!(
                matches!(look(bytes), Err(InputError::Foreign(found)) if found == expected),
                "{expected:?}"
            );
        }
        for empty in [b"".as_slice(), b"\n \n", b"\xef\xbb\xbf", b"\xff\xfe\n\0"] {
            assert!(matches!(look(empty), Err(InputError::Empty)), "{empty:?}");
        }
    }

    #[test]
    fn files_are_opened_and_what_cannot_be_is_explained() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(
            Input::open(directory.path()),
            Err(InputError::Directory)
        ));
        let path = directory.path().join("people.JSONL");
        assert!(matches!(Input::open(&path), Err(InputError::NotFound)));
        std::fs::write(&path, "email,name\n").unwrap();
        let input = Input::open(&path).unwrap();
        assert_eq!(input.format, Format::JsonLines, "the name decides");
        assert_eq!(input.format(Format::Csv).format, Format::Csv);
    }

    #[test]
    fn a_pipe_is_read_whole() {
        let text = format!("email\n{}", "a@b.example\n".repeat(100_000));
        let mut input = Input::spool("pipe", text.as_bytes()).unwrap();
        let mut spooled = String::new();
        input.source.read_to_string(&mut spooled).unwrap();
        assert_eq!(spooled, text);
    }
}
