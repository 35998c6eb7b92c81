//! Calls about bulk jobs, as methods.

mod wait;

use zd_model::{JobId, JobStatus};

use crate::endpoints::{ListJobs, ShowJob, ShowManyJobs};
use crate::{Client, Error, Pager};

pub use wait::{WaitOptions, Waited, WaitedJob};

/// Calls about bulk jobs.
#[derive(Clone, Debug)]
pub struct Jobs {
    client: Client,
}

impl Jobs {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Shows a job.
    ///
    /// # Errors
    ///
    /// See [`Error`]. A job that was just queued can be not found for a moment, and every job is after a day.
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn get(&self, id: &JobId) -> Result<JobStatus, Error> {
        self.client.execute(&ShowJob::new(id.clone())).await
    }

    /// Shows up to 100 jobs; those that are gone are left out.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn show_many(&self, ids: &[JobId]) -> Result<Vec<JobStatus>, Error> {
        self.client
            .execute(&ShowManyJobs::new(ids.iter().cloned()))
            .await
    }

    /// Lists the account's jobs of the last day, newest first.
    pub fn list(&self, which: ListJobs) -> Pager<ListJobs> {
        self.client.pager(which)
    }

    /// Waits until these jobs have ended, with one request a poll for each 100 of them that have not.
    ///
    /// The answers come in the order of `ids`. That a job ended says nothing about its entries: read its
    /// [`results`](JobStatus::results).
    ///
    /// # Errors
    ///
    /// What a poll meets beyond what the client's own retries overcame; see [`Error`]. The jobs are not touched by that:
    /// wait again.
    ///
    /// # Cancel safety
    ///
    /// Only reads; dropping the future forgets what was seen, and nothing else.
    pub async fn wait(
        &self,
        ids: impl IntoIterator<Item = JobId> + Send,
        options: WaitOptions,
    ) -> Result<Vec<WaitedJob>, Error> {
        wait::wait(&self.client, ids.into_iter().collect(), options).await
    }
}
