//! What can go wrong with a call.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use zd_model::{ErrorBody, Operation};
use zd_transport::TransportError;

/// A call that gave no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Refused before anything was sent.
    #[error("{operation} was not sent")]
    Request {
        /// The operation.
        operation: &'static str,
        /// Why.
        source: RequestError,
    },
    /// No response was had.
    #[error("{operation} got no answer")]
    Transport {
        /// The operation.
        operation: &'static str,
        /// Why.
        source: TransportError,
    },
    /// Zendesk refused.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// The answer cannot be read.
    #[error("{operation} got an answer that cannot be read at {path}")]
    Decode {
        /// The operation.
        operation: &'static str,
        /// Where in the JSON, such as `users[3].id`.
        path: String,
        /// The request id.
        request_id: Option<String>,
        /// Why.
        source: serde_json::Error,
    },
    /// The credentials were not accepted, though the status was 200 (`users/me` only).
    #[error("{operation} was answered as to an anonymous caller")]
    Anonymous {
        /// The operation.
        operation: &'static str,
    },
}

/// Zendesk's refusal.
#[derive(Debug, thiserror::Error)]
#[error("{operation} was refused with {status}")]
#[non_exhaustive]
pub struct ApiError {
    /// The operation.
    pub operation: &'static str,
    /// The status.
    pub status: StatusCode,
    /// What Zendesk says; may hold personal data.
    pub body: ErrorBody,
    /// The request id, for Zendesk's support.
    pub request_id: Option<String>,
    /// How long to wait, if it says so.
    pub retry_after: Option<Duration>,
}

/// What is known to be refused, before sending.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// More than Zendesk takes at once.
    #[error("at most {max} {what} at once, not {given}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        max: usize,
        /// How many were given.
        given: usize,
    },
    /// Nothing to do.
    #[error("no {what} given")]
    Empty {
        /// Of what.
        what: &'static str,
    },
    /// A value that cannot be sent.
    #[error("{what} cannot be sent")]
    Unsendable {
        /// What.
        what: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Reads the JSON of a successful response, or the error of another.
pub(crate) fn read_json<T: serde::de::DeserializeOwned>(
    operation: &Operation,
    response: &Response<Bytes>,
) -> Result<T, Error> {
    let request_id = request_id(response);
    if !response.status().is_success() {
        return Err(Error::Api(Box::new(ApiError {
            operation: operation.name,
            status: response.status(),
            body: ErrorBody::from_bytes(response.body()),
            request_id,
            retry_after: None,
        })));
    }
    let mut json = serde_json::Deserializer::from_slice(response.body());
    serde_path_to_error::deserialize(&mut json).map_err(|error| Error::Decode {
        operation: operation.name,
        path: error.path().to_string(),
        request_id,
        source: error.into_inner(),
    })
}

fn request_id<T>(response: &Response<T>) -> Option<String> {
    response
        .headers()
        .get("x-request-id")?
        .to_str()
        .ok()
        .map(str::to_owned)
}
