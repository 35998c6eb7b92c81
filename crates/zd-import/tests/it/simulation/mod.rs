//! The whole engine under virtual time: a seed decides rows, options, faults and crashes; the account says what is true.
//!
//! A seed that fails prints the command that runs it again. `cargo xtask simulate --seeds N --from S` runs more of them.

mod bodies;
mod crashes;
mod drive;
mod found;
mod journal;
mod layer;
mod ledger;
mod needed;
mod plan;
mod verdict;
mod volumes;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use drive::{Tampering, Trial, run};
use plan::Plan;

/// A number from the environment, or another.
pub(crate) fn number(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(otherwise, |text| text.parse().unwrap())
}

/// Does something for each number, on as many threads as there are processors.
pub(crate) fn for_each(numbers: std::ops::Range<u64>, each: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(numbers.start);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= numbers.end {
                        return;
                    }
                    each(number);
                }
            });
        }
    });
}

/// What went wrong with a seed, if anything.
fn complaint(seed: u64, sum: &Mutex<Trial>) -> Option<String> {
    let ran = catch_unwind(AssertUnwindSafe(|| {
        run(&Plan::of(seed), &Tampering::default())
    }));
    let what = match ran {
        Err(_) => "it panics".to_owned(),
        Ok(trial) => match trial.violations.first() {
            Some(violation) => format!("{:?}: {}", violation.rule, violation.what),
            None => {
                let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                sum.rows += trial.rows;
                sum.indeterminate += trial.indeterminate;
                sum.failed += trial.failed;
                sum.processes += trial.processes;
                sum.requests += trial.requests;
                sum.troubles += trial.troubles;
                sum.sends += trial.sends;
                return None;
            }
        },
    };
    let replay = format!(
        "ZD_SEED={seed} cargo test -p zd-import --test it simulation::one_seed -- --nocapture"
    );
    Some(format!("seed {seed}: {what}\n    {replay}"))
}

#[test]
fn no_seed_breaks_the_contract() {
    let from = number("ZD_FROM", 0);
    let seeds = number("ZD_SEEDS", 1_000);
    let (sum, complaints) = (Mutex::default(), Mutex::new(Vec::new()));
    for_each(from..from + seeds, |seed| {
        if let Some(complaint) = complaint(seed, &sum) {
            complaints
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(complaint);
        }
    });
    let sum = sum.into_inner().unwrap();
    let complaints = complaints.into_inner().unwrap();
    assert!(
        complaints.is_empty(),
        "{} of {seeds} seeds:\n{}\n{sum:?}",
        complaints.len(),
        complaints.join("\n")
    );
    tell(&format!("{seeds} seeds from {from}: {sum:?}"));
}

/// For whoever runs it with `--nocapture`.
#[expect(clippy::print_stdout, reason = "figures are for people to read")]
pub(crate) fn tell(what: &str) {
    println!("{what}");
}

#[test]
fn one_seed() {
    let asked = std::env::var("ZD_SEED").is_ok();
    let seed = number("ZD_SEED", 0);
    let plan = Plan::of(seed);
    if asked {
        let Plan {
            options,
            account,
            roads,
            deaths,
            ..
        } = &plan;
        tell(&format!(
            "{options:#?}\n{account:#?}\n{roads:?}\n{deaths:#?}"
        ));
        for (row, person) in plan.rows.iter().zip(&plan.people) {
            let (id, email) = (&row.user.external_id, &row.user.email);
            tell(&format!(
                "row {} of person {person}: {id:?} {email:?}",
                row.number
            ));
        }
    }
    let tampering = Tampering {
        verbose: asked,
        ..Tampering::default()
    };
    let trial = run(&plan, &tampering);
    assert!(trial.violations.is_empty(), "{:#?}", trial.violations);
}
