//! Why there is no response.

use std::error::Error;
use std::fmt;

/// No complete response was had.
///
/// The error answers: what went wrong ([`TransportError::kind`]), may the request have reached the server
/// ([`TransportError::may_have_been_sent`]), how often was it tried ([`TransportError::attempts`]).
#[derive(Debug)]
pub struct TransportError {
    kind: ErrorKind,
    may_have_been_sent: bool,
    attempts: u32,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What went wrong, by what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the set-up is unusable; trying again changes nothing. Never sent.
    Config,
    /// No connection: name, route, TLS, proxy. Never sent; may be tried again freely.
    Connect,
    /// No credentials could be had, or they were refused. Never sent.
    Credentials,
    /// No answer in time.
    Timeout,
    /// The connection ended before the answer was complete.
    Interrupted,
    /// The answer is no HTTP, or its encoding is damaged.
    Protocol,
    /// The answer is larger than allowed.
    TooLarge,
    /// The deadline of the call has passed before it was sent.
    DeadlineExceeded,
}

impl TransportError {
    /// An error for a request that was certainly not sent.
    pub fn not_sent(kind: ErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind,
            may_have_been_sent: false,
            attempts: 1,
            source: Some(source.into()),
        }
    }

    /// An error for a request that may have reached the server.
    pub fn maybe_sent(kind: ErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind,
            may_have_been_sent: true,
            attempts: 1,
            source: Some(source.into()),
        }
    }

    /// The same error after this many attempts; it may have been sent if any of them may have.
    #[must_use]
    pub fn after(mut self, attempts: u32, may_have_been_sent: bool) -> Self {
        self.attempts = attempts;
        self.may_have_been_sent |= may_have_been_sent;
        self
    }

    /// What went wrong.
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the request may have reached the server.
    pub const fn may_have_been_sent(&self) -> bool {
        self.may_have_been_sent
    }

    /// How often the request was tried.
    pub const fn attempts(&self) -> u32 {
        self.attempts
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
