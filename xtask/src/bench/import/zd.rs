//! The command itself, its journal on: CPU and memory by its parts, the journal's size, and going on with a run that is
//! finished.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::contender::{Took, account};
use crate::bench::account::Counts;
use crate::bench::check::memory;
use crate::bench::figures::{Figures, Goal};
use crate::bench::input::Settings;
use crate::bench::spent::{self, Spent};
use crate::memory::peak_kib;

/// What the journal may take of a row.
const JOURNAL_BYTES: f64 = 32.0;

/// As many jobs it has on their way at once.
pub(super) const JOBS: f64 = 30.0;

/// Where runs are kept while it is measured; gone with it.
struct State(PathBuf);

impl Drop for State {
    fn drop(&mut self) {
        // What cannot be removed lies in a directory of temporary files.
        let _removed = std::fs::remove_dir_all(&self.0);
    }
}

/// What was seen of a run from outside, at the ends of its parts.
#[derive(Debug, Default)]
struct Parts {
    journal: Option<PathBuf>,
    length: u64,
    /// When the journal began: all is checked.
    checked: Spent,
    /// When the journal was written last: all is sent.
    sent: Spent,
}

impl Parts {
    fn look(&mut self, runs: &Path, spent: &Spent) {
        if self.journal.is_none() {
            let run = std::fs::read_dir(runs).ok().and_then(|mut all| all.next());
            let journal = run
                .and_then(Result::ok)
                .map(|run| run.path().join("journal"));
            self.journal = journal.filter(|journal| journal.exists());
            self.checked = *spent;
        }
        let length = (self.journal.as_ref()).and_then(|file| std::fs::metadata(file).ok());
        let length = length.map_or(0, |file| file.len());
        if length != self.length {
            (self.length, self.sent) = (length, *spent);
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, three digits each"
)]
pub(super) fn measure(settings: &Settings, figures: &mut Figures) -> anyhow::Result<Took> {
    let name = format!("zd-bench-state-{}", std::process::id());
    let state = State(settings.directory.join(name));
    std::fs::create_dir_all(&state.0)?;
    let (runs, failed) = (state.0.join("runs"), state.0.join("failed.csv"));
    let sandbox = account(&settings.zd)?;
    let before = Counts::of(&sandbox)?;
    let zd = |words: &[&str]| {
        let mut command = Command::new(&settings.zd);
        command
            .args(["--json", "--progress", "none", "import"])
            .args(words)
            .envs(
                sandbox
                    .environment
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .env("ZD_STATE_DIR", &state.0);
        command
    };

    let mut parts = Parts::default();
    let mut command = zd(&["--on-invalid", "skip", "--failed-file"]);
    command.arg(&failed).arg(&settings.file);
    let (spent, status, said) = spent::run(&mut command, |spent| parts.look(&runs, spent))?;
    let counts = before.until(Counts::of(&sandbox)?);
    let summary = summary(status, &said)?;
    let number = |name: &str| {
        let number = summary.get(name).and_then(Value::as_f64);
        number.with_context(|| format!("no {name} in {summary}"))
    };
    let rows = number("rows")?;
    let run = summary["run"].as_str().context("a summary without a run")?;
    figures.add("rows, millions", rows / 1e6, None, None);
    figures.add(
        "  applied, millions",
        (number("created")? + number("updated")?) / 1e6,
        None,
        None,
    );
    let micros = |spent: f64| spent / rows;
    let (checked, sent) = (parts.checked, parts.sent);
    figures.add("all in all, s", spent.seconds, None, None);
    figures.add("  CPU µs a row", micros(spent.cpu_micros), None, None);
    figures.add("checking, s", checked.seconds, None, None);
    figures.add("  CPU µs a row", micros(checked.cpu_micros), None, None);
    figures.add("  memory until then, MiB", checked.peak_mib, None, None);
    figures.add("sending, s", sent.seconds - checked.seconds, None, None);
    figures.add(
        "  CPU µs a row",
        micros(sent.cpu_micros - checked.cpu_micros),
        None,
        None,
    );
    figures.add("  memory until then, MiB", sent.peak_mib, None, None);
    figures.add(
        "writing the files, s",
        spent.seconds - sent.seconds,
        None,
        None,
    );
    figures.add(
        "  CPU µs a row",
        micros(spent.cpu_micros - sent.cpu_micros),
        None,
        None,
    );
    memory(figures, "memory at most, MiB", spent.peak_mib, rows);
    let goal = Goal::Below(JOURNAL_BYTES);
    figures.add(
        "journal, bytes a row",
        parts.length as f64 / rows,
        None,
        Some(goal),
    );
    let directory = length_of(&runs.join(run))? as f64;
    figures.add("run's directory, bytes a row", directory / rows, None, None);

    let mut command = zd(&["--resume", run]);
    let (again, status, said) = spent::run(&mut command, |_| ())?;
    let resumed = self::summary(status, &said)?;
    ensure!(
        resumed["rows"] == summary["rows"],
        "resumed, it says {resumed}"
    );
    figures.add("resuming what is finished, s", again.seconds, None, None);
    figures.add("  CPU µs a row", micros(again.cpu_micros), None, None);
    memory(figures, "  memory at most, MiB", again.peak_mib, rows);

    let held = peak_kib(sandbox.process()) as f64 * 1024.0;
    figures.add("the sandbox's memory, bytes a row", held / rows, None, None);
    Ok(Took {
        rows,
        spent,
        counts,
    })
}

/// What the command says of an import that went to its end.
fn summary(status: ExitStatus, said: &str) -> anyhow::Result<Value> {
    ensure!(
        matches!(status.code(), Some(0 | 6)),
        "zd import ended with {status}: {said}"
    );
    serde_json::from_str(said).with_context(|| format!("the summary is no JSON: {said:?}"))
}

/// The bytes of all files in a directory.
fn length_of(directory: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for file in std::fs::read_dir(directory)? {
        bytes += file?.metadata()?.len();
    }
    Ok(bytes)
}
