//! A client for Zendesk users: upsert one or many, follow the jobs, read back.
//!
//! Skeleton; the crate's README becomes this text.

mod base_url;
mod client;
mod endpoint;
mod error;
mod jobs;
mod users;

pub mod endpoints;

pub use base_url::{BaseUrl, BaseUrlError};
pub use client::Client;
pub use endpoint::Endpoint;
pub use error::{ApiError, Error, RequestError};
pub use jobs::Jobs;
pub use users::{Upserted, Users};
