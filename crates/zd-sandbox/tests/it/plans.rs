//! Plans, spellings of the limits, and the other integrations of the account.

use std::time::Duration;

use serde_json::json;
use zd_sandbox::{JobTime, Plan, RateHeaders, Sandbox, SandboxBuilder};

use crate::support::{START, both_ways, builder};

fn limited() -> SandboxBuilder {
    Sandbox::builder().starts_at(START).frozen()
}

#[tokio::test]
async fn each_plan_allows_what_it_is_sold_for() {
    for (plan, a_minute, exports) in [
        (Plan::Essential, 10, 10),
        (Plan::Team, 200, 10),
        (Plan::Growth, 400, 10),
        (Plan::Professional, 400, 10),
        (Plan::Enterprise, 700, 10),
        (Plan::EnterprisePlus, 2500, 10),
        (Plan::HighVolume, 2500, 30),
        (Plan::RequestsAMinute(3), 3, 10),
    ] {
        both_ways(
            || limited().plan(plan),
            async |client| {
                let first = client.get("/api/v2/users/me").await.expect(200);
                assert_eq!(
                    first.header("x-rate-limit").unwrap(),
                    a_minute.to_string(),
                    "{plan}"
                );
                for _ in 1..a_minute {
                    client.get("/api/v2/users/me").await.expect(200);
                }
                let refused = client.get("/api/v2/users/me").await.expect(429);
                assert_eq!(refused.header("retry-after"), Some("27"));
                client.tell("clock", &json!({"advance": "27s"})).await;
                let path = "/api/v2/incremental/users?start_time=0";
                for _ in 0..exports.min(a_minute) {
                    client.get(path).await.expect(200);
                }
                client.get(path).await.expect(429);
            },
        )
        .await;
    }
}

#[tokio::test]
async fn the_limits_are_told_in_each_spelling() {
    let names = async |spelling: RateHeaders| {
        let mut all = Vec::new();
        both_ways(
            || limited().rate_headers(spelling),
            async |client| {
                let answer = client
                    .upsert(json!({"name": "A", "external_id": "a"}))
                    .await
                    .expect(201);
                let mut names: Vec<String> = answer
                    .headers
                    .keys()
                    .map(|name| name.as_str().to_owned())
                    .filter(|name| name.contains("rate"))
                    .collect();
                names.sort();
                assert!(names.len() < 10);
                let told = client.inside("settings").await;
                assert_eq!(told["rate_headers"], spelling.to_string());
                let _ = names.len();
            },
        )
        .await;
        let client = crate::support::in_process(&limited().rate_headers(spelling).build());
        let answer = client
            .upsert(json!({"name": "A", "external_id": "a"}))
            .await
            .expect(201);
        for name in answer
            .headers
            .keys()
            .filter(|name| name.as_str().contains("rate"))
        {
            all.push(name.as_str().to_owned());
        }
        all.sort();
        all
    };
    assert_eq!(
        names(RateHeaders::Current).await,
        [
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "x-rate-limit",
            "x-rate-limit-remaining",
            "zendesk-ratelimit-create-update-user",
        ]
    );
    assert_eq!(
        names(RateHeaders::Of2023).await,
        [
            "rate-limit",
            "rate-limit-remaining",
            "rate-limit-reset",
            "x-rate-limit",
            "x-rate-limit-remaining",
            "zendesk-rate-limit-create-update-user",
        ]
    );
    assert!(names(RateHeaders::None).await.is_empty());
}

/// Others use up what is left, and are refused when we do.
#[tokio::test]
async fn others_share_the_minute_and_their_refusals_are_counted() {
    both_ways(
        || {
            limited()
                .requests_a_minute(100)
                .others("60/min".parse().unwrap())
        },
        async |client| {
            client.tell("clock", &json!({"advance": "27s"})).await;
            client.tell("clock", &json!({"advance": "10s"})).await;
            // They came at seconds 0 to 10 of this minute.
            let answer = client.get("/api/v2/users/me").await.expect(200);
            assert_eq!(answer.header("ratelimit-remaining"), Some("88"));
            for _ in 0..88 {
                client.get("/api/v2/users/me").await.expect(200);
            }
            client.get("/api/v2/users/me").await.expect(429);
            let others = client.inside("state").await["others"].clone();
            assert_eq!(
                (&others["requests"], &others["refused"]),
                (&json!(38), &json!(0))
            );
            client.tell("clock", &json!({"advance": "49s"})).await;
            let others = client.inside("state").await["others"].clone();
            assert_eq!(
                (&others["requests"], &others["refused"]),
                (&json!(87), &json!(49))
            );
            let metrics = client.get("/__zd/metrics").await.expect(200).text;
            assert!(
                metrics.contains("zd_sandbox_others_refused_total 49\n"),
                "{metrics}"
            );
        },
    )
    .await;
}

