//! What an error says of each kind of answer.

use std::error::Error as _;

use bytes::Bytes;
use http::Response;
use zd_model::operation::{USERS_CREATE_OR_UPDATE, USERS_SHOW};
use zd_model::{Operation, User, UserEnvelope};
use zd_transport::{Attempts, ThrottleKind};

use super::*;
use crate::read_json;

/// An address and a name that must not be in any text of an error.
const SECRETS: [&str; 3] = ["ann@example.com", "Ann Lee", "hunter2"];

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .unwrap()
}

fn parse(operation: &Operation, response: &Response<Bytes>) -> Result<User, Error> {
    read_json::<UserEnvelope>(operation, response).map(|envelope| envelope.user)
}

fn refusal(status: u16, body: &str) -> Error {
    parse(&USERS_SHOW, &answer(status, &[], body)).unwrap_err()
}

/// All that an error shows: its text, its sources' texts, and their debug forms.
fn shown(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(" {error} {error:?}");
        source = error.source();
    }
    text
}

#[test]
fn an_error_can_travel_and_is_small() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Error>();
    travels::<crate::BuildError>();
    assert!(size_of::<Error>() <= 128, "{}", size_of::<Error>());
}

#[test]
fn every_envelope_is_read() {
    let check = |status: u16, body: &str, code: Option<&str>, message: Option<&str>| {
        let error = refusal(status, body);
        let api = error.api().unwrap();
        assert_eq!(api.status.as_u16(), status);
        assert_eq!(api.code(), code, "{body}");
        assert_eq!(api.message(), message, "{body}");
    };
    check(
        404,
        r#"{"error": "RecordNotFound", "description": "Not found"}"#,
        Some("RecordNotFound"),
        Some("Not found"),
    );
    check(
        403,
        r#"{"error": {"title": "Forbidden", "message": "You do not have access to this page."}}"#,
        Some("Forbidden"),
        Some("You do not have access to this page."),
    );
    check(
        400,
        r#"{"errors": [{"code": "InvalidPaginationDepth", "title": "Too deep", "detail": "No more."}]}"#,
        Some("InvalidPaginationDepth"),
        Some("No more."),
    );
    check(
        409,
        "Requester creation collision - please try again",
        None,
        Some("Requester creation collision - please try again"),
    );
    check(502, "<html><body>Bad Gateway</body></html>", None, None);
    check(503, "  \n <!DOCTYPE html>…", None, None);
    check(500, "", None, None);
    check(500, "[1, 2]", None, None);
}

#[test]
fn complaints_are_listed_by_attribute() {
    let error = refusal(
        422,
        r#"{"error": "RecordInvalid", "description": "Record validation errors", "details":
            {"email": [{"description": "Email: ann@example.com is already being used by another user"}],
             "value": [{"description": "Value: taken", "error": "DuplicateValue"}]}}"#,
    );
    let api = error.api().unwrap();
    let details = api.details();
    assert_eq!(details[0].0, "email");
    assert!(
        details[0].1[0]
            .description
            .as_deref()
            .unwrap()
            .contains("ann@example.com")
    );
    assert_eq!(details[1].1[0].error.as_deref(), Some("DuplicateValue"));
    assert_eq!(
        error.to_string(),
        "users.show was refused with 422 Unprocessable Entity"
    );
}

#[test]
fn each_status_is_a_kind_and_says_whether_to_try_again() {
    let check = |status: u16, kind: ErrorKind, read: bool, write: (bool, bool)| {
        let error = refusal(status, "{}");
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.is_retryable(), read, "a read's {status}");
        assert!(!error.may_have_been_applied(), "a read's {status}");
        let error = parse(&USERS_CREATE_OR_UPDATE, &answer(status, &[], "{}")).unwrap_err();
        assert_eq!(
            (error.is_retryable(), error.may_have_been_applied()),
            write,
            "a write's {status}"
        );
    };
    check(301, ErrorKind::Unexpected, false, (false, true));
    check(304, ErrorKind::Unexpected, false, (false, true));
    check(400, ErrorKind::Invalid, false, (false, false));
    check(401, ErrorKind::Credentials, false, (false, false));
    check(403, ErrorKind::Forbidden, false, (false, false));
    check(404, ErrorKind::NotFound, false, (false, false));
    check(409, ErrorKind::Conflict, true, (true, false));
    check(413, ErrorKind::Invalid, false, (false, false));
    check(422, ErrorKind::Invalid, false, (false, false));
    check(429, ErrorKind::Throttled, true, (true, false));
    check(500, ErrorKind::Server, true, (false, true));
    check(503, ErrorKind::Server, true, (false, true));
}

