//! What can go wrong with a call.

mod api;
mod decode;
mod request;

use std::time::Duration;

use http::StatusCode;
use zd_model::Operation;
use zd_model::operation::Effect;
use zd_transport::TransportError;

pub use api::ApiError;
pub use decode::{DecodeError, DecodeProblem};
pub use request::RequestError;

use crate::PagingError;

/// A call that gave no result.
///
/// It answers what a caller needs to know next: what kind of trouble ([`Error::kind`]), whether the same call may be tried
/// again ([`Error::is_retryable`]) and when ([`Error::retry_after`]), and whether Zendesk may have changed something
/// nonetheless ([`Error::may_have_been_applied`]).
///
/// Neither `Display` nor any error behind it holds a name, an address, a query or a body, so it can be logged. Zendesk's
/// own words, which may, are in [`ApiError::body`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Refused before anything was sent.
    #[error("{operation} was not sent")]
    #[non_exhaustive]
    Request {
        /// The operation.
        operation: &'static str,
        /// Why.
        source: RequestError,
    },
    /// No response was had.
    #[error("{operation} got no answer")]
    #[non_exhaustive]
    Transport {
        /// The operation.
        operation: &'static str,
        /// What sending it twice would do.
        effect: Effect,
        /// Why.
        source: TransportError,
    },
    /// Zendesk refused.
    #[error(transparent)]
    Api(Box<ApiError>),
    /// Zendesk answered with a success whose body cannot be read: no JSON, or not the JSON expected.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// A list that says it has more, which cannot be had.
    #[error("{operation} cannot go on to the next page")]
    #[non_exhaustive]
    Paging {
        /// The operation.
        operation: &'static str,
        /// Why.
        source: PagingError,
    },
    /// The credentials were not accepted, though the status was 200 (`users.me` only).
    #[error("{operation} was answered as to an anonymous caller")]
    #[non_exhaustive]
    Anonymous {
        /// The operation.
        operation: &'static str,
        /// The request id.
        request_id: Option<String>,
    },
}

/// What kind of trouble, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call cannot be sent as it is: too many entries, an unusable value or configuration.
    Request,
    /// Zendesk was not reached in time; nothing was sent.
    Unreachable,
    /// It was sent, or may have been, and the answer did not come, was cut or was no HTTP.
    NoAnswer,
    /// The credentials are missing, wrong or expired (401, or an anonymous `users/me`).
    Credentials,
    /// The caller may not do this, or the account lacks it (403).
    Forbidden,
    /// There is no such thing (404, 410).
    NotFound,
    /// Somebody else wrote at the same time (409).
    Conflict,
    /// Zendesk refuses what was sent (400, 406, 413, 422 and other 4xx).
    Invalid,
    /// Too many requests or jobs: a 429, or a limit used up for longer than the call may wait.
    Throttled,
    /// Zendesk has trouble of its own (5xx).
    Server,
    /// An answer that cannot be understood: a redirect, one that is too large, a success that is no JSON or of another
    /// shape.
    Unexpected,
}

impl Error {
    /// That a walk over the pages of this operation cannot go on.
    pub const fn paging(operation: &Operation, source: PagingError) -> Self {
        Self::Paging {
            operation: operation.name,
            source,
        }
    }

    /// The operation, by the name it has in the table of operations.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::Request { operation, .. }
            | Self::Transport { operation, .. }
            | Self::Paging { operation, .. }
            | Self::Anonymous { operation, .. } => operation,
            Self::Api(error) => error.operation,
            Self::Decode(error) => error.operation,
        }
    }

    /// The status, if there was an answer, or the beginning of one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Request { .. } | Self::Paging { .. } => None,
            Self::Transport { source, .. } => source.status(),
            Self::Anonymous { .. } => Some(StatusCode::OK),
            Self::Api(error) => Some(error.status),
            Self::Decode(error) => Some(error.status),
        }
    }

    /// The request id that Zendesk's support asks for, if the answer had one.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Request { .. } | Self::Paging { .. } => None,
            Self::Transport { source, .. } => source.request_id(),
            Self::Anonymous { request_id, .. } => request_id.as_deref(),
            Self::Api(error) => error.request_id.as_deref(),
            Self::Decode(error) => error.request_id.as_deref(),
        }
    }

    /// How long Zendesk asks to wait, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after,
            _ => None,
        }
    }

    /// What kind of trouble this is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Request { .. } => ErrorKind::Request,
            Self::Paging { source, .. } => match source {
                PagingError::TooDeep { .. } => ErrorKind::Request,
                PagingError::Unmoving | PagingError::NoCursor => ErrorKind::Unexpected,
            },
            Self::Transport { source, .. } => transport_kind(source),
            Self::Api(error) => error.kind(),
            Self::Decode(_) => ErrorKind::Unexpected,
            Self::Anonymous { .. } => ErrorKind::Credentials,
        }
    }

    /// Whether the same call may be tried again later: the trouble may pass, and nothing was or may have been written.
    ///
    /// A write whose fate is unknown is *not* retryable in this sense; see [`Error::may_have_been_applied`].
    pub fn is_retryable(&self) -> bool {
        !self.may_have_been_applied()
            && match self {
                Self::Request { .. } | Self::Paging { .. } | Self::Anonymous { .. } => false,
                Self::Transport { source, .. } => source.is_transient(),
                Self::Api(error) => matches!(
                    error.kind(),
                    ErrorKind::Throttled | ErrorKind::Conflict | ErrorKind::Server
                ),
                // A read that was not answered with JSON met a proxy or a page of maintenance.
                Self::Decode(error) => error.problem != DecodeProblem::Shape,
            }
    }

    /// Whether Zendesk may have done what was asked though the call failed.
    ///
    /// True for a write that was or may have been sent and got no answer, a 5xx, or a success that cannot be read; and
    /// for any error after an earlier attempt of the same call met one of these. A 4xx, a 429 included, was not applied.
    pub fn may_have_been_applied(&self) -> bool {
        match self {
            Self::Request { .. } | Self::Paging { .. } | Self::Anonymous { .. } => false,
            Self::Transport { effect, source, .. } => {
                *effect != Effect::Read && source.may_have_been_sent()
            }
            Self::Api(error) => error.may_have_been_applied,
            Self::Decode(error) => error.may_have_been_applied,
        }
    }

    /// Zendesk's refusal, if this is one.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }
}

fn transport_kind(error: &TransportError) -> ErrorKind {
    use zd_transport::ErrorKind as Transport;
    match error.kind() {
        Transport::Config => ErrorKind::Request,
        // The token server's own trouble is no fault of the credentials.
        Transport::Credentials if error.status() == Some(StatusCode::TOO_MANY_REQUESTS) => {
            ErrorKind::Throttled
        }
        Transport::Credentials if error.is_transient() => ErrorKind::Server,
        Transport::Credentials => ErrorKind::Credentials,
        Transport::Throttled => ErrorKind::Throttled,
        Transport::TooLarge => ErrorKind::Unexpected,
        _ if error.may_have_been_sent() => ErrorKind::NoAnswer,
        _ => ErrorKind::Unreachable,
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Api(Box::new(error))
    }
}

#[cfg(test)]
mod tests;
