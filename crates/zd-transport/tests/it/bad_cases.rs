//! What goes wrong on the wire, and what the caller is told of it.

use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::net::TcpListener;
use tokio::time::Instant;
use zd_transport::{Deadline, ErrorKind, HyperTransport, Transport, TransportError};

use crate::client::{config, fetch, get, post, transport};
use crate::server::{Server, answer};

fn check(error: &TransportError, kind: ErrorKind, may_have_been_sent: bool) {
    assert_eq!(
        (error.kind(), error.may_have_been_sent()),
        (kind, may_have_been_sent),
        "{}",
        crate::client::everything(error)
    );
}

#[tokio::test]
async fn connection_refused() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let error = fetch(&format!("http://{address}/"))
        .await
        .expect_err("nobody listens");
    check(&error, ErrorKind::Connect, false);
}

#[tokio::test]
async fn unknown_host() {
    let error = fetch("http://zd.invalid/").await.expect_err("no such name");
    check(&error, ErrorKind::Connect, false);
}

#[tokio::test]
async fn closed_before_a_kept_connection_was_used_again() {
    // The server closes after each answer without saying so; the second request finds that out before it is written.
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        connection
            .write(&answer("200 OK", "", ""))
            .await
            .expect("still there");
    })
    .await;
    let transport = transport();
    for _ in 0..5 {
        transport
            .send(get(&server.url("/")))
            .await
            .expect("a response");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn reset_before_the_request_was_read() {
    let server = Server::start(|_, connection| async move { connection.reset() }).await;
    for _ in 0..20 {
        let error = transport()
            .send(post(&server.url("/"), "{}"))
            .await
            .expect_err("reset");
        // Who is faster differs. If the request was written first, it may have arrived for all this side can know.
        match error.kind() {
            ErrorKind::Connect => check(&error, ErrorKind::Connect, false),
            _ => check(&error, ErrorKind::Interrupted, true),
        }
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn reset_after_the_request_was_read() {
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        connection.reset();
    })
    .await;
    let error = transport()
        .send(post(&server.url("/"), "{}"))
        .await
        .expect_err("reset");
    check(&error, ErrorKind::Interrupted, true);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn closed_instead_of_an_answer() {
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
    })
    .await;
    check(
        &fetch(&server.url("/")).await.expect_err("closed"),
        ErrorKind::Interrupted,
        true,
    );
}

#[tokio::test]
async fn cut_in_the_middle_of_the_body() {
    for head in ["content-length: 100", "transfer-encoding: chunked"] {
        let server = Server::start(move |_, mut connection| async move {
            connection.request().await;
            let start =
                format!("HTTP/1.1 200 OK\r\nx-request-id: 4bf9-SEA\r\n{head}\r\n\r\n4\r\nhalf");
            connection
                .write(start.as_bytes())
                .await
                .expect("still there");
        })
        .await;
        let error = fetch(&server.url("/")).await.expect_err("cut");
        check(&error, ErrorKind::Interrupted, true);
        assert_eq!(error.request_id(), Some("4bf9-SEA"));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    }
}

#[tokio::test]
async fn no_answer_at_all() {
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        std::future::pending::<()>().await;
    })
    .await;
    let mut config = config();
    config.attempt_timeout = Duration::from_millis(500);
    let transport = HyperTransport::new(config).expect("usable");
    let error = transport
        .send(get(&server.url("/")))
        .await
        .expect_err("no answer");
    check(&error, ErrorKind::Timeout, true);
}

#[tokio::test]
async fn headers_that_trickle() {
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        connection
            .write(b"HTTP/1.1 200 OK\r\n")
            .await
            .expect("still there");
        while connection.write(b"x: y\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let mut config = config();
    config.attempt_timeout = Duration::from_millis(500);
    let transport = HyperTransport::new(config).expect("usable");
    let error = transport
        .send(get(&server.url("/")))
        .await
        .expect_err("never whole");
    check(&error, ErrorKind::Timeout, true);
}

#[tokio::test]
async fn a_body_that_pauses_too_long() {
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        let start = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
        connection.write(start).await.expect("still there");
        std::future::pending::<()>().await;
    })
    .await;
    let mut config = config();
    config.idle_timeout = Duration::from_millis(500);
    let transport = HyperTransport::new(config).expect("usable");
    let error = transport
        .send(get(&server.url("/")))
        .await
        .expect_err("a pause");
    check(&error, ErrorKind::Timeout, true);
}

