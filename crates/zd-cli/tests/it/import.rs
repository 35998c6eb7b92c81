//! `zd import` where all goes well, or as well as the rows allow.

use serde_json::json;

use crate::fake::{Answer, Fake};
use crate::process::{Ran, Zd};
use crate::sandbox::Started;

const PEOPLE: &str = "external_id,email,name,organization.name\n\
    new-1,new1@people.example,New One,Cedar Health\n\
    seed-0001,,Known,\n\
    new-2,new2@people.example,,Dogwood Media\n";

#[track_caller]
fn counts(ran: &Ran, expected: &[(&str, u64)]) {
    let json = ran.json();
    for (name, count) in expected {
        assert_eq!(json[name].as_u64(), Some(*count), "{name} in {json}");
    }
    let sum: u64 = [
        "created",
        "updated",
        "unchanged",
        "failed",
        "invalid",
        "indeterminate",
    ]
    .iter()
    .map(|name| json[name].as_u64().unwrap())
    .sum();
    assert_eq!(json["rows"].as_u64(), Some(sum), "{json}");
}

#[test]
fn a_rehearsal_tells_what_became_of_every_row() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    zd.run(&["import", "people.csv", "--sandbox"])
        .code(6)
        .out("2 of 3 rows applied in ")
        .out("created 1  updated 1  unchanged 0")
        .out("1 row did not")
        .out("failed.csv (fix and import again)")
        .out("e.g. line 4")
        .out("next: fix failed.csv, then  zd import failed.csv --sandbox\n")
        .out("rehearsal in a sandbox");
    let failed = zd.read("failed.csv");
    let mut lines = failed.lines();
    assert_eq!(
        lines.next(),
        Some(
            "external_id,email,name,organization.name,zd_line,zd_status,zd_code,zd_error,zd_retryable,zd_user_id,zd_job_id,zd_attempts"
        )
    );
    let row = lines.next().unwrap();
    assert!(
        row.starts_with("new-2,new2@people.example,,Dogwood Media,4,failed,"),
        "{row}"
    );
    assert_eq!(lines.next(), None);
}

#[test]
fn programs_get_one_object_that_adds_up() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    let ran = zd
        .run(&["import", "people.csv", "--sandbox", "--json"])
        .code(6);
    counts(
        &ran,
        &[
            ("rows", 3),
            ("created", 1),
            ("updated", 1),
            ("failed", 1),
            ("batches", 1),
            ("exit", 6),
        ],
    );
    let json = ran.json();
    assert!(json["requests"].as_u64().unwrap() >= 3 && json["elapsed_s"].as_f64().unwrap() > 0.0);
    assert_eq!(json["failed_file"], "failed.csv");
    assert_eq!(json["stopped"], serde_json::Value::Null);
    assert_eq!(ran.stdout.lines().count(), 1);
}

#[test]
fn without_failures_there_is_no_failed_file() {
    let zd = Zd::new().file("people.csv", "email,name\nnew@people.example,New\n");
    zd.run(&["import", "people.csv", "--sandbox"])
        .code(0)
        .out("✓ 1 of 1 row applied");
    assert!(!zd.exists("failed.csv"));
}

#[test]
fn the_failed_file_goes_back_in_and_never_over_another_file() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    zd.run(&["import", "people.csv", "--sandbox"]).code(6);
    let first = zd.read("failed.csv");
    zd.run(&["import", "failed.csv", "--sandbox"])
        .code(6)
        .out("failed-2.csv");
    assert_eq!(zd.read("failed.csv"), first);
    assert!(
        zd.read("failed-2.csv")
            .lines()
            .nth(1)
            .unwrap()
            .contains(",2,failed,")
    );
    let corrected = first.replace(",,Dogwood", ",New Two,Dogwood");
    let zd = zd.file("failed.csv", corrected);
    zd.run(&["import", "failed.csv", "--sandbox"])
        .code(0)
        .out("created 1");
}

#[test]
fn the_input_is_never_overwritten() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    std::fs::hard_link(zd.path().join("people.csv"), zd.path().join("other.csv")).unwrap();
    for flag in ["--failed-file", "--outcomes"] {
        for name in ["people.csv", "./people.csv", "other.csv"] {
            zd.run(&["import", "people.csv", "--sandbox", flag, name])
                .code(2)
                .err("error[ZD1004]")
                .err("would overwrite the input");
        }
    }
    assert_eq!(zd.read("people.csv"), PEOPLE);
    zd.run(&[
        "import",
        "people.csv",
        "--sandbox",
        "--failed-file",
        "missing/failed.csv",
    ])
    .code(3)
    .err("sent: nothing");
    zd.run(&[
        "import",
        "people.csv",
        "--sandbox",
        "--failed-file=both",
        "--outcomes=./both",
    ])
    .code(2)
    .err("--failed-file and --outcomes both want ./both");
    zd.run(&[
        "import",
        "people.csv",
        "--sandbox",
        "--failed-file",
        "mine.csv",
    ])
    .code(6);
    assert!(zd.exists("mine.csv") && !zd.exists("failed.csv"));
}

