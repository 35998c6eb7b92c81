//! What can be set, and what can be watched.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::{ErrorKind, ThrottleKind};

/// When to try again, and how long to wait for it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetryConfig {
    /// How often a request is sent at most when it fails; refusals by a rate limit do not count. Default 5.
    pub max_attempts: u32,
    /// The longest pause before the first retry; it doubles with each. The pause is drawn between zero and this (full
    /// jitter). Default 100 ms.
    pub base_delay: Duration,
    /// The longest pause before any retry. Default 20 s.
    pub max_delay: Duration,
    /// How long one call may wait in all because a server asked it to (429, or 503 with `Retry-After`); then what came
    /// last is returned. Default 10 min.
    pub max_throttle_wait: Duration,
    /// Added to each wait that a server asked for, drawn between zero and this, so that not all who wait come back at
    /// once. Default 1 s.
    pub max_jitter: Duration,
    /// The retry budget of the whole client: a retry costs 14, a success gives 1 back, a retry that succeeds all it
    /// cost. When it is spent, only one probe goes out in 5, 10, 20 … 60 s. Default 500.
    pub budget: u32,
    /// Seeds the jitter, for repeatable runs. Default: random.
    pub seed: Option<u64>,
    /// Is told of each wait. Default: nobody.
    pub observer: Option<RetryObserver>,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self {
            max_attempts: 5,
            base_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(20),
            max_throttle_wait: Duration::from_secs(600),
            max_jitter: Duration::from_secs(1),
            budget: 500,
            seed: None,
            observer: None,
        }
    }
}

/// A closure that is told of each wait. It runs on the caller's task, so it should be quick.
#[derive(Clone)]
pub struct RetryObserver(Arc<dyn Fn(&RetryEvent) + Send + Sync>);

impl RetryObserver {
    /// Calls this closure.
    pub fn new(observer: impl Fn(&RetryEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }

    pub(super) fn tell(&self, event: &RetryEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for RetryObserver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RetryObserver")
    }
}

/// A wait that begins now; the request is sent after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryEvent {
    /// The operation's name, if the request told it.
    pub operation: Option<&'static str>,
    /// How often the request was sent so far.
    pub attempts: u32,
    /// Why it waits.
    pub reason: RetryReason,
    /// How long it waits.
    pub delay: Duration,
}

/// Why a request waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryReason {
    /// It was refused by a rate limit.
    Throttled(ThrottleKind),
    /// Another request was refused by a limit that concerns this one too.
    Held,
    /// It was answered with a server error.
    Status(StatusCode),
    /// It had no answer.
    Error(ErrorKind),
}

impl fmt::Display for RetryReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled(kind) => write!(formatter, "throttled:{}", kind.as_str()),
            Self::Held => formatter.write_str("held"),
            Self::Status(status) => formatter.write_str(status.as_str()),
            Self::Error(kind) => formatter.write_str(kind.as_str()),
        }
    }
}
