//! Each fault, as a client sees it, in-process and over a socket.

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zd_sandbox::{JobTime, Sandbox, SandboxBuilder, Server};
use zd_transport::{ErrorKind, TransportError};

use crate::support::{Client, both_ways, builder, impatient, in_process};

const UPSERT: &str = "/api/v2/users/create_or_update";
const BULK: &str = "/api/v2/users/create_or_update_many";

fn with(fault: &str) -> SandboxBuilder {
    builder()
        .job_time(JobTime::INSTANT)
        .fault(fault.parse().unwrap())
}

fn upsert(client: &Client) -> Request<Bytes> {
    let body = json!({"user": {"name": "A", "external_id": "a"}});
    client.request(Method::POST, UPSERT, &body.to_string())
}

fn created(client: &Client) -> u64 {
    client.sandbox.applied().created
}

fn text(response: &Response<Bytes>) -> String {
    String::from_utf8_lossy(response.body()).into_owned()
}

/// What comes of an upsert under a fault, and whether the user is there afterwards.
async fn each_way(
    fault: &str,
    applied: u64,
    check: impl Fn(Result<Response<Bytes>, TransportError>),
) {
    both_ways(
        || with(fault),
        async |client| {
            let answer = client.raw(upsert(&client)).await;
            assert_eq!(created(&client), applied, "{fault}");
            check(answer);
        },
    )
    .await;
}

