//! Comparing with the sandbox's account: before an import, after one, and with trouble on the way.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use serde_json::{Value, json};
use zd_import::{
    AppliedRows, Audit, AuditError, AuditOptions, AuditReport, AuditSource, ByAddress,
    EngineOptions, Import, MemorySource, Outcome, Row, RowDiff, RowFate, RowFinding, Sample,
    Status,
};
use zd_model::UserInput;
use zd_sandbox::{Sandbox, SandboxBuilder};
use zd_users::endpoints::{DeleteUser, UpdateUser};

use crate::client;
use crate::compare::anybody;

fn builder() -> SandboxBuilder {
    Sandbox::builder().requests_a_minute(100_000)
}

fn rows(people: impl IntoIterator<Item = Value>) -> Vec<Row> {
    (0..)
        .zip(people)
        .map(|(number, user)| {
            let user: UserInput = serde_json::from_value(user).unwrap();
            Row::new(number, number + 2, user, Bytes::new())
        })
        .collect()
}

fn source(rows: &[Row]) -> MemorySource {
    rows.to_vec().into()
}

/// People as files of people have them; every fourth is known by the address alone.
fn anybodies(count: u64, seed: u64) -> Vec<Row> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let people = (0..count).map(|number| {
        let mut user = anybody(&mut rng, number);
        if number % 4 == 3 {
            user["email"] = json!(format!("Only{number}@x.example"));
            user.as_object_mut().unwrap().remove("external_id");
        }
        user
    });
    rows(people)
}

async fn import(sandbox: &Sandbox, rows: &[Row]) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let options = EngineOptions {
        seed: Some(1),
        ..EngineOptions::default()
    };
    let mut run = Import::new(client(sandbox))
        .options(options)
        .run(source(rows));
    while let Some(outcome) = run.next().await {
        outcomes.push(outcome);
    }
    run.report().await.unwrap();
    outcomes.sort_by_key(|outcome| outcome.number);
    assert_eq!(outcomes.len(), rows.len());
    // Searches see what was written only after a while.
    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
    outcomes
}

async fn audit(
    sandbox: &Sandbox,
    options: AuditOptions,
    source: impl AuditSource,
) -> (Vec<RowDiff>, AuditReport) {
    let mut audit = Audit::new(client(sandbox)).options(options).run(source);
    let mut found = Vec::new();
    while let Some(diff) = audit.next().await.unwrap() {
        found.push(diff);
    }
    assert!(
        audit.next().await.unwrap().is_none(),
        "the end stays the end"
    );
    (found, audit.report())
}

fn by_address(by_address: ByAddress) -> AuditOptions {
    AuditOptions {
        by_address,
        ..AuditOptions::default()
    }
}

#[track_caller]
fn nothing_changed(found: &[RowDiff], rows: &[Row]) {
    assert!(
        found
            .iter()
            .map(|diff| diff.number)
            .eq(0..rows.len() as u64)
    );
    for (diff, row) in found.iter().zip(rows) {
        let fine = matches!(diff.finding, RowFinding::Unchanged | RowFinding::CannotTell);
        assert!(fine && diff.user_id.is_some(), "{diff:?}\n{:?}", row.user);
    }
}

#[tokio::test(start_paused = true)]
async fn after_an_import_without_refusals_nothing_would_change() {
    for (seed, way) in [
        (1, ByAddress::Search),
        (2, ByAddress::Walk),
        (3, ByAddress::Auto),
    ] {
        let sandbox = builder().build();
        let rows = anybodies(700, seed);
        let (before, report) = audit(&sandbox, by_address(way), source(&rows)).await;
        assert_eq!(report.new, 700, "{report:?}");
        assert!(before.iter().all(|diff| diff.user_id.is_none()));
        let outcomes = import(&sandbox, &rows).await;
        assert!(
            outcomes
                .iter()
                .all(|outcome| outcome.status == Status::Created)
        );
        let (after, report) = audit(&sandbox, by_address(way), source(&rows)).await;
        nothing_changed(&after, &rows);
        assert_eq!(report.changed + report.new, 0, "{report:?}");
        assert!(report.unchanged > 650, "{report:?}");
        assert!(
            report.fields["user_fields.no_such_field"].ignored > 10,
            "what the account does not have is told"
        );
        for (diff, outcome) in after.iter().zip(&outcomes) {
            assert_eq!(diff.user_id, outcome.user_id);
        }
        assert_eq!(sandbox.applied().created, 700, "an audit changes nothing");
    }
}

