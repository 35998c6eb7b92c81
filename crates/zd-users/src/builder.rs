//! How a client is put together.

use http::HeaderValue;
use zd_transport::{
    AuthLayer, Credentials, RetryConfig, RetryLayer, SharedTransport, Stack, TraceLayer,
    TransportError,
};
#[cfg(feature = "hyper")]
use zd_transport::{HyperConfig, HyperTransport};

use crate::{BaseUrl, Client};

/// Puts a client together; see [`Client::builder`].
///
/// The transport it makes, outermost first: traces, retry and throttling, credentials, the base.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    base: BaseUrl,
    credentials: Option<Credentials>,
    retry: RetryConfig,
    user_agent: Option<String>,
    transport: Option<SharedTransport>,
    #[cfg(feature = "hyper")]
    hyper: HyperConfig,
}

/// A client that cannot be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The user agent is no header value: it must be one line of visible ASCII.
    #[error("the user agent is not a header value")]
    UserAgent(#[source] http::header::InvalidHeaderValue),
    /// The base transport cannot be set up.
    #[error("the transport cannot be set up")]
    Transport(#[source] TransportError),
    /// No base transport was given, and the feature `hyper`, which brings one, is off.
    #[error("no transport was given, and zd-users was built without its feature `hyper`")]
    NoTransport,
}

impl ClientBuilder {
    pub(crate) fn new(base: BaseUrl) -> Self {
        Self {
            base,
            credentials: None,
            retry: RetryConfig::default(),
            user_agent: None,
            transport: None,
            #[cfg(feature = "hyper")]
            hyper: HyperConfig::default(),
        }
    }

    /// Signs requests with these. Without any they go out unsigned, and Zendesk answers hardly anything.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Configures retry and throttling.
    pub fn retry(mut self, config: RetryConfig) -> Self {
        self.retry = config;
        self
    }

    /// Names the program that calls, as in `people-sync/2.1`. Zendesk has answered 500 to calls without a name.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Takes this as the base instead of hyper; the layers go around it all the same.
    pub fn transport(mut self, base: SharedTransport) -> Self {
        self.transport = Some(base);
        self
    }

    /// Configures connections: timeouts, an extra CA, a proxy, limits.
    #[cfg(feature = "hyper")]
    pub fn hyper(mut self, config: HyperConfig) -> Self {
        self.hyper = config;
        self
    }

    /// The client. Nothing is sent, no connection made, no credential tried.
    ///
    /// # Errors
    ///
    /// If the user agent is no header value, or the base transport cannot be set up.
    pub fn build(self) -> Result<Client, BuildError> {
        let user_agent = self
            .user_agent
            .map(HeaderValue::try_from)
            .transpose()
            .map_err(BuildError::UserAgent)?;
        let transport: SharedTransport = match self.transport {
            Some(transport) => transport,
            #[cfg(feature = "hyper")]
            None => {
                std::sync::Arc::new(HyperTransport::new(self.hyper).map_err(BuildError::Transport)?)
            }
            #[cfg(not(feature = "hyper"))]
            None => return Err(BuildError::NoTransport),
        };
        let mut stack = Stack::new(transport)
            .layer(TraceLayer::new())
            .layer(RetryLayer::new(self.retry));
        if let Some(credentials) = self.credentials {
            stack = stack.layer(AuthLayer::new(credentials));
        }
        Ok(Client::assemble(self.base, stack.build(), user_agent))
    }
}
