//! What the client and its builder add to an endpoint's request.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, USER_AGENT};
use http::{Extensions, Request, Response};
use zd_model::{UserId, UserInput};
use zd_transport::{
    ErrorKind as TransportErrorKind, MockTransport, OperationName, Pacing, PathTemplate, Safety,
    ScriptedTransport, TransportError,
};
use zd_users::endpoints::{CreateOrUpdate, CreateOrUpdateMany, Me, ShowUser};
use zd_users::{
    BuildError, Client, Credentials, Error, ErrorKind, RequestError, Resend, Subdomain, Upserted,
};

const USER: &str = r#"{"user": {"id": 35436, "name": "Ann"}}"#;

fn acme() -> Subdomain {
    Subdomain::new("acme").unwrap()
}

fn over(script: &ScriptedTransport) -> Client {
    Client::with_transport(acme().into(), Arc::new(script.clone()))
}

fn built(script: &ScriptedTransport) -> Client {
    Client::builder(acme())
        .credentials(Credentials::api_token("jo@acme.test", "t0ken"))
        .transport(Arc::new(script.clone()))
        .build()
        .unwrap()
}

fn ann() -> UserInput {
    UserInput {
        external_id: "42".into(),
        ..UserInput::default()
    }
}

fn raw(uri: &str) -> Request<Bytes> {
    Request::get(uri).body(Bytes::new()).unwrap()
}

fn interrupted() -> TransportError {
    TransportError::maybe_sent(TransportErrorKind::Interrupted, "reset")
}

#[tokio::test]
async fn a_request_goes_to_the_account_and_says_what_it_is() {
    let script = ScriptedTransport::new().json(200, USER);
    let user = over(&script)
        .users()
        .get(UserId::new(35_436))
        .await
        .unwrap();
    assert_eq!(user.name.as_deref(), Some("Ann"));
    let request = &script.requests()[0];
    assert_eq!(request.uri(), "https://acme.zendesk.com/api/v2/users/35436");
    let extensions = request.extensions();
    assert_eq!(extensions.get(), Some(&OperationName("users.show")));
    assert_eq!(
        extensions.get(),
        Some(&PathTemplate("/api/v2/users/{user_id}"))
    );
    assert_eq!(extensions.get(), Some(&Safety::Read));
    assert!(
        !request.headers().contains_key(AUTHORIZATION),
        "a bare transport signs nothing"
    );
}

#[tokio::test]
async fn writes_say_that_they_are() {
    let script = ScriptedTransport::new()
        .json(201, USER)
        .json(200, r#"{"job_status": {"id": "V3-0", "status": "queued"}}"#);
    let users = over(&script).users();
    users.create_or_update(&ann()).await.unwrap();
    users.create_or_update_many(&[ann()]).await.unwrap();
    for request in script.requests() {
        assert_eq!(request.extensions().get(), Some(&Safety::KeyedWrite));
    }
}

#[tokio::test]
async fn what_is_known_to_be_refused_is_never_sent() {
    let mut transport = MockTransport::new();
    transport.expect_send().never();
    let client = Client::with_transport(acme().into(), Arc::new(transport));
    for users in [vec![], vec![ann(); 101]] {
        let error = client
            .users()
            .create_or_update_many(&users)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Request);
        assert_eq!(error.operation(), "users.create_or_update_many");
        assert!(!error.is_retryable() && !error.may_have_been_applied());
        assert!(matches!(
            error,
            Error::Request {
                source: RequestError::TooMany { .. } | RequestError::Empty { .. },
                ..
            }
        ));
    }
}

#[tokio::test]
async fn one_call_is_one_request() {
    let mut transport = MockTransport::new();
    transport
        .expect_send()
        .once()
        .withf(|request| {
            request.method() == "POST"
                && request.uri() == "https://acme.zendesk.com/api/v2/users/create_or_update_many"
                && request.body() == r#"{"users":[{"external_id":"42"}]}"#
        })
        .returning(|_| {
            let body = r#"{"job_status": {"id": "V3-0", "status": "queued"}}"#;
            Ok(Response::new(Bytes::from(body)))
        });
    let client = Client::with_transport(acme().into(), Arc::new(transport));
    let job = client
        .users()
        .create_or_update_many(&[ann()])
        .await
        .unwrap();
    assert_eq!(job.id.as_str(), "V3-0");
}

#[tokio::test]
async fn a_built_client_signs_and_names_itself() {
    let script = ScriptedTransport::new().json(200, USER).json(200, "{}");
    let client = Client::builder(acme())
        .credentials(Credentials::bearer("t0ken"))
        .user_agent("people-sync/2.1")
        .transport(Arc::new(script.clone()))
        .build()
        .unwrap();
    client.users().get(UserId::new(1)).await.unwrap();
    let mut own = raw("/x");
    own.headers_mut()
        .insert(USER_AGENT, "other/1".parse().unwrap());
    client.send(own).await.unwrap();
    let requests = script.requests();
    assert_eq!(requests[0].headers()[AUTHORIZATION], "Bearer t0ken");
    assert_eq!(requests[0].headers()[USER_AGENT], "people-sync/2.1");
    assert_eq!(requests[1].headers()[USER_AGENT], "other/1");
}

#[test]
fn a_user_agent_that_is_no_header_is_refused() {
    let transport = Arc::new(ScriptedTransport::new());
    let built = Client::builder(acme())
        .user_agent("two\nlines")
        .transport(transport)
        .build();
    assert!(matches!(built.unwrap_err(), BuildError::UserAgent(_)));
}

