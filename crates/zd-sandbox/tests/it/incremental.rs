//! Incremental exports of users, by time and by cursor.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zd_sandbox::{AGENT_EMAIL, Sandbox};

use crate::support::{Client, START, both_ways, builder, in_process, token_of};

const BY_TIME: &str = "/api/v2/incremental/users.json?start_time=0";
const BY_CURSOR: &str = "/api/v2/incremental/users/cursor.json?start_time=0";

fn users(page: &Value) -> &Vec<Value> {
    page["users"].as_array().unwrap()
}

fn ids(page: &Value) -> Vec<u64> {
    users(page)
        .iter()
        .map(|user| user["id"].as_u64().unwrap())
        .collect()
}

/// Follows `link` from page to page until `end_of_stream`.
async fn walk(client: &Client, start: &str, link: &str) -> Vec<Value> {
    let mut pages: Vec<Value> = Vec::new();
    let mut path = start.to_owned();
    loop {
        let page = client.get(&path).await.expect(200).json();
        let next = page[link].as_str().unwrap();
        path = next.strip_prefix(&client.base).unwrap().to_owned();
        let ended = page["end_of_stream"].as_bool().unwrap();
        pages.push(page);
        if ended {
            return pages;
        }
        assert!(pages.len() < 1000, "the walk does not end");
    }
}

async fn pass(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test]
async fn pages_have_the_recorded_shape() {
    both_ways(builder, |client| async move {
        let page = client.get(BY_TIME).await.expect(200).json();
        let keys: Vec<&String> = page.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            ["users", "next_page", "count", "end_of_stream", "end_time"]
        );
        assert_eq!(
            (&page["count"], &page["end_of_stream"]),
            (&json!(202), &json!(true))
        );
        // The last of the seed changed a day ago; the walk goes on behind that second.
        let end = START - 24 * 60 * 60 + 1;
        assert_eq!(page["end_time"], end);
        let next = format!(
            "{}/api/v2/incremental/users.json?start_time={end}",
            client.base
        );
        assert_eq!(page["next_page"], next);
        let page = client
            .get(&format!("{BY_CURSOR}&per_page=50"))
            .await
            .expect(200)
            .json();
        let keys: Vec<&String> = page.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "users",
                "after_url",
                "before_url",
                "after_cursor",
                "before_cursor",
                "end_of_stream"
            ]
        );
        assert_eq!(
            (&page["before_url"], &page["before_cursor"]),
            (&Value::Null, &Value::Null)
        );
        let last = ids(&page)[49];
        // The last of 202 came at the end, the 50th 152 times 97 seconds before.
        let changed = end - 1 - 152 * 97;
        let cursor = STANDARD.encode(format!("{changed}.0||{last}|"));
        assert_eq!(page["after_cursor"], cursor);
        let escaped = cursor
            .replace('=', "%3D")
            .replace('+', "%2B")
            .replace('/', "%2F");
        let after = format!(
            "{}/api/v2/incremental/users/cursor.json?cursor={escaped}&per_page=50",
            client.base
        );
        assert_eq!(page["after_url"], after);
        let user = client.get(&format!("/api/v2/users/{last}")).await.user();
        assert_eq!(users(&page)[49], user);
        let with = client
            .get(&format!("{BY_CURSOR}&include=organizations,identities"))
            .await
            .json();
        assert_eq!(with["organizations"].as_array().unwrap().len(), 10);
        assert_eq!(
            with["identities"].as_array().unwrap().len(),
            202 + 40,
            "addresses and phones"
        );
    })
    .await;
}