#[tokio::test]
async fn a_429_says_what_it_is_told_about_waiting() {
    for (fault, wait) in [
        ("429(none)", None),
        ("429(7)", Some("7")),
        ("429(-1)", Some("-1")),
        ("429(1000000000)", Some("1000000000")),
        ("429(soon)", Some("soon")),
        (
            "429(\"Wed, 21 Oct 2026 07:28:00 GMT\")",
            Some("Wed, 21 Oct 2026 07:28:00 GMT"),
        ),
    ] {
        each_way(fault, 0, |answer| {
            let answer = answer.unwrap();
            assert_eq!(answer.status(), 429);
            let told = answer.headers().get("retry-after");
            assert_eq!(told.map(|told| told.to_str().unwrap()), wait, "{fault}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_refusal_of_any_kind_applies_nothing() {
    each_way("409", 0, |answer| {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 409);
        assert_eq!(
            text(&answer),
            "Requester creation collision - please try again"
        );
    })
    .await;
    each_way("status(503)", 0, |answer| {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 503);
        assert_eq!(
            serde_json::from_slice::<Value>(answer.body()).unwrap()["error"],
            "ServiceUnavailable"
        );
    })
    .await;
    each_way("status(418, \"I am (not) a teapot\")", 0, |answer| {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 418);
        assert_eq!(text(&answer), "I am (not) a teapot");
        assert_eq!(
            answer.headers()["content-type"],
            "text/plain; charset=utf-8"
        );
    })
    .await;
    each_way(r#"status(422, "{\"error\":\"Odd\"}")"#, 0, |answer| {
        let answer = answer.unwrap();
        assert_eq!(
            answer.headers()["content-type"],
            "application/json; charset=utf-8"
        );
        assert_eq!(text(&answer), r#"{"error":"Odd"}"#);
    })
    .await;
    each_way("redirect", 0, |answer| {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 302);
        assert_eq!(answer.headers()["location"], "https://elsewhere.example/");
    })
    .await;
    each_way("redirect(https://other.example/login)", 0, |answer| {
        assert_eq!(
            answer.unwrap().headers()["location"],
            "https://other.example/login"
        );
    })
    .await;
    each_way("reset-before", 0, |answer| {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Interrupted);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_after_it_was_applied_leaves_it_applied() {
    for fault in ["answer-lost", "reset-after", "truncated"] {
        each_way(fault, 1, |answer| {
            let error = answer.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Interrupted, "{fault}");
            assert!(error.may_have_been_sent());
        })
        .await;
    }
    for fault in ["endless", "bomb"] {
        each_way(fault, 1, |answer| {
            let error = answer.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TooLarge, "{fault}");
            assert!(error.may_have_been_sent());
        })
        .await;
    }
    each_way("html", 1, |answer| {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 201);
        assert!(text(&answer).starts_with("<!DOCTYPE html>"));
    })
    .await;
    each_way("empty", 1, |answer| {
        let answer = answer.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().len()), (201, 0));
    })
    .await;
    each_way("garbage", 1, |answer| {
        let answer = answer.unwrap();
        assert_eq!(
            answer.headers()["content-type"],
            "application/json; charset=utf-8"
        );
        serde_json::from_slice::<Value>(answer.body()).unwrap_err();
    })
    .await;
    each_way("wrong-type", 1, |answer| {
        let answer: Value = serde_json::from_slice(answer.unwrap().body()).unwrap();
        assert!(answer["user"].is_array(), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn half_of_a_request_is_applied_and_then_it_failed() {
    both_ways(
        || with("half-applied"),
        async |client| {
            let users: Vec<Value> = (0..4)
                .map(|number| json!({"name": "A", "external_id": format!("x{number}")}))
                .collect();
            client.bulk(json!(users)).await.expect(500);
            let applied = client.sandbox.applied();
            let keys: Vec<&String> = applied.keys.keys().collect();
            assert_eq!(keys, ["ext:x0", "ext:x1"]);
            let user = json!({"name": "B", "external_id": "b", "notes": "n", "alias": "c"});
            client.upsert(user).await.expect(500);
            let found = client
                .get("/api/v2/users/search?external_id=b")
                .await
                .json();
            assert_eq!(found["users"][0]["name"], "B");
            assert_eq!(found["users"][0]["alias"], Value::Null);
            assert_eq!(found["users"][0]["notes"], "n");
            let ids: Vec<String> = ["x0", "x1"].iter().map(|id| (*id).to_owned()).collect();
            let path = format!("/api/v2/users/destroy_many?external_ids={}", ids.join(","));
            client.delete(&path).await.expect(500);
            client.get("/api/v2/job_statuses").await.expect(200);
            assert_eq!(client.sandbox.applied().deleted, 1);
        },
    )
    .await;
}

#[tokio::test]
async fn an_expired_token_stays_expired() {
    both_ways(
        || with("token-expired nth=2"),
        async |client| {
            let grant = json!({
                "grant_type": "client_credentials", "client_id": zd_sandbox::CLIENT_ID,
                "client_secret": zd_sandbox::CLIENT_SECRET, "scope": "read write",
            });
            let token = async || {
                let answer = client
                    .post("/oauth/tokens", &grant)
                    .await
                    .expect(200)
                    .json();
                format!("Bearer {}", answer["access_token"].as_str().unwrap())
            };
            let first = client.signed_in(Some(token().await));
            first.upsert(json!({"name": "A"})).await.expect(201);
            let refused = first.upsert(json!({"name": "B"})).await.expect(401);
            assert_eq!(refused.json()["error"], "invalid_token");
            first.upsert(json!({"name": "B"})).await.expect(401);
            let second = client.signed_in(Some(token().await));
            second.upsert(json!({"name": "B"})).await.expect(201);
            assert_eq!(created(&client), 2);
        },
    )
    .await;
}

#[tokio::test]
async fn a_late_or_slow_answer_comes() {
    for fault in ["delay(300ms)", "slow(4000/s)"] {
        both_ways(
            || with(fault),
            async |client| {
                let began = tokio::time::Instant::now();
                let answer = client.raw(upsert(&client)).await.unwrap();
                assert!(
                    began.elapsed().as_millis() >= 200,
                    "{fault}: {:?}",
                    began.elapsed()
                );
                let user: Value = serde_json::from_slice(answer.body()).unwrap();
                assert_eq!(user["user"]["external_id"], "a");
            },
        )
        .await;
    }
}

/// Virtual time: thirty seconds pass at once.
#[tokio::test(start_paused = true)]
async fn an_answer_that_never_comes_is_given_up_in_process() {
    let client = in_process(&with("hang").build());
    let error = client.raw(upsert(&client)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(created(&client), 1);
}

#[tokio::test]
async fn an_answer_that_never_comes_is_given_up_over_a_socket() {
    let server = Server::start(with("hang").build(), 0).await.unwrap();
    let client = impatient(&server);
    let error = client.raw(upsert(&client)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(created(&client), 1);
}

/// A connection that is reset and one that is closed are not the same to a socket.
#[tokio::test]
async fn a_reset_is_a_reset_and_a_lost_answer_a_close() {
    let read = async |fault: &str| {
        let server = Server::start(with(fault).build(), 0).await.unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
            .await
            .unwrap();
        let request = format!(
            "POST {UPSERT} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
             Content-Length: 21\r\n\r\n{{\"user\":{{\"name\":\"A\"}}}}",
            crate::support::token_of(zd_sandbox::ADMIN_EMAIL)
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes).await;
        (
            read.map_err(|error| error.kind()),
            server.sandbox().applied().created,
        )
    };
    let reset = Err(std::io::ErrorKind::ConnectionReset);
    assert_eq!(read("reset-before").await, (reset, 0));
    assert_eq!(read("reset-after").await, (reset, 1));
    assert_eq!(read("answer-lost").await, (Ok(0), 1));
}

/// A compressed bomb is small on the wire and announced as packed.
#[tokio::test]
async fn a_bomb_is_a_gibibyte_in_a_mebibyte() {
    let server = Server::start(with("bomb").build(), 0).await.unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    let request = b"GET /api/v2/users/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let head = String::from_utf8_lossy(&bytes[..1000]).to_lowercase();
    assert!(head.contains("content-encoding: gzip"), "{head}");
    assert!(bytes.len() < 2 << 20, "{} bytes", bytes.len());
}

/// Faults of jobs are told apart from those of requests.
#[tokio::test]
async fn a_fault_leaves_other_requests_alone() {
    let sandbox: Sandbox = with("answer-lost POST")
        .fault(format!("5xx {BULK}").parse().unwrap())
        .build();
    let client = in_process(&sandbox);
    client.get("/api/v2/users/me").await.expect(200);
    let id = client.seed(1).await["id"].clone();
    let path = format!("/api/v2/users/{id}");
    client
        .put(&path, &json!({"user": {"name": "Z"}}))
        .await
        .expect(200);
    client.raw(upsert(&client)).await.unwrap_err();
    let struck: Vec<u64> = sandbox
        .faults()
        .into_iter()
        .map(|(_, struck)| struck)
        .collect();
    assert_eq!(struck, [1, 0]);
}

/// The head and half of the body arrive, then nothing more.
#[tokio::test]
async fn a_truncated_answer_begins() {
    let server = Server::start(with("truncated").build(), 0).await.unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    let request = b"GET /api/v2/users/me HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut bytes = Vec::new();
    let _cut = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(
        body.starts_with("{\"user\":{") && !body.ends_with('}'),
        "{body}"
    );
}
