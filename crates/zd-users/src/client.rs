//! The client.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::Effect;
use zd_transport::{OperationName, PathTemplate, Safety, SharedTransport};

use crate::{BaseUrl, Endpoint, Error, Jobs, RequestError, Users};

/// A client of one account. Cheap to clone; clones share connections and budgets.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    base: BaseUrl,
    transport: SharedTransport,
}

impl Client {
    /// A client over a transport of your own, layers and all.
    pub fn with_transport(base: BaseUrl, transport: SharedTransport) -> Self {
        Self {
            inner: Arc::new(Inner { base, transport }),
        }
    }

    /// The account's address.
    pub fn base_url(&self) -> &BaseUrl {
        &self.inner.base
    }

    /// Calls about users.
    pub fn users(&self) -> Users {
        Users::new(self.clone())
    }

    /// Calls about bulk jobs.
    pub fn jobs(&self) -> Jobs {
        Jobs::new(self.clone())
    }

    /// Runs any endpoint, your own included.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange; a write may have been applied.
    pub async fn execute<E: Endpoint + Sync>(&self, endpoint: &E) -> Result<E::Output, Error> {
        endpoint.parse(self.execute_raw(endpoint, http::Extensions::new()).await?)
    }

    /// Sends an endpoint's request with further extensions and gives the response as it came, of whatever status.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] and [`Error::Transport`] only.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange; a write may have been applied.
    pub async fn execute_raw<E: Endpoint + Sync>(
        &self,
        endpoint: &E,
        extensions: http::Extensions,
    ) -> Result<Response<Bytes>, Error> {
        let operation = *endpoint.operation();
        let mut request = endpoint.build().map_err(|source| Error::Request {
            operation: operation.name,
            source,
        })?;
        request
            .extensions_mut()
            .insert(OperationName(operation.name));
        request
            .extensions_mut()
            .insert(PathTemplate(operation.path));
        request.extensions_mut().insert(match operation.effect {
            Effect::Read => Safety::Read,
            Effect::KeyedWrite => Safety::KeyedWrite,
            _ => Safety::Write,
        });
        request.extensions_mut().extend(extensions);
        self.send_as(operation.name, request).await
    }

    /// Sends any request; its URI needs only path and query. Credentials, retry and limits apply.
    ///
    /// # Errors
    ///
    /// If it cannot be sent or no response was had; any status is a response.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange; a write may have been applied.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Error> {
        self.send_as("raw", request).await
    }

    async fn send_as(
        &self,
        operation: &'static str,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Error> {
        let (mut parts, body) = request.into_parts();
        let path = parts
            .uri
            .path_and_query()
            .cloned()
            .unwrap_or_else(|| http::uri::PathAndQuery::from_static("/"));
        parts.uri = self
            .inner
            .base
            .join(path)
            .map_err(|source| Error::Request {
                operation,
                source: RequestError::Unsendable {
                    what: "the path",
                    source: Box::new(source),
                },
            })?;
        self.inner
            .transport
            .send(Request::from_parts(parts, body))
            .await
            .map_err(|source| Error::Transport { operation, source })
    }
}
