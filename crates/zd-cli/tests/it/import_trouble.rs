//! `zd import` on a bad day: exit code, message, and no row reported wrongly.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::fake::{Answer, Fake, Request};
use crate::process::{Ran, Zd};
use crate::sandbox::Started;

const SUBMIT: &str = "POST /api/v2/users/create_or_update_many";
const PEOPLE: &str = "external_id,name\na,Ann\nb,Bob\n";

fn import(fake: &Fake) -> (Zd, Ran) {
    let zd = Zd::at(&fake.url).file("people.csv", PEOPLE);
    let ran = zd.run(&["import", "people.csv", "--json"]);
    (zd, ran)
}

#[track_caller]
fn count(ran: &Ran, name: &str, expected: u64) {
    assert_eq!(
        ran.json()[name].as_u64(),
        Some(expected),
        "{name} in {ran:#?}"
    );
}

fn queued() -> Answer {
    Answer::json(
        200,
        &json!({"job_status": {"id": "V3-1", "status": "queued", "total": 2}}),
    )
}

fn job(status: &str, results: &Value) -> Answer {
    Answer::json(
        200,
        &json!({"job_statuses": [{"id": "V3-1", "status": status, "total": 2, "progress": 2, "results": results}],
        "meta": {"has_more": false}}),
    )
}

fn done() -> Answer {
    job(
        "completed",
        &json!([{"id": 1, "status": "Created", "external_id": "a"}, {"id": 2, "status": "Updated", "external_id": "b"}]),
    )
}

/// What an account answers that knows nobody yet.
fn nobody(request: &Request) -> Answer {
    match request.call().as_str() {
        "GET /api/v2/users/show_many" | "GET /api/v2/users/search" => Answer::json(
            200,
            &json!({"users": [], "identities": [], "next_page": null, "count": 0}),
        ),
        "GET /api/v2/job_statuses" => Answer::json(
            200,
            &json!({"job_statuses": [], "meta": {"has_more": false}}),
        ),
        _ => Answer::json(
            404,
            &json!({"error": "InvalidEndpoint", "description": "Not found"}),
        ),
    }
}

#[test]
fn wrong_credentials() {
    let fake = Fake::start(|_| Answer::json(401, &json!({"error": "Couldn't authenticate you"})));
    let (zd, ran) = import(&fake);
    let ran = ran.code(4).err("ZD2003");
    count(&ran, "unprocessed", 2);
    assert_eq!(fake.count(SUBMIT), 0);
    zd.run(&["import", "people.csv"])
        .code(4)
        .err("error[ZD2003]")
        .err("sent: nothing was changed");
}

#[test]
fn an_import_that_cannot_begin_leaves_the_last_ledger_alone() {
    let fake = Fake::start(|_| Answer::json(401, &json!({"error": "Couldn't authenticate you"})));
    let (zd, _) = import(&fake);
    let zd = zd.file("ledger.jsonl", "the last import's\n");
    zd.run(&["import", "people.csv", "--outcomes", "ledger.jsonl"])
        .code(4);
    assert_eq!(zd.read("ledger.jsonl"), "the last import's\n");
}

#[test]
fn an_anonymous_answer_is_a_refusal() {
    let fake = Fake::start(|_| {
        Answer::json(
            200,
            &json!({"user": {"id": null, "name": "Anonymous user"}}),
        )
    });
    let (_, ran) = import(&fake);
    ran.code(4).err("ZD2003").err("anonymous");
    assert_eq!(fake.count(SUBMIT), 0);
}

#[test]
fn bulk_import_that_is_off() {
    let zd = Zd::new();
    let sandbox = Started::with(&zd, &["--no-bulk-import"]);
    let many: String = (0..301)
        .map(|n| format!("{n},n{n}@x.example,N{n}\n"))
        .collect();
    let account = sandbox
        .account()
        .file("few.csv", PEOPLE)
        .file("people.csv", format!("external_id,email,name\n{many}"));
    let few = account.run(&["import", "few.csv", "--json"]).code(0).json();
    assert_eq!(
        (&few["created"], &few["batches_accepted"]),
        (&json!(2), &json!(0))
    );
    account
        .run(&["import", "people.csv"])
        .code(7)
        .err("error[ZD2007]: Zendesk refused the bulk import (403)")
        .err("POST /api/v2/users/create_or_update_many")
        .err("sent: nothing was changed (0 of ")
        .err("ask for it, then  zd import --resume ")
        .err(" --single  (about 5m");
    let ran = account.run(&["import", "people.csv", "--json"]).code(7);
    assert_eq!(ran.json()["stopped"], "bulk_import_off");
    assert_eq!(ran.error()["code"], "ZD2007");
    count(&ran, "unprocessed", 301);
}