#[cfg(feature = "hyper")]
#[test]
fn a_client_for_the_network_is_built_without_touching_it() {
    let client = Client::builder(acme()).build().unwrap();
    assert_eq!(client.base_url().to_string(), "https://acme.zendesk.com");
}

#[cfg(not(feature = "hyper"))]
#[test]
fn without_hyper_a_transport_must_be_given() {
    let built = Client::builder(acme()).build();
    assert!(matches!(built.unwrap_err(), BuildError::NoTransport));
}

#[test]
fn a_client_s_debug_shows_no_secret() {
    let shown = format!("{:?}", built(&ScriptedTransport::new()));
    assert!(
        !shown.contains("t0ken") && !shown.contains("jo@acme.test"),
        "{shown}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_read_is_tried_again_by_the_layers() {
    let script = ScriptedTransport::new()
        .json(503, "{}")
        .fail(interrupted())
        .json(200, USER);
    built(&script).users().get(UserId::new(1)).await.unwrap();
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_answer_was_lost_is_not_sent_again() {
    for script in [
        ScriptedTransport::new().fail(interrupted()).json(200, USER),
        ScriptedTransport::new().json(500, "{}").json(200, USER),
    ] {
        let error = built(&script)
            .users()
            .create_or_update(&ann())
            .await
            .unwrap_err();
        assert!(
            error.may_have_been_applied() && !error.is_retryable(),
            "{error}"
        );
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_is_sent_again_if_asked_and_then_does_not_say_created() {
    let script = ScriptedTransport::new().fail(interrupted()).json(201, USER);
    let user = ann();
    let call = CreateOrUpdate::new(&user).resend(Resend::Keyed);
    let upserted = built(&script).execute(&call).await.unwrap();
    assert!(matches!(upserted, Upserted::Unknown(_)));
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_refused_by_a_limit_was_not_applied_and_says_what_it_did() {
    let script = ScriptedTransport::new().json(429, "{}").json(201, USER);
    let upserted = built(&script)
        .users()
        .create_or_update(&ann())
        .await
        .unwrap();
    assert!(matches!(upserted, Upserted::Created(_)));
}

#[tokio::test]
async fn a_caller_that_paces_itself_sees_everything() {
    let script = ScriptedTransport::new().json(429, "{}").json(200, USER);
    let mut extensions = Extensions::new();
    extensions.insert(Pacing::Caller);
    let users = [ann()];
    let call = CreateOrUpdateMany::new(&users);
    let response = built(&script).execute_raw(&call, extensions).await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test]
async fn a_raw_request_goes_to_the_account_s_own_host_only() {
    let script = ScriptedTransport::new().json(404, "{}").json(200, "{}");
    let client = built(&script);
    let response = client.send(raw("/api/v2/x?a=%2C")).await.unwrap();
    assert_eq!(response.status(), 404);
    let next = "https://acme.zendesk.com/api/v2/users.json?page=2";
    client.send(raw(next)).await.unwrap();
    for other in [
        "https://acme.zendesk.com.evil.example/x",
        "http://acme.zendesk.com/x",
        "https://other.zendesk.com/x",
    ] {
        let error = client.send(raw(other)).await.unwrap_err();
        assert!(matches!(
            error,
            Error::Request {
                source: RequestError::OtherHost,
                ..
            }
        ));
    }
    let uris: Vec<_> = script
        .requests()
        .iter()
        .map(|request| request.uri().to_string())
        .collect();
    assert_eq!(uris, ["https://acme.zendesk.com/api/v2/x?a=%2C", next]);
}

#[tokio::test]
async fn a_raw_write_that_was_lost_may_have_been_applied() {
    let script = ScriptedTransport::new()
        .fail(interrupted())
        .fail(interrupted());
    let client = over(&script);
    let write = Request::delete("/api/v2/users/1")
        .body(Bytes::new())
        .unwrap();
    assert!(
        client
            .send(write)
            .await
            .unwrap_err()
            .may_have_been_applied()
    );
    assert!(
        !client
            .send(raw("/x"))
            .await
            .unwrap_err()
            .may_have_been_applied()
    );
}

#[tokio::test]
async fn an_error_names_its_operation_and_keeps_its_cause() {
    let script = ScriptedTransport::new()
        .fail(TransportError::not_sent(
            TransportErrorKind::Connect,
            "refused",
        ))
        .json(200, r#"{"user": {"id": null, "name": "Anonymous user"}}"#);
    let client = over(&script);
    let error = client
        .execute(&ShowUser::new(UserId::new(1)))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "users.show got no answer");
    let cause = std::error::Error::source(&error).unwrap();
    assert_eq!(cause.to_string(), "cannot connect");
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    let error = client.execute(&Me::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(
        error.to_string(),
        "users.me was answered as to an anonymous caller"
    );
}

#[test]
fn what_the_client_does_can_run_on_any_thread() {
    fn sendable<T: Send>(_: T) {}
    let client = over(&ScriptedTransport::new());
    let (users, jobs) = (client.users(), client.jobs());
    sendable(async move {
        let _upserted = users.create_or_update(&UserInput::default()).await;
        let _waited = jobs.wait(["a".into()], zd_users::WaitOptions::new()).await;
    });
}
