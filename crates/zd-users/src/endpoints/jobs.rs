//! Calls about bulk jobs.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{JOB_STATUSES_LIST, JOB_STATUSES_SHOW_MANY};
use zd_model::{JobId, JobStatus, JobStatusEnvelope, JobStatusesPage, Operation};

use super::MAX_AT_ONCE;
use super::calls::path_calls;
use super::draft::{Draft, comma_list};
use super::position::{Cursor, cursor_paged};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

path_calls! {
    /// `GET /api/v2/job_statuses/{job_id}`: a job. For agents.
    ///
    /// One that was just queued may be not found for a moment; all are gone after a day.
    ShowJob(id: JobId) = JOB_STATUSES_SHOW => {JobStatusEnvelope.job_status as JobStatus};
}

/// `GET /api/v2/job_statuses/show_many`: up to a hundred jobs. For agents.
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
        let ids = comma_list(what, self.ids.iter().map(JobId::as_str))?;
        Draft::of(self.operation()).pair("ids", ids).finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Vec<JobStatus>, Error> {
        Ok(read_json::<JobStatusesPage>(self.operation(), &response)?.job_statuses)
    }
}

/// `GET /api/v2/job_statuses`: the account's jobs of the last day, newest first. For agents.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ListJobs {
    paging: Cursor,
}

impl ListJobs {
    /// The first page.
    pub const fn new() -> Self {
        Self {
            paging: Cursor::first(),
        }
    }
}

impl Default for ListJobs {
    fn default() -> Self {
        Self::new()
    }
}

cursor_paged!(ListJobs);

impl Endpoint for ListJobs {
    type Output = JobStatusesPage;

    fn operation(&self) -> &Operation {
        &JOB_STATUSES_LIST
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatusesPage, Error> {
        read_json(self.operation(), &response)
    }
}
