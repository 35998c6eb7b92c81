//! `zd import --resume`: after a kill, and when something is not as it was.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::process::{Ran, Zd, finish, now};
use crate::sandbox::Started;

const FAST: &[&str] = &["--job-time", "300ms", "--no-rate-limits"];

/// Rows about different people, two of them invalid.
fn people(rows: usize) -> String {
    let mut text = String::from("external_id,name,email\n");
    for number in 2..rows {
        text.push_str(&format!("p-{number},Person {number},\n"));
    }
    text + "\u{20},Nobody,\np-x,Nowhere,here\n"
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// How many rows the account was sent, in how many jobs.
fn sent(zd: &Zd) -> (u64, usize) {
    let jobs = zd
        .run(&["sandbox", "jobs", "list", "--json"])
        .code(0)
        .json();
    let jobs = jobs.as_array().unwrap();
    (
        jobs.iter().map(|job| number(&job["total"])).sum(),
        jobs.len(),
    )
}

/// What became of each row, as a line of JSON that may be torn at its end says it.
fn outcomes(text: &str) -> BTreeMap<u64, (String, Option<u64>)> {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let parsed = whole.lines().map(|line| {
        let outcome: Value = serde_json::from_str(line).unwrap();
        let status = outcome["status"].as_str().unwrap().to_owned();
        (
            number(&outcome["line"]),
            (status, outcome["user_id"].as_u64()),
        )
    });
    parsed.collect()
}

/// An import of which some rows are sent, killed.
fn killed(zd: &Zd, more: &[&str]) {
    let mut words = vec!["import", "people.csv", "--on-invalid", "skip"];
    words.extend(["--attempt-timeout", "2s", "--max-jobs", "1"]);
    words.extend(more);
    let child = zd.command(&words).spawn().unwrap();
    kill_once_sent(zd, child);
}

fn kill_once_sent(zd: &Zd, mut child: Child) {
    let begun = now();
    while sent(zd).1 == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is sent");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn kills_at_any_instant_lose_nothing_and_send_nothing_twice() {
    let home = Zd::new();
    let sandbox = Started::with(&home, FAST);
    let input = people(1_500);
    let zd = sandbox.account().file("people.csv", &input);
    let mut told = BTreeMap::new();
    let mut begun = false;
    let (mut kills, mut finished) = (0, false);
    // Later and later: the first while the file is read, the last far into the sending.
    for (round, life) in [5, 40, 90, 150, 220, 300, 60, 400, 120, 500, 180, 250]
        .into_iter()
        .enumerate()
    {
        let mut words = vec!["import", "--resume"];
        if !begun {
            words = vec!["import", "people.csv", "--on-invalid", "skip"];
            words.extend([
                "--attempt-timeout",
                "2s",
                "--outcomes",
                "-",
                "--max-jobs",
                "2",
            ]);
        }
        let stream = std::fs::File::create(zd.path().join("told.jsonl")).unwrap();
        let mut child = zd.command(&words).stdout(stream).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(life));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        let ran = finish(child);
        finished = ran.code == Some(6);
        assert!(
            ran.code.is_none() || finished || ran.stderr.contains("ZD5009"),
            "{round}: {ran:#?}"
        );
        begun = !ran.stderr.contains("ZD5009");
        for (line, outcome) in outcomes(&zd.read("told.jsonl")) {
            let before = told.insert(line, outcome.clone());
            assert!(before.is_none_or(|before| before == outcome), "line {line}");
        }
    }
    assert!(kills >= 8 || finished, "{kills} kills");
    let resume = ["import", "--resume"];
    let ran = zd.run(&resume);
    if ran.stderr.contains("ZD5009") {
        zd.run(&["import", "people.csv", "--on-invalid", "skip"])
            .code(6);
    } else {
        ran.code(6);
    }
    let (rows, jobs) = sent(&zd);
    zd.run(&resume).code(6);
    assert_eq!(
        sent(&zd),
        (rows, jobs),
        "a finished run is not gone on with"
    );
    assert_eq!(rows, 1_498, "rows were sent again");
    let all = zd
        .run(&[
            "run", "rows", "last", "--status", "all", "--format", "jsonl",
        ])
        .code(0);
    let ended = outcomes(&all.stdout);
    assert_eq!(ended.len(), 1_500);
    for (line, outcome) in &told {
        assert_eq!(
            ended.get(line),
            Some(outcome),
            "line {line} was told otherwise before"
        );
    }
    let mut parts: Vec<String> = Vec::new();
    for status in ["applied", "not-applied", "unprocessed"] {
        let ran = zd
            .run(&["run", "rows", "last", "--status", status, "--bare"])
            .code(0);
        parts.extend(ran.stdout.lines().skip(1).map(str::to_owned));
    }
    let mut rows: Vec<&str> = input.lines().skip(1).collect();
    rows.sort_unstable();
    parts.sort_unstable();
    assert_eq!(parts, rows, "the parts are not the input");
    let good: Vec<&str> = input.lines().take(1_499).collect();
    let zd = zd.file("good.csv", good.join("\n"));
    zd.run(&["sandbox", "verify", "good.csv"]).code(0);
    let applied = zd.run(&["sandbox", "applied", "--json"]).code(0).json();
    for person in applied.as_array().unwrap() {
        assert_eq!(number(&person["created"]), 1, "{person}");
    }
}