/// Only `end_of_stream` ends a walk; each user comes once, in the order of updates, then of ids.
#[tokio::test]
async fn end_of_stream_ends_the_walk() {
    both_ways(builder, |client| async move {
        let pages = walk(&client, &format!("{BY_CURSOR}&per_page=101"), "after_url").await;
        let sizes: Vec<usize> = pages.iter().map(|page| users(page).len()).collect();
        assert_eq!(sizes, [101, 101], "the last page is as full as the others");
        let all: Vec<u64> = pages.iter().flat_map(ids).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 202);
        let places = pages.iter().flat_map(users);
        let places = places.map(|user| (user["updated_at"].as_str(), user["id"].as_u64()));
        assert!(places.is_sorted());
        // From its end there is nothing new; the cursor stays good for later.
        let after = pages[1]["after_url"]
            .as_str()
            .unwrap()
            .strip_prefix(&client.base)
            .unwrap();
        let rest = client.get(after).await.expect(200).json();
        assert_eq!(
            (users(&rest).len(), &rest["end_of_stream"]),
            (0, &json!(true))
        );
        assert_eq!(rest["after_cursor"], pages[1]["after_cursor"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_page_by_time_holds_a_second_whole_or_sends_it_again() {
    // A second of the two who are always there, then seconds of five, of one, of three and of one.
    let client = in_process(&builder().empty().build());
    let five = ["p", "q", "r", "s", "t"];
    for group in [&five[..], &["a"], &["b", "c", "d"], &["e"]] {
        for name in group {
            client
                .upsert(json!({"name": name, "external_id": name}))
                .await
                .expect(201);
        }
        pass(10).await;
    }
    pass(60).await;
    let pages = walk(&client, &format!("{BY_TIME}&per_page=2"), "next_page").await;
    let names: Vec<Vec<&str>> = pages
        .iter()
        .map(|page| {
            users(page)
                .iter()
                .map(|user| user["name"].as_str().unwrap())
                .collect()
        })
        .collect();
    assert_eq!(names[0].len(), 2);
    let mut first = names[1].clone();
    first.sort_unstable();
    assert_eq!(
        first, five,
        "people who changed in one second come together"
    );
    let mut second = names[3].clone();
    second.sort_unstable();
    assert_eq!(names[2][0], "a");
    assert_eq!(names[2].len(), 2);
    assert_eq!(
        second,
        ["b", "c", "d"],
        "the second in which the page before ended"
    );
    assert_eq!(names[4], ["e"]);
    assert_eq!(pages.len(), 5);
    for page in &pages {
        let (next, end) = (page["next_page"].as_str().unwrap(), &page["end_time"]);
        assert!(
            next.ends_with(&format!("users.json?per_page=2&start_time={end}")),
            "{next}"
        );
    }
}

/// Who changes while a walk is on its way comes again, at its end or in the next walk; nobody is missed.
#[tokio::test(start_paused = true)]
async fn a_change_during_a_walk_comes_later() {
    let client = in_process(&builder().build());
    let first = client
        .get(&format!("{BY_CURSOR}&per_page=100"))
        .await
        .json();
    let early = ids(&first)[0];
    let late = walk(&client, BY_CURSOR, "after_url").await;
    let late = *ids(&late[0]).last().unwrap();
    for id in [early, late] {
        client
            .upsert(json!({"id": id, "name": "Changed"}))
            .await
            .expect(200);
    }
    let after = first["after_url"]
        .as_str()
        .unwrap()
        .strip_prefix(&client.base)
        .unwrap();
    // What is younger than a minute is kept back.
    let now = walk(&client, after, "after_url").await;
    let seen: Vec<u64> = now.iter().flat_map(ids).collect();
    assert_eq!(seen.len(), 202 - 100 - 1);
    assert!(!seen.contains(&early) && !seen.contains(&late));
    pass(61).await;
    let on = now.last().unwrap()["after_url"]
        .as_str()
        .unwrap()
        .strip_prefix(&client.base)
        .unwrap()
        .to_owned();
    let later = walk(&client, &on, "after_url").await;
    let found: Vec<u64> = later.iter().flat_map(ids).collect();
    assert_eq!(found.len(), 2);
    assert!(found.contains(&early) && found.contains(&late));
    let nobody = format!("/api/v2/incremental/users?start_time={}", START + 1);
    let nobody = client.get(&nobody).await.expect(200).json();
    let empty = json!({"users": [], "next_page": null, "count": 0, "end_of_stream": true, "end_time": null});
    assert_eq!(nobody, empty);
    let by_time = client
        .get(&format!("/api/v2/incremental/users?start_time={START}"))
        .await
        .json();
    assert_eq!(ids(&by_time), found);
}

#[tokio::test(start_paused = true)]
async fn deleted_users_are_exported() {
    let client = in_process(&builder().build());
    let user = client
        .upsert(json!({"name": "Gone", "external_id": "gone", "tags": ["t"]}))
        .await
        .user();
    let id = user["id"].as_u64().unwrap();
    pass(5).await;
    assert!(client.sandbox.soft_delete(id));
    pass(60).await;
    for path in [
        "/api/v2/incremental/users",
        "/api/v2/incremental/users/cursor",
    ] {
        let page = client
            .get(&format!("{path}?start_time={START}"))
            .await
            .expect(200)
            .json();
        assert_eq!(ids(&page), [id], "{path}");
        let gone = &users(&page)[0];
        assert_eq!(
            (&gone["active"], &gone["name"], &gone["tags"]),
            (&json!(false), &json!("Gone"), &json!(["t"]))
        );
    }
}

#[tokio::test]
async fn what_is_no_start_is_refused() {
    both_ways(builder, |client| async move {
        for (query, status) in [
            ("", 400),
            ("?start_time=", 400),
            ("?start_time=yesterday", 400),
            ("?start_time=-1", 400),
            ("?start_time=1.5", 400),
            ("?start_time=0&per_page=0", 400),
            ("?start_time=0&per_page=many", 400),
            ("?start_time=0&per_page=100000", 200),
            ("?start_time=0", 200),
        ] {
            client
                .get(&format!("/api/v2/incremental/users{query}"))
                .await
                .expect(status);
            client
                .get(&format!("/api/v2/incremental/users/cursor{query}"))
                .await
                .expect(status);
        }
        // Within the last minute, ahead, and too far ahead to be a time.
        for start in [START - 30, START + 500]
            .map(|time| time.to_string())
            .into_iter()
            .chain(["99999999999999999999".to_owned()])
        {
            for path in ["users", "users/cursor"] {
                let refused = client
                    .get(&format!("/api/v2/incremental/{path}?start_time={start}"))
                    .await
                    .expect(400);
                assert_eq!(
                    refused.text,
                    "Too recent start_time. Use a start_time older than 60 seconds"
                );
            }
        }
        let missing = client.get("/api/v2/incremental/users").await.expect(400);
        assert_eq!(missing.text, "Required parameter missing: start_time");
        let far = STANDARD.encode(format!("{}.0||{}|", u32::MAX, u64::MAX));
        for (cursor, status) in [("nonsense", 400), ("", 400), ("MTIz", 400), (&*far, 200)] {
            client
                .get(&format!("/api/v2/incremental/users/cursor?cursor={cursor}"))
                .await
                .expect(status);
        }
    })
    .await;
}

#[tokio::test]
async fn only_admins_export() {
    both_ways(builder, |client| async move {
        for path in [BY_TIME, BY_CURSOR] {
            client
                .signed_in(Some(token_of(AGENT_EMAIL)))
                .get(path)
                .await
                .expect(403);
            client
                .signed_in(Some(token_of("seed0001@people.example")))
                .get(path)
                .await
                .expect(403);
            client.signed_in(None).get(path).await.expect(401);
        }
    })
    .await;
}

/// Ten a minute for all exports together; one too many leaves the account's budget as it is.
#[tokio::test(start_paused = true)]
async fn the_eleventh_export_of_a_minute_is_refused_with_account_budget_left() {
    let client = in_process(&Sandbox::builder().starts_at(START).build());
    for left in (0..10).rev() {
        let path = if left % 2 == 0 { BY_TIME } else { BY_CURSOR };
        let answer = client.get(path).await.expect(200);
        let bucket = answer
            .header("zendesk-ratelimit-incremental-exports")
            .unwrap();
        assert_eq!(bucket, format!("total=10; remaining={left}; resets=27"));
    }
    let refused = client.get(BY_CURSOR).await.expect(429);
    let expected = json!({
        "error": "APIRateLimitExceeded",
        "description": "Number of allowed incremental export API requests per minute exceeded",
    });
    assert_eq!(refused.json(), expected);
    assert_eq!(refused.header("retry-after"), Some("27"));
    assert_eq!(refused.header("cache-control"), Some("max-age=27, public"));
    assert_eq!(refused.header("x-rate-limit-remaining"), Some("689"));
    client.get("/api/v2/users/me").await.expect(200);
    pass(27).await;
    client.get(BY_TIME).await.expect(200);
}
