//! Formats: the released ones stay readable, later ones are refused.

use std::collections::BTreeSet;

use zd_import::{
    AgainRow, Began, Ended, Entry, InputIdentity, JournalError, LogJournal, RowError, Settled,
    SimDisk, Status,
};
use zd_model::{JobId, UserId};

use super::{commit_all, commits, reopened, replay, seen, written};

/// Written once by the version that had format 1. Never to be written again.
const FORMAT_1: &[u8] = include_bytes!("format-1.journal");

/// What it says: every kind of entry, and every field.
fn of_format_1() -> Vec<Entry> {
    let mut input = InputIdentity::default();
    input.name = "people.csv".to_owned();
    input.bytes = 2_147_483_648;
    input.modified = Some(1_796_083_200_123_456_789);
    input.digest = "af1349b9".repeat(8);
    input.blocks = vec![0, 17, u64::MAX];
    let mut began = Began::default();
    began.run = "2026-12-01-people".to_owned();
    began.at = 1_796_083_200;
    began.account = "acme.zendesk.com".to_owned();
    began.input = Some(input);
    began.rows = Some(200);
    began.settings =
        serde_json::json!({"duplicates": "in-order", "share": 0.10, "columns": [null]});
    let mut settled: Vec<Settled> = [
        Status::Created,
        Status::Updated,
        Status::Unchanged,
        Status::Failed,
        Status::Invalid,
        Status::Indeterminate,
        Status::Failed,
    ]
    .into_iter()
    .zip(0..)
    .map(|(status, row)| Settled::new(row, row + 2, status))
    .collect();
    settled[0].user_id = Some(UserId::new(38_000_000_001));
    settled[0].attempts = 1;
    settled[1].user_id = Some(UserId::new(7));
    settled[1].attempts = 2;
    let taken = RowError::new("DuplicateValue", "Email: «a» is taken", false);
    settled[3].error = Some(taken.clone());
    settled[5].error = Some(RowError::new("stuck", "", true));
    settled[6].error = Some(taken);
    settled[6].row = 150;
    settled[6].line = 1_000;
    let mut ended = Ended::default();
    ended.at = 1_796_083_260;
    ended.finished = false;
    ended.stopped = Some("cancelled".to_owned());
    ended.requests = 12;
    ended.milliseconds = 60_000;
    vec![
        Entry::Began(Box::new(began)),
        Entry::Intent {
            batch: 0,
            server: Some(-1),
            rows: (0..100).chain([150, 120]).collect(),
        },
        Entry::Intent {
            batch: 300,
            server: None,
            rows: vec![199],
        },
        Entry::TurnedAway { batch: 300 },
        Entry::Accepted {
            batch: 0,
            job: JobId::from("V3-0123456789abcdef0123456789abcdef"),
        },
        Entry::Again {
            rows: vec![
                AgainRow::new(120, true, false),
                AgainRow::new(7, false, true),
            ],
        },
        Entry::Outcomes {
            job: Some(JobId::from("V3-0123456789abcdef0123456789abcdef")),
            rows: settled,
        },
        Entry::Outcomes {
            job: None,
            rows: Vec::new(),
        },
        Entry::Ended(Box::new(ended)),
    ]
}

#[test]
fn format_1_is_read_and_carried_on() {
    let disk = SimDisk::holding(FORMAT_1.to_vec());
    assert_eq!(seen(&disk).unwrap(), of_format_1());
    assert_eq!(reopened(&disk).unwrap(), of_format_1());
    assert_eq!(disk.bytes(), FORMAT_1, "reading and opening change nothing");
    let kinds: BTreeSet<_> = of_format_1()
        .iter()
        .map(|entry| {
            format!("{entry:?}")
                .split([' ', '('])
                .next()
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(kinds.len(), 7, "every kind is there: {kinds:?}");

    let more = commits(2);
    let mut journal = LogJournal::open_on(disk.clone()).unwrap();
    assert_eq!(commit_all(&mut journal, &more), more.len());
    assert!(replay(&mut journal).unwrap().starts_with(&of_format_1()));
    assert_eq!(disk.bytes()[..32], FORMAT_1[..32], "in its own format");
}

fn with_format(number: u32) -> SimDisk {
    let mut bytes = written(&commits(1)).bytes();
    bytes[8..12].copy_from_slice(&number.to_le_bytes());
    let check = crc32fast::hash(&bytes[..28]);
    bytes[28..32].copy_from_slice(&check.to_le_bytes());
    SimDisk::holding(bytes)
}

#[test]
fn a_later_format_is_refused_and_left_alone() {
    let disk = with_format(2);
    let before = disk.bytes();
    for refused in [seen(&disk), reopened(&disk)] {
        let Err(error @ JournalError::Newer { found: 2, known: 1 }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(
            error.to_string(),
            "the journal has format 2; this version reads formats up to 1"
        );
    }
    assert_eq!(disk.bytes(), before);
    assert!(matches!(
        reopened(&with_format(0)),
        Err(JournalError::Damaged { at: 8, .. })
    ));
}
