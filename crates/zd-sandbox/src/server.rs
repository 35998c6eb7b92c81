//! The sandbox behind a socket: HTTP/1.1 and, for who begins with it, HTTP/2, without TLS.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Sandbox;
use crate::respond::Answer;

/// The largest body that is read: 1 MiB.
pub(crate) const LARGEST_BODY: usize = 1024 * 1024;
/// What is read and thrown away beyond it, so that the client gets to read the refusal.
const LARGEST_DISCARDED: usize = 16 * 1024 * 1024;
const LARGEST_HEAD: u16 = u16::MAX;
const MOST_HEADERS: usize = 100;
/// For a request's head, and between requests: longer than clients wait for the next minute.
const HEAD_TIMEOUT: Duration = Duration::from_secs(120);
/// How long requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(5);
/// After a failed `accept`, which is for want of file descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// A sandbox that listens on a loopback port. Dropped, it stops listening, and connections end after their request.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    connections: TaskTracker,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Serves `sandbox` on a loopback port; 0 picks a free one.
    ///
    /// # Errors
    ///
    /// If the port is taken.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn start(sandbox: Sandbox, port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let connections = TaskTracker::new();
        let task = tokio::spawn(accept(listener, sandbox, stop.clone(), connections.clone()));
        Ok(Self {
            address,
            stop,
            connections,
            task,
        })
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Accepts no more connections, lets requests that are under way end, for five seconds at most.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops at once.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.connections.close();
        let _too_slow = tokio::time::timeout(GRACE, self.connections.wait()).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    sandbox: Sandbox,
    stop: CancellationToken,
    connections: TaskTracker,
) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                // Answers are small; waiting to fill packets would only slow them.
                let _best_effort = stream.set_nodelay(true);
                connections.spawn(serve(stream, sandbox.clone(), stop.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, sandbox: Sandbox, stop: CancellationToken) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LARGEST_HEAD.into())
        .max_headers(MOST_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(LARGEST_HEAD.into());
    let service = service_fn(move |request| respond(request, sandbox.clone()));
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    // A client that goes away, or an answer that is lost on purpose, ends a connection with an error: nobody's concern.
    let _ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}

/// Ends the connection instead of answering.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error("the answer was lost on purpose")]
    Lost,
    #[error("the request could not be read")]
    Unreadable(#[from] hyper::Error),
}

async fn respond(
    request: Request<Incoming>,
    sandbox: Sandbox,
) -> Result<Response<Full<Bytes>>, NoAnswer> {
    let (parts, body) = request.into_parts();
    let Some(body) = read(body).await? else {
        let response = sandbox.too_large(&Request::from_parts(parts, ()));
        return Ok(response.map(Full::new));
    };
    match sandbox.answer(&Request::from_parts(parts, body)) {
        Answer::Response(response) => Ok(response.map(Full::new)),
        Answer::Lost => Err(NoAnswer::Lost),
    }
}

/// The whole body, or nothing if it is too large.
async fn read(mut body: Incoming) -> Result<Option<Bytes>, hyper::Error> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    let mut bytes = Vec::with_capacity(announced.min(LARGEST_BODY));
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        length += data.len();
        if length > LARGEST_DISCARDED {
            break;
        }
        if length <= LARGEST_BODY {
            bytes.extend_from_slice(&data);
        } else {
            bytes = Vec::new();
        }
    }
    Ok((length <= LARGEST_BODY).then(|| Bytes::from(bytes)))
}
