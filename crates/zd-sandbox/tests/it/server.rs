//! What only a socket shows.

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
