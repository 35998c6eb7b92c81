//! Tags of users, and the fields that set some of them.

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::support::{Answer, Client, both_ways, builder, token_of};

async fn send(client: &Client, method: Method, user: &Value, tags: Value) -> Answer {
    let path = format!("/api/v2/users/{}/tags.json", user["id"]);
    let body = json!({ "tags": tags }).to_string();
    let request = client.request(method, &path, &body);
    client.send(request).await.unwrap()
}

#[tokio::test]
async fn tags_are_set_added_and_removed() {
    both_ways(builder, |client| async move {
        let sent = json!({"name": "N", "tags": ["b", "a"]});
        let user = client.upsert(sent).await.user();
        let path = format!("/api/v2/users/{}/tags", user["id"]);
        let listed = client.get(&path).await.expect(200);
        assert_eq!(listed.text, r#"{"tags":["b","a"]}"#);
        for (method, tags, status, expected) in [
            (Method::PUT, json!(["C", "a"]), 200, json!(["b", "a", "c"])),
            (Method::DELETE, json!(["B", "none"]), 200, json!(["a", "c"])),
            // Replacing answers as a creation does.
            (
                Method::POST,
                json!(["x y", "c"]),
                201,
                json!(["c", "x", "y"]),
            ),
            (Method::PUT, json!("z"), 200, json!(["c", "x", "y", "z"])),
            (Method::POST, json!([]), 201, json!([])),
        ] {
            let answer = send(&client, method.clone(), &user, tags.clone()).await;
            let answer = answer.expect(status);
            assert_eq!(
                answer.json(),
                json!({ "tags": expected }),
                "{method} {tags}"
            );
        }
        let shown = client.get(&format!("/api/v2/users/{}", user["id"])).await;
        assert_eq!(shown.user()["tags"], json!([]));
        assert_eq!(client.sandbox.applied().updated, 5);
    })
    .await;
}

#[tokio::test]
async fn checkboxes_and_dropdowns_keep_their_tags_as_long_as_they_are_set() {
    both_ways(builder, |client| async move {
        let fields = json!({"newsletter": true, "plan_tier": "gold"});
        let sent = json!({"name": "N", "tags": ["a"], "user_fields": fields});
        let user = client.upsert(sent).await.user();
        let all = json!(["a", "newsletter_optin", "gold"]);
        assert_eq!(user["tags"], all);
        let removed = send(&client, Method::DELETE, &user, all).await.expect(200);
        assert_eq!(removed.json()["tags"], json!(["newsletter_optin", "gold"]));
        let path = format!("/api/v2/users/{}", user["id"]);
        let change = json!({"newsletter": false, "plan_tier": "silver"});
        let changed = client
            .put(&path, &json!({"user": {"user_fields": change}}))
            .await;
        assert_eq!(changed.expect(200).user()["tags"], json!(["silver"]));
    })
    .await;
}

#[tokio::test]
async fn bad_tags_and_wrong_roles() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        let anonymous = client.signed_in(None);
        let me = client.get("/api/v2/users/me").await.user();
        let user = client.seed(1).await;
        for method in [Method::POST, Method::PUT, Method::DELETE] {
            for tags in [json!(5), json!([5]), json!({}), json!(null)] {
                send(&client, method.clone(), &user, tags).await.expect(400);
            }
            for (who, whom, status) in [
                (&agent, &me, 403),
                (&end_user, &user, 403),
                (&anonymous, &user, 401),
                (&client, &json!({"id": 5}), 404),
            ] {
                let answer = send(who, method.clone(), whom, json!(["a"])).await;
                assert_eq!(answer.status, status, "{method}: {}", answer.text);
            }
            let path = format!("/api/v2/users/{}/tags", user["id"]);
            let request = client.request(method, &path, "{\"tags\":");
            client.send(request).await.unwrap().expect(400);
        }
        assert_eq!(client.seed(1).await, user);
        client.get("/api/v2/users/5/tags").await.expect(404);
        end_user
            .get(&format!("/api/v2/users/{}/tags", user["id"]))
            .await
            .expect(403);
    })
    .await;
}
