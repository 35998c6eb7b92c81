//! Addresses, numbers and other identities.

use serde_json::{Value, json};

use crate::support::{Client, both_ways, builder};

/// Type, value, verified and primary of each identity.
async fn identities(client: &Client, id: &Value) -> Vec<Value> {
    let path = format!("/api/v2/users/{id}?include=identities");
    let answer = client.get(&path).await.expect(200).json();
    let list = answer["identities"].as_array().unwrap();
    list.iter()
        .map(|one| json!([one["type"], one["value"], one["verified"], one["primary"]]))
        .collect()
}

#[tokio::test]
async fn a_new_address_is_added_and_the_primary_one_stays() {
    both_ways(builder, |client| async move {
        let user = client
            .upsert(
                json!({"name": "Ann", "external_id": "A", "email": "one@x.co", "verified": true}),
            )
            .await
            .user();
        for (body, email) in [
            (json!({"external_id": "A", "email": "two@x.co"}), "one@x.co"),
            (
                json!({"external_id": "A", "email": "three@x.co", "verified": true}),
                "one@x.co",
            ),
            (json!({"external_id": "A", "email": "ONE@x.co"}), "one@x.co"),
        ] {
            assert_eq!(client.upsert(body).await.expect(200).user()["email"], email);
        }
        let expected = [
            json!(["email", "one@x.co", true, true]),
            json!(["email", "two@x.co", false, false]),
            json!(["email", "three@x.co", true, false]),
        ];
        assert_eq!(identities(&client, &user["id"]).await, expected);
    })
    .await;
}

#[tokio::test]
async fn verified_alone_is_the_primary_addresss() {
    both_ways(builder, |client| async move {
        let user = client
            .upsert(json!({"name": "Ann", "external_id": "A", "email": "one@x.co"}))
            .await
            .user();
        assert_eq!(user["verified"], false);
        let verified = client
            .upsert(json!({"external_id": "A", "verified": true}))
            .await
            .user();
        assert_eq!(verified["verified"], true);
        // The primary address of a new user may come among the identities.
        let sent = json!([{"type": "email", "value": "b@x.co"}]);
        let new = client
            .upsert(json!({"name": "B", "verified": true, "identities": sent}))
            .await
            .user();
        assert_eq!(new["verified"], true);
        // Somebody without identities has nothing to verify.
        let nobody = client
            .upsert(json!({"name": "N", "verified": true}))
            .await
            .user();
        assert_eq!(
            (&nobody["verified"], &nobody["email"]),
            (&json!(false), &Value::Null)
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_address_of_a_user_without_one_is_primary() {
    both_ways(builder, |client| async move {
        client
            .upsert(json!({"name": "Ann", "external_id": "A"}))
            .await
            .expect(201);
        let user = client
            .upsert(json!({"external_id": "A", "email": "a@x.co"}))
            .await
            .user();
        assert_eq!(user["email"], "a@x.co");
    })
    .await;
}

#[tokio::test]
async fn identities_come_with_a_new_user_only() {
    both_ways(builder, |client| async move {
        let sent = json!([
            {"type": "email", "value": "Ann@X.co", "verified": true},
            {"type": "email", "value": "ann@y.co"},
            {"type": "twitter", "value": "annlee"},
        ]);
        let user = client
            .upsert(json!({"name": "Ann", "external_id": "A", "identities": sent}))
            .await
            .expect(201)
            .user();
        assert_eq!(user["email"], "ann@x.co");
        let expected = [
            json!(["email", "ann@x.co", true, true]),
            json!(["email", "ann@y.co", false, false]),
            json!(["twitter", "annlee", false, true]),
        ];
        assert_eq!(identities(&client, &user["id"]).await, expected);
        let more = json!([{"type": "email", "value": "late@x.co"}]);
        let ignored = client
            .upsert(json!({"external_id": "A", "identities": more}))
            .await
            .expect(200);
        let warning = ignored.header("x-zendesk-api-warn").unwrap();
        assert!(warning.contains("\"user.identities\""), "{warning}");
        assert_eq!(identities(&client, &user["id"]).await.len(), 3);
        let taken = json!([{"type": "email", "value": "ann@y.co"}]);
        let refused = client
            .upsert(json!({"name": "B", "identities": taken}))
            .await
            .expect(422);
        let entry = json!({
            "description": "Value: ann@y.co is already being used by another user",
            "error": "DuplicateValue",
        });
        assert_eq!(refused.json()["details"], json!({"value": [entry]}));
    })
    .await;
}

#[tokio::test]
async fn a_number_is_a_direct_line_if_nobody_has_it() {
    both_ways(builder, |client| async move {
        let phone = |user: &Value| json!([user["phone"], user["shared_phone_number"]]);
        let ann = client
            .upsert(json!({"name": "Ann", "external_id": "A", "phone": "555-555-5555"}))
            .await
            .user();
        assert_eq!(phone(&ann), json!(["555-555-5555", false]));
        let number = json!(["phone_number", "555-555-5555", false, true]);
        assert_eq!(identities(&client, &ann["id"]).await, [number]);

        // Somebody else's number is shared, and no identity.
        let bo = client
            .upsert(json!({"name": "Bo", "external_id": "B", "phone": "555-555-5555"}))
            .await
            .user();
        assert_eq!(phone(&bo), json!(["555-555-5555", true]));
        assert_eq!(identities(&client, &bo["id"]).await, [] as [Value; 0]);
        // A number of one's own takes the place of a shared one.
        let bo = client
            .upsert(json!({"external_id": "B", "phone": "+4930200"}))
            .await
            .user();
        assert_eq!(phone(&bo), json!(["+4930200", false]));

        // A second number is a second identity; the first keeps showing.
        let ann = client
            .upsert(json!({"external_id": "A", "phone": "+4930100"}))
            .await
            .user();
        assert_eq!(phone(&ann), json!(["555-555-5555", false]));
        assert_eq!(identities(&client, &ann["id"]).await.len(), 2);
        let again = client
            .upsert(json!({"external_id": "A", "phone": "+4930100"}))
            .await
            .user();
        assert_eq!(again, ann);
        // With a direct line, another's number changes nothing.
        client
            .upsert(json!({"external_id": "A", "phone": "+4930200"}))
            .await
            .expect(200);
        assert_eq!(identities(&client, &ann["id"]).await.len(), 2);

        let cleared = client
            .upsert(json!({"external_id": "A", "phone": ""}))
            .await
            .user();
        assert_eq!(phone(&cleared), json!([null, null]));
        let free = client
            .upsert(json!({"name": "C", "phone": "555-555-5555"}))
            .await
            .user();
        assert_eq!(phone(&free), json!(["555-555-5555", false]));
    })
    .await;
}

#[tokio::test]
async fn identities_have_the_recorded_keys() {
    both_ways(builder, |client| async move {
        let user = client
            .upsert(json!({"name": "Ann", "email": "ann@mail.example.com"}))
            .await
            .user();
        let path = format!("/api/v2/users/{}?include=identities", user["id"]);
        let identity = client.get(&path).await.json()["identities"][0].take();
        let keys: Vec<&String> = identity.as_object().unwrap().keys().collect();
        let expected = [
            "url",
            "id",
            "user_id",
            "type",
            "value",
            "verified",
            "primary",
            "created_at",
            "updated_at",
            "undeliverable_count",
            "deliverable_state",
            // Documented since, and in no recording.
            "verification_method",
            "verified_at",
        ];
        assert_eq!(keys, expected);
        assert_eq!(identity["deliverable_state"], "reserved_example");
        assert_eq!(identity["user_id"], user["id"]);
    })
    .await;
}
