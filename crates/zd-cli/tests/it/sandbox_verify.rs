//! `zd sandbox verify`: what it sends, how it tells the report, and its exit codes.

use serde_json::{Value, json};

use crate::fake::{Answer, Fake};
use crate::process::Zd;

fn report(change: impl Fn(&mut Value)) -> Fake {
    let mut report = json!({"ok": true, "expected": 1200, "found": 1200,
        "missing": {"count": 0, "examples": []},
        "different": {"count": 0, "examples": []},
        "extra": {"count": 0, "examples": []},
        "unusable": {"count": 0, "examples": []},
        "applied": {"never": 0, "once": 1200, "more": 0, "created_more_than_once": {"count": 0, "examples": []}}});
    change(&mut report);
    Fake::start(move |_| Answer::json(200, &report))
}

const LINES: &str = "{\"external_id\": \"1\", \"name\": \"Ann\"}\n{\"external_id\": \"2\"}\n";

fn zd(fake: &Fake) -> Zd {
    Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .file("people.jsonl", LINES)
}

#[test]
fn what_is_as_expected_is_exit_0() {
    let fake = report(|_| {});
    let zd = zd(&fake);
    zd.run(&["sandbox", "verify", "people.jsonl"])
        .code(0)
        .out("expected\t1,200\n")
        .out("missing\t0\n")
        .out("applied\tnever 0, once 1,200, more 0\n");
    let sent = &fake.requests()[0];
    assert_eq!(sent.call(), "POST /__zd/verify");
    assert_eq!(sent.body, LINES.as_bytes());
    zd.run_with(&["sandbox", "verify", "-"], LINES.as_bytes())
        .code(0);
    assert_eq!(fake.requests()[1].body, LINES.as_bytes());
    zd.run_with(&["sandbox", "verify", "-"], b" [{\"name\": \"Ann\"}]")
        .code(0);
    let array = &fake.requests()[2];
    assert!(array.headers.to_lowercase().contains("application/json"));
    let json = zd
        .run(&["sandbox", "verify", "people.jsonl", "--json"])
        .code(0)
        .json();
    assert_eq!(json["ok"], true);
}

#[test]
fn what_is_not_is_told_with_examples() {
    let fake = report(|report| {
        report["ok"] = false.into();
        report["missing"] = json!({"count": 2, "examples": [{"line": 2, "key": "ext:2"}]});
        report["different"] = json!({"count": 1, "examples": [{"line": 1, "key": "ext:1",
            "fields": [{"field": "name", "expected": "Ann", "stored": "Anne"}, {"field": "tags", "expected": ["a"], "stored": null}]}]});
        report["unusable"] = json!({"count": 1, "examples": [{"line": 3, "reason": "no key"}]});
        report["applied"]["created_more_than_once"] =
            json!({"count": 1, "examples": [{"key": "ext:1", "created": 2}]});
    });
    let zd = zd(&fake);
    zd.run(&["sandbox", "verify", "people.jsonl"])
        .code(6)
        .out("missing\t2\n")
        .out("missing, line 2\text:2\n")
        .out("different, line 1\text:1: name is \"Anne\", expected \"Ann\"\n")
        .out("different, line 1\text:1: tags is null, expected [\"a\"]\n")
        .out("unusable, line 3\tno key\n")
        .out("created more than once\text:1: 2 times\n")
        .err("error[ZD6004]")
        .err("2 missing, 1 different, 1 unusable");
    let ran = zd
        .run(&["sandbox", "verify", "people.jsonl", "--json"])
        .code(6);
    assert_eq!(ran.json()["missing"]["count"].to_string(), "2");
    assert_eq!(ran.error()["name"], "sandbox_differs");
}

#[test]
fn others_may_be_there_if_that_is_allowed() {
    let fake = report(|report| {
        report["ok"] = false.into();
        report["extra"] = json!({"count": 1, "examples": [{"id": 7, "key": "ext:seed-0001"}]});
    });
    let zd = zd(&fake);
    zd.run(&["sandbox", "verify", "people.jsonl"])
        .code(6)
        .out("extra\text:seed-0001 (id 7)\n")
        .err("--allow-extra");
    let json = zd
        .run(&[
            "sandbox",
            "verify",
            "people.jsonl",
            "--allow-extra",
            "--json",
        ])
        .code(0)
        .json();
    assert_eq!(json["ok"], true);
    assert_eq!(json["extra"]["count"].to_string(), "1");
}

#[test]
fn a_csv_file_is_read_as_an_import_reads_it() {
    let fake = report(|report| {
        report["missing"] = json!({"count": 1, "examples": [{"line": 2, "key": "ext:3"}]});
    });
    let csv = "External_ID;name;email;zd_status;shoe\n1;\"Ann\nLee\";;created;40\n2;Eve;no-address;;\n3;Bob;;;\n";
    let zd = Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .file("people.csv", csv);
    let arguments = ["sandbox", "verify", "people.csv", "--ignore-column", "shoe"];
    // No import would send the second row with such an address: the third is the second that is sent.
    let ran = zd.run(&arguments).code(6);
    ran.out("missing, line 5\text:3\n")
        .out("unusable\t1\n")
        .out("unusable, line 4\temail: ");
    let sent = String::from_utf8(fake.requests()[0].body.clone()).unwrap();
    let users: Vec<Value> = sent
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        users,
        [
            json!({"external_id": "1", "name": "Ann\nLee"}),
            json!({"external_id": "3", "name": "Bob"})
        ]
    );
    zd.run_with(
        &["sandbox", "verify", "-", "--ignore-column", "shoe"],
        csv.as_bytes(),
    )
    .code(6)
    .out("missing, line 5\text:3\n");
}

#[test]
fn a_file_that_is_none_is_told() {
    let fake = report(|_| {});
    let zd = zd(&fake)
        .file("empty.csv", "")
        .file("odd.csv", "shoe\n40\n");
    zd.run(&["sandbox", "verify", "nowhere.jsonl"])
        .code(3)
        .err("error[ZD1003]");
    zd.run(&["sandbox", "verify", "empty.csv"]).code(11);
    zd.run(&["sandbox", "verify", "odd.csv"])
        .code(11)
        .err("shoe");
    assert_eq!(fake.requests().len(), 0);
}
