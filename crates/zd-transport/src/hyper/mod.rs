//! The backend: hyper, rustls with the system's trust store.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::{ErrorKind, Transport, TransportError};

/// How to connect.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HyperConfig {
    /// How long one attempt may take, from the first byte written to the last one read. Default 30 s.
    pub attempt_timeout: Duration,
    /// The largest response body after decoding, in bytes. Default 64 MiB.
    pub max_response_bytes: usize,
}

impl Default for HyperConfig {
    fn default() -> Self {
        Self {
            attempt_timeout: Duration::from_secs(30),
            max_response_bytes: 64 << 20,
        }
    }
}

/// A transport over TCP and TLS.
#[derive(Clone, Debug)]
pub struct HyperTransport {
    config: HyperConfig,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl HyperTransport {
    /// A transport with this configuration; connections are made when they are needed.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up.
    pub fn new(config: HyperConfig) -> Result<Self, TransportError> {
        Ok(Self {
            config,
            client: Client::builder(TokioExecutor::new()).build_http(),
        })
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let exchange = async {
            let response = self
                .client
                .request(request.map(Full::new))
                .await
                .map_err(|error| {
                    if error.is_connect() {
                        TransportError::not_sent(ErrorKind::Connect, error)
                    } else {
                        TransportError::maybe_sent(ErrorKind::Interrupted, error)
                    }
                })?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, self.config.max_response_bytes)
                .collect()
                .await
                .map_err(|error| TransportError::maybe_sent(ErrorKind::Interrupted, error))?;
            Ok(Response::from_parts(parts, body.to_bytes()))
        };
        tokio::time::timeout(self.config.attempt_timeout, exchange)
            .await
            .unwrap_or_else(|elapsed| Err(TransportError::maybe_sent(ErrorKind::Timeout, elapsed)))
    }
}
