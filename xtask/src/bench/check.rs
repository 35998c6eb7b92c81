//! `cargo xtask bench check`: an import's two passes over ten million rows, on one core.

use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use tokio::time::Instant;
use zd_import::{Input, OnInvalid, RowSource as _, Scan, ScanOptions, SourceItem};

use super::figures::{Figures, Goal};
use crate::{memory, people};

/// What a key may take, and every row of the generator's has two: an external id and an address.
const BYTES_A_KEY: f64 = 30.0;
const KEYS_A_ROW: f64 = 2.0;

pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let (mut rows, mut given) = (10_000_000_u64, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words
            .next()
            .with_context(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--rows" => rows = value.replace('_', "").parse()?,
            "--file" => given = Some(PathBuf::from(value)),
            other => bail!("unknown option {other}; {}", super::USAGE),
        }
    }
    let file = given.clone().unwrap_or_else(|| {
        let name = format!("zd-bench-{}.csv", std::process::id());
        std::env::temp_dir().join(name)
    });
    if !file.exists() {
        let made = file.display().to_string();
        let rows = rows.to_string();
        let arguments = ["--rows", &rows, "--seed", "1", "--out", &made];
        people::run(&arguments.map(str::to_owned))?;
    }
    let measured = measure(&file);
    if given.is_none() {
        std::fs::remove_file(&file)?;
    }
    let figures = measured?;
    println!("{}", figures.table());
    let missed = figures.missed();
    ensure!(
        missed.is_empty(),
        "goals do not hold:\n  {}",
        missed.join("\n  ")
    );
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, three digits each"
)]
fn measure(file: &std::path::Path) -> anyhow::Result<Figures> {
    let process = std::process::id();
    let before = memory::peak_kib(process);
    let options = ScanOptions {
        on_invalid: OnInvalid::Skip,
        ..ScanOptions::default()
    };
    let started = Instant::now();
    let scan = Scan::read(Input::open(file)?, options)?;
    let first = started.elapsed().as_secs_f64();
    let plan = scan.plan();
    let (rows, megabytes) = (plan.rows as f64, plan.bytes as f64 / 1e6);
    let mut source = scan.into_source()?;
    let started = Instant::now();
    let mut sendable = 0_u64;
    while let Some(item) = source.next_row()? {
        sendable += u64::from(matches!(item, SourceItem::Row(_)));
    }
    let second = started.elapsed().as_secs_f64();
    let peak = (memory::peak_kib(process) - before) as f64 / 1024.0;
    let keys = rows * KEYS_A_ROW * BYTES_A_KEY / 1024.0 / 1024.0;
    let mut figures = Figures::default();
    figures.add("rows, millions", rows / 1e6, None, None);
    figures.add("input, MB", megabytes, None, None);
    figures.add("rows to send, millions", sendable as f64 / 1e6, None, None);
    let goal = Goal::AtLeast(400_000.0);
    figures.add("first pass, rows/s", rows / first, None, Some(goal));
    figures.add("second pass, rows/s", rows / second, None, None);
    figures.add("memory at most, MiB", peak, None, None);
    let beside = (peak - keys).max(0.0);
    figures.add(
        "memory beside the keys, MiB",
        beside,
        None,
        Some(Goal::Below(96.0)),
    );
    Ok(figures)
}
