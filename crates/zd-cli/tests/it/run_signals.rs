//! Ends that an import is asked for, at any instant, and what goes on from there.

#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use crate::process::{Zd, finish, now};
use crate::sandbox::{Started, signal};

/// The promise is 5 s and 200 ms; machines that build beside it get some more.
const SLACK: Duration = Duration::from_secs(5);

fn people(rows: usize) -> String {
    let mut text = String::from("external_id,name\n");
    for number in 0..rows {
        text.push_str(&format!("p-{number},Person {number}\n"));
    }
    text
}

fn import(zd: &Zd, is_begun: &mut bool) -> Vec<&'static str> {
    let runs = zd.path().join(".state/runs");
    *is_begun &= runs.is_dir();
    if std::mem::replace(is_begun, true) {
        return vec!["import", "--resume"];
    }
    vec![
        "import",
        "people.csv",
        "--max-jobs",
        "1",
        "--attempt-timeout",
        "2s",
    ]
}

/// Everything is there, and nothing was sent twice.
fn is_whole(zd: &Zd, rows: usize) {
    let jobs = zd
        .run(&["sandbox", "jobs", "list", "--json"])
        .code(0)
        .json();
    let sent: u64 = (jobs.as_array().unwrap().iter())
        .map(|job| job["total"].as_u64().unwrap())
        .sum();
    assert_eq!(sent, rows as u64, "rows were sent again");
    zd.run(&["sandbox", "verify", "people.csv"]).code(0);
}

#[test]
fn signals_at_any_instant_end_it_in_time_and_it_goes_on() {
    const ROWS: usize = 3_000;
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "300ms", "--no-rate-limits"]);
    let zd = sandbox.account().file("people.csv", people(ROWS));
    let mut begun = false;
    let lives = [2, 30, 60, 100, 200, 80, 350, 150, 500, 250];
    for (round, life) in lives.into_iter().enumerate() {
        let (name, code) = [("INT", 130), ("TERM", 143)][round % 2];
        let words = import(&zd, &mut begun);
        let mut child = zd.command(&words).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(life));
        if child.try_wait().unwrap().is_some() {
            let ran = finish(child);
            // Nothing was written down by the one before.
            assert!(
                ran.code == Some(0) || ran.stderr.contains("ZD5009"),
                "{ran:#?}"
            );
            begun = ran.code == Some(0);
            continue;
        }
        let asked = now();
        signal(&child, name);
        let mut limit = Duration::from_secs(5);
        if round % 3 == 2 {
            std::thread::sleep(Duration::from_millis(100));
            signal_if_alive(&child, name);
            limit = Duration::from_millis(300);
        }
        let ran = finish(child);
        let took = asked.elapsed();
        assert!(took < limit + SLACK, "{name} after {life} ms took {took:?}");
        // Before it listens, the signal itself ends it; it may also have come to its end just then.
        let ended = ran.code.is_none() || ran.code == Some(code) || ran.code == Some(0);
        let unknown = ran.stderr.contains("ZD5009");
        assert!(ended || unknown, "{name} after {life} ms: {ran:#?}");
        begun = !unknown;
    }
    let words = import(&zd, &mut begun);
    if zd.run(&words).code != Some(0) {
        zd.run(&["import", "people.csv"]).code(0);
    }
    is_whole(&zd, ROWS);
}

fn signal_if_alive(child: &std::process::Child, name: &str) {
    // Whoever has ended already is waited for by the caller, so nobody else has the number.
    signal(child, name);
}

#[test]
fn a_reader_of_outcomes_that_goes_away_ends_it() {
    const ROWS: usize = 2_000;
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "300ms", "--no-rate-limits"]);
    let zd = sandbox.account().file("people.csv", people(ROWS));
    let words = ["import", "people.csv", "--max-jobs", "1", "--outcomes", "-"];
    let mut child = zd.command(&words).stdout(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.contains("\"created\""), "{line}");
    drop(reader);
    let asked = now();
    let ran = finish(child)
        .code(130)
        .err("nobody reads the outcomes any more")
        .err("--resume");
    assert!(asked.elapsed() < Duration::from_secs(6) + SLACK, "{ran:#?}");
    zd.run(&["run", "list"]).code(0).out("people.csv");
    zd.run(&["import", "--resume"]).code(0);
    is_whole(&zd, ROWS);
}

#[test]
fn a_reader_that_goes_when_all_is_done_is_nobodys_concern() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "0", "--no-rate-limits"]);
    let zd = sandbox.account().file("people.csv", people(50));
    let words = ["import", "people.csv", "--outcomes", "-"];
    let mut child = zd.command(&words).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    finish(child).code(0);
    is_whole(&zd, 50);
}
