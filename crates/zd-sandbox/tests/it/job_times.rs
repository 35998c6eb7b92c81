//! What moves jobs on: time in many forms, being asked for, or a hand.

use std::time::Duration;

use serde_json::{Value, json};
use zd_sandbox::{JobTime, SandboxBuilder};

use crate::support::{Client, both_ways, builder};

fn timed(time: &str) -> SandboxBuilder {
    builder().frozen().job_time(time.parse().unwrap())
}

fn people(count: usize) -> Value {
    (0..count)
        .map(|number| json!({"name": "A", "external_id": format!("p{number}")}))
        .collect()
}

async fn queue(client: &Client, count: usize) -> String {
    let queued = client.bulk(people(count)).await.expect(200).json();
    assert_eq!(queued["job_status"]["status"], "queued");
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

#[tokio::test]
async fn a_trace_gives_one_time_after_another() {
    both_ways(
        || timed("trace:5s,30s,5s"),
        async |client| {
            let mut ends = Vec::new();
            let mut ids = Vec::new();
            for _ in 0..4 {
                ids.push(queue(&client, 1).await);
            }
            for id in &ids {
                let mut seconds = ends.last().copied().unwrap_or(0);
                while ask(&client, id).await["status"] != "completed" {
                    client.tell("clock", &json!({"advance": "1s"})).await;
                    seconds += 1;
                }
                ends.push(seconds);
            }
            // Ten workers: they run beside one another, and were looked at one after another.
            assert_eq!(ends, [5, 30, 30, 30]);
            for (id, time) in ids.iter().zip(["33:38", "34:03", "33:38", "33:38"]) {
                let message = ask(&client, id).await["message"]
                    .as_str()
                    .unwrap()
                    .to_owned();
                assert!(
                    message.starts_with("Completed at 2023-09-18 23:2"),
                    "{message}"
                );
                let _ = time;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn lognormal_times_differ_and_repeat_with_the_seed() {
    let times = async |seed: u64| {
        let mut all = Vec::new();
        let sandbox = timed("lognormal:60s:1.5")
            .seed(seed)
            .workers(30)
            .job_retention(Duration::from_secs(864_000))
            .build();
        let client = crate::support::in_process(&sandbox);
        let mut ids = Vec::new();
        for _ in 0..30 {
            ids.push(queue(&client, 1).await);
        }
        client.tell("clock", &json!({"advance": "1d"})).await;
        for id in ids {
            all.push(
                ask(&client, &id).await["message"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        all
    };
    let first = times(7).await;
    assert_eq!(first, times(7).await);
    assert_ne!(first, times(8).await);
    let different: std::collections::BTreeSet<&String> = first.iter().collect();
    assert!(different.len() > 15, "{first:?}");
    both_ways(
        || timed("lognormal:60s:1.5"),
        async |client| {
            let id = queue(&client, 2).await;
            assert_eq!(ask(&client, &id).await["status"], "working");
            client.tell("clock", &json!({"advance": "1h"})).await;
            assert_eq!(ask(&client, &id).await["status"], "completed");
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_can_count_who_asks_for_it() {
    both_ways(
        || timed("polls:3"),
        async |client| {
            let id = queue(&client, 6).await;
            client.tell("clock", &json!({"advance": "1h"})).await;
            assert_eq!(client.sandbox.applied().created, 0);
            let first = ask(&client, &id).await;
            assert_eq!(
                (&first["status"], &first["progress"]),
                (&json!("working"), &json!(2))
            );
            let path = format!("/api/v2/job_statuses/show_many?ids={id}");
            let second = client.get(&path).await.expect(200).json();
            assert_eq!(second["job_statuses"][0]["progress"], 4);
            let third = ask(&client, &id).await;
            assert_eq!(
                (&third["status"], &third["progress"]),
                (&json!("completed"), &json!(6))
            );
            assert_eq!(third["results"].as_array().unwrap().len(), 6);
            assert_eq!(client.sandbox.applied().created, 6);
            assert_eq!(client.inside("state").await["jobs"]["free_slots"], 30);
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_can_wait_for_a_hand() {
    both_ways(
        || timed("hand"),
        async |client| {
            let first = queue(&client, 4).await;
            let second = queue(&client, 4).await;
            let third = queue(&client, 4).await;
            client.tell("clock", &json!({"advance": "1h"})).await;
            assert_eq!(ask(&client, &first).await["status"], "queued");
            let told = client.tell("jobs/next", &json!({"advance": 3})).await;
            assert_eq!(
                (&told["job"]["id"], &told["job"]["progress"]),
                (&json!(first), &json!(3))
            );
            assert_eq!(ask(&client, &first).await["status"], "working");
            client
                .tell("jobs/next", &json!({"finish": "completed"}))
                .await;
            let done = ask(&client, &first).await;
            assert_eq!(
                (&done["status"], &done["progress"]),
                (&json!("completed"), &json!(4))
            );
            assert_eq!(done["message"], "Completed at 2023-09-19 00:26:33 +0000");
            client
                .tell(&format!("jobs/{third}"), &json!({"advance": 1}))
                .await;
            client
                .tell(&format!("jobs/{third}"), &json!({"finish": "failed"}))
                .await;
            let failed = ask(&client, &third).await;
            assert_eq!(
                (&failed["status"], &failed["results"]),
                (&json!("failed"), &Value::Null)
            );
            assert!(
                failed["message"]
                    .as_str()
                    .unwrap()
                    .starts_with("The task failed because of an error")
            );
            client.sandbox.finish_job("next", "killed").unwrap();
            let killed = ask(&client, &second).await;
            assert_eq!(
                (&killed["status"], &killed["progress"]),
                (&json!("killed"), &json!(0))
            );
            let listed = client.inside("jobs").await;
            let statuses: Vec<&Value> = listed["jobs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|job| &job["status"])
                .collect();
            assert_eq!(statuses, ["completed", "killed", "failed"]);
            for (place, body, status) in [
                ("jobs/next", json!({"finish": "completed"}), 404),
                ("jobs/V3-0", json!({"advance": 1}), 404),
                ("jobs/next", json!({"finish": "well"}), 400),
                ("jobs/next", json!({"advance": -1}), 400),
                ("jobs/next", json!({}), 400),
            ] {
                client
                    .post(&format!("/__zd/{place}"), &body)
                    .await
                    .expect(status);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_is_not_found_at_first_nor_after_its_time() {
    both_ways(
        || {
            timed("0")
                .job_visible_after(Duration::from_secs(2))
                .job_retention(Duration::from_secs(60))
        },
        async |client| {
            let id = queue(&client, 1).await;
            let path = format!("/api/v2/job_statuses/{id}");
            client.get(&path).await.expect(404);
            let many = format!("/api/v2/job_statuses/show_many?ids={id}");
            assert_eq!(
                client.get(&many).await.expect(200).json()["job_statuses"],
                json!([])
            );
            client.tell("clock", &json!({"advance": "2s"})).await;
            client.get(&path).await.expect(200);
            client.tell("clock", &json!({"advance": "57s"})).await;
            client.get(&path).await.expect(200);
            client.tell("clock", &json!({"advance": "1s"})).await;
            client.get(&path).await.expect(404);
            assert_eq!(client.sandbox.applied().created, 1);
        },
    )
    .await;
}

/// A server that runs eight at a time.
#[tokio::test]
async fn workers_run_so_many_at_a_time() {
    both_ways(
        || {
            builder()
                .frozen()
                .job_time(JobTime::Fixed(Duration::from_secs(10)))
                .workers(8)
        },
        async |client| {
            for _ in 0..20 {
                queue(&client, 1).await;
            }
            for working in [8, 8, 4] {
                let state = client.inside("state").await;
                assert_eq!(state["jobs"]["working"], working);
                client.tell("clock", &json!({"advance": "10s"})).await;
            }
            assert_eq!(client.inside("state").await["jobs"]["completed"], 20);
        },
    )
    .await;
}