#[test]
fn another_input_is_told_and_nothing_is_sent() {
    let home = Zd::new();
    let sandbox = Started::with(&home, FAST);
    let input = people(400);
    let zd = sandbox.account().file("people.csv", &input);
    killed(&zd, &[]);
    let before = sent(&zd);
    let path = zd.path().join("people.csv");
    let edited = input.replace("Person 7,", "Persom 7,");
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("edited", edited.into_bytes(), "the same length"),
        (
            "appended to",
            format!("{input}p-y,More,\n").into_bytes(),
            "appended",
        ),
        ("cut", input.as_bytes()[..2_000].to_vec(), "shorter"),
        ("replaced", b"external_id,name\nq,Q\n".to_vec(), "shorter"),
        ("emptied", Vec::new(), "empty"),
        ("of another kind", b"PK\x03\x04 a workbook".to_vec(), "kind"),
        ("an image", b"\x89PNG\r\n\x1a\n".to_vec(), ""),
    ];
    let resume = ["import", "--resume"];
    for (name, content, why) in cases {
        std::fs::write(&path, content).unwrap();
        let ran = zd.run(&resume);
        assert_eq!(ran.code, Some(12), "{name}: {ran:#?}");
        ran.err("ZD5013")
            .err(why)
            .err("sent: nothing")
            .err("then  zd import --resume ");
    }
    std::fs::remove_file(&path).unwrap();
    zd.run(&resume)
        .code(3)
        .err("sent: nothing")
        .err("then  zd import --resume ");
    std::fs::create_dir(&path).unwrap();
    zd.run(&resume)
        .code(12)
        .err("ZD5013")
        .err("it is a directory now");
    std::fs::remove_dir(&path).unwrap();
    assert_eq!(sent(&zd), before, "something was sent");
    // The same bytes, only newer.
    std::fs::write(&path, input).unwrap();
    zd.run(&resume).code(6);
    assert_eq!(sent(&zd).0, 398);
}

#[test]
fn a_run_goes_on_with_the_mapping_that_it_was_begun_with() {
    let home = Zd::new();
    let sandbox = Started::with(&home, FAST);
    let mapping = "[attributes]\nexternal_id = \"key\"\n";
    let input = people(400).replace("external_id", "key");
    let zd = sandbox
        .account()
        .file("people.csv", input)
        .file("map.toml", mapping);
    killed(&zd, &["--map", "map.toml"]);
    std::fs::write(
        zd.path().join("map.toml"),
        "[attributes]\nphone = \"key\"\n",
    )
    .unwrap();
    zd.run(&["import", "--resume"]).code(6);
    assert_eq!(sent(&zd).0, 398);
    let applied = zd.run(&["sandbox", "applied", "--json"]).code(0).json();
    assert_eq!(applied.as_array().unwrap().len(), 398);
    zd.run(&["sandbox", "applied", "ext:p-7", "--json"])
        .code(0)
        .out("\"created\":1");
}

#[test]
fn standard_input_is_kept_for_later() {
    let home = Zd::new();
    let sandbox = Started::with(&home, FAST);
    let zd = sandbox.account().file("people.csv", people(400));
    let words = ["import", "-", "--on-invalid", "skip", "--max-jobs", "1"];
    let input = std::fs::File::open(zd.path().join("people.csv")).unwrap();
    let child = zd
        .command(&words)
        .stdin(Stdio::from(input))
        .spawn()
        .unwrap();
    kill_once_sent(&zd, child);
    std::fs::remove_file(zd.path().join("people.csv")).unwrap();
    zd.run(&["import", "--resume"]).code(6);
    assert_eq!(sent(&zd).0, 398);
}

#[test]
fn another_account_and_a_rehearsal_are_refused() {
    let home = Zd::new();
    let (sandbox, other) = (Started::with(&home, FAST), Started::with(&home, FAST));
    let zd = sandbox.account().file("people.csv", people(400));
    killed(&zd, &[]);
    let before = sent(&zd);
    let resume = ["import", "--resume"];
    let elsewhere = zd
        .command(&resume)
        .env("ZD_BASE_URL", &other.url)
        .spawn()
        .unwrap();
    let host = |started: &Started| started.url.replace("http://", "");
    finish(elsewhere)
        .code(2)
        .err("ZD5015")
        .err(&format!(
            "was begun in {}, not in {}",
            host(&sandbox),
            host(&other)
        ))
        .err("sent: nothing")
        .never("rows applied");
    assert_eq!(sent(&other.account()), (0, 0));
    zd.run(&["import", "--resume", "--sandbox"])
        .code(2)
        .err("a rehearsal cannot be resumed");
    assert_eq!(sent(&zd), before);
}

