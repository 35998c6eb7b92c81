//! A transport that plays a script.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::{ErrorKind, Transport, TransportError};

type Step = Box<dyn FnOnce(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send>;

/// Answers each request with the next step of a script and keeps the requests.
///
/// A request past the end of the script is an error of kind [`ErrorKind::Config`].
///
/// ```
/// # use zd_transport::{ScriptedTransport, Transport};
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let transport = ScriptedTransport::new().json(200, r#"{"count": 1}"#);
/// let request = http::Request::get("https://acme.zendesk.com/api/v2/users/count").body(bytes::Bytes::new())?;
/// assert_eq!(transport.send(request).await?.status(), 200);
/// assert_eq!(transport.requests()[0].uri().path(), "/api/v2/users/count");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct ScriptedTransport {
    inner: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    steps: VecDeque<Step>,
    requests: Vec<Request<Bytes>>,
}

impl ScriptedTransport {
    /// An empty script.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a step that looks at the request.
    #[must_use]
    pub fn step(
        self,
        step: impl FnOnce(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + 'static,
    ) -> Self {
        self.lock().steps.push_back(Box::new(step));
        self
    }

    /// Adds an answer with a JSON body.
    #[must_use]
    pub fn json(self, status: u16, body: impl Into<String>) -> Self {
        let body = Bytes::from(body.into());
        self.step(move |_| {
            let mut response = Response::new(body);
            *response.status_mut() =
                StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            response.headers_mut().insert(
                http::header::CONTENT_TYPE,
                http::HeaderValue::from_static("application/json; charset=utf-8"),
            );
            Ok(response)
        })
    }

    /// Adds a failure.
    #[must_use]
    pub fn fail(self, error: TransportError) -> Self {
        self.step(move |_| Err(error))
    }

    /// The requests so far, in order.
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.lock().requests.clone()
    }

    /// How many steps were not played.
    pub fn remaining(&self) -> usize {
        self.lock().steps.len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Script> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ScriptedTransport")
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut script = self.lock();
        let step = script.steps.pop_front();
        script.requests.push(request.clone());
        drop(script);
        step.map_or_else(
            || {
                Err(TransportError::not_sent(
                    ErrorKind::Config,
                    "the script has no more steps",
                ))
            },
            |step| step(&request),
        )
    }
}
