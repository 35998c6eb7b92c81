//! Ctrl-C and SIGTERM.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::Child;
use std::time::Duration;

use crate::process::{Ran, Zd, finish, now};
use crate::sandbox::{Started, signal};

const SUBMITTED: &str = "POST /api/v2/users/create_or_update_many 200";

fn people(rows: usize) -> String {
    let mut text = String::from("external_id,name\n");
    for number in 0..rows {
        text.push_str(&format!("p-{number},Person {number}\n"));
    }
    text
}

/// An import with one job at a time, once its first batch is sent.
fn running(account: &Zd) -> Child {
    let mut child = account
        .command(&["import", "people.csv", "--max-jobs", "1", "--json", "-v"])
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(SUBMITTED) {
        line.clear();
        assert!(
            stderr.read_line(&mut line).unwrap() > 0,
            "it ended before it sent anything"
        );
    }
    std::thread::spawn(move || for _ in stderr.lines() {});
    child
}

fn ended(child: Child, code: i32) -> Ran {
    finish(child).code(code)
}

#[test]
fn the_first_signal_lets_jobs_in_flight_end() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let zd = Zd::new();
        let sandbox = Started::with(&zd, &["--job-time", "1s"]);
        let account = sandbox.account().file("people.csv", people(500));
        let child = running(&account);
        signal(&child, name);
        let json = ended(child, code).json();
        assert_eq!(json["stopped"], "interrupted", "{json}");
        let number = |name: &str| json[name].as_u64().unwrap();
        assert!(
            number("created") >= 100 && number("indeterminate") == 0,
            "{json}"
        );
        assert_eq!(number("rows") + number("unprocessed"), 500);
        assert!(number("unprocessed") > 0 && number("exit") == code as u64);
    }
}

#[test]
fn the_second_signal_ends_at_once_and_is_honest_about_it() {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &["--job-time", "60m"]);
    let account = sandbox.account().file("people.csv", people(150));
    let child = running(&account);
    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(300));
    let asked = now();
    signal(&child, "INT");
    let json = ended(child, 130).json();
    assert!(asked.elapsed() < Duration::from_secs(10));
    assert_eq!(json["stopped"], "aborted");
    assert_eq!(json["in_flight"].to_string(), "100");
    assert_eq!(json["unprocessed"].to_string(), "150");
    assert!(
        !account.exists("failed.csv"),
        "nobody knows yet what became of them"
    );
}

#[test]
fn a_check_of_standard_input_that_never_ends_can_be_interrupted() {
    let zd = Zd::new();
    let mut child = zd
        .command(&["import", "-", "--sandbox"])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let open = child.stdin.take();
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "INT");
    finish(child)
        .code(130)
        .err("error[ZD5006]")
        .err("sent: nothing");
    drop(open);
}
