//! Why result files could not be made.

use std::path::PathBuf;

use crate::SourceError;
use crate::journal::{InputIdentity, JournalError};

/// Result files that could not be made. Holds no personal data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultsError {
    /// The journal could not be read.
    #[error("the journal could not be read")]
    Journal(#[from] JournalError),
    /// The input could not be read to its end.
    #[error("the rows could not be read to their end")]
    Source(#[from] SourceError),
    /// The run was begun with another input.
    #[error("the run was begun with another input")]
    OtherInput {
        /// What the journal says.
        recorded: Box<InputIdentity>,
        /// What is there now.
        found: Box<InputIdentity>,
    },
    /// The journal's rows are not the input's.
    #[error("the input is not the one of the journal: row {}: {what}", row + 1)]
    OtherRows {
        /// The first row that does not agree, from 0.
        row: u64,
        /// What does not agree.
        what: &'static str,
    },
    /// A file could not be written.
    #[error("{} could not be written", place(path.as_ref()))]
    Write {
        /// The file; none if it is the caller's writer.
        path: Option<PathBuf>,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

fn place(path: Option<&PathBuf>) -> String {
    path.map_or_else(|| "the rows".to_owned(), |path| path.display().to_string())
}
