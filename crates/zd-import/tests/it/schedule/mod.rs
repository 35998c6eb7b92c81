//! How close the schedule comes to what an account allows, in accounts of many kinds, under virtual time.
//!
//! With every change all scenarios run small; `cargo xtask bench schedule` runs them at full size and draws what it saw.

mod account;
mod naive;
mod ours;
mod reference;
mod scenario;
mod story;
mod table;
mod way;

use std::sync::Mutex;

use crate::simulation::{for_each, number, tell};
use scenario::{SCENARIOS, Scenario};
use story::Story;

/// Batches of a small run.
const FEW: u64 = 500;

/// One run in a runtime of its own, under virtual time.
fn virtually<T>(seed: u64, run: impl Future<Output = T>) -> T {
    fastrand::seed(seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(run)
}

/// All seeds of a scenario, in order.
fn stories(scenario: &Scenario, batches: u64, rows: u64, seeds: u64) -> Vec<Story> {
    let all = Mutex::new(Vec::new());
    for_each(0..seeds, |seed| {
        let story = ours::run(scenario, batches, rows, seed);
        all.lock().unwrap().push((seed, story));
    });
    let mut all = all.into_inner().unwrap();
    all.sort_by_key(|(seed, _)| *seed);
    all.into_iter().map(|(_, story)| story).collect()
}

#[test]
fn no_small_import_is_far_from_what_is_possible() {
    let mut complaints = Vec::new();
    let each = Mutex::new(&mut complaints);
    for_each(0..SCENARIOS.len() as u64, |place| {
        let scenario = &SCENARIOS[usize::try_from(place).unwrap()];
        let batches = FEW.min(scenario.batches);
        let story = ours::run(scenario, batches, 5, 1);
        // What a beginning costs is not yet little beside the whole.
        let slack = 2.0 * scenario.longest_job() + 5.0;
        for complaint in scenario.complaints(&story, slack) {
            each.lock()
                .unwrap()
                .push(format!("{}: {complaint}", scenario.name));
        }
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// For `cargo xtask bench schedule`: `ZD_SCENARIO`, `ZD_SEEDS`, `ZD_USERS`, `ZD_STORIES` (a directory for what it saw).
#[test]
fn table() {
    if std::env::var("ZD_USERS").is_err() {
        return;
    }
    let (seeds, users) = (number("ZD_SEEDS", 10), number("ZD_USERS", 1_000_000));
    let rows = number("ZD_ROWS", 100);
    let only = std::env::var("ZD_SCENARIO").ok();
    let directory = std::env::var_os("ZD_STORIES").map(std::path::PathBuf::from);
    tell(table::HEAD);
    let mut complaints = Vec::new();
    for scenario in SCENARIOS {
        if only.as_deref().is_some_and(|only| only != scenario.name) {
            continue;
        }
        let batches = (users / rows).min(scenario.batches);
        let stories = stories(scenario, batches, rows, seeds);
        let naive = naive::both(scenario, batches);
        tell(&table::line(scenario, &stories, &naive));
        for (seed, story) in stories.iter().enumerate() {
            for complaint in scenario.complaints(story, 0.0) {
                complaints.push(format!("{} seed {seed}: {complaint}", scenario.name));
            }
        }
        complaints.extend(scenario.complaints_of_all(&stories));
        if let (Some(directory), Some(first)) = (&directory, stories.first()) {
            std::fs::create_dir_all(directory).unwrap();
            let text = serde_json::to_string(&first.to_json(scenario)).unwrap();
            std::fs::write(directory.join(format!("{}.json", scenario.name)), text).unwrap();
        }
    }
    for complaint in &complaints {
        tell(&format!("gate: {complaint}"));
    }
    assert!(
        complaints.is_empty(),
        "{} gates do not hold",
        complaints.len()
    );
}
