#![doc = include_str!("../README.md")]

mod base_url;
mod builder;
mod client;
mod endpoint;
mod error;
mod handles;
mod jobs;
mod paging;
mod upserted;

pub mod endpoints;

pub use base_url::{BaseUrl, BaseUrlError, Subdomain};
pub use builder::{BuildError, ClientBuilder};
pub use client::Client;
pub use endpoint::{Endpoint, read_json};
pub use error::{ApiError, DecodeError, DecodeProblem, Error, ErrorKind, RequestError};
pub use handles::{
    DeletedUsers, EndUsers, Exports, GroupMemberships, Groups, Identities, OrganizationMemberships,
    Organizations, Passwords, Sessions, UserFields, UserTags, Users,
};
pub use jobs::{Jobs, WaitOptions, Waited, WaitedJob};
pub use paging::{Paged, Pager, PagingError};
pub use upserted::Upserted;

// What a caller of the builder names.
#[cfg(feature = "hyper")]
pub use zd_transport::HyperConfig;
pub use zd_transport::{Credentials, Resend, RetryConfig, SharedTransport};
