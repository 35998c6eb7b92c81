//! `cargo xtask bench sandbox`: reads, start, a million people, bulk jobs.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};

use super::figures::Figures;
use super::{bulk, idle, million, reads, start};
use crate::sandbox;

/// What to run.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) zd: PathBuf,
    /// For each server in each round.
    pub(super) time: Duration,
    pub(super) rounds: usize,
    json: Option<PathBuf>,
}

pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let settings = parse(arguments)?;
    let mut figures = Figures::default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let measured = runtime.block_on(async {
        start::measure(&settings.zd, &mut figures).context("start")?;
        reads::measure(&settings, &mut figures)
            .await
            .context("reads")?;
        bulk::measure(&settings.zd, &mut figures)
            .await
            .context("bulk")?;
        idle::measure(&settings.zd, &mut figures).context("idle connections")?;
        million::measure(&settings.zd, &mut figures)
            .await
            .context("a million people")
    });
    println!("{}", figures.table());
    measured?;
    if let Some(file) = &settings.json {
        std::fs::write(file, format!("{:#}\n", figures.json()))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    figures.ensure_held()
}

fn parse(arguments: &[String]) -> anyhow::Result<Settings> {
    let (mut json, mut zd) = (None, None);
    let (mut seconds, mut rounds) = (2.0, 7);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words
            .next()
            .with_context(|| format!("{word} needs a value"))?;
        match word.as_str() {
            "--json" => json = Some(PathBuf::from(value)),
            "--zd" => zd = Some(PathBuf::from(value)),
            "--seconds" => seconds = value.parse()?,
            "--rounds" => rounds = value.parse()?,
            other => bail!("unknown option {other}; {}", super::USAGE),
        }
    }
    Ok(Settings {
        zd: zd.map_or_else(|| sandbox::build("release"), Ok)?,
        time: Duration::try_from_secs_f64(seconds)?,
        rounds,
        json,
    })
}
