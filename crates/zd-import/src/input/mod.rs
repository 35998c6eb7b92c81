//! The input: a file or a pipe of people, read twice.

mod blocks;
mod csv;
mod decode;
mod error;
mod identity;
pub(crate) mod json;
mod json_array;
mod json_lines;
mod original;
pub(crate) mod record;
mod spool;
mod unpack;
mod window;

use std::fs::File;
use std::io::{self, Cursor, Read, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use serde::Serialize;

pub(crate) use blocks::{Blocks, ReadError, ReadSeek};
pub(crate) use csv::CsvReader;
pub(crate) use decode::Decoder;
pub use decode::Encoding;
pub use error::{Foreign, InputError};
pub(crate) use identity::identity_of;
pub(crate) use json_array::{ArrayReader, Position};
pub(crate) use json_lines::LineReader;
pub use spool::SPOOLED;
pub(crate) use unpack::{ArchiveError, Packing, Unpacked};
pub use window::MAX_RECORD;

use error::foreign;
pub(crate) use window::{RecordError, Window};

/// How many bytes are looked at to tell what the input is.
const LOOK: usize = 64 * 1024;

/// How the input's rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// A header, then a record a row; cells parted by comma, semicolon or tab, or by what was told.
    Csv,
    /// An object a line.
    JsonLines,
    /// One array of objects.
    JsonArray,
}

impl Format {
    /// What the ending of a file's name says; of JSON, the content tells lines from an array.
    fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Some(Self::Csv),
            "jsonl" | "ndjson" | "json" => Some(Self::JsonLines),
            "gz" | "gzip" | "zst" | "zstd" => Self::of_name(Path::new(path.file_stem()?)),
            _ => None,
        }
    }
}

/// A file of people, opened and looked at; [`Scan::read`](crate::Scan::read) reads it.
///
/// It is read twice: once to check everything, once to import. The file stays open in between, so that replacing it under
/// its name changes nothing; changing its content is noticed and stops the import. Archives of gzip and zstd are known by
/// their content and unpacked while they are read, both times, in memory that does not grow with what is in them.
pub struct Input {
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) encoding: Encoding,
    /// How many bytes the byte order mark has.
    pub(crate) mark: usize,
    /// What parts the cells, if it was told.
    pub(crate) delimiter: Option<u8>,
    /// The beginning, as UTF-8, and whether that is all.
    pub(crate) start: Vec<u8>,
    pub(crate) start_is_all: bool,
    pub(crate) packing: Packing,
    /// When the file was last changed, in nanoseconds since 1970.
    pub(crate) modified: Option<i128>,
    pub(crate) source: Box<dyn ReadSeek>,
    /// The beginning, unpacked, as it is.
    look: Vec<u8>,
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
    /// If the file cannot be opened or read, or is plainly not CSV or JSON.
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
        if !metadata.is_file() {
            return Self::spool(&name, file);
        }
        let mut input = Self::new(name, Format::of_name(path), Box::new(file))?;
        let modified = metadata.modified().ok();
        let since = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        input.modified = since.and_then(|since| i128::try_from(since.as_nanos()).ok());
        Ok(input)
    }

    /// What is in memory.
    ///
    /// # Errors
    ///
    /// If it is plainly not CSV or JSON.
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

    /// Takes this for what parts the cells of CSV, whatever the header suggests. Of ASCII; quotes and line ends are not
    /// taken, and change nothing.
    #[must_use]
    pub const fn delimiter(mut self, delimiter: u8) -> Self {
        if delimiter.is_ascii() && !matches!(delimiter, b'"' | b'\r' | b'\n' | 0) {
            self.delimiter = Some(delimiter);
        }
        self
    }

    /// Takes its text for this, whatever it looks like. Only a byte order mark knows better.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        if self.mark == 0 {
            self.encoding = encoding;
            self.start = text_of(&self.look, encoding, 0);
        }
        self
    }

    /// Calls it this in all that is said of it.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Its name: the path, or `standard input`.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn new(
        name: String,
        format: Option<Format>,
        source: Box<dyn ReadSeek>,
    ) -> Result<Self, InputError> {
        let (source, packing, look) = look(source)?;
        if let Some(kind) = foreign(&look) {
            return Err(InputError::Foreign(kind));
        }
        if packing != Packing::None && Packing::sniff(&look) != Packing::None {
            return Err(InputError::Foreign(Foreign::PackedTwice));
        }
        let (encoding, mark) = Encoding::sniff(&look);
        let decoded = text_of(&look, encoding, mark);
        let text = decoded.trim_ascii_start();
        if text.is_empty() && look.len() < LOOK {
            return Err(InputError::Empty);
        }
        // A header cell may begin with a brace or a bracket, but hardly with these.
        let after = |skip: usize| text.get(skip..).unwrap_or_default().trim_ascii_start();
        let object = text.starts_with(b"{") && matches!(after(1), [] | [b'"' | b'}', ..]);
        let array = text.starts_with(b"[") && matches!(after(1), [] | [b'{' | b']', ..]);
        let sniffed = match (object, array) {
            (_, true) => Format::JsonArray,
            (true, _) => Format::JsonLines,
            _ => Format::Csv,
        };
        let format = match format {
            Some(Format::JsonLines) if array => Format::JsonArray,
            told => told.unwrap_or(sniffed),
        };
        Ok(Self {
            name,
            format,
            encoding,
            mark,
            delimiter: None,
            start: decoded,
            start_is_all: look.len() < LOOK,
            packing,
            modified: None,
            source,
            look,
        })
    }
}

