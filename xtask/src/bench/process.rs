//! A server in a process of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::memory;

/// The kernel counts a process's time in hundredths of a second, on every architecture where Rust runs on Linux.
const TICK_MICROS: f64 = 10_000.0;

/// More requests a minute than any machine answers.
const PLAN: &str = "1000000000";

/// A server, ended when dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Kept open: a server that writes more must not meet a closed pipe.
    stdout: BufReader<ChildStdout>,
    pub(super) address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

impl Server {
    /// `zd sandbox start` on a free port.
    pub(super) fn sandbox(zd: &Path, options: &[&str]) -> anyhow::Result<Self> {
        Self::start(
            Command::new(zd)
                .args(["sandbox", "start", "--port", "0", "--plan", PLAN])
                .args(options),
        )
    }

    /// The bare server: this program once more.
    pub(super) fn hello() -> anyhow::Result<Self> {
        let this = std::env::current_exe().context("this program does not know where it is")?;
        Self::start(Command::new(this).args(["bench", super::HELLO]))
    }

    /// Starts it and waits for its address.
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut server = Self {
            child,
            stdout: BufReader::new(stdout),
            address: SocketAddr::from(([0, 0, 0, 0], 0)),
        };
        let mut line = String::new();
        while server.stdout.read_line(&mut line)? > 0 {
            if let Some((_, address)) = line.trim().split_once("ZD_BASE_URL=http://") {
                server.address = address.trim_matches(['\'', '"']).parse()?;
                return Ok(server);
            }
            line.clear();
        }
        bail!("{command:?} ended before it said its address");
    }

    /// CPU time that it has used, in microseconds.
    pub(super) fn cpu_micros(&self) -> anyhow::Result<f64> {
        cpu_micros(self.child.id())
    }

    /// The most memory it ever held, in millions of bytes.
    pub(super) fn peak_megabytes(&self) -> anyhow::Result<f64> {
        let kib = memory::peak_kib(self.child.id());
        anyhow::ensure!(kib > 0, "this system does not tell a process's memory");
        Ok(kib as f64 * 1024.0 / 1e6)
    }

    /// One request on a connection of its own; whatever the answer is, it is an answer.
    pub(super) fn answers(&self) -> anyhow::Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(b"GET /api/v2/users/me HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        anyhow::ensure!(
            head.starts_with(b"HTTP/1.1 200"),
            "the first answer is {:?}",
            String::from_utf8_lossy(&head)
        );
        Ok(())
    }
}

/// A process and all that it started, as far as they live.
pub(super) fn family(process: u32) -> Vec<u32> {
    let mut family = vec![process];
    let mut next = 0;
    while let Some(parent) = family.get(next) {
        let tasks = std::fs::read_dir(format!("/proc/{parent}/task"));
        for task in tasks.into_iter().flatten().flatten() {
            let children = std::fs::read_to_string(task.path().join("children"));
            let children = children.unwrap_or_default();
            family.extend(
                children
                    .split_whitespace()
                    .filter_map(|id| id.parse::<u32>().ok()),
            );
        }
        next += 1;
    }
    family
}

/// CPU time that a process has used, in microseconds: user and system, its own and that of processes which it started and
/// saw end.
pub(super) fn cpu_micros(process: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{process}/stat");
    let stat = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {path}; this measurement needs Linux"))?;
    // The name in parentheses may hold anything; user and system time are the 12th and 13th words behind it, those of
    // children that have ended the two behind them.
    let (_, rest) = stat.rsplit_once(')').context("an unknown /proc/PID/stat")?;
    let words: Vec<&str> = rest.split_whitespace().skip(11).take(4).collect();
    let ticks = words
        .iter()
        .map(|word| word.parse::<f64>())
        .sum::<Result<f64, _>>()?;
    Ok(ticks * TICK_MICROS)
}
