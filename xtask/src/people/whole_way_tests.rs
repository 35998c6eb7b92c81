//! The whole way: zd and the sandbox refuse exactly the rows that were planted for each of them.

use std::collections::BTreeMap;

use zd_import::{
    Audit, Import, Input, OnInvalid, RowFinding, RowSource as _, Scan, ScanOptions, SourceItem,
    Status,
};
use zd_sandbox::{ADMIN_EMAIL, API_TOKEN, Sandbox};
use zd_users::{Client, Credentials, Subdomain};

use super::tests::{generate, planted};

fn scan(people: Vec<u8>) -> Scan {
    let options = ScanOptions {
        on_invalid: OnInvalid::Skip,
        ..ScanOptions::default()
    };
    Scan::read(Input::from_bytes("people.csv", people).unwrap(), options).unwrap()
}

#[test]
fn zd_refuses_the_rows_that_are_planted_for_it_and_no_other() {
    let (people, errors) = generate(2000, 11, 0.1, None);
    let planted = planted(&errors);
    let mut source = scan(people).into_source().unwrap();
    let mut refused = BTreeMap::new();
    while let Some(item) = source.next_row().unwrap() {
        if let SourceItem::Settled(outcome) = item {
            assert_eq!(outcome.status, Status::Invalid);
            refused.insert(outcome.line, outcome.error.unwrap().code.to_string());
        }
    }
    for (line, (kind, who)) in &planted {
        assert_eq!(
            refused.contains_key(line),
            who == "zd",
            "line {line}: {kind}"
        );
    }
    for (line, code) in &refused {
        assert!(planted.contains_key(line), "line {line} is refused: {code}");
    }
}

#[tokio::test(start_paused = true)]
async fn zendesk_refuses_the_rest_and_the_sandbox_s_own_people_are_updated() {
    let (people, errors) = generate(2000, 12, 0.1, None);
    let planted = planted(&errors);
    let sandbox = Sandbox::builder().build();
    let client = Client::builder(Subdomain::new("acme").unwrap())
        .credentials(Credentials::api_token(ADMIN_EMAIL, API_TOKEN))
        .transport(sandbox.transport())
        .build()
        .unwrap();
    let source = scan(people).into_source().unwrap();
    let mut run = Import::new(client).run(source);
    let mut ledger = BTreeMap::new();
    while let Some(outcome) = run.next().await {
        let code = outcome.error.map(|error| error.code).unwrap_or_default();
        let before = ledger.insert(outcome.line, (outcome.status, code));
        assert!(before.is_none(), "two outcomes of line {}", outcome.line);
    }
    let report = run.report().await.unwrap();
    assert!(report.stopped.is_none(), "{:?}", report.stopped);
    assert_eq!(ledger.len(), 2000);
    let mut updated = 0;
    for (line, (status, code)) in ledger.iter() {
        let expected = match planted.get(line) {
            Some((_, who)) if who == "zd" => Status::Invalid,
            Some(_) => Status::Failed,
            None if *status == Status::Updated => Status::Updated,
            None => Status::Created,
        };
        assert_eq!(
            *status,
            expected,
            "line {line}: {code} {:?}",
            planted.get(line)
        );
        updated += u64::from(*status == Status::Updated);
    }
    assert!(updated > 80, "{updated}");
}

#[tokio::test(start_paused = true)]
async fn after_an_import_without_refusals_a_comparison_finds_nothing_to_change() {
    let sandbox = Sandbox::builder().build();
    let client = Client::builder(Subdomain::new("acme").unwrap())
        .credentials(Credentials::api_token(ADMIN_EMAIL, API_TOKEN))
        .transport(sandbox.transport())
        .build()
        .unwrap();
    let (people, _) = generate(2000, 13, 0.0, None);
    let source = || scan(people.clone()).into_source().unwrap();
    let mut run = Import::new(client.clone()).run(source());
    while let Some(outcome) = run.next().await {
        assert!(outcome.status.is_success(), "{outcome:?}");
    }
    let (mut rows, mut repeated) = (source(), Vec::new());
    while let Some(item) = rows.next_row().unwrap() {
        if let SourceItem::Row(row) = item
            && row.group.is_some()
        {
            repeated.push(row.number);
        }
    }
    // Searches lag behind.
    tokio::time::sleep(std::time::Duration::from_secs(600)).await;
    let mut audit = Audit::new(client).run(source());
    let mut rows = 0;
    while let Some(diff) = audit.next().await.unwrap() {
        let fine = match &diff.finding {
            RowFinding::Unchanged | RowFinding::CannotTell => true,
            // Of several rows about a person the last one has the last word.
            RowFinding::Changed(_) => repeated.contains(&diff.number),
            _ => false,
        };
        assert!(fine, "{diff:?}");
        rows += 1;
    }
    assert_eq!(rows, 2000);
    let report = audit.report();
    assert!(report.unchanged > 1900, "{report:?}");
}
