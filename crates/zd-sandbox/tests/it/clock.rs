//! The account's clock: real, scaled, standing still, moved on, virtual.

use std::time::Duration;

use serde_json::{Value, json};
use zd_sandbox::{JobTime, Sandbox};

use crate::support::{START, both_ways, builder, in_process};

#[tokio::test]
async fn a_frozen_clock_stands_until_it_is_moved() {
    both_ways(
        || {
            builder()
                .frozen()
                .job_time(JobTime::Fixed(Duration::from_secs(600)))
        },
        async |client| {
            let clock = client.inside("clock").await;
            assert_eq!(
                clock,
                json!({"now": "2023-09-18T23:26:33Z", "unix_millis": i64::from(START) * 1000,
                "scale": 1, "frozen": true})
            );
            let queued = client.bulk(json!([{"name": "A"}])).await;
            let id = queued.json()["job_status"]["id"]
                .as_str()
                .unwrap()
                .to_owned();
            let status = async || {
                let answer = client
                    .get(&format!("/api/v2/job_statuses/{id}"))
                    .await
                    .expect(200);
                answer.json()["job_status"]["status"].clone()
            };
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert_eq!(status().await, "working");
            client.tell("clock", &json!({"advance": "599s"})).await;
            assert_eq!(status().await, "working");
            client.tell("clock", &json!({"advance": 1})).await;
            assert_eq!(status().await, "completed");
            let date = client.get("/api/v2/users/me").await;
            assert_eq!(date.header("date"), Some("Mon, 18 Sep 2023 23:36:33 GMT"));
        },
    )
    .await;
}

#[tokio::test]
async fn time_jumps_ahead_and_never_back() {
    both_ways(
        || builder().api_tokens_end_at("2027-04-30").unwrap(),
        async |client| {
            client.get("/api/v2/users/count").await.expect(200);
            client
                .tell(
                    "clock",
                    &json!({"freeze": true, "jump_to": "2027-04-29T23:59:59Z"}),
                )
                .await;
            client.get("/api/v2/users/count").await.expect(200);
            client.tell("clock", &json!({"advance": "1s"})).await;
            // The day on which API tokens end.
            client.get("/api/v2/users/count").await.expect(401);
            let oauth = client.signed_in(Some(format!("Bearer {}", zd_sandbox::OAUTH_TOKEN)));
            oauth.get("/api/v2/users/count").await.expect(200);
            let back = client
                .post("/__zd/clock", &json!({"jump_to": "2027-04-29"}))
                .await
                .expect(400)
                .json();
            assert!(
                back["error"].as_str().unwrap().contains("it is 2027-04-30"),
                "{back}"
            );
            assert_eq!(client.inside("clock").await["now"], "2027-04-30T00:00:00Z");
            for wrong in [
                json!({"advance": "soon"}),
                json!({"freeze": 1}),
                json!({"scale": 0}),
                json!({"jump_to": "tomorrow"}),
                json!({"rewind": "1s"}),
                json!([]),
                json!({"advance": "1h", "scale": "fast"}),
            ] {
                let refused = client.post("/__zd/clock", &wrong).await.expect(400).json();
                assert!(!refused["next"].as_str().unwrap().is_empty(), "{refused}");
            }
            assert_eq!(client.inside("clock").await["now"], "2027-04-30T00:00:00Z");
        },
    )
    .await;
}

/// A minute of the account is a second of the client's, and the client is told in seconds of its own.
#[tokio::test]
async fn a_scaled_clock_tells_waits_in_the_clients_time() {
    both_ways(
        || Sandbox::builder().starts_at(START).time_scale(60).frozen().requests_a_minute(1),
        async |client| {
            let first = client.get("/api/v2/users/me").await.expect(200);
            assert_eq!(first.header("ratelimit-reset"), Some("1"));
            let refused = client.get("/api/v2/users/me").await.expect(429);
            assert_eq!(refused.header("retry-after"), Some("1"));
            let grant = json!({"grant_type": "client_credentials", "client_id": zd_sandbox::CLIENT_ID,
                "client_secret": zd_sandbox::CLIENT_SECRET});
            let token = client.post("/oauth/tokens", &grant).await.expect(200).json();
            assert_eq!(token["expires_in"], 120);
            // What a fault says about waiting is the client's time already.
            client.post("/__zd/faults", &json!({"rules": ["429(30)"]})).await.expect(201);
            let told = client.get("/api/v2/users/me").await.expect(429);
            assert_eq!(told.header("retry-after"), Some("30"));
        },
    )
    .await;
}

