//! The engine: rows in, outcomes out.

mod ask;
mod batch;
mod cancel;
mod clock;
mod doubt;
mod driver;
mod machine;
mod options;
mod plan;
mod reply;
mod schedule;
mod survey;

use tokio::sync::watch;
use zd_users::Client;

pub(crate) use ask::{Now, PeopleQuery};

pub use cancel::Cancel;
pub use options::EngineOptions;

use crate::{OutcomeSink, Progress, Report, RowSource, SourceError};

/// An import into one account.
#[derive(Debug)]
pub struct Import {
    client: Client,
    options: EngineOptions,
    progress: watch::Sender<Progress>,
}

/// An import that could not keep its contract any longer. What it had reached is in the report.
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
    /// An outcome could not be kept. Nothing was sent after that.
    #[error("an outcome could not be kept")]
    Sink {
        /// Why.
        source: std::io::Error,
        /// The sum up to there.
        report: Box<Report>,
    },
}

impl ImportError {
    /// The sum up to the error.
    pub fn report(&self) -> &Report {
        match self {
            Self::Source { report, .. } | Self::Sink { report, .. } => report,
        }
    }
}

impl Import {
    /// An import through this client.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            options: EngineOptions::default(),
            progress: watch::Sender::new(Progress::default()),
        }
    }

    /// Sets how it behaves.
    #[must_use]
    pub fn options(mut self, options: EngineOptions) -> Self {
        self.options = options;
        self
    }

    /// Where it stands, as it changes.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Imports the rows; every row gets exactly one outcome.
    ///
    /// # Errors
    ///
    /// If the source cannot be read to its end or the sink cannot keep an outcome. Whatever Zendesk or the network do
    /// is no error: it is in the outcomes and in [`Report::stopped`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses the outcomes of rows in flight. To end an import, use [`Cancel`].
    pub async fn run(
        &self,
        mut source: impl RowSource,
        mut sink: impl OutcomeSink,
        cancel: impl Into<Cancel>,
    ) -> Result<Report, ImportError> {
        driver::run(
            &self.client,
            self.options.clone(),
            &self.progress,
            &mut source,
            &mut sink,
            cancel.into(),
        )
        .await
    }
}
