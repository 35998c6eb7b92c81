//! What a 429 is about, and how long it asks to wait.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Response, StatusCode, header};

use crate::budgets::{Budget, Budgets};
use crate::retry_after::{MAX_RETRY_AFTER, rest_of_minute, retry_after};

/// What a refused request ran into, by what has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThrottleKind {
    /// The account's minute is used up: everything waits.
    Account,
    /// The endpoint's own budget is used up while the account has allowance left: this operation waits.
    Endpoint,
    /// One user was written to too often (5 a minute): writes to that user wait.
    User,
    /// As many bulk jobs as an account may have are queued or running: submitting waits for one to end.
    JobSlots,
    /// The response does not say: everything waits.
    Unknown,
}

impl ThrottleKind {
    /// The kind's name in traces: lower case, words joined by underscores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Endpoint => "endpoint",
            Self::User => "user",
            Self::JobSlots => "job_slots",
            Self::Unknown => "unknown",
        }
    }

    /// What this response was refused for; `None` if it was not refused by a limit.
    ///
    /// `TooManyJobs` is told by its body alone, whatever the error status, because Zendesk's documentation names
    /// none. Any other refusal is a 429. The account's own header decides next: an endpoint's refusals arrive while it
    /// still shows allowance. Among those, the refusal of one user's updates is told by its plain text.
    pub fn of(response: &Response<Bytes>) -> Option<Self> {
        let status = response.status();
        if (status.is_client_error() || status.is_server_error()) && is_too_many_jobs(response) {
            return Some(Self::JobSlots);
        }
        if status != StatusCode::TOO_MANY_REQUESTS {
            return None;
        }
        let budgets = Budgets::from_headers(response.headers());
        let account = budgets.account.and_then(|account| account.remaining);
        Some(match account {
            Some(0) => Self::Account,
            _ if is_about_one_user(response) => Self::User,
            Some(_) => Self::Endpoint,
            None if spent(&budgets).next().is_some() => Self::Endpoint,
            None => Self::Unknown,
        })
    }
}

/// A refusal by a limit: what it is about and how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Throttle {
    /// What has to wait.
    pub kind: ThrottleKind,
    /// For how long, at most [`MAX_RETRY_AFTER`]; add some jitter.
    pub wait: Duration,
}

impl Throttle {
    /// Reads a refusal; `None` if the response is none. `now` is wall time (see [`retry_after`]).
    ///
    /// Without a usable `Retry-After` the wait is until the spent bucket's reset, else the account's, else the end of
    /// the minute by the server's `Date`, else 60 s.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// use zd_transport::{Throttle, ThrottleKind};
    /// let response = http::Response::builder()
    ///     .status(429)
    ///     .header("ratelimit-remaining", "0")
    ///     .header("ratelimit-reset", "13")
    ///     .body(bytes::Bytes::new())?;
    /// let throttle = Throttle::of(&response, SystemTime::UNIX_EPOCH).expect("a 429 is one");
    /// assert_eq!((throttle.kind, throttle.wait), (ThrottleKind::Account, Duration::from_secs(13)));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn of(response: &Response<Bytes>, now: SystemTime) -> Option<Self> {
        let kind = ThrottleKind::of(response)?;
        let wait = retry_after(response, now).unwrap_or_else(|| {
            let budgets = Budgets::from_headers(response.headers());
            let bucket = match kind {
                ThrottleKind::Endpoint | ThrottleKind::JobSlots => {
                    spent(&budgets).filter_map(|bucket| bucket.reset).max()
                }
                _ => None,
            };
            bucket
                .or_else(|| budgets.account?.reset)
                .map_or_else(|| rest_of_minute(response.headers()), Duration::from_secs)
        });
        Some(Self {
            kind,
            wait: wait.min(MAX_RETRY_AFTER),
        })
    }
}

/// The buckets of which nothing is left.
fn spent(budgets: &Budgets) -> impl Iterator<Item = &Budget> {
    let buckets = budgets.endpoints.iter().map(|(_, budget)| budget);
    buckets.filter(|budget| budget.is_spent())
}

fn is_too_many_jobs(response: &Response<Bytes>) -> bool {
    /// Thirty job ids and a sentence; a longer body is something else and not worth parsing.
    const LONGEST: usize = 64 << 10;

    let body = response.body();
    body.len() <= LONGEST
        && serde_json::from_slice::<serde_json::Value>(body)
            .is_ok_and(|body| body["error"].as_str() == Some("TooManyJobs"))
}

fn is_about_one_user(response: &Response<Bytes>) -> bool {
    const TEXT: &[u8] = b"You have exceeded the rate limit for updating a single unique user";
    let is_plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| {
            value
                .as_bytes()
                .to_ascii_lowercase()
                .starts_with(b"text/plain")
        });
    is_plain && response.body().trim_ascii_start().starts_with(TEXT)
}

#[cfg(test)]
mod tests;
