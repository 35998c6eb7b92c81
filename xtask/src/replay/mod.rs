//! `cargo xtask replay`: recorded requests against a sandbox in another process. Each answer must have the recorded status,
//! the same keys in the same order, the same types, and the recorded headers. A difference must have an explanation, an
//! explanation a difference.

mod drive;
mod explained;
mod headers;
mod ids;
mod recording;
mod setup;
mod shape;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use crate::sandbox::{self, Sandbox};
use drive::{Outcome, Verdict};
use explained::{EXPLANATIONS, SKIPPED};
use setup::Lore;
use wire::Wire;

/// More people than an export's page has, and jobs that are seen while they work.
const OPTIONS: &[&str] = &[
    "--people",
    "1200",
    "--plan",
    "100000",
    "--seed",
    "7",
    "--job-time",
    "1500ms",
];

/// `replay DIR [--zd BINARY]`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let usage = "usage: cargo xtask replay DIR [--zd BINARY]";
    let (mut folder, mut zd) = (None, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--zd" => zd = Some(words.next().map(PathBuf::from).context(usage)?),
            _ if folder.is_none() && !word.starts_with('-') => folder = Some(PathBuf::from(word)),
            _ => bail!(usage),
        }
    }
    let folder = folder.context(usage)?;
    let zd = zd.map_or_else(|| sandbox::build("dev"), Ok)?;
    report(&replay(&folder, &zd)?)
}

fn replay(folder: &Path, zd: &Path) -> anyhow::Result<Vec<Outcome>> {
    let files = recording::open(folder)?;
    let lore = Lore::of(&files);
    let mut outcomes = Vec::new();
    for file in &files {
        // An account of its own, so that limits and names of one file do not meet those of another.
        let sandbox = Sandbox::start(zd, OPTIONS)?;
        outcomes.extend(drive::file(&Wire::new(&sandbox.url), file, &lore)?);
    }
    ensure!(!outcomes.is_empty(), "no pairs in {}", folder.display());
    Ok(outcomes)
}

fn report(outcomes: &[Outcome]) -> anyhow::Result<()> {
    let mut used: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut skips: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut replayed, mut explained, mut unexplained) = (0_usize, 0_usize, 0_usize);
    for outcome in outcomes {
        let head = format!("{} {}", outcome.name, outcome.operation);
        let found = match &outcome.verdict {
            Verdict::Skipped(why) => {
                *skips.entry(why).or_default() += 1;
                println!("{head}: skipped, {why}");
                continue;
            }
            Verdict::Replayed(found) => found,
        };
        replayed += 1;
        println!(
            "{head}: {}",
            if found.is_empty() { "as recorded" } else { "" }
        );
        for difference in found {
            let reasons = EXPLANATIONS
                .iter()
                .enumerate()
                .filter_map(|(number, each)| {
                    Some((number, each.place(&outcome.operation, difference)?))
                });
            let reasons: Vec<_> = reasons.collect();
            let told = match reasons.first() {
                Some((number, _)) => format!("[{}]", number + 1),
                None => "UNEXPLAINED".to_owned(),
            };
            explained += usize::from(!reasons.is_empty());
            unexplained += usize::from(reasons.is_empty());
            used.extend(reasons);
            println!(
                "    {told} {}: {} ({})",
                difference.place, difference.how, difference.detail
            );
        }
    }
    println!("\nexplanations:");
    for (number, explanation) in EXPLANATIONS.iter().enumerate() {
        println!("  [{}] {}", number + 1, explanation.why);
    }
    tell_headers(outcomes);
    let idle = idle(outcomes, &used);
    idle.iter().for_each(|line| println!("IDLE: {line}"));
    println!("\n{replayed} replayed, {explained} differences explained, {unexplained} not");
    for (why, count) in skips {
        println!("{count} skipped: {why}");
    }
    ensure!(
        unexplained == 0 && idle.is_empty(),
        "{unexplained} differences without an explanation, {} explanations that explain nothing; see xtask/src/replay/explained.rs",
        idle.len()
    );
    Ok(())
}

/// The recorded headers that are sent here, and those that are not.
fn tell_headers(outcomes: &[Outcome]) {
    let (mut sent, mut left_out) = (BTreeSet::new(), BTreeSet::new());
    for outcome in outcomes {
        let Verdict::Replayed(found) = &outcome.verdict else {
            continue;
        };
        for name in &outcome.headers {
            let place = format!("header {name}");
            let is_out = found
                .iter()
                .any(|each| each.place == place && each.how == "left out");
            if is_out {
                left_out.insert(name.as_str());
            } else {
                sent.insert(name.as_str());
            }
        }
    }
    let list = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
    println!("\nrecorded headers that are sent: {}", list(sent));
    println!("recorded headers that are left out: {}", list(left_out));
}

/// The explanations and reasons to skip that are no longer needed.
fn idle(outcomes: &[Outcome], used: &BTreeSet<(usize, usize)>) -> Vec<String> {
    let mut idle = Vec::new();
    for (number, explanation) in EXPLANATIONS.iter().enumerate() {
        for (place, text) in explanation.places.iter().enumerate() {
            if !used.contains(&(number, place)) {
                idle.push(format!("[{}] {text}: {}", number + 1, explanation.how));
            }
        }
    }
    let asked = |operation: &str| {
        outcomes.iter().any(|outcome| {
            let of_headers = outcome.operation.strip_prefix("headers of ");
            of_headers.unwrap_or(&outcome.operation) == operation
        })
    };
    let unasked = SKIPPED.iter().filter(|skip| !asked(skip.operation));
    idle.extend(unasked.map(|skip| format!("no recording has {}", skip.operation)));
    idle
}
