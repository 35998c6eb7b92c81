//! Every call as a value; see [`Endpoint`](crate::Endpoint).

mod jobs;
mod request;
mod users;

pub use jobs::{ListJobs, ShowJob, ShowManyJobs};
pub use users::{CreateOrUpdate, CreateOrUpdateMany, Me, SearchUsers, ShowManyUsers, ShowUser};
