//! How to connect, and within which bounds.

use std::fmt;
use std::time::Duration;

use super::Proxy;

/// How to connect, and within which bounds.
///
/// ```
/// # use std::time::Duration;
/// let mut config = zd_transport::HyperConfig::default();
/// config.attempt_timeout = Duration::from_secs(10);
/// let transport = zd_transport::HyperTransport::new(config)?;
/// # Ok::<(), zd_transport::TransportError>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct HyperConfig {
    /// How long making a connection may take: name, TCP, proxy and TLS together. Default 10 s.
    pub connect_timeout: Duration,
    /// How long one attempt may take, from the call to the last byte read, connecting included. Default 30 s.
    pub attempt_timeout: Duration,
    /// How long the body of an answer may pause. Default 15 s.
    pub idle_timeout: Duration,
    /// How long an unused connection is kept. Default 60 s: less than servers commonly do.
    pub pool_idle_timeout: Duration,
    /// How many unused connections are kept for each host. Default 32.
    pub pool_max_idle: usize,
    /// The largest status line and headers of an answer, in bytes; at least 8 KiB. Default 64 KiB.
    pub max_header_bytes: usize,
    /// The largest body of an answer, in bytes, both as it arrives and decoded. Default 16 MiB.
    pub max_response_bytes: usize,
    /// The `User-Agent` of requests that have none. Default `zd/` and the version.
    pub user_agent: String,
    /// Certificates to trust beside those of the system, as PEM. Default none.
    pub extra_ca: Vec<u8>,
    /// Which proxy to go through. Default [`Proxy::FromEnvironment`].
    pub proxy: Proxy,
}

impl Default for HyperConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(15),
            pool_idle_timeout: Duration::from_secs(60),
            pool_max_idle: 32,
            max_header_bytes: 64 << 10,
            max_response_bytes: 16 << 20,
            user_agent: concat!("zd/", env!("CARGO_PKG_VERSION")).to_owned(),
            extra_ca: Vec::new(),
            proxy: Proxy::FromEnvironment,
        }
    }
}

impl fmt::Debug for HyperConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HyperConfig")
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("pool_max_idle", &self.pool_max_idle)
            .field("max_header_bytes", &self.max_header_bytes)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("user_agent", &self.user_agent)
            .field("extra_ca", &format_args!("{} bytes", self.extra_ca.len()))
            .field("proxy", &self.proxy)
            .finish()
    }
}
