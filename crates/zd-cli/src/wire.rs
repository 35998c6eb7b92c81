//! `-v`: a line for each request, without secrets and personal data.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;
use zd_transport::{
    PathTemplate, RetryConfig, RetryObserver, RetryReason, SharedTransport, Transport,
    TransportError,
};

use crate::output::{Elapsed, Out};

/// Shorter waits are nobody's concern.
const WORTH_TELLING: Duration = Duration::from_secs(2);

/// Tells of each request: method, path template, status, milliseconds, request id.
///
/// Paths with their values and queries are not shown: they hold addresses. Headers are not shown: they hold secrets.
#[derive(Debug)]
pub(crate) struct Wire {
    inner: SharedTransport,
    out: Opaque,
}

struct Opaque(Out);

impl std::fmt::Debug for Opaque {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Out")
    }
}

impl Wire {
    pub(crate) fn new(inner: SharedTransport, out: Out) -> Self {
        Self {
            inner,
            out: Opaque(out),
        }
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let method = request.method().clone();
        let path = match request.extensions().get::<PathTemplate>() {
            Some(PathTemplate(template)) => (*template).to_owned(),
            None => request.uri().path().to_owned(),
        };
        let start = Instant::now();
        let result = self.inner.send(request).await;
        let millis = start.elapsed().as_millis();
        let style = self.out.0.note_style();
        let told = match &result {
            Ok(response) => {
                let id = response
                    .headers()
                    .get("x-request-id")
                    .and_then(|id| id.to_str().ok())
                    .map_or_else(String::new, |id| format!(" request {id}"));
                format!("{} {millis} ms{id}", response.status().as_u16())
            }
            Err(error) => format!("{error} {millis} ms"),
        };
        self.out
            .0
            .note(&style.dim(&format!("{method} {path} {told}")));
        result
    }
}

/// Retries as usual, and says so when it takes long.
pub(crate) fn retry(out: &Out) -> RetryConfig {
    let out = out.clone();
    let mut config = RetryConfig::default();
    config.observer = Some(RetryObserver::new(move |event| {
        if event.delay >= WORTH_TELLING {
            let why = match event.reason {
                RetryReason::Throttled(_) | RetryReason::Held => "Zendesk asks to slow down (429)",
                RetryReason::Status(_) => "Zendesk has trouble",
                _ => "no answer",
            };
            out.note(&format!("waiting {}: {why}", Elapsed(event.delay)));
        }
    }));
    config
}
