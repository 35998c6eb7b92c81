//! What a single upsert costs: the client with all its layers, as its builder makes it, beside bare hyper that posts the same
//! bytes, and beside clients of others. Also how long the command takes to start, how many connections there are, and whether a
//! page travels packed.

mod listener;
mod page;
mod peers;
mod upserts;
mod version;

use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};

use super::account::Counts;
use super::figures::{Figures, Goal, median, shown};
use super::{machine, markdown};
use crate::sandbox::{self, Sandbox};

/// What to run.
#[derive(Debug)]
struct Settings {
    zd: PathBuf,
    /// In each round.
    calls: usize,
    rounds: usize,
}

/// A line of the table, or why there is none.
type Row = (&'static str, Result<Cost, String>);

#[derive(Clone, Copy, Debug)]
struct Cost {
    cpu_micros: f64,
    connections: u64,
}

pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let settings = parse(arguments)?;
    let mut figures = Figures::beside("");
    let mut rows = Vec::new();
    let measured = measure(&settings, &mut figures, &mut rows);
    println!("{}", table(&rows));
    println!("{}", figures.table());
    println!("{}", machine::line());
    measured?;
    figures.ensure_held()
}

fn parse(arguments: &[String]) -> anyhow::Result<Settings> {
    let (mut zd, mut calls, mut rounds) = (None, 4000, 7);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words.next();
        let value = value.with_context(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--zd" => zd = Some(PathBuf::from(value)),
            "--calls" => calls = value.parse()?,
            "--rounds" => rounds = value.parse()?,
            other => bail!("unknown option {other}; {}", super::USAGE),
        }
    }
    ensure!(calls > 0 && rounds > 0, "nothing to measure");
    Ok(Settings {
        zd: zd.map_or_else(|| sandbox::build("release"), Ok)?,
        calls,
        rounds,
    })
}

fn measure(settings: &Settings, figures: &mut Figures, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    // Single upserts have a limit of their own, one a second.
    let sandbox = Sandbox::start(&settings.zd, &["--no-rate-limits", "--people", "2000"])?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (ours, bare) = runtime.block_on(async { upserts(settings, &sandbox).await })?;
    rows.push(("zd-users", Ok(ours)));
    rows.push(("bare hyper", Ok(bare)));
    let added = ours.cpu_micros - bare.cpu_micros;
    let goal = Some(Goal::AtMost(25.0));
    figures.add("CPU µs that zd-users adds to a call", added, None, goal);
    figures.add(
        "connections for all its calls",
        ours.connections as f64,
        None,
        Some(Goal::AtMost(1.0)),
    );
    runtime.block_on(page::measure(&sandbox, figures))?;
    version::measure(&settings.zd, figures)?;
    rows.extend(peers::measure(&sandbox)?);
    Ok(())
}

/// Turn by turn, so that what else the machine does hits both.
async fn upserts(settings: &Settings, sandbox: &Sandbox) -> anyhow::Result<(Cost, Cost)> {
    let people = upserts::people(settings.calls)?;
    let before = Counts::of(sandbox)?;
    let client = upserts::client(&sandbox.url)?;
    // Everybody is created before anything is measured.
    upserts::ours(&client, &people).await?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    let mut bare_connection = None;
    for _ in 0..settings.rounds {
        ours.push(upserts::ours(&client, &people).await?);
        let connection = match &mut bare_connection {
            Some(connection) => connection,
            none => none.insert(upserts::connection(sandbox).await?),
        };
        bare.push(upserts::bare(connection, &people).await?);
    }
    let all = before.until(Counts::of(sandbox)?);
    let cost = |rounds: Vec<f64>, connections| Cost {
        cpu_micros: median(rounds),
        connections,
    };
    Ok((cost(ours, all.connections.saturating_sub(1)), cost(bare, 1)))
}

fn table(rows: &[Row]) -> String {
    let bare = rows.iter().find(|row| row.0 == "bare hyper");
    let bare = bare.and_then(|(_, cost)| cost.as_ref().ok());
    let lines: Vec<[String; 4]> = rows
        .iter()
        .map(|(name, cost)| match cost {
            Ok(cost) => {
                let times = bare.map(|bare| shown(cost.cpu_micros / bare.cpu_micros));
                [
                    (*name).to_owned(),
                    shown(cost.cpu_micros),
                    times.unwrap_or_default(),
                    cost.connections.to_string(),
                ]
            }
            Err(why) => {
                let mut line = [const { String::new() }; 4];
                line[0] = format!("{name}: not measured, {why}");
                line
            }
        })
        .collect();
    let head = ["client", "CPU µs a call", "times bare hyper", "connections"];
    markdown::table(head, &lines)
}
