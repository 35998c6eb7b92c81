//! What goes wrong with jobs, and the shapes their results come in.

use std::time::Duration;

use serde_json::{Value, json};
use zd_sandbox::{JobTime, SandboxBuilder};

use crate::support::{Client, both_ways, builder};

fn with(fault: &str) -> SandboxBuilder {
    let builder = builder()
        .frozen()
        .job_time(JobTime::Fixed(Duration::from_secs(10)));
    if fault.is_empty() {
        builder
    } else {
        builder.fault(fault.parse().unwrap())
    }
}

fn people(count: usize) -> Value {
    (0..count)
        .map(|number| json!({"name": "A", "external_id": format!("p{number}"), "email": format!("p{number}@people.example")}))
        .collect()
}

async fn queue(client: &Client, users: Value) -> String {
    let queued = client.bulk(users).await.expect(200).json();
    queued["job_status"]["id"].as_str().unwrap().to_owned()
}

async fn ask(client: &Client, id: &str) -> Value {
    client
        .get(&format!("/api/v2/job_statuses/{id}"))
        .await
        .expect(200)
        .json()["job_status"]
        .take()
}

/// The job of ten people once everything that was to happen has happened.
async fn ended(client: &Client) -> Value {
    let id = queue(client, people(10)).await;
    client.tell("clock", &json!({"advance": "10s"})).await;
    ask(client, &id).await
}

#[tokio::test]
async fn a_job_ends_badly_in_the_middle() {
    for status in ["killed", "failed"] {
        both_ways(
            || with(&format!("job-{status}")),
            async |client| {
                let job = ended(&client).await;
                assert_eq!(
                    (&job["status"], &job["results"]),
                    (&json!(status), &Value::Null)
                );
                let applied = client.sandbox.applied().created;
                assert!((1..10).contains(&applied), "{applied}");
                assert_eq!(job["progress"], applied);
                assert_eq!(client.inside("state").await["jobs"][status], 1);
            },
        )
        .await;
    }
}

