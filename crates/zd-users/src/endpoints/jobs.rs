//! Calls about bulk jobs.

use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zd_model::operation::{JOB_STATUSES_LIST, JOB_STATUSES_SHOW, JOB_STATUSES_SHOW_MANY};
use zd_model::{JobId, JobStatus, JobStatusEnvelope, JobStatusesPage, Operation};

use super::{MAX_AT_ONCE, request};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// What is encoded in a path segment: everything but what job ids are made of.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// `GET /api/v2/job_statuses/{job_id}`
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowJob {
    id: JobId,
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
        if self.id.as_str().is_empty() {
            // The path would be that of the list.
            return Err(RequestError::Empty { what: "job id" });
        }
        let id = utf8_percent_encode(self.id.as_str(), SEGMENT);
        request::get(&format!("/api/v2/job_statuses/{id}"))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatus, Error> {
        Ok(read_json::<JobStatusEnvelope>(self.operation(), &response)?.job_status)
    }
}

/// `GET /api/v2/job_statuses/show_many`
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowManyJobs {
    ids: Vec<JobId>,
}

impl ShowManyJobs {
    /// Shows these jobs, 1 to [`MAX_AT_ONCE`]; those that are gone, or not yet to be seen, are left out.
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
        let what = "job ids";
        RequestError::check_length(what, self.ids.len(), MAX_AT_ONCE)?;
        let ids = request::comma_list(what, self.ids.iter().map(JobId::as_str))?;
        request::get(&request::with_query(
            JOB_STATUSES_SHOW_MANY.path,
            &[("ids", &ids)],
        ))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Vec<JobStatus>, Error> {
        Ok(read_json::<JobStatusesPage>(self.operation(), &response)?.job_statuses)
    }
}

/// `GET /api/v2/job_statuses`: the account's jobs of the last day, newest first, 100 a page.
#[derive(Clone, Debug, Default)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ListJobs {
    after: Option<String>,
}

impl ListJobs {
    /// The first page.
    pub const fn new() -> Self {
        Self { after: None }
    }

    /// The page after this cursor.
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self
    }

    /// The call for the page after this one, or `None` if `page` was the last.
    ///
    /// `meta.has_more` decides: `links.next` is set on the last page too. A cursor that does not advance ends the walk as
    /// well, since it would go on for ever.
    pub fn following(&self, page: &JobStatusesPage) -> Option<Self> {
        let meta = page.meta.value()?;
        let cursor = meta.after_cursor.value()?;
        let more = meta.has_more.value() == Some(&true) && self.after.as_ref() != Some(cursor);
        more.then(|| Self::new().after(cursor))
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
