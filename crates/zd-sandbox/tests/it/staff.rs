//! What concerns members of staff: products, brands, OAuth clients.

use serde_json::{Value, json};
use zd_sandbox::{AGENT_EMAIL, CLIENT_ID, CLIENT_SECRET};

use crate::support::{Client, both_ways, builder, token_of};

const CLIENTS: &str = "/api/v2/users/me/oauth/clients.json";
const PERSON: &str = "seed0001@people.example";

async fn id_of(client: &Client, email: &str) -> Value {
    let caller = client.signed_in(Some(token_of(email)));
    caller.get("/api/v2/users/me").await.user()["id"].take()
}

fn keys(record: &Value) -> Vec<&String> {
    record.as_object().unwrap().keys().collect()
}

#[tokio::test]
async fn entitlements_follow_the_role() {
    both_ways(builder, |client| async move {
        let path = |id: &Value| format!("/api/v2/users/{id}/entitlements/full.json");
        let me = client.get("/api/v2/users/me").await.user();
        let entitlements = |names: [&str; 4]| {
            let [chat, explore, guide, talk] =
                names.map(|name| json!({"is_active": true, "name": name}));
            json!({"entitlements": {"chat": chat, "explore": explore, "guide": guide, "talk": talk}})
        };
        let of_admin = entitlements(["admin", "admin", "admin", "lead"]);
        let answer = client.get(&path(&me["id"])).await.expect(200);
        assert_eq!(answer.text, of_admin.to_string());
        let agent = id_of(&client, AGENT_EMAIL).await;
        let of_agent = entitlements(["agent", "viewer", "viewer", "agent"]);
        assert_eq!(client.get(&path(&agent)).await.expect(200).json(), of_agent);
        // A promotion shows at once.
        let person = id_of(&client, PERSON).await;
        let role = |role: &str| json!({"user": {"role": role}});
        let user = format!("/api/v2/users/{person}");
        client.put(&user, &role("admin")).await.expect(200);
        assert_eq!(client.get(&path(&person)).await.json(), of_admin);
        client.put(&user, &role("end-user")).await.expect(200);
        // End users, nobody and who was deleted: a shorter 404 than elsewhere (documented).
        let short = json!({"error": "RecordNotFound"});
        for nobody in [person.to_string(), "1".to_owned(), "x".to_owned(), "me".to_owned()] {
            let path = format!("/api/v2/users/{nobody}/entitlements/full");
            assert_eq!(client.get(&path).await.expect(404).json(), short, "{nobody}");
        }
        client.delete(&format!("/api/v2/users/{agent}")).await.expect(200);
        assert_eq!(client.get(&path(&agent)).await.expect(404).json(), short);
    })
    .await;
}

#[tokio::test]
async fn entitlements_are_told_to_staff() {
    both_ways(builder, |client| async move {
        let admin = client.get("/api/v2/users/me").await.user()["id"].take();
        let path = format!("/api/v2/users/{admin}/entitlements/full");
        for (caller, status) in [
            (Some(token_of(AGENT_EMAIL)), 200),
            (Some(token_of(PERSON)), 403),
            (None, 401),
        ] {
            client.signed_in(caller).get(&path).await.expect(status);
        }
    })
    .await;
}

