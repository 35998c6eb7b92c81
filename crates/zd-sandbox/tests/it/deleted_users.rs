//! Users who were deleted softly, and their permanent deletion.

use std::time::Duration;

use serde_json::{Value, json};
use zd_sandbox::{AGENT_EMAIL, Sandbox};

use crate::support::{Client, START, both_ways, builder, in_process, token_of};

const LIST: &str = "/api/v2/deleted_users.json";

/// Somebody who was deleted softly.
async fn deleted(client: &Client, name: &str) -> u64 {
    let body = json!({
        "name": name, "external_id": name, "email": format!("{name}@people.example"), "phone": "+4930111",
        "tags": ["own"], "details": "d", "user_fields": {"nickname": "nick", "newsletter": true},
    });
    let id = client.upsert(body).await.user()["id"].as_u64().unwrap();
    assert!(client.sandbox.soft_delete(id));
    id
}

fn names(list: &Value) -> Vec<&str> {
    let users = list["deleted_users"].as_array().unwrap();
    users
        .iter()
        .map(|user| user["name"].as_str().unwrap())
        .collect()
}

fn path(id: u64) -> String {
    format!("/api/v2/deleted_users/{id}")
}

#[tokio::test]
async fn deleted_users_are_listed_counted_and_shown() {
    both_ways(builder, |client| async move {
        let empty = client.get(LIST).await.expect(200).json();
        assert_eq!((names(&empty).len(), &empty["count"]), (0, &json!(0)));
        let id = deleted(&client, "gone").await;
        let shown = client.get(&path(id)).await.expect(200).json();
        let user = &shown["deleted_user"];
        let keys: Vec<&String> = user.as_object().unwrap().keys().collect();
        let expected = [
            "id",
            "url",
            "name",
            "email",
            "created_at",
            "updated_at",
            "time_zone",
            "phone",
            "shared_phone_number",
            "photo",
            "locale_id",
            "locale",
            "organization_id",
            "role",
            "active",
        ];
        assert_eq!(keys, expected);
        assert_eq!(
            user["url"],
            format!("{}/api/v2/deleted_users/{id}.json", client.base)
        );
        assert_eq!(
            (&user["name"], &user["active"], &user["email"]),
            (&json!("gone"), &json!(false), &Value::Null)
        );
        let list = client.get(LIST).await.expect(200).json();
        assert_eq!(&list["deleted_users"][0], user);
        let count = client
            .get("/api/v2/deleted_users/count.json")
            .await
            .expect(200)
            .json();
        assert_eq!(count["count"]["value"], 1);
        let time = count["count"]["refreshed_at"].as_str().unwrap();
        assert!(time.starts_with("2023-09-18T23:"), "{time}");
        // Who was deleted softly keeps name, tags and fields (recorded).
        let user = client
            .get(&format!("/api/v2/users/{id}"))
            .await
            .expect(200)
            .user();
        assert_eq!(
            (&user["name"], &user["tags"]),
            (&json!("gone"), &json!(["own", "newsletter_optin"]))
        );
        assert_eq!(
            (&user["user_fields"]["nickname"], &user["external_id"]),
            (&json!("nick"), &Value::Null)
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_list_has_pages_and_an_order() {
    let client = in_process(&builder().build());
    for name in ["b", "a", "c"] {
        deleted(&client, name).await;
        tokio::time::advance(Duration::from_secs(2)).await;
    }
    for (sort, expected) in [
        ("name", ["a", "b", "c"]),
        ("-name", ["c", "b", "a"]),
        ("created_at", ["b", "a", "c"]),
        ("-updated_at", ["c", "a", "b"]),
    ] {
        let list = client
            .get(&format!("{LIST}?sort={sort}"))
            .await
            .expect(200)
            .json();
        assert_eq!(names(&list), expected, "{sort}");
        let mut walked = Vec::new();
        let mut next = format!("{LIST}?sort={sort}&page[size]=2");
        loop {
            let page = client.get(&next).await.expect(200).json();
            walked.extend(names(&page).into_iter().map(str::to_owned));
            let link = page["links"]["next"].as_str().unwrap();
            next = link.strip_prefix(&client.base).unwrap().to_owned();
            if page["meta"]["has_more"] == false {
                break;
            }
        }
        assert_eq!(walked, expected, "{sort}");
    }
    let ids = |list: &Value| -> Vec<u64> {
        let users = list["deleted_users"].as_array().unwrap();
        users
            .iter()
            .map(|user| user["id"].as_u64().unwrap())
            .collect()
    };
    let up = ids(&client.get(LIST).await.json());
    let mut down = ids(&client.get(&format!("{LIST}?sort=-id")).await.json());
    down.reverse();
    assert!(up.is_sorted());
    assert_eq!(up, down);
    let second = client
        .get(&format!("{LIST}?page=2&per_page=2"))
        .await
        .expect(200)
        .json();
    assert_eq!((names(&second).len(), &second["count"]), (1, &json!(3)));
    client
        .get(&format!("{LIST}?sort=shoe_size"))
        .await
        .expect(400);
}

#[tokio::test]
async fn a_purged_user_stays_in_the_list_without_anything_personal() {
    both_ways(builder, |client| async move {
        let id = deleted(&client, "gone").await;
        let answer = client.delete(&path(id)).await.expect(200).json();
        assert_eq!(
            (
                &answer["deleted_user"]["id"],
                &answer["deleted_user"]["name"]
            ),
            (&json!(id), &json!("gone"))
        );
        // Gone from what can still be deleted, there in the list.
        client.get(&path(id)).await.expect(404);
        client.delete(&path(id)).await.expect(404);
        let list = client.get(LIST).await.json();
        assert_eq!(names(&list), ["Permanently Deleted User"]);
        assert_eq!(
            client.get("/api/v2/deleted_users/count").await.json()["count"]["value"],
            1
        );
        let user = &list["deleted_users"][0];
        for key in [
            "email",
            "phone",
            "shared_phone_number",
            "photo",
            "organization_id",
        ] {
            assert_eq!(user[key], Value::Null, "{key}");
        }
        // Assumed: the user can still be asked for, as after a soft deletion.
        let user = client
            .get(&format!("/api/v2/users/{id}"))
            .await
            .expect(200)
            .user();
        assert_eq!(
            (&user["name"], &user["active"], &user["tags"]),
            (
                &json!("Permanently Deleted User"),
                &json!(false),
                &json!([])
            )
        );
        for key in ["email", "phone", "external_id", "details"] {
            assert_eq!(user[key], Value::Null, "{key}");
        }
        assert_eq!(
            (
                &user["user_fields"]["nickname"],
                &user["user_fields"]["newsletter"]
            ),
            (&Value::Null, &json!(false))
        );
    })
    .await;
}

#[tokio::test]
async fn only_who_was_deleted_softly_is_purged() {
    both_ways(builder, |client| async move {
        let live = client
            .upsert(json!({"external_id": "seed-0001"}))
            .await
            .user();
        for nobody in [live["id"].to_string(), "1".to_owned(), "x".to_owned()] {
            client
                .get(&format!("/api/v2/deleted_users/{nobody}"))
                .await
                .expect(404);
            client
                .delete(&format!("/api/v2/deleted_users/{nobody}"))
                .await
                .expect(404);
        }
        assert_eq!(
            client
                .upsert(json!({"external_id": "seed-0001"}))
                .await
                .user()["name"],
            live["name"]
        );
        let end_user = deleted(&client, "gone").await;
        let colleague = json!({"name": "C", "role": "agent", "email": "c@people.example"});
        let colleague = client.upsert(colleague).await.user()["id"]
            .as_u64()
            .unwrap();
        assert!(client.sandbox.soft_delete(colleague));
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        agent.get(LIST).await.expect(200);
        agent.delete(&path(colleague)).await.expect(403);
        agent.delete(&path(end_user)).await.expect(200);
        for (caller, status) in [
            (Some(token_of("seed0001@people.example")), 403),
            (None, 401),
        ] {
            let caller = client.signed_in(caller);
            for asked in [LIST, "/api/v2/deleted_users/count", &path(colleague)] {
                caller.get(asked).await.expect(status);
            }
            caller.delete(&path(colleague)).await.expect(status);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_done_about_a_purge_is_told_as_time_goes_on() {
    let client = in_process(&builder().build());
    let id = deleted(&client, "gone").await;
    let statuses = format!("/api/v2/users/{id}/compliance_deletion_statuses");
    let told = async |query: &str| -> Vec<(String, String)> {
        let list = client
            .get(&format!("{statuses}{query}"))
            .await
            .expect(200)
            .json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let list = list["compliance_deletion_statuses"].as_array().unwrap();
        list.iter()
            .map(|step| (text(&step["action"]), text(&step["application"])))
            .collect()
    };
    let pair = |action: &str, application: &str| (action.to_owned(), application.to_owned());
    assert_eq!(told("").await, []);
    client.delete(&path(id)).await.expect(200);
    assert_eq!(told("").await, [pair("request_deletion", "all")]);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(
        told("").await,
        [
            pair("request_deletion", "all"),
            pair("started", "support"),
            pair("started", "chat")
        ]
    );
    tokio::time::advance(Duration::from_secs(300)).await;
    assert_eq!(told("").await.len(), 5);
    assert_eq!(
        told("?application=support").await,
        [pair("started", "support"), pair("complete", "support")]
    );
    assert_eq!(told("?application=nothing").await, []);
    let list = client.get(&statuses).await.json();
    let me = client.get("/api/v2/users/me").await.user();
    let expected = json!({
        "action": "request_deletion", "application": "all", "account_subdomain": "sandbox", "executer_id": me["id"],
        "user_id": id, "created_at": "2023-09-18T23:26:33Z",
    });
    assert_eq!(list["compliance_deletion_statuses"][0], expected);
    // Unlike other lists it has neither a count nor other pages.
    let keys: Vec<&String> = list.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["compliance_deletion_statuses"]);
    assert_eq!(
        list["compliance_deletion_statuses"][1]["executer_id"],
        Value::Null
    );
    client
        .get("/api/v2/users/1/compliance_deletion_statuses")
        .await
        .expect(404);
    client
        .signed_in(Some(token_of("seed0001@people.example")))
        .get(&statuses)
        .await
        .expect(403);
}

#[tokio::test(start_paused = true)]
async fn seven_hundred_are_purged_in_ten_minutes() {
    let client = in_process(
        &Sandbox::builder()
            .starts_at(START)
            .requests_a_minute(5000)
            .build(),
    );
    let id = deleted(&client, "gone").await;
    for left in (0..700_u32).rev() {
        let answer = client.delete(&path(1)).await.expect(404);
        let bucket = answer
            .header("zendesk-ratelimit-deleted-users-destroy")
            .unwrap();
        assert_eq!(bucket, format!("total=700; remaining={left}; resets=207"));
    }
    let refused = client.delete(&path(id)).await.expect(429);
    assert_eq!(refused.header("retry-after"), Some("207"));
    tokio::time::advance(Duration::from_secs(60)).await;
    client.delete(&path(id)).await.expect(429);
    tokio::time::advance(Duration::from_secs(147)).await;
    client.delete(&path(id)).await.expect(200);
}