#[test]
fn throttling_of_every_kind_is_waited_for() {
    let bodies: [(&str, &str); 5] = [
        (
            "application/json",
            r#"{"error":"APIRateLimitExceeded","description":"Number of allowed API requests per minute exceeded"}"#,
        ),
        (
            "text/plain",
            "You have exceeded the rate limit for updating a single unique user. user email: a id: 1 external_id: a",
        ),
        ("text/html", "Rate limit exceeded"),
        (
            "application/json",
            r#"{"error":"TooManyJobs","description":"Too many jobs","current_job_ids":["V3-9"]}"#,
        ),
        ("application/json", ""),
    ];
    for (kind, body) in bodies {
        let tries = AtomicUsize::new(0);
        let fake = Fake::account(move |request| match request.call().as_str() {
            SUBMIT if tries.fetch_add(1, Ordering::SeqCst) == 0 => {
                Answer::text(429, kind, body).header("retry-after", "1")
            }
            SUBMIT => queued(),
            "GET /api/v2/job_statuses/show_many" => done(),
            _ => nobody(request),
        });
        let (_, ran) = import(&fake);
        let ran = ran.code(0);
        count(&ran, "created", 1);
        count(&ran, "updated", 1);
        assert_eq!(fake.count(SUBMIT), 2, "{body}");
    }
}

#[test]
fn a_submit_whose_answer_was_lost_is_looked_for_before_it_is_sent_again() {
    // The first is answered with a page of HTML and was not applied; the account is looked at, and the second goes through.
    let tries = AtomicUsize::new(0);
    let fake = Fake::account(move |request| match request.call().as_str() {
        SUBMIT if tries.fetch_add(1, Ordering::SeqCst) == 0 => {
            Answer::text(500, "text/html", "<html>Sorry</html>")
        }
        SUBMIT => queued(),
        "GET /api/v2/job_statuses/show_many" => done(),
        _ => nobody(request),
    });
    let (_, ran) = import(&fake);
    let ran = ran.code(0);
    count(&ran, "created", 1);
    count(&ran, "doubts_resolved", 1);
    assert!(
        fake.count("GET /api/v2/job_statuses") > 0 && fake.count("GET /api/v2/users/show_many") > 0
    );
}

#[test]
fn jobs_that_end_badly_are_looked_into() {
    for (status, results) in [
        ("killed", Value::Null),
        ("failed", Value::Null),
        ("completed", Value::Null),
    ] {
        let fake = Fake::account(move |request| match request.call().as_str() {
            SUBMIT => queued(),
            "GET /api/v2/job_statuses/show_many" => job(status, &results),
            // Everybody is there as asked, and was before the import began.
            "GET /api/v2/users/show_many" => Answer::json(
                200,
                &json!({"users": [
                {"id": 1, "external_id": "a", "name": "Ann", "created_at": "2020-01-01T00:00:00Z", "active": true},
                {"id": 2, "external_id": "b", "name": "Bob", "created_at": "2020-01-01T00:00:00Z", "active": true}],
                "identities": [], "organizations": []}),
            ),
            _ => nobody(request),
        });
        let (_, ran) = import(&fake);
        let ran = ran.code(0);
        count(&ran, "updated", 2);
        assert_eq!(fake.count(SUBMIT), 1, "{status}");
    }
}

#[test]
fn failed_entries_stay_with_their_rows() {
    let fake = Fake::account(|request| match request.call().as_str() {
        SUBMIT => queued(),
        // Out of order, and the id of the failed entry is its index.
        "GET /api/v2/job_statuses/show_many" => job(
            "completed",
            &json!([
            {"id": 0, "index": 1, "error": "UserUpdateError", "details": "Name:  is too \u{1b}[1mshort", "external_id": "b"},
            {"id": 9, "status": "Created", "external_id": "a"}]),
        ),
        _ => nobody(request),
    });
    let (zd, ran) = import(&fake);
    let ran = ran.code(6);
    count(&ran, "created", 1);
    count(&ran, "failed", 1);
    let failed = zd.read("failed.csv");
    assert!(
        failed
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("b,Bob,3,failed,UserUpdateError,"),
        "{failed}"
    );
    zd.run(&["import", "people.csv"]).code(6).never("\u{1b}[1m");
}

#[test]
fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let zd = Zd::at(&url).file("people.csv", PEOPLE);
    zd.run(&["import", "people.csv"])
        .code(5)
        .err("error[ZD3001]: cannot connect")
        .err("sent: nothing was changed");
    let ran = zd.run(&["import", "people.csv", "--json"]).code(5);
    assert_eq!(ran.json()["stopped"], "not_reached");
}

#[test]
fn a_page_in_place_of_the_account() {
    let fake = Fake::start(|_| Answer::text(200, "text/html", "<html>Sign in</html>"));
    let (_, ran) = import(&fake);
    ran.code(5).err("ZD3006").never("Sign in");
    let fake = Fake::start(|_| Answer::text(404, "text/html", "<html>No such account</html>"));
    let (_, ran) = import(&fake);
    ran.code(2).err("ZD2006");
}

#[test]
fn a_day_of_faults_gives_the_same_totals() {
    let zd = Zd::new();
    let faults = [
        "--job-time",
        "0",
        "--plan",
        "100000",
        "--seed",
        "11",
        "--fault",
        "429=3%,job-killed=10%",
    ];
    let sandbox = Started::with(&zd, &faults);
    let mut people = String::from("external_id,email,name\n");
    for number in 0..1_500 {
        people.push_str(&format!(
            "p-{number},p{number}@people.example,Person {number}\n"
        ));
    }
    let account = sandbox.account().file("people.csv", people);
    let ran = account.run(&["import", "people.csv", "--json"]).code(0);
    count(&ran, "created", 1_500);
    count(&ran, "rows", 1_500);
}
