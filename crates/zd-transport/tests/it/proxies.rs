//! Through a proxy, and around it.

use std::sync::Arc;

use http::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use zd_transport::{ErrorKind, HyperTransport, Proxy, Transport};

use crate::client::{config, everything, get, post};
use crate::server::{Connection, Server, answer, read_request};
use crate::tls::{TlsServer, acceptor, authority, trusting};

const CREDENTIALS: &str = "Proxy-Authorization: Basic am86czNjcmV0IQ==";

/// A proxy that tunnels to this port, whatever name is asked for.
async fn tunnel_to(port: u16) -> Server {
    Server::start(move |_, connection| tunnel(connection, port)).await
}

async fn tunnel(mut connection: Connection, port: u16) {
    if connection.request().await.is_none() {
        return;
    }
    connection
        .write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        .await
        .expect("still there");
    let mut server = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("a server");
    let _ = copy_bidirectional(&mut connection.stream, &mut server).await;
}

fn through(proxy: &str, mut config: zd_transport::HyperConfig, except: &str) -> HyperTransport {
    config.proxy = Proxy::url(proxy, except);
    HyperTransport::new(config).expect("usable")
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let authority = authority();
    let server = TlsServer::start(acceptor(&authority, "acme.example", &[b"h2"])).await;
    let proxy = tunnel_to(server.port).await;
    let url = format!("http://jo:s3cret!@{}", proxy.address);
    let transport = through(&url, trusting(&authority), "");
    let mut request = post("https://acme.example/api/v2/users?secret", "{}");
    request
        .headers_mut()
        .insert("authorization", "Bearer t0ken".parse().expect("a value"));
    let response = transport.send(request).await.expect("a response");
    assert_eq!(response.body(), "HTTP/2.0", "agreed on through the tunnel");
    let seen = proxy.requests();
    assert_eq!(seen.len(), 1);
    assert!(
        seen[0].starts_with("CONNECT acme.example:443 HTTP/1.1\r\n"),
        "{}",
        seen[0]
    );
    assert!(seen[0].contains(CREDENTIALS), "{}", seen[0]);
    assert!(
        !seen[0].contains("t0ken") && !seen[0].contains("secret"),
        "{}",
        seen[0]
    );
}

#[tokio::test]
async fn a_proxy_can_itself_be_reached_by_tls() {
    let authority = authority();
    let server = TlsServer::start(acceptor(&authority, "acme.example", &[b"http/1.1"])).await;
    let acceptor = Arc::new(acceptor(&authority, "localhost", &[b"http/1.1"]));
    let port = server.port;
    let proxy = Server::start(move |_, connection| {
        let acceptor = Arc::clone(&acceptor);
        async move {
            let mut outer = acceptor
                .accept(connection.stream)
                .await
                .expect("TLS to the proxy");
            read_request(&mut outer).await.expect("CONNECT");
            outer
                .write_all(b"HTTP/1.1 200 OK\r\n\r\n")
                .await
                .expect("still there");
            let mut server = TcpStream::connect(("127.0.0.1", port))
                .await
                .expect("a server");
            let _ = copy_bidirectional(&mut outer, &mut server).await;
        }
    })
    .await;
    let url = format!("https://localhost:{}", proxy.address.port());
    let transport = through(&url, trusting(&authority), "");
    let response = transport
        .send(get("https://acme.example/"))
        .await
        .expect("a response");
    assert_eq!(response.body(), "HTTP/1.1");
}

#[tokio::test]
async fn plain_http_is_handed_to_the_proxy_whole() {
    let proxy = Server::answering(answer("200 OK", "", "from the proxy")).await;
    let url = format!("http://jo:s3cret%21@{}", proxy.address);
    let transport = through(&url, config(), "");
    let response = transport
        .send(get("http://acme.example:8080/api?x=1"))
        .await
        .expect("a response");
    assert_eq!(response.body(), "from the proxy");
    let seen = proxy.requests().remove(0);
    assert!(
        seen.starts_with("GET http://acme.example:8080/api?x=1 HTTP/1.1\r\n"),
        "{seen}"
    );
    assert!(
        seen.to_lowercase().contains(&CREDENTIALS.to_lowercase()),
        "{seen}"
    );
    assert!(seen.contains("host: acme.example:8080\r\n"), "{seen}");
}

