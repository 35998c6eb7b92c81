//! A failed file goes back in as it is, and says the same.

use std::path::Path;

use proptest::prelude::*;
use zd_import::{
    Encoding, FailedFile, Input, Outcome, RowError, RowSource as _, Scan, SourceItem, Status,
};

use crate::people::skip;

/// Imports the file where no row passes, and returns the failed file.
fn fail_all(path: &Path, target: &Path) -> Vec<u8> {
    let scan = Scan::read(Input::open(path).unwrap(), skip()).unwrap();
    let mut failed = FailedFile::create(target, scan.layout().clone()).unwrap();
    let mut source = scan.into_source().unwrap();
    let mut outcomes = Vec::new();
    while let Some(item) = source.next_row().unwrap() {
        outcomes.push(match item {
            SourceItem::Settled(outcome) => outcome,
            SourceItem::Row(row) => Outcome::new(&row, Status::Failed).because(RowError::new(
                "RecordInvalid",
                "=Email: \"x\", taken\n",
                true,
            )),
        });
    }
    // They become known in any order.
    let half = outcomes.len() / 2;
    outcomes.rotate_left(half);
    for outcome in &outcomes {
        failed.record(outcome).unwrap();
    }
    assert_eq!(failed.rows(), outcomes.len());
    let written = failed.finish().unwrap().expect("rows failed");
    assert_eq!(written, target);
    std::fs::read(target).unwrap()
}

fn problems(path: &Path) -> Vec<(&'static str, Option<String>)> {
    let scan = Scan::read(Input::open(path).unwrap(), skip()).unwrap();
    let first = scan.plan().problems.first.iter();
    first
        .map(|problem| (problem.code, problem.column_name.clone()))
        .collect()
}

/// Every user's byte of every row, in order, whatever stands around them.
fn check(name: &str, bytes: &[u8]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let file = |number| directory.path().join(format!("{number}-{name}"));
    std::fs::write(file(0), bytes).unwrap();
    let first = fail_all(&file(0), &file(1));
    let second = fail_all(&file(1), &file(2));
    let third = fail_all(&file(2), &file(3));
    assert_eq!(
        problems(&file(0)),
        problems(&file(1)),
        "the same is wrong with it"
    );
    assert_eq!(
        String::from_utf8_lossy(&second),
        String::from_utf8_lossy(&third),
        "once the lines are its own, nothing changes any more"
    );
    first
}

const ADDED: &str =
    "zd_line,zd_status,zd_code,zd_error,zd_retryable,zd_user_id,zd_job_id,zd_attempts";

#[test]
fn the_users_bytes_come_back() {
    let text = "\u{feff} Email ,name,notes\r\n\
        a@b.example,\"A, \"\"B\"\"\",=1+2\r\n\
        \r\n\
        ragged@b.example\r\n\
        bad,\"two\r\nlines\",\r\n\
        c@d.example,\"C\"x,+1\r\n";
    let failed = String::from_utf8(check("people.csv", text.as_bytes())).unwrap();
    let reason = r#"'=Email: ""x"", taken "#;
    let expected = format!(
        "\u{feff} Email ,name,notes,{ADDED}\r\n\
        a@b.example,\"A, \"\"B\"\"\",=1+2,2,failed,RecordInvalid,\"{reason}\",true,,,0\r\n\
        ragged@b.example,4,invalid,row_ragged,"
    );
    assert_eq!(failed[..expected.len()], expected);
    assert!(failed.contains("\r\nbad,\"two\r\nlines\",,5,invalid,email_malformed,"));
    assert!(failed.contains("\r\nc@d.example,\"C\"x,+1,7,invalid,quote_misplaced,"));
}

#[test]
fn bytes_that_are_no_text_come_back() {
    let text = b"email;name\na@b.example;\xe9\nc@d.example;C\0\n";
    let failed = check("people.csv", text);
    let place = |part: &[u8]| failed.windows(part.len()).any(|window| window == part);
    assert!(place(b"\na@b.example;\xe9;2;invalid;utf8_invalid;"));
    assert!(place(b"\nc@d.example;C\0;3;invalid;nul_character;"));
}

