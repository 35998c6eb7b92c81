//! The seam.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

use crate::TransportError;

/// Carries an HTTP request and brings back the response.
///
/// # Contract
///
/// 1. Any HTTP status is `Ok`; `Err` means that no complete response was had.
/// 2. The request's URI is absolute: scheme, authority, path and query.
/// 3. The bytes of path, query and body go out untouched; headers that repeat go out repeated, in order.
/// 4. Redirects are never followed.
/// 5. Once the first byte of a request was written, it is never sent again on the transport's own account.
/// 6. The response's body is complete, decoded, and bounded; a larger one is [`ErrorKind::TooLarge`](crate::ErrorKind).
/// 7. An error says truthfully whether the request may have reached the server
///    ([`TransportError::may_have_been_sent`]); when in doubt, it may have.
/// 8. Dropping the future ends the exchange; the request may have been sent all the same.
/// 9. Request extensions that the transport does not know are ignored.
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends `request` and waits for the whole response.
    ///
    /// # Errors
    ///
    /// When no complete response was had: [`TransportError`] says why, and whether the request may have been sent.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange, but cannot call back what was already written.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError>;
}

/// A transport that can be cloned and shared.
pub type SharedTransport = Arc<dyn Transport>;

#[async_trait]
impl<T: Transport + ?Sized> Transport for Arc<T> {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.as_ref().send(request).await
    }
}
