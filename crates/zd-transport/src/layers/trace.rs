//! Traces of calls, with everything secret or personal left out.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::context::request_id;
use crate::{
    Attempts, Budgets, Layer, OperationName, PathTemplate, SharedTransport, Transport,
    TransportError,
};

/// Opens a span around each call, with the names that OpenTelemetry's HTTP conventions give to a client's.
///
/// A span has the method, the server's address and port, the scheme, the path *template* and the operation's name; on
/// the way back the status, the request id, how often it was resent and what is left of the account's budget; for a
/// failure `error.type`. Paths, queries, header values and bodies are never part of it: they hold ids of persons, their
/// addresses and secrets.
///
/// Put it outermost: one span then covers a call with all its attempts, and the waits that the retry layer reports as
/// events lie within it. Around the base it makes one span for each attempt instead.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct TraceLayer {}

impl TraceLayer {
    /// Traces calls.
    pub const fn new() -> Self {
        Self {}
    }
}

impl Layer for TraceLayer {
    fn layer(&self, inner: SharedTransport) -> SharedTransport {
        Arc::new(TraceTransport { inner })
    }
}

struct TraceTransport {
    inner: SharedTransport,
}

impl fmt::Debug for TraceTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Trace").field(&self.inner).finish()
    }
}

#[async_trait]
impl Transport for TraceTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let span = span(&request);
        if span.is_disabled() {
            let outcome = self.inner.send(request).await;
            tracing::debug!("call ended");
            return outcome;
        }
        let outcome = self.inner.send(request).instrument(span.clone()).await;
        match &outcome {
            Ok(response) => record_response(&span, response),
            Err(error) => record_error(&span, error),
        }
        span.in_scope(|| tracing::debug!("call ended"));
        outcome
    }
}

fn span(request: &Request<Bytes>) -> Span {
    let method = method(request.method());
    let uri = request.uri();
    let template = request
        .extensions()
        .get()
        .map(|PathTemplate(template)| *template);
    let port = uri.port_u16().or(match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    });
    let span = tracing::info_span!(
        "zd.call",
        otel.name = Empty,
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = method,
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        server.address = uri.host(),
        server.port = port,
        url.scheme = uri.scheme_str(),
        url.template = template,
        error.r#type = Empty,
        zd.operation = request.extensions().get().map(|OperationName(name)| *name),
        zd.request_id = Empty,
        zd.rate_limit.remaining = Empty,
    );
    if span.is_disabled() {
        return span;
    }
    match template {
        Some(template) => span.record("otel.name", format_args!("{method} {template}").to_string()),
        None => span.record("otel.name", method),
    };
    span
}

/// The methods of HTTP; any other text came from a caller and is not repeated.
fn method(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS
        | Method::TRACE
        | Method::CONNECT => method.as_str(),
        _ => "_OTHER",
    }
}

fn record_response(span: &Span, response: &Response<Bytes>) {
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_client_error() || status.is_server_error() {
        span.record("error.type", status.as_str());
        span.record("otel.status_code", "ERROR");
    }
    if let Some(id) = request_id(response.headers()) {
        span.record("zd.request_id", id);
    }
    if let Some(attempts) = response.extensions().get::<Attempts>() {
        record_resends(span, attempts.count);
    }
    let account = response.extensions().get::<Budgets>().map_or_else(
        || Budgets::from_headers(response.headers()).account,
        |budgets| budgets.account,
    );
    let remaining = account.and_then(|account| account.remaining);
    if let Some(remaining) = remaining {
        span.record("zd.rate_limit.remaining", remaining);
    }
}

fn record_error(span: &Span, error: &TransportError) {
    span.record("error.type", error.kind().as_str());
    span.record("otel.status_code", "ERROR");
    if let Some(status) = error.status() {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(id) = error.request_id() {
        span.record("zd.request_id", id);
    }
    record_resends(span, error.attempts());
}

fn record_resends(span: &Span, attempts: u32) {
    if attempts > 1 {
        span.record("http.request.resend_count", attempts - 1);
    }
}