#[test]
fn an_earlier_attempt_that_may_have_been_applied_is_not_forgotten() {
    let mut response = answer(429, &[], "{}");
    response.extensions_mut().insert(Attempts::new(2, true));
    let error = parse(&USERS_CREATE_OR_UPDATE, &response).unwrap_err();
    assert!(error.may_have_been_applied() && !error.is_retryable());
    response.extensions_mut().insert(Attempts::new(2, false));
    let error = parse(&USERS_CREATE_OR_UPDATE, &response).unwrap_err();
    assert!(!error.may_have_been_applied() && error.is_retryable());
}

#[test]
fn headers_say_which_request_it_was_and_when_to_come_back() {
    let response = answer(
        429,
        &[
            ("x-request-id", "7f3a"),
            ("retry-after", "17"),
            ("x-rate-limit", "700"),
            ("x-rate-limit-remaining", "0"),
        ],
        r#"{"error": "APIRateLimitExceeded", "description": "Number of allowed API requests per minute exceeded"}"#,
    );
    let error = parse(&USERS_SHOW, &response).unwrap_err();
    assert_eq!(error.operation(), "users.show");
    assert_eq!(error.request_id(), Some("7f3a"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(17)));
    let account = error.api().unwrap().budgets.account.unwrap();
    assert_eq!((account.limit, account.remaining), (Some(700), Some(0)));
    assert_eq!(error.api().unwrap().throttle, Some(ThrottleKind::Account));
    assert_eq!(refusal(500, "{}").retry_after(), None);
    assert_eq!(refusal(429, "{}").request_id(), None);
}

#[test]
fn a_limit_is_told_from_its_answer_and_has_a_wait() {
    let check = |status: u16, headers: &[(&str, &str)], body: &str, kind, wait: u64| {
        let error = parse(&USERS_CREATE_OR_UPDATE, &answer(status, headers, body)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Throttled, "{body}");
        assert_eq!(error.api().unwrap().throttle, Some(kind), "{body}");
        assert_eq!(
            error.retry_after(),
            Some(Duration::from_secs(wait)),
            "{body}"
        );
        assert!(
            error.is_retryable() && !error.may_have_been_applied(),
            "{body}"
        );
    };
    let jobs =
        r#"{"error": "TooManyJobs", "description": "Too many", "current_job_ids": ["14b1"]}"#;
    check(
        429,
        &[("retry-after", "60")],
        jobs,
        ThrottleKind::JobSlots,
        60,
    );
    check(
        503,
        &[("retry-after", "5")],
        jobs,
        ThrottleKind::JobSlots,
        5,
    );
    let account_left = [
        ("x-rate-limit-remaining", "684"),
        ("retry-after", "27"),
        ("content-type", "text/plain"),
    ];
    let one_user = "You have exceeded the rate limit for updating a single unique user. user email: a@x id: 1 external_id: ";
    check(429, &account_left, one_user, ThrottleKind::User, 27);
    check(429, &account_left[..2], "{}", ThrottleKind::Endpoint, 27);
    check(429, &[], "", ThrottleKind::Unknown, 60);
    check(
        429,
        &[("ratelimit-reset", "13")],
        "",
        ThrottleKind::Unknown,
        13,
    );
    check(
        429,
        &[("retry-after", "999999999")],
        "",
        ThrottleKind::Unknown,
        600,
    );
    let date = [("date", "Sun, 22 Nov 2026 07:00:45 GMT")];
    check(429, &date, "<html>", ThrottleKind::Unknown, 15);
}

#[test]
fn a_lost_answer_is_told_by_what_it_was_an_answer_to() {
    use zd_transport::ErrorKind as Transport;
    let check = |source: TransportError, kind, read: bool, write: (bool, bool)| {
        let cause = source.kind();
        let sent = source.may_have_been_sent();
        let error = |effect| {
            let source = if sent {
                TransportError::maybe_sent(cause, "x")
            } else {
                TransportError::not_sent(cause, "x")
            };
            Error::Transport {
                operation: "users.show",
                effect,
                source,
            }
        };
        assert_eq!(error(Effect::Read).kind(), kind, "{cause}");
        assert_eq!(error(Effect::Read).is_retryable(), read, "{cause}");
        assert!(!error(Effect::Read).may_have_been_applied());
        for effect in [Effect::KeyedWrite, Effect::Write] {
            let error = error(effect);
            let said = (error.is_retryable(), error.may_have_been_applied());
            assert_eq!(said, write, "a write's {cause}");
        }
    };
    let not_sent = |kind| TransportError::not_sent(kind, "x");
    let maybe_sent = |kind| TransportError::maybe_sent(kind, "x");
    check(
        not_sent(Transport::Config),
        ErrorKind::Request,
        false,
        (false, false),
    );
    check(
        not_sent(Transport::Connect),
        ErrorKind::Unreachable,
        true,
        (true, false),
    );
    check(
        not_sent(Transport::DeadlineExceeded),
        ErrorKind::Unreachable,
        true,
        (true, false),
    );
    check(
        not_sent(Transport::Throttled),
        ErrorKind::Throttled,
        true,
        (true, false),
    );
    check(
        not_sent(Transport::Credentials),
        ErrorKind::Credentials,
        false,
        (false, false),
    );
    check(
        maybe_sent(Transport::Timeout),
        ErrorKind::NoAnswer,
        true,
        (false, true),
    );
    check(
        maybe_sent(Transport::Interrupted),
        ErrorKind::NoAnswer,
        true,
        (false, true),
    );
    check(
        maybe_sent(Transport::Protocol),
        ErrorKind::NoAnswer,
        true,
        (false, true),
    );
    check(
        maybe_sent(Transport::TooLarge),
        ErrorKind::Unexpected,
        false,
        (false, true),
    );
}

