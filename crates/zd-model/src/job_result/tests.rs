use serde_json::{Value, json};

use super::{EntryVerdict, JobResult};
use crate::UserId;

fn read(entry: &Value) -> JobResult {
    let entry_read: JobResult = serde_json::from_str(&entry.to_string()).expect("an entry is read");
    assert_eq!(
        &serde_json::to_value(&entry_read).unwrap(),
        entry,
        "written back as it came"
    );
    entry_read
}

fn check(entry: Value, expected: EntryVerdict) {
    assert_eq!(read(&entry).verdict(), expected, "{entry}");
}

fn user(number: u64) -> Option<UserId> {
    Some(UserId::new(number))
}

fn failed(code: &str, details: &str) -> EntryVerdict {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    EntryVerdict::Failed {
        code: text(code),
        details: text(details),
    }
}

/// Rule 16.4: only jobs that create have the addresses and external ids that they were given, if they were given any.
#[test]
fn successes_of_every_kind_of_job() {
    // users/create_many and create_or_update_many
    check(
        json!({"id": 7, "status": "Created"}),
        EntryVerdict::Created(user(7)),
    );
    check(
        json!({"id": 7, "status": "Created", "email": "a@x.test", "external_id": "A"}),
        EntryVerdict::Created(user(7)),
    );
    check(
        json!({"id": 7, "status": "Updated", "email": "a@x.test"}),
        EntryVerdict::Updated(user(7)),
    );
    // users/update_many, destroy_many
    check(
        json!({"id": 7, "action": "update", "status": "Updated", "success": true}),
        EntryVerdict::Updated(user(7)),
    );
    check(
        json!({"action": "delete", "id": 7, "status": "Deleted", "success": true}),
        EntryVerdict::Deleted(user(7)),
    );
    // organizations/create_many, tickets/create_many
    check(
        json!({"status": "Created", "id": 7}),
        EntryVerdict::Created(user(7)),
    );
    check(
        json!({"index": 0, "id": 7, "account_id": 3}),
        EntryVerdict::Succeeded(user(7)),
    );
    // older ticket deletions
    check(
        json!({"account_id": 3, "id": 7, "title": "t", "status": "Deleted", "action": "delete", "success": true, "errors": ""}),
        EntryVerdict::Deleted(user(7)),
    );
    // success without a status: what was done is not said
    check(
        json!({"id": 7, "action": "update", "success": true}),
        EntryVerdict::Succeeded(user(7)),
    );
    check(json!({"success": true}), EntryVerdict::Succeeded(None));
}

/// Rule 16.3: the id of a failed entry may be its place in the list; no verdict of a failure has one.
#[test]
fn failures_in_all_four_shapes() {
    // the vendor's schema
    check(
        json!({"action": "update", "id": 7, "success": false, "error": "Nope", "details": "Name: no"}),
        failed("Nope", "Name: no"),
    );
    // organizations and tickets, as recorded
    check(
        json!({"index": 1, "error": "OrganizationUpdateFailed", "id": 7, "details": "Name:  x"}),
        failed("OrganizationUpdateFailed", "Name:  x"),
    );
    // users, as reported: the index in `id`
    check(
        json!({"id": 2, "error": "UserUpdateError", "details": "Email: bad", "status": "Failed"}),
        failed("UserUpdateError", "Email: bad"),
    );
    check(
        json!({"index": 1, "error": "UserCreateFailed", "id": 1, "details": "Email:  bad"}),
        failed("UserCreateFailed", "Email:  bad"),
    );
    // what other clients model
    check(
        json!({"id": 7, "status": "Failed", "errors": "Email: bad"}),
        failed("", "Email: bad"),
    );
    check(
        json!({"success": true, "errors": [{"base": "x"}]}),
        failed("", r#"[{"base":"x"}]"#),
    );
    check(json!({"status": "failed"}), failed("", ""));
    check(json!({"success": false}), failed("", ""));
}

#[test]
fn empty_errors_are_none() {
    for nothing in [
        json!(""),
        json!("  "),
        json!(null),
        json!([]),
        json!({}),
        json!(false),
    ] {
        check(
            json!({"id": 7, "status": "Updated", "error": nothing, "errors": nothing}),
            EntryVerdict::Updated(user(7)),
        );
    }
}

#[test]
fn what_says_neither_is_unclear() {
    for entry in [
        json!({}),
        json!({"id": 7}),
        json!({"index": 7}),
        json!({"id": 7, "status": null}),
        json!({"id": 7, "status": "Skipped"}),
        json!({"id": 7, "index": 0, "status": "Pending"}),
        json!({"id": 7, "index": 0, "status": 5}),
        json!({"id": 7, "status": "Created", "success": "perhaps"}),
        json!({"id": 7, "status": "Created", "success": 1}),
        json!({"id": 7, "index": "0"}),
    ] {
        check(entry, EntryVerdict::Unclear);
    }
}

#[test]
fn a_field_of_the_wrong_type_does_not_hide_the_rest() {
    check(
        json!({"id": "7", "status": "Created", "email": 5, "external_id": 42, "index": "3", "title": [1]}),
        EntryVerdict::Created(user(7)),
    );
    check(
        json!({"id": {"a": 1}, "status": "Updated"}),
        EntryVerdict::Updated(None),
    );
    check(
        json!({"id": 7, "success": "true"}),
        EntryVerdict::Succeeded(user(7)),
    );
    check(
        json!({"id": 7, "status": "Created", "success": "false"}),
        failed("", ""),
    );
    check(
        json!({"id": 7, "status": null, "success": true}),
        EntryVerdict::Succeeded(user(7)),
    );
    let entry = read(&json!({"email": 5, "index": "3"}));
    assert!(entry.email.is_absent() && entry.index.is_absent());
    assert_eq!(entry.extra["email"], 5);
}

#[test]
fn numbers_keep_their_text() {
    for text in [
        r#"{"id":7,"index":-0}"#,
        r#"{"id":1e400,"index":1e2,"account_id":3.10,"new":123456789012345678901234567890}"#,
    ] {
        let entry: JobResult = serde_json::from_str(text).unwrap();
        let back: Value = serde_json::to_value(&entry).unwrap();
        assert_eq!(back, serde_json::from_str::<Value>(text).unwrap());
    }
}