/// A source at its beginning, how it is packed, and how what is in it begins.
type Looked = (Box<dyn ReadSeek>, Packing, Vec<u8>);

/// Looks at the beginning: how it is packed, and how what is in it begins.
fn look(mut source: Box<dyn ReadSeek>) -> Result<Looked, InputError> {
    let mut first = Vec::new();
    let mut start = |source: &mut dyn ReadSeek| {
        source.seek(SeekFrom::Start(0))?;
        source.take(4).read_to_end(&mut first)?;
        source.seek(SeekFrom::Start(0))
    };
    start(&mut source).map_err(InputError::Unreadable)?;
    let packing = Packing::sniff(&first);
    let mut unpacked = Unpacked::new(source, packing, false).map_err(InputError::Unreadable)?;
    let mut look = Vec::new();
    match unpacked.append_to(&mut look, LOOK) {
        Ok(()) => {}
        // What comes before the fault is looked at; reading on will meet the fault again, and tell its line.
        Err(ReadError::Archive(_)) if !look.is_empty() => {}
        Err(ReadError::Archive(error)) => return Err(InputError::Archive(error.to_string())),
        Err(ReadError::Io(error)) => return Err(InputError::Unreadable(error)),
        Err(ReadError::Changed(what)) => {
            return Err(InputError::Unreadable(io::Error::other(what)));
        }
    }
    let source = unpacked.into_source();
    let mut source =
        source.ok_or_else(|| InputError::Unreadable(io::Error::other("it is gone")))?;
    source
        .seek(SeekFrom::Start(0))
        .map_err(InputError::Unreadable)?;
    Ok((source, packing, look))
}

/// The beginning as UTF-8.
fn text_of(start: &[u8], encoding: Encoding, mark: usize) -> Vec<u8> {
    let blocks = Blocks::new(Unpacked::plain(Box::new(Cursor::new(start.to_vec()))));
    let mut text = Vec::new();
    // Memory does not fail to be read; and if it did, the text would only be shorter.
    let _ = Decoder::new(blocks, encoding, mark).append_to(&mut text);
    text
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
            (" [ {\"email\": 1} ]", Format::JsonArray),
            ("[]", Format::JsonArray),
        ] {
            assert_eq!(look(text.as_bytes()).unwrap().0, format, "{text}");
        }
    }

    #[test]
    fn what_is_something_else_is_named() {
        for (bytes, expected) in [
            (b"\xfd7zXZ\0rest".as_slice(), Foreign::Xz),
            (b"PK\x03\x04rest", Foreign::Zip),
            (b"\xff\xfe\0\0a\0\0\0", Foreign::Utf32),
            (b"PAR1\x15\x04", Foreign::Parquet),
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
}
