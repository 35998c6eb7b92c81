//! What seeds have found, each made small.

use std::time::Duration;

use zd_import::{EngineOptions, MemorySource, Report};
use zd_sandbox::Sandbox;

use super::plan::{Plan, row};
use crate::client;

/// Imports rows of people who are known by their address alone.
async fn addressed(rows: usize, sandbox: &Sandbox, options: EngineOptions) -> Report {
    let rows: Vec<_> = (0..rows)
        .map(|number| {
            let user = serde_json::json!({
                "name": "Ann",
                "email": format!("p{number}@people.example"),
                "notes": format!("row {number}"),
            });
            row(number, None, serde_json::from_value(user).unwrap())
        })
        .collect();
    let import = zd_import::Import::new(client(sandbox)).options(options);
    let run = import.run(MemorySource::from(rows));
    run.report().await.unwrap()
}

/// Seed 166: the others of the batch kept it waiting until a miss was thought to be late enough.
#[tokio::test(start_paused = true)]
async fn a_search_that_missed_too_early_proves_nothing_later() {
    let sandbox = Sandbox::builder()
        .search_delay(Duration::from_secs(100))
        .fault("results-null times=1".parse().unwrap())
        .fault("429(130) GET /api/v2/users/search nth=2".parse().unwrap())
        .build();
    let report = addressed(3, &sandbox, Plan::quiet(3, 10).options).await;
    assert_eq!((report.counts.created, report.rows_resent), (3, 0));
    assert_eq!(sandbox.applied().updated, 0);
}

/// Seed 161: refusals that came again and again put off the end of a job that did not end.
#[tokio::test(start_paused = true)]
async fn refusals_do_not_keep_a_job_that_does_not_end() {
    let sandbox = Sandbox::builder()
        .fault("job-stuck times=1".parse().unwrap())
        .fault(
            "429(25)=90% GET /api/v2/job_statuses/show_many"
                .parse()
                .unwrap(),
        )
        .build();
    let options = Plan::quiet(3, 10).options;
    let day = Duration::from_secs(24 * 3600);
    let report = tokio::time::timeout(day, addressed(3, &sandbox, options)).await;
    let report = report.unwrap();
    assert_eq!(report.counts.indeterminate, 3);
    let minutes = report.elapsed.as_secs() / 60;
    assert!((30..60).contains(&minutes), "{minutes} min");
}

/// Seed 253: the job before was about an earlier row of the same person.
#[tokio::test(start_paused = true)]
async fn another_jobs_results_are_not_those_of_the_persons_next_row() {
    let sandbox = Sandbox::builder()
        .fault("results-foreign nth=2".parse().unwrap())
        .build();
    let rows = ["a", "b", "a"].into_iter().enumerate();
    let rows: Vec<_> = rows
        .map(|(number, key)| {
            let user = serde_json::json!({
                "name": "Ann", "external_id": key, "notes": format!("row {number}"),
            });
            let group = (key == "a").then_some(0);
            row(number, group, serde_json::from_value(user).unwrap())
        })
        .collect();
    let run = zd_import::Import::new(client(&sandbox)).run(MemorySource::from(rows));
    let report = run.report().await.unwrap();
    assert_eq!((report.counts.created, report.counts.updated), (2, 1));
}

/// Seed 161: the jobs before it had been quick, so it was asked for four times a second.
#[tokio::test(start_paused = true)]
async fn a_job_that_does_not_end_does_not_use_up_the_minute() {
    let sandbox = Sandbox::builder()
        .job_time("0".parse().unwrap())
        .fault("job-stuck nth=40".parse().unwrap())
        .build();
    let options = EngineOptions {
        max_jobs: 4,
        ..Plan::quiet(400, 10).options
    };
    let report = addressed(400, &sandbox, options).await;
    assert_eq!(report.counts.indeterminate, 10);
    assert!(report.requests < 300, "{} requests", report.requests);
}
