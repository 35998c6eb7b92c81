//! What a command takes from the machine: time, CPU and memory.

use std::io::Read as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::time::Instant;

use super::process::{cpu_micros, family};
use crate::memory;

/// How often a process is looked at. The most memory is the kernel's own figure: only what is new in the last look before the
/// end is missed.
const LOOK: Duration = Duration::from_millis(10);

/// What a command took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spent {
    pub(super) seconds: f64,
    /// User and system time, of the processes that it started too. On a machine with other work it says more than the seconds.
    pub(super) cpu_micros: f64,
    /// The most memory that it ever held, and that those which it started held.
    pub(super) peak_mib: f64,
}

/// Processes come and go: one that is gone is in its parent's time.
fn cpu_of(processes: &[u32]) -> f64 {
    processes
        .iter()
        .filter_map(|process| cpu_micros(*process).ok())
        .sum()
}

/// Runs a command to its end; what it says on its standard output is handed back. `look` is called some times a second.
pub(super) fn run(
    command: &mut Command,
    mut look: impl FnMut(&Spent),
) -> anyhow::Result<(Spent, ExitStatus, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let mut stdout = child.stdout.take().context("no output")?;
    let said = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let (spent, status) = watch(&mut child, &mut look)?;
    match said.join() {
        Ok(text) => Ok((spent, status, text?)),
        Err(_) => bail!("reading what {command:?} says ended unexpectedly"),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, three digits each"
)]
fn watch(child: &mut Child, look: &mut impl FnMut(&Spent)) -> anyhow::Result<(Spent, ExitStatus)> {
    let clock = Instant::now();
    let mut spent = Spent::default();
    loop {
        // A process that has ended and was not asked for its status still tells its time, and no memory any more.
        let family = family(child.id());
        let cpu: f64 = cpu_micros(child.id())? + cpu_of(family.get(1..).unwrap_or_default());
        spent.cpu_micros = spent.cpu_micros.max(cpu);
        let peak: u64 = family
            .iter()
            .map(|process| memory::peak_kib(*process))
            .sum();
        let peak = peak as f64 / 1024.0;
        spent.peak_mib = spent.peak_mib.max(peak);
        spent.seconds = clock.elapsed().as_secs_f64();
        look(&spent);
        if let Some(status) = child.try_wait()? {
            return Ok((spent, status));
        }
        std::thread::sleep(LOOK);
    }
}
