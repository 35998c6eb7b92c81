//! Sessions, passwords, and what concerns members of staff.

use serde_json::{Value, json};
use zd_sandbox::{ADMIN_EMAIL, ADMIN_PASSWORD, AGENT_EMAIL};

use crate::support::{Client, basic, both_ways, builder, token_of};

async fn me(client: &Client) -> u64 {
    let me = client.get("/api/v2/users/me").await.user();
    me["id"].as_u64().unwrap()
}

async fn ids(client: &Client, path: &str) -> Vec<Value> {
    let list = client.get(path).await.expect(200).json();
    let sessions = list["sessions"].as_array().unwrap();
    sessions
        .iter()
        .map(|session| session["id"].clone())
        .collect()
}

fn with_password(client: &Client) -> Client {
    client.signed_in(Some(basic(ADMIN_EMAIL, ADMIN_PASSWORD)))
}

#[tokio::test]
async fn a_password_has_a_session_and_a_token_has_none() {
    both_ways(builder, |client| async move {
        client.get("/api/v2/users/me/session").await.expect(404);
        client
            .get("/api/v2/users/me/session/renew")
            .await
            .expect(404);
        client.delete("/api/v2/users/me/logout").await.expect(404);
        let browser = with_password(&client);
        let current = browser
            .get("/api/v2/users/me/session")
            .await
            .expect(200)
            .json();
        // As the documented example has it: an array of one.
        let session = &current["session"][0];
        let admin = me(&client).await;
        assert_eq!(session["user_id"], admin);
        let keys: Vec<_> = session.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            ["id", "user_id", "authenticated_at", "last_seen_at", "url"]
        );
        let renewed = browser
            .get("/api/v2/users/me/session/renew")
            .await
            .expect(200)
            .json();
        assert_eq!(renewed["authenticity_token"].as_str().unwrap().len(), 64);
        browser.delete("/api/v2/users/me/logout").await.expect(204);
        let own = format!("/api/v2/users/{admin}/sessions");
        assert!(!ids(&client, &own).await.contains(&session["id"]));
    })
    .await;
}

#[tokio::test]
async fn admins_see_all_sessions_and_others_their_own() {
    both_ways(builder, |client| async move {
        let admin = me(&client).await;
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let agent_id = me(&agent).await;
        let all = ids(&client, "/api/v2/sessions").await;
        assert_eq!(all.len(), 4);
        let own = ids(&agent, "/api/v2/sessions").await;
        assert_eq!(own.len(), 1);
        let page = client
            .get("/api/v2/sessions?page[size]=1")
            .await
            .expect(200)
            .json();
        assert_eq!(page["meta"]["has_more"], true);
        agent
            .get(&format!("/api/v2/users/{admin}/sessions"))
            .await
            .expect(403);
        let one = format!("/api/v2/users/{agent_id}/sessions/{}", own[0]);
        agent.get(&one).await.expect(200);
        client
            .get(&format!("/api/v2/users/{admin}/sessions/{}", own[0]))
            .await
            .expect(404);
        client
            .get(&format!("/api/v2/users/{agent_id}/sessions/x"))
            .await
            .expect(404);
        client.get("/api/v2/users/7/sessions").await.expect(404);
        agent.delete(&one).await.expect(204);
        agent.get(&one).await.expect(404);
        client
            .signed_in(None)
            .get("/api/v2/sessions")
            .await
            .expect(401);
    })
    .await;
}

