//! Every operation's method: the request it makes, byte for byte, and what it makes of each kind of answer.
//!
//! A case names the method by calling it, so that the table's `call` is compared with the code and not with a text.

mod deleted_users;
mod end_users;
mod exports;
mod groups;
mod identities;
mod jobs;
mod organizations;
mod passwords;
mod reading_users;
mod sessions;
mod special;
mod user_fields;
mod user_tags;
mod writing_users;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use http::Request;
use http::header::{ACCEPT, CONTENT_TYPE};
use zd_model::Operation;
use zd_model::operation::{ALL, Effect};
use zd_transport::{OperationName, PathTemplate, Safety, ScriptedTransport};
use zd_users::{Client, Error, ErrorKind, Subdomain};

/// A call of a method, the request it must make, and the answer that its own checks look at.
pub(crate) struct Case {
    operation: &'static Operation,
    /// The method as the code writes it, such as `users().get`.
    call: &'static str,
    /// Method, path and query, and the body if there is one.
    request: &'static str,
    status: u16,
    answer: &'static str,
    run: fn(Client) -> BoxFuture<'static, Result<(), Error>>,
}

/// Defines the cases of a family: operation, call, request, status and body of the answer, checks of what comes back.
macro_rules! cases {
    ($(
        $operation:ident: $handle:ident().$method:ident($($argument:expr),* $(,)?) $(.$page:ident())?
            => $request:literal, $status:literal $answer:expr, |$output:pat_param| $check:block
    )+) => {
        pub(super) fn cases() -> Vec<super::Case> {
            vec![$(super::Case {
                operation: &zd_model::operation::$operation,
                call: concat!(stringify!($handle), "().", stringify!($method)),
                request: $request,
                status: $status,
                answer: $answer,
                run: |client| Box::pin(async move {
                    let $output = client.$handle().$method($($argument),*)$(.$page())?.await?;
                    $check
                    Ok(())
                }),
            },)+]
        }
    };
}
use cases;

/// A job that is queued, as every bulk call answers.
const JOB: &str = r#"{"job_status": {"id": "V3-5b3f09bd2a9c4d0e8f7a6b5c4d3e2f10", "job_type": "Bulk Create User",
    "url": "https://acme.zendesk.com/api/v2/job_statuses/V3-5b3f09bd2a9c4d0e8f7a6b5c4d3e2f10.json",
    "total": 2, "progress": null, "status": "queued", "message": null, "results": null}}"#;

const COUNT: &str = r#"{"count": {"value": 102, "refreshed_at": "2026-07-20T02:51:24+00:00"}}"#;

/// The body of answers that say nothing: some are empty, some are `null` or a space.
const NOTHING: &str = "";

