//! Bulk jobs, from the queue to their results.

use std::time::Duration;

use serde_json::{Value, json};
use zd_sandbox::{AGENT_EMAIL, JobTime};

use crate::support::{Client, both_ways, builder, in_process, token_of};

async fn job(client: &Client, id: &Value) -> Value {
    let path = format!("/api/v2/job_statuses/{}.json", id.as_str().unwrap());
    client.get(&path).await.expect(200).json()["job_status"].take()
}

fn people(count: usize) -> Value {
    (0..count)
        .map(|number| json!({"name": format!("P{number}"), "external_id": format!("p{number}")}))
        .collect()
}

#[tokio::test]
async fn a_queued_job_has_the_recorded_shape() {
    both_ways(builder, |client| async move {
        let answer = client.bulk(people(3)).await.expect(200);
        let job = answer.json()["job_status"].take();
        let id = job["id"].as_str().unwrap();
        let expected = format!(
            r#"{{"job_status":{{"id":"{id}","job_type":"Bulk Create User","url":"{}/api/v2/job_statuses/{id}.json","total":3,"progress":null,"status":"queued","message":null,"results":null}}}}"#,
            client.base
        );
        assert_eq!(answer.text, expected);
        let digits = id.strip_prefix("V3-").unwrap();
        assert!(digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        assert_eq!(answer.header("zendesk-ratelimit-inflight-jobs"), Some("total=30; remaining=29; resets=60"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_job_waits_works_and_completes() {
    let client = in_process(&builder().build());
    let id = client.bulk(people(100)).await.json()["job_status"]["id"].take();
    let look = async |after: u64| {
        tokio::time::advance(Duration::from_millis(after)).await;
        let job = job(&client, &id).await;
        let applied = client.sandbox.applied().created;
        (
            json!([job["status"], job["progress"], job["message"]]),
            job["results"].clone(),
            applied,
        )
    };
    assert_eq!(
        look(1999).await,
        (json!(["queued", null, null]), Value::Null, 0)
    );
    assert_eq!(
        look(1).await,
        (json!(["working", 0, "Creating Users"]), Value::Null, 0)
    );
    // 80 ms for each: entries are applied one by one, at their moments.
    let halfway = json!(["working", 53, "Creating User #53"]);
    assert_eq!(look(53 * 80).await, (halfway, Value::Null, 53));
    assert_eq!(look(46 * 80).await.2, 99);
    let (state, results, applied) = look(80).await;
    assert_eq!(
        state,
        json!(["completed", 100, "Completed at 2023-09-18 23:26:43 +0000"])
    );
    assert_eq!((results.as_array().unwrap().len(), applied), (100, 100));
    let last = client
        .get("/api/v2/users/show_many?external_ids=p99")
        .await
        .json();
    assert_eq!(last["users"][0]["created_at"], "2023-09-18T23:26:43Z");
}

#[tokio::test]
async fn results_are_in_the_order_of_the_input() {
    both_ways(|| builder().job_time(JobTime::INSTANT), |client| async move {
        let seed = client.get("/api/v2/users/show_many?external_ids=seed-0001").await.json()["users"][0]["id"].take();
        let job = client
            .bulk_done(json!([
                {"name": "New", "external_id": "X1", "email": "New@x.co"},
                {"external_id": "SEED-0001", "notes": "n"},
                {"name": "Bad", "email": "bad"},
                {"email": "seed0001@people.example", "user_fields": {"seats": "many"}},
                {"name": "Only a name", "email": "", "external_id": ""},
                {"external_id": "x1", "email": "second@x.co"},
                {"id": 5, "name": "Nobody"},
            ]))
            .await;
        let results = job["results"].as_array().unwrap();
        let (new, name_only) = (&results[0]["id"], &results[4]["id"]);
        let expected = json!([
            {"id": new, "status": "Created", "email": "New@x.co", "external_id": "X1"},
            {"id": seed, "status": "Updated", "external_id": "SEED-0001"},
            {"index": 2, "error": "UserCreateFailed", "id": 2, "details": "Email:  bad is not properly formatted"},
            {"index": 3, "error": "UserUpdateFailed", "id": seed, "details": "Seats:  must be an integer"},
            {"id": name_only, "status": "Created"},
            {"id": new, "status": "Updated", "email": "second@x.co", "external_id": "x1"},
            {"index": 6, "error": "RecordNotFound", "id": 6, "details": "Not found"},
        ]);
        assert_eq!(job["results"], expected);
        let keys = |place: usize| results[place].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(0), ["id", "status", "email", "external_id"]);
        assert_eq!(keys(2), ["index", "error", "id", "details"]);
        assert_eq!((&job["progress"], &job["total"]), (&json!(7), &json!(7)));
    })
    .await;
}

#[tokio::test]
async fn a_job_that_takes_no_time_is_done_when_first_asked_for() {
    both_ways(
        || builder().job_time(JobTime::INSTANT),
        |client| async move {
            for _ in 0..40 {
                let queued = client.bulk(people(2)).await.expect(200).json();
                assert_eq!(queued["job_status"]["status"], "queued");
            }
            let applied = client.sandbox.applied();
            assert_eq!(
                (
                    applied.created,
                    applied.updated,
                    applied.max_created_per_key
                ),
                (2, 78, 1)
            );
        },
    )
    .await;
}

#[tokio::test]
async fn an_agents_job_refuses_staff_row_by_row() {
    both_ways(
        || builder().job_time(JobTime::INSTANT),
        |client| async move {
            let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
            let job = agent
                .bulk_done(json!([{"name": "A", "role": "admin"}, {"name": "B"}]))
                .await;
            assert_eq!(job["results"][0]["error"], "Forbidden");
            assert_eq!(job["results"][1]["status"], "Created");
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn thirty_jobs_are_the_most() {
    let client = in_process(&builder().build());
    let mut ids = Vec::new();
    for _ in 0..30 {
        ids.push(client.bulk(people(1)).await.expect(200).json()["job_status"]["id"].take());
    }
    let refused = client.bulk(people(1)).await.expect(429);
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert_eq!(
        refused.header("zendesk-ratelimit-inflight-jobs"),
        Some("total=30; remaining=0; resets=60")
    );
    let expected = json!({
        "error": "TooManyJobs",
        "description": "Too many UserBulkCreateJob jobs are currently queued or running. Try again later.",
        "current_job_ids": ids,
    });
    assert_eq!(refused.json(), expected);
    // Ten workers: the first ten are done after their two seconds in the queue and 80 ms of work.
    tokio::time::advance(Duration::from_millis(2080)).await;
    let last = client.bulk(people(1)).await.expect(200);
    assert_eq!(
        last.header("zendesk-ratelimit-inflight-jobs"),
        Some("total=30; remaining=9; resets=60")
    );
}

#[tokio::test(start_paused = true)]
async fn jobs_are_forgotten_after_a_day() {
    let client = in_process(&builder().build());
    let id = client.bulk(people(1)).await.json()["job_status"]["id"].take();
    tokio::time::advance(Duration::from_secs(24 * 60 * 60 - 1)).await;
    assert_eq!(job(&client, &id).await["status"], "completed");
    tokio::time::advance(Duration::from_secs(1)).await;
    let path = format!("/api/v2/job_statuses/{}", id.as_str().unwrap());
    let gone = client.get(&path).await.expect(404).json();
    assert_eq!(
        gone,
        json!({"error": "RecordNotFound", "description": "Not found"})
    );
    // What comes later is found by its own id all the same.
    let late = client.bulk(people(1)).await.json()["job_status"]["id"].take();
    assert_eq!(job(&client, &late).await["id"], late);
}

#[tokio::test]
async fn bulk_import_can_be_off() {
    both_ways(
        || builder().bulk_import(false),
        |client| async move {
            let refused = client.bulk(people(1)).await.expect(403).json();
            assert_eq!(refused["error"]["title"], "Forbidden");
            client.upsert(json!({"name": "A"})).await.expect(201);
        },
    )
    .await;
}

#[tokio::test]
async fn show_many_gives_those_that_are_there() {
    both_ways(
        || builder().job_time(JobTime::INSTANT),
        |client| async move {
            let mut ids = Vec::new();
            for _ in 0..3 {
                let id = client.bulk(people(1)).await.json()["job_status"]["id"].take();
                ids.push(id.as_str().unwrap().to_owned());
            }
            let path = format!(
                "/api/v2/job_statuses/show_many.json?ids={},V3-no,{}",
                ids[2], ids[0]
            );
            let answer = client.get(&path).await.expect(200).json();
            let found: Vec<&Value> = answer["job_statuses"]
                .as_array()
                .unwrap()
                .iter()
                .map(|job| &job["id"])
                .collect();
            assert_eq!(found, [&json!(ids[2]), &json!(ids[0])]);
            assert_eq!(answer["job_statuses"][0]["status"], "completed");
            let too_many = vec!["V3-0"; 101].join(",");
            let path = format!("/api/v2/job_statuses/show_many?ids={too_many}");
            assert_eq!(
                client.get(&path).await.expect(400).json()["error"],
                "TooManyValues"
            );
            client
                .get("/api/v2/job_statuses/show_many")
                .await
                .expect(400);
        },
    )
    .await;
}

#[tokio::test]
async fn the_list_is_paged_by_cursor_newest_first() {
    both_ways(
        || builder().job_time(JobTime::INSTANT),
        |client| async move {
            let empty = client
                .get("/api/v2/job_statuses.json")
                .await
                .expect(200)
                .json();
            let nothing = json!({
                "job_statuses": [],
                "meta": {"has_more": false, "after_cursor": null, "before_cursor": null},
                "links": {"prev": null, "next": null},
            });
            assert_eq!(empty, nothing);
            let mut ids = Vec::new();
            for _ in 0..5 {
                ids.insert(
                    0,
                    client.bulk(people(1)).await.json()["job_status"]["id"].take(),
                );
            }
            let mut seen = Vec::new();
            let mut path = "/api/v2/job_statuses?page%5Bsize%5D=2".to_owned();
            loop {
                let page = client.get(&path).await.expect(200).json();
                seen.extend(
                    page["job_statuses"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|job| job["id"].clone()),
                );
                // As recorded: the last page has a link too.
                let next = page["links"]["next"].as_str().unwrap();
                path = next.strip_prefix(&client.base).unwrap().to_owned();
                assert!(path.contains("page%5Bafter%5D="), "{path}");
                if page["meta"]["has_more"] == false {
                    let back = page["links"]["prev"]
                        .as_str()
                        .unwrap()
                        .strip_prefix(&client.base)
                        .unwrap();
                    let back = client.get(back).await.expect(200).json();
                    assert_eq!(back["job_statuses"][0]["id"], ids[2]);
                    break;
                }
            }
            assert_eq!(seen, ids);
            for bad in ["page[size]=0", "page[size]=101", "page[after]=nonsense"] {
                client
                    .get(&format!("/api/v2/job_statuses?{bad}"))
                    .await
                    .expect(400);
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_killed_job_stops_in_the_middle_without_results() {
    let client = in_process(&builder().fault("job-killed=100%".parse().unwrap()).build());
    let id = client.bulk(people(50)).await.json()["job_status"]["id"].take();
    tokio::time::advance(Duration::from_secs(60)).await;
    let job = job(&client, &id).await;
    assert_eq!(
        (&job["status"], &job["results"]),
        (&json!("killed"), &Value::Null)
    );
    let message = job["message"].as_str().unwrap();
    assert!(
        message.starts_with("Killed at 2023-09-18 23:2"),
        "{message}"
    );
    let applied = client.sandbox.applied().created;
    assert!((1..50).contains(&applied), "{applied} of 50");
    assert_eq!(job["progress"], applied);
    tokio::time::advance(Duration::from_secs(600)).await;
    assert_eq!(client.sandbox.applied().created, applied);
}

#[tokio::test(start_paused = true)]
async fn workers_take_jobs_in_turn() {
    let build = builder()
        .workers(1)
        .job_time(JobTime::Fixed(Duration::from_secs(10)));
    let client = in_process(&build.build());
    let first = client.bulk(people(10)).await.json()["job_status"]["id"].take();
    let second = client
        .bulk(json!([{"name": "Later", "external_id": "p0"}]))
        .await
        .json()["job_status"]["id"]
        .take();
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(job(&client, &first).await["progress"], 5);
    assert_eq!(job(&client, &second).await["status"], "queued");
    tokio::time::advance(Duration::from_secs(15)).await;
    let result = &job(&client, &second).await["results"][0];
    assert_eq!(result["status"], "Updated");
}

#[tokio::test(start_paused = true)]
async fn entries_of_jobs_that_overlap_are_applied_in_order_of_time() {
    let build = builder().job_time(JobTime::Fixed(Duration::from_secs(10)));
    let client = in_process(&build.build());
    let long = client.bulk(people(10)).await.json()["job_status"]["id"].take();
    tokio::time::advance(Duration::from_millis(500)).await;
    let users =
        json!([{"name": "Twin", "external_id": "P9"}, {"name": "Twin", "external_id": "p8"}]);
    let short = client.bulk(users).await.json()["job_status"]["id"].take();
    tokio::time::advance(Duration::from_secs(60)).await;
    let statuses = |job: &Value| -> Vec<String> {
        let results = job["results"].as_array().unwrap();
        results
            .iter()
            .map(|result| result["status"].as_str().unwrap().to_owned())
            .collect()
    };
    // The short job reaches P9 at 5.5 s, the long one at 10 s; p8 is the long one's at 9 s, the short one's at 10.5 s.
    assert_eq!(
        statuses(&job(&client, &short).await),
        ["Created", "Updated"]
    );
    let long = statuses(&job(&client, &long).await);
    assert_eq!((&*long[8], &*long[9]), ("Created", "Updated"));
}

#[tokio::test]
async fn applied_counts_by_key() {
    both_ways(|| builder().job_time(JobTime::INSTANT), |client| async move {
        client.upsert(json!({"name": "A", "external_id": "Key", "email": "a@x.co"})).await.expect(201);
        client.bulk(json!([{"external_id": "KEY"}, {"email": " B@x.co", "name": "B"}])).await.expect(200);
        let unsigned = client.signed_in(None);
        let all = unsigned.get("/__zd/applied").await.expect(200).json();
        let expected = json!({
            "created": 2, "updated": 1, "deleted": 0, "max_created_per_key": 1, "max_updated_per_key": 1,
            "applied": {
                "email:b@x.co": {"created": 1, "updated": 0, "deleted": 0},
                "ext:key": {"created": 1, "updated": 1, "deleted": 0},
            },
        });
        assert_eq!(all, expected);
        let path = "/__zd/applied?key=ext:key&key=ext:other&key=ext:key";
        let some = unsigned.get(path).await.expect(200).json();
        let expected = json!({
            "created": 1, "updated": 1, "deleted": 0, "max_created_per_key": 1, "max_updated_per_key": 1,
            "applied": {
                "ext:key": {"created": 1, "updated": 1, "deleted": 0},
                "ext:other": {"created": 0, "updated": 0, "deleted": 0},
            },
        });
        assert_eq!(some, expected);
        // Users are told apart by the spaces of an external id, so they are counted apart.
        client.upsert(json!({"name": "C", "external_id": " key"})).await.expect(201);
        assert_eq!(client.sandbox.applied().max_created_per_key, 1);
    })
    .await;
}
