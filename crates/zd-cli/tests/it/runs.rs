//! The runs that zd keeps: seen, used and removed without the import's own process.

use std::time::Duration;

use serde_json::Value;

use crate::process::{Zd, now};
use crate::sandbox::Started;

/// Three rows, of which the last two are invalid.
const PEOPLE: &str =
    "external_id,name,email\n1,Ann <b>,ann@x.example\n2,Bob,nor-this\n3,Eve,not-an-address\n";

/// With a place for runs of its own.
fn keeping(zd: Zd) -> Zd {
    let state = zd.path().join("state").display().to_string();
    zd.env("ZD_STATE_DIR", &state)
}

fn list(zd: &Zd) -> Value {
    zd.run(&["run", "list", "--json"]).code(0).json()
}

/// Waits until the newest run is as wanted.
fn wait(zd: &Zd, wanted: impl Fn(&Value) -> bool) -> Value {
    let started = now();
    loop {
        let run = list(zd)[0].clone();
        if wanted(&run) {
            return run;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{run}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_a_run_came_to_is_there_afterwards() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "0s"]);
    let zd = keeping(sandbox.account()).file("people.csv", PEOPLE);
    zd.run(&["run", "list"]).code(0).err("no runs yet");
    zd.run(&["run", "show", "last"]).code(3).err("ZD5009");
    let import = ["import", "people.csv", "--on-invalid", "skip"];
    let imported = zd.run(&import).code(6);

    let run = list(&zd)[0].clone();
    let id = run["id"].as_str().unwrap();
    assert_eq!(run["state"], "finished_with_failures", "{run}");
    assert_eq!((&run["rows"], &run["done"]), (&3.into(), &3.into()));
    zd.run(&["run", "list"]).code(0).out("people.csv");

    // As the import told it, whatever the time it took.
    let shown = zd.run(&["run", "show", &id[..9]]).code(0);
    for line in imported.stdout.lines().skip(1) {
        assert!(shown.stdout.contains(line), "{line:?}: {shown:#?}");
    }
    shown.out("finished with failures").out("2 rows did not");
    let record = zd.run(&["run", "show", id, "--json"]).code(0).json();
    assert_eq!(
        (&record["created"], &record["exit"]),
        (&1.into(), &6.into())
    );
    let codes = record["codes"].as_array().unwrap();
    assert!(codes.iter().any(|code| code["code"] == "email_malformed"));
    zd.run(&["run", "show", "zz"]).code(3).err(id);

    let failed = zd.read("failed.csv");
    let rows = zd.run(&["run", "rows", id]).code(0);
    assert_eq!(rows.stdout, failed, "the same file");
    zd.run(&[
        "run", "rows", id, "--status", "applied", "--bare", "-o", "done.csv",
    ])
    .code(0)
    .err("1 row in done.csv");
    let first: String = PEOPLE
        .lines()
        .take(2)
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(zd.read("done.csv"), first);
    zd.run(&["run", "rows", id, "-o", "people.csv"])
        .code(2)
        .err("would overwrite the input");
    let all = ["run", "rows", id, "--status", "all", "--format", "jsonl"];
    let told = zd.run(&all).code(0);
    assert_eq!(told.stdout.lines().count(), 3);
    told.out("{\"line\":2,\"key\":\"ext:1\",\"status\":\"created\"");

    let report = zd.run(&["run", "report", id]).code(0);
    let page = std::fs::read_to_string(report.stdout.trim()).unwrap();
    assert!(page.contains("1 of 3 rows applied"), "{page}");
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));

    std::fs::remove_file(zd.path().join("people.csv")).unwrap();
    zd.run(&["run", "rows", id]).code(3).err("--format jsonl");
    let bare = zd.run(&["run", "rows", id, "--format", "jsonl"]).code(0);
    assert_eq!(bare.stdout.lines().count(), 2);
    bare.never("ext:").err("without their keys");

    zd.run(&["run", "cancel", id]).code(0).out("is not running");
    zd.run(&["run", "watch", id]).code(6).out("2 rows did not");
    zd.run(&["run", "rm", "--older-than", "1d"])
        .code(0)
        .err("no run is as old");
    zd.run(&["run", "rm", id]).code(0).out(id);
    assert_eq!(list(&zd), serde_json::json!([]));
}

