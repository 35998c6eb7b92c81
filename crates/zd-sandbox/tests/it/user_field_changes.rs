//! What becomes of users when user fields and their options come, change and go.

use serde_json::{Value, json};

use crate::fields::set;
use crate::support::{both_ways, builder};
use crate::user_fields::{FIELDS, created};

#[tokio::test]
async fn every_type_can_be_defined_and_used() {
    both_ways(builder, |client| async move {
        let options = json!([{"name": "One", "value": "one"}, {"name": "Two", "value": "two"}]);
        let organization = client
            .upsert(json!({"external_id": "seed-0001"}))
            .await
            .user();
        let organization = organization["organization_id"].clone();
        assert!(organization.is_u64());
        let organization_text = organization.to_string();
        for (key, definition, sent, read) in [
            ("t", json!({"type": "text"}), json!("x"), json!("x")),
            (
                "a",
                json!({"type": "textarea"}),
                json!("x\ny"),
                json!("x\ny"),
            ),
            (
                "r",
                json!({"type": "regexp", "regexp_for_validation": "[a-z]"}),
                json!("A b"),
                json!("A b"),
            ),
            ("i", json!({"type": "integer"}), json!(7), json!(7)),
            ("d", json!({"type": "decimal"}), json!("1.25"), json!(1.25)),
            (
                "on",
                json!({"type": "date"}),
                json!("2020-08-19"),
                json!("2020-08-19T00:00:00+00:00"),
            ),
            ("c", json!({"type": "checkbox"}), json!(true), json!(true)),
            (
                "o",
                json!({"type": "dropdown", "custom_field_options": options}),
                json!("two"),
                json!("two"),
            ),
            (
                "m",
                json!({"type": "multiselect", "custom_field_options": options}),
                json!(["two", "one"]),
                json!(["one", "two"]),
            ),
            (
                "lo",
                json!({"type": "lookup", "relationship_target_type": "zen:organization"}),
                organization,
                json!(organization_text),
            ),
            (
                "lt",
                json!({"type": "lookup", "relationship_target_type": "zen:ticket"}),
                json!(35),
                json!("35"),
            ),
            (
                "lc",
                json!({"type": "lookup", "relationship_target_type": "zen:custom_object:flat"}),
                json!("35"),
                json!("35"),
            ),
        ] {
            let mut definition = definition;
            definition["key"] = json!(format!("new_{key}"));
            definition["title"] = json!("New");
            let field = created(&client, definition.clone()).await;
            for (name, value) in definition.as_object().unwrap() {
                if name != "custom_field_options" {
                    assert_eq!(&field[name], value, "{key}");
                }
            }
            let key = format!("new_{key}");
            let user = set(&client, json!({&key: sent})).await;
            assert_eq!(
                user["user_fields"][&key].to_string(),
                read.to_string(),
                "{key}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_inactive_field_is_not_shown_and_keeps_its_values() {
    both_ways(builder, |client| async move {
        set(&client, json!({"seats": 4})).await;
        let activate = async |active: bool| {
            let body = json!({"user_field": {"active": active}});
            client
                .put("/api/v2/user_fields/seats", &body)
                .await
                .expect(200);
        };
        activate(false).await;
        let body = json!({"external_id": "f", "user_fields": {"seats": 5}});
        let answer = client.upsert(body).await.expect(200);
        assert!(
            answer
                .header("x-zendesk-api-warn")
                .unwrap()
                .contains("user.user_fields.seats")
        );
        assert!(answer.user()["user_fields"].get("seats").is_none());
        assert_eq!(
            client.get(FIELDS).await.json()["count"],
            10,
            "its definition is there"
        );
        activate(true).await;
        assert_eq!(set(&client, json!({})).await["user_fields"]["seats"], 4);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_field_takes_its_values_and_their_tags_along() {
    both_ways(builder, |client| async move {
        let user = set(
            &client,
            json!({"newsletter": true, "plan_tier": "gold", "seats": 2}),
        )
        .await;
        assert_eq!(user["tags"], json!(["newsletter_optin", "gold"]));
        for key in ["newsletter", "plan_tier", "seats"] {
            let gone = client
                .delete(&format!("/api/v2/user_fields/{key}.json"))
                .await
                .expect(204);
            assert_eq!(gone.text, "");
            client
                .delete(&format!("/api/v2/user_fields/{key}"))
                .await
                .expect(404);
        }
        let path = format!("/api/v2/users/{}", user["id"]);
        let after = client.get(&path).await.user();
        assert_eq!(after["tags"], json!([]));
        assert_eq!(after["updated_at"], user["updated_at"]);
        assert_eq!(after["user_fields"].as_object().unwrap().len(), 7);
    })
    .await;
}

#[tokio::test]
async fn options_left_out_of_an_update_are_gone() {
    both_ways(builder, |client| async move {
        let user = set(
            &client,
            json!({"plan_tier": "silver", "interests": ["music", "film"]}),
        )
        .await;
        let path = format!("/api/v2/users/{}", user["id"]);
        let tier = client.get("/api/v2/user_fields/plan_tier").await.json();
        let options = &tier["user_field"]["custom_field_options"];
        // Silver is renamed and moved to the front, gold is named by its value, bronze goes, iron is new.
        let sent = json!([
            {"id": options[1]["id"], "name": "Sterling", "value": "sterling"},
            {"name": "Gold!", "value": "gold"},
            {"id": null, "name": "Iron", "value": "iron"},
        ]);
        let body = json!({"user_field": {"custom_field_options": sent}});
        let changed = client
            .put("/api/v2/user_fields/plan_tier", &body)
            .await
            .expect(200)
            .json();
        let after = &changed["user_field"]["custom_field_options"];
        assert_eq!(after.as_array().unwrap().len(), 3);
        assert_eq!(
            (&after[0]["id"], &after[1]["id"]),
            (&options[1]["id"], &options[0]["id"])
        );
        assert_eq!(after[1]["name"], "Gold!");
        assert!(
            options
                .as_array()
                .unwrap()
                .iter()
                .all(|old| old["id"] != after[2]["id"])
        );
        let now = client.get(&path).await.user();
        assert_eq!(
            (&now["user_fields"]["plan_tier"], &now["tags"]),
            (&json!("sterling"), &json!(["sterling"]))
        );
        for (key, left, values) in [
            ("interests", "film", json!(["film"])),
            ("interests", "travel", json!(null)),
            ("plan_tier", "iron", json!(null)),
        ] {
            let body =
                json!({"user_field": {"custom_field_options": [{"name": "Left", "value": left}]}});
            client
                .put(&format!("/api/v2/user_fields/{key}"), &body)
                .await
                .expect(200);
            assert_eq!(
                client.get(&path).await.user()["user_fields"][key],
                values,
                "{left}"
            );
        }
        assert_eq!(client.get(&path).await.user()["tags"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_tag_of_a_checkbox_can_change() {
    both_ways(builder, |client| async move {
        let user = set(&client, json!({"newsletter": true})).await;
        for (tag, tags) in [
            (json!("News"), json!(["news"])),
            (json!(null), json!([])),
            (json!("n"), json!(["n"])),
        ] {
            let body = json!({"user_field": {"tag": tag}});
            client
                .put("/api/v2/user_fields/newsletter", &body)
                .await
                .expect(200);
            let user = client
                .get(&format!("/api/v2/users/{}", user["id"]))
                .await
                .user();
            assert_eq!(user["tags"], tags, "{tag}");
            assert_eq!(user["user_fields"]["newsletter"], true);
        }
    })
    .await;
}

#[tokio::test]
async fn a_field_that_was_never_set_reads_null_and_a_checkbox_false() {
    both_ways(builder, |client| async move {
        created(&client, json!({"key": "later", "title": "L"})).await;
        created(
            &client,
            json!({"key": "ticked", "title": "T", "type": "checkbox", "tag": "t"}),
        )
        .await;
        let user = client
            .upsert(json!({"external_id": "seed-0001"}))
            .await
            .user();
        assert_eq!(
            (
                &user["user_fields"]["later"],
                &user["user_fields"]["ticked"]
            ),
            (&Value::Null, &json!(false))
        );
    })
    .await;
}
