//! Why an input cannot be taken at all.

use std::fmt;

use super::problem::{Fault, Problem, Problems};
use crate::input::{ArchiveError, MAX_RECORD, ReadError, RecordError};
use crate::mapping::MappingError;

/// An input that cannot be taken at all: nothing in it could be sent, whatever the options say about invalid rows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// It cannot be read.
    #[error("the input could not be read")]
    Read(#[source] std::io::Error),
    /// There are no rows in it.
    #[error("there are no rows in it, at most a header")]
    NoRows,
    /// The header is not text.
    #[error("the header, at line {line}, is not UTF-8")]
    HeaderNotUtf8 {
        /// Where it is, from 1.
        line: u64,
    },
    /// The header cannot be used.
    #[error("the header cannot be used: {}", Count(.0))]
    Header(Box<Problems>),
    /// From here on it cannot be told what is a row.
    #[error("the rows cannot be told apart")]
    Structure(Box<Problem>),
    /// The temporary file for the names of organizations cannot be written.
    #[error("the temporary file of organizations could not be written")]
    Organizations(#[source] std::io::Error),
    /// It is an archive that cannot be unpacked to its end.
    #[error("the archive cannot be unpacked to its end")]
    Archive(Box<Problem>),
    /// The mapping does not fit.
    #[error("the mapping does not fit the input")]
    Mapping(Box<MappingError>),
    /// There are more rows than can be counted: 4,294,967,295.
    #[error("more rows than can be counted")]
    TooManyRows,
}

struct Count<'a>(&'a Problems);

impl fmt::Display for Count<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.total {
            1 => formatter.write_str("1 problem"),
            count => write!(formatter, "{count} problems"),
        }
    }
}

impl ScanError {
    /// What is wrong with the input's content, each with its place; none if the trouble is another.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Header(problems) => &problems.first,
            Self::Structure(problem) | Self::Archive(problem) => std::slice::from_ref(&**problem),
            _ => &[],
        }
    }
}

impl From<RecordError> for ScanError {
    fn from(error: RecordError) -> Self {
        let structure = |line, column: Option<usize>, code, message: String| {
            let mut problem = Problem::of_row(line, Fault::new(code, message));
            problem.column = column.map(|column| column as u64);
            Self::Structure(Box::new(problem))
        };
        match error {
            RecordError::Read(ReadError::Io(error)) => Self::Read(error),
            // Readers tell the line; without one, it is the first.
            RecordError::Read(ReadError::Archive(error)) => archive(1, error),
            RecordError::Archive { line, error } => archive(line, error),
            RecordError::Array { line, column, what } => {
                let mut problem = Problem::of_row(line, Fault::new("json_array_malformed", what));
                problem.column = Some(column);
                Self::Structure(Box::new(problem))
            }
            RecordError::Read(ReadError::Changed(what)) => Self::Read(std::io::Error::other(what)),
            RecordError::OpenQuote { line, column } => structure(
                line,
                Some(column),
                "quote_open",
                "a quote opens here and does not close; a quote inside of a quoted cell is written twice".to_owned(),
            ),
            RecordError::TooLong { line, column } => structure(
                line,
                column,
                "record_too_long",
                format!("a row is longer than {} KiB", MAX_RECORD / 1024),
            ),
        }
    }
}

fn archive(line: u64, error: ArchiveError) -> ScanError {
    let fault = Fault::new(error.code(), error.to_string());
    ScanError::Archive(Box::new(Problem::of_row(line, fault)))
}
