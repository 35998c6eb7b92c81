//! The numbered clauses of the contract, held by the hyper backend.
//!
//! Clause 7, whether a request may have been sent, is held by every test of `bad_cases`, `tls` and `proxies`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use zd_transport::{ErrorKind, OperationName, SharedTransport, Transport};

use crate::client::{config, fetch, get, post, transport};
use crate::server::{Server, answer};

#[tokio::test]
async fn clause_1_any_status_is_a_response() {
    for status in [
        "200 OK",
        "204 No Content",
        "404 Not Found",
        "429 Slow",
        "503 Busy",
        "599 Odd",
    ] {
        let server = Server::answering(answer(status, "", "")).await;
        let response = fetch(&server.url("/")).await.expect("a response");
        assert!(status.starts_with(response.status().as_str()), "{status}");
    }
}

#[tokio::test]
async fn clause_2_the_uri_is_absolute() {
    for uri in [
        "/api/v2/users",
        "acme.zendesk.com",
        "ftp://acme.zendesk.com/",
        "http://jo:pw@127.0.0.1/",
    ] {
        let error = fetch(uri).await.expect_err("it cannot be sent");
        assert_eq!(error.kind(), ErrorKind::Config, "{uri}");
        assert!(!error.may_have_been_sent(), "{uri}");
    }
}

#[tokio::test]
async fn clause_3_bytes_and_repeated_headers_go_out_as_they_are() {
    let server = Server::answering(answer("200 OK", "", "")).await;
    let target = "/api/v2/users/search?query=a%2Bb%40x.example&q=%20+~!*()&&=;[]|";
    let mut request = post(&server.url(target), "{\"name\": \"Zo\u{eb} \\u0000\"}\r\n");
    request
        .headers_mut()
        .append("x-many", "2".parse().expect("a value"));
    request
        .headers_mut()
        .append("x-many", "1".parse().expect("a value"));
    transport().send(request).await.expect("a response");
    let sent = server.requests().remove(0);
    assert!(
        sent.starts_with(&format!("POST {target} HTTP/1.1\r\n")),
        "{sent}"
    );
    let values: Vec<_> = sent
        .lines()
        .filter_map(|line| line.strip_prefix("x-many: "))
        .collect();
    assert_eq!(values, ["2", "1"]);
    assert!(
        sent.ends_with("\r\n\r\n{\"name\": \"Zo\u{eb} \\u0000\"}\r\n"),
        "{sent}"
    );
}

#[tokio::test]
async fn clause_3_repeated_headers_of_a_response_survive() {
    let server = Server::answering(answer("200 OK", "x-many: b\r\nX-Many: a\r\n", "")).await;
    let response = fetch(&server.url("/")).await.expect("a response");
    let values: Vec<_> = response.headers().get_all("x-many").iter().collect();
    assert_eq!(values, ["b", "a"]);
}

#[tokio::test]
async fn clause_4_redirects_are_not_followed() {
    let elsewhere = Server::answering(answer("200 OK", "", "")).await;
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let location = format!("location: {}\r\n", elsewhere.url("/stolen"));
        let server = Server::answering(answer(status, &location, "")).await;
        let mut request = get(&server.url("/"));
        request
            .headers_mut()
            .insert("authorization", "Bearer s3cret".parse().expect("a value"));
        let response = transport().send(request).await.expect("a response");
        assert!(response.status().is_redirection());
    }
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn clause_5_what_was_begun_is_not_sent_again() {
    // The first answer leaves a connection in the pool; on it the second request is read and then dropped.
    let server = Server::start(|_, mut connection| async move {
        connection.request().await;
        connection
            .write(&answer("200 OK", "", ""))
            .await
            .expect("still there");
        connection.request().await;
        connection.reset();
    })
    .await;
    let transport = transport();
    transport
        .send(get(&server.url("/first")))
        .await
        .expect("a response");
    let error = transport
        .send(post(&server.url("/second"), "{}"))
        .await
        .expect_err("dropped");
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(error.may_have_been_sent());
    assert_eq!(server.requests().len(), 2, "nothing was resent");
}

