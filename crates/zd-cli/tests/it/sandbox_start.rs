//! What `zd sandbox start` starts.

#![cfg(unix)]

use serde_json::{Value, json};

use crate::process::Zd;
use crate::sandbox::Started;

fn settings(sandbox: &Started) -> Value {
    let ran = sandbox.account().run(&["sandbox", "set", "--json"]);
    ran.code(0).json()
}

#[test]
fn its_options_are_its_settings() {
    let zd = Zd::new().file("times.txt", "# as recorded\n2s\n\n30s\n");
    let sandbox = Started::with(
        &zd,
        &[
            "--plan",
            "team",
            "--no-rate-limits",
            "--rate-headers",
            "2023",
            "--others",
            "400/min",
            "--other-jobs",
            "0-20",
            "--job-time",
            "trace:times.txt",
            "--workers",
            "3",
            "--job-retention",
            "2h",
            "--job-visible-after",
            "500ms",
            "--choose",
            "failed-rows=forum",
            "--choose",
            "match=email",
            "--no-bulk-import",
            "--no-admin-passwords",
            "--token-lifetime",
            "1d",
            "--search-delay",
            "90s",
            "--api-tokens-end",
            "2027-04-30",
        ],
    );
    let settings = settings(&sandbox);
    for (key, value) in [
        ("plan", json!("team")),
        ("rate_limits", json!(false)),
        ("rate_headers", json!("2023")),
        ("others", json!("400/min")),
        ("other_jobs", json!("0-20")),
        ("job_time", json!("trace:2s,30s")),
        ("workers", json!(3)),
        ("job_retention", json!("7200s")),
        ("job_visible_after", json!("500ms")),
        ("bulk_import", json!(false)),
        ("admins_set_passwords", json!(false)),
        ("token_lifetime", json!("86400s")),
        ("search_delay", json!("90s")),
        ("api_tokens_end", json!("2027-04-30T00:00:00Z")),
    ] {
        assert_eq!(settings[key], value, "{key}");
    }
    assert_eq!(settings["choose"]["failed-rows"], "forum");
    assert_eq!(settings["choose"]["match"], "email");
}

#[test]
fn its_clock_begins_as_told() {
    let sandbox = Started::with(
        &Zd::new(),
        &[
            "--starts-at",
            "2027-04-30T12:00:00Z",
            "--frozen",
            "--time-scale",
            "60",
        ],
    );
    sandbox
        .account()
        .run(&["sandbox", "clock"])
        .code(0)
        .out("clock\t2027-04-30T12:00:00Z, frozen, 60 times as fast\n");
}

#[test]
fn it_begins_with_the_users_of_a_file() {
    let zd = Zd::new()
        .file(
            "people.csv",
            "external_id,name,email\n1,Ann,ann@people.example\n2,Bob,\n",
        )
        .file(
            "people.jsonl",
            "{\"external_id\": \"1\", \"name\": \"Ann\"}\n",
        )
        .file(
            "bad.jsonl",
            "{\"external_id\": \"1\", \"name\": \"Ann\"}\n{\"name\": 5}\n",
        )
        .file("no.jsonl", "{\"external_id\": \"1\"\n")
        .file("bad.csv", "external_id,email\n1,\"no\naddress\"\n");
    let sandbox = Started::with(&zd, &["--empty", "--users", "people.csv"]);
    let account = sandbox.account();
    account.run(&["user", "get", "ext:2"]).code(0).out("Bob");
    account
        .run(&["sandbox", "status"])
        .code(0)
        .out("users\t4 active, 0 deleted\n");
    drop(sandbox);
    let sandbox = Started::with(&zd, &["--users", "people.jsonl"]);
    sandbox.account().run(&["user", "get", "ext:1"]).code(0);
    for (file, place) in [("bad.jsonl", "line 2: "), ("bad.csv", "line 2: email: ")] {
        zd.run(&["sandbox", "start", "--users", file])
            .code(11)
            .err("1 of its users were refused, the sandbox was not started")
            .err(place);
    }
    zd.run(&["sandbox", "start", "--users", "no.jsonl"])
        .code(11)
        .err("no.jsonl: 1 of its users")
        .err("line 1: ");
    zd.run(&["sandbox", "start", "--users", "nowhere.csv"])
        .code(3);
}

#[test]
fn an_account_in_a_directory_outlives_a_kill() {
    let zd = Zd::new().file(
        "people.jsonl",
        "{\"external_id\": \"1\", \"name\": \"Ann\"}\n",
    );
    let flags = ["--data", "account", "--users", "people.jsonl"];
    let sandbox = Started::with(&zd, &flags);
    sandbox
        .account()
        .run(&["user", "update", "ext:1", "--set", "name=Anna"])
        .code(0);
    zd.run(&["sandbox", "start", "--data", "account"])
        .code(2)
        .err("account is in use")
        .err("fix: end that sandbox, or give another directory");
    sandbox.signal("KILL");
    drop(sandbox);
    let sandbox = Started::with(&zd, &flags);
    sandbox
        .account()
        .run(&["user", "get", "ext:1"])
        .code(0)
        .out("Anna");
    sandbox.signal("TERM");
    sandbox.finish().code(0);
    zd.run(&["sandbox", "start", "--data", "account", "--seed", "7"])
        .code(2)
        .err("began with --seed 0")
        .err("fix: give --seed and --people as it began with");
}

#[test]
fn others_may_use_it_where_that_is_asked_for() {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &["--listen", "0.0.0.0"]);
    assert!(
        sandbox.url.starts_with("http://127.0.0.1:"),
        "{}",
        sandbox.url
    );
    sandbox
        .account()
        .run(&["user", "get", "ext:seed-0001"])
        .code(0);
    sandbox.account().run(&["sandbox", "stop"]).code(0);
    sandbox
        .finish()
        .code(0)
        .err("whoever reaches 0.0.0.0 can use this sandbox");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let zd = Zd::new()
        .file("faults.txt", "# a bad day\n429=3%\n\nanswer-lost POTS\n")
        .file("times.txt", "2s\nsoon\n");
    zd.run(&["sandbox", "start", "--fault-file", "faults.txt"])
        .code(2)
        .err("`answer-lost POTS` at column 13")
        .err("faults.txt · line 4");
    zd.run(&["sandbox", "start", "--fault-file", "nowhere.txt"])
        .code(3);
    zd.run(&["sandbox", "start", "--job-time", "trace:times.txt"])
        .code(2)
        .err("times.txt")
        .err("write a time such as 2s on each line");
    zd.run(&["sandbox", "start", "--job-time", "trace:nowhere.txt"])
        .code(3);
    for (flags, said) in [
        (["--plan", "free"], "high-volume"),
        (["--choose", "failed-rows=odd"], "failed-rows=forum"),
        (["--choose", "colour"], "failed-rows"),
        (["--starts-at", "soon"], "2027-04-30"),
        (["--others", "many"], "400/min"),
        (["--rate-headers", "2024"], "current, 2023 or none"),
        (["--workers", "0"], "1..=1000"),
        (["--search-delay", "soon"], "such as 250ms"),
        (["--listen", "here"], "--listen"),
    ] {
        zd.run(&[&["sandbox", "start"], &flags[..]].concat())
            .code(2)
            .err("error[ZD1001]")
            .err(said);
    }
}