#[tokio::test]
async fn a_scaled_clock_goes_faster() {
    both_ways(
        || builder().time_scale(3600),
        async |client| {
            let now = async || {
                client.inside("clock").await["unix_millis"]
                    .as_i64()
                    .unwrap()
            };
            let before = now().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            let passed = now().await - before;
            assert!(passed >= 180_000, "{passed} ms in 50 ms");
            client
                .tell("clock", &json!({"freeze": true, "scale": 1}))
                .await;
            let stands = now().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert_eq!(now().await, stands);
        },
    )
    .await;
}

/// A million rows at ten minutes a job: days of the account, no time at all here.
#[tokio::test(start_paused = true)]
async fn a_paused_clock_makes_hours_pass_at_once() {
    let sandbox = builder()
        .job_time(JobTime::Fixed(Duration::from_secs(600)))
        .workers(1)
        .build();
    let client = in_process(&sandbox);
    for round in 0..20 {
        for number in 0..30 {
            let user = json!([{"name": "A", "external_id": format!("{round}-{number}")}]);
            client.bulk(user).await.expect(200);
        }
        client.bulk(json!([{"name": "A"}])).await.expect(429);
        // Thirty jobs of ten minutes, one after another.
        tokio::time::sleep(Duration::from_secs(30 * 600)).await;
    }
    assert_eq!(sandbox.applied().created, 600);
    let clock: Value = client.inside("clock").await;
    assert_eq!(
        clock["unix_millis"],
        (i64::from(START) + 20 * 30 * 600) * 1000
    );
}

#[tokio::test(start_paused = true)]
async fn the_library_moves_the_clock_too() {
    let sandbox = builder()
        .job_time(JobTime::Fixed(Duration::from_secs(60)))
        .build();
    let client = in_process(&sandbox);
    client.bulk(json!([{"name": "A"}])).await.expect(200);
    assert_eq!(sandbox.applied().created, 0);
    sandbox.advance(Duration::from_secs(60));
    assert_eq!(sandbox.applied().created, 1);
    sandbox.freeze(true);
    tokio::time::advance(Duration::from_secs(60)).await;
    let clock = sandbox.clock();
    assert_eq!(clock.unix_millis, (i64::from(START) + 60) * 1000);
    assert!(clock.frozen);
}

/// Years at once, with others in them, are not gone through one by one; and time ends somewhere.
#[tokio::test]
async fn time_can_be_jumped_over_by_decades() {
    both_ways(
        || {
            let builder = builder()
                .frozen()
                .others("560/min:60s,100/min:60s".parse().unwrap());
            builder.other_jobs("0-20".parse().unwrap())
        },
        async |client| {
            client
                .tell("clock", &json!({"jump_to": "2099-12-31T23:59:59Z"}))
                .await;
            let others = client.inside("state").await["others"]["requests"]
                .as_u64()
                .unwrap();
            assert!(others > 10_000_000_000, "{others}");
            client
                .tell("clock", &json!({"advance": "100000000d"}))
                .await;
            assert_eq!(client.inside("clock").await["now"], "2100-01-01T00:00:00Z");
            client
                .post("/__zd/clock", &json!({"jump_to": "2107-01-01"}))
                .await
                .expect(400);
            let both = json!({"advance": "1h", "jump_to": "2000-01-01"});
            client.post("/__zd/clock", &both).await.expect(400);
            client
                .get("/__zd/requests?since=18446744073709551615")
                .await
                .expect(200);
        },
    )
    .await;
}
