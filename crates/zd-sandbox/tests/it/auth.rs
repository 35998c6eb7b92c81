//! Who may call, and what the others are told.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::{
    ADMIN_EMAIL, ADMIN_PASSWORD, AGENT_EMAIL, API_TOKEN, CLIENT_ID, CLIENT_SECRET, OAUTH_TOKEN,
};

use crate::support::{Client, basic, both_ways, builder, in_process, token_of};

const ME: &str = "/api/v2/users/me.json";
const SOMEBODY: &str = "/api/v2/users/show_many.json?ids=1";

#[tokio::test]
async fn each_credential_signs_in() {
    both_ways(builder, |client| async move {
        for authorization in [
            token_of(ADMIN_EMAIL),
            token_of("ADMIN@sandbox.example"),
            basic(ADMIN_EMAIL, ADMIN_PASSWORD),
            format!("Bearer {OAUTH_TOKEN}"),
        ] {
            let client = client.signed_in(Some(authorization));
            let user = client.get(ME).await.expect(200).user();
            assert_eq!(
                (&user["email"], &user["role"]),
                (&json!(ADMIN_EMAIL), &json!("admin"))
            );
            let keys: Vec<&String> = user.as_object().unwrap().keys().collect();
            let place = keys
                .iter()
                .position(|key| *key == "authenticity_token")
                .unwrap();
            assert_eq!(
                (keys[place - 1].as_str(), keys[place + 1].as_str()),
                ("verified", "external_id")
            );
            client.get(SOMEBODY).await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn wrong_credentials_are_told_as_zendesk_tells_them() {
    both_ways(builder, |client| async move {
        let not_authenticated = json!({"error": "Couldn't authenticate you"});
        let invalid_token = json!({
            "error": "invalid_token",
            "error_description": "The access token provided is expired, revoked, malformed or invalid for other reasons.",
        });
        // An anonymous `users/me` is a 200 that proves nothing.
        for authorization in [None, Some(basic(ADMIN_EMAIL, "wrong")), Some("Basic %%%".to_owned()), Some("x".to_owned())] {
            let client = client.signed_in(authorization);
            let user = client.get(ME).await.expect(200).user();
            assert_eq!((&user["id"], &user["name"]), (&Value::Null, &json!("Anonymous user")));
            assert_eq!(client.get(SOMEBODY).await.expect(401).json(), not_authenticated);
        }
        for (authorization, body) in [
            (basic(&format!("{ADMIN_EMAIL}/token"), "wrong"), &not_authenticated),
            (basic("nobody@x.co/token", API_TOKEN), &not_authenticated),
            ("Bearer wrong".to_owned(), &invalid_token),
        ] {
            let client = client.signed_in(Some(authorization));
            assert_eq!(client.get(ME).await.expect(401).json(), *body);
            assert_eq!(client.get(SOMEBODY).await.expect(401).json(), *body);
        }
    })
    .await;
}

#[tokio::test]
async fn agents_write_end_users_only() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        agent
            .upsert(json!({"name": "A", "external_id": "a"}))
            .await
            .expect(201);
        agent
            .upsert(json!({"external_id": "a", "role": "end-user"}))
            .await
            .expect(200);
        for body in [
            json!({"email": ADMIN_EMAIL, "name": "Mine"}),
            json!({"external_id": "a", "role": "agent"}),
            json!({"external_id": "a", "custom_role_id": 5}),
            json!({"name": "New", "role": "admin"}),
        ] {
            let refused = agent.upsert(body).await.expect(403).json();
            assert_eq!(refused["error"]["title"], "Forbidden");
        }
    })
    .await;
}

#[tokio::test]
async fn end_users_see_themselves_only() {
    both_ways(builder, |client| async move {
        let person = client.signed_in(Some(token_of("seed0001@people.example")));
        let own = person.get(ME).await.expect(200).user();
        let keys: Vec<&str> = own.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = "id url name email created_at updated_at time_zone iana_time_zone phone shared_phone_number photo locale_id locale organization_id role verified authenticity_token";
        assert_eq!(keys.join(" "), expected);
        let url = own["url"].as_str().unwrap();
        assert!(url.ends_with(&format!("/api/v2/end_users/{}.json", own["id"])), "{url}");
        let text = "You do not have access to this page. Please contact the account owner of this help desk for further help.";
        let forbidden = json!({"error": {"title": "Forbidden", "message": text}});
        assert_eq!(person.get(SOMEBODY).await.expect(403).json(), forbidden);
        assert_eq!(person.upsert(json!({"name": "A"})).await.expect(403).json(), forbidden);
        assert_eq!(person.get("/api/v2/job_statuses").await.expect(403).json(), forbidden);
        // Who is not verified cannot sign in at all.
        client.upsert(json!({"name": "U", "email": "unverified@x.co"})).await.expect(201);
        let unverified = client.signed_in(Some(token_of("unverified@x.co")));
        unverified.get(ME).await.expect(401);
        // Nor can who is suspended.
        client.upsert(json!({"external_id": "seed-0001", "suspended": true})).await.expect(200);
        person.get(ME).await.expect(401);
    })
    .await;
}

async fn exchange(client: &Client, content_type: &str, body: String) -> crate::support::Answer {
    let mut request = client.request(Method::POST, "/oauth/tokens", &body);
    let headers = request.headers_mut();
    headers.remove("authorization");
    headers.insert("content-type", content_type.parse().unwrap());
    client.send(request).await.unwrap()
}

fn wanted(scope: &str) -> Value {
    json!({
        "grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "scope": scope,
    })
}

#[tokio::test]
async fn a_client_gets_a_token_by_json_or_form() {
    both_ways(builder, |client| async move {
        let form = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&scope=read+write");
        for (content_type, body) in [
            ("application/json", wanted("read write").to_string()),
            ("application/x-www-form-urlencoded", form),
        ] {
            let answer = exchange(&client, content_type, body).await.expect(200).json();
            assert_eq!((&answer["token_type"], &answer["scope"]), (&json!("bearer"), &json!("read write")));
            assert_eq!(answer["expires_in"], 7200);
            let token = answer["access_token"].as_str().unwrap();
            let bearer = client.signed_in(Some(format!("Bearer {token}")));
            bearer.upsert(json!({"name": "A"})).await.expect(201);
        }
        let mut wrong = wanted("read");
        wrong["client_secret"] = json!("wrong");
        let refused = exchange(&client, "application/json", wrong.to_string()).await.expect(401);
        assert_eq!(refused.json()["error"], "invalid_client");
        let password = json!({"grant_type": "password"}).to_string();
        let refused = exchange(&client, "application/json", password).await.expect(400);
        assert_eq!(refused.json()["error"], "unsupported_grant_type");
        exchange(&client, "application/json", "{".to_owned()).await.expect(400);
        exchange(&client, "text/plain", wanted("read").to_string()).await.expect(400);
    })
    .await;
}

#[tokio::test]
async fn scopes_are_enforced() {
    both_ways(builder, |client| async move {
        let with_scope = async |scope: &str| {
            let answer = exchange(&client, "application/json", wanted(scope).to_string())
                .await
                .json();
            let token = answer["access_token"].as_str().unwrap();
            client.signed_in(Some(format!("Bearer {token}")))
        };
        let missing = |scope: &str| {
            let text = format!("You are missing the following required scopes: {scope}");
            json!({"error": "Forbidden", "description": text})
        };
        let reader = with_scope("read").await;
        reader.get(SOMEBODY).await.expect(200);
        assert_eq!(
            reader.upsert(json!({"name": "A"})).await.expect(403).json(),
            missing("write")
        );
        let users = with_scope("users:read users:write").await;
        users.upsert(json!({"name": "A"})).await.expect(201);
        assert_eq!(
            users.get("/api/v2/job_statuses").await.expect(403).json(),
            missing("read")
        );
        let useless = with_scope("wizardry").await;
        assert_eq!(useless.get(ME).await.expect(403).json(), missing("read"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn tokens_expire() {
    let sandbox = builder().token_lifetime(Duration::from_secs(60)).build();
    let client = in_process(&sandbox);
    let answer = exchange(&client, "application/json", wanted("read").to_string())
        .await
        .json();
    assert_eq!(answer["expires_in"], 60);
    let token = answer["access_token"].as_str().unwrap();
    let bearer = client.signed_in(Some(format!("Bearer {token}")));
    tokio::time::advance(Duration::from_secs(59)).await;
    bearer.get(ME).await.expect(200);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(
        bearer.get(ME).await.expect(401).json()["error"],
        "invalid_token"
    );
}
