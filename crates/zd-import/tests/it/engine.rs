//! Imports into the sandbox that meet refusals, killed jobs and lost answers.

use std::collections::BTreeMap;

use bytes::Bytes;
use zd_import::{Cancel, EngineOptions, Import, Outcome, Report, Row, Status};
use zd_model::UserInput;
use zd_sandbox::{JobTime, Sandbox, SandboxBuilder};

use crate::client;

/// Every 50th is one of the sandbox's own people, every 37th is refused by Zendesk, every 20th has a key only in its
/// address if `by_email`.
fn rows(count: u64, by_email: bool) -> Vec<Row> {
    (0..count)
        .map(|number| {
            let seeded = number % 50 == 7;
            let key = if seeded {
                format!("seed-{:04}", number / 50 % 200 + 1)
            } else {
                format!("new-{number}")
            };
            let mut user: UserInput = serde_json::from_value(serde_json::json!({
                "external_id": key,
                "name": format!("Person {number}"),
                "notes": format!("row {number}"),
                "tags": ["imported"],
                "user_fields": {"seats": number, "plan_tier": "gold", "newsletter": true},
                "skip_verify_email": true,
            }))
            .unwrap();
            if !seeded {
                user.email = Some(format!("new{number}@people.example"));
            }
            if number % 37 == 5 {
                user.user_fields = zd_model::Nullable::Value(
                    serde_json::from_str(r#"{"plan_tier": "platinum"}"#).unwrap(),
                );
            }
            if by_email && number % 20 == 3 {
                user.external_id = zd_model::Nullable::Absent;
            }
            Row::new(
                number,
                number + 2,
                user,
                Bytes::from(format!("raw {number}")),
            )
        })
        .collect()
}

struct Run {
    report: Report,
    outcomes: BTreeMap<u64, Outcome>,
}

async fn import(sandbox: &Sandbox, rows: Vec<Row>, options: EngineOptions) -> Run {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let count = rows.len();
    let report = Import::new(client(sandbox))
        .options(options)
        .run(rows.into_iter(), &mut outcomes, Cancel::new())
        .await
        .unwrap();
    let by_number: BTreeMap<u64, Outcome> = outcomes
        .iter()
        .map(|outcome| (outcome.number, outcome.clone()))
        .collect();
    assert_eq!(
        outcomes.len(),
        count,
        "every row has an outcome: {report:?}"
    );
    assert_eq!(by_number.len(), count, "no row has two");
    Run {
        report,
        outcomes: by_number,
    }
}

fn seeded(seed: u64) -> EngineOptions {
    EngineOptions {
        seed: Some(seed),
        ..EngineOptions::default()
    }
}

fn builder() -> SandboxBuilder {
    Sandbox::builder().plan(100_000)
}

#[tokio::test(start_paused = true)]
async fn rows_go_in_and_outcomes_come_out() {
    let sandbox = builder().build();
    let run = import(&sandbox, rows(250, false), seeded(1)).await;
    let counts = run.report.counts;
    assert_eq!(
        (counts.created, counts.updated, counts.failed),
        (238, 5, 7),
        "{counts:?}"
    );
    assert_eq!((run.report.batches, run.report.batches_accepted), (3, 3));
    assert!(run.report.stopped.is_none() && run.report.unprocessed == 0);
    let refused = &run.outcomes[&5];
    let error = refused.error.as_ref().unwrap();
    assert!(
        error.message.contains("platinum") || error.message.contains("Plan"),
        "{error:?}"
    );
    assert_eq!(
        refused.raw.as_deref(),
        Some(&b"raw 5"[..]),
        "its own bytes come back"
    );
    assert_eq!(run.outcomes[&0].raw, None);
    assert_eq!(run.outcomes[&0].attempts, 1);

    let again = import(&sandbox, rows(250, false), seeded(2)).await;
    assert_eq!(
        again.report.counts.created, 0,
        "the second time nobody is new"
    );
    assert_eq!(again.report.counts.updated, 243);
}

/// The same rows with and without faults: the same outcome for every row, and nobody made twice.
async fn faults_change_nothing(
    faults: &[&str],
    seeds: std::ops::Range<u64>,
    count: u64,
    by_email: bool,
) {
    let quiet = builder().build();
    let expected = import(&quiet, rows(count, by_email), seeded(0)).await;
    for seed in seeds {
        let mut builder = builder().seed(seed);
        for fault in faults {
            builder = builder.fault(fault.parse().unwrap());
        }
        let sandbox = builder.build();
        let run = import(&sandbox, rows(count, by_email), seeded(seed)).await;
        for (number, outcome) in &run.outcomes {
            let status = expected.outcomes[number].status;
            assert_eq!(
                outcome.status, status,
                "seed {seed}, row {number}: {outcome:?}\n{:?}",
                run.report
            );
        }
        let applied = sandbox.applied();
        assert!(applied.max_created_per_key <= 1, "seed {seed}");
        assert_eq!(
            applied.created, expected.report.counts.created,
            "seed {seed}"
        );
        assert!(
            run.report.requests > expected.report.requests,
            "no fault happened"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_and_server_errors_change_no_outcome() {
    faults_change_nothing(&["429=5%", "5xx=5%"], 1..4, 5_000, false).await;
}

#[tokio::test(start_paused = true)]
async fn killed_jobs_change_no_outcome() {
    faults_change_nothing(&["job-killed=10%"], 1..4, 5_000, false).await;
}

#[tokio::test(start_paused = true)]
async fn lost_answers_change_no_outcome() {
    faults_change_nothing(&["answer-lost=10%"], 1..4, 5_000, false).await;
}

#[tokio::test(start_paused = true)]
async fn everything_at_once_changes_no_outcome() {
    let all = ["429=5%", "5xx=5%", "job-killed=5%", "answer-lost=5%"];
    faults_change_nothing(&all, 1..6, 5_000, false).await;
}

#[tokio::test(start_paused = true)]
async fn people_known_by_their_address_alone_are_found_again() {
    let all = ["429=5%", "5xx=5%", "job-killed=5%", "answer-lost=5%"];
    faults_change_nothing(&all, 11..13, 2_000, true).await;
}

#[tokio::test(start_paused = true)]
async fn instant_jobs_work_too() {
    let sandbox = builder().job_time(JobTime::INSTANT).build();
    let run = import(&sandbox, rows(1_000, false), seeded(3)).await;
    assert_eq!(run.report.counts.indeterminate, 0);
    assert!(
        run.outcomes
            .values()
            .all(|outcome| outcome.status != Status::Indeterminate)
    );
}
