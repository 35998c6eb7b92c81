//! Between a client and a sandbox: everything is passed on, and seen as it travels.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// What travelled, to the sandbox and back.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    pub(super) asked: Vec<u8>,
    pub(super) answered: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Listener {
    pub(super) url: String,
    heard: Arc<Mutex<Heard>>,
}

impl Listener {
    pub(super) async fn before(address: String) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let heard = Arc::new(Mutex::new(Heard::default()));
        let hears = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&address).await else {
                    return;
                };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let there = Arc::clone(&hears);
                tokio::spawn(pass(from_client, to_server, move |bytes| {
                    open(&there).asked.extend(bytes);
                }));
                let back = Arc::clone(&hears);
                tokio::spawn(pass(from_server, to_client, move |bytes| {
                    open(&back).answered.extend(bytes);
                }));
            }
        });
        Ok(Self { url, heard })
    }

    pub(super) fn heard(&self) -> Heard {
        open(&self.heard).clone()
    }
}

fn open(heard: &Mutex<Heard>) -> std::sync::MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Until one side ends.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    hear: impl Fn(&[u8]),
) -> std::io::Result<()> {
    let mut block = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut block).await?;
        let read = block.get(..length).unwrap_or_default();
        if read.is_empty() {
            return Ok(());
        }
        hear(read);
        to.write_all(read).await?;
    }
}
