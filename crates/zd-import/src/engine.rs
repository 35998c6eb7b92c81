//! The engine.

use std::time::Duration;

use zd_model::{EntryVerdict, UserInput};
use zd_users::Client;

use crate::{Report, Row, Status};

/// An import into one account.
#[derive(Clone, Debug)]
pub struct Import {
    client: Client,
}

/// An import that could not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A call failed.
    #[error("a call to Zendesk failed")]
    Call(#[from] zd_users::Error),
}

impl Import {
    /// An import through this client.
    pub const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Imports the rows.
    ///
    /// # Errors
    ///
    /// If a call fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops; what was sent stays sent.
    pub async fn run(&self, rows: Vec<Row>) -> Result<Report, ImportError> {
        let mut report = Report::default();
        for batch in rows.chunks(100) {
            let users: Vec<UserInput> = batch.iter().map(|row| row.user.clone()).collect();
            let job = self.client.users().create_or_update_many(&users).await?;
            report.batches += 1;
            report.requests += 1;
            let ended = loop {
                let jobs = self
                    .client
                    .jobs()
                    .show_many(std::slice::from_ref(&job.id))
                    .await?;
                report.requests += 1;
                match jobs.into_iter().next() {
                    Some(job) if job.status.is_ended() => break job,
                    _ => tokio::time::sleep(Duration::from_millis(500)).await,
                }
            };
            for entry in ended.results.entries().unwrap_or_default() {
                report.count(match entry.verdict() {
                    EntryVerdict::Created(_) => Status::Created,
                    EntryVerdict::Updated(_) => Status::Updated,
                    EntryVerdict::Failed { .. } => Status::Failed,
                    _ => Status::Indeterminate,
                });
            }
        }
        Ok(report)
    }
}