#[tokio::test]
async fn clause_6_the_body_is_complete_and_bounded() {
    let server = Server::start(|number, mut connection| async move {
        connection.request().await;
        let head = if number == 0 {
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        } else {
            "HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n"
        };
        connection
            .write(head.as_bytes())
            .await
            .expect("still there");
        for _ in 0..10 {
            let chunk = if number == 0 {
                format!("64\r\n{}\r\n", "x".repeat(100))
            } else {
                "x".repeat(200)
            };
            if connection.write(chunk.as_bytes()).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
        let _ = connection.write(b"0\r\n\r\n").await;
    })
    .await;
    let mut config = config();
    config.max_response_bytes = 1000;
    let transport = zd_transport::HyperTransport::new(config).expect("usable");
    let response = transport
        .send(get(&server.url("/")))
        .await
        .expect("a thousand bytes fit");
    assert_eq!(response.body().len(), 1000);
    let error = transport
        .send(get(&server.url("/")))
        .await
        .expect_err("2000 do not");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.status().expect("the head had arrived"), 200);
}

#[tokio::test]
async fn clause_8_dropping_the_future_ends_the_exchange() {
    let ended = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&ended);
    let server = Server::start(move |_, mut connection| {
        let ended = Arc::clone(&seen);
        async move {
            connection.request().await;
            // The next read ends when the client closes the connection.
            assert_eq!(connection.request().await, None);
            ended.fetch_add(1, Ordering::SeqCst);
        }
    })
    .await;
    let transport = transport();
    let sending = transport.send(get(&server.url("/")));
    tokio::time::timeout(Duration::from_millis(500), sending)
        .await
        .expect_err("no answer comes");
    tokio::time::timeout(Duration::from_secs(10), async {
        while ended.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the connection was closed");
}

#[tokio::test]
async fn clause_9_unknown_extensions_are_ignored() {
    #[derive(Clone)]
    struct Mine;
    let server = Server::answering(answer("200 OK", "", "")).await;
    let mut request = get(&server.url("/"));
    request.extensions_mut().insert(Mine);
    request.extensions_mut().insert(OperationName("users_show"));
    assert_eq!(
        transport()
            .send(request)
            .await
            .expect("a response")
            .status(),
        200
    );
}

#[tokio::test]
async fn it_is_object_safe_and_shared() {
    let server = Server::answering(answer("200 OK", "", "ok")).await;
    let shared: SharedTransport = Arc::new(transport());
    let boxed: Box<dyn Transport> = Box::new(Arc::clone(&shared));
    for transport in [&*boxed, &*shared] {
        let response = transport
            .send(get(&server.url("/")))
            .await
            .expect("a response");
        assert_eq!(response.body(), "ok");
    }
}

#[tokio::test]
async fn a_user_agent_is_always_sent() {
    let server = Server::answering(answer("200 OK", "", "")).await;
    fetch(&server.url("/")).await.expect("a response");
    let mut own = get(&server.url("/"));
    own.headers_mut()
        .insert("user-agent", "mine/1".parse().expect("a value"));
    transport().send(own).await.expect("a response");
    let mut named = config();
    named.user_agent = "acme-sync/3".to_owned();
    let named = zd_transport::HyperTransport::new(named).expect("usable");
    named.send(get(&server.url("/"))).await.expect("a response");
    let sent = server.requests();
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        sent[0].contains(&format!("user-agent: zd/{version}\r\n")),
        "{}",
        sent[0]
    );
    assert!(sent[1].contains("user-agent: mine/1\r\n"), "{}", sent[1]);
    assert!(
        sent[2].contains("user-agent: acme-sync/3\r\n"),
        "{}",
        sent[2]
    );
}

#[tokio::test]
async fn a_user_agent_that_cannot_be_sent_is_refused() {
    for bad in ["", "  ", "two\nlines"] {
        let mut config = config();
        config.user_agent = bad.to_owned();
        let error = zd_transport::HyperTransport::new(config).expect_err("unusable");
        assert_eq!(error.kind(), ErrorKind::Config, "{bad:?}");
    }
}

#[tokio::test]
async fn connections_are_kept() {
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    let server = Server::start(move |number, mut connection| {
        counted.store(number + 1, Ordering::SeqCst);
        async move {
            while connection.request().await.is_some() {
                connection
                    .write(&answer("200 OK", "", ""))
                    .await
                    .expect("still there");
            }
        }
    })
    .await;
    let transport = transport();
    for _ in 0..5 {
        transport
            .send(get(&server.url("/")))
            .await
            .expect("a response");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn every_method_is_carried() {
    let server = Server::answering(answer("200 OK", "", "")).await;
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let mut request = Request::new(Bytes::from_static(b"{}"));
        *request.method_mut() = method.clone();
        *request.uri_mut() = server.url("/x").parse().expect("a URI");
        transport().send(request).await.expect("a response");
        let sent = server.requests().pop().expect("a request");
        assert!(sent.starts_with(&format!("{method} /x ")), "{sent}");
        assert!(sent.contains("content-length: 2\r\n"), "{sent}");
    }
}
