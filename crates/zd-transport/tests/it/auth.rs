//! Credentials, and the tokens that are fetched for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use tokio::time::{Instant, sleep};
use zd_transport::{
    AuthLayer, Credentials, Deadline, ErrorKind, RetryLayer, ScriptedTransport, SharedTransport,
    Stack, Transport, TransportError,
};

use crate::client::{everything, get, post};

const URL: &str = "https://acme.zendesk.com/api/v2/users/me";

fn client() -> Credentials {
    Credentials::client_credentials("zd-import", "cl13nt-s3cret", Some("read write".to_owned()))
}

fn signed(base: impl Transport, credentials: Credentials) -> SharedTransport {
    Stack::new(base).layer(AuthLayer::new(credentials)).build()
}

fn token(name: &str, expires_in: &str) -> String {
    format!(r#"{{"access_token":"{name}","token_type":"bearer","expires_in":{expires_in}}}"#)
}

fn authorization(request: &Request<Bytes>) -> &str {
    request.headers()[AUTHORIZATION].to_str().expect("visible")
}

#[tokio::test]
async fn each_request_is_signed_and_marked_sensitive() {
    let expected = [
        (Credentials::bearer("t0ken"), "Bearer t0ken"),
        (
            Credentials::api_token("jo@acme.example", "s3cret"),
            "Basic am9AYWNtZS5leGFtcGxlL3Rva2VuOnMzY3JldA==",
        ),
        (
            Credentials::password("jo@acme.example", "s3cret"),
            "Basic am9AYWNtZS5leGFtcGxlOnMzY3JldA==",
        ),
    ];
    for (credentials, header) in expected {
        let script = ScriptedTransport::new().json(200, "{}");
        let transport = signed(script.clone(), credentials);
        transport.send(get(URL)).await.expect("a response");
        let sent = &script.requests()[0];
        assert_eq!(authorization(sent), header);
        assert!(sent.headers()[AUTHORIZATION].is_sensitive());
    }
}

#[tokio::test]
async fn an_authorization_of_ones_own_is_left_alone() {
    for credentials in [Credentials::bearer("t0ken"), client()] {
        let script = ScriptedTransport::new().json(401, "{}");
        let mut request = get(URL);
        request
            .headers_mut()
            .insert(AUTHORIZATION, "Bearer mine".parse().expect("a value"));
        let response = signed(script.clone(), credentials).send(request).await;
        assert_eq!(response.expect("the 401").status(), 401);
        assert_eq!(authorization(&script.requests()[0]), "Bearer mine");
    }
}

#[tokio::test]
async fn unusable_credentials_are_not_sent() {
    for credentials in [
        Credentials::bearer(""),
        Credentials::bearer("two\nlines"),
        Credentials::password("jo:acme", "s3cret"),
        Credentials::api_token("", "s3cret"),
    ] {
        let script = ScriptedTransport::new();
        let error = signed(script.clone(), credentials)
            .send(get(URL))
            .await
            .expect_err("unusable");
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(!error.may_have_been_sent() && !error.is_transient());
        assert!(script.requests().is_empty());
    }
}

#[tokio::test]
async fn a_token_is_fetched_once_and_kept() {
    let script = ScriptedTransport::new()
        .json(200, token("first", "3600"))
        .json(200, "{}")
        .json(200, "{}");
    let transport = signed(script.clone(), client());
    transport.send(get(URL)).await.expect("a response");
    transport.send(get(URL)).await.expect("a response");
    let sent = script.requests();
    assert_eq!(sent.len(), 3);
    assert_eq!(sent[0].method(), "POST");
    assert_eq!(sent[0].uri(), "https://acme.zendesk.com/oauth/tokens");
    assert_eq!(sent[0].headers()["content-type"], "application/json");
    assert!(!sent[0].headers().contains_key(AUTHORIZATION));
    assert_eq!(
        sent[0].body(),
        r#"{"grant_type":"client_credentials","client_id":"zd-import","client_secret":"cl13nt-s3cret","scope":"read write"}"#
    );
    for request in &sent[1..] {
        assert_eq!(authorization(request), "Bearer first");
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_before_it_ends() {
    for (lifetime, kept, renewed) in [("3600", 3530, 15), ("\"100\"", 85, 10), ("10", 8, 2)] {
        let script = ScriptedTransport::new()
            .json(200, token("first", lifetime))
            .json(200, "{}")
            .json(200, "{}")
            .json(200, token("second", lifetime))
            .json(200, "{}");
        let transport = signed(script.clone(), client());
        transport.send(get(URL)).await.expect("a response");
        sleep(Duration::from_secs(kept)).await;
        transport.send(get(URL)).await.expect("a response");
        assert_eq!(
            authorization(&script.requests()[2]),
            "Bearer first",
            "{lifetime}"
        );
        sleep(Duration::from_secs(renewed)).await;
        transport.send(get(URL)).await.expect("a response");
        assert_eq!(
            authorization(&script.requests()[4]),
            "Bearer second",
            "{lifetime}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_without_a_sensible_end_lasts() {
    for lifetime in ["null", "-1", "\"soon\"", "1e400", "18446744073709551615"] {
        let script = ScriptedTransport::new()
            .json(200, token("first", lifetime))
            .json(200, "{}")
            .json(200, "{}");
        let transport = signed(script.clone(), client());
        transport.send(get(URL)).await.expect("a response");
        sleep(Duration::from_secs(1_000_000)).await;
        transport.send(get(URL)).await.expect("a response");
        assert_eq!(
            authorization(&script.requests()[2]),
            "Bearer first",
            "{lifetime}"
        );
    }
}

#[tokio::test]
async fn a_401_renews_once_and_a_second_one_is_returned() {
    let script = ScriptedTransport::new()
        .json(200, token("first", "3600"))
        .json(401, "{}")
        .json(200, token("second", "3600"))
        .json(200, "{}")
        .json(401, "{}")
        .json(200, token("third", "3600"))
        .json(401, "{}");
    let transport = signed(script.clone(), client());
    let response = transport
        .send(post(URL, "{\"a\":1}"))
        .await
        .expect("a response");
    assert_eq!(response.status(), 200);
    let sent = script.requests();
    assert_eq!(authorization(&sent[3]), "Bearer second");
    assert_eq!(sent[3].body(), "{\"a\":1}");
    let response = transport.send(get(URL)).await.expect("the second 401");
    assert_eq!(response.status(), 401);
    assert_eq!(script.remaining(), 0);
}

#[tokio::test]
async fn resending_after_a_401_is_counted() {
    let script = ScriptedTransport::new()
        .json(200, token("first", "3600"))
        .json(401, "{}")
        .json(200, token("second", "3600"))
        .json(200, "{}");
    let transport = Stack::new(script)
        .layer(RetryLayer::default())
        .layer(AuthLayer::new(client()))
        .build();
    let response = transport.send(get(URL)).await.expect("a response");
    let attempts = response
        .extensions()
        .get::<zd_transport::Attempts>()
        .expect("told");
    assert_eq!(
        (attempts.count, attempts.earlier_may_have_been_applied),
        (2, false)
    );
}

/// Zendesk in small: hands out tokens slowly, takes only the latest, and can be made to refuse.
#[derive(Debug, Default)]
struct Account {
    issued: AtomicUsize,
    asked: AtomicUsize,
    refusing: AtomicUsize,
    latest: AtomicUsize,
}

#[async_trait]
impl Transport for Account {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = |status: u16, body: String| {
            let response = Response::builder().status(status).body(Bytes::from(body));
            Ok(response.expect("a response"))
        };
        if request.uri().path() == "/oauth/tokens" {
            self.asked.fetch_add(1, Ordering::SeqCst);
            sleep(Duration::from_secs(2)).await;
            if self.refusing.load(Ordering::SeqCst) == 1 {
                return answer(
                    401,
                    r#"{"error":"invalid_client","error_description":"cl13nt-s3cret"}"#.into(),
                );
            }
            let number = self.issued.fetch_add(1, Ordering::SeqCst) + 1;
            self.latest.store(number, Ordering::SeqCst);
            return answer(200, token(&format!("t{number}"), "3600"));
        }
        let presented = authorization(&request).to_owned();
        let is_slow = request.uri().path() == "/slow";
        sleep(Duration::from_secs(if is_slow { 10 } else { 1 })).await;
        let latest = format!("Bearer t{}", self.latest.load(Ordering::SeqCst));
        answer(if presented == latest { 200 } else { 401 }, String::new())
    }
}

async fn many(transport: &SharedTransport, number: usize) -> Vec<Result<u16, TransportError>> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..number {
        let transport = Arc::clone(transport);
        tasks.spawn(async move { transport.send(get(URL)).await });
    }
    let outcomes = tasks.join_all().await;
    outcomes
        .into_iter()
        .map(|outcome| outcome.map(|response| response.status().as_u16()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn one_renewal_serves_everyone_who_waits() {
    let account = Arc::new(Account::default());
    let transport = signed(Arc::clone(&account), client());
    let outcomes = many(&transport, 100).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(200))));
    assert_eq!(account.asked.load(Ordering::SeqCst), 1);

    // Somebody revokes the token: a hundred 401 at once, and again one renewal.
    account.latest.store(0, Ordering::SeqCst);
    let outcomes = many(&transport, 100).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(200))));
    assert_eq!(account.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_late_401_uses_the_token_that_others_fetched_meanwhile() {
    let account = Arc::new(Account::default());
    let transport = signed(Arc::clone(&account), client());
    many(&transport, 1).await;
    account.latest.store(0, Ordering::SeqCst);
    let slow = get("https://acme.zendesk.com/slow");
    let (late, prompt) = tokio::join!(transport.send(slow), many(&transport, 1));
    assert!(matches!(prompt[0], Ok(200)));
    assert_eq!(late.expect("a response").status(), 200);
    assert_eq!(account.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failed_renewal_fails_everyone_who_waits_and_the_next_tries_again() {
    let account = Arc::new(Account::default());
    account.refusing.store(1, Ordering::SeqCst);
    let transport = signed(Arc::clone(&account), client());
    for outcome in many(&transport, 50).await {
        let error = outcome.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
        assert!(!error.may_have_been_sent() && !error.is_transient());
        let text = everything(&error);
        assert!(text.contains("invalid_client"), "{text}");
        assert!(!text.contains("s3cret"), "{text}");
    }
    assert_eq!(account.asked.load(Ordering::SeqCst), 1);
    account.refusing.store(0, Ordering::SeqCst);
    assert!(matches!(many(&transport, 1).await[0], Ok(200)));
}

#[tokio::test(start_paused = true)]
async fn dropping_who_renews_does_not_break_the_others() {
    let account = Arc::new(Account::default());
    let transport = signed(Arc::clone(&account), client());
    let first = {
        let transport = Arc::clone(&transport);
        tokio::spawn(async move { transport.send(get(URL)).await })
    };
    sleep(Duration::from_secs(1)).await;
    let others = {
        let transport = Arc::clone(&transport);
        tokio::spawn(async move { many(&transport, 10).await })
    };
    sleep(Duration::from_millis(500)).await;
    first.abort();
    let outcomes = others.await.expect("no panic");
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome, Ok(200))),
        "{outcomes:?}"
    );
    assert_eq!(
        account.asked.load(Ordering::SeqCst),
        2,
        "its own and one for the ten"
    );
}

#[tokio::test(start_paused = true)]
async fn a_deadline_holds_for_the_token_too_and_for_nobody_else() {
    let account = Arc::new(Account::default());
    let transport = signed(Arc::clone(&account), client());
    let mut hasty = get(URL);
    hasty
        .extensions_mut()
        .insert(Deadline(Instant::now() + Duration::from_secs(1)));
    let (hasty, patient) = tokio::join!(transport.send(hasty), transport.send(get(URL)));
    let error = hasty.expect_err("a token takes two seconds");
    assert_eq!(error.kind(), ErrorKind::DeadlineExceeded);
    assert!(!error.may_have_been_sent());
    assert_eq!(patient.expect("a response").status(), 200);
}

#[tokio::test]
async fn a_token_that_cannot_be_had_was_not_sent_and_says_why() {
    let lost = TransportError::maybe_sent(ErrorKind::Interrupted, "reset");
    let cases: [(ScriptedTransport, ErrorKind, bool); 6] = [
        (
            ScriptedTransport::new().fail(lost),
            ErrorKind::Interrupted,
            true,
        ),
        (
            ScriptedTransport::new().json(503, "{}"),
            ErrorKind::Credentials,
            true,
        ),
        (
            ScriptedTransport::new().json(429, "{}"),
            ErrorKind::Credentials,
            true,
        ),
        (
            ScriptedTransport::new().json(400, r#"{"error":"invalid_scope"}"#),
            ErrorKind::Credentials,
            false,
        ),
        (
            ScriptedTransport::new().json(200, "<html>"),
            ErrorKind::Credentials,
            false,
        ),
        (
            ScriptedTransport::new().json(200, token("bad\\ntoken", "1")),
            ErrorKind::Credentials,
            false,
        ),
    ];
    for (script, kind, transient) in cases {
        let error = signed(script, client())
            .send(post(URL, "{}"))
            .await
            .expect_err("no token");
        let text = everything(&error);
        assert_eq!(
            (error.kind(), error.is_transient()),
            (kind, transient),
            "{text}"
        );
        assert!(!error.may_have_been_sent(), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_server_that_asks_for_patience_gets_it() {
    let script = ScriptedTransport::new()
        .step(|_| {
            let response = Response::builder().status(429).header("retry-after", "30");
            Ok(response.body(Bytes::new()).expect("a response"))
        })
        .json(200, token("first", "3600"))
        .json(200, "{}");
    let transport = Stack::new(script)
        .layer(RetryLayer::default())
        .layer(AuthLayer::new(client()))
        .build();
    let started = Instant::now();
    transport.send(get(URL)).await.expect("a response");
    assert!((30..=31).contains(&started.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_failed_token_request_is_retried_like_any_request_that_was_not_sent() {
    let script = ScriptedTransport::new()
        .json(503, "{}")
        .fail(TransportError::maybe_sent(ErrorKind::Timeout, "late"))
        .json(200, token("first", "3600"))
        .json(201, "{}");
    let transport = Stack::new(script)
        .layer(RetryLayer::default())
        .layer(AuthLayer::new(client()))
        .build();
    let response = transport.send(post(URL, "{}")).await.expect("a response");
    assert_eq!(response.status(), 201);
}