#[tokio::test]
async fn the_owner_sees_the_oauth_client_without_its_whole_secret() {
    both_ways(builder, |client| async move {
        let me = client.get("/api/v2/users/me").await.user();
        let answer = client.get(CLIENTS).await.expect(200);
        let list = answer.json();
        assert_eq!(
            keys(&list),
            ["clients", "next_page", "previous_page", "count"]
        );
        assert_eq!(list["count"], 1);
        let own = &list["clients"][0];
        assert_eq!(
            (&own["identifier"], &own["user_id"], &own["kind"]),
            (&json!(CLIENT_ID), &me["id"], &json!("confidential"))
        );
        let url = format!("{}/api/v2/oauth/clients/{}.json", client.base, own["id"]);
        assert_eq!(own["url"], url);
        let secret = own["secret"].as_str().unwrap().strip_suffix("...").unwrap();
        assert!(CLIENT_SECRET.starts_with(secret) && secret.len() < CLIENT_SECRET.len());
        assert!(!answer.text.contains(CLIENT_SECRET));
        let page = client.get(&format!("{CLIENTS}?page[size]=1")).await;
        let page = page.expect(200).json();
        assert_eq!(
            (&page["clients"], &page["meta"]["has_more"]),
            (&list["clients"], &json!(false))
        );
        client
            .get(&format!("{CLIENTS}?page[size]=0"))
            .await
            .expect(400);
        // Another admin made none.
        let other =
            json!({"name": "B", "role": "admin", "email": "b@people.example", "verified": true});
        client.upsert(other).await.expect(201);
        let other = client.signed_in(Some(token_of("b@people.example")));
        let none = other.get(CLIENTS).await.expect(200).json();
        assert_eq!((&none["clients"], &none["count"]), (&json!([]), &json!(0)));
        for (caller, status) in [
            (Some(token_of(AGENT_EMAIL)), 403),
            (Some(token_of(PERSON)), 403),
            (None, 401),
        ] {
            client.signed_in(caller).get(CLIENTS).await.expect(status);
        }
    })
    .await;
}

#[tokio::test]
async fn staff_serve_the_one_brand() {
    both_ways(builder, |client| async move {
        let list = |id: &Value| format!("/api/v2/users/{id}/brand_agents");
        let me = client.get("/api/v2/users/me").await.user();
        let agent = id_of(&client, AGENT_EMAIL).await;
        let mut brands = Vec::new();
        for (whose, other) in [(&agent, &me["id"]), (&me["id"], &agent)] {
            let page = client.get(&list(whose)).await.expect(200).json();
            assert_eq!(page["count"], 1);
            let served = &page["brand_agents"][0];
            assert_eq!(
                keys(served),
                [
                    "url",
                    "id",
                    "user_id",
                    "brand_id",
                    "created_at",
                    "updated_at"
                ]
            );
            assert_eq!(
                (&served["user_id"], &served["created_at"]),
                // They came before everybody else of the seed.
                (whose, &json!("2023-09-17T18:03:13Z"))
            );
            // Its id is a text, unlike others (documented).
            let id = served["id"].as_str().unwrap();
            let shown = client.get(&format!("{}/{id}.json", list(whose))).await;
            assert_eq!(shown.expect(200).json(), json!({"brand_agent": served}));
            client
                .get(&format!("{}/{id}", list(other)))
                .await
                .expect(404);
            brands.push(served["brand_id"].clone());
        }
        assert_eq!(brands[0], brands[1]);
        let by_cursor = client.get(&format!("{}?page[size]=1", list(&agent))).await;
        let by_cursor = by_cursor.expect(200).json();
        assert_eq!(
            (
                &by_cursor["brand_agents"][0]["user_id"],
                &by_cursor["meta"]["has_more"]
            ),
            (&agent, &json!(false))
        );
        // End users serve none.
        let person = id_of(&client, PERSON).await;
        let none = client.get(&list(&person)).await.expect(200).json();
        assert_eq!(none["brand_agents"], json!([]));
        for nothing in ["1", "x", "99999999999999999999"] {
            client
                .get(&format!("{}/{nothing}", list(&agent)))
                .await
                .expect(404);
            client
                .get(&format!("/api/v2/users/{nothing}/brand_agents"))
                .await
                .expect(404);
            client
                .get(&format!("/api/v2/users/{nothing}/brand_agents/{nothing}"))
                .await
                .expect(404);
        }
        for (caller, status) in [
            (Some(token_of(AGENT_EMAIL)), 403),
            (Some(token_of(PERSON)), 403),
            (None, 401),
        ] {
            let caller = client.signed_in(caller);
            caller.get(&list(&agent)).await.expect(status);
            caller
                .get(&format!("{}/1", list(&agent)))
                .await
                .expect(status);
        }
        client
            .delete(&format!("/api/v2/users/{agent}"))
            .await
            .expect(200);
        client.get(&list(&agent)).await.expect(404);
    })
    .await;
}
