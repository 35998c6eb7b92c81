//! What becomes of users in each kind of job.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::{AGENT_EMAIL, JobTime, SandboxBuilder};

use crate::support::{Answer, Client, both_ways, builder, in_process, token_of};

const CREATE: &str = "/api/v2/users/create_many.json";
const UPDATE: &str = "/api/v2/users/update_many.json";
const DESTROY: &str = "/api/v2/users/destroy_many.json";

fn instant() -> SandboxBuilder {
    builder().job_time(JobTime::INSTANT)
}

async fn create_many(client: &Client, users: Value) -> Answer {
    client.post(CREATE, &json!({ "users": users })).await
}

fn keys(result: &Value) -> Vec<&String> {
    result.as_object().unwrap().keys().collect()
}

#[tokio::test]
async fn a_completed_job_says_nothing_about_its_entries() {
    both_ways(instant, |client| async move {
        let sent = json!([
            {"id": "", "name": "A", "email": "A@x.co", "external_id": "a"},
            {"name": "Only a name"},
            {"name": "Again", "email": "a@X.co"},
            {"name": "Again", "external_id": "A"},
            {"name": "Bad", "email": "bad"},
            {"email": "nameless@x.co"},
            {"name": "Taken", "email": "seed0001@people.example"},
        ]);
        let queued = create_many(&client, sent).await;
        assert_eq!(queued.json()["job_status"]["job_type"], "Bulk Create User");
        let job = client.job(queued).await;
        assert_eq!(
            json!([job["status"], job["progress"]]),
            json!(["completed", 7])
        );
        let results = job["results"].as_array().unwrap();
        let failed = |index: usize, details: &str| {
            // Without a user, the id of a failed entry is its place in the request.
            json!({"index": index, "error": "UserCreateFailed", "id": index, "details": details})
        };
        let expected = json!([
            {"id": results[0]["id"], "status": "Created", "email": "A@x.co", "external_id": "a"},
            {"id": results[1]["id"], "status": "Created"},
            failed(2, "Email:  a@x.co is already being used by another user"),
            failed(3, "External:  has already been taken"),
            failed(4, "Email:  bad is not properly formatted"),
            failed(5, "Name:  is too short (minimum is 1 character)"),
            failed(6, "Email:  seed0001@people.example is already being used by another user"),
        ]);
        assert_eq!(job["results"], expected);
        assert_eq!(keys(&results[0]), ["id", "status", "email", "external_id"]);
        assert_eq!(keys(&results[2]), ["index", "error", "id", "details"]);
        let applied = client.sandbox.applied();
        assert_eq!((applied.created, applied.updated), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn an_id_of_null_refuses_a_whole_bulk_creation() {
    both_ways(instant, |client| async move {
        let sent = json!([{"id": null, "name": "A"}, {"name": "B"}]);
        let refused = create_many(&client, sent).await.expect(400).json();
        assert_eq!(
            refused["error"]["message"],
            "You passed an invalid value for the users.0.id attribute. Invalid parameter: users.0.id must be an integer from api/v2/users/create_many"
        );
        assert_eq!(client.sandbox.applied().created, 0);
    })
    .await;
}

#[tokio::test]
async fn updates_by_entry_repeat_neither_address_nor_external_id() {
    both_ways(instant, |client| async move {
        let (first, second) = (client.seed(1).await, client.seed(2).await);
        let me = client.get("/api/v2/users/me").await.user();
        let sent = json!({"users": [
            {"id": first["id"], "name": "First", "email": "new@x.co"},
            {"external_id": "SEED-0002", "notes": "n"},
            {"id": second["id"].to_string(), "external_id": "renamed"},
            {"id": first["id"], "external_id": "RENAMED"},
            {"id": second["id"], "email": "bad", "name": ""},
            {"id": 5, "name": "Nobody"},
            {"id": "", "external_id": "nobody"},
            {"name": "Who?"},
            {"id": me["id"], "notes": "n"},
        ]});
        let job = client.job(client.put(UPDATE, &sent).await).await;
        assert_eq!(job["job_type"], "Bulk Update User");
        let updated =
            |user: &Value| json!({"id": user["id"], "action": "update", "status": "Updated", "success": true});
        let not_found =
            |index: usize, id: u64| json!({"index": index, "error": "RecordNotFound", "id": id, "details": "Not found"});
        let expected = json!([
            updated(&first),
            updated(&second),
            updated(&second),
            {"index": 3, "error": "UserUpdateFailed", "id": first["id"], "details": "External:  has already been taken"},
            {
                "index": 4, "error": "UserUpdateFailed", "id": second["id"],
                "details": "Name:  is too short (minimum is 1 character) Email:  bad is not properly formatted",
            },
            not_found(5, 5),
            not_found(6, 6),
            not_found(7, 7),
            updated(&me),
        ]);
        assert_eq!(job["results"], expected);
        assert_eq!(keys(&job["results"][0]), ["id", "action", "status", "success"]);
        assert_eq!(client.sandbox.applied().updated, 4);
        // An agent's entries are judged one by one.
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let sent = json!({"users": [{"id": me["id"], "notes": "x"}, {"id": first["id"], "notes": "x"}]});
        let job = agent.job(agent.put(UPDATE, &sent).await).await;
        let shown = json!([job["results"][0]["error"], job["results"][0]["id"], job["results"][1]["success"]]);
        assert_eq!(shown, json!(["Forbidden", me["id"], true]));
    })
    .await;
}

#[tokio::test]
async fn one_change_for_all_who_are_named() {
    both_ways(instant, |client| async move {
        let (first, second) = (client.seed(1).await, client.seed(2).await);
        let change = json!({"user": {"notes": "all"}});
        let by_id = format!("{UPDATE}?ids={},5,{},x", first["id"], second["id"]);
        let by_external_id = format!("{UPDATE}?external_ids=SEED-0001,nobody,seed-0002");
        for (path, failed) in [
            (by_id, json!([[1, 5], [3, 3]])),
            (by_external_id, json!([[1, 1]])),
        ] {
            let job = client.job(client.put(&path, &change).await).await;
            let results = job["results"].as_array().unwrap();
            let (bad, good): (Vec<_>, Vec<_>) =
                results.iter().partition(|result| result["error"].is_string());
            let bad: Value = bad
                .iter()
                .map(|result| json!([result["index"], result["id"]]))
                .collect();
            assert_eq!(bad, failed);
            let updated = |user: &Value| json!({"id": user["id"], "action": "update", "status": "Updated", "success": true});
            assert_eq!(good, [&updated(&first), &updated(&second)]);
        }
        assert_eq!(client.seed(2).await["notes"], "all");
        // The same external id cannot be everybody's.
        let same = json!({"user": {"external_id": "one"}});
        let path = format!("{UPDATE}?ids={},{}", first["id"], second["id"]);
        let job = client.job(client.put(&path, &same).await).await;
        assert_eq!(job["results"][0]["status"], "Updated");
        assert_eq!(job["results"][1]["error"], "UserUpdateFailed");
    })
    .await;
}

#[tokio::test]
async fn deletions_come_as_a_job_that_updates() {
    both_ways(instant, |client| async move {
        let (first, second) = (client.seed(1).await, client.seed(2).await);
        let me = client.get("/api/v2/users/me").await.user();
        let path = format!(
            "{DESTROY}?ids={},5,{},{}",
            first["id"], me["id"], first["id"]
        );
        let body = r#"{"users":[{"id":1,"name":"x"}]}"#;
        let request = client.request(Method::DELETE, &path, body);
        let queued = client.send(request).await.unwrap().expect(200);
        let warned = queued.header("x-zendesk-api-warn").unwrap();
        let keys_of = r#":action=>"destroy_many", :unpermitted_keys=>["users"]"#;
        assert!(warned.contains(keys_of), "{warned}");
        let job = queued.json()["job_status"].take();
        assert_eq!(
            json!([job["job_type"], job["total"]]),
            json!(["Bulk Update User", 4])
        );
        let job = client.job(queued).await;
        let expected = json!([
            {"action": "delete", "id": first["id"], "status": "Deleted", "success": true},
            {"index": 1, "error": "RecordNotFound", "id": 5, "details": "Not found"},
            {
                "index": 2, "error": "UserDeleteFailed", "id": me["id"],
                "details": "Base:  The account owner cannot be deleted",
            },
            {"index": 3, "error": "RecordNotFound", "id": first["id"], "details": "Not found"},
        ]);
        assert_eq!(job["results"], expected);
        assert_eq!(
            keys(&job["results"][0]),
            ["action", "id", "status", "success"]
        );
        let path = format!("{DESTROY}?external_ids=Seed-0002,nobody");
        let job = client.job(client.delete(&path).await).await;
        assert_eq!(job["results"][0]["id"], second["id"]);
        assert_eq!(
            json!([job["results"][1]["error"], job["results"][1]["id"]]),
            json!(["RecordNotFound", 1])
        );
        assert_eq!(client.sandbox.applied().deleted, 2);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_working_update_is_named_without_a_capital() {
    let client = in_process(&builder().build());
    let ids: Vec<String> = (1..=50).map(|number| format!("seed-{number:04}")).collect();
    let path = format!("{UPDATE}?external_ids={}", ids.join(","));
    let queued = client.put(&path, &json!({"user": {"notes": "n"}})).await;
    let id = queued.expect(200).json()["job_status"]["id"].take();
    let path = format!("/api/v2/job_statuses/{}", id.as_str().unwrap());
    for (millis, message) in [(2000, "Updating users"), (22 * 80, "Updating user #22")] {
        tokio::time::advance(Duration::from_millis(millis)).await;
        let job = client.get(&path).await.json();
        assert_eq!(job["job_status"]["message"], message);
    }
    tokio::time::advance(Duration::from_secs(5)).await;
    let job = client.get(&path).await.json();
    let message = job["job_status"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("Completed at 2023-09-18 23:26:39"),
        "{message}"
    );
}

#[tokio::test(start_paused = true)]
async fn too_many_jobs_names_the_class_of_the_call() {
    let client = in_process(&builder().build());
    for _ in 0..30 {
        create_many(&client, json!([{"name": "N"}]))
            .await
            .expect(200);
    }
    let change = json!({"user": {"notes": "n"}});
    let by_external_id = format!("{UPDATE}?external_ids=seed-0001");
    let destroy = format!("{DESTROY}?external_ids=seed-0001");
    for (answer, class) in [
        (
            create_many(&client, json!([{"name": "N"}])).await,
            "UserBulkCreateJob",
        ),
        (
            client.bulk(json!([{"name": "N"}])).await,
            "UserBulkCreateJob",
        ),
        (
            client.put(&by_external_id, &change).await,
            "UserBulkUpdateJobV2",
        ),
        (client.delete(&destroy).await, "UserBulkUpdateJobV2"),
    ] {
        let refused = answer.expect(429);
        let text =
            format!("Too many {class} jobs are currently queued or running. Try again later.");
        assert_eq!(refused.json()["description"], json!(text));
        assert_eq!(
            refused.header("zendesk-ratelimit-inflight-jobs"),
            Some("total=30; remaining=0; resets=60")
        );
    }
}

#[tokio::test]
async fn without_bulk_import_updates_and_deletions_still_work() {
    both_ways(
        || instant().bulk_import(false),
        |client| async move {
            create_many(&client, json!([{"name": "N"}]))
                .await
                .expect(403);
            client.bulk(json!([{"name": "N"}])).await.expect(403);
            let path = format!("{UPDATE}?external_ids=seed-0001");
            let change = json!({"user": {"notes": "n"}});
            client.put(&path, &change).await.expect(200);
            let path = format!("{DESTROY}?external_ids=seed-0001");
            client.delete(&path).await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn bulk_requests_that_are_refused_as_a_whole() {
    both_ways(instant, |client| async move {
        let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
        let many = many.join(",");
        let people: Value = (0..101).map(|_| json!({"name": "N"})).collect();
        let too_many = json!({
            "error": "TooManyValues",
            "description": "Parameter  cannot specify more than 100 values",
            "max_count": 100,
        });
        let change = json!({"user": {"notes": "n"}});
        for answer in [
            client.put(&format!("{UPDATE}?ids={many}"), &change).await,
            client.put(&format!("{UPDATE}?external_ids={many}"), &change).await,
            client.put(UPDATE, &json!({ "users": people })).await,
            client.delete(&format!("{DESTROY}?ids={many}")).await,
            client.delete(&format!("{DESTROY}?external_ids={many}")).await,
        ] {
            assert_eq!(answer.expect(400).json(), too_many);
        }
        let refused = create_many(&client, people).await.expect(400).json();
        let expected =
            json!({"error": "TooManyValues", "description": "Maximum 100 users may be created per call"});
        assert_eq!(refused, expected);
        for (path, body) in [
            (UPDATE.to_owned(), json!({})),
            (UPDATE.to_owned(), json!({"users": []})),
            (UPDATE.to_owned(), json!({"users": {}})),
            (UPDATE.to_owned(), json!({"users": [5]})),
            (UPDATE.to_owned(), json!({"users": [{"id": null}]})),
            (UPDATE.to_owned(), json!({"users": [{"id": 1, "tags": 5}]})),
            // One change, and nobody named.
            (UPDATE.to_owned(), change.clone()),
            (format!("{UPDATE}?ids=,"), change.clone()),
            (format!("{UPDATE}?ids=1"), json!({"users": [{"id": 1}]})),
            (format!("{UPDATE}?ids=1"), json!({"user": {"name": 5}})),
        ] {
            let answer = client.put(&path, &body).await;
            assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text);
        }
        for sent in [json!([]), json!({}), json!(null), json!(["x"]), json!([{"name": 5}])] {
            create_many(&client, sent).await.expect(400);
        }
        client.delete(DESTROY).await.expect(400);
        client.delete(&format!("{DESTROY}?ids=")).await.expect(400);
        let request = client.request(Method::DELETE, &format!("{DESTROY}?ids=1"), "{");
        client.send(request).await.unwrap().expect(400);
        let jobs = client.get("/api/v2/job_statuses").await.json();
        assert_eq!(jobs["job_statuses"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn jobs_are_for_agents_and_admins() {
    both_ways(instant, |client| async move {
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        let anonymous = client.signed_in(None);
        let change = json!({"user": {"notes": "n"}});
        for (who, status) in [(&end_user, 403), (&anonymous, 401)] {
            create_many(who, json!([{"name": "N"}]))
                .await
                .expect(status);
            who.put(&format!("{UPDATE}?ids=1"), &change)
                .await
                .expect(status);
            who.delete(&format!("{DESTROY}?ids=1")).await.expect(status);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_list_of_jobs_is_by_completion_then_creation_newest_first() {
    let client = in_process(&builder().build());
    let people = |count: usize| (0..count).map(|_| json!({"name": "N"})).collect::<Value>();
    let mut ids = Vec::new();
    for count in [100, 1, 50, 1] {
        let queued = create_many(&client, people(count)).await.expect(200);
        ids.push(queued.json()["job_status"]["id"].take());
    }
    tokio::time::advance(Duration::from_secs(60)).await;
    let mut seen = Vec::new();
    let mut path = "/api/v2/job_statuses?page%5Bsize%5D=1".to_owned();
    loop {
        let page = client.get(&path).await.expect(200).json();
        seen.push(page["job_statuses"][0]["id"].clone());
        if page["meta"]["has_more"] == json!(false) {
            break;
        }
        let next = page["links"]["next"].as_str().unwrap();
        path = next.strip_prefix(&client.base).unwrap().to_owned();
    }
    assert_eq!(seen, [&ids[0], &ids[2], &ids[3], &ids[1]].map(Value::clone));
}
