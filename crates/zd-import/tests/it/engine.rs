//! Imports into the sandbox that meet refusals, killed jobs and lost answers.

use std::collections::BTreeMap;

use bytes::Bytes;
use zd_import::{
    Cancel, EngineOptions, Entry, Import, ImportError, Journal, JournalError, MemorySource,
    Outcome, Phase, Report, Row, RowSource, SourceError, SourceItem, Status, Stop,
};
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
    let count = rows.len();
    let run = Import::new(client(sandbox))
        .options(options)
        .run(MemorySource::from(rows));
    let (outcomes, report) = collect(run).await;
    let report = report.unwrap();
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

/// All outcomes, and how it ended.
async fn collect(mut run: zd_import::Run) -> (Vec<Outcome>, Result<Report, ImportError>) {
    let mut outcomes = Vec::new();
    while let Some(outcome) = run.next().await {
        outcomes.push(outcome);
    }
    (outcomes, run.report().await)
}

fn seeded(seed: u64) -> EngineOptions {
    EngineOptions {
        seed: Some(seed),
        ..EngineOptions::default()
    }
}

fn builder() -> SandboxBuilder {
    Sandbox::builder().requests_a_minute(100_000)
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
        let struck: u64 = sandbox.faults().iter().map(|(_, struck)| struck).sum();
        assert!(struck > 0, "no fault happened");
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_and_server_errors_change_no_outcome() {
    faults_change_nothing(&["429=5%", "5xx=5%"], 1..3, 5_000, false).await;
}

#[tokio::test(start_paused = true)]
async fn killed_jobs_change_no_outcome() {
    faults_change_nothing(&["job-killed=10%"], 1..3, 5_000, false).await;
}

#[tokio::test(start_paused = true)]
async fn lost_answers_change_no_outcome() {
    faults_change_nothing(&["answer-lost=10%"], 1..3, 5_000, false).await;
}

#[tokio::test(start_paused = true)]
async fn everything_at_once_changes_no_outcome() {
    let all = ["429=5%", "5xx=5%", "job-killed=5%", "answer-lost=5%"];
    faults_change_nothing(&all, 1..4, 5_000, false).await;
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

/// A journal that is full after so many commits.
struct Full(u32);

#[async_trait::async_trait]
impl Journal for Full {
    async fn replay(&mut self, _: &mut (dyn FnMut(Entry) + Send)) -> Result<(), JournalError> {
        Ok(())
    }

    async fn commit(&mut self, _: &[Entry]) -> Result<(), JournalError> {
        self.0 = self.0.checked_sub(1).ok_or_else(|| JournalError::Io {
            doing: "written",
            source: std::io::ErrorKind::StorageFull.into(),
        })?;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_made_durable_is_not_done_and_not_told() {
    for commits in 0..8 {
        let sandbox = builder().build();
        let run = Import::new(client(&sandbox))
            .journal(Full(commits))
            .options(EngineOptions {
                max_jobs: 1,
                expected_rows: Some(1_000),
                ..seeded(1)
            })
            .run(MemorySource::from(rows(1_000, false)));
        let (outcomes, result) = collect(run).await;
        assert!(matches!(result, Err(ImportError::Journal { .. })));
        // The beginning, then for each batch its intent, and its acceptance; its outcomes go with the next intent.
        let sent = u64::from(commits / 2);
        let told = 100 * sent.saturating_sub(1);
        assert_eq!(outcomes.len() as u64, told, "{commits}");
        let sent = 100 * sent;
        tokio::time::sleep(std::time::Duration::from_secs(600)).await;
        let applied = sandbox.applied();
        // Seven of the first 250 rows are refused.
        let of = applied.created + applied.updated;
        assert!(
            of <= sent && of + 10 * (sent / 100) >= sent,
            "{commits}: {applied:?}"
        );
    }
}

/// Rows that turn out to have changed after 250 of them.
struct Changing(MemorySource, u32);

impl RowSource for Changing {
    fn next_row(&mut self) -> Result<Option<SourceItem>, SourceError> {
        self.1 += 1;
        if self.1 > 250 {
            return Err(SourceError::Changed("it is shorter"));
        }
        self.0.next_row()
    }

    fn rewind(&mut self) -> Result<(), SourceError> {
        self.0.rewind()
    }
}

#[tokio::test(start_paused = true)]
async fn an_input_that_changes_ends_it_and_what_was_sent_is_told() {
    let sandbox = builder().build();
    let source = Changing(MemorySource::from(rows(1_000, false)), 0);
    let (outcomes, result) = collect(Import::new(client(&sandbox)).run(source)).await;
    let Err(ImportError::Source { report, .. }) = result else {
        panic!("{result:?}");
    };
    assert_eq!(report.counts.rows, 100 * report.batches_accepted);
    assert_eq!(outcomes.len() as u64, report.counts.rows);
    assert_eq!(report.counts.rows + report.unprocessed, 250);
    assert_eq!(sandbox.applied().created, report.counts.created);
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_asked_and_at_once_when_made_to() {
    for at_once in [false, true] {
        let sandbox = builder().job_time("20s".parse().unwrap()).build();
        let cancel = Cancel::new();
        let asking = cancel.clone();
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_secs(5)).await;
            asking.stop();
            if at_once {
                asking.abort();
            }
        });
        let options = EngineOptions {
            max_jobs: 2,
            ..seeded(1)
        };
        let run = Import::new(client(&sandbox))
            .options(options)
            .cancel(cancel)
            .run(MemorySource::from(rows(1_000, false)));
        let report = run.report().await.unwrap();
        assert_eq!((report.counts.rows, report.batches), (200, 2));
        if at_once {
            assert!(matches!(report.stopped, Some(Stop::Aborted)));
            assert_eq!(report.counts.indeterminate, 200);
            assert_eq!(report.elapsed.as_secs(), 5);
        } else {
            assert!(matches!(report.stopped, Some(Stop::Cancelled)));
            assert_eq!(report.counts.indeterminate, 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_account_refuses_for_good_is_told_as_such() {
    let off = Sandbox::builder().bulk_import(false).build();
    let report = Import::new(client(&off))
        .run(MemorySource::from(rows(10, false)))
        .report()
        .await
        .unwrap();
    assert!(
        matches!(report.stopped, Some(Stop::BulkImportOff(_))),
        "{report:?}"
    );
    assert_eq!(off.applied().created, 0);

    let nobody =
        zd_users::Client::with_transport("http://127.0.0.1".parse().unwrap(), off.transport());
    let report = Import::new(nobody)
        .run(MemorySource::from(rows(10, false)))
        .report()
        .await
        .unwrap();
    let Some(Stop::Unauthorized(refusal)) = &report.stopped else {
        panic!("{report:?}");
    };
    assert_eq!((refusal.operation, report.requests), ("users.me", 1));
}

#[tokio::test(start_paused = true)]
async fn rows_about_one_person_go_one_after_the_other() {
    let sandbox = builder()
        .fault("job-killed=20%".parse().unwrap())
        .seed(3)
        .build();
    let mut rows = rows(300, false);
    for row in &mut rows {
        if row.number % 3 == 0 {
            row.group = Some(1);
            row.user.external_id = "ONE".into();
            row.user.email = None;
            row.user.user_fields = zd_model::Nullable::Absent;
        }
    }
    let run = import(&sandbox, rows, seeded(4)).await;
    let created = run
        .outcomes
        .values()
        .filter(|outcome| outcome.number % 3 == 0 && outcome.status == Status::Created);
    assert_eq!(
        created.map(|outcome| outcome.number).collect::<Vec<_>>(),
        [0]
    );
    let user: UserInput = serde_json::from_value(serde_json::json!({"notes": "row 297"})).unwrap();
    let found = client(&sandbox)
        .users()
        .search(zd_users::endpoints::SearchUsers::by_external_id(
            &"one".into(),
        ))
        .page()
        .await
        .unwrap();
    assert_eq!(
        found.users[0].notes.as_deref(),
        user.notes.as_deref(),
        "the last row has the last word"
    );
}

#[tokio::test(start_paused = true)]
async fn progress_says_where_it_stands() {
    let sandbox = builder().build();
    let import = Import::new(client(&sandbox)).options(EngineOptions {
        expected_rows: Some(500),
        ..seeded(1)
    });
    let run = import.run(MemorySource::from(rows(500, false)));
    let mut progress = run.progress();
    let watching = tokio::spawn(async move {
        let mut most = zd_import::Progress::default();
        while progress.changed().await.is_ok() {
            let seen = *progress.borrow_and_update();
            assert!(seen.rows_read >= most.rows_read && seen.done.rows >= most.done.rows);
            most.jobs_in_flight = most.jobs_in_flight.max(seen.jobs_in_flight);
            (most.rows_read, most.done, most.phase) = (seen.rows_read, seen.done, seen.phase);
            most.budget_limit = seen.budget_limit;
            if seen.phase == Phase::Done {
                break;
            }
        }
        most
    });
    run.report().await.unwrap();
    let most = watching.await.unwrap();
    assert_eq!(
        (most.rows_read, most.done.rows, most.jobs_in_flight),
        (500, 500, 5)
    );
    assert_eq!(most.budget_limit, Some(100_000));
}

#[tokio::test(start_paused = true)]
async fn requests_whose_tasks_die_do_not_leave_it_waiting_for_ever() {
    let mut dying = zd_transport::MockTransport::new();
    dying.expect_send().returning(|_| panic!("a bug"));
    let client = zd_users::Client::with_transport(
        "http://127.0.0.1".parse().unwrap(),
        std::sync::Arc::new(dying),
    );
    let import = Import::new(client).options(seeded(1));
    let run = import.run(MemorySource::from(rows(10, false)));
    let hour = std::time::Duration::from_secs(3600);
    let report = tokio::time::timeout(hour, run.report()).await;
    let report = report.unwrap().unwrap();
    assert!(
        matches!(report.stopped, Some(Stop::Network(_))),
        "{report:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn people_matched_by_address_are_looked_up_without_delay() {
    let sandbox = builder().build();
    let people = (1..=150).map(|number| {
        let user: UserInput = serde_json::from_value(serde_json::json!({
            "email": if number <= 50 { format!("seed{number:04}@people.example") } else { format!("fresh{number}@people.example") },
            "external_id": if number % 10 == 0 { format!("seed-{number:04}") } else { format!("mine-{number}") },
            "name": format!("Person {number}"),
        }))
        .unwrap();
        Row::new(number, number + 1, user, Bytes::new())
    });
    let options = EngineOptions {
        match_by: zd_import::Match::Email,
        ..seeded(1)
    };
    let run = import(&sandbox, people.collect(), options).await;
    assert_eq!(
        (run.report.counts.updated, run.report.counts.created),
        (50, 100),
        "nobody is found by an external id: {:?}",
        run.report
    );
    assert!(run.report.elapsed.as_secs() < 120, "{:?}", run.report);
}

#[tokio::test(start_paused = true)]
async fn a_new_address_becomes_the_primary_one_if_that_is_asked_for() {
    for (seed, faults) in [
        (1, &[][..]),
        (2, &["5xx=10%", "429=10%", "job-killed=20%"][..]),
    ] {
        let mut builder = builder().seed(seed);
        for fault in faults {
            builder = builder.fault(fault.parse().unwrap());
        }
        let sandbox = builder.build();
        let people = (1..=150).map(|number| {
            let user: UserInput = serde_json::from_value(serde_json::json!({
                "external_id": format!("seed-{number:04}"),
                // Every third has it already.
                "email": if number % 3 == 0 { format!("SEED{number:04}@people.example") } else { format!("new{number}@people.example") },
                "name": format!("Person {number}"),
            }))
            .unwrap();
            Row::new(number, number + 1, user, Bytes::new())
        });
        let options = EngineOptions {
            make_primary: true,
            ..seeded(seed)
        };
        let run = import(&sandbox, people.collect(), options).await;
        let updated = run.report.counts.updated;
        assert_eq!(updated, 150, "{:?}", run.report);
        if seed == 1 {
            let reads = 2;
            assert!(run.report.requests < 100 + reads + 15, "{:?}", run.report);
        }
        for number in [1, 2, 3, 149] {
            let found = client(&sandbox)
                .users()
                .search(zd_users::endpoints::SearchUsers::by_external_id(
                    &format!("seed-{number:04}").as_str().into(),
                ))
                .page()
                .await;
            let Ok(found) = found else { continue };
            let address = match number % 3 {
                0 => format!("seed{number:04}@people.example"),
                _ => format!("new{number}@people.example"),
            };
            assert_eq!(found.users[0].email.as_deref(), Some(&*address), "{number}");
        }
    }
}
