//! The backend: hyper, and rustls with the system's trust store.

mod body;
mod classify;
mod config;
mod connector;
mod proxy;
mod tls;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, PROXY_AUTHORIZATION, USER_AGENT};
use http::uri::Scheme;
use http::{Extensions, HeaderMap, HeaderValue, Method, Request, Response, Uri, Version};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{HttpConnector, capture_connection};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::Instant;

use crate::context::request_id;
use crate::{Deadline, ErrorKind, Transport, TransportError};

pub use config::HyperConfig;
use connector::Connector;
pub use proxy::{Proxy, ProxyUrl};

/// A transport over TCP and TLS: HTTP/1.1, or 2 where the server offers it.
///
/// Connections are made when they are needed and kept for later requests. It asks for gzip, unless a
/// request has an `Accept-Encoding` of its own, and decodes it. It obeys a request's [`Deadline`] where that is earlier than the attempt's own timeout. Plain `http` is allowed here; who must
/// not use it has to refuse it before.
#[derive(Clone)]
pub struct HyperTransport {
    client: Client<Connector, Full<Bytes>>,
    proxies: Option<Arc<Matcher>>,
    config: Arc<HyperConfig>,
    user_agent: HeaderValue,
    inflaters: body::Inflaters,
}

impl HyperTransport {
    /// A transport with this configuration. Reads the system's certificates; connects to nothing yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the extra CA is no PEM certificate, the proxy cannot be used, or the user agent is empty
    /// or cannot be a header. A system without certificates is an error of `https` requests only, and not even of those
    /// if an extra CA is given.
    pub fn new(config: HyperConfig) -> Result<Self, TransportError> {
        let user_agent = HeaderValue::from_str(config.user_agent.trim())
            .map_err(|error| TransportError::not_sent(ErrorKind::Config, error))?;
        if user_agent.is_empty() {
            return Err(TransportError::not_sent(
                ErrorKind::Config,
                "the user agent is empty",
            ));
        }
        let proxies = config.proxy.matcher()?.map(Arc::new);
        let [server_tls, proxy_tls] =
            tls::trust(&config.extra_ca, [&[b"h2", b"http/1.1"], &[b"http/1.1"]])?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(Duration::from_secs(30)));
        let connector = Connector {
            tcp,
            server_tls,
            proxy_tls,
            proxies: proxies.clone(),
            timeout: config.connect_timeout,
        };
        // hyper panics below 8 KiB.
        let header_bytes = config.max_header_bytes.max(8 << 10);
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(config.pool_idle_timeout)
            .pool_max_idle_per_host(config.pool_max_idle)
            .http1_max_buf_size(header_bytes)
            .http2_max_header_list_size(u32::try_from(header_bytes).unwrap_or(u32::MAX))
            // All requests share one HTTP/2 connection: if it dies silently, a ping finds out.
            .http2_keep_alive_interval(Duration::from_secs(20))
            .http2_keep_alive_timeout(Duration::from_secs(10))
            .build(connector);
        Ok(Self {
            client,
            proxies,
            config: Arc::new(config),
            user_agent,
            inflaters: body::Inflaters::default(),
        })
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, TransportError> {
        let response = self
            .client
            .request(request)
            .await
            .map_err(classify::request_error)?;
        check_header_size(response.headers(), self.config.max_header_bytes)?;
        let status = response.status();
        let id = request_id(response.headers()).map(str::to_owned);
        body::read(
            response,
            self.config.max_response_bytes,
            self.config.idle_timeout,
            &self.inflaters,
        )
        .await
        .map_err(|error| error.with_status(status).with_request_id(id.as_deref()))
    }

    fn prepare(&self, request: Request<Bytes>) -> Result<Request<Full<Bytes>>, TransportError> {
        check(&request)?;
        let (mut parts, body) = request.into_parts();
        // Which version is spoken is agreed with the server; what layers told each other ends here.
        parts.version = Version::HTTP_11;
        parts.extensions = Extensions::new();
        let headers = &mut parts.headers;
        headers
            .entry(USER_AGENT)
            .or_insert_with(|| self.user_agent.clone());
        headers
            .entry(ACCEPT_ENCODING)
            .or_insert(HeaderValue::from_static("gzip"));
        if parts.uri.scheme() == Some(&Scheme::HTTP)
            && let Some(proxy) = proxy::proxy_for(self.proxies.as_deref(), &parts.uri)
            && let Some(credentials) = proxy.basic_auth()
        {
            headers.insert(PROXY_AUTHORIZATION, credentials.clone());
        }
        Ok(Request::from_parts(parts, Full::new(body)))
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HyperTransport")
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for HyperTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let now = Instant::now();
        let mut ends = now + self.config.attempt_timeout;
        if let Some(Deadline(deadline)) = request.extensions().get() {
            if *deadline <= now {
                return Err(TransportError::not_sent(
                    ErrorKind::DeadlineExceeded,
                    "no time was left for an attempt",
                ));
            }
            ends = ends.min(*deadline);
        }
        let mut request = self.prepare(request)?;
        let connection = capture_connection(&mut request);
        tokio::time::timeout_at(ends, self.exchange(request))
            .await
            .unwrap_or_else(|elapsed| {
                // Until there is a connection nothing is written.
                if connection.connection_metadata().is_some() {
                    Err(TransportError::maybe_sent(ErrorKind::Timeout, elapsed))
                } else {
                    Err(TransportError::not_sent(ErrorKind::Timeout, elapsed))
                }
            })
    }
}

/// hyper bounds the buffer it reads headers into, which may grow past the bound before it looks: this is exact.
fn check_header_size(headers: &HeaderMap, max: usize) -> Result<(), TransportError> {
    // What a line has beside name and value: a colon, a space, an end of line.
    const REST: usize = 4;
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + REST)
        .sum();
    if size > max {
        return Err(TransportError::maybe_sent(
            ErrorKind::TooLarge,
            format!("the headers are larger than {max} bytes"),
        ));
    }
    Ok(())
}

/// Refuses what hyper would refuse later, would log, or would send otherwise than it says.
fn check(request: &Request<Bytes>) -> Result<(), TransportError> {
    let unusable = |why: &'static str| Err(TransportError::not_sent(ErrorKind::Config, why));
    let uri: &Uri = request.uri();
    match uri.scheme_str() {
        Some("http" | "https") => {}
        Some(_) => return unusable("the URI is neither http nor https"),
        None => return unusable("the URI is not absolute"),
    }
    let Some(authority) = uri
        .authority()
        .filter(|authority| !authority.host().is_empty())
    else {
        return unusable("the URI has no host");
    };
    if authority.as_str().contains('@') {
        return unusable("the URI holds a user name, which belongs into credentials");
    }
    if request.method() == Method::CONNECT {
        return unusable("CONNECT is for proxies");
    }
    Ok(())
}
