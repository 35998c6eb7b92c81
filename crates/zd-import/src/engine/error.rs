//! An import that could not keep its contract any longer.

use crate::journal::{InputIdentity, JournalError};
use crate::{Report, SourceError};

/// An import that could not begin, or not go on. What it had reached is in the report.
///
/// Whatever Zendesk or the network do is no error: it is in the outcomes and in [`Report::stopped`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The rows could not be read to their end. What had been sent was followed to its end.
    #[error("the rows could not be read to their end")]
    Source {
        /// Why.
        source: SourceError,
        /// The sum up to there.
        report: Box<Report>,
    },
    /// The journal could not be read or written. Nothing was sent after that.
    #[error("the journal could not be kept")]
    Journal {
        /// Why.
        source: JournalError,
        /// The sum up to there.
        report: Box<Report>,
    },
    /// The run was begun with another input. Nothing was sent.
    #[error("the run was begun with another input")]
    OtherInput {
        /// What the journal says.
        recorded: Box<InputIdentity>,
        /// What is there now.
        found: Box<InputIdentity>,
    },
    /// The run was begun in another account. Nothing was sent.
    #[error("the run was begun in account {recorded}, not {found}")]
    OtherAccount {
        /// What the journal says.
        recorded: String,
        /// The client's account.
        found: String,
    },
    /// The runtime ended before the import did.
    #[error("the runtime ended before the import did")]
    RuntimeEnded,
}

impl ImportError {
    /// The sum up to the error, if anything had begun.
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Source { report, .. } | Self::Journal { report, .. } => Some(report),
            Self::OtherInput { .. } | Self::OtherAccount { .. } | Self::RuntimeEnded => None,
        }
    }
}