#[tokio::test]
async fn sessions_end_one_by_one_all_at_once_and_with_the_user() {
    both_ways(builder, |client| async move {
        let seed = client.seed(1).await["id"].clone();
        let own = format!("/api/v2/users/{seed}/sessions");
        assert_eq!(ids(&client, &own).await.len(), 1);
        client.delete(&own).await.expect(204);
        assert!(ids(&client, &own).await.is_empty());
        let other = client.seed(2).await["id"].clone();
        client
            .post(
                &format!("/api/v2/users/logout_many?ids={other},7"),
                &json!({}),
            )
            .await
            .expect(202);
        assert!(
            ids(&client, &format!("/api/v2/users/{other}/sessions"))
                .await
                .is_empty()
        );
        let browser = with_password(&client);
        browser.get("/api/v2/users/me").await.expect(200);
        assert_eq!(ids(&client, "/api/v2/sessions").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_admin_sets_a_password_and_its_owner_signs_in_and_changes_it() {
    both_ways(builder, |client| async move {
        let person = json!({"name": "Ann", "email": "ann@pw.example", "verified": true});
        let ann = client.upsert(person).await.expect(201).user()["id"].clone();
        let path = format!("/api/v2/users/{ann}/password");
        let requirements = client.get(&format!("{path}/requirements")).await.expect(200).json();
        assert_eq!(requirements["requirements"].as_array().unwrap().len(), 2);
        for (body, status) in [
            (json!({}), 400),
            (json!({"password": null}), 400),
            (json!({"password": 12345}), 400),
            (json!({"password": "abc"}), 422),
            (json!({"password": "ANN@pw.example"}), 422),
        ] {
            assert_eq!(client.post(&path, &body).await.status, status, "{body}");
        }
        let set = client.post(&path, &json!({"password": "sesame"})).await.expect(200);
        assert_eq!(set.text, "");
        let ann_with = |password: &str| client.signed_in(Some(basic("ann@pw.example", password)));
        let current = ann_with("sesame").get("/api/v2/users/me").await.user();
        assert_eq!(current["id"], ann);
        // Rule 16.1: wrong credentials are an anonymous caller, with 200.
        let stranger = ann_with("wrong").get("/api/v2/users/me").await.expect(200).user();
        assert_eq!(stranger["id"], Value::Null);

        let change = |previous: &str, password: &str| json!({"previous_password": previous, "password": password});
        let herself = ann_with("sesame");
        herself.put(&path, &change("wrong", "another")).await.expect(422);
        herself.put(&path, &json!({"password": "another"})).await.expect(400);
        client.put(&path, &change("sesame", "another")).await.expect(403);
        herself.put(&path, &change("sesame", "another")).await.expect(200);
        let again = ann_with("another").get("/api/v2/users/me").await.user();
        assert_eq!(again["id"], ann);
        herself.post(&path, &json!({"password": "by herself"})).await.expect(401);
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        agent.post(&path, &json!({"password": "by an agent"})).await.expect(403);
        client.post("/api/v2/users/7/password", &json!({"password": "sesame"})).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn where_the_owner_did_not_allow_it_nobody_sets_passwords() {
    both_ways(
        || builder().admins_set_passwords(false),
        |client| async move {
            let seed = client.seed(1).await["id"].clone();
            let path = format!("/api/v2/users/{seed}/password");
            client
                .post(&path, &json!({"password": "sesame"}))
                .await
                .expect(403);
        },
    )
    .await;
}

#[tokio::test]
async fn settings_are_ones_own_and_keep_what_is_not_sent() {
    both_ways(builder, |client| async move {
        let path = "/api/v2/users/me/settings";
        let before = client.get(path).await.expect(200).json()["settings"].take();
        assert_eq!(before["lotus"]["keyboard_shortcuts_enabled"], false);
        let change = json!({"settings": {"lotus": {"keyboard_shortcuts_enabled": true, "new": 1}, "other": {}}});
        let answer = client.put(path, &change).await.expect(200);
        let warned = answer.header("x-zendesk-api-warn").unwrap().to_owned();
        assert!(warned.contains("settings.lotus.new") && warned.contains("settings.other"), "{warned}");
        let after = client.get(path).await.expect(200).json()["settings"].take();
        assert_eq!(after["lotus"]["keyboard_shortcuts_enabled"], true);
        assert_eq!(after["admin_center"], before["admin_center"]);
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        assert_eq!(agent.get(path).await.expect(200).json()["settings"], before);
        for body in [
            json!({}),
            json!({"settings": 1}),
            json!({"settings": {"lotus": 1}}),
            json!({"settings": {"lotus": {"show_welcome_dialog": "yes"}}}),
            json!({"settings": {"lotus": {"agent_workspace_theme_preference": "9"}}}),
            json!({"settings": {"shared_views_order": ["a"]}}),
        ] {
            client.put(path, &body).await.expect(400);
        }
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        end_user.get(path).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn staff_have_products_brands_and_clients_and_end_users_have_none() {
    both_ways(builder, |client| async move {
        let admin = me(&client).await;
        let seed = client.seed(1).await["id"].clone();
        let seats = client
            .get(&format!("/api/v2/users/{admin}/entitlements/full"))
            .await
            .expect(200)
            .json();
        assert_eq!(
            seats["entitlements"]["talk"],
            json!({"name": "lead", "is_active": true})
        );
        client
            .get(&format!("/api/v2/users/{seed}/entitlements/full"))
            .await
            .expect(404);
        let brands = client
            .get(&format!("/api/v2/users/{admin}/brand_agents"))
            .await
            .expect(200)
            .json();
        let id = brands["brand_agents"][0]["id"].as_str().unwrap();
        let one = client
            .get(&format!("/api/v2/users/{admin}/brand_agents/{id}"))
            .await
            .expect(200)
            .json();
        assert_eq!(one["brand_agent"], brands["brand_agents"][0]);
        client
            .get(&format!("/api/v2/users/{admin}/brand_agents/99"))
            .await
            .expect(404);
        let none = client
            .get(&format!("/api/v2/users/{seed}/brand_agents"))
            .await
            .expect(200)
            .json();
        assert_eq!(none["brand_agents"], json!([]));
        let clients = client
            .get("/api/v2/users/me/oauth/clients")
            .await
            .expect(200)
            .json();
        let secret = clients["clients"][0]["secret"].as_str().unwrap();
        assert!(secret.ends_with("...") && secret != zd_sandbox::CLIENT_SECRET);
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let none = agent
            .get("/api/v2/users/me/oauth/clients")
            .await
            .expect(200)
            .json();
        assert_eq!(none["clients"], json!([]));
    })
    .await;
}
