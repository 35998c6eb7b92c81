//! Why there is no response.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

type Source = Box<dyn Error + Send + Sync>;

/// No complete response was had.
///
/// It answers what was attempted ([`operation`](Self::operation)), what went wrong ([`kind`](Self::kind)), whether
/// trying again could help ([`is_transient`](Self::is_transient)), whether the request may have reached the server
/// ([`may_have_been_sent`](Self::may_have_been_sent)), how often it was tried ([`attempts`](Self::attempts)) and, if
/// an answer had begun, its status and request id.
///
/// No address, query, header value or body is ever part of its text.
#[derive(Debug)]
pub struct TransportError {
    kind: ErrorKind,
    may_have_been_sent: bool,
    attempts: u32,
    status: Option<StatusCode>,
    operation: Option<&'static str>,
    request_id: Option<Box<str>>,
    retry_after: Option<Duration>,
    source: Option<Source>,
}

/// What went wrong, by what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the set-up is unusable; trying again changes nothing. Never sent.
    Config,
    /// No connection: name, route, TLS, proxy. Never sent; may be tried again freely.
    Connect,
    /// No credentials could be had, or they were refused. Never sent; may be tried again if the status says that it
    /// was the token server's trouble (429 or 5xx).
    Credentials,
    /// No answer in time. Tried again if it reads.
    Timeout,
    /// The connection ended before the answer was complete. Tried again if it reads.
    Interrupted,
    /// The answer is no HTTP, or its encoding is damaged. Tried again if it reads.
    Protocol,
    /// The answer is larger than allowed; it would be again.
    TooLarge,
    /// The deadline of the call has passed before it was sent.
    DeadlineExceeded,
    /// The account's limit is used up for longer than the call may wait. Never sent.
    Throttled,
}

impl ErrorKind {
    /// The kind's name in traces: lower case, words joined by underscores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Connect => "connect",
            Self::Credentials => "credentials",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Protocol => "protocol",
            Self::TooLarge => "too_large",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Throttled => "throttled",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl TransportError {
    /// An error for a request that was certainly not sent.
    pub fn not_sent(kind: ErrorKind, source: impl Into<Source>) -> Self {
        Self::new(kind, false, source.into())
    }

    /// An error for a request that may have reached the server.
    pub fn maybe_sent(kind: ErrorKind, source: impl Into<Source>) -> Self {
        Self::new(kind, true, source.into())
    }

    fn new(kind: ErrorKind, may_have_been_sent: bool, source: Source) -> Self {
        Self {
            kind,
            may_have_been_sent,
            attempts: 1,
            status: None,
            operation: None,
            request_id: None,
            retry_after: None,
            source: Some(source),
        }
    }

    /// The same error after this many attempts; it may have been sent if any of them may have.
    #[must_use]
    pub fn after(mut self, attempts: u32, may_have_been_sent: bool) -> Self {
        self.attempts = attempts;
        self.may_have_been_sent |= may_have_been_sent;
        self
    }

    /// The same error with the status of the answer that could not be used.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// The same error with the name of the operation that was attempted.
    #[must_use]
    pub fn with_operation(mut self, operation: Option<&'static str>) -> Self {
        self.operation = operation.or(self.operation);
        self
    }

    /// The same error with the id that the server gave to the request.
    #[must_use]
    pub fn with_request_id(mut self, request_id: Option<&str>) -> Self {
        self.request_id = request_id.map(Into::into).or(self.request_id);
        self
    }

    /// The same error with the wait that a server asked for before another attempt.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait.or(self.retry_after);
        self
    }

    /// What went wrong.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the request may have reached the server, by this attempt or an earlier one.
    pub const fn may_have_been_sent(&self) -> bool {
        self.may_have_been_sent
    }

    /// Whether the cause may pass, so that trying again later could do better. Whether that does harm is another
    /// question: see [`may_have_been_sent`](Self::may_have_been_sent).
    pub fn is_transient(&self) -> bool {
        match self.kind {
            ErrorKind::Connect
            | ErrorKind::Timeout
            | ErrorKind::Interrupted
            | ErrorKind::Protocol
            | ErrorKind::Throttled
            | ErrorKind::DeadlineExceeded => true,
            ErrorKind::Credentials => self.status.is_some_and(|status| {
                status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
            }),
            ErrorKind::Config | ErrorKind::TooLarge => false,
        }
    }

    /// How often the request was tried.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The status of the answer that could not be used: of the token server for [`ErrorKind::Credentials`], else of
    /// an answer whose body did not arrive whole.
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// How long a server asked to wait before another attempt.
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The operation's name, if the request told it.
    pub const fn operation(&self) -> Option<&'static str> {
        self.operation
    }

    /// The id that the server gave to the request, if its answer had begun.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.kind {
            ErrorKind::Config => "the request cannot be sent as it is",
            ErrorKind::Connect => "cannot connect",
            ErrorKind::Credentials => "no usable credentials",
            ErrorKind::Timeout => "no answer in time",
            ErrorKind::Interrupted => "the connection ended before the answer was complete",
            ErrorKind::Protocol => "the answer is not valid HTTP",
            ErrorKind::TooLarge => "the answer is larger than allowed",
            ErrorKind::DeadlineExceeded => "the deadline passed before the request was sent",
            ErrorKind::Throttled => "the rate limit is used up for longer than the call may wait",
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_ref()
            .map(|source| &**source as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_small_and_can_cross_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<TransportError>();
        assert!(
            size_of::<TransportError>() <= 128,
            "clippy::result_large_err would fire at every caller"
        );
    }

    #[test]
    fn once_sent_stays_sent() {
        let error = TransportError::not_sent(ErrorKind::Connect, "refused").after(3, true);
        assert!(error.may_have_been_sent());
        assert_eq!(error.attempts(), 3);
        let error = TransportError::maybe_sent(ErrorKind::Timeout, "late").after(3, false);
        assert!(error.may_have_been_sent());
    }

    #[test]
    fn refused_credentials_do_not_pass_but_a_broken_token_server_does() {
        let refused = |status| {
            TransportError::not_sent(ErrorKind::Credentials, "refused").with_status(status)
        };
        assert!(!refused(StatusCode::UNAUTHORIZED).is_transient());
        assert!(refused(StatusCode::SERVICE_UNAVAILABLE).is_transient());
        assert!(refused(StatusCode::TOO_MANY_REQUESTS).is_transient());
    }
}
