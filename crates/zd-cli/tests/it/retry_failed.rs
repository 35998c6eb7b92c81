//! `zd import --retry-failed`, and whose files are written over.

use crate::process::Zd;
use crate::sandbox::Started;

const PEOPLE: &str =
    "external_id,name,email\np-1,One,one@people.example\np-2,Two,two@people.example\n,Nobody,\n";

const QUICK: [&str; 4] = ["--attempt-timeout", "1s", "--stuck-after", "1s"];

fn import(zd: &Zd, more: &[&str], code: i32) -> serde_json::Value {
    let start = ["import", "people.csv", "--on-invalid", "skip", "--json"];
    zd.run(&[&start[..], &QUICK, more].concat())
        .code(code)
        .json()
}

#[test]
fn what_may_pass_goes_again_and_leaves_the_files_of_the_first_run_alone() {
    let home = Zd::new();
    let sandbox = Started::with(
        &home,
        &["--job-time", "100ms", "--fault", "job-stuck times=1"],
    );
    let zd = sandbox.account().file("people.csv", PEOPLE);
    let first = import(
        &zd,
        &["--success-file", "ok.csv", "--outcomes", "all.jsonl"],
        6,
    );
    assert_eq!(
        (
            &first["indeterminate"],
            &first["invalid"],
            &first["created"]
        ),
        (&2.into(), &1.into(), &0.into()),
        "{first}"
    );
    let outcomes = zd.read("all.jsonl");
    assert_eq!(outcomes.lines().count(), 3);

    let second = zd
        .run(&["import", "--retry-failed", "--json"])
        .code(0)
        .json();
    // The job had made one of them before it got stuck.
    let applied = second["created"].as_u64().unwrap() + second["updated"].as_u64().unwrap();
    assert_eq!((applied, &second["rows"]), (2, &2.into()), "{second}");
    assert_eq!(zd.read("all.jsonl"), outcomes, "the first run's own");
    assert!(!zd.exists("ok.csv"), "nobody asked the second for one");

    zd.run(&["import", "--retry-failed"])
        .code(2)
        .err("error[ZD5016]")
        .err("no row failed for a reason that may pass");
}

#[test]
fn a_failed_file_that_somebody_is_correcting_is_left_alone() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "100ms"]);
    let zd = sandbox.account().file("people.csv", PEOPLE);
    let first = import(&zd, &[], 6);
    assert!(
        first["failed_file"]
            .as_str()
            .unwrap()
            .ends_with("failed.csv")
    );

    // As the run left it: made again in its place.
    let text = zd.read("failed.csv");
    zd.run(&["import", "--resume"]).code(6);
    assert_eq!(zd.read("failed.csv"), text);
    assert!(!zd.exists("failed-2.csv"));

    let corrected = text.replace(",Nobody,", "p-3,Nobody,");
    assert_ne!(corrected, text);
    std::fs::write(zd.path().join("failed.csv"), &corrected).unwrap();
    zd.run(&["import", "--resume"]).code(6).out("failed-2.csv");
    assert_eq!(zd.read("failed.csv"), corrected);
    assert_eq!(zd.read("failed-2.csv"), text);
}
