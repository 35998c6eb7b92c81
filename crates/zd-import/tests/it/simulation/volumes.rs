//! One kind of trouble at a time, at a volume: `ZD_ROWS` rows, or few unless told. `cargo xtask soak ROW` runs them in full.

use std::time::{Duration, UNIX_EPOCH};

use super::drive::{Tampering, Trial, run};
use super::plan::Plan;
use super::{number, tell};

/// So many rows with these faults; the whole of the account is compared in the end.
fn trial(few: u64, faults: &[&str]) -> (u64, Trial) {
    let rows = number("ZD_ROWS", few);
    let batch_rows = if rows > few { 100 } else { 20 };
    let mut plan = Plan::quiet(usize::try_from(rows).unwrap(), batch_rows);
    plan.account.faults = faults.iter().map(|&fault| fault.to_owned()).collect();
    plan.account.settings = vec![("plan", "100000".into())];
    // The driver calls ten quiet minutes a standstill.
    plan.options.stuck_after = Duration::from_secs(500);
    let trial = run(&plan, &Tampering::default());
    assert!(trial.violations.is_empty(), "{:#?}", trial.violations);
    assert_eq!(trial.processes, 1, "it went to its end: {trial:?}");
    (rows, trial)
}

fn say(row: u8, rows: u64, trial: &Trial) {
    tell(&format!(
        "row {row}: {rows} rows, {} troubles, {} requests, {} rows sent again, {} failed, {} indeterminate, {:?}",
        trial.troubles,
        trial.requests,
        trial.sends.saturating_sub(rows),
        trial.failed,
        trial.indeterminate,
        trial.elapsed
    ));
}

#[test]
fn row_4_answers_lost_after_they_were_applied() {
    let fault = "answer-lost=5% POST /api/v2/users/create_or_update_many";
    let (rows, trial) = trial(2_000, &[fault]);
    say(4, rows, &trial);
    assert!(trial.troubles > 0);
    assert_eq!((trial.failed, trial.indeterminate), (0, 0));
    assert_eq!(trial.sends, rows, "what was applied is not sent again");
}

#[test]
fn row_5_five_minutes_of_429() {
    let (rows, trial) = trial(2_000, &["429(30) from=2s until=302s"]);
    say(5, rows, &trial);
    assert_eq!((trial.failed, trial.indeterminate), (0, 0));
    assert!(trial.elapsed > Duration::from_secs(300));
    // Ten seconds for each thousand rows take it where nothing is wrong.
    let most = Duration::from_secs(420 + rows / 100);
    assert!(trial.elapsed < most, "{trial:?}");
    // All that is under way when it begins, and then one for each wait.
    assert!(trial.troubles < 60, "{trial:?}");
}

#[test]
fn row_6_every_retry_after_there_is() {
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(1_796_000_045));
    // What is told, and between how many seconds it takes then, three times over.
    let told = [
        ("none".to_owned(), 0..250),
        (date, 44..60),
        ("-1".to_owned(), 0..250),
        ("1000000000".to_owned(), 600..1_850),
        ("99999999999999999999999".to_owned(), 600..1_850),
        ("soon".to_owned(), 0..250),
        ("0".to_owned(), 0..60),
    ];
    for (text, seconds) in told {
        for which in ["POST", "GET /api/v2/job_statuses/show_many"] {
            let fault = format!("429({text:?}) {which} times=3");
            let (rows, trial) = trial(100, &[&fault]);
            assert_eq!((trial.failed, trial.indeterminate), (0, 0), "{fault}");
            let took = trial.elapsed.as_secs();
            assert!(seconds.contains(&took) || rows > 100, "{fault}: {took} s");
        }
    }
}

#[test]
fn row_7_server_errors() {
    let (_, needed) = trial(6_000, &[]);
    let (rows, trial) = trial(6_000, &["5xx=10% GET", "5xx=1% POST"]);
    say(7, rows, &trial);
    assert_eq!((trial.failed, trial.indeterminate), (0, 0));
    let ratio = trial.requests as f64 / needed.requests as f64;
    tell(&format!(
        "row 7: {} requests are needed, ratio {ratio:.3}",
        needed.requests
    ));
    assert!(
        ratio <= 1.15,
        "{} requests, {} needed",
        trial.requests,
        needed.requests
    );
}

#[test]
fn row_10_jobs_that_come_to_nothing() {
    let faults = [
        "job-failed=1%",
        "job-killed=1%",
        "job-stuck=1%",
        "job-gone=1%",
    ];
    let (rows, trial) = trial(4_000, &faults);
    say(10, rows, &trial);
    assert!(trial.troubles > 0);
    assert_eq!(trial.failed, 0);
    assert!(trial.indeterminate * 20 < rows, "{trial:?}");
}