#[test]
fn a_journal_that_is_not_ours_to_go_on_with() {
    let home = Zd::new();
    let sandbox = Started::with(&home, FAST);
    let zd = sandbox.account().file("people.csv", people(400));
    killed(&zd, &[]);
    let before = sent(&zd);
    let runs = zd.path().join(".state/runs");
    let run = std::fs::read_dir(runs)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let journal = run.join("journal");
    let sound = std::fs::read(&journal).unwrap();
    let resume = ["import", "--resume"];

    let mut flipped = sound.clone();
    flipped[200] ^= 1;
    std::fs::write(&journal, flipped).unwrap();
    zd.run(&resume)
        .code(12)
        .err("ZD5011")
        .err("damaged at byte");

    let mut newer = sound.clone();
    newer[8] = 200;
    let check = crc32(&newer[..28]).to_le_bytes();
    newer[28..32].copy_from_slice(&check);
    std::fs::write(&journal, newer).unwrap();
    zd.run(&resume)
        .code(12)
        .err("ZD5012")
        .err("the version of zd that began it");

    std::fs::write(&journal, sound).unwrap();
    std::fs::remove_file(run.join("lock")).unwrap();
    assert_eq!(sent(&zd), before);
    zd.run(&resume).code(6);
    assert_eq!(sent(&zd).0, 398);
}

/// The checksum of a journal's header (IEEE 802.3).
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
        }
    }
    !crc
}

#[test]
fn a_live_run_is_left_alone() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "60m", "--no-rate-limits"]);
    let zd = sandbox.account().file("people.csv", people(150));
    let words = ["import", "people.csv", "--on-invalid", "skip"];
    let mut child = zd.command(&words).spawn().unwrap();
    let begun = now();
    while sent(&zd).1 == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is sent");
    }
    let ran: Ran = zd.run(&["import", "--resume"]);
    child.kill().unwrap();
    let process = child.id().to_string();
    child.wait().unwrap();
    ran.code(12)
        .err("ZD5010")
        .err(&process)
        .err("zd run watch ");
}

#[test]
fn without_room_for_a_journal_nothing_is_sent() {
    let home = Zd::new();
    let sandbox = Started::with(&home, FAST);
    let zd = sandbox
        .account()
        .file("people.csv", people(400))
        .file("taken", "");
    let state = zd.path().join("taken").display().to_string();
    let words = ["import", "people.csv", "--on-invalid", "skip"];
    let child = zd
        .command(&words)
        .env("ZD_STATE_DIR", state)
        .spawn()
        .unwrap();
    let ran = finish(child);
    assert_eq!(ran.code, Some(12), "{ran:#?}");
    ran.err("sent: nothing").err("ZD_STATE_DIR");
    assert_eq!(sent(&zd), (0, 0));
}

/// Where this process may mount: a disk so small that the journal fills it, then a larger one.
const FULL: &str = r#"
    mount -t tmpfs -o size=16k tmpfs "$1" || exit 99
    "$2" import people.csv --on-invalid skip; echo "first $?"
    "$2" sandbox jobs list > before; "$2" import --resume; echo "second $?"
    "$2" sandbox jobs list > after; mount -o remount,size=4m "$1"
    "$2" import --resume; echo "third $?"
"#;

#[test]
fn a_full_disk_ends_an_import_that_goes_on_once_there_is_room() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "0", "--no-rate-limits"]);
    let zd = sandbox.account().file("people.csv", people(6_000));
    let state = zd.path().join("small");
    std::fs::create_dir(&state).unwrap();
    let mut command = std::process::Command::new("unshare");
    command.args(["--mount", "sh", "-c", FULL, "sh"]);
    command.arg(&state).arg(env!("CARGO_BIN_EXE_zd"));
    command.current_dir(zd.path()).env("ZD_STATE_DIR", &state);
    command
        .env("ZD_BASE_URL", &sandbox.url)
        .env("ZD_OAUTH_TOKEN", &sandbox.token);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(child) = command.spawn() else { return };
    let ran = finish(child);
    if !ran.stdout.contains("first") {
        // Mounting is not for everybody.
        return;
    }
    let ran = ran.out("first 12").out("second 12").out("third 6");
    let (before, after) = (zd.read("before"), zd.read("after"));
    assert!(before.lines().count() > 1, "nothing was sent: {ran:#?}");
    assert_eq!(before, after, "something was sent");
    ran.err("ZD5014").err("then  zd import --resume ");
    assert_eq!(sent(&zd).0, 5_998);
}