#[tokio::test]
async fn others_come_in_phases() {
    both_ways(
        || limited().others("60/min:60s,0/min:60s".parse().unwrap()),
        async |client| {
            for expected in [60, 60, 120] {
                client.tell("clock", &json!({"advance": "59999ms"})).await;
                let state = client.inside("state").await;
                assert_eq!(state["others"]["requests"], expected);
                client.tell("clock", &json!({"advance": "1ms"})).await;
            }
            client.tell("settings", &json!({"others": null})).await;
            client.tell("clock", &json!({"advance": "10m"})).await;
            let state = client.inside("state").await;
            assert_eq!(state["others"]["requests"], 120);
        },
    )
    .await;
}

#[tokio::test]
async fn others_hold_job_slots_and_their_refusals_are_counted() {
    both_ways(
        || {
            limited()
                .rate_limits(false)
                .other_jobs("30".parse().unwrap())
        },
        async |client| {
            client.get("/api/v2/users/me").await.expect(200);
            let refused = client.bulk(json!([{"name": "A"}])).await.expect(429).json();
            assert_eq!(refused["error"], "TooManyJobs");
            assert_eq!(refused["current_job_ids"].as_array().unwrap().len(), 30);
        },
    )
    .await;
    both_ways(
        || {
            let builder = limited()
                .rate_limits(false)
                .job_time(JobTime::Fixed(Duration::from_secs(3600)));
            builder.workers(30).other_jobs("0-20".parse().unwrap())
        },
        async |client| {
            for _ in 0..10 {
                client.bulk(json!([{"name": "A"}])).await.expect(200);
            }
            let mut held = std::collections::BTreeSet::new();
            for _ in 0..60 {
                client.tell("clock", &json!({"advance": "30s"})).await;
                let state = client.inside("state").await;
                let others = state["others"]["jobs"].as_u64().unwrap();
                assert_eq!(state["jobs"]["free_slots"], 20 - others);
                held.insert(others);
            }
            assert!(
                held.len() > 10 && held.iter().all(|held| *held <= 20),
                "{held:?}"
            );
            assert_eq!(client.inside("state").await["others"]["jobs_refused"], 0);
            // We take whatever is free: now and then they want more than is left.
            for _ in 0..20 {
                while client.bulk(json!([{"name": "A"}])).await.status == 200 {}
                client.tell("clock", &json!({"advance": "30s"})).await;
            }
            let state = client.inside("state").await;
            assert!(
                state["others"]["jobs_refused"].as_u64().unwrap() > 0,
                "{state}"
            );
        },
    )
    .await;
}

#[tokio::test]
async fn settings_change_while_it_runs_all_or_none() {
    both_ways(
        || builder().frozen(),
        async |client| {
            let refused = client
                .post("/__zd/settings", &json!({"plan": "team", "workers": 0}))
                .await
                .expect(400);
            assert!(
                refused.json()["next"].as_str().unwrap().contains("from 1"),
                "{}",
                refused.text
            );
            assert_eq!(client.inside("settings").await["plan"], "enterprise");
            let unknown = client
                .post("/__zd/settings", &json!({"colour": "red"}))
                .await
                .expect(400);
            assert!(
                unknown.json()["next"]
                    .as_str()
                    .unwrap()
                    .contains("job_time"),
                "{}",
                unknown.text
            );
            let told = client
                .tell("settings", &json!({"plan": "team", "bulk_import": false}))
                .await;
            assert_eq!(
                (&told["plan"], &told["bulk_import"]),
                (&json!("team"), &json!(false))
            );
            let answer = client.bulk(json!([{"name": "A"}])).await.expect(403);
            assert_eq!(answer.header("x-rate-limit"), Some("200"));
            client
                .tell("settings", &json!({"bulk_import": true, "job_time": "0"}))
                .await;
            assert_eq!(
                client.bulk_done(json!([{"name": "A"}])).await["status"],
                "completed"
            );
        },
    )
    .await;
}
