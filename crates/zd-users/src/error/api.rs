//! Zendesk's refusal.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Response, StatusCode};
use zd_model::operation::Effect;
use zd_model::{ErrorBody, ErrorDetail, Operation};
use zd_transport::{Attempts, Budgets, Throttle, ThrottleKind, retry_after};

use super::ErrorKind;
use crate::endpoint::request_id;

/// An answer with a status other than 2xx.
///
/// Of what Zendesk says neither `Display` nor `Debug` show more than the code: it may hold personal data.
#[derive(thiserror::Error)]
#[error("{operation} was refused with {status}")]
#[non_exhaustive]
pub struct ApiError {
    /// The operation.
    pub operation: &'static str,
    /// The status.
    pub status: StatusCode,
    /// What Zendesk says, whole; may hold personal data.
    pub body: ErrorBody,
    /// The request id, for Zendesk's support.
    pub request_id: Option<String>,
    /// How long to wait, if the answer says so, at most 10 minutes. A refusal by a limit always has it: if it does not
    /// say, until its bucket or the clock's minute begins anew.
    pub retry_after: Option<Duration>,
    /// What limit was run into, if it was one: told from status, headers and, for `TooManyJobs`, the body.
    pub throttle: Option<ThrottleKind>,
    /// What the answer says of the budgets.
    pub budgets: Budgets,
    /// Whether Zendesk may have done what was asked nonetheless.
    pub may_have_been_applied: bool,
}

impl ApiError {
    /// Reads a refusal. Any body will do: JSON in one of the envelopes, text, a page of HTML, nothing.
    pub fn from_response(operation: &Operation, response: &Response<Bytes>) -> Self {
        let status = response.status();
        // A date without the server's own beside it cannot be measured here, where there is no clock: the epoch makes it
        // the longest wait.
        let now = SystemTime::UNIX_EPOCH;
        let throttle = Throttle::of(response, now);
        let earlier = response
            .extensions()
            .get::<Attempts>()
            .is_some_and(|attempts| attempts.earlier_may_have_been_applied);
        Self {
            operation: operation.name,
            status,
            body: ErrorBody::from_bytes(response.body()),
            request_id: request_id(response),
            retry_after: throttle
                .map(|throttle| throttle.wait)
                .or_else(|| retry_after(response, now)),
            throttle: throttle.map(|throttle| throttle.kind),
            budgets: Budgets::of(response),
            may_have_been_applied: operation.effect != Effect::Read
                && (earlier || !(status.is_client_error() || throttle.is_some())),
        }
    }

    /// Zendesk's code, such as `RecordInvalid` or `TooManyJobs`, if the answer has one.
    pub fn code(&self) -> Option<&str> {
        self.body.code()
    }

    /// Zendesk's words, if the answer has any; a page of HTML is not given as such.
    ///
    /// May hold personal data: show it to the caller, never log it.
    pub fn message(&self) -> Option<&str> {
        self.body.message().filter(|text| !is_page(text))
    }

    /// Zendesk's complaints by attribute (422); may hold personal data.
    pub fn details(&self) -> Vec<(&str, Vec<ErrorDetail>)> {
        self.body.details()
    }

    /// What kind of trouble this is.
    pub fn kind(&self) -> ErrorKind {
        match self.status {
            _ if self.throttle.is_some() => ErrorKind::Throttled,
            StatusCode::UNAUTHORIZED => ErrorKind::Credentials,
            StatusCode::FORBIDDEN => ErrorKind::Forbidden,
            StatusCode::NOT_FOUND | StatusCode::GONE => ErrorKind::NotFound,
            StatusCode::CONFLICT => ErrorKind::Conflict,
            status if status.is_client_error() => ErrorKind::Invalid,
            status if status.is_server_error() => ErrorKind::Server,
            _ => ErrorKind::Unexpected,
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiError")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("code", &self.code().filter(|code| is_code(code)))
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .field("throttle", &self.throttle)
            .field("budgets", &self.budgets)
            .field("may_have_been_applied", &self.may_have_been_applied)
            .finish_non_exhaustive()
    }
}

/// Whether a text is a code such as `RecordInvalid`: some bodies have a whole sentence in its place.
fn is_code(text: &str) -> bool {
    text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a text is blank or a page of HTML, which proxies and maintenance answer with.
fn is_page(text: &str) -> bool {
    let text = text.trim_start();
    text.is_empty() || text.starts_with('<')
}
