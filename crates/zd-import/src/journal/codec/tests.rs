use std::time::Duration;

use proptest::prelude::*;

use super::{Cursor, decode, encode, entry};
use crate::journal::{AgainRow, Began, Ended, Entry, InputIdentity, Settled};
use crate::{Pace, RowError, Status};

fn round(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        encode(entry, &mut bytes).unwrap();
    }
    let mut read = Vec::new();
    decode(&bytes, &mut |entry| {
        read.push(entry);
        Ok(())
    })
    .unwrap();
    assert_eq!(read, entries);
    bytes
}

fn status() -> impl Strategy<Value = Status> {
    prop::sample::select(vec![
        Status::Created,
        Status::Updated,
        Status::Unchanged,
        Status::Failed,
        Status::Invalid,
        Status::Indeterminate,
    ])
}

/// Numbers as they come, small ones, and those at the edges.
fn number() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        0..300_u64,
        prop::sample::select(vec![0, 127, 128, u64::MAX, u64::MAX - 1, 1 << 63]),
    ]
}

fn error() -> impl Strategy<Value = RowError> {
    prop_oneof![
        ("[a-z]{0,3}", ".{0,5}", any::<bool>())
            .prop_map(|(code, message, retryable)| RowError::new(code, message, retryable)),
        Just(RowError::new("same", "again", true)),
    ]
}

prop_compose! {
    fn settled()(row in number(), line in number(), status in status(), user in prop::option::of(number()),
        attempts in prop_oneof![0..3_u32, any::<u32>()], error in prop::option::of(error())) -> Settled {
        Settled {
            user_id: user.map(zd_model::UserId::new),
            attempts,
            error,
            ..Settled::new(row, line, status)
        }
    }
}

fn began() -> impl Strategy<Value = Began> {
    let identity = (any::<Option<i128>>(), prop::collection::vec(number(), 0..4)).prop_map(
        |(modified, blocks)| InputIdentity {
            name: "people \"ä\".csv".to_owned(),
            bytes: u64::MAX,
            modified,
            digest: "ab".repeat(32),
            blocks,
        },
    );
    (
        any::<i64>(),
        prop::option::of(identity),
        any::<Option<u64>>(),
        any::<i64>(),
    )
        .prop_map(|(at, input, rows, setting)| Began {
            run: "run".to_owned(),
            at,
            account: "acme.zendesk.com".to_owned(),
            input,
            rows,
            settings: serde_json::json!({"z": setting, "a": [null, "x"], "share": 0.1}),
        })
}

fn job() -> impl Strategy<Value = zd_model::JobId> {
    "(V3-)?[0-9a-f]{0,32}".prop_map(zd_model::JobId::from)
}

fn any_entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        began().prop_map(|began| Entry::Began(Box::new(began))),
        (
            number(),
            any::<Option<i64>>(),
            prop::collection::vec(number(), 0..20)
        )
            .prop_map(|(batch, server, rows)| Entry::Intent {
                batch,
                server,
                rows
            }),
        (number(), number(), 1..200_u64).prop_map(|(batch, first, count)| Entry::Intent {
            batch,
            server: None,
            rows: (0..count)
                .map(|offset| first.wrapping_add(offset))
                .collect(),
        }),
        (number(), job()).prop_map(|(batch, job)| Entry::Accepted { batch, job }),
        number().prop_map(|batch| Entry::TurnedAway { batch }),
        prop::collection::vec((number(), any::<bool>(), any::<bool>()), 0..9).prop_map(|rows| {
            Entry::Again {
                rows: rows
                    .into_iter()
                    .map(|(row, created, passing)| AgainRow::new(row, created, passing))
                    .collect(),
            }
        }),
        (
            prop::option::of(job()),
            prop::collection::vec(settled(), 0..60)
        )
            .prop_map(|(job, rows)| Entry::Outcomes { job, rows }),
        (any::<i64>(), any::<bool>(), any::<Option<bool>>(), number()).prop_map(
            |(at, finished, stopped, requests)| Entry::Ended(Box::new(Ended {
                at,
                finished,
                stopped: stopped.map(|_| "cancelled".to_owned()),
                requests,
                milliseconds: 17,
                pace: finished.then(|| Pace {
                    bound: Duration::from_millis(9),
                    took: Duration::from_nanos(10_000_001),
                    limit: crate::Limit::Slots,
                }),
            }))
        ),
    ]
}

proptest! {
    #[test]
    fn entries_are_read_as_they_were_written(entries in prop::collection::vec(any_entry(), 0..6)) {
        round(&entries);
    }

    /// Whatever it says, reading ends, and holds no more than a multiple of what is there.
    #[test]
    fn garbage_does_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _whatever = decode(&bytes, &mut |_| Ok(()));
    }

    #[test]
    fn what_is_cut_is_refused(entry_written in any_entry(), cut in any::<prop::sample::Index>()) {
        let bytes = round(std::slice::from_ref(&entry_written));
        prop_assert!(entry(&mut Cursor::new(&bytes[..cut.index(bytes.len())])).is_err());
    }
}

/// A batch of new people, whose ids Zendesk gives out from one sequence that others draw from too.
#[test]
fn a_row_takes_few_bytes() {
    let rows = |step: u64| -> Vec<Settled> {
        (0..100)
            .map(|row| Settled {
                user_id: Some(zd_model::UserId::new(38_000_000_000_000 + row * step)),
                attempts: 1,
                ..Settled::new(700_000 + row, 700_002 + row, Status::Created)
            })
            .collect()
    };
    let job = Some(zd_model::JobId::from("V3-0123456789abcdef0123456789abcdef"));
    let bytes = |step| {
        round(&[Entry::Outcomes {
            job: job.clone(),
            rows: rows(step),
        }])
        .len()
    };
    let intent = round(&[Entry::Intent {
        batch: 7_000,
        server: Some(1_800_000_000),
        rows: (700_000..700_100).collect(),
    }]);
    assert_eq!(intent.len(), 14, "a run of rows is its length");
    assert!(bytes(20) <= 260, "{}", bytes(20));
    assert!(bytes(1 << 40) <= 850, "{}", bytes(1 << 40));
}

#[test]
fn the_same_error_is_written_once() {
    let failed = |row, message: &str| Settled {
        error: Some(RowError::new("invalid", message, false)),
        ..Settled::new(row, row + 2, Status::Failed)
    };
    let long = "is not valid ".repeat(20);
    let rows = (0..100).map(|row| failed(row, &long)).collect();
    let bytes = round(&[Entry::Outcomes { job: None, rows }]);
    assert!(bytes.len() < 700, "{}", bytes.len());
}