#[test]
fn outcomes_are_streamed() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    zd.run(&[
        "import",
        "people.csv",
        "--sandbox",
        "--outcomes",
        "ledger.jsonl",
    ])
    .code(6);
    let ran = zd
        .run(&["import", "people.csv", "--sandbox", "--outcomes", "-"])
        .code(6)
        .err("2 of 3 rows applied");
    for text in [zd.read("ledger.jsonl"), ran.stdout] {
        let mut lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        lines.sort_by_key(|line| line["line"].as_u64());
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0]["status"], "created");
        assert_eq!(lines[0]["key"], "ext:new-1");
        assert!(lines[1]["user_id"].as_u64().is_some());
        assert_eq!(lines[2]["status"], "failed");
    }
    zd.run(&[
        "import",
        "people.csv",
        "--sandbox",
        "--json",
        "--outcomes",
        "-",
    ])
    .code(2)
    .err("the summary and --outcomes - both want standard output");
}

#[test]
fn a_reader_of_the_outcomes_that_went_away_does_not_stop_the_import() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    let sandbox = Started::with(&zd, &["--job-time", "0"]);
    let account = sandbox.account().file("people.csv", PEOPLE);
    let mut child = account
        .command(&["import", "people.csv", "--outcomes", "-"])
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    crate::process::finish(child)
        .code(6)
        .err("2 of 3 rows applied");
    account.run(&["user", "get", "ext:new-1"]).code(0);
}

#[cfg(target_os = "linux")]
#[test]
fn outcomes_that_cannot_be_kept_end_the_import() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    zd.run(&[
        "import",
        "people.csv",
        "--sandbox",
        "--outcomes",
        "/dev/full",
    ])
    .code(2)
    .err("error[ZD1005]");
}

#[test]
fn standard_input_is_imported_too() {
    let zd = Zd::new();
    let lines = b"{\"external_id\": \"j1\", \"name\": \"J\"}\n{\"email\": \"nobody\"}\n";
    zd.run_with(&["import", "-", "--sandbox"], lines)
        .code(11)
        .err("standard input: 1 of 2 rows");
    let ran = zd
        .run_with(
            &["import", "-", "--sandbox", "--on-invalid", "skip", "--json"],
            lines,
        )
        .code(6);
    counts(&ran, &[("rows", 2), ("created", 1), ("invalid", 1)]);
    assert!(zd.read("failed.jsonl").contains("\"_zd\""));
}

#[test]
fn a_dry_run_sends_nothing() {
    let fake = Fake::start(|_| Answer::Close);
    let zd = Zd::at(&fake.url).file("people.csv", PEOPLE);
    zd.run(&["import", "people.csv", "--dry-run"])
        .code(0)
        .out("all of 3 rows valid")
        .out("would send   3 rows in 1 batch")
        .out("requests")
        .out("2 rows in which an organization")
        .out("nobody is mailed");
    let plan = zd
        .run(&["import", "people.csv", "--dry-run", "--json"])
        .code(0)
        .json();
    assert_eq!(plan["batches"].to_string(), "1");
    assert!(plan["estimate"]["requests"].as_u64().unwrap() >= 2);
    zd.run(&["import", "people.csv", "--print", "curl"])
        .code(0)
        .out("/api/v2/users/create_or_update_many")
        .out("\"skip_verify_email\":true");
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn what_is_sent_is_what_the_flags_say() {
    let sent = |flags: &[&str], content: &str| {
        let fake = Fake::account(|request| match request.call().as_str() {
            "POST /api/v2/users/create_or_update_many" => Answer::json(
                200,
                &json!({"job_status": {"id": "V3-1", "status": "queued"}}),
            ),
            _ => Answer::json(
                200,
                &json!({"job_statuses": [{"id": "V3-1", "status": "completed", "total": 1,
                "results": [{"id": 7, "status": "Created", "external_id": "1"}]}]}),
            ),
        });
        let mut arguments = vec!["import", "people.csv"];
        arguments.extend(flags);
        Zd::at(&fake.url)
            .file("people.csv", content)
            .run(&arguments)
            .code(0)
            .out("created 1");
        let requests = fake.requests();
        let post = requests
            .iter()
            .find(|request| request.method == "POST")
            .unwrap();
        post.json()["users"].clone()
    };
    assert_eq!(
        sent(&[], "external_id,notes,alias\n1,,\\N\n"),
        json!([{"external_id": "1", "skip_verify_email": true, "alias": null}])
    );
    assert_eq!(
        sent(
            &[
                "--blank",
                "null",
                "--send-welcome-mail",
                "--null-token",
                "-"
            ],
            "external_id,notes,alias\n1,,-\n"
        ),
        json!([{"external_id": "1", "alias": null, "notes": null}])
    );
    assert_eq!(
        sent(&["--allow-role-change"], "external_id,role\n1,agent\n"),
        json!([{"external_id": "1", "role": "agent", "skip_verify_email": true}])
    );
}

#[test]
fn imported_twice_nobody_is_created_again() {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &["--job-time", "0"]);
    let account = sandbox.account().file("people.csv", PEOPLE);
    counts(
        &account.run(&["import", "people.csv", "--json"]).code(6),
        &[("created", 1), ("updated", 1)],
    );
    counts(
        &account.run(&["import", "people.csv", "--json"]).code(6),
        &[("created", 0), ("updated", 2)],
    );
}

