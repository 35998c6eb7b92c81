//! The sandbox as a library.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use zd_transport::{SharedTransport, Transport, TransportError};

use crate::request::Call;
use crate::state::State;
use crate::{handlers, request, router};

/// A local Zendesk. Cheap to clone; clones are the same account.
#[derive(Clone, Debug)]
pub struct Sandbox {
    state: Arc<Mutex<State>>,
}

/// What kind of Zendesk.
#[derive(Debug, Default)]
pub struct SandboxBuilder {}

impl SandboxBuilder {
    /// The sandbox.
    pub fn build(self) -> Sandbox {
        Sandbox {
            state: Arc::default(),
        }
    }
}

impl Sandbox {
    /// Begins to describe a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// The sandbox as a transport in the same process; no socket is opened.
    pub fn transport(&self) -> SharedTransport {
        Arc::new(self.clone())
    }

    /// Answers one request.
    pub(crate) fn respond(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let Some((operation, params)) =
            router::find(request.method().as_str(), request.uri().path())
        else {
            let body = json!({"error": "InvalidEndpoint", "description": "Not found"});
            return request::json(StatusCode::NOT_FOUND, &body);
        };
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
        let body = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        handlers::handle(
            operation,
            &mut state,
            &Call {
                params,
                query,
                body,
            },
        )
    }
}

#[async_trait]
impl Transport for Sandbox {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.respond(&request))
    }
}
