//! Bodies that are not what they should be.

use std::sync::LazyLock;

use bytes::Bytes;
use http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};
use zd_sandbox::JobTime;

use crate::support::{Client, both_ways, builder, in_process};

const ONE: &str = "/api/v2/users/create_or_update";
const MANY: &str = "/api/v2/users/create_or_update_many";

async fn raw(client: &Client, path: &str, body: &str) -> crate::support::Answer {
    let request = client.request(Method::POST, path, body);
    client.send(request).await.unwrap()
}

#[tokio::test]
async fn a_missing_wrapper_is_named_in_plain_text() {
    both_ways(builder, |client| async move {
        for (path, name, body) in [
            (ONE, "user", ""),
            (ONE, "user", "{}"),
            (ONE, "user", "[]"),
            (ONE, "user", r#"{"user":null}"#),
            (MANY, "users", r#"{"user":{"name":"A"}}"#),
            (MANY, "users", r#"{"users":[]}"#),
        ] {
            let answer = raw(&client, path, body).await.expect(400);
            assert_eq!(
                answer.text,
                format!("Required parameter missing: {name}"),
                "{body}"
            );
            assert_eq!(
                answer.header("content-type"),
                Some("text/plain; charset=utf-8")
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_that_does_not_say_it_is_json_is_not_read() {
    both_ways(builder, |client| async move {
        let mut request = client.request(Method::POST, ONE, r#"{"user":{"name":"A"}}"#);
        request.headers_mut().remove("content-type");
        let answer = client.send(request).await.unwrap().expect(400);
        assert_eq!(answer.text, "Required parameter missing: user");
        let malformed = raw(&client, ONE, r#"{"user":"#).await.expect(400);
        assert_eq!(malformed.json()["error"], "InvalidJSON");
        let deep = "[".repeat(100_000);
        raw(&client, ONE, &deep).await.expect(400);
    })
    .await;
}

#[tokio::test]
async fn wrong_types_refuse_the_whole_request() {
    both_ways(|| builder().job_time(JobTime::INSTANT), |client| async move {
        for (user, path, must_be) in [
            (json!({"name": 5}), "name", "a string"),
            (json!({"email": []}), "email", "a string"),
            (json!({"external_id": 42}), "external_id", "a string"),
            (json!({"id": null}), "id", "an integer"),
            (json!({"id": "x"}), "id", "an integer"),
            (json!({"organization_id": 1.5}), "organization_id", "an integer"),
            (json!({"verified": "yes"}), "verified", "either true or false"),
            (json!({"tags": 5}), "tags", "an array of strings"),
            (json!({"tags": ["a", 5]}), "tags", "an array of strings"),
            (json!({"user_fields": []}), "user_fields", "a hash"),
            (json!({"organization": "X"}), "organization", "a hash"),
            (json!({"organization": {"name": 5}}), "organization.name", "a string"),
            (json!({"identities": {}}), "identities", "an array of hashes"),
            (json!({"identities": [{"type": 5}]}), "identities.0.type", "a string"),
        ] {
            let message = |path: &str, action: &str| {
                let text = format!("You passed an invalid value for the {path} attribute. Invalid parameter: {path} must be {must_be} from api/v2/users/{action}");
                json!({"error": {"title": "Invalid attribute", "message": text}})
            };
            let one = client.upsert(user.clone()).await.expect(400).json();
            assert_eq!(one, message(&format!("user.{path}"), "create_or_update"));
            let many = client.bulk(json!([{"name": "Fine"}, user])).await.expect(400).json();
            assert_eq!(many, message(&format!("users.1.{path}"), "create_or_update_many"));
        }
        raw(&client, ONE, r#"{"user":[]}"#).await.expect(400);
        raw(&client, MANY, r#"{"users":{}}"#).await.expect(400);
        raw(&client, MANY, r#"{"users":[5]}"#).await.expect(400);
        assert_eq!(client.sandbox.applied().created, 0);
    })
    .await;
}

#[tokio::test]
async fn more_than_a_hundred_users_are_too_many() {
    both_ways(builder, |client| async move {
        let users = |count: usize| json!(vec![json!({"name": "A"}); count]);
        let refused = client.bulk(users(101)).await.expect(400).json();
        let expected = json!({"error": "TooManyValues", "description": "Maximum 100 users may be created per call"});
        assert_eq!(refused, expected);
        client.bulk(users(100)).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn unknown_keys_are_ignored_aloud() {
    both_ways(builder, |client| async move {
        let body = json!({"user": {"name": "A", "created_at": "x", "shöe \"size\"": 1}, "extra": 1});
        let answer = client.post(ONE, &body).await.expect(201);
        let expected = r#"{:allowed_parameters=>{:controller=>"users", :action=>"create_or_update", :unpermitted_keys=>["extra", "user.created_at", "user.sh\u{F6}e \"size\""], :invalid_values=>[]}}"#;
        assert_eq!(answer.header("x-zendesk-api-warn"), Some(expected));
        let many = client.bulk(json!([{"name": "A"}, {"name": "B", "nmae": "C"}])).await.expect(200);
        assert!(many.header("x-zendesk-api-warn").unwrap().contains("[\"users.1.nmae\"]"));
        // Thousands of them do not make a header that nobody can read.
        let hostile: serde_json::Map<String, Value> = (0..5000).map(|number| (format!("{number}{}", "k".repeat(90)), json!(1))).collect();
        let answer = client.post(ONE, &json!({"user": hostile})).await.expect(422);
        assert!(answer.header("x-zendesk-api-warn").unwrap().len() < 8000);
    })
    .await;
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused() {
    both_ways(builder, |client| async move {
        let notes = "x".repeat(1024 * 1024);
        client
            .upsert(json!({"name": "A", "notes": notes}))
            .await
            .expect(413);
        client
            .upsert(json!({"name": "A", "notes": &notes[..60_000]}))
            .await
            .expect(201);
    })
    .await;
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there() {
    both_ways(builder, |client| async move {
        let expected = json!({"error": "InvalidEndpoint", "description": "Not found"});
        for (method, path) in [
            (Method::GET, "/api/v2/wizards.json"),
            (Method::GET, "/"),
            (Method::DELETE, "/api/v2/users/1/wands.json"),
            (Method::GET, ONE),
        ] {
            let request = client.request(method, path, "");
            let answer = client.send(request).await.unwrap().expect(404);
            // As user 0 there is nobody, `create_or_update` is an id that is none.
            if path != ONE {
                assert_eq!(answer.json(), expected, "{path}");
            }
        }
    })
    .await;
}

/// Any JSON, with keys that mean something now and then.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(seed-000[1-9]|seed000[1-9]@people\\.example|a@b\\.co|gold|[0-9]{1,30}|2020-0[1-9]-[0-9]{2}T?|\\PC{0,8})".prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("user"),
        Just("users"),
        Just("id"),
        Just("name"),
        Just("email"),
        Just("external_id"),
        Just("tags"),
        Just("phone"),
        Just("role"),
        Just("verified"),
        Just("organization"),
        Just("organization_id"),
        Just("organization_ids"),
        Just("identities"),
        Just("type"),
        Just("value"),
        Just("user_fields"),
        Just("seats"),
        Just("discount"),
        Just("customer_since"),
        Just("interests"),
        Just("account_manager"),
        Just("custom_role_id"),
        Just("alias"),
        Just("locale_id"),
        Just("shoe size"),
        Just("$serde_json::private::Number"),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8).prop_map(|pairs| {
                Value::Object(
                    pairs
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

/// One account for all cases: what earlier ones did is there for later ones.
static CLIENT: LazyLock<Client> =
    LazyLock::new(|| in_process(&builder().job_time(JobTime::INSTANT).build()));

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_body_makes_it_panic_or_fail(value in any_json(), text in "\\PC{0,40}", wrap in any::<bool>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let client = &*CLIENT;
            for (path, wrapper) in [(ONE, "user"), (MANY, "users"), ("/oauth/tokens", "grant_type")] {
                let body = if wrap { json!({ wrapper: value }) } else { value.clone() };
                for body in [body.to_string(), text.clone()] {
                    let mut request = client.request(Method::POST, path, "");
                    request.headers_mut().insert("content-type", "application/json".parse().unwrap());
                    *request.body_mut() = Bytes::from(body);
                    let answer = client.send(request).await.unwrap();
                    prop_assert!(answer.status.as_u16() < 500, "{}", answer.text);
                }
            }
            // Jobs take no time: whatever was queued runs before this is answered.
            prop_assert_eq!(client.get("/api/v2/job_statuses").await.status.as_u16(), 200);
            Ok(())
        })?;
    }

    #[test]
    fn no_query_makes_it_panic_or_fail(query in "[a-z_\\[\\]]{0,8}=?\\PC{0,30}", text in "\\PC{0,30}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let client = &*CLIENT;
            let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let raw: String = query.bytes().filter(u8::is_ascii_graphic).filter(|byte| !b"<>\"{}|\\^`#".contains(byte)).map(char::from).collect();
            for query in [raw, format!("query={encoded}"), format!("page={encoded}&per_page={encoded}"), format!("ids={encoded}"), format!("page[after]={encoded}")] {
                for path in ["users/search", "users/show_many", "users/me", "job_statuses", "job_statuses/show_many"] {
                    let answer = client.get(&format!("/api/v2/{path}?{query}")).await;
                    prop_assert!(answer.status.as_u16() < 500, "{}", answer.text);
                }
            }
            Ok(())
        })?;
    }
}
