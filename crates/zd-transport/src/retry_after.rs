//! How long a response asks to wait.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, Response, header};

/// The longest wait a server is believed. A broken clock or a typo must not stop a client for days.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(600);

/// How long the response's `Retry-After` asks to wait, at most [`MAX_RETRY_AFTER`]; `None` if it has none that can be
/// understood.
///
/// Seconds and HTTP dates are understood. A date is measured against the response's own `Date`, so that a wrong clock
/// on this side does no harm; `now` (wall time) stands in where the response has none. A date in the past is no wait;
/// a negative number is garbage.
///
/// ```
/// # use std::time::{Duration, SystemTime};
/// let response = http::Response::builder().status(429).header("retry-after", "27").body(bytes::Bytes::new())?;
/// assert_eq!(zd_transport::retry_after(&response, SystemTime::UNIX_EPOCH), Some(Duration::from_secs(27)));
/// # Ok::<(), http::Error>(())
/// ```
pub fn retry_after<T>(response: &Response<T>, now: SystemTime) -> Option<Duration> {
    let text = response
        .headers()
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    let wait = seconds(text).or_else(|| {
        let until = httpdate::parse_http_date(text).ok()?;
        let since = date(response.headers()).unwrap_or(now);
        Some(until.duration_since(since).unwrap_or_default())
    })?;
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Whole seconds, or a decimal fraction rounded up; more digits than fit are simply very long.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let partial = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    Some(Duration::from_secs(
        whole.parse().unwrap_or(u64::MAX).saturating_add(partial),
    ))
}

/// Until the minute ends by the server's clock: Zendesk's windows are minutes of the wall clock, not sliding.
/// Without a `Date` a whole minute.
pub(crate) fn rest_of_minute(headers: &HeaderMap) -> Duration {
    let since_epoch =
        date(headers).and_then(|date| date.duration_since(SystemTime::UNIX_EPOCH).ok());
    Duration::from_secs(since_epoch.map_or(60, |elapsed| 60 - elapsed.as_secs() % 60))
}

fn date(headers: &HeaderMap) -> Option<SystemTime> {
    let text = headers.get(header::DATE)?.to_str().ok()?;
    httpdate::parse_http_date(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Thu, 08 Feb 2024 17:44:33 GMT";

    fn check(value: &str, date: Option<&str>, expected: Option<u64>) {
        let mut response = Response::builder().header(header::RETRY_AFTER, value);
        if let Some(date) = date {
            response = response.header(header::DATE, date);
        }
        let now = httpdate::parse_http_date("Thu, 08 Feb 2024 17:40:00 GMT").expect("a date");
        assert_eq!(
            retry_after(&response.body(()).expect("a response"), now),
            expected.map(Duration::from_secs),
            "{value:?} {date:?}"
        );
    }

    #[test]
    fn seconds_dates_and_nonsense() {
        check("27", None, Some(27));
        check(" 27 ", None, Some(27));
        check("0", None, Some(0));
        check("1.2", None, Some(2));
        check("1000000000", None, Some(600));
        check("999999999999999999999999999999", None, Some(600));
        check("Thu, 08 Feb 2024 17:45:00 GMT", Some(DATE), Some(27));
        check("Thu, 08 Feb 2024 17:45:00 GMT", None, Some(300));
        check(
            "Thu, 08 Feb 2024 17:45:00 GMT",
            Some("yesterday"),
            Some(300),
        );
        check("Thu, 08 Feb 2024 17:44:00 GMT", Some(DATE), Some(0));
        check("Tue, 08 Feb 2124 17:44:00 GMT", Some(DATE), Some(600));
        for garbage in ["-5", "", "soon", "1e3", "0x10", "1.", ".5", "12 s"] {
            check(garbage, Some(DATE), None);
        }
    }

    #[test]
    fn the_rest_of_the_minute_is_by_the_servers_clock() {
        let mut headers = HeaderMap::new();
        assert_eq!(rest_of_minute(&headers), Duration::from_secs(60));
        headers.insert(header::DATE, DATE.parse().expect("a header value"));
        assert_eq!(rest_of_minute(&headers), Duration::from_secs(27));
    }
}
