//! The process dies, again and again, and another goes on with what is durable.

use super::world::{Mischief, World};
use super::{Trial, mixed_rows};
use crate::Status;
use crate::engine::{EngineOptions, Single};

/// Runs rows to their end through crashes, and checks each outcome against what happened in the account.
fn survive(seed: u64, mischief: Mischief, by_email: bool, single: Single) -> Trial {
    let mut rng = fastrand::Rng::with_seed(seed);
    let count = rng.u64(1..120);
    let rows = mixed_rows(&mut rng, count, by_email);
    let options = EngineOptions {
        max_jobs: rng.usize(1..6),
        batch_rows: rng.usize(1..12),
        seed: Some(seed),
        expected_rows: Some(count),
        canary: false,
        single,
        ..EngineOptions::default()
    };
    let mut trial = Trial::new(options, World::new(seed, mischief), rows).durable();
    for _ in 0..rng.u8(1..8) {
        trial.crashes.insert(rng.u64(1..60), rng.u8(..=100));
    }
    let report = trial.run();
    assert!(report.stopped.is_none(), "seed {seed}: {report:?}");
    let recorded = trial.recorded();
    assert_eq!(recorded.len() as u64, count, "seed {seed}: {report:?}");
    assert_eq!(report.counts.rows, count, "seed {seed}: {report:?}");
    for (number, settled) in &recorded {
        let applied = trial.world.applications(*number);
        let told = format!("seed {seed}, row {number}: {settled:?}, applied {applied:?}");
        match settled.status {
            Status::Created => assert_eq!(applied, [true], "{told}"),
            Status::Updated => assert_eq!(applied, [false], "{told}"),
            Status::Failed => assert!(applied.is_empty(), "{told}"),
            Status::Indeterminate => assert!(applied.len() <= 1, "{told}"),
            other => panic!("{other:?}: {told}"),
        }
    }
    for (number, outcome) in &trial.outcomes {
        assert_eq!(recorded[number].status, outcome.status, "seed {seed}");
    }
    trial
}

#[test]
fn no_crash_makes_an_outcome_untrue() {
    let (mut restarts, mut indeterminate, mut rows) = (0, 0, 0);
    for seed in 0..1_000 {
        let trial = survive(seed, Mischief::all(), false, Single::Never);
        restarts += usize::from(trial.machine.report(trial.now).resumed);
        let recorded = trial.recorded();
        rows += recorded.len();
        let unknown = |status| status == Status::Indeterminate;
        indeterminate += (recorded.values())
            .filter(|row| unknown(row.status))
            .count();
    }
    assert!(restarts > 700, "{restarts} of 1,000 trials saw a crash");
    assert!(indeterminate * 100 < rows, "{indeterminate} of {rows}");
}

#[test]
fn without_other_mischief_a_crash_leaves_nothing_unknown() {
    for seed in 20_000..20_300 {
        let trial = survive(seed, Mischief::none(), false, Single::Never);
        let unknown = |status| status == Status::Indeterminate;
        assert!(!trial.recorded().values().any(|row| unknown(row.status)));
    }
}

#[test]
fn people_known_by_address_alone_survive_as_well() {
    for seed in 30_000..30_200 {
        survive(seed, Mischief::all(), true, Single::Never);
    }
}

#[test]
fn single_upserts_survive_as_well() {
    for seed in 40_000..40_100 {
        survive(seed, Mischief::all(), false, Single::Always);
    }
}
