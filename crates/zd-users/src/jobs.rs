//! Calls about bulk jobs, as methods.

use zd_model::{JobId, JobStatus, JobStatusesPage};

use crate::endpoints::{ListJobs, ShowJob, ShowManyJobs};
use crate::{Client, Error};

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
    /// See [`Error`].
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

    /// Lists the account's jobs, a page at a time.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn list(&self, page: ListJobs) -> Result<JobStatusesPage, Error> {
        self.client.execute(&page).await
    }
}