#[test]
fn utf_16_comes_back_as_utf_8_with_a_mark() {
    let units = "\u{feff}email\nÅ@b.example\n".encode_utf16();
    let bytes: Vec<u8> = units.flat_map(u16::to_be_bytes).collect();
    let failed = String::from_utf8(check("people.csv", &bytes)).unwrap();
    assert!(failed.starts_with(&format!("\u{feff}email,{ADDED}\nÅ@b.example,2,failed,")));
}

#[test]
fn json_lines_come_back() {
    let text = "{\"email\" : \"a@b.example\", \"user_fields\":{\"seats\":3.10}}\nnot json\n{\"email\":\"bad\"}\n";
    let failed = String::from_utf8(check("people.jsonl", text.as_bytes())).unwrap();
    let lines: Vec<_> = failed.lines().collect();
    assert!(lines[0].starts_with(
        "{\"email\" : \"a@b.example\", \"user_fields\":{\"seats\":3.10},\"_zd\":{\"line\":1,\"status\":\"failed\","
    ));
    assert_eq!(lines[1], "not json");
    assert!(lines[2].starts_with(
        "{\"email\":\"bad\",\"_zd\":{\"line\":3,\"status\":\"invalid\",\"code\":\"email_malformed\""
    ));
}

/// A failed file of an array has a line for each of its elements.
#[test]
fn an_array_comes_back_as_lines() {
    let text =
        "[\n{\"email\" : \"a@b.example\",\n  \"notes\": \"x\\ny\"},\n  {\"email\":\"bad\"} ]";
    let failed = String::from_utf8(check("people.json", text.as_bytes())).unwrap();
    let lines: Vec<_> = failed.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with(
            "{\"email\" : \"a@b.example\",   \"notes\": \"x\\ny\",\"_zd\":{\"line\":2,"
        )
    );
    assert!(lines[1].starts_with("{\"email\":\"bad\",\"_zd\":{\"line\":4,"));
}

#[test]
fn windows_1252_comes_back_as_utf_8_with_a_mark() {
    let text = b"email;name\nbad;Jos\xe9\n".to_vec();
    let input = Input::from_bytes("x", text)
        .unwrap()
        .encoding(Encoding::Windows1252);
    let scan = Scan::read(input, skip()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let target = directory.path().join("failed.csv");
    let mut failed = FailedFile::create(&target, scan.layout().clone()).unwrap();
    let mut source = scan.into_source().unwrap();
    while let Some(item) = source.next_row().unwrap() {
        if let SourceItem::Settled(outcome) = item {
            failed.record(&outcome).unwrap();
        }
    }
    failed.finish().unwrap();
    // With the same flag or without.
    for told in [true, false] {
        let mut input = Input::open(&target).unwrap();
        if told {
            input = input.encoding(Encoding::Windows1252);
        }
        let scan = Scan::read(input, skip()).unwrap();
        assert!(scan.plan().problems.first[0].quote.as_deref() == Some("bad"));
        assert_eq!(scan.plan().encoding, Encoding::Utf8);
    }
}

/// Fixed where it is wrong, a ragged row imports.
#[test]
fn a_fixed_row_is_sound() {
    let directory = tempfile::tempdir().unwrap();
    let (people, failed) = (
        directory.path().join("people.csv"),
        directory.path().join("failed.csv"),
    );
    std::fs::write(&people, "email,name,notes\na@b.example,A\n").unwrap();
    let text = String::from_utf8(fail_all(&people, &failed)).unwrap();
    let fixed = text.replace("a@b.example,A,", "a@b.example,A,note,");
    std::fs::write(&failed, fixed).unwrap();
    assert_eq!(problems(&failed), []);
    // Filled up at the wrong end, as a spreadsheet does, the row is not taken for what it is not.
    std::fs::write(&failed, text.trim_end().to_owned() + ",\n").unwrap();
    assert_eq!(problems(&failed), [("row_shifted", None)]);
}

#[test]
fn there_is_a_file_only_for_rows_and_only_at_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let (people, failed) = (
        directory.path().join("people.csv"),
        directory.path().join("failed.csv"),
    );
    std::fs::write(&people, "email\na@b.example\nbad\n").unwrap();
    std::fs::write(&failed, "old").unwrap();
    let scan = Scan::read(Input::open(&people).unwrap(), skip()).unwrap();
    let none = FailedFile::create(&failed, scan.layout().clone()).unwrap();
    assert_eq!(none.finish().unwrap(), None);
    let mut dropped = FailedFile::create(&failed, scan.layout().clone()).unwrap();
    let mut source = scan.into_source().unwrap();
    while let Some(item) = source.next_row().unwrap() {
        if let SourceItem::Settled(outcome) = item {
            dropped.record(&outcome).unwrap();
        }
    }
    drop(dropped);
    assert_eq!(std::fs::read_to_string(&failed).unwrap(), "old");
    assert_eq!(
        std::fs::read_dir(directory.path()).unwrap().count(),
        2,
        "nothing is left behind"
    );
    assert!(FailedFile::create(directory.path().join("no/failed.csv"), csv_layout()).is_err());
}

