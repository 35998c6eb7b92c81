use bytes::Bytes;
use serde_json::json;
use zd_model::{User, UserInput};

use super::*;
use crate::read_back::Person;
use crate::{Row, engine::plan::Planner};

fn pending(asked: serde_json::Value, first_intent: Option<i64>) -> Pending {
    let user: UserInput = serde_json::from_value(asked).unwrap();
    let mut planner = Planner::new(1, 1_000);
    planner.offer(Row::new(0, 2, user, Bytes::new()));
    let mut pending = planner
        .take_batch(std::time::Duration::ZERO, false)
        .unwrap()
        .remove(0);
    pending.first_intent = first_intent;
    pending
}

fn found(user: serde_json::Value) -> Sighting {
    let user: User = serde_json::from_value(user).unwrap();
    Sighting::Found(Box::new(Person {
        user,
        identities: None,
        organizations: None,
    }))
}

fn decided(pending: &Pending, touched: bool, sighting: &Sighting) -> Decision {
    decide(pending, pending.row.user().as_ref(), touched, sighting)
}

/// 2023-11-14T22:13:20Z
const SENT: i64 = 1_700_000_000;

fn check(asked: serde_json::Value, touched: bool, made: &str, expected: &Decision) {
    let sighting = found(json!({"id": 7, "name": "Ann", "created_at": made}));
    let got = decided(&pending(asked, Some(SENT)), touched, &sighting);
    assert_eq!(got, *expected);
}

#[test]
fn who_came_into_being_since_the_row_was_first_sent_was_created() {
    let applied = |status| Decision::Applied(status, UserId::new(7));
    let ann = || json!({"name": "Ann"});
    check(
        ann(),
        false,
        "2023-11-14T22:13:20Z",
        &applied(Status::Created),
    );
    check(
        ann(),
        false,
        "2023-11-14T22:13:19Z",
        &applied(Status::Updated),
    );
    check(
        ann(),
        true,
        "2023-11-14T22:13:20Z",
        &applied(Status::Updated),
    );
    // What an earlier row did is known to have been before this one was sent: later than that very second it is this one's.
    check(
        ann(),
        true,
        "2023-11-14T22:13:21Z",
        &applied(Status::Created),
    );
    check(ann(), false, "no time at all", &applied(Status::Updated));
    let unknown = decided(
        &pending(ann(), None),
        false,
        &found(json!({"id": 7, "name": "Ann", "created_at": "2023-11-14T22:13:20Z"})),
    );
    assert_eq!(
        unknown,
        applied(Status::Updated),
        "without the server's clock there is no evidence of a creation"
    );
}

#[test]
fn only_a_difference_or_an_absence_has_a_row_sent_again() {
    let bob = || json!({"name": "Bob"});
    check(
        bob(),
        false,
        "2023-11-14T22:13:20Z",
        &Decision::Differs { ours: true },
    );
    check(
        bob(),
        true,
        "2023-11-14T22:13:20Z",
        &Decision::Differs { ours: false },
    );
    check(
        bob(),
        false,
        "2020-01-01T00:00:00Z",
        &Decision::Differs { ours: false },
    );
    let secret = json!({"name": "Ann", "password": "x"});
    check(
        secret,
        false,
        "2023-11-14T22:13:20Z",
        &Decision::CannotTell(Some(UserId::new(7))),
    );
    let row = pending(bob(), Some(SENT));
    assert_eq!(decided(&row, false, &Sighting::Absent), Decision::Absent);
    assert_eq!(
        decided(&row, false, &Sighting::Unsure),
        Decision::CannotTell(None)
    );
}
