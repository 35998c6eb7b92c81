//! Ten thousand connections that say nothing.

use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;

use anyhow::{Context as _, ensure};
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::time::Instant;

use super::figures::{Figures, Goal};
use super::process::Server;

const CONNECTIONS: u64 = 10_000;
/// Beside the connections: the program's own files.
const SPARE: u64 = 100;

pub(super) fn measure(zd: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).context("cannot open as many files as one may")?;
    let most = limit.maximum.unwrap_or(u64::MAX);
    ensure!(
        most >= CONNECTIONS + SPARE,
        "this system lets a process open {most} files; raise that (`ulimit -Hn`) to {}",
        CONNECTIONS + SPARE
    );
    let (ours, waited) = with_idle(&Server::sandbox(zd, &[])?)?;
    let (bare, _) = with_idle(&Server::hello()?)?;
    figures.add("10,000 idle connections, peak MB", ours, Some(bare), None);
    figures.add(
        "an answer beside them, ms",
        waited,
        None,
        Some(Goal::Below(50.0)),
    );
    Ok(())
}

/// Peak memory with all of them open, and how long somebody else waits for an answer then.
fn with_idle(server: &Server) -> anyhow::Result<(f64, f64)> {
    let mut idle = Vec::new();
    for number in 0..CONNECTIONS {
        let mut stream =
            TcpStream::connect(server.address).with_context(|| format!("connection {number}"))?;
        // Every other one has begun to say something.
        if number % 2 == 0 {
            stream.write_all(b"GET /api/v2/us")?;
        }
        idle.push(stream);
    }
    let clock = Instant::now();
    server.answers()?;
    let waited = clock.elapsed().as_secs_f64() * 1000.0;
    Ok((server.peak_megabytes()?, waited))
}
