//! Clients that do the same work, each in a process of its own and against a sandbox of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::bench::account::Counts;
use crate::bench::figures::shown;
use crate::bench::markdown;
use crate::bench::spent::{self, Spent};
use crate::sandbox::Sandbox;

/// An account without limits, whose jobs have ended when they are asked for.
const ACCOUNT: [&str; 5] = [
    "--job-time",
    "0",
    "--no-rate-limits",
    "--plan",
    "1000000000",
];

/// A sandbox to import into.
pub(super) fn account(zd: &Path) -> anyhow::Result<Sandbox> {
    Sandbox::start(zd, &ACCOUNT)
}

/// What a client took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Took {
    pub(super) rows: f64,
    pub(super) spent: Spent,
    pub(super) counts: Counts,
}

impl Took {
    pub(super) fn micros_a_row(&self) -> f64 {
        self.spent.cpu_micros / self.rows
    }
}

/// A client, and what it took or why it did not run.
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) took: Result<Took, String>,
}

/// Runs a client that ends by saying `{"rows": N, "applied": M}`.
pub(super) fn run(zd: &Path, command: impl Fn(&Sandbox) -> Command) -> anyhow::Result<Took> {
    let sandbox = account(zd)?;
    let before = Counts::of(&sandbox)?;
    let (spent, status, said) = spent::run(&mut command(&sandbox), |_| ())?;
    ensure!(status.success(), "it ended with {status}: {said}");
    let counts = before.until(Counts::of(&sandbox)?);
    let said: Value = serde_json::from_str(&said).with_context(|| format!("it says {said:?}"))?;
    let number = |key: &str| said[key].as_f64().context("it tells no rows");
    let (rows, applied) = (number("rows")?, number("applied")?);
    // Rows that are wrong on purpose are few.
    ensure!(
        applied >= rows * 0.9,
        "only {applied} of {rows} rows were applied"
    );
    Ok(Took {
        rows,
        spent,
        counts,
    })
}

/// All side by side.
pub(super) fn table(contenders: &[Contender]) -> String {
    let rows: Vec<[String; 9]> = contenders
        .iter()
        .map(|Contender { name, took }| match took {
            Ok(took) => [
                (*name).to_owned(),
                format!("{:.0}", took.rows),
                format!("{:.0}", took.rows / took.spent.seconds),
                shown(took.spent.seconds),
                shown(took.spent.cpu_micros / 1e6),
                shown(took.micros_a_row()),
                shown(took.spent.peak_mib),
                took.counts.requests.to_string(),
                took.counts.connections.to_string(),
            ],
            Err(why) => {
                let mut row = [const { String::new() }; 9];
                row[0] = format!("{name}: not measured, {why}");
                row
            }
        })
        .collect();
    let head = [
        "client",
        "rows",
        "rows/s",
        "s",
        "CPU s",
        "CPU µs a row",
        "peak MiB",
        "requests",
        "connections",
    ];
    markdown::table(head, &rows)
}
