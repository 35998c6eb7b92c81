//! Every call as a value: what to ask, without sending it.
//!
//! The methods of [`Users`](crate::Users) and [`Jobs`](crate::Jobs) make these values and run them; make one yourself to
//! set an option, to send it with extensions ([`Client::execute_raw`](crate::Client::execute_raw)), or to carry it over
//! something else than this crate's client. See [`Endpoint`](crate::Endpoint).

// What calls are made of.
mod calls;
mod draft;
mod include;
mod position;

// The calls, by what they are about.
mod jobs;
mod list_users;
mod search;
mod show_many;
mod upsert;
mod users;

pub use include::Include;
pub use jobs::{ListJobs, ShowJob, ShowManyJobs};
pub use list_users::ListUsers;
pub use search::{SearchQuery, SearchUsers};
pub use show_many::ShowManyUsers;
pub use upsert::{CreateOrUpdate, CreateOrUpdateMany};
pub use users::{Me, ShowUser};

/// The most records that one call takes: users of a bulk call, ids of a `show_many`.
pub const MAX_AT_ONCE: usize = 100;

#[cfg(test)]
mod tests;
