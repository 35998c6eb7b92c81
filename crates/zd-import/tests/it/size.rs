//! What an import leaves on the disk, a row.

use bytes::Bytes;
use zd_import::{EngineOptions, Import, LogJournal, MemorySource, Row, SimDisk, Status};
use zd_sandbox::Sandbox;

use crate::client;

/// One row in fifty is refused for an option that does not exist; one in forty has a line break in a cell.
fn rows(count: u64) -> Vec<Row> {
    let row = |number: u64| {
        let tier = if number % 50 == 7 { "platinum" } else { "gold" };
        let user = serde_json::json!({
            "external_id": format!("new-{number}"),
            "email": format!("new{number}@people.example"),
            "name": format!("Person {number}"),
            "user_fields": {"plan_tier": tier},
        });
        let line = number + 2 + number / 40;
        let user = serde_json::from_value(user).unwrap();
        Row::new(number, line, user, Bytes::new())
    };
    (0..count).map(row).collect()
}

/// With killed jobs, lost answers and refusals, as on a bad day, where batches go several times.
#[tokio::test(start_paused = true)]
async fn a_journal_has_at_most_32_bytes_a_row() {
    const ROWS: u64 = 20_000;
    let faults = ["429=3%", "5xx=3%", "job-killed=2%", "answer-lost=2%"];
    for (day, faults) in [("good", &faults[..0]), ("bad", &faults[..])] {
        let mut sandbox = Sandbox::builder().requests_a_minute(100_000);
        for fault in faults {
            sandbox = sandbox.fault(fault.parse().unwrap());
        }
        let disk = SimDisk::new();
        let mut run = Import::new(client(&sandbox.build()))
            .options(EngineOptions {
                seed: Some(1),
                ..EngineOptions::default()
            })
            .journal(LogJournal::create_on(disk.clone()).unwrap())
            .run(MemorySource::from(rows(ROWS)));
        let mut failed = 0;
        while let Some(outcome) = run.next().await {
            failed += u64::from(outcome.status == Status::Failed);
        }
        let report = run.report().await.unwrap();
        assert_eq!(report.counts.rows, ROWS);
        assert_eq!(failed, ROWS / 50, "{day} day");
        let bytes = disk.bytes().len() as u64;
        assert!(
            bytes <= 32 * ROWS,
            "{day} day: {bytes} bytes for {ROWS} rows"
        );
    }
}