#[tokio::test(start_paused = true)]
async fn trouble_on_the_way_changes_no_finding() {
    let quiet = builder().build();
    let rows = anybodies(600, 5);
    let changed: Vec<Row> = rows
        .iter()
        .cloned()
        .map(|mut row| {
            if row.number % 10 == 1 {
                row.user.name = Some("Somebody Else".to_owned());
            }
            row
        })
        .collect();
    import(&quiet, &rows).await;
    let words = |found: &[RowDiff]| -> Vec<String> {
        found
            .iter()
            .map(|diff| format!("{:?}", diff.finding))
            .collect()
    };
    for way in [ByAddress::Search, ByAddress::Walk] {
        let (expected, report) = audit(&quiet, by_address(way), source(&changed)).await;
        assert_eq!(report.fields["name"].different, 60);
        for seed in 1..4 {
            let sandbox = builder().seed(seed).build();
            import(&sandbox, &rows).await;
            for fault in ["5xx=10%", "429=5%", "answer-lost=5%"] {
                sandbox.add_fault(fault.parse().unwrap());
            }
            let (found, report) = audit(&sandbox, by_address(way), source(&changed)).await;
            assert_eq!(words(&found), words(&expected), "seed {seed}");
            assert_eq!(report.changed, 60);
            let struck = sandbox.faults().iter().map(|(_, times)| times).sum::<u64>();
            assert!(struck > 2, "no fault happened");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn differences_are_told_field_by_field() {
    let sandbox = builder().build();
    let people = rows([
        json!({"external_id": "SEED-0001", "name": "Somebody Else", "user_fields": {"seats": 99}}),
        json!({"external_id": "new-1", "email": "seed0002@people.example"}),
        json!({"email": "seed0003@people.example", "password": "hush-hush"}),
        json!({"external_id": "new-2", "email": "new2@people.example", "name": "New"}),
    ]);
    let (found, report) = audit(&sandbox, AuditOptions::default(), source(&people)).await;
    let RowFinding::Changed(fields) = &found[0].finding else {
        panic!("{:?}", found[0]);
    };
    let name = fields.iter().find(|field| field.field == "name").unwrap();
    assert_eq!(name.asked, "Somebody Else");
    assert!(name.stored.as_str().is_some_and(|name| !name.is_empty()));
    let seats = fields
        .iter()
        .find(|field| field.field == "user_fields.seats")
        .unwrap();
    assert_eq!(seats.asked, 99);
    let RowFinding::Changed(fields) = &found[1].finding else {
        panic!("found by the address: {:?}", found[1]);
    };
    assert_eq!(fields[0].field, "external_id");
    assert_eq!(fields[0].stored, "seed-0002");
    assert!(matches!(found[2].finding, RowFinding::CannotTell));
    assert_eq!(found[2].cannot_tell, ["password"]);
    assert!(!format!("{:?}", found[2]).contains("hush"));
    assert!(matches!(found[3].finding, RowFinding::New));
    assert_eq!((report.rows, report.changed, report.new), (4, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_run_is_verified_by_its_users() {
    let sandbox = builder().build();
    let mut people = anybodies(500, 8);
    people[10].user.user_fields = serde_json::from_value(json!({"plan_tier": "platinum"})).unwrap();
    let outcomes = import(&sandbox, &people).await;
    assert_eq!(outcomes[10].status, Status::Failed);
    let api = client(&sandbox);
    let user = |row: usize| outcomes[row].user_id.unwrap();
    api.execute(&DeleteUser::new(user(20))).await.unwrap();
    let other: UserInput = serde_json::from_value(json!({"name": "Somebody Else"})).unwrap();
    api.execute(&UpdateUser::new(user(30), &other))
        .await
        .unwrap();

    let fate = |number: u64| {
        outcomes
            .get(usize::try_from(number).ok()?)
            .map(RowFate::from)
    };
    let all = AppliedRows::new(source(&people), fate);
    let (found, report) = audit(&sandbox, AuditOptions::default(), all).await;
    assert_eq!(
        (report.rows, report.gone, report.changed),
        (499, 1, 1),
        "{report:?}"
    );
    assert_eq!(
        report.requests, 6,
        "the definitions, and a hundred users a request"
    );
    let of = |number| found.iter().find(|diff| diff.number == number);
    assert!(
        of(10).is_none(),
        "it was refused: there is nothing to verify"
    );
    assert!(matches!(of(20).unwrap().finding, RowFinding::Gone));
    assert!(
        matches!(&of(30).unwrap().finding, RowFinding::Changed(fields) if fields[0].field == "name")
    );

    let sample = Some(Sample { rows: 100, seed: 3 });
    let some = AppliedRows::new(source(&people), fate).sample(sample);
    let (found, report) = audit(&sandbox, AuditOptions::default(), some).await;
    assert_eq!((found.len(), report.requests), (100, 2));
}

#[tokio::test(start_paused = true)]
async fn dropping_a_wait_loses_nothing() {
    let sandbox = builder().build();
    let people = anybodies(450, 9);
    import(&sandbox, &people).await;
    let (expected, _) = audit(&sandbox, AuditOptions::default(), source(&people)).await;
    let mut audit = Audit::new(client(&sandbox)).run(source(&people));
    let (mut found, mut dropped) = (Vec::new(), 0);
    loop {
        // Polled once, then dropped.
        let polled = poll_fn(|context| Poll::Ready(pin!(audit.next()).poll(context))).await;
        match polled {
            Poll::Ready(next) => match next.unwrap() {
                Some(diff) => found.push(diff),
                None => break,
            },
            Poll::Pending => {
                dropped += 1;
                tokio::task::yield_now().await;
            }
        }
    }
    assert!(dropped > 5, "{dropped}");
    let words = |found: &[RowDiff]| -> Vec<String> {
        found.iter().map(|diff| format!("{diff:?}")).collect()
    };
    assert_eq!(words(&found), words(&expected));
}

#[tokio::test(start_paused = true)]
async fn many_addresses_are_found_in_one_walk() {
    let sandbox = builder().build();
    let people = rows((0..3_000).map(|number| {
        json!({"email": format!("p{number}@people.example"), "name": format!("Person {number}")})
    }));
    import(&sandbox, &people).await;
    let (found, report) = audit(&sandbox, AuditOptions::default(), source(&people)).await;
    nothing_changed(&found, &people);
    assert!(report.users_walked > 3_000, "{report:?}");
    // About 30 pages, 30 requests for people, and as many searches as the walk would have taken.
    assert!(report.requests < 1_000, "{report:?}");
    let told = AuditOptions {
        known_by_address: 3_000,
        ..AuditOptions::default()
    };
    let (found, report) = audit(&sandbox, told, source(&people)).await;
    nothing_changed(&found, &people);
    assert!(report.requests < 80, "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_read_is_told_so() {
    let sandbox = builder().build();
    let base = "http://127.0.0.1".parse().unwrap();
    let nobody = zd_users::Client::with_transport(base, sandbox.transport());
    let people = anybodies(10, 1);
    let mut audit = Audit::new(nobody).run(source(&people));
    let AuditError::Call(error) = audit.next().await.unwrap_err() else {
        panic!("it is Zendesk's refusal");
    };
    assert_eq!(error.kind(), zd_users::ErrorKind::Credentials);
    assert!(
        audit.next().await.unwrap().is_none(),
        "nothing comes after an error"
    );
}

#[tokio::test(start_paused = true)]
async fn an_account_that_cannot_be_reached_ends_it() {
    let sandbox = builder().fault("5xx=100%".parse().unwrap()).build();
    let people = anybodies(10, 1);
    let mut audit = Audit::new(client(&sandbox)).run(source(&people));
    let hour = std::time::Duration::from_secs(3_600);
    let error = tokio::time::timeout(hour, audit.next())
        .await
        .unwrap()
        .unwrap_err();
    assert!(matches!(error, AuditError::Call(_)), "{error:?}");
}