fn csv_layout() -> zd_import::Layout {
    let input = Input::from_bytes("x", "email\na@b.example\n").unwrap();
    Scan::read(input, skip()).unwrap().layout().clone()
}

#[cfg(unix)]
#[test]
fn only_this_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let (people, failed) = (
        directory.path().join("people.csv"),
        directory.path().join("failed.csv"),
    );
    std::fs::write(&people, "email\nbad\n").unwrap();
    fail_all(&people, &failed);
    let mode = std::fs::metadata(&failed).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_csv_comes_back(rows in "([a-c@\", ]|a@b\\.example|,|\n|\r\n|é|=){1,60}") {
        let text = format!("email,name,external_id\nq@b.example,,\n{rows}");
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("any.csv");
        std::fs::write(&path, &text).unwrap();
        if Scan::read(Input::open(&path).unwrap(), skip()).is_ok() {
            check("any.csv", text.as_bytes());
        }
    }

    #[test]
    fn any_json_comes_back(rows in "(\\{ ?(\"email\":\"(a@b\\.example|x)\")? ?(,\"_zd\": ?[1{}]{1,2})? ?\\}|\n|x){1,10}") {
        let text = format!("{{\"email\":\"q@b.example\"}}\n{rows}");
        check("any.jsonl", text.as_bytes());
    }
}

#[test]
fn a_directory_is_refused_before_anything_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let error = FailedFile::create(directory.path(), csv_layout()).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::IsADirectory);
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_never_replaced() {
    use std::os::unix::fs::FileTypeExt as _;

    let directory = tempfile::tempdir().unwrap();
    let people = directory.path().join("people.csv");
    std::fs::write(&people, "email,name\nann@x.example,Ann\n").unwrap();
    let fifo = directory.path().join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    let reader = std::thread::spawn({
        let fifo = fifo.clone();
        move || std::fs::read_to_string(fifo).unwrap()
    });
    let scan = Scan::read(Input::open(&people).unwrap(), skip()).unwrap();
    let mut failed = FailedFile::create(&fifo, scan.layout().clone()).unwrap();
    let mut source = scan.into_source().unwrap();
    while let Some(item) = source.next_row().unwrap() {
        let SourceItem::Row(row) = item else { continue };
        failed.record(&Outcome::new(&row, Status::Failed)).unwrap();
    }
    failed.finish().unwrap();
    // First, so that the test fails instead of waiting for a writer that never comes.
    assert!(std::fs::metadata(&fifo).unwrap().file_type().is_fifo());
    assert!(reader.join().unwrap().contains("ann@x.example"));
}
