//! Numbers keep their text, wherever they stand.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zd_model::{
    ErrorBody, JobStatusEnvelope, MeEnvelope, User, UserEnvelope, UserFieldEnvelope, UserInput,
    UsersPage,
};

use crate::difference::assert_same;

/// Texts that a float or a 64-bit integer would change.
const NUMBERS: &[&str] = &[
    "3.10",
    "0.0",
    "1e+400",
    "-1e-400",
    "123456789012345678901234567890",
    "-0",
    "-0.0",
    "18446744073709551616",
    "9007199254740993",
    "0.1000000000000000055511151231257827",
];

/// Reads and writes the document with each number in the place of `N`.
fn check<T: DeserializeOwned + Serialize>(document: &str) {
    for number in NUMBERS {
        let text = document.replace('N', number);
        let read: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let written = serde_json::to_string(&read).unwrap();
        assert!(written.contains(number), "{text} became {written}");
        assert_same(
            &serde_json::from_str::<Value>(&text).unwrap(),
            &serde_json::from_str::<Value>(&written).unwrap(),
            &text,
        );
        // The same by way of a tree, as some callers do; there serde_json takes `-0` for an integer.
        if *number == "-0" {
            continue;
        }
        let tree: Value = serde_json::from_str(&text).unwrap();
        let read: T = serde_json::from_value(tree.clone()).unwrap();
        assert_same(&tree, &serde_json::to_value(&read).unwrap(), &text);
    }
}

#[test]
fn in_unknown_fields() {
    check::<User>(r#"{"id":7,"shoe_size":N,"list":[N,{"deep":N}]}"#);
    check::<UserEnvelope>(r#"{"user":{"id":7,"shoe_size":N},"beside":N}"#);
    check::<MeEnvelope>(r#"{"user":{"id":null,"shoe_size":N}}"#);
    check::<UsersPage>(
        r#"{"users":[{"id":7,"new":N}],"meta":{"has_more":false,"new":N},"new":[N]}"#,
    );
}

#[test]
fn in_custom_fields() {
    check::<User>(r#"{"id":7,"user_fields":{"discount":N,"more":[N]}}"#);
    check::<UserInput>(r#"{"user_fields":{"discount":N},"new":N}"#);
    check::<UserFieldEnvelope>(
        r#"{"user_field":{"id":7,"relationship_filter":{"all":[N]},"new":N}}"#,
    );
}

#[test]
fn in_nested_records() {
    check::<User>(r#"{"id":7,"photo":{"new":N,"thumbnails":[{"id":8,"new":N}]}}"#);
    check::<User>(r#"{"id":7,"separation":{"scope":"brand","brand_id":8,"new":N}}"#);
    check::<User>(r#"{"id":7,"identities":[{"id":8,"new":{"deep":[N]}}]}"#);
    check::<UserInput>(r#"{"identities":[{"type":"email","value":"a@x.test","new":N}]}"#);
    check::<UserInput>(r#"{"organization":{"name":"Alder","new":N}}"#);
}

#[test]
fn in_jobs_and_errors() {
    check::<JobStatusEnvelope>(
        r#"{"job_status":{"id":"V3-7","status":"completed","new":N,"results":[{"id":N,"details":[N],"index":N,"new":N}]}}"#,
    );
    check::<JobStatusEnvelope>(r#"{"job_status":{"id":"V3-7","status":"completed","results":N}}"#);
    check::<JobStatusEnvelope>(
        r#"{"job_status":{"id":"V3-7","status":"completed","results":{"success":N}}}"#,
    );
    check::<JobStatusEnvelope>(
        r#"{"job_status":{"id":"V3-7","status":"completed","results":[{"id":N},N,[N]]}}"#,
    );
    check::<ErrorBody>(
        r#"{"error":"RecordInvalid","details":{"base":[{"limit":N}]},"max_count":N}"#,
    );
    check::<ErrorBody>("[N]");
}

/// `users/me` is read by way of a tree, since its user may be nobody; there serde_json takes `-0` for an integer.
#[test]
fn in_the_callers_own_record() {
    for number in NUMBERS.iter().filter(|number| **number != "-0") {
        let text = format!(r#"{{"user":{{"id":7,"shoe_size":{number}}}}}"#);
        let read: MeEnvelope = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
    }
}

#[test]
fn an_exponent_gets_its_sign_and_small_letter_and_stays_the_number_it_is() {
    for (text, written) in [
        ("1e400", "1e+400"),
        ("1E400", "1e+400"),
        ("1.50E-7", "1.50e-7"),
    ] {
        let read: Value = serde_json::from_str(text).unwrap();
        assert_eq!(read.to_string(), written);
    }
}
