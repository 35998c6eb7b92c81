//! `zd check` of ten million rows: how many a second on one core, and how much memory.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::figures::{Figures, Goal};
use super::input::{self, Settings};
use super::process::cpu_micros;
use super::spent;

/// What a key may take, and every row of the generator's has two: an external id and an address.
const BYTES_A_KEY: f64 = 30.0;
const KEYS_A_ROW: f64 = 2.0;
/// What all else may take.
const BESIDE_KEYS_MIB: f64 = 96.0;

pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let settings = input::prepare(arguments, 10_000_000, None)?;
    let mut figures = Figures::beside("count lines");
    measure(&settings, &mut figures)?;
    println!("{}", figures.table());
    figures.ensure_held()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, three digits each"
)]
fn measure(settings: &Settings, figures: &mut Figures) -> anyhow::Result<()> {
    // Once before, so that both find the file where the system keeps it.
    count_lines(&settings.file)?;
    let (lines, bare) = count_lines(&settings.file)?;
    let mut command = Command::new(&settings.zd);
    command.args(["--json", "check"]).arg(&settings.file);
    let (spent, status, plan) = spent::run(&mut command, |_| ())?;
    ensure!(status.success(), "zd check ended with {status}: {plan}");
    let plan: Value = serde_json::from_str(&plan)?;
    let rows = plan["rows"].as_f64().context("a plan without rows")?;
    let bytes = std::fs::metadata(&settings.file)?.len() as f64;
    figures.add("rows, millions", rows / 1e6, None, None);
    figures.add("bytes a row", bytes / rows, None, None);
    let bare = bare.max(1.0);
    figures.add(
        "rows/s, by the seconds on the clock",
        rows / spent.seconds,
        None,
        None,
    );
    figures.add(
        "rows/s of one core, by its CPU time",
        rows / spent.cpu_micros * 1e6,
        Some(lines as f64 / bare * 1e6),
        Some(Goal::AtLeast(400_000.0)),
    );
    figures.add(
        "CPU µs a row",
        spent.cpu_micros / rows,
        Some(bare / lines as f64),
        None,
    );
    figures.add(
        "times a count of lines",
        spent.cpu_micros / bare,
        None,
        None,
    );
    memory(figures, "memory at most, MiB", spent.peak_mib, rows);
    Ok(())
}

/// What memory was held at most. A million rows go in 96 MiB all in all; more, in 96 MiB beside their keys.
pub(super) fn memory(figures: &mut Figures, what: &'static str, peak_mib: f64, rows: f64) {
    let goal = Some(Goal::Below(BESIDE_KEYS_MIB));
    if rows <= 1_000_000.0 {
        figures.add(what, peak_mib, None, goal);
        return;
    }
    let keys = rows * KEYS_A_ROW * BYTES_A_KEY / 1024.0 / 1024.0;
    figures.add(what, peak_mib, None, None);
    let beside = (peak_mib - keys).max(0.0);
    figures.add("  beside 30 bytes a key", beside, None, goal);
    let a_row = peak_mib * 1024.0 * 1024.0 / rows;
    figures.add("  bytes a row, two keys and all else", a_row, None, None);
}

/// The lines of a file, and the CPU time that counting them took: what it takes to look at every byte once.
fn count_lines(file: &Path) -> anyhow::Result<(u64, f64)> {
    let this = std::process::id();
    let before = cpu_micros(this)?;
    let mut file = File::open(file)?;
    let mut block = vec![0; 256 * 1024];
    let mut lines = 0;
    loop {
        let length = file.read(&mut block)?;
        if length == 0 {
            return Ok((lines, cpu_micros(this)? - before));
        }
        let read = block.get(..length).unwrap_or_default();
        lines += memchr::memchr_iter(b'\n', read).count() as u64;
    }
}