#[tokio::test]
async fn excepted_hosts_are_reached_directly_and_without_the_proxys_password() {
    let proxy = Server::answering(answer("200 OK", "", "from the proxy")).await;
    let server = Server::answering(answer("200 OK", "", "from the server")).await;
    let url = format!("http://jo:s3cret@{}", proxy.address);
    for except in ["127.0.0.1", "127.0.0.0/8", "*", "localhost, 127.0.0.1"] {
        let transport = through(&url, config(), except);
        let target = match except {
            "*" => format!("http://localhost:{}/", server.address.port()),
            _ => server.url("/"),
        };
        let response = transport.send(get(&target)).await.expect("a response");
        assert_eq!(response.body(), "from the server", "{except}");
    }
    assert!(proxy.requests().is_empty());
    for request in server.requests() {
        assert!(!request.to_lowercase().contains("proxy-"), "{request}");
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_the_tunnel_means_not_sent() {
    for refusal in [
        "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
        "HTTP/1.1 502 Bad Gateway\r\n\r\n",
        "garbage\r\n\r\n",
        "",
    ] {
        let proxy = Server::start(move |_, mut connection| async move {
            connection.request().await;
            connection
                .write(refusal.as_bytes())
                .await
                .expect("still there");
        })
        .await;
        let url = format!("http://jo:s3cret@{}", proxy.address);
        let transport = through(&url, config(), "");
        let error = transport
            .send(post("https://acme.example/", "{}"))
            .await
            .expect_err("no tunnel");
        assert_eq!(
            (error.kind(), error.may_have_been_sent()),
            (ErrorKind::Connect, false),
            "{refusal}"
        );
        let text = everything(&error);
        assert!(!text.contains("s3cret") && !text.contains("am86"), "{text}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_means_not_sent() {
    let transport = through("http://jo:s3cret@127.0.0.1:9", config(), "");
    for target in ["https://acme.example/", "http://acme.example/"] {
        let error = transport
            .send(post(target, "{}"))
            .await
            .expect_err("no proxy");
        assert_eq!(
            (error.kind(), error.may_have_been_sent()),
            (ErrorKind::Connect, false)
        );
        assert!(!everything(&error).contains("s3cret"));
    }
}

#[test]
fn an_unusable_proxy_is_refused_when_the_transport_is_made() {
    for url in [
        "",
        "socks5://jo:s3cret@127.0.0.1:1080",
        "http://jo:s3cret@",
        "::s3cret",
    ] {
        let mut config = config();
        config.proxy = Proxy::url(url, "");
        assert!(!format!("{config:?}").contains("s3cret"));
        let error = HyperTransport::new(config).expect_err(url);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(!everything(&error).contains("s3cret"));
    }
}

#[tokio::test]
async fn none_ignores_the_environment() {
    // Nothing in the environment can be set here; that `None` goes direct is what the other tests stand on.
    let server = Server::start(|_, mut connection| async move {
        let mut first = [0; 16];
        let read = connection.stream.read(&mut first).await.expect("a request");
        assert!(
            first[..read].starts_with(b"GET / "),
            "not in the proxies' form"
        );
        connection
            .write(&answer("204 No Content", "", ""))
            .await
            .expect("still there");
    })
    .await;
    let uri: Uri = server.url("/").parse().expect("a URI");
    let transport = HyperTransport::new(config()).expect("usable");
    let response = transport
        .send(get(&uri.to_string()))
        .await
        .expect("a response");
    assert_eq!(response.status(), 204);
}
