//! `zd job`.

use serde_json::{Value, json};

use crate::fake::{Answer, Fake};
use crate::process::Zd;

fn job(id: &str, status: &str, results: &Value) -> Value {
    json!({"id": id, "job_type": "Bulk Create User", "url": "x", "total": 2, "progress": 1, "status": status,
        "message": null, "results": results})
}

fn account() -> Fake {
    Fake::start(|request| {
        let done = json!([{"id": 1, "status": "Created", "external_id": "a"}, {"id": 2, "status": "Updated"}]);
        let failed = json!([{"id": 1, "status": "Created"}, {"index": 1, "id": 1, "error": "UserCreateError", "details": "Email: x\n is bad"}]);
        let all = [
            job("V3-done", "completed", &done),
            job("V3-failed", "completed", &failed),
            job("V3-killed", "killed", &Value::Null),
            job("V3-running", "working", &Value::Null),
        ];
        match request.call().as_str() {
            "GET /api/v2/job_statuses" => Answer::json(
                200,
                &json!({"job_statuses": all, "meta": {"has_more": false}}),
            ),
            "GET /api/v2/job_statuses/show_many" => {
                let asked: Vec<_> = all
                    .iter()
                    .filter(|job| request.path.contains(job["id"].as_str().unwrap()))
                    .collect();
                Answer::json(200, &json!({"job_statuses": asked}))
            }
            call => match all
                .iter()
                .find(|job| call.ends_with(job["id"].as_str().unwrap().trim_start_matches("V3-")))
            {
                Some(job) => Answer::json(200, &json!({"job_status": job})),
                None => Answer::json(
                    404,
                    &json!({"error": "RecordNotFound", "description": "Not found"}),
                ),
            },
        }
    })
}

#[test]
fn jobs_are_listed() {
    let fake = account();
    let zd = Zd::at(&fake.url);
    let ran = zd.run(&["job", "list"]).code(0);
    assert_eq!(
        ran.stdout.lines().next(),
        Some("V3-done\tcompleted\t1/2\t1 created, 1 updated\t")
    );
    assert_eq!(
        zd.run(&["job", "list", "--json", "--limit", "2"])
            .code(0)
            .json()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    Zd::new()
        .run(&["job", "list", "--sandbox"])
        .code(0)
        .err("no jobs found");
}

#[test]
fn a_job_shows_its_entries_on_a_line_each() {
    let fake = account();
    let zd = Zd::at(&fake.url);
    zd.run(&["job", "get", "V3-failed"])
        .code(0)
        .out("entries\t1 created, 1 failed\n")
        .out("entry 1\tfailed UserCreateError: Email: x\\n is bad\n");
    zd.run(&["job", "get", "V3-nowhere"])
        .code(3)
        .err("error[ZD4002]");
}

#[test]
fn waiting_tells_how_the_jobs_ended() {
    let fake = account();
    let zd = Zd::at(&fake.url);
    zd.run(&["job", "wait", "V3-done"])
        .code(0)
        .out("V3-done\tcompleted");
    zd.run(&["job", "wait", "V3-done", "V3-failed"])
        .code(6)
        .err("error[ZD5007]")
        .err("zd job get V3-failed");
    zd.run(&["job", "wait", "V3-killed"])
        .code(6)
        .out("V3-killed\tkilled");
}

#[test]
fn a_job_that_does_not_end_is_pending() {
    let fake = account();
    let zd = Zd::at(&fake.url);
    let ran = zd
        .run(&["job", "wait", "V3-running", "V3-done", "--timeout", "300ms"])
        .code(8)
        .out("V3-running\tworking")
        .err("error[ZD5005]")
        .err("zd job wait V3-running");
    assert!(!ran.stderr.contains("V3-done"));
    let error = zd
        .run(&["job", "wait", "V3-running", "--timeout", "0", "--json"])
        .code(8)
        .error();
    assert_eq!(error["name"], "pending");
}

#[test]
fn an_account_that_says_nothing_does_not_hold_up_the_wait() {
    let fake = Fake::start(|_| Answer::Silence);
    Zd::at(&fake.url)
        .run(&["job", "wait", "V3-1", "--timeout", "300ms"])
        .code(8)
        .out("V3-1\tunknown");
}
