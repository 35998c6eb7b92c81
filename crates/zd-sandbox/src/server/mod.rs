//! The sandbox behind a socket: HTTP/1.1 and, for who begins with it, HTTP/2, without TLS.

mod body;
mod connection;
mod packed;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Sandbox;

/// The largest body that is read: 1 MiB.
pub(crate) const LARGEST_BODY: usize = 1024 * 1024;
/// How long requests may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(5);
/// After a failed `accept`, which is for want of file descriptors.
const BREATH: Duration = Duration::from_millis(50);

/// A sandbox that listens on a port. Dropped, it stops listening, and connections end after their request.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    sandbox: Sandbox,
    stop: CancellationToken,
    connections: TaskTracker,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Serves `sandbox` on a loopback port; 0 picks a free one.
    ///
    /// # Errors
    ///
    /// If the port is taken.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn start(sandbox: Sandbox, port: u16) -> std::io::Result<Self> {
        Self::bind(sandbox, (Ipv4Addr::LOCALHOST, port).into()).await
    }

    /// Serves `sandbox` on an address of this machine, such as `0.0.0.0:8080` for callers on other machines too. Its inside,
    /// `/__zd/`, it shows to callers on this machine only.
    ///
    /// # Errors
    ///
    /// If the port is taken, or the address is none of this machine's.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn bind(sandbox: Sandbox, address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let connections = TaskTracker::new();
        let task = tokio::spawn(accept(
            listener,
            sandbox.clone(),
            stop.clone(),
            connections.clone(),
        ));
        Ok(Self {
            address,
            sandbox,
            stop,
            connections,
            task,
        })
    }

    /// Where it listens, such as `http://127.0.0.1:40123`. A server that listens everywhere is called by its loopback
    /// address.
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(match address {
                SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("http://{address}")
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it serves.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Ready once somebody asked it to end, with `POST /__zd/stop`; [`Server::shutdown`] then lets the answer out.
    ///
    /// # Cancel safety
    ///
    /// Can be dropped and called again.
    pub async fn stopped(&self) {
        self.sandbox.stopped().await;
    }

    /// Accepts no more connections, lets requests that are under way end, for five seconds at most.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops at once.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.connections.close();
        let _too_slow = tokio::time::timeout(GRACE, self.connections.wait()).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    sandbox: Sandbox,
    stop: CancellationToken,
    connections: TaskTracker,
) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Answers are small; waiting to fill packets would only slow them.
                let _best_effort = stream.set_nodelay(true);
                sandbox.connected();
                let sandbox = sandbox.clone();
                let serving = connection::serve(stream, peer.ip(), sandbox, stop.child_token());
                connections.spawn(serving);
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}
