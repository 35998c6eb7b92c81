//! Nonsense about user fields, exports and deleted users: refused or taken, never a panic and never a 5xx.

use std::sync::LazyLock;

use http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Client, builder, in_process};

/// One account for all cases: what earlier ones did is there for later ones.
static CLIENT: LazyLock<Client> = LazyLock::new(|| in_process(&builder().build()));

fn definition() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "id",
        "key",
        "type",
        "title",
        "raw_title",
        "description",
        "position",
        "active",
        "tag",
        "name",
        "value",
        "regexp_for_validation",
        "custom_field_options",
        "relationship_target_type",
        "relationship_filter",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(text|regexp|checkbox|dropdown|multiselect|lookup|zen:user|zen:custom_object:|gold|k[0-9]|[0-9]{1,30}|[a(|\\]*\\\\wz+]{0,9}|\\PC{0,8})".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 48, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..9).prop_map(|pairs| {
                let pairs = pairs
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Value::Object(pairs.collect())
            }),
        ]
    })
}

pub(crate) fn run(
    case: impl Future<Output = Result<(), TestCaseError>>,
) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(case)
}

async fn send(method: Method, path: &str, body: &Value) -> Result<(), TestCaseError> {
    let request = CLIENT.request(method, path, &body.to_string());
    let answer = CLIENT.send(request).await.unwrap();
    prop_assert!(
        answer.status.as_u16() < 500,
        "{path} {body}: {}",
        answer.text
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_definition_makes_it_panic_or_fail(sent in definition(), number in 0_u64..40, title in "\\PC{1,5}") {
        run(async {
            // As it is, and made whole so that more of them get through.
            let mut whole = sent.clone();
            if let Value::Object(whole) = &mut whole {
                whole.insert("key".to_owned(), json!(format!("k{number}")));
                whole.insert("title".to_owned(), json!(title));
            }
            for sent in [sent, whole] {
                let field = json!({"user_field": sent});
                let option = json!({"custom_field_option": sent});
                send(Method::POST, "/api/v2/user_fields", &field).await?;
                for key in ["plan_tier", "newsletter", "crm_id", &format!("k{number}")] {
                    send(Method::PUT, &format!("/api/v2/user_fields/{key}"), &field).await?;
                    send(Method::POST, &format!("/api/v2/user_fields/{key}/options"), &option).await?;
                }
                send(Method::PUT, "/api/v2/user_fields/reorder", &json!({"user_field_ids": sent})).await?;
                let key = format!("k{number}");
                send(Method::POST, "/api/v2/users/create_or_update", &json!({"user": {"name": "N", "user_fields": {key: sent, "plan_tier": "gold"}}})).await?;
            }
            if number == 7 {
                send(Method::DELETE, "/api/v2/user_fields/k7", &Value::Null).await?;
            }
            // Whatever is there now can be shown.
            for path in ["/api/v2/user_fields", "/api/v2/users?page[size]=100", "/api/v2/users/me"] {
                let answer = CLIENT.get(path).await;
                prop_assert_eq!(answer.status.as_u16(), 200);
                answer.json();
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_query_of_an_export_makes_it_panic_or_fail(text in "([0-9]{1,20}|-?[a-z=]{0,6}|\\PC{0,12})", seconds in any::<u32>(), id in any::<u64>()) {
        use base64::Engine as _;
        run(async {
            let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let cursor = base64::engine::general_purpose::STANDARD.encode(format!("{seconds}.0||{id}|"));
            let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
            for query in [format!("start_time={text}&per_page={text}"), format!("cursor={text}"), format!("cursor={cursor}&per_page={text}"), format!("start_time={seconds}"), format!("sort={text}&page={text}"), format!("keys={text}&application={text}")] {
                for path in ["incremental/users", "incremental/users/cursor", "deleted_users", "user_fields", "user_fields/show_many", &format!("deleted_users/{text}"), &format!("user_fields/{text}"), &format!("user_fields/plan_tier/options/{text}"), &format!("users/{text}/compliance_deletion_statuses")] {
                    send(Method::GET, &format!("/api/v2/{path}?{query}"), &Value::Null).await?;
                }
            }
            Ok(())
        })?;
    }
}