#[cfg(unix)]
#[test]
fn a_live_run_is_watched_and_ended_from_elsewhere() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "1s"]);
    let mut text = String::from("external_id,name\n");
    for number in 0..2_000 {
        text.push_str(&format!("p-{number},Person {number}\n"));
    }
    let zd = keeping(sandbox.account()).file("people.csv", text);
    let command = ["import", "people.csv", "--max-jobs", "1"];
    let import = zd.command(&command).spawn().unwrap();
    let run = wait(&zd, |run| run["in_flight"].as_u64() > Some(0));
    assert_eq!(run["state"], "running");
    assert_eq!(run["process"], import.id());
    let id = run["id"].as_str().unwrap().to_owned();
    zd.run(&["run", "rm", &id, "--force"])
        .code(12)
        .err("ZD5010");
    let watch = ["run", "watch", &id, "--progress", "bar"];
    let watching = zd.command(&watch).spawn().unwrap();
    wait(&zd, |run| run["done"].as_u64() > Some(0));

    zd.run(&["run", "cancel", &id])
        .code(0)
        .out("has ended")
        .out("--resume");
    crate::process::finish(import).code(143);
    let watched = crate::process::finish(watching).code(130);
    watched.err("importing people.csv").out("not sent");

    let run = list(&zd)[0].clone();
    assert_eq!(run["state"], "interrupted");
    zd.run(&[
        "run",
        "rows",
        &id,
        "--status",
        "unprocessed",
        "--bare",
        "-o",
        "left.csv",
    ])
    .code(0);
    let left = zd.read("left.csv").lines().count() as u64 - 1;
    assert_eq!(Some(left), run["unprocessed"].as_u64());
    zd.run(&["run", "rm", &id])
        .code(2)
        .err("ZD5017")
        .err("in flight");
    zd.run(&["run", "rm", &id, "--force"]).code(0);
}

#[test]
fn a_damaged_journal_is_a_line_of_the_list() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "0s"]);
    let zd = keeping(sandbox.account()).file("people.csv", "external_id,name\n1,Ann\n");
    for _ in 0..2 {
        zd.run(&["import", "people.csv"]).code(0);
    }
    let id = list(&zd)[0]["id"].as_str().unwrap().to_owned();
    let journal = zd.path().join("state/runs").join(&id).join("journal");
    let mut bytes = std::fs::read(&journal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&journal, bytes).unwrap();
    let runs = list(&zd);
    let states: Vec<&Value> = (0..2).map(|place| &runs[place]["state"]).collect();
    assert_eq!(states, ["damaged", "finished"], "{runs}");
    zd.run(&["run", "show", &id]).code(12).err("ZD5011");
    zd.run(&["run", "rm", &id]).code(12).err("--force");
    zd.run(&["run", "rm", &id, "--force"]).code(0);
}

#[test]
fn what_is_not_as_written_is_found() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "0s"]);
    let people = "external_id,name\nv-1,Ann\nv-2,Bob\nv-3,Eve\n";
    let zd = keeping(sandbox.account()).file("people.csv", people);
    zd.run(&["import", "people.csv"]).code(0);
    let fine = zd.run(&["run", "verify", "last"]).code(0);
    fine.out("as asked 3");
    zd.run(&["user", "update", "ext:v-2", "--name", "Robert"])
        .code(0);
    zd.run(&["user", "delete", "ext:v-3", "--yes"]);
    let differs = zd.run(&["run", "verify", "last"]).code(6);
    differs
        .out("\"Robert\" → \"Bob\"")
        .out("gone 1")
        .err("ZD5018");
    let record = zd.run(&["run", "verify", "last", "--json"]).code(6).json();
    assert_eq!(record["fields"]["name"]["different"], 1, "{record}");
    assert_eq!(record["ok"], false);
    let one = ["run", "verify", "last", "--sample", "1", "--json"];
    assert_eq!(zd.run(&one).json()["rows"], 1);
}
