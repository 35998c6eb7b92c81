//! What only a socket shows.

use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zd_sandbox::{ADMIN_EMAIL, Server};

use crate::support::{builder, token_of};

/// Sends raw bytes and reads until the server closes.
async fn raw(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A reset after the answer is an answer all the same.
    let _reset = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let first = Server::start(builder().build(), 0).await.unwrap();
    assert_eq!(first.url(), format!("http://127.0.0.1:{}", first.port()));
    let error = Server::start(builder().build(), first.port())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn connections_are_kept_and_their_host_is_the_base() {
    let server = Server::start(builder().build(), 0).await.unwrap();
    let head = format!(
        "Host: acme.localhost:1\r\nAuthorization: {}\r\n",
        token_of(ADMIN_EMAIL)
    );
    let request = format!(
        "GET /api/v2/users/me HTTP/1.1\r\n{head}\r\nGET /api/v2/users/me HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
    );
    let answer = raw(&server, &request).await;
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
    assert!(
        answer.contains(r#""url":"http://acme.localhost:1/api/v2/users/"#),
        "{answer}"
    );
    let state = server
        .sandbox()
        .inspect(&Method::GET, "state", &Value::Null)
        .unwrap();
    assert_eq!(
        (&state["requests"]["total"], &state["connections"]),
        (&json!(2), &json!(1))
    );
}

#[tokio::test]
async fn it_speaks_http_2_to_who_begins_with_it() {
    let server = Server::start(builder().build(), 0).await.unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    // The preface and empty settings; an HTTP/2 server answers with its settings.
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .await
        .unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).await.unwrap();
    assert_eq!(frame[3], 4, "a SETTINGS frame: {frame:?}");
}

#[tokio::test]
async fn what_is_no_http_or_too_much_of_it_is_refused() {
    let server = Server::start(builder().build(), 0).await.unwrap();
    let nonsense = raw(&server, "hello\r\n\r\n").await;
    assert!(nonsense.starts_with("HTTP/1.1 400"), "{nonsense}");
    let many = "X-A: b\r\n".repeat(200);
    let refused = raw(&server, &format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n")).await;
    assert!(refused.starts_with("HTTP/1.1 431"), "{refused}");
    let long = "a".repeat(100_000);
    let refused = raw(
        &server,
        &format!("GET / HTTP/1.1\r\nHost: x\r\nX-A: {long}\r\n\r\n"),
    )
    .await;
    assert!(refused.starts_with("HTTP/1.1 431"), "{refused}");
}

#[tokio::test]
async fn shutdown_ends_idle_connections_and_frees_the_port() {
    let server = Server::start(builder().build(), 0).await.unwrap();
    let port = server.port();
    let mut idle = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    let silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let stopping = tokio::time::timeout(std::time::Duration::from_secs(4), server.shutdown());
    stopping.await.expect("nothing is under way");
    drop(silent);
    let again = Server::start(builder().build(), port).await.unwrap();
    assert_eq!(again.port(), port);
}

/// A body of a hundred megabytes is refused, at once to who asks first, and otherwise once it was thrown away; the server
/// goes on.
#[tokio::test]
async fn a_huge_body_is_refused_and_not_kept() {
    let server = Server::start(builder().build(), 0).await.unwrap();
    let head = "POST /api/v2/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 100000000\r\nConnection: close\r\n";
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    stream
        .write_all(format!("{head}Expect: 100-continue\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 413");
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    stream
        .write_all(format!("{head}\r\n").as_bytes())
        .await
        .unwrap();
    let piece = vec![b' '; 1_000_000];
    for _ in 0..100 {
        stream.write_all(&piece).await.unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(
        raw(
            &server,
            "GET /__zd/requests?status=413 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .await
        .contains("\"count\":2")
    );
}

/// Who is silent keeps nobody else waiting. `cargo xtask bench sandbox` does it with ten thousand.
#[tokio::test]
async fn idle_connections_keep_nobody_waiting() {
    let server = Server::start(builder().build(), 0).await.unwrap();
    let mut idle = Vec::new();
    for number in 0..400 {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
            .await
            .unwrap();
        // Some have said something, some have begun to.
        let said: &[u8] = match number % 3 {
            0 => b"",
            1 => b"GET /api/v2/us",
            _ => b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        };
        stream.write_all(said).await.unwrap();
        idle.push(stream);
    }
    let client = crate::support::connected(&server);
    client.get("/api/v2/users/count").await.expect(200);
    drop(idle);
    client.get("/api/v2/users/count").await.expect(200);
}

/// Packed for who asks, and only what is worth it.
#[tokio::test]
async fn answers_are_packed_for_who_asks() {
    let server = Server::start(builder().build(), 0).await.unwrap();
    let ask = async |path: &str, accept: &str| {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\n{accept}Connection: close\r\n\r\n",
            token_of(ADMIN_EMAIL)
        );
        raw(&server, &request).await
    };
    let plain = ask("/api/v2/users", "").await;
    assert!(!plain.contains("content-encoding"), "{}", plain.len());
    let packed = ask("/api/v2/users", "Accept-Encoding: br, gzip\r\n").await;
    assert!(packed.contains("content-encoding: gzip\r\n"));
    assert!(packed.contains("vary: Accept-Encoding\r\n"));
    assert!(
        packed.len() * 4 < plain.len(),
        "{} {}",
        packed.len(),
        plain.len()
    );
    let short = ask("/api/v2/users/count", "Accept-Encoding: gzip\r\n").await;
    assert!(!short.contains("content-encoding"), "{short}");
}
