//! Connections: direct, handed to a proxy, or tunnelled through one.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper::rt;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use rustls::ClientConfig;
use tower_service::Service;

use super::proxy::proxy_for;
use super::tls::Trust;

type BoxError = Box<dyn Error + Send + Sync>;

/// Makes connections, each within one timeout for all its steps.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) tcp: HttpConnector,
    /// For the server: HTTP/2 or 1.1.
    pub(super) server_tls: Trust,
    /// For a proxy that is itself reached by TLS: HTTP/1.1 only.
    pub(super) proxy_tls: Trust,
    pub(super) proxies: Option<Arc<Matcher>>,
    pub(super) timeout: Duration,
}

impl Connector {
    async fn connect(self, destination: Uri) -> Result<Stream, BoxError> {
        let is_https = destination.scheme() == Some(&Scheme::HTTPS);
        let Some(proxy) = proxy_for(self.proxies.as_deref(), &destination) else {
            if !is_https {
                return Stream::new(self.tcp, destination, false).await;
            }
            let tls = HttpsConnector::from((self.tcp, usable(self.server_tls)?));
            return Stream::new(tls, destination, false).await;
        };
        if proxy.uri().scheme() == Some(&Scheme::HTTPS) {
            let to_proxy = HttpsConnector::from((self.tcp, usable(self.proxy_tls)?));
            through(to_proxy, &proxy, self.server_tls, destination, is_https).await
        } else {
            through(self.tcp, &proxy, self.server_tls, destination, is_https).await
        }
    }
}

async fn through<C>(
    to_proxy: C,
    proxy: &Intercept,
    server_tls: Trust,
    destination: Uri,
    is_https: bool,
) -> Result<Stream, BoxError>
where
    C: Service<Uri> + Send,
    C::Response: Io + Unpin + 'static,
    C::Future: Send + 'static,
    C::Error: Into<BoxError>,
{
    if !is_https {
        return Stream::new(to_proxy, proxy.uri().clone(), true).await;
    }
    let mut tunnel = Tunnel::new(proxy.uri().clone(), to_proxy);
    if let Some(credentials) = proxy.basic_auth() {
        tunnel = tunnel.with_auth(credentials.clone());
    }
    let tls = HttpsConnector::from((tunnel, usable(server_tls)?));
    Stream::new(tls, destination, false).await
}

fn usable(trust: Trust) -> Result<Arc<ClientConfig>, BoxError> {
    trust.map_err(Into::into)
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, destination: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            tokio::time::timeout(connector.timeout, connector.connect(destination)).await?
        })
    }
}

trait Io: rt::Read + rt::Write + Connection + Send {}

impl<T: rt::Read + rt::Write + Connection + Send> Io for T {}

/// A connection of whatever kind.
pub(super) struct Stream {
    io: Pin<Box<dyn Io>>,
    is_proxied: bool,
}

impl Stream {
    async fn new<C>(mut connector: C, to: Uri, is_proxied: bool) -> Result<Self, BoxError>
    where
        C: Service<Uri>,
        C::Response: Io + 'static,
        C::Error: Into<BoxError>,
    {
        std::future::poll_fn(|context| connector.poll_ready(context))
            .await
            .map_err(Into::into)?;
        let io = connector.call(to).await.map_err(Into::into)?;
        Ok(Self {
            io: Box::pin(io),
            is_proxied,
        })
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        self.io.connected().proxy(self.is_proxied)
    }
}

impl rt::Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_read(context, buffer)
    }
}

impl rt::Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io.as_mut().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.io.as_mut().poll_write_vectored(context, slices)
    }
}
