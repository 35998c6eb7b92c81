//! Definitions of user fields.

use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::fields::set;
use crate::support::{Answer, Client, both_ways, builder, token_of};

pub(crate) const FIELDS: &str = "/api/v2/user_fields.json";

/// `POST /user_fields` of this field, which is refused or created.
async fn create(client: &Client, field: Value) -> Answer {
    client.post(FIELDS, &json!({"user_field": field})).await
}

pub(crate) async fn created(client: &Client, field: Value) -> Value {
    create(client, field).await.expect(201).json()["user_field"].take()
}

fn path(field: &Value) -> String {
    format!("/api/v2/user_fields/{}", field["id"])
}

fn keys(list: &Value) -> Vec<&str> {
    let fields = list["user_fields"].as_array().unwrap();
    fields
        .iter()
        .map(|field| field["key"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_list_is_by_position_in_the_recorded_shape() {
    both_ways(builder, |client| async move {
        let list = client.get(FIELDS).await.expect(200).json();
        let expected = [
            "nickname",
            "bio",
            "crm_id",
            "seats",
            "discount",
            "newsletter",
            "customer_since",
            "plan_tier",
            "interests",
            "account_manager",
        ];
        assert_eq!(keys(&list), expected);
        assert_eq!(
            (&list["count"], &list["next_page"]),
            (&json!(10), &Value::Null)
        );
        let common = [
            "url",
            "id",
            "type",
            "key",
            "title",
            "description",
            "raw_title",
            "raw_description",
            "position",
            "active",
            "system",
            "regexp_for_validation",
            "created_at",
            "updated_at",
        ];
        for (place, field) in list["user_fields"].as_array().unwrap().iter().enumerate() {
            let mut expected = common.to_vec();
            match field["type"].as_str().unwrap() {
                "checkbox" => expected.push("tag"),
                "dropdown" | "multiselect" => expected.push("custom_field_options"),
                "lookup" => expected.extend(["relationship_target_type", "relationship_filter"]),
                _ => {}
            }
            let found: Vec<&String> = field.as_object().unwrap().keys().collect();
            assert_eq!(found, expected, "{field}");
            assert_eq!(field["position"], place);
            assert_eq!(field["url"], format!("{}{}.json", client.base, path(field)));
        }
        let tiers = &list["user_fields"][7]["custom_field_options"][0];
        let found: Vec<&String> = tiers.as_object().unwrap().keys().collect();
        assert_eq!(found, ["id", "name", "raw_name", "value"]);
        assert_eq!(
            list["user_fields"][2]["regexp_for_validation"],
            r"\ACRM-[0-9]{6}\z"
        );
        let cursor = client
            .get("/api/v2/user_fields?page[size]=9")
            .await
            .expect(200)
            .json();
        assert_eq!(
            (keys(&cursor).len(), &cursor["meta"]["has_more"]),
            (9, &json!(true))
        );
        let next = cursor["links"]["next"].as_str().unwrap();
        let rest = client
            .get(next.strip_prefix(&client.base).unwrap())
            .await
            .expect(200)
            .json();
        assert_eq!(keys(&rest), ["account_manager"]);
    })
    .await;
}

/// As recorded in 2023: no position is 9999, no type is text.
#[tokio::test]
async fn a_new_field_without_a_position_stands_at_9999() {
    both_ways(builder, |client| async move {
        let sent = json!({"description": "test", "key": "somethingsomethingsomething", "title": "i am test"});
        let answer = create(&client, sent).await.expect(201);
        let field = answer.json()["user_field"].take();
        let location = answer.header("location").unwrap();
        assert_eq!(location, field["url"]);
        let mut expected = json!({
            "type": "text", "key": "somethingsomethingsomething", "title": "i am test",
            "description": "test", "raw_title": "i am test", "raw_description": "test", "position": 9999,
            "active": true, "system": false, "regexp_for_validation": null,
        });
        for key in ["url", "id", "created_at", "updated_at"] {
            expected[key] = field[key].clone();
        }
        assert_eq!(field, expected);
        let list = client.get(FIELDS).await.json();
        assert_eq!(keys(&list).last(), Some(&"somethingsomethingsomething"));
        // A user shows it at once, among the others by key.
        let user = set(&client, json!({})).await;
        let shown: Vec<&String> = user["user_fields"].as_object().unwrap().keys().collect();
        assert_eq!(shown.last().unwrap().as_str(), "somethingsomethingsomething");
        assert_eq!(shown.len(), 11);
    })
    .await;
}

#[tokio::test]
async fn fields_are_found_by_id_or_key() {
    both_ways(builder, |client| async move {
        let by_key = client
            .get("/api/v2/user_fields/seats.json")
            .await
            .expect(200)
            .json();
        let by_id = client
            .get(&path(&by_key["user_field"]))
            .await
            .expect(200)
            .json();
        assert_eq!(by_key, by_id);
        for nobody in ["1", "99999999999999999999999", "Seats", "x y", "seat"] {
            let path = format!("/api/v2/user_fields/{}", nobody.replace(' ', "%20"));
            let answer = client.get(&path).await.expect(404).json();
            assert_eq!(answer["error"], "RecordNotFound", "{nobody}");
        }
        let many = "/api/v2/user_fields/show_many.json?keys=seats,nothing,bio,seats";
        let many = client.get(many).await.expect(200).json();
        assert_eq!(keys(&many), ["bio", "seats"]);
        assert_eq!(many["count"], 2);
        let missing = client
            .get("/api/v2/user_fields/show_many")
            .await
            .expect(400);
        assert_eq!(missing.text, "Required parameter missing: keys");
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_field_is_refused_with_every_reason() {
    both_ways(builder, |client| async move {
        client.delete("/api/v2/user_fields/bio").await.expect(204);
        let long = "x".repeat(256);
        let option = |name: Value, value: Value| json!({"key": "k", "title": "K", "type": "dropdown", "custom_field_options": [{"name": name, "value": value}]});
        for (sent, attribute, description, code) in [
            (json!({"title": "K"}), "key", "Key: cannot be blank", Some("BlankValue")),
            (json!({"key": "k"}), "title", "Title: cannot be blank", Some("BlankValue")),
            (json!({"key": "k", "title": long}), "title", "Title: is too long (maximum is 255 characters)", None),
            (json!({"key": long, "title": "K"}), "key", "Key: is too long (maximum is 255 characters)", None),
            // Letters, digits and underscores, but not digits alone.
            (json!({"key": "a-b", "title": "K"}), "key", "Key: is invalid", None),
            (json!({"key": "é", "title": "K"}), "key", "Key: is invalid", None),
            (json!({"key": "123", "title": "K"}), "key", "Key: is invalid", None),
            // Case makes no new key, and the key of a deleted field stays taken.
            (json!({"key": "SEATS", "title": "K"}), "key", "Key has already been taken", Some("DuplicateValue")),
            (json!({"key": "bio", "title": "K"}), "key", "Key has already been taken", Some("DuplicateValue")),
            (json!({"key": "k", "title": "K", "type": "color"}), "type", "Type: is invalid", None),
            (json!({"key": "k", "title": "K", "position": -1}), "position", "Position: is invalid", None),
            (json!({"key": "k", "title": "K", "type": "regexp"}), "regexp_for_validation", "Regexp for validation: cannot be blank", Some("BlankValue")),
            (json!({"key": "k", "title": "K", "type": "regexp", "regexp_for_validation": "("}), "regexp_for_validation", "Regexp for validation: is invalid", None),
            (json!({"key": "k", "title": "K", "type": "checkbox", "tag": "two words"}), "tag", "Tag: is invalid", None),
            (json!({"key": "k", "title": "K", "type": "dropdown"}), "custom_field_options", "Custom field options: cannot be blank", Some("BlankValue")),
            (json!({"key": "k", "title": "K", "type": "multiselect", "custom_field_options": []}), "custom_field_options", "Custom field options: cannot be blank", Some("BlankValue")),
            (option(json!(null), json!("v")), "name", "Name: cannot be blank", Some("BlankValue")),
            (option(json!("N"), json!("")), "value", "Value: cannot be blank", Some("BlankValue")),
            (option(json!("N"), json!("a b")), "value", "Value: is invalid", None),
            (option(json!(long), json!("v")), "name", "Name: is too long (maximum is 255 characters)", None),
            (json!({"key": "k", "title": "K", "type": "lookup"}), "relationship_target_type", "Relationship target type: cannot be blank", Some("BlankValue")),
            (json!({"key": "k", "title": "K", "type": "lookup", "relationship_target_type": "zen:brand"}), "relationship_target_type", "Relationship target type: is invalid", None),
        ] {
            let refused = create(&client, sent.clone()).await.expect(422).json();
            let mut expected = json!([{"description": description}]);
            if let Some(code) = code {
                expected[0]["error"] = json!(code);
            }
            assert_eq!(refused["details"][attribute], expected, "{sent}");
            assert_eq!(refused["details"].as_object().unwrap().len(), 1, "{sent}");
        }
        let twice = json!([{"name": "A", "value": "a"}, {"name": "B", "value": "a"}]);
        let twice = json!({"key": "k", "title": "K", "type": "dropdown", "custom_field_options": twice});
        let refused = create(&client, twice).await.expect(422).json();
        assert_eq!(refused["details"]["value"][0]["error"], "DuplicateValue");
        let both = create(&client, json!({})).await.expect(422).json();
        assert_eq!(both["details"].as_object().unwrap().len(), 2, "key and title");
        let list = client.get(FIELDS).await.json();
        assert_eq!(list["count"], 9, "nothing was added");
    })
    .await;
}

#[tokio::test]
async fn wrong_types_are_refused_as_a_whole() {
    both_ways(builder, |client| async move {
        for (field, path, must_be) in [
            (json!("x"), "user_field", "a hash"),
            (json!({"key": 5}), "user_field.key", "a string"),
            (
                json!({"position": "far"}),
                "user_field.position",
                "an integer",
            ),
            (
                json!({"active": "maybe"}),
                "user_field.active",
                "either true or false",
            ),
            (
                json!({"custom_field_options": {}}),
                "user_field.custom_field_options",
                "an array of hashes",
            ),
            (
                json!({"custom_field_options": [{"name": 1}]}),
                "user_field.custom_field_options.0.name",
                "a string",
            ),
            (
                json!({"relationship_filter": []}),
                "user_field.relationship_filter",
                "a hash",
            ),
        ] {
            let refused = create(&client, field).await.expect(400).json();
            let message = refused["error"]["message"].as_str().unwrap();
            let expected = format!(
                "Invalid parameter: {path} must be {must_be} from api/v2/user_fields/create"
            );
            assert!(message.ends_with(&expected), "{message}");
        }
        for path in ["/api/v2/user_fields", "/api/v2/user_fields/seats"] {
            let put = client.put(path, &json!({"field": {}})).await;
            let answer = if path.ends_with("seats") {
                put
            } else {
                client.post(path, &json!({})).await
            };
            assert_eq!(
                answer.expect(400).text,
                "Required parameter missing: user_field"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn admins_define_fields_and_agents_read_them() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        let anonymous = client.signed_in(None);
        for (caller, read) in [(&agent, 200), (&end_user, 403), (&anonymous, 401)] {
            let write = if read == 401 { 401 } else { 403 };
            caller.get(FIELDS).await.expect(read);
            caller
                .get("/api/v2/user_fields/show_many?keys=bio")
                .await
                .expect(read);
            caller.get("/api/v2/user_fields/bio").await.expect(read);
            let body = json!({"user_field": {"key": "k", "title": "K"}});
            caller.post(FIELDS, &body).await.expect(write);
            caller
                .put("/api/v2/user_fields/bio", &body)
                .await
                .expect(write);
            caller
                .put(
                    "/api/v2/user_fields/reorder",
                    &json!({"user_field_ids": []}),
                )
                .await
                .expect(write);
            caller.delete("/api/v2/user_fields/bio").await.expect(write);
        }
    })
    .await;
}

/// As recorded for `id`; that type and key stay is assumed.
#[tokio::test]
async fn an_update_keeps_type_and_key_and_says_so() {
    both_ways(builder, |client| async move {
        let field = created(&client, json!({"key": "k", "title": "K"})).await;
        let body = json!({"user_field": {
            "id": field["id"], "key": "other", "type": "integer", "title": "New title", "position": "3",
            "description": "d", "tag": "useless", "nonsense": 1,
        }});
        let answer = client.put(&path(&field), &body).await.expect(200);
        assert_eq!(
            answer.header("x-zendesk-api-warn"),
            Some("{:allowed_parameters=>{:controller=>\"user_fields\", :action=>\"update\", :unpermitted_keys=>[\"user_field.id\", \"user_field.nonsense\", \"user_field.key\", \"user_field.type\", \"user_field.tag\"], :invalid_values=>[]}}"),
        );
        let changed = answer.json()["user_field"].take();
        assert_eq!((&changed["key"], &changed["type"]), (&json!("k"), &json!("text")));
        assert_eq!((&changed["title"], &changed["raw_title"]), (&json!("New title"), &json!("New title")));
        assert_eq!((&changed["position"], &changed["description"]), (&json!(3), &json!("d")));
        // By key, and what is not sent stays.
        let again = json!({"user_field": {"active": true}});
        let again = client.put("/api/v2/user_fields/k.json", &again).await.expect(200).json();
        assert_eq!(again["user_field"]["title"], "New title");
        for blank in [json!({"title": ""}), json!({"title": null})] {
            let refused = client.put(&path(&field), &json!({"user_field": blank})).await.expect(422);
            assert_eq!(refused.json()["details"]["title"][0]["error"], "BlankValue");
        }
        client.put("/api/v2/user_fields/1", &body).await.expect(404);
    })
    .await;
}

/// Every option that an update does not name is gone (documented), with the values that were chosen and their tags.
#[tokio::test]
async fn reordering_puts_the_named_first() {
    both_ways(builder, |client| async move {
        let before = client.get(FIELDS).await.json();
        let id = |key: &str| {
            let fields = before["user_fields"].as_array().unwrap();
            fields.iter().find(|field| field["key"] == key).unwrap()["id"].clone()
        };
        let reorder = "/api/v2/user_fields/reorder.json";
        let body = json!({"user_field_ids": [id("seats"), id("interests"), id("seats")]});
        assert_eq!(client.put(reorder, &body).await.expect(200).text, "");
        let after = client.get(FIELDS).await.json();
        assert_eq!(keys(&after)[..4], ["seats", "interests", "nickname", "bio"]);
        let positions: Vec<u64> = after["user_fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|field| field["position"].as_u64().unwrap())
            .collect();
        assert_eq!(positions, (0..10).collect::<Vec<u64>>());
        // Nothing moves if anything is wrong.
        for (ids, status) in [
            (json!([id("bio"), 1]), 404),
            (json!(["bio"]), 400),
            (json!("bio"), 400),
            (json!(null), 400),
        ] {
            client
                .put(reorder, &json!({"user_field_ids": ids}))
                .await
                .expect(status);
        }
        assert_eq!(client.get(FIELDS).await.json(), after);
    })
    .await;
}

#[tokio::test]
async fn hostile_patterns_and_texts_neither_hang_nor_panic() {
    both_ways(builder, |client| async move {
        for pattern in ["(?:a{999}){999}", "(((((((", r"(?=x)", "[z-a]", r"\p{Nothing}"] {
            let field = json!({"key": "p", "title": "P", "type": "regexp", "regexp_for_validation": pattern});
            create(&client, field).await.expect(422);
        }
        // Ways to match grow exponentially with the text, where an engine tries them all.
        let field = json!({"key": "p", "title": "P", "type": "regexp", "regexp_for_validation": r"\A(a+)+\z"});
        created(&client, field).await;
        let text = "a".repeat(1000) + "!";
        let refused = client.upsert(json!({"name": "P", "user_fields": {"p": text}})).await.expect(422);
        assert_eq!(refused.json()["details"]["p"][0]["description"], "P: is invalid");
    })
    .await;
}
