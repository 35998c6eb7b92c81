use bytes::Bytes;
use zd_model::{UserId, UserInput};

use super::*;
use crate::{Row, RowError, Status};

fn failed(code: &str, message: &str) -> Outcome {
    let row = Row::new(4, 7, UserInput::default(), Bytes::new());
    let mut outcome =
        Outcome::new(&row, Status::Failed).because(RowError::new(code, message, true));
    outcome.attempts = 2;
    outcome.user_id = Some(UserId::new(38));
    outcome
}

fn csv(header: &str, ours: &[usize], columns: usize, row: &[u8]) -> (String, Vec<u8>) {
    let layout = Layout::csv(
        b';',
        false,
        b"\r\n",
        header.as_bytes(),
        ours.to_vec(),
        columns,
    );
    let outcome = failed("taken", "a; \"b\"\nc");
    (
        String::from_utf8(layout.begin()).unwrap(),
        layout.row(row, &outcome),
    )
}

const HEADER: &str =
    "zd_line;zd_status;zd_code;zd_error;zd_retryable;zd_user_id;zd_job_id;zd_attempts\r\n";
const ROW: &str = "7;failed;taken;\"a; \"\"b\"\" c\";true;38;;2\r\n";

#[test]
fn our_columns_follow_the_users() {
    let (begin, row) = csv("email; \"Na;me\"", &[], 2, b"\"a\"\"b\" ;=1+2");
    assert_eq!(begin, format!("email; \"Na;me\";{HEADER}"));
    assert_eq!(row, format!("\"a\"\"b\" ;=1+2;{ROW}").as_bytes());
}

#[test]
fn old_columns_of_ours_are_replaced_wherever_they_are() {
    let (begin, row) = csv(
        "email;zd_line;name;zd_error",
        &[1, 3],
        4,
        b"a;1;\"b;b\";old",
    );
    assert_eq!(begin, format!("email;name;{HEADER}"));
    assert_eq!(row, format!("a;\"b;b\";{ROW}").as_bytes());
}

/// Whatever the number of the user's cells, they stay, and ours do not become theirs.
#[test]
fn ragged_rows_and_rows_that_are_no_text_stay_whole() {
    for users in ["a", "a;b", "a;b;c", "\"a\"x;b", "\"a;b"] {
        let (_, row) = csv("email;name", &[], 2, users.as_bytes());
        assert_eq!(row, format!("{users};{ROW}").as_bytes());
    }
    let ours = "1;failed;x;y;true;;;1";
    for users in ["a", "a;b", "a;b;c"] {
        let old = format!("{users};{ours}");
        let (_, row) = csv(
            "email;name;…",
            &[2, 3, 4, 5, 6, 7, 8, 9],
            10,
            old.as_bytes(),
        );
        assert_eq!(row, format!("{users};{ROW}").as_bytes(), "{users}");
    }
    let (_, row) = csv("email", &[], 1, b"\xff\0");
    assert_eq!(row, [b"\xff\0;", ROW.as_bytes()].concat());
}

#[test]
fn marks_and_line_ends_are_the_inputs() {
    let layout = Layout::csv(b',', true, b"\r", b"email", Vec::new(), 1);
    let begin = String::from_utf8(layout.begin()).unwrap();
    assert!(begin.starts_with("\u{feff}email,zd_line,") && begin.ends_with("zd_attempts\r"));
}

#[test]
fn another_s_words_are_no_formula() {
    assert_eq!(harmless("=cmd()"), "'=cmd()");
    assert_eq!(harmless("Email: a\r\nb"), "Email: a  b");
}

#[test]
fn json_objects_get_a_member() {
    let layout = Layout::json_lines(false);
    let outcome = failed("taken", "say \"no\"");
    let zd = r#""_zd":{"line":7,"status":"failed","code":"taken","error":"say \"no\"","retryable":true,"user_id":38,"attempts":2}"#;
    for (raw, expected) in [
        ("{}", format!("{{{zd}}}")),
        ("{ }", format!("{{{zd} }}")),
        (
            r#" {"a" : 1.50, "b":"}" } "#,
            format!(r#" {{"a" : 1.50, "b":"}}",{zd} }} "#),
        ),
        (r#"{"_zd":{"line":1},"a":1}"#, format!(r#"{{"a":1,{zd}}}"#)),
        (
            r#"{"a":1, "_zd" : null , "b":2}"#,
            format!(r#"{{"a":1 , "b":2,{zd}}}"#),
        ),
        (r#"{"_zd":1,"_zd":2}"#, format!("{{{zd}}}")),
        (r#"{"a":1,"_zd":{"x":[1]}}"#, format!(r#"{{"a":1,{zd}}}"#)),
        ("[1]", "[1]".to_owned()),
        ("{\"a\":", "{\"a\":".to_owned()),
    ] {
        let row = layout.row(raw.as_bytes(), &outcome);
        assert_eq!(String::from_utf8(row).unwrap(), format!("{expected}\n"));
    }
    assert_eq!(layout.row(b"{\xff}", &outcome), b"{\xff}\n");
}

/// An array's elements come one a line, whatever their own lines were.
#[test]
fn elements_of_an_array_become_lines() {
    let layout = Layout::json_array(false);
    assert_eq!(layout.format(), Format::JsonLines);
    assert!(layout.begin().is_empty());
    let row = layout.row(b"{\r\n  \"a\": 1.50\n}", &failed("taken", "x"));
    let row = String::from_utf8(row).unwrap();
    assert!(row.starts_with("{    \"a\": 1.50,\"_zd\":{"), "{row}");
    assert_eq!(row.matches('\n').count(), 1);
    assert_eq!(layout.row(b"{\"a\n", &failed("x", "y")), b"{\"a \n");
}
