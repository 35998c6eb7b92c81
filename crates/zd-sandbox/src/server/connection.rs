//! One connection.

use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{Method, Request, Response, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::body::Sent;
use super::{LARGEST_BODY, packed};
use crate::answer::{Answer, Delivery};
use crate::inspect::{self, Element, Elements, Seeding};
use crate::reply::Reply;
use crate::{Sandbox, call};

/// What is read and thrown away beyond the largest body, so that the client gets to read the refusal.
const LARGEST_DISCARDED: usize = 256 * 1024 * 1024;
/// Users of a list are seeded in parts of about this size.
const SEED_PART: usize = 256 * 1024;
const LARGEST_HEAD: u16 = u16::MAX;
const MOST_HEADERS: usize = 100;

pub(super) async fn serve(
    stream: TcpStream,
    peer: IpAddr,
    sandbox: Sandbox,
    stop: CancellationToken,
) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // Silent clients on one's own machine do no harm, and a timer for each request costs.
        .header_read_timeout(None)
        .max_buf_size(LARGEST_HEAD.into())
        .max_headers(MOST_HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(LARGEST_HEAD.into());
    let resets = Arc::new(AtomicBool::new(false));
    let socket = Socket {
        stream,
        resets: Arc::clone(&resets),
    };
    let ends = stop.clone();
    let service = service_fn(move |request| {
        let asked = Asked {
            peer,
            sandbox: sandbox.clone(),
            resets: Arc::clone(&resets),
            ends: ends.clone(),
        };
        respond(request, asked)
    });
    let mut connection = pin!(builder.serve_connection(TokioIo::new(socket), service));
    // A client that goes away, or an answer that is lost on purpose, ends a connection with an error: nobody's concern.
    let _ended = tokio::select! {
        biased;
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

/// What a request needs of its connection.
struct Asked {
    peer: IpAddr,
    sandbox: Sandbox,
    /// Set when the connection is to end with a reset.
    resets: Arc<AtomicBool>,
    /// The server stops: what has no end has one then.
    ends: CancellationToken,
}

async fn respond(request: Request<Incoming>, asked: Asked) -> Result<Response<Sent>, NoAnswer> {
    let Asked {
        peer,
        sandbox,
        resets,
        ends,
    } = asked;
    let (parts, body) = request.into_parts();
    if let Some(place) = inspect::place(&parts.uri) {
        if let Err(refusal) = sandbox.admits(&parts.headers, &parts.uri, peer) {
            return Ok(refusal.map(Sent::whole));
        }
        let place = place.to_owned();
        return inside(parts, &place, body, sandbox, ends).await;
    }
    let Some(bytes) = read(&parts.headers, body).await? else {
        let response = sandbox.too_large(&Request::from_parts(parts, ()));
        return Ok(response.map(Sent::whole));
    };
    let packs = packed::wanted(&parts.headers);
    let Answer { response, delivery } = sandbox.answer(&Request::from_parts(parts, bytes));
    // A body that is spoilt on its way is spoilt as it is.
    let is_sound = matches!(delivery, Delivery::Whole | Delivery::Late(_));
    let response = if packs && is_sound {
        packed::pack(response)
    } else {
        response
    };
    match delivery {
        Delivery::Dropped => return Err(NoAnswer::Lost),
        Delivery::Reset => {
            resets.store(true, Ordering::Relaxed);
            return Err(NoAnswer::Lost);
        }
        Delivery::Never => {
            ends.cancelled().await;
            return Err(NoAnswer::Lost);
        }
        Delivery::Late(time) => tokio::time::sleep(time).await,
        _ => {}
    }
    Ok(response.map(|body| Sent::new(body, delivery)))
}

/// Answers below `/__zd/`, where bodies may be of any length, and one answer has no end.
async fn inside(
    parts: http::request::Parts,
    place: &str,
    mut body: Incoming,
    sandbox: Sandbox,
    ends: CancellationToken,
) -> Result<Response<Sent>, NoAnswer> {
    let says = |name: header::HeaderName, what: &str| {
        let value = parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains(what))
    };
    match (&parts.method, place) {
        (&Method::GET, "events") if says(header::ACCEPT, "text/event-stream") => {
            let events = inspect::event_stream(sandbox, &call::query(&parts.uri));
            let events = events.take_until(ends.cancelled_owned());
            let mut response = Response::new(Sent::stream(events));
            let event_stream = header::HeaderValue::from_static("text/event-stream");
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, event_stream);
            Ok(response)
        }
        (&Method::POST, "verify") => {
            let mut verifying = sandbox.verifying();
            while let Some(frame) = body.frame().await {
                if let Ok(data) = frame?.into_data() {
                    verifying.feed(&data);
                }
            }
            let answer = sandbox.finished(verifying.end());
            Ok(answer.response.map(Sent::whole))
        }
        (&Method::POST, "seed") if !says(header::CONTENT_TYPE, "application/json") => {
            let answer = sandbox.finished(seed(body, &sandbox).await?);
            Ok(answer.response.map(Sent::whole))
        }
        _ => match read(&parts.headers, body).await? {
            Some(bytes) => {
                let answer = sandbox.answer(&Request::from_parts(parts, bytes));
                Ok(answer.response.map(Sent::whole))
            }
            None => {
                let response = sandbox.too_large(&Request::from_parts(parts, ()));
                Ok(response.map(Sent::whole))
            }
        },
    }
}

/// Seeds a list of users, a part at a time; the refusal of a part ends it.
async fn seed(mut body: Incoming, sandbox: &Sandbox) -> Result<Reply, hyper::Error> {
    let mut seeding = Seeding::default();
    let mut elements = Elements::default();
    let mut part = Part::default();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue;
        };
        elements.feed(&data, |element| part.take(element, &mut seeding));
        if part.users.len() >= SEED_PART
            && let Err(refusal) = part.send(sandbox, &mut seeding)
        {
            return Ok(refusal);
        }
    }
    elements.end(|element| part.take(element, &mut seeding));
    Ok(match part.send(sandbox, &mut seeding) {
        Ok(()) => seeding.reply(),
        Err(refusal) => refusal,
    })
}

/// Users that are seeded together, and the lines on which they stood.
#[derive(Default)]
struct Part {
    users: Vec<u8>,
    lines: Vec<u64>,
}

impl Part {
    fn take(&mut self, (line, element): Element, seeding: &mut Seeding) {
        match element.map(|user| serde_json::to_vec(&user)) {
            Ok(Ok(user)) => {
                self.users.extend(user);
                self.users.push(b'\n');
                self.lines.push(line);
            }
            Ok(Err(error)) => seeding.refuse(line, &error.to_string()),
            Err(reason) => seeding.refuse(line, &reason),
        }
    }

    fn send(&mut self, sandbox: &Sandbox, seeding: &mut Seeding) -> Result<(), Reply> {
        if !self.lines.is_empty() {
            seeding.add(&sandbox.seed_part(&self.users)?, &self.lines);
        }
        *self = Self::default();
        Ok(())
    }
}

/// The whole body, or nothing if it is too large.
async fn read(
    headers: &http::HeaderMap,
    mut body: Incoming,
) -> Result<Option<Bytes>, hyper::Error> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    // Who asks before sending is told before.
    if announced > LARGEST_BODY && headers.contains_key(header::EXPECT) {
        return Ok(None);
    }
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

/// A socket that can end with a reset.
struct Socket {
    stream: TcpStream,
    resets: Arc<AtomicBool>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.resets.load(Ordering::Relaxed) {
            // What is not sent yet is thrown away, and the other side is told so.
            let _best_effort = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
