//! Search.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, both_ways, builder, in_process};

async fn names(client: &Client, query: &str) -> Vec<String> {
    let encoded: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let path = format!("/api/v2/users/search.json?query={encoded}");
    let mut names: Vec<String> = client.get(&path).await.expect(200).json()["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn external_ids_are_found_exactly() {
    both_ways(builder, |client| async move {
        let hit = client
            .get("/api/v2/users/search.json?external_id=seed-0001")
            .await
            .expect(200);
        assert_eq!(hit.header("cache-control"), Some("max-age=10, private"));
        assert_eq!(hit.json()["count"], 1);
        let miss = client
            .get("/api/v2/users/search.json?external_id=seed-000")
            .await
            .expect(200);
        assert_eq!(
            miss.text,
            r#"{"users":[],"next_page":null,"previous_page":null,"count":0}"#
        );
    })
    .await;
}

#[tokio::test]
async fn queries_find_by_each_key() {
    both_ways(|| builder().empty(), |client| async move {
        client
            .upsert(json!({
                "name": "Mary Ann Lee", "email": "mary+x@lee.example", "external_id": "EXT-7", "phone": "+49 30 5551",
                "tags": ["vip", "gold_card"], "organization": {"name": "Cedar Health"}, "notes": "likes tea",
            }))
            .await
            .expect(201);
        client.upsert(json!({"name": "Anna Berg", "email": "anna@berg.example"})).await.expect(201);
        for (query, expected) in [
            ("mary", &["Mary Ann Lee"][..]),
            ("ANN", &["Mary Ann Lee"]),
            ("ann*", &["Anna Berg", "Mary Ann Lee"]),
            ("name:\"ann lee\"", &["Mary Ann Lee"]),
            ("name:\"mary lee\"", &[]),
            ("\"Mary Ann Lee\"", &["Mary Ann Lee"]),
            ("email:mary+x@lee.example", &["Mary Ann Lee"]),
            ("email:MARY+X@LEE.example", &["Mary Ann Lee"]),
            ("email:*@berg.example", &["Anna Berg"]),
            ("mary+x@lee.example", &["Mary Ann Lee"]),
            ("lee.example", &["Mary Ann Lee"]),
            ("external_id:ext-7", &["Mary Ann Lee"]),
            ("phone:+49305551", &["Mary Ann Lee"]),
            ("tags:vip", &["Mary Ann Lee"]),
            ("tags:gold*", &["Mary Ann Lee"]),
            ("organization:\"cedar health\"", &["Mary Ann Lee"]),
            ("organization:none role:end-user", &["Anna Berg"]),
            ("notes:tea", &["Mary Ann Lee"]),
            ("role:end-user", &["Anna Berg", "Mary Ann Lee"]),
            ("role:end-user -tags:vip", &["Anna Berg"]),
            ("type:user role:agent", &["Sandbox Agent"]),
            ("ann berg", &[]),
            ("nobody", &[]),
            ("", &[]),
        ] {
            assert_eq!(names(&client, query).await, expected, "{query}");
        }
    })
    .await;
}

#[tokio::test]
async fn deleted_users_are_not_found() {
    let sandbox = builder().build();
    let client = in_process(&sandbox);
    let user = client
        .get("/api/v2/users/search?external_id=seed-0001")
        .await
        .json()["users"][0]
        .take();
    assert!(sandbox.soft_delete(user["id"].as_u64().unwrap()));
    assert_eq!(
        client
            .get("/api/v2/users/search?external_id=seed-0001")
            .await
            .json()["count"],
        0
    );
    assert_eq!(
        client
            .get("/api/v2/users/search?query=role:end-user")
            .await
            .json()["count"],
        199
    );
}

#[tokio::test]
async fn pages_are_numbered() {
    both_ways(builder, |client| async move {
        let mut path = "/api/v2/users/search?query=role%3Aend-user&per_page=90".to_owned();
        let mut seen: Vec<u64> = Vec::new();
        let mut pages = 0;
        loop {
            let page = client.get(&path).await.expect(200).json();
            assert_eq!(page["count"], 200);
            assert_eq!(page["previous_page"].is_null(), pages == 0);
            seen.extend(
                page["users"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|user| user["id"].as_u64().unwrap()),
            );
            pages += 1;
            let Value::String(next) = &page["next_page"] else {
                break;
            };
            path = next.strip_prefix(&client.base).unwrap().to_owned();
        }
        assert_eq!((pages, seen.len()), (3, 200));
        assert!(seen.is_sorted());
        let whole = client
            .get("/api/v2/users/search?query=role:end-user&per_page=1000")
            .await
            .json();
        assert_eq!(whole["users"].as_array().unwrap().len(), 100);
        let beyond = client
            .get("/api/v2/users/search?query=role:end-user&page=9")
            .await
            .expect(200)
            .json();
        assert_eq!(beyond["users"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn paging_that_is_not_offered_is_refused() {
    both_ways(builder, |client| async move {
        let deep = client
            .get("/api/v2/users/search?query=a&page=101")
            .await
            .expect(400)
            .json();
        assert_eq!(deep["errors"][0]["code"], "InvalidPaginationDepth");
        for query in ["query=a&page[size]=10", "query=a&page=x"] {
            let refused = client
                .get(&format!("/api/v2/users/search?{query}"))
                .await
                .expect(400);
            assert_eq!(refused.text, "page must be an integer");
        }
        client.get("/api/v2/users/search").await.expect(400);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_index_can_lag() {
    let client = in_process(&builder().search_delay(Duration::from_secs(5)).build());
    client
        .upsert(json!({"name": "Fresh", "external_id": "f"}))
        .await
        .expect(201);
    assert_eq!(
        client
            .get("/api/v2/users/search?external_id=f")
            .await
            .json()["count"],
        1
    );
    assert_eq!(names(&client, "fresh").await, [] as [&str; 0]);
    tokio::time::advance(Duration::from_secs(5)).await;
    assert_eq!(names(&client, "fresh").await, ["Fresh"]);
}