fn every_case() -> Vec<Case> {
    [
        reading_users::cases(),
        writing_users::cases(),
        user_tags::cases(),
        deleted_users::cases(),
        identities::cases(),
        end_users::cases(),
        user_fields::cases(),
        jobs::cases(),
        exports::cases(),
        passwords::cases(),
        sessions::cases(),
        organizations::cases(),
        groups::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) fn over(script: &ScriptedTransport) -> Client {
    let base = Subdomain::new("acme").unwrap().into();
    Client::with_transport(base, Arc::new(script.clone()))
}

/// Runs a case on one answer; its request comes along.
async fn run(case: &Case, status: u16, body: &str) -> (Result<(), Error>, Request<bytes::Bytes>) {
    let script = ScriptedTransport::new().json(status, body);
    let result = (case.run)(over(&script)).await;
    let mut requests = script.requests();
    assert_eq!(requests.len(), 1, "{}: one call is one request", case.call);
    (result, requests.remove(0))
}

async fn refused(case: &Case, status: u16, body: &str) -> Error {
    let error = run(case, status, body).await.0.unwrap_err();
    assert_eq!(error.operation(), case.operation.name);
    error
}

#[test]
fn every_operation_has_a_case_and_the_table_names_its_method() {
    let cases = every_case();
    for case in &cases {
        assert_eq!(case.call, case.operation.call, "{}", case.operation.name);
    }
    let tested: BTreeSet<_> = cases.iter().map(|case| case.operation.name).collect();
    let wanted: BTreeSet<_> = ALL
        .iter()
        .filter(|operation| !operation.call.is_empty())
        .map(|operation| operation.name)
        .collect();
    assert_eq!(tested, wanted);
}

#[test]
fn the_readme_lists_every_method_beside_its_handle() {
    let readme = include_str!("../../../README.md");
    let mut handle = String::new();
    let mut listed = BTreeSet::new();
    for row in readme.lines().filter(|line| line.starts_with("| ")) {
        let [_, name, methods, _] = *row.split('|').collect::<Vec<_>>() else {
            panic!("{row}");
        };
        if let Some((_, behind)) = name.split_once("[`") {
            handle = behind.split('`').next().unwrap_or_default().to_owned();
        }
        // Every second piece stands between backquotes.
        for method in methods.split('`').skip(1).step_by(2) {
            assert!(
                listed.insert(format!("{handle}.{method}")),
                "{method} twice"
            );
        }
    }
    // Calls that are beside the table: a second form of an update, and a wait made of many polls.
    for beside in ["users().upload_photo", "jobs().wait"] {
        assert!(listed.remove(beside), "{beside}");
    }
    let calls = ALL.iter().map(|operation| operation.call.to_owned());
    let calls: BTreeSet<_> = calls.filter(|call| !call.is_empty()).collect();
    assert_eq!(listed, calls);
}

#[tokio::test]
async fn every_method_sends_its_request_and_reads_its_answer() {
    for case in every_case() {
        let (result, request) = run(&case, case.status, case.answer).await;
        if let Err(error) = result {
            panic!("{}: {error:?}", case.request);
        }
        let path = request.uri().path_and_query().unwrap();
        let body = std::str::from_utf8(request.body()).unwrap();
        let sent = format!("{} {path} {body}", request.method());
        assert_eq!(sent.trim_end(), case.request);
        assert_eq!(request.headers()[ACCEPT], "application/json");
        assert_eq!(
            request
                .headers()
                .get(CONTENT_TYPE)
                .map(http::HeaderValue::as_bytes),
            (!body.is_empty()).then_some(b"application/json".as_slice()),
            "{}",
            case.request
        );
    }
}

#[tokio::test]
async fn every_request_tells_the_layers_what_it_is() {
    for case in every_case() {
        let (_, request) = run(&case, case.status, case.answer).await;
        let operation = case.operation;
        let safety = match operation.effect {
            Effect::Read => Safety::Read,
            Effect::KeyedWrite => Safety::KeyedWrite,
            _ => Safety::Write,
        };
        let extensions = request.extensions();
        assert_eq!(extensions.get(), Some(&OperationName(operation.name)));
        assert_eq!(extensions.get(), Some(&PathTemplate(operation.path)));
        assert_eq!(extensions.get(), Some(&safety), "{}", operation.name);
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let body = r#"{"error": "RecordNotFound", "description": "Not found"}"#;
    for case in every_case() {
        let error = refused(&case, 404, body).await;
        assert_eq!(error.kind(), ErrorKind::NotFound, "{}", case.request);
        assert_eq!(error.api().unwrap().code(), Some("RecordNotFound"));
        assert!(!error.is_retryable() && !error.may_have_been_applied());
    }
}

#[tokio::test]
async fn what_the_caller_may_not_do_is_forbidden() {
    let body =
        r#"{"error": {"title": "Forbidden", "message": "You do not have access to this page."}}"#;
    for case in every_case() {
        let error = refused(&case, 403, body).await;
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{}", case.request);
        assert!(error.api().unwrap().message().unwrap().contains("access"));
        assert!(!error.is_retryable() && !error.may_have_been_applied());
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_by_attribute_and_kept_out_of_the_errors_text() {
    let body = r#"{"error": "RecordInvalid", "description": "Record validation errors", "details": {"value": [
        {"description": "Value: ann@example.com is already being used by another user", "error": "DuplicateValue"}]}}"#;
    for case in every_case() {
        let error = refused(&case, 422, body).await;
        assert_eq!(error.kind(), ErrorKind::Invalid, "{}", case.request);
        let details = error.api().unwrap().details();
        assert_eq!(details[0].0, "value");
        assert_eq!(details[0].1.len(), 1);
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("ann@"), "{shown}");
    }
}

/// Rule 16.11: the limits of single endpoints answer in plain text.
#[tokio::test]
async fn a_limit_is_told_whatever_its_body_is() {
    for case in every_case() {
        for body in ["Number of allowed requests exceeded", "", "<html>"] {
            let error = refused(&case, 429, body).await;
            assert_eq!(error.kind(), ErrorKind::Throttled, "{}", case.request);
            assert!(error.retry_after().is_some());
            assert!(error.is_retryable() && !error.may_have_been_applied());
        }
    }
}

#[tokio::test]
async fn a_write_that_met_trouble_may_have_been_applied_and_a_read_was_not() {
    for case in every_case() {
        let error = refused(&case, 500, "<html>Oops</html>").await;
        let writes = case.operation.effect != Effect::Read;
        assert_eq!(error.kind(), ErrorKind::Server);
        assert_eq!(error.may_have_been_applied(), writes, "{}", case.request);
        assert_eq!(error.is_retryable(), !writes, "{}", case.request);
    }
}

/// A success that cannot be read is no success, but for calls that have nothing to tell.
#[tokio::test]
async fn an_answer_of_another_shape_is_an_error() {
    for case in every_case() {
        for body in ["", "null", "[]", "{}", "<html>"] {
            let result = run(&case, 200, body).await.0;
            if case.answer == NOTHING {
                assert!(result.is_ok(), "{}: {body:?}", case.request);
            } else {
                let error = result.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Unexpected, "{}", case.request);
            }
        }
    }
}
