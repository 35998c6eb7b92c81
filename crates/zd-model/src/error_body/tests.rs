use serde_json::{Value, json};

use super::ErrorBody;

/// Reads a body and checks its code and message, and that JSON is written back as it came.
fn check(body: Value, code: Option<&str>, message: Option<&str>) -> ErrorBody {
    let read = ErrorBody::from_bytes(body.to_string().as_bytes());
    assert_eq!(read.code(), code, "{body}");
    assert_eq!(read.message(), message, "{body}");
    assert_eq!(serde_json::to_value(&read).unwrap(), body);
    read
}

fn check_text(body: &[u8], message: Option<&str>) -> ErrorBody {
    let read = ErrorBody::from_bytes(body);
    assert_eq!(read.code(), None);
    assert_eq!(
        read.message(),
        message,
        "{:?}",
        String::from_utf8_lossy(body)
    );
    read
}

fn details(body: &ErrorBody) -> Vec<(&str, Vec<String>)> {
    let words = |detail: super::ErrorDetail| detail.description.into_value().unwrap_or_default();
    body.details()
        .into_iter()
        .map(|(attribute, complaints)| (attribute, complaints.into_iter().map(words).collect()))
        .collect()
}

#[test]
fn the_four_envelopes() {
    check(
        json!({"error": "RecordNotFound", "description": "Not found"}),
        Some("RecordNotFound"),
        Some("Not found"),
    );
    check(
        json!({"error": "invalid_token", "error_description": "It expired."}),
        Some("invalid_token"),
        Some("It expired."),
    );
    check(
        json!({"error": {"title": "Forbidden", "message": "You may not."}}),
        Some("Forbidden"),
        Some("You may not."),
    );
    let list = check(
        json!({"errors": [{"code": "InvalidPaginationDepth", "title": "Too deep", "detail": "Go back.", "status": "400"}, {"code": "Second"}]}),
        Some("InvalidPaginationDepth"),
        Some("Go back."),
    );
    assert_eq!(list.items().len(), 2);
    assert_eq!(list.items()[1].code.as_deref(), Some("Second"));
    check(
        json!({"error": "Couldn't authenticate you"}),
        Some("Couldn't authenticate you"),
        None,
    );
}

#[test]
fn texts() {
    check_text(
        b"Requester creation collision\n",
        Some("Requester creation collision"),
    );
    check_text(b"", None);
    check_text(b" \r\n", None);
    check_text(b"caf\xe9", Some("caf\u{fffd}"));
    // A JSON string is a text too.
    check(
        json!("page must be an integer"),
        None,
        Some("page must be an integer"),
    );
    // Cut short in the middle: no JSON, so a text.
    check_text(br#"{"error": "Rec"#, Some(r#"{"error": "Rec"#));
}

#[test]
fn pages_of_html_give_their_title() {
    for (page, title) in [
        (
            "<!DOCTYPE html><html><head><TITLE>\n  503 Unavailable\n</title>",
            Some("503 Unavailable"),
        ),
        ("\u{feff}  <html><body>İ<title>a</title>", Some("a")),
        ("<html><body>Sorry</body></html>", None),
        ("<html><title></title>", None),
        ("<html><title>", None),
    ] {
        assert!(check_text(page.as_bytes(), title).is_html());
    }
    // Throttles say `text/html` and send a sentence.
    assert!(!check_text(b"Rate limit exceeded", Some("Rate limit exceeded")).is_html());
}

#[test]
fn details_by_attribute() {
    let body = check(
        json!({"error": "RecordInvalid", "description": "Record validation errors", "details": {
            "email": [{"description": "Email: bad", "error": "InvalidValue"}, {"description": "Email: taken"}],
            "base": ["Whole record"],
            "name": "Name: short",
            "phone": {"description": "Phone: odd"},
            "role": [5, null, {"description": 6}],
            "tags": [],
            "notes": null,
        }}),
        Some("RecordInvalid"),
        Some("Record validation errors"),
    );
    assert_eq!(
        details(&body),
        [
            (
                "email",
                vec!["Email: bad".to_owned(), "Email: taken".to_owned()]
            ),
            ("base", vec!["Whole record".to_owned()]),
            ("name", vec!["Name: short".to_owned()]),
            ("phone", vec!["Phone: odd".to_owned()]),
            (
                "role",
                vec!["5".to_owned(), r#"{"description":6}"#.to_owned()]
            ),
        ]
    );
    assert_eq!(
        body.details()[0].1[0].error.as_deref(),
        Some("InvalidValue")
    );
}

#[test]
fn wrong_types_inside_say_nothing_and_are_kept() {
    for body in [
        json!({"error": 5}),
        json!({"error": null}),
        json!({"error": []}),
        json!({"error": {"title": 5, "message": [1]}}),
        json!({"error": {}}),
        json!({"errors": []}),
        json!({"errors": [[]]}),
        json!({"errors": {"a": 1}}),
        json!({"errors": ""}),
        json!({"error": " ", "description": "", "details": []}),
        json!({}),
        json!([1, 2]),
        json!(null),
        json!(1.5),
        json!(true),
    ] {
        let read = check(body, None, None);
        assert!(read.details().is_empty() && read.current_job_ids().is_empty());
        assert!(!read.is_too_many_jobs() && !read.is_html());
    }
    check(json!({"errors": ["text"]}), None, Some("text"));
    check(json!({"message": "no route"}), None, Some("no route"));
}

#[test]
fn too_many_jobs_is_told_by_the_body() {
    let body = check(
        json!({"error": "TooManyJobs", "description": "Too many.", "current_job_ids": ["V3-a", 5, "", "V3-b"]}),
        Some("TooManyJobs"),
        Some("Too many."),
    );
    assert!(body.is_too_many_jobs());
    assert_eq!(body.current_job_ids(), ["V3-a".into(), "V3-b".into()]);
    let other = check(
        json!({"error": "APIRateLimitExceeded", "description": "Wait."}),
        Some("APIRateLimitExceeded"),
        Some("Wait."),
    );
    assert!(!other.is_too_many_jobs());
}
