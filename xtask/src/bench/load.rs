//! The load: connections of hyper's own client, each with one request under way at a time.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// A keep-alive connection, signed in with an API token.
#[derive(Debug)]
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    authorization: HeaderValue,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // An error of the connection is also one of the request that is under way.
        tokio::spawn(connection);
        let pair = format!(
            "{}/token:{}",
            zd_sandbox::ADMIN_EMAIL,
            zd_sandbox::API_TOKEN
        );
        let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
        Ok(Self {
            sender,
            host: address.to_string().parse()?,
            authorization: format!("Basic {encoded}").parse()?,
        })
    }

    pub(super) async fn get(&mut self, uri: &Uri) -> anyhow::Result<Bytes> {
        self.send(Method::GET, uri, Bytes::new()).await
    }

    pub(super) async fn post(&mut self, uri: &Uri, body: Bytes) -> anyhow::Result<Bytes> {
        self.send(Method::POST, uri, body).await
    }

    async fn send(&mut self, method: Method, uri: &Uri, body: Bytes) -> anyhow::Result<Bytes> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = uri.clone();
        let headers = request.headers_mut();
        headers.insert(HOST, self.host.clone());
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(
            status == StatusCode::OK,
            "{uri} answered {status}: {}",
            String::from_utf8_lossy(&body)
        );
        Ok(body)
    }
}

/// Gets these places one after the other on so many connections for so long; the number of answers, and the seconds it took.
pub(super) async fn reads(
    address: SocketAddr,
    uris: &'static [Uri],
    connections: usize,
    time: Duration,
) -> anyhow::Result<(u64, f64)> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let start = Instant::now();
    let tasks: Vec<_> = (0..)
        .zip(open)
        .map(|(number, mut connection): (usize, _)| {
            tokio::spawn(async move {
                let mut answers = 0_u64;
                // Each connection begins elsewhere.
                for uri in uris.iter().cycle().skip(number * 7) {
                    if start.elapsed() >= time {
                        break;
                    }
                    connection.get(uri).await?;
                    answers += 1;
                }
                anyhow::Ok(answers)
            })
        })
        .collect();
    let mut answers = 0;
    for task in tasks {
        answers += task.await.context("a connection's task ended early")??;
    }
    Ok((answers, start.elapsed().as_secs_f64()))
}
