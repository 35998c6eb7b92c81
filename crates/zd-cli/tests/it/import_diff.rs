//! `zd import --dry-run=diff`: what would change in the account.

use serde_json::{Value, json};
use zd_sandbox::Sandbox;

use crate::fake::{Answer, Fake};
use crate::process::Zd;
use crate::served::Served;

const PEOPLE: &str = "external_id,email,name,user_fields.seats:integer,user_fields.no_such\n\
    new-1,new1@people.example,New One,,\n\
    SEED-0001,,Somebody Else,99,x\n\
    ,seed0002@people.example,,7,\n";

fn lines(stdout: &str) -> Vec<Value> {
    let lines = stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn people_see_the_counts_and_then_field_by_field() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    zd.run(&[
        "import",
        "people.csv",
        "--dry-run=diff",
        "--sandbox",
        "--no-account-checks",
    ])
    .code(0)
    .out("✓ people.csv compared with sandbox: 3 rows in ")
    .out("\n  create 1  update 2  unchanged 0  cannot tell 0\n")
    .out("\n  changes      user_fields.seats 2, name 1\n")
    .out("\n  ignored      user_fields.no_such 1\n")
    .out("\nline 3  ext:SEED-0001  user ")
    .out(" → \"Somebody Else\"\n")
    .out("user_fields.seats  ")
    .out(" → 99\n")
    .out("\n    the account has no such field: user_fields.no_such\n")
    .out("\nline 4  email:seed0002@people.example  user ")
    .err("reading sandbox: at least ");
    assert!(!zd.exists("failed.csv"));
    zd.run(&[
        "import",
        "people.csv",
        "--dry-run=diff",
        "--sandbox",
        "--no-account-checks",
        "--show=1",
    ])
    .code(0)
    .out("\nand 1 more: --show 2, or --format jsonl for every row\n");
}

#[test]
fn programs_get_an_object_for_every_row() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    let diff = [
        "import",
        "people.csv",
        "--dry-run=diff",
        "--sandbox",
        "--no-account-checks",
    ];
    let ran = zd
        .run(&[&diff[..], &["--format", "jsonl"]].concat())
        .code(0);
    let rows = lines(&ran.stdout);
    let actions: Vec<&Value> = rows.iter().map(|row| &row["action"]).collect();
    assert_eq!(actions, ["create", "update", "update"]);
    assert_eq!(
        (&rows[0]["line"], &rows[0]["key"]),
        (&json!(2), &json!("ext:new-1"))
    );
    assert!(rows[0]["user_id"].is_null() && rows[1]["user_id"].is_u64());
    let changes = rows[1]["changes"].as_array().unwrap();
    let name = changes
        .iter()
        .find(|change| change["field"] == "name")
        .unwrap();
    assert_eq!(name["asked"], "Somebody Else");
    assert!(name["stored"].is_string());
    assert_eq!(rows[1]["ignored"], json!(["user_fields.no_such"]));
    let whole = zd.run(&[&diff[..], &["--json"]].concat()).code(0).json();
    assert_eq!(whole, Value::from(rows));
}

#[tokio::test]
async fn nothing_is_written_and_after_the_import_nothing_would_change() {
    let served = Served::start(Sandbox::builder()).await;
    let zd = served.zd().file("people.csv", PEOPLE);
    let diff = [
        "import",
        "people.csv",
        "--dry-run=diff",
        "--format=jsonl",
        "--no-account-checks",
    ];
    let before = served.sandbox.applied();
    Served::run(&zd, &diff).await.code(0);
    assert_eq!(served.sandbox.applied(), before);
    Served::run(&zd, &["import", "people.csv", "--no-account-checks"])
        .await
        .code(0);
    for row in lines(&Served::run(&zd, &diff).await.code(0).stdout) {
        assert_eq!(row["action"], "unchanged", "{row}");
    }
}

#[test]
fn invalid_rows_end_it_as_any_dry_run() {
    let fake = Fake::start(|_| Answer::Close);
    let content = "email,name\nnone,A\nnew@people.example,B\n";
    let zd = Zd::at(&fake.url).file("people.csv", content);
    zd.run(&["import", "people.csv", "--dry-run=diff"])
        .code(11)
        .out("1 of 2 rows invalid");
    let skip = ["--dry-run=diff", "--on-invalid=skip", "--sandbox"];
    Zd::new()
        .file("people.csv", content)
        .run(&[&["import", "people.csv"], &skip[..]].concat())
        .code(6)
        .out("create 1  update 0  unchanged 0  cannot tell 0  invalid 1");
}

#[test]
fn wrong_credentials_and_no_account_are_told_as_elsewhere() {
    let zd = Zd::new().file("people.csv", PEOPLE);
    zd.run(&["import", "people.csv", "--dry-run=diff"]).code(4);
    let refusing =
        Fake::start(|_| Answer::json(401, &json!({"error": "Couldn't authenticate you"})));
    Zd::at(&refusing.url)
        .file("people.csv", PEOPLE)
        .run(&["import", "people.csv", "--dry-run=diff"])
        .code(4)
        .err("sent: nothing was changed");
    Zd::at("http://127.0.0.1:9")
        .file("people.csv", PEOPLE)
        .run(&["import", "people.csv", "--dry-run=diff"])
        .code(5);
}

#[test]
fn the_flag_alone_and_in_the_environment_means_what_it_did() {
    for (value, says) in [
        ("1", "would send"),
        ("counts", "would send"),
        ("0", "applied in"),
    ] {
        Zd::new()
            .env("ZD_DRY_RUN", value)
            .file("people.csv", "email,name\nnew@people.example,New\n")
            .run(&["import", "people.csv", "--sandbox"])
            .code(0)
            .out(says);
    }
    let zd = Zd::new().file("people.csv", PEOPLE);
    zd.run(&["import", "--dry-run", "people.csv"])
        .code(0)
        .out("would send");
    zd.run(&["import", "people.csv", "--dry-run=diff", "--print=curl"])
        .code(2);
}