#[tokio::test]
async fn a_deadline_ends_the_attempt_and_a_past_one_sends_nothing() {
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        std::future::pending::<()>().await;
    })
    .await;
    let mut request = get(&server.url("/"));
    let deadline = Instant::now() + Duration::from_millis(500);
    request.extensions_mut().insert(Deadline(deadline));
    let error = transport()
        .send(request.clone())
        .await
        .expect_err("no answer");
    check(&error, ErrorKind::Timeout, true);
    let error = transport().send(request).await.expect_err("too late");
    check(&error, ErrorKind::DeadlineExceeded, false);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_attempt_that_ends_while_connecting_was_not_sent() {
    // It accepts, but never answers the TLS greeting.
    let server = Server::start(|_, connection| async move {
        let _open = connection;
        std::future::pending::<()>().await;
    })
    .await;
    let url = format!("https://{}/", server.address);
    let mut slow = config();
    slow.attempt_timeout = Duration::from_millis(500);
    let error = HyperTransport::new(slow)
        .expect("usable")
        .send(get(&url))
        .await
        .expect_err("late");
    check(&error, ErrorKind::Timeout, false);
    let mut slow = config();
    slow.connect_timeout = Duration::from_millis(500);
    let error = HyperTransport::new(slow)
        .expect("usable")
        .send(get(&url))
        .await
        .expect_err("late");
    check(&error, ErrorKind::Connect, false);
}

#[tokio::test]
async fn html_is_a_response_like_any_other() {
    let html = "<html><body>Bad gateway</body></html>";
    let server = Server::answering(answer(
        "502 Bad Gateway",
        "content-type: text/html\r\n",
        html,
    ))
    .await;
    let response = fetch(&server.url("/")).await.expect("a response");
    assert_eq!(response.status(), 502);
    assert_eq!(response.body(), html);
}

#[tokio::test]
async fn an_empty_answer_is_a_response() {
    for head in ["204 No Content", "200 OK"] {
        let server = Server::answering(answer(head, "", "")).await;
        assert!(
            fetch(&server.url("/"))
                .await
                .expect("a response")
                .body()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn garbage_is_no_answer() {
    for garbage in [
        "hello\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzzz\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
    ] {
        let server = Server::answering(garbage).await;
        let error = fetch(&server.url("/")).await.expect_err(garbage);
        assert_eq!(error.kind(), ErrorKind::Protocol, "{garbage}");
        assert!(error.may_have_been_sent(), "{garbage}");
    }
}

#[tokio::test]
async fn an_endless_body_stops_at_the_cap() {
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        let _ = connection.write(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while connection.write(&[b'x'; 8192]).await.is_ok() {}
    })
    .await;
    let mut config = config();
    config.max_response_bytes = 1 << 20;
    let transport = HyperTransport::new(config).expect("usable");
    let error = transport
        .send(get(&server.url("/")))
        .await
        .expect_err("endless");
    check(&error, ErrorKind::TooLarge, true);
}

#[tokio::test]
async fn a_body_announced_as_too_large_is_not_read() {
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        let _ = connection
            .write(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n")
            .await;
        std::future::pending::<()>().await;
    })
    .await;
    check(
        &fetch(&server.url("/")).await.expect_err("huge"),
        ErrorKind::TooLarge,
        true,
    );
}

#[tokio::test]
async fn a_flood_of_headers() {
    for line in [
        "x: y\r\n".repeat(5000),
        format!("x: {}\r\n", "y".repeat(100_000)),
    ] {
        let server = Server::answering(answer("200 OK", &line, "")).await;
        let error = fetch(&server.url("/"))
            .await
            .map(|response| response.status());
        check(&error.expect_err("a flood"), ErrorKind::TooLarge, true);
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn encoded(encoding: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: {encoding}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn gzip_is_asked_for_and_decoded() {
    let body = [gzip(b"{\"count\":"), gzip(b" 1}")].concat();
    let server = Server::answering(encoded("gzip", &body)).await;
    let response = fetch(&server.url("/")).await.expect("a response");
    assert_eq!(response.body(), "{\"count\": 1}");
    assert!(!response.headers().contains_key("content-encoding"));
    assert!(!response.headers().contains_key("content-length"));
    assert!(server.requests()[0].contains("accept-encoding: gzip\r\n"));
}

#[tokio::test]
async fn a_gzip_bomb_stops_at_the_cap() {
    let server = Server::answering(encoded("gzip", &gzip(&vec![0; 32 << 20]))).await;
    check(
        &fetch(&server.url("/")).await.expect_err("a bomb"),
        ErrorKind::TooLarge,
        true,
    );
}

#[tokio::test]
async fn damaged_gzip_and_unknown_encodings() {
    let whole = gzip(b"a text that is long enough to be cut in two");
    for answer in [
        encoded("gzip", &whole[..whole.len() / 2]),
        encoded("gzip", b"no gzip at all"),
        encoded("br", b"whatever"),
    ] {
        let server = Server::answering(answer).await;
        check(
            &fetch(&server.url("/")).await.expect_err("damaged"),
            ErrorKind::Protocol,
            true,
        );
    }
}

#[tokio::test]
async fn an_answer_to_head_may_speak_of_a_body_it_has_not() {
    let server = Server::answering(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 80\r\n\r\n",
    )
    .await;
    let mut request = get(&server.url("/"));
    *request.method_mut() = http::Method::HEAD;
    let response = transport().send(request).await.expect("a response");
    assert!(response.body().is_empty());
    assert_eq!(response.headers()["content-length"], "80");
}