#[tokio::test]
async fn a_stuck_job_works_for_ever_and_keeps_its_slot() {
    both_ways(
        || with("job-stuck times=1"),
        async |client| {
            let job = ended(&client).await;
            assert_eq!(job["status"], "working");
            client.tell("clock", &json!({"advance": "2d"})).await;
            let again = ask(&client, job["id"].as_str().unwrap()).await;
            assert_eq!(again, job);
            assert_eq!(client.inside("state").await["jobs"]["free_slots"], 29);
            // Others go on.
            let next = queue(&client, json!([{"name": "B"}])).await;
            client.tell("clock", &json!({"advance": "10s"})).await;
            assert_eq!(ask(&client, &next).await["status"], "completed");
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_that_is_gone_was_done_all_the_same() {
    both_ways(
        || with("job-gone"),
        async |client| {
            let id = queue(&client, people(10)).await;
            client
                .get(&format!("/api/v2/job_statuses/{id}"))
                .await
                .expect(404);
            client.tell("clock", &json!({"advance": "10s"})).await;
            client
                .get(&format!("/api/v2/job_statuses/{id}"))
                .await
                .expect(404);
            let list = client.get("/api/v2/job_statuses").await.expect(200).json();
            assert_eq!(list["job_statuses"], json!([]));
            assert_eq!(client.sandbox.applied().created, 10);
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_can_be_late_or_take_its_own_time() {
    both_ways(
        || with("job-late(5s)"),
        async |client| {
            let id = queue(&client, people(1)).await;
            let path = format!("/api/v2/job_statuses/{id}");
            client.get(&path).await.expect(404);
            client.tell("clock", &json!({"advance": "5s"})).await;
            client.get(&path).await.expect(200);
        },
    )
    .await;
    both_ways(
        || with("job-takes(600s) nth=2"),
        async |client| {
            let first = queue(&client, people(1)).await;
            let second = queue(&client, people(1)).await;
            client.tell("clock", &json!({"advance": "599s"})).await;
            assert_eq!(ask(&client, &first).await["status"], "completed");
            assert_eq!(ask(&client, &second).await["status"], "working");
            client.tell("clock", &json!({"advance": "1s"})).await;
            assert_eq!(ask(&client, &second).await["status"], "completed");
        },
    )
    .await;
}

fn keys(results: &Value) -> Vec<&str> {
    let results = results.as_array().unwrap();
    results
        .iter()
        .map(|result| result["external_id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn results_are_spoilt_in_each_way() {
    let all: Vec<String> = (0..10).map(|number| format!("p{number}")).collect();
    let check = async |fault: &str, check: &dyn Fn(&Value)| {
        both_ways(
            || with(fault),
            async |client| {
                // There is a job before it, whose results may be shown.
                let before = queue(&client, json!([{"name": "B", "external_id": "before"}])).await;
                let job = ended(&client).await;
                assert_eq!(job["status"], "completed", "{fault}");
                assert_eq!(client.sandbox.applied().created, 11);
                let _ = before;
                check(&job["results"]);
            },
        )
        .await;
    };
    check("results-null", &|results| assert!(results.is_null())).await;
    check("results-object", &|results| {
        assert_eq!(*results, json!({"success": true}))
    })
    .await;
    check("results-shuffled", &|results| {
        let mut found = keys(results);
        assert_ne!(found, all);
        found.sort_unstable();
        assert_eq!(found, all);
    })
    .await;
    check("results-short", &|results| {
        let found = keys(results);
        assert!(found.len() < 10);
        assert_eq!(found, all[..found.len()]);
    })
    .await;
    check("results-doubled", &|results| {
        let mut found = keys(results);
        assert_eq!(found.len(), 11);
        found.dedup();
        assert_eq!(found, all);
    })
    .await;
    check("results-foreign nth=2", &|results| {
        assert_eq!(keys(results), ["before"])
    })
    .await;
}

#[tokio::test]
async fn rows_fail_now_and_then_for_a_reason_that_passes() {
    both_ways(
        || with("row-failed=30% times=1"),
        async |client| {
            let id = queue(&client, people(100)).await;
            client.tell("clock", &json!({"advance": "10s"})).await;
            let job = ask(&client, &id).await;
            let results = job["results"].as_array().unwrap();
            let failed: Vec<usize> = (0..100).filter(|row| results[*row].get("error").is_some()).collect();
            assert!((15..50).contains(&failed.len()), "{}", failed.len());
            let first = failed[0];
            assert_eq!(results[first], json!({"index": first, "error": "DatabaseConflict", "id": first, "details": "Database collision"}));
            assert_eq!(client.sandbox.applied().created, 100 - failed.len() as u64);
            let again = queue(&client, people(100)).await;
            client.tell("clock", &json!({"advance": "10s"})).await;
            let job = ask(&client, &again).await;
            assert!(job["results"].as_array().unwrap().iter().all(|result| result.get("error").is_none()));
        },
    )
    .await;
}

/// A good row and a bad one, in the shapes that are chosen.
async fn shaped(choices: &[(&str, &str)]) -> Value {
    let build = || {
        choices.iter().fold(with(""), |builder, (key, value)| {
            builder.choose(key, value).unwrap()
        })
    };
    let found = std::sync::Mutex::new(Vec::new());
    both_ways(build, async |client| {
        let users = json!([{"name": "A", "external_id": "a"}, {"name": "B", "email": "bad"}]);
        let id = queue(&client, users).await;
        client.tell("clock", &json!({"advance": "10s"})).await;
        let results = ask(&client, &id).await["results"].clone();
        found.lock().unwrap().push(results);
    })
    .await;
    let found = found.into_inner().unwrap();
    assert_eq!(found[0], found[1]);
    found[0].clone()
}

#[tokio::test]
async fn entries_come_in_every_shape_that_was_seen() {
    let details = "Email:  bad is not properly formatted";
    let recorded = shaped(&[]).await;
    let id = recorded[0]["id"].clone();
    assert_eq!(
        recorded,
        json!([
            {"id": id, "status": "Created", "external_id": "a"},
            {"index": 1, "error": "UserCreateFailed", "id": 1, "details": details},
        ])
    );
    assert_eq!(
        shaped(&[("echo", "never")]).await[0],
        json!({"id": id, "status": "Created"})
    );
    assert_eq!(
        shaped(&[("rows", "documented")]).await[0],
        json!({"id": id, "index": 0})
    );
    for (shape, expected) in [
        (
            "schema",
            json!({"action": "update", "id": 1, "success": false, "error": "UserCreateFailed", "details": details}),
        ),
        (
            "forum",
            json!({"id": 1, "error": "UserCreateFailed", "details": details, "status": "Failed"}),
        ),
        (
            "bare",
            json!({"error": "UserCreateFailed", "details": details}),
        ),
    ] {
        assert_eq!(shaped(&[("failed-rows", shape)]).await[1], expected);
    }
}

#[tokio::test]
async fn what_nobody_knows_can_be_chosen() {
    let choose = |key: &str, value: &str| with("").choose(key, value).unwrap();
    both_ways(
        || choose("duplicates", "collide"),
        async |client| {
            let users =
                json!([{"name": "A", "external_id": "a"}, {"name": "B", "external_id": "A"}]);
            let id = queue(&client, users).await;
            client.tell("clock", &json!({"advance": "10s"})).await;
            let results = ask(&client, &id).await["results"].clone();
            assert_eq!(results[0]["status"], "Created");
            assert_eq!(results[1]["error"], "DatabaseConflict");
        },
    )
    .await;
    both_ways(
        || choose("results-order", "shuffled"),
        async |client| {
            let job = ended(&client).await;
            assert_ne!(keys(&job["results"])[..3], ["p0", "p1", "p2"]);
        },
    )
    .await;
    both_ways(
        || choose("match", "email"),
        async |client| {
            let first = client.seed(1).await;
            let user = json!({"email": first["email"], "external_id": "seed-0002"});
            // The address is found first, and the external id is somebody else's.
            let refused = client.upsert(user).await.expect(422).json();
            assert!(refused["details"].get("external_id").is_some(), "{refused}");
        },
    )
    .await;
    both_ways(
        || choose("unknown-organization", "create"),
        async |client| {
            let user = json!({"name": "A", "organization": {"name": "New & Sons"}});
            let made = client.upsert(user).await.expect(201).user();
            let path = format!("/api/v2/organizations/{}", made["organization_id"]);
            let organization = client.get(&path).await.expect(200).json();
            assert_eq!(organization["organization"]["name"], "New & Sons");
            // What is refused makes none.
            let before = client.inside("state").await["organizations"].clone();
            let bad = json!({"name": "A", "email": "bad", "organization": {"name": "Never"}});
            client.upsert(bad).await.expect(422);
            assert_eq!(client.inside("state").await["organizations"], before);
        },
    )
    .await;
    both_ways(
        || choose("long-texts", "cut"),
        async |client| {
            let made = client
                .upsert(json!({"name": "n".repeat(300)}))
                .await
                .expect(201)
                .user();
            assert_eq!(made["name"].as_str().unwrap().len(), 255);
        },
    )
    .await;
    let error = with("").choose("failed-rows", "nice").unwrap_err();
    assert!(error.to_string().contains("failed-rows=forum"), "{error}");
}
