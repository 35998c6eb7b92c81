//! Rate limits: clock minutes, headers, and the buckets of single endpoints.

use std::time::Duration;

use serde_json::json;
use zd_sandbox::{Sandbox, SandboxBuilder};

use crate::support::{START, both_ways, builder, in_process};

const ME: &str = "/api/v2/users/me";

fn limited() -> SandboxBuilder {
    Sandbox::builder().starts_at(START)
}

#[tokio::test]
async fn every_answer_says_what_is_left() {
    both_ways(
        || limited().requests_a_minute(3),
        |client| async move {
            for (path, left) in [(ME, "2"), ("/api/v2/nothing", "1")] {
                let answer = client.get(path).await;
                for (name, value) in [
                    ("x-rate-limit", "3"),
                    ("x-rate-limit-remaining", left),
                    ("ratelimit-limit", "3"),
                    ("ratelimit-remaining", left),
                ] {
                    assert_eq!(answer.header(name), Some(value), "{path} {name}");
                }
                let reset: i64 = answer.header("ratelimit-reset").unwrap().parse().unwrap();
                assert!((20..=27).contains(&reset), "{reset}");
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_accounts_window_is_a_clock_minute() {
    let client = in_process(&limited().requests_a_minute(2).build());
    client.get(ME).await.expect(200);
    client.get(ME).await.expect(200);
    tokio::time::advance(Duration::from_secs(3)).await;
    let refused = client.get(ME).await.expect(429);
    assert_eq!(refused.header("retry-after"), Some("24"));
    assert_eq!(refused.header("x-rate-limit-remaining"), Some("0"));
    let expected = json!({
        "error": "APIRateLimitExceeded",
        "description": "Number of allowed API requests per minute exceeded",
    });
    assert_eq!(refused.json(), expected);
    // What tells about the sandbox itself is free.
    client.get("/__zd/applied").await.expect(200);
    tokio::time::advance(Duration::from_secs(23)).await;
    client.get(ME).await.expect(429);
    tokio::time::advance(Duration::from_secs(1)).await;
    let answer = client.get(ME).await.expect(200);
    assert_eq!(answer.header("ratelimit-reset"), Some("60"));
}

#[tokio::test(start_paused = true)]
async fn one_user_is_written_five_times_a_minute() {
    let client = in_process(&limited().build());
    let second = Duration::from_secs(1);
    for left in ["4", "3", "2", "1", "0"] {
        let answer = client
            .upsert(json!({"external_id": "Seed-0001", "email": "seed0001@people.example"}))
            .await
            .expect(200);
        let bucket = answer
            .header("zendesk-ratelimit-create-update-user")
            .unwrap();
        assert!(
            bucket.starts_with(&format!("total=5; remaining={left}; resets=")),
            "{bucket}"
        );
        tokio::time::advance(second).await;
    }
    let refused = client
        .upsert(json!({"external_id": "SEED-0001", "email": "x@y.co"}))
        .await
        .expect(429);
    assert_eq!(
        refused.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(
        refused.text,
        "You have exceeded the rate limit for updating a single unique user. user email: x@y.co id:  external_id: SEED-0001"
    );
    assert_eq!(refused.header("retry-after"), Some("22"));
    let left: u32 = refused
        .header("x-rate-limit-remaining")
        .unwrap()
        .parse()
        .unwrap();
    assert!(left > 600, "the account's budget is far from empty: {left}");
    client
        .upsert(json!({"external_id": "seed-0002"}))
        .await
        .expect(200);
    tokio::time::advance(22 * second).await;
    client
        .upsert(json!({"external_id": "seed-0001"}))
        .await
        .expect(200);
}

#[tokio::test(start_paused = true)]
async fn people_without_a_key_are_different_people() {
    let client = in_process(&limited().build());
    for _ in 0..7 {
        client.upsert(json!({"name": "Ann"})).await.expect(201);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
}

/// Rule 16.12: one single write a second for the whole account, so that bulk calls are the only fast way.
#[tokio::test(start_paused = true)]
async fn the_account_writes_one_user_a_second() {
    let client = in_process(&limited().build());
    client
        .upsert(json!({"name": "A", "external_id": "a"}))
        .await
        .expect(201);
    let refused = client
        .upsert(json!({"name": "B", "external_id": "b"}))
        .await
        .expect(429);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(client.sandbox.applied().created, 1);
    // Bulk is the way around it.
    client.bulk(json!([{"name": "B"}])).await.expect(200);
    tokio::time::advance(Duration::from_secs(1)).await;
    client
        .upsert(json!({"name": "B", "external_id": "b"}))
        .await
        .expect(201);
}

#[tokio::test]
async fn searches_have_a_bucket() {
    both_ways(limited, |client| async move {
        let answer = client
            .get("/api/v2/users/search?external_id=x")
            .await
            .expect(200);
        let bucket = answer.header("zendesk-ratelimit-search-index").unwrap();
        assert!(
            bucket.starts_with("total=2500; remaining=2499; resets="),
            "{bucket}"
        );
    })
    .await;
}

#[tokio::test]
async fn limits_can_be_off() {
    both_ways(
        || builder().requests_a_minute(1),
        |client| async move {
            for _ in 0..10 {
                client
                    .upsert(json!({"external_id": "seed-0001"}))
                    .await
                    .expect(200);
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_user_is_updated_five_times_a_minute_by_id_beside_the_upserts() {
    let client = in_process(&limited().build());
    let id = client.seed(1).await["id"].clone();
    let path = format!("/api/v2/users/{id}.json");
    let second = Duration::from_secs(1);
    // Upserts by another key do not count.
    client
        .upsert(json!({"external_id": "seed-0001"}))
        .await
        .expect(200);
    for left in ["4", "3", "2", "1", "0"] {
        tokio::time::advance(second).await;
        let change = json!({"user": {"external_id": "seed-0001", "notes": left}});
        let answer = client.put(&path, &change).await.expect(200);
        let bucket = answer
            .header("zendesk-ratelimit-create-update-user")
            .unwrap();
        assert!(
            bucket.starts_with(&format!("total=5; remaining={left}; resets=")),
            "{bucket}"
        );
    }
    tokio::time::advance(second).await;
    let change = json!({"user": {"tags": []}});
    let refused = client.put(&path, &change).await.expect(429);
    assert_eq!(
        refused.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    // What the request did not say is left out.
    assert_eq!(
        refused.text,
        "You have exceeded the rate limit for updating a single unique user. user email:  id:  external_id: "
    );
    assert_eq!(refused.header("retry-after"), Some("21"));
    let left: u32 = refused
        .header("x-rate-limit-remaining")
        .unwrap()
        .parse()
        .unwrap();
    assert!(left > 600, "the account's budget is far from empty: {left}");
    // Somebody else can be updated.
    let other = client.seed(2).await["id"].clone();
    let path = format!("/api/v2/users/{other}.json");
    client.put(&path, &change).await.expect(200);
}

#[tokio::test(start_paused = true)]
async fn updates_and_upserts_share_one_write_a_second_and_creations_do_not() {
    let client = in_process(&limited().build());
    let path = format!("/api/v2/users/{}", client.seed(1).await["id"]);
    let change = json!({"user": {"notes": "n"}});
    client.put(&path, &change).await.expect(200);
    client
        .upsert(json!({"external_id": "seed-0002"}))
        .await
        .expect(429);
    for _ in 0..3 {
        client
            .post("/api/v2/users", &json!({"user": {"name": "N"}}))
            .await
            .expect(201);
    }
    let job = "/api/v2/users/update_many?external_ids=seed-0003";
    client.put(job, &change).await.expect(200);
    client.put(&path, &change).await.expect(429);
    tokio::time::advance(Duration::from_secs(1)).await;
    client
        .upsert(json!({"external_id": "seed-0002"}))
        .await
        .expect(200);
    client.put(&path, &change).await.expect(429);
}
