//! Inputs that are something else, and inputs that cannot be opened.

use std::io;

/// Something that is not CSV or JSON, told by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// An archive in an archive.
    PackedTwice,
    /// Compressed by xz.
    Xz,
    /// Compressed by bzip2.
    Bzip2,
    /// A ZIP archive, such as an Excel workbook.
    Zip,
    /// An old Excel workbook.
    Ole,
    /// Text in UTF-32.
    Utf32,
    /// A Parquet file.
    Parquet,
}

impl std::fmt::Display for Foreign {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::PackedTwice => "compressed twice: unpack it once (`gzip -dc FILE | zd import -`)",
            Self::Xz => "compressed by xz: unpack it first (`xz -dc FILE | zd import -`)",
            Self::Bzip2 => "compressed by bzip2: unpack it first (`bzip2 -dc FILE | zd import -`)",
            Self::Zip => "a ZIP archive or an Excel workbook: save the sheet as CSV UTF-8",
            Self::Ole => "an old Excel workbook: save the sheet as CSV UTF-8",
            Self::Utf32 => "text in UTF-32: save it as UTF-8",
            Self::Parquet => "a Parquet file: write it as CSV or JSON Lines first",
        })
    }
}

pub(super) fn foreign(start: &[u8]) -> Option<Foreign> {
    match start {
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Foreign::Xz),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, ..] => Some(Foreign::Bzip2),
        [b'P', b'A', b'R', b'1', 0x15, ..] => Some(Foreign::Parquet),
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
    /// It is an archive that cannot be unpacked.
    #[error("an archive that cannot be used: {0}")]
    Archive(String),
    /// There is nothing in it.
    #[error("empty")]
    Empty,
    /// It is something else.
    #[error("not CSV or JSON, but {0}")]
    Foreign(Foreign),
}
