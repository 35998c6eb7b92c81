//! User fields, and the tags that follow them.

use serde_json::{Value, json};

use crate::support::{Client, both_ways, builder};

pub(crate) async fn set(client: &Client, fields: Value) -> Value {
    let body = json!({"name": "F", "external_id": "f", "user_fields": fields});
    client.upsert(body).await.user()
}

#[tokio::test]
async fn each_type_reads_back_in_its_form() {
    both_ways(builder, |client| async move {
        let manager = client.get("/api/v2/users/me").await.user()["id"].take();
        let manager_text = manager.to_string();
        for (key, sent, read) in [
            ("nickname", json!("Ann ✓"), json!("Ann ✓")),
            ("bio", json!("two\nlines"), json!("two\nlines")),
            ("crm_id", json!("CRM-000123"), json!("CRM-000123")),
            ("seats", json!(3039), json!(3039)),
            ("seats", json!("-7"), json!(-7)),
            ("seats", json!("+007"), json!(7)),
            ("newsletter", json!(true), json!(true)),
            ("newsletter", json!("0"), json!(false)),
            (
                "customer_since",
                json!("2020-08-19"),
                json!("2020-08-19T00:00:00+00:00"),
            ),
            (
                "customer_since",
                json!("2020-08-19T20:50:04.000Z"),
                json!("2020-08-19T00:00:00+00:00"),
            ),
            ("plan_tier", json!("gold"), json!("gold")),
            (
                "interests",
                json!(["travel", "sports", "travel"]),
                json!(["sports", "travel"]),
            ),
            ("account_manager", manager, json!(manager_text)),
            ("account_manager", json!(manager_text), json!(manager_text)),
        ] {
            let user = set(&client, json!({key: sent})).await;
            assert_eq!(user["user_fields"][key], read, "{key} {sent}");
            for nothing in [json!(null), json!("")] {
                let cleared = set(&client, json!({key: nothing})).await;
                let unset = if key == "newsletter" {
                    json!(false)
                } else {
                    Value::Null
                };
                assert_eq!(cleared["user_fields"][key], unset, "{key} {nothing}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn decimals_keep_their_digits() {
    both_ways(builder, |client| async move {
        for (sent, read) in [
            ("3.10", "3.10"),
            ("\"3.10\"", "3.10"),
            ("\"-00.5\"", "-0.5"),
            (
                "123456789012345678901234567890.000000000001",
                "123456789012345678901234567890.000000000001",
            ),
        ] {
            let body = format!(
                r#"{{"user":{{"name":"F","external_id":"f","user_fields":{{"discount":{sent}}}}}}}"#
            );
            let request =
                client.request(http::Method::POST, "/api/v2/users/create_or_update", &body);
            let answer = client.send(request).await.unwrap();
            assert!(
                answer.text.contains(&format!("\"discount\":{read},")),
                "{sent}: {}",
                answer.text
            );
        }
    })
    .await;
}

#[tokio::test]
async fn values_that_do_not_fit_are_refused() {
    both_ways(builder, |client| async move {
        for (key, title, sent, text) in [
            ("nickname", "Nickname", json!(5), "must be a string"),
            ("crm_id", "CRM ID", json!("CRM-1"), "is invalid"),
            ("seats", "Seats", json!("many"), "must be an integer"),
            ("seats", "Seats", json!(1.5), "must be an integer"),
            ("discount", "Discount", json!("ten"), "must be a number"),
            ("discount", "Discount", json!([]), "must be a number"),
            (
                "newsletter",
                "Newsletter",
                json!("maybe"),
                "must be either true or false",
            ),
            (
                "customer_since",
                "Customer Since",
                json!("2023-02-30"),
                "is not a valid date",
            ),
            (
                "customer_since",
                "Customer Since",
                json!("yesterday"),
                "is not a valid date",
            ),
            (
                "plan_tier",
                "Plan Tier",
                json!("Gold"),
                "is not one of the options",
            ),
            (
                "interests",
                "Interests",
                json!(["music", "chess"]),
                "is not one of the options",
            ),
            ("interests", "Interests", json!("music"), "must be an array"),
            (
                "account_manager",
                "Account Manager",
                json!(1),
                "is not the id of a user",
            ),
        ] {
            let body = json!({"name": "F", "user_fields": {key: sent}});
            let refused = client.upsert(body).await.expect(422).json();
            let expected = json!([{"description": format!("{title}: {text}")}]);
            assert_eq!(refused["details"][key], expected, "{sent}");
        }
    })
    .await;
}

#[tokio::test]
async fn fields_merge_by_key_and_unknown_ones_are_ignored_aloud() {
    both_ways(builder, |client| async move {
        set(&client, json!({"nickname": "n", "seats": 1})).await;
        let body = json!({"external_id": "f", "user_fields": {"seats": 2, "shoe_size": 43}});
        let answer = client.upsert(body).await.expect(200);
        assert_eq!(
            answer.header("x-zendesk-api-warn"),
            Some("{:allowed_parameters=>{:controller=>\"users\", :action=>\"create_or_update\", :unpermitted_keys=>[\"user.user_fields.shoe_size\"], :invalid_values=>[]}}"),
        );
        let fields = &answer.user()["user_fields"];
        assert_eq!((&fields["nickname"], &fields["seats"]), (&json!("n"), &json!(2)));
        assert_eq!(fields.as_object().unwrap().len(), 10, "every field shows, set or not");
    })
    .await;
}

/// Rule 16.16: tags and the fields that set them change each other.
#[tokio::test]
async fn tags_are_replaced_and_follow_the_fields() {
    both_ways(builder, |client| async move {
        let tags = async |body: Value| {
            let mut user = client.upsert(body).await.user();
            user["tags"].take()
        };
        // As recorded: the checkbox's tag is added at the end, surviving tags keep their order.
        let first = json!({"name": "A", "external_id": "t", "tags": ["existing", "Here"], "user_fields": {"newsletter": true}});
        assert_eq!(tags(first).await, json!(["existing", "here", "newsletter_optin"]));
        let second = json!({"external_id": "t", "tags": ["newsletter_optin", "existing", "here", "new one"]});
        assert_eq!(tags(second).await, json!(["existing", "here", "newsletter_optin", "new", "one"]));
        // What fields say stays, whatever replaces the rest.
        assert_eq!(tags(json!({"external_id": "t", "tags": []})).await, json!(["newsletter_optin"]));
        let gold = json!({"external_id": "t", "tags": [], "user_fields": {"plan_tier": "gold"}});
        assert_eq!(tags(gold).await, json!(["newsletter_optin", "gold"]));
        let silver = json!({"external_id": "t", "user_fields": {"plan_tier": "silver", "newsletter": false}});
        assert_eq!(tags(silver).await, json!(["silver"]));
        assert_eq!(tags(json!({"external_id": "t", "name": "B"})).await, json!(["silver"]));
    })
    .await;
}

/// As recorded: the time of day is dropped, and what is left is a time again.
/// Rule 16.15.
#[tokio::test]
async fn dates_are_cut_to_midnight_utc() {
    both_ways(builder, |client| async move {
        for sent in [
            "2020-08-19",
            "2020-08-19T20:50:04.000Z",
            "2020-08-19T23:59:59-11:00",
            "2020-08-19 01:00:00",
        ] {
            let user = set(&client, json!({"customer_since": sent})).await;
            assert_eq!(
                user["user_fields"]["customer_since"], "2020-08-19T00:00:00+00:00",
                "{sent}"
            );
        }
    })
    .await;
}

/// As recorded: null clears one key, keys that are not sent stay, and a checkbox that is not set is false.
#[tokio::test]
async fn null_clears_one_field_and_leaves_the_others() {
    both_ways(builder, |client| async move {
        let before = set(
            &client,
            json!({"nickname": "n", "seats": 1, "newsletter": true}),
        )
        .await;
        assert_eq!(before["user_fields"]["newsletter"], true);
        let after = set(&client, json!({"seats": null, "newsletter": null})).await;
        let fields = &after["user_fields"];
        assert_eq!(
            (&fields["nickname"], &fields["seats"]),
            (&json!("n"), &Value::Null)
        );
        assert_eq!(fields["newsletter"], false, "not null");
    })
    .await;
}
