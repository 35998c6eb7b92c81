//! The engine: rows in, outcomes out.

mod cancel;
mod options;

use tokio::sync::watch;
use zd_model::{EntryVerdict, UserInput};
use zd_users::Client;

pub use cancel::Cancel;
pub use options::EngineOptions;

use crate::{
    Outcome, OutcomeSink, Phase, Progress, Report, Row, RowSource, SourceError, SourceItem, Status,
};

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
        _cancel: impl Into<Cancel>,
    ) -> Result<Report, ImportError> {
        let mut report = Report::default();
        let mut rows: Vec<Row> = Vec::new();
        while let Ok(Some(item)) = source.next_row() {
            match item {
                SourceItem::Row(row) => rows.push(row),
                SourceItem::Settled(outcome) => {
                    report.counts.count(outcome.status);
                    let _ = sink.record(&outcome);
                }
            }
        }
        for batch in rows.chunks(100) {
            let users: Vec<UserInput> = batch.iter().map(|row| row.user.clone()).collect();
            let Ok(job) = self.client.users().create_or_update_many(&users).await else {
                continue;
            };
            report.batches += 1;
            report.requests += 1;
            let ended = loop {
                let jobs = self
                    .client
                    .jobs()
                    .show_many(std::slice::from_ref(&job.id))
                    .await
                    .unwrap_or_default();
                report.requests += 1;
                match jobs.into_iter().next() {
                    Some(job) if job.status.is_ended() => break job,
                    _ => tokio::time::sleep(std::time::Duration::from_millis(500)).await,
                }
            };
            for (row, entry) in batch
                .iter()
                .zip(ended.results.entries().unwrap_or_default())
            {
                let status = match entry.verdict() {
                    EntryVerdict::Created(_) => Status::Created,
                    EntryVerdict::Updated(_) => Status::Updated,
                    EntryVerdict::Failed { .. } => Status::Failed,
                    _ => Status::Indeterminate,
                };
                report.counts.count(status);
                let _ = sink.record(&Outcome::new(row, status));
            }
            self.progress.send_modify(|progress| {
                progress.phase = Phase::Running;
                progress.done = report.counts;
            });
        }
        self.progress
            .send_modify(|progress| progress.phase = Phase::Done);
        Ok(report)
    }
}
