//! Calls about bulk jobs.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{JOB_STATUSES_LIST, JOB_STATUSES_SHOW, JOB_STATUSES_SHOW_MANY};
use zd_model::{JobId, JobStatus, JobStatusEnvelope, JobStatusesPage, Operation};

use super::request;
use crate::error::read_json;
use crate::{Endpoint, Error, RequestError};

/// `GET /api/v2/job_statuses/{job_id}`
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShowJob {
    /// Which.
    pub id: JobId,
}

impl ShowJob {
    /// Shows this job.
    pub const fn new(id: JobId) -> Self {
        Self { id }
    }
}

impl Endpoint for ShowJob {
    type Output = JobStatus;

    fn operation(&self) -> &Operation {
        &JOB_STATUSES_SHOW
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let id = percent_encoding::utf8_percent_encode(
            self.id.as_str(),
            percent_encoding::NON_ALPHANUMERIC,
        );
        request::get(&format!("/api/v2/job_statuses/{id}"))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatus, Error> {
        Ok(read_json::<JobStatusEnvelope>(self.operation(), &response)?.job_status)
    }
}

/// `GET /api/v2/job_statuses/show_many`
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ShowManyJobs {
    /// Which, 1 to 100.
    pub ids: Vec<JobId>,
}

impl ShowManyJobs {
    /// Shows these jobs; those that are gone are left out.
    pub fn new(ids: impl IntoIterator<Item = JobId>) -> Self {
        Self {
            ids: ids.into_iter().collect(),
        }
    }
}

impl Endpoint for ShowManyJobs {
    type Output = Vec<JobStatus>;

    fn operation(&self) -> &Operation {
        &JOB_STATUSES_SHOW_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        request::check_length("job ids", self.ids.len(), 100)?;
        let ids = self
            .ids
            .iter()
            .map(JobId::as_str)
            .collect::<Vec<_>>()
            .join(",");
        request::get(&request::with_query(
            JOB_STATUSES_SHOW_MANY.path,
            &[("ids", &ids)],
        ))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Vec<JobStatus>, Error> {
        Ok(read_json::<JobStatusesPage>(self.operation(), &response)?.job_statuses)
    }
}

/// `GET /api/v2/job_statuses`
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListJobs {
    after: Option<String>,
}

impl ListJobs {
    /// The first page of 100.
    pub const fn new() -> Self {
        Self { after: None }
    }

    /// The page after this cursor.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self
    }
}

impl Endpoint for ListJobs {
    type Output = JobStatusesPage;

    fn operation(&self) -> &Operation {
        &JOB_STATUSES_LIST
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut pairs = vec![("page[size]", "100")];
        if let Some(cursor) = &self.after {
            pairs.push(("page[after]", cursor));
        }
        request::get(&request::with_query(JOB_STATUSES_LIST.path, &pairs))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatusesPage, Error> {
        read_json(self.operation(), &response)
    }
}
