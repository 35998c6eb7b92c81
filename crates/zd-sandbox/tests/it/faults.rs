//! Faults on purpose.

use serde_json::json;
use zd_sandbox::{JobTime, SandboxBuilder};
use zd_transport::ErrorKind;

use crate::support::{both_ways, builder, in_process};

fn with(fault: &str) -> SandboxBuilder {
    builder()
        .job_time(JobTime::INSTANT)
        .fault(fault.parse().unwrap())
}

#[tokio::test]
async fn a_429_comes_in_two_forms_and_applies_nothing() {
    both_ways(
        || with("429=100%"),
        |client| async move {
            let mut types = std::collections::BTreeSet::new();
            for _ in 0..20 {
                let refused = client.upsert(json!({"name": "A"})).await.expect(429);
                let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
                assert!((1..=5).contains(&wait), "{wait}");
                assert!(refused.header("x-rate-limit-remaining").is_some());
                types.insert(refused.header("content-type").unwrap().to_owned());
            }
            assert_eq!(types.len(), 2, "{types:?}");
            assert_eq!(client.sandbox.applied().created, 0);
            client.get("/__zd/applied").await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn a_5xx_comes_in_many_forms_and_applies_nothing() {
    both_ways(
        || with("5xx=100%"),
        |client| async move {
            let mut forms = std::collections::BTreeSet::new();
            for _ in 0..60 {
                let failed = client.upsert(json!({"name": "A"})).await;
                let html = failed
                    .header("content-type")
                    .unwrap()
                    .starts_with("text/html");
                assert_eq!(html, failed.text.starts_with("<html>"));
                forms.insert((failed.status.as_u16(), html));
            }
            let every: std::collections::BTreeSet<_> = [500, 502, 503]
                .into_iter()
                .flat_map(|status| [(status, false), (status, true)])
                .collect();
            assert_eq!(forms, every);
            assert_eq!(client.sandbox.applied().created, 0);
            client.get("/__zd/applied").await.expect(200);
        },
    )
    .await;
}

#[tokio::test]
async fn a_lost_answer_was_applied() {
    both_ways(
        || with("answer-lost=100%"),
        |client| async move {
            let body = json!({"user": {"name": "A", "external_id": "a"}}).to_string();
            let request =
                client.request(http::Method::POST, "/api/v2/users/create_or_update", &body);
            let error = client.send(request).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Interrupted);
            assert!(error.may_have_been_sent());
            let body = json!({"users": [{"name": "B", "external_id": "b"}]}).to_string();
            let request = client.request(
                http::Method::POST,
                "/api/v2/users/create_or_update_many",
                &body,
            );
            client.send(request).await.unwrap_err();
            // Reading is never lost; what was written is there, and its job is in the list.
            let answer = client
                .get("/api/v2/users/show_many?external_ids=a,b")
                .await
                .expect(200);
            assert_eq!(answer.json()["count"], 2);
            let jobs = client.get("/api/v2/job_statuses").await.expect(200).json();
            assert_eq!(jobs["job_statuses"][0]["status"], "completed");
            assert_eq!(client.sandbox.applied().max_created_per_key, 1);
        },
    )
    .await;
}

/// What comes after a request was carried out does not come after one that was not.
#[tokio::test]
async fn a_fault_waits_for_a_request_that_is_carried_out() {
    let sandbox = with("answer-lost times=1")
        .fault("5xx nth=1".parse().unwrap())
        .fault("job-killed times=1".parse().unwrap())
        .build();
    let client = in_process(&sandbox);
    let body = json!({"user": {"name": "A"}}).to_string();
    let request = || client.request(http::Method::POST, "/api/v2/users/create_or_update", &body);
    assert!(
        client
            .send(request())
            .await
            .unwrap()
            .status
            .is_server_error()
    );
    assert_eq!(sandbox.applied().created, 0);
    client
        .signed_in(None)
        .upsert(json!({"name": "A"}))
        .await
        .expect(401);
    client.send(request()).await.unwrap_err();
    assert_eq!(sandbox.applied().created, 1);
    // Nor is a job struck that is not queued.
    client.bulk(json!([])).await.expect(400);
    let job = client
        .bulk_done(json!([{"name": "A"}, {"name": "B"}]))
        .await;
    assert_eq!(job["status"], "killed");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_answers() {
    let run = async |seed| {
        let faults = ["429=20%", "5xx=20%", "answer-lost=20%", "job-killed=50%"];
        let builder = faults.iter().fold(
            builder().job_time(JobTime::INSTANT).seed(seed),
            |builder, fault| builder.fault(fault.parse().unwrap()),
        );
        let client = in_process(&builder.build());
        let mut answers = Vec::new();
        for number in 0..50 {
            let body = json!({"users": [{"name": number.to_string()}, {"name": "x"}]}).to_string();
            let request = client.request(
                http::Method::POST,
                "/api/v2/users/create_or_update_many",
                &body,
            );
            let answer = client.send(request).await;
            answers.push(
                answer.map_or_else(|error| error.to_string(), |answer| format!("{answer:?}")),
            );
        }
        answers.push(client.get("/api/v2/job_statuses").await.text);
        answers
    };
    assert_eq!(run(7).await, run(7).await);
    assert_ne!(run(7).await, run(8).await);
}