#[test]
fn the_example_is_imported_within_seconds() {
    let example = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/examples/people.csv"
    );
    let planted =
        std::fs::read_to_string(example.replace("people.csv", "people.errors.csv")).unwrap();
    let expected = planted.lines().count() as u64 - 1;
    let zd = Zd::new();
    let ran = zd.run(&["import", example, "--sandbox", "--json"]).code(6);
    counts(
        &ran,
        &[
            ("rows", 2_000),
            ("failed", expected),
            ("invalid", 0),
            ("indeterminate", 0),
        ],
    );
    assert!(ran.json()["elapsed_s"].as_f64().unwrap() < 30.0);
    // Each planted error is reported at its line.
    let header: Vec<String> = zd
        .read("failed.csv")
        .lines()
        .next()
        .unwrap()
        .split(',')
        .map(str::to_owned)
        .collect();
    assert!(header.contains(&"zd_line".to_owned()));
    for line in planted.lines().skip(1) {
        let number = line.split(',').next().unwrap();
        assert!(
            zd.read("failed.csv")
                .contains(&format!(",{number},failed,")),
            "{line}"
        );
    }
}

#[test]
fn progress_is_told_as_the_user_likes() {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &["--job-time", "0"]);
    let run = |form: &str| {
        let account = sandbox.account().file("people.csv", PEOPLE);
        account
            .run(&["import", "people.csv", "--progress", form])
            .code(6)
    };
    assert_eq!(run("none").stderr, "");
    assert!(run("bar").stderr.contains("importing people.csv"));
    // So short an import has nothing to tell every ten seconds.
    assert_eq!(run("plain").stderr, "");
    assert_eq!(run("json").stderr, "");
}

/// What the account alone knows is found before anything is sent, or told by a check that asks it.
#[test]
fn what_the_account_does_not_take_stops_an_import() {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &["--job-time", "0"]);
    let account = sandbox.account().file(
        "people.csv",
        "external_id,name,organization.name,user_fields.plan_tier,user_fields.seats\n\
         n-1,Ann,Cedar Health,gold,12\n\
         n-2,Bob,New Org,silver,3\n\
         n-3,Cy,,platinum,\n\
         n-4,Di,NEW ORG,,\n",
    );
    account
        .run(&["check", "people.csv"])
        .code(0)
        .out("organizations 2 named: zd check --account looks them up")
        .out("unchecked    2 custom fields: zd check --account");
    account
        .run(&["check", "people.csv", "--account"])
        .code(11)
        .out("3 of 4 rows invalid")
        .out("line 3: no organization has this name")
        .out("no such option; there are bronze, gold, silver")
        .out("organizations 2 named: 1 found, 1 not found");
    account
        .run(&["check", "people.csv", "--account", "--create-organizations"])
        .out("1 of 4 rows invalid")
        .out("organizations 2 named: 1 found, 1 to be created");
    account
        .run(&["import", "people.csv"])
        .code(11)
        .err("3 of 4 rows invalid, nothing was sent")
        .err("line 4, column 4 (user_fields.plan_tier)");
    let arguments = [
        "import",
        "people.csv",
        "--create-organizations",
        "--on-invalid",
        "skip",
        "--json",
    ];
    counts(
        &account.run(&arguments).code(6),
        &[("created", 3), ("invalid", 1)],
    );
    account
        .run(&["organization", "search", "--name", "new org", "--json"])
        .code(0)
        .out("New Org");
    // They are there now.
    counts(
        &account.run(&arguments).code(6),
        &[("updated", 3), ("invalid", 1)],
    );
    // Zendesk says it too, a row later than zd.
    let unasked = ["import", "people.csv", "--no-account-checks", "--json"];
    counts(
        &account.run(&unasked).code(6),
        &[("updated", 3), ("failed", 1)],
    );
}

#[test]
fn a_misspelt_custom_field_is_told_at_the_header() {
    let zd = Zd::new().file(
        "people.csv",
        "external_id,name,user_fields.seets\n1,Ann,3\n",
    );
    zd.run(&["import", "people.csv", "--sandbox"])
        .code(11)
        .err("column 3 (user_fields.seets)")
        .err("near it: seats");
    zd.run(&[
        "import",
        "people.csv",
        "--sandbox",
        "--ignore-column",
        "user_fields.seets",
    ])
    .code(0);
}
