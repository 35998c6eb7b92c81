//! Nonsense about users: refused or taken, never a panic and never a 5xx.

use std::sync::LazyLock;

use http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};
use zd_sandbox::JobTime;

use crate::nonsense::run;
use crate::support::{Client, builder, in_process};

/// One account for all cases: what earlier ones did is there for later ones.
static CLIENT: LazyLock<Client> =
    LazyLock::new(|| in_process(&builder().job_time(JobTime::INSTANT).build()));

const KEYS: [&str; 23] = [
    "id",
    "name",
    "email",
    "external_id",
    "phone",
    "tags",
    "user_fields",
    "organization_id",
    "organization",
    "organization_ids",
    "group_id",
    "group_ids",
    "role",
    "default",
    "verified",
    "identities",
    "alias",
    "locale_id",
    "time_zone",
    "type",
    "value",
    "primary",
    "verification_method",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(email|phone_number|seed-000[0-9]|seed000[0-9]@people\\.example|a@x\\.co|\\+[0-9]{1,9}|[0-9]{1,30}|\\PC{0,8})"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(&KEYS[..]), inner), 0..6).prop_map(
                |pairs| {
                    let pairs = pairs
                        .into_iter()
                        .map(|(key, value)| (key.to_owned(), value));
                    Value::Object(pairs.collect())
                }
            ),
        ]
    })
}

async fn send(method: Method, path: &str, body: &Value) -> Result<(), TestCaseError> {
    let request = CLIENT.request(method, path, &body.to_string());
    let answer = CLIENT.send(request).await.unwrap();
    let status = answer.status.as_u16();
    prop_assert!(status < 500, "{path} {body}: {}", answer.text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_body_makes_it_panic_or_fail(sent in value(), number in 1_u32..200) {
        run(async {
            let user = CLIENT.get(&format!("/api/v2/users/show_many?external_ids=seed-{number:04}")).await;
            let id = user.json()["users"][0]["id"].as_u64().unwrap_or(1);
            let own = CLIENT.get(&format!("/api/v2/users/{id}/identities")).await;
            let own = own.json()["identities"][0]["id"].as_u64().unwrap_or(1);
            let one = json!({"user": sent});
            let many = json!({"users": [sent, {"id": id, "notes": sent}]});
            let tags = json!({"tags": sent});
            let identity = json!({"identity": sent});
            let whole = json!({"identity": {"type": "email", "value": "a@x.co", "primary": sent}});
            let password = json!({"previous_password": sent, "password": sent});
            let settings = json!({"settings": {"lotus": sent, "shared_views_order": sent}});
            let belonging = json!({"organization": sent, "organization_membership": sent, "group_membership": sent});
            for body in [&one, &many, &tags, &password, &settings, &belonging, &sent, &identity, &whole] {
                for path in ["users", "users/create_or_update", "users/request_create", "users/autocomplete", "users/create_many", "users/create_or_update_many", "users/logout_many?ids=1", &format!("users/{id}/password"), "organizations/create_or_update", &format!("users/{id}/organization_memberships"), &format!("users/{id}/group_memberships"), &format!("users/{id}/identities"), &format!("end_users/{id}/identities")] {
                    send(Method::POST, &format!("/api/v2/{path}"), body).await?;
                }
                for path in [format!("users/{id}"), format!("users/{id}/merge"), format!("users/{id}/tags"), format!("users/{id}/password"), "users/me/settings".to_owned(), "users/update_many".to_owned(), format!("users/update_many?ids={id},1"), format!("end_users/{id}"), format!("users/{id}/identities/{own}"), format!("users/{id}/identities/{own}/make_primary"), format!("users/{id}/identities/{own}/verify"), format!("end_users/{id}/identities/{own}/request_verification")] {
                    send(Method::PUT, &format!("/api/v2/{path}"), body).await?;
                }
                for path in [format!("users/{id}/tags"), "users/5".to_owned(), "users/destroy_many?ids=5".to_owned(), "users/5/identities/5".to_owned(), format!("end_users/{id}/identities/5")] {
                    send(Method::DELETE, &format!("/api/v2/{path}"), body).await?;
                }
            }
            // Whatever is there now can be shown, and so can what became of the jobs.
            for path in ["/api/v2/users?page[size]=100&sort=-updated_at&include=identities,organizations,groups", "/api/v2/organizations?sort=-name", "/api/v2/job_statuses"] {
                let answer = CLIENT.get(path).await;
                prop_assert_eq!(answer.status.as_u16(), 200);
                answer.json();
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_query_makes_it_panic_or_fail(text in "([0-9]{1,20}|[0-9,]{0,9}|-?[a-z_=]{0,6}|\\PC{0,12})", by in any::<i64>(), id in any::<u64>()) {
        use base64::Engine as _;
        run(async {
            let encoded = |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
            let cursor = json!({"o": "-created_at", "v": by, "id": id}).to_string();
            let cursor = encoded(&base64::engine::general_purpose::STANDARD.encode(cursor));
            let text = encoded(&text);
            for query in [format!("sort={text}&page[size]={text}"), format!("sort=-created_at&page[after]={cursor}"), format!("sort=-created_at&page[before]={cursor}"), format!("ids={text}&external_ids={text}"), format!("name={text}&filter={text}&phone={text}"), format!("query={text}&filter[type]=user&page[after]={cursor}"), format!("query={text}&filter[type]=user"), format!("role={text}&sort_by={text}&sort_order={text}&page={text}"), format!("role={text}&sort_by={text}&sort_order={text}&page={text}&type[]={text}")] {
                for path in ["users", "users/count", "users/autocomplete", "search/export", "job_statuses", "organizations/6130869157658/users", &format!("users/{text}/related"), "sessions", &format!("users/{text}/sessions"), &format!("users/{id}/sessions/{text}"), &format!("users/{text}/brand_agents/{text}"), &format!("users/{text}/tags"), &format!("organizations/{text}/users/count"), &format!("organizations/{text}"), "organizations", "organizations/autocomplete", "organizations/search", "organizations/show_many", &format!("users/{text}/organizations"), &format!("users/{text}/group_memberships"), &format!("users/{text}/organization_memberships/{text}"), &format!("users/{text}/identities"), &format!("end_users/{text}"), &format!("end_users/{id}/identities/{text}")] {
                    send(Method::GET, &format!("/api/v2/{path}?{query}"), &Value::Null).await?;
                }
            }
            Ok(())
        })?;
    }
}
