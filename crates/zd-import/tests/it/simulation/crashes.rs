//! A crash in every durable operation of a run, with every tear.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zd_import::{Crash, Tear};

use super::drive::{Tampering, run};
use super::plan::{Death, Plan, When};
use super::{for_each, number, tell};

/// What is left of what was not synced.
fn crashes(seed: u64) -> [Crash; 7] {
    let power = [
        Tear::Lost,
        Tear::Kept,
        Tear::Prefix(usize::try_from(seed % 97).unwrap()),
        Tear::Zeros(usize::try_from(seed % 89).unwrap()),
        Tear::Garbage(usize::try_from(seed % 83).unwrap(), seed),
        Tear::Sectors(seed),
    ];
    let [a, b, c, d, e, f] = power.map(Crash::Power);
    [Crash::Process, a, b, c, d, e, f]
}

fn plan(rows: usize, batch_rows: usize) -> Plan {
    let mut plan = Plan::quiet(rows, batch_rows);
    plan.options.max_jobs = 4;
    plan.account.settings = vec![
        ("job_time", "lognormal:5s:0.5".into()),
        ("plan", "100000".into()),
    ];
    plan
}

/// Every operation with every tear, of `ZD_ROWS` rows in batches of a hundred; unless told of fewer rows in smaller
/// batches, each operation with one tear.
#[test]
fn a_crash_in_any_operation_of_the_disk_loses_nothing() {
    let full = std::env::var("ZD_ROWS").is_ok();
    let (rows, batch_rows) = if full {
        (number("ZD_ROWS", 0), 100)
    } else {
        (120, 5)
    };
    let quiet = plan(usize::try_from(rows).unwrap(), batch_rows);
    let whole = run(&quiet, &Tampering::default());
    assert!(whole.violations.is_empty(), "{:#?}", whole.violations);
    let sum = Mutex::new((0_u64, 0_u64, 0_u64));
    let broken = Mutex::new(BTreeMap::new());
    for_each(1..whole.operations + 1, |operation| {
        let all = crashes(operation);
        let one = usize::try_from(operation % 7).unwrap();
        let chosen = if full { &all[..] } else { &all[one..=one] };
        for crash in chosen {
            let mut plan = quiet.clone();
            plan.deaths.push(Death {
                when: When::Operation(operation),
                crash: *crash,
                pause: Duration::from_secs(operation % 3),
            });
            let trial = run(&plan, &Tampering::default());
            let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
            sum.0 += 1;
            sum.1 += trial.sends - rows.min(trial.sends);
            sum.2 += trial.indeterminate;
            drop(sum);
            if let Some(violation) = trial.violations.first() {
                let mut broken = broken.lock().unwrap_or_else(PoisonError::into_inner);
                broken.insert((operation, format!("{crash:?}")), violation.clone());
            }
        }
    });
    let (trials, again, unknown) = sum.into_inner().unwrap();
    let broken = broken.into_inner().unwrap();
    tell(&format!(
        "{rows} rows, {} operations, {trials} crashes: {} broke a rule, {again} rows sent again, {unknown} indeterminate",
        whole.operations,
        broken.len()
    ));
    assert!(broken.is_empty(), "{broken:#?}");
    assert_eq!(unknown, 0, "a crash alone leaves nothing unknown");
}
