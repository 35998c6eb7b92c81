//! Reading what came of a request.

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Response;
use zd_model::ErrorBody;
use zd_transport::{Budgets, ErrorKind as TransportErrorKind, Throttle, ThrottleKind};
use zd_users::{Error, ErrorKind};

use super::ask::{Answer, Heard, Reply, Throttled};
use super::machine::bounded;
use crate::{Refusal, Trouble};

/// What the answer says besides its body.
pub(super) fn hear(response: &Response<Bytes>) -> (Option<i64>, Budgets) {
    let date = (response.headers().get(http::header::DATE))
        .and_then(|date| date.to_str().ok())
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .and_then(|date| date.duration_since(SystemTime::UNIX_EPOCH).ok())
        .and_then(|since| i64::try_from(since.as_secs()).ok());
    (date, Budgets::of(response))
}

/// Reads a response of any status.
pub(super) fn read(
    response: Response<Bytes>,
    parse: impl FnOnce(Response<Bytes>) -> Result<Answer, Error>,
) -> Heard {
    let (date, budgets) = hear(&response);
    let wait = (response.status().is_server_error())
        .then(|| zd_transport::retry_after(&response, SystemTime::UNIX_EPOCH))
        .flatten();
    let reply = match throttled(&response) {
        Some((reason, wait)) => Reply::Throttled { reason, wait },
        None => match parse(response) {
            Ok(answer) => Reply::Done(answer),
            Err(error) => failed(&error),
        },
    };
    Heard {
        reply,
        date,
        budgets,
        wait,
    }
}

/// What an error means for the request.
pub(super) fn failed(error: &Error) -> Reply {
    let lost = || Reply::Lost(trouble(error));
    match error.kind() {
        ErrorKind::Unreachable => Reply::NotSent(trouble(error)),
        // Trouble with getting a token passes, and the request has not left.
        ErrorKind::Server | ErrorKind::Throttled if is_not_sent(error) => {
            Reply::NotSent(trouble(error))
        }
        ErrorKind::Server | ErrorKind::NoAnswer => lost(),
        // A request that timed out on the way in may have been handed on all the same.
        _ if error.status().is_some_and(|status| status.as_u16() == 408) => lost(),
        ErrorKind::Unexpected if !is_redirect(error) => lost(),
        ErrorKind::Credentials if is_not_sent(error) => Reply::Refused(Refusal {
            status: Some(401),
            ..refusal(error)
        }),
        _ => Reply::Refused(refusal(error)),
    }
}

fn is_redirect(error: &Error) -> bool {
    error.status().is_some_and(|status| status.is_redirection())
}

fn is_not_sent(error: &Error) -> bool {
    matches!(error, Error::Transport { source, .. } if source.kind() == TransportErrorKind::Credentials)
}

fn refusal(error: &Error) -> Refusal {
    let api = error.api();
    let details = api.map(|api| &api.body).map(complaints).unwrap_or_default();
    let words = api.and_then(|api| api.message()).map(str::to_owned);
    let message = match (words, details.is_empty()) {
        (Some(words), false) => format!("{words}: {details}"),
        (Some(words), true) => words,
        (None, false) => details,
        (None, true) => causes(error),
    };
    Refusal {
        operation: error.operation(),
        status: match error {
            Error::Anonymous { .. } => Some(401),
            error => error.status().map(|status| status.as_u16()),
        },
        code: api.and_then(|api| api.code()).map(str::to_owned),
        message: Some(bounded(&message)),
        request_id: error.request_id().map(str::to_owned),
    }
}

fn complaints(body: &ErrorBody) -> String {
    let texts = body
        .details()
        .into_iter()
        .flat_map(|(_, complaints)| complaints);
    texts
        .filter_map(|complaint| complaint.description.into_value())
        .collect::<Vec<_>>()
        .join("; ")
}

fn trouble(error: &Error) -> Trouble {
    Trouble {
        operation: error.operation(),
        status: error.status().map(|status| status.as_u16()),
        message: causes(error),
        lasted: Duration::ZERO,
    }
}

fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    bounded(&text)
}

/// What a refusal for now is about, and how long it asks to wait.
fn throttled(response: &Response<Bytes>) -> Option<(Throttled, Duration)> {
    let date = (response.headers().get(http::header::DATE))
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    // Only a `Retry-After` that is a date needs a clock, and the server's own is the right one.
    let throttle = Throttle::of(response, date.unwrap_or(SystemTime::UNIX_EPOCH))?;
    let reason = match throttle.kind {
        ThrottleKind::JobSlots => Throttled::Jobs,
        ThrottleKind::Endpoint | ThrottleKind::User => Throttled::Operation,
        _ => Throttled::Everything,
    };
    Some((reason, throttle.wait))
}

#[cfg(test)]
mod tests {
    use zd_users::Endpoint as _;
    use zd_users::endpoints::Me;

    use super::*;

    fn heard(status: u16, retry_after: &str) -> Heard {
        let response = http::Response::builder()
            .status(status)
            .header("retry-after", retry_after)
            .header("date", "Tue, 14 Nov 2023 22:13:20 GMT")
            .body(Bytes::from_static(b"<html>maintenance</html>"))
            .expect("a response of constants");
        read(response, |response| {
            let user = Me::new().parse(response)?;
            Ok(Answer::Me(Box::new(user)))
        })
    }

    #[test]
    fn a_503_that_says_how_long_is_in_doubt_and_says_so() {
        let heard = heard(503, "120");
        assert!(matches!(heard.reply, Reply::Lost(_)), "{heard:?}");
        assert_eq!(heard.wait, Some(Duration::from_secs(120)));
        assert_eq!(heard.date, Some(1_700_000_000));
    }

    #[test]
    fn a_429_waits_as_told_within_reason() {
        let heard = heard(429, "1000000000");
        let Reply::Throttled { wait, .. } = heard.reply else {
            panic!("{heard:?}");
        };
        assert_eq!((wait, heard.wait), (zd_transport::MAX_RETRY_AFTER, None));
    }
}