#[test]
fn trouble_of_the_token_server_is_not_the_credentials_fault() {
    let check = |status: StatusCode, kind| {
        let source = TransportError::not_sent(zd_transport::ErrorKind::Credentials, "x")
            .with_status(status)
            .with_request_id(Some("7f3a"));
        let error = Error::Transport {
            operation: "users.show",
            effect: Effect::Write,
            source,
        };
        assert_eq!(error.kind(), kind);
        assert_eq!(error.is_retryable(), kind != ErrorKind::Credentials);
        assert_eq!(
            (error.status(), error.request_id()),
            (Some(status), Some("7f3a"))
        );
    };
    check(StatusCode::UNAUTHORIZED, ErrorKind::Credentials);
    check(StatusCode::BAD_GATEWAY, ErrorKind::Server);
    check(StatusCode::TOO_MANY_REQUESTS, ErrorKind::Throttled);
}

#[test]
fn a_success_that_cannot_be_read_says_where_and_why() {
    let check = |body: &str, problem: DecodeProblem, path: &str, text: &str| {
        let response = answer(200, &[("x-request-id", "7f3a")], body);
        let error = parse(&USERS_SHOW, &response).unwrap_err();
        let Error::Decode(decode) = &error else {
            panic!("{error:?}");
        };
        assert_eq!(
            (decode.problem, decode.path.as_str()),
            (problem, path),
            "{body}"
        );
        assert_eq!(
            error.to_string(),
            format!("users.show was answered with 200 OK and a body that {text}")
        );
        assert_eq!(error.request_id(), Some("7f3a"));
        assert_eq!(error.status(), Some(StatusCode::OK));
        assert_eq!(error.kind(), ErrorKind::Unexpected);
        assert_eq!(
            error.is_retryable(),
            problem != DecodeProblem::Shape,
            "{body}"
        );
    };
    check("", DecodeProblem::Empty, ".", "is empty");
    check(" \n", DecodeProblem::Empty, ".", "is empty");
    check(
        "<html>Ann Lee</html>",
        DecodeProblem::NotJson,
        ".",
        "is no JSON at line 1 column 1",
    );
    check(
        r#"{"user": {"id": 1"#,
        DecodeProblem::NotJson,
        "user",
        "is no JSON at line 1 column 17",
    );
    check(
        r#"{"user": {"id": 1}} x"#,
        DecodeProblem::NotJson,
        ".",
        "is no JSON at line 1 column 21",
    );
    check(
        "null",
        DecodeProblem::Shape,
        ".",
        "is of another shape: expected a JSON object at .",
    );
    check(
        "{}",
        DecodeProblem::Shape,
        ".",
        "is of another shape: expected the field `user` at .",
    );
    check(
        r#"{"user": {"name": "Ann Lee"}}"#,
        DecodeProblem::Shape,
        "user",
        "is of another shape: expected the field `id` at user",
    );
}

#[test]
fn a_write_answered_with_garbage_may_have_been_applied() {
    let response = answer(200, &[], "<html>");
    let error = parse(&USERS_CREATE_OR_UPDATE, &response).unwrap_err();
    assert!(error.may_have_been_applied() && !error.is_retryable());
}

#[test]
fn no_text_of_a_body_is_in_an_error() {
    let bodies = [
        r#"{"error": "Ann Lee hunter2", "description": "ann@example.com"}"#,
        r#"{"error": {"title": "hunter2 Ann Lee", "message": "ann@example.com"}}"#,
        "user email: ann@example.com id: external_id: hunter2",
        r#"{"user": "ann@example.com, expected Ann Lee"}"#,
        r#"{"user": {"id": "ann@example.com"}}"#,
        r#"{"user": {"id": {"Ann Lee": "hunter2"}}}"#,
        r#"{"user": {"id": 1, "name": ["hunter2"]}}"#,
        r#"{"user": {"id": 1, "tags": "Ann Lee"}} hunter2"#,
    ];
    for body in bodies {
        for status in [200, 302, 422, 429, 500] {
            if let Err(error) = parse(&USERS_SHOW, &answer(status, &[], body)) {
                let shown = shown(&error);
                for secret in SECRETS {
                    assert!(!shown.contains(secret), "{status} {body}: {shown}");
                }
            }
        }
    }
}
