//! A server that does exactly what a test says, byte by byte, so that it can also break off.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Listens until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Runs `serve` for each connection, with its number from 0.
    pub(crate) async fn start<F, W>(serve: F) -> Self
    where
        F: Fn(usize, Connection) -> W + Send + 'static,
        W: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            for number in 0.. {
                let Ok((stream, _)) = listener.accept().await else {
                    return;
                };
                let heads = Arc::clone(&seen);
                tokio::spawn(serve(number, Connection { stream, heads }));
            }
        });
        Self {
            address,
            heads,
            task,
        }
    }

    /// Answers every request of every connection with these bytes.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::start(move |_, mut connection| {
            let answer = Arc::clone(&answer);
            async move {
                while connection.request().await.is_some() {
                    if connection.write(&answer).await.is_err() {
                        return;
                    }
                }
            }
        })
        .await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The requests read so far: head, blank line, body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.heads.lock().expect("no panic while locked").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Connection {
    /// Reads one request with its body; `None` when the client is gone.
    pub(crate) async fn request(&mut self) -> Option<String> {
        let text = read_request(&mut self.stream).await?;
        self.heads
            .lock()
            .expect("no panic while locked")
            .push(text.clone());
        Some(text)
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    /// Ends the connection with a reset instead of a farewell.
    pub(crate) fn reset(self) {
        let socket = self.stream.into_std().expect("a socket");
        #[expect(deprecated, reason = "zero seconds do not block: they make the reset")]
        let stream = TcpStream::from_std(socket).and_then(|stream| {
            stream.set_linger(Some(std::time::Duration::ZERO))?;
            Ok(stream)
        });
        drop(stream);
    }
}

pub(crate) async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"))
                .map_or(0, |length| length.trim().parse().expect("a length"));
            if bytes.len() >= end + 4 + length {
                return Some(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}

/// A response with a length.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
