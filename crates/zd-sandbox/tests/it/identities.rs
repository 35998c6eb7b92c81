//! Identities, one at a time.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, both_ways, builder, in_process};

pub(crate) async fn ann(client: &Client) -> Value {
    let ann = json!({"name": "Ann", "email": "ann@x.co", "verified": true});
    client.upsert(ann).await.expect(201).user()
}

pub(crate) fn of(user: &Value) -> String {
    format!("/api/v2/users/{}/identities", user["id"])
}

pub(crate) async fn add(client: &Client, user: &Value, identity: Value) -> Answer {
    client
        .post(&of(user), &json!({ "identity": identity }))
        .await
}

pub(crate) async fn added(client: &Client, user: &Value, kind: &str, value: &str) -> Value {
    let identity = json!({"type": kind, "value": value});
    add(client, user, identity).await.expect(201).json()["identity"].take()
}

pub(crate) fn path(user: &Value, identity: &Value) -> String {
    format!("{}/{}", of(user), identity["id"])
}

pub(crate) async fn put(client: &Client, path: &str) -> Answer {
    client
        .send(client.request(Method::PUT, path, ""))
        .await
        .unwrap()
}

/// Value, verified and primary of each, in the order of the list.
pub(crate) fn brief(list: &Value) -> Vec<Value> {
    let list = list["identities"].as_array().unwrap();
    list.iter()
        .map(|one| json!([one["value"], one["verified"], one["primary"]]))
        .collect()
}

pub(crate) async fn listed(client: &Client, user: &Value) -> Vec<Value> {
    brief(&client.get(&of(user)).await.expect(200).json())
}

pub(crate) async fn shown(client: &Client, user: &Value) -> Value {
    let path = format!("/api/v2/users/{}", user["id"]);
    client.get(&path).await.expect(200).user()
}

#[tokio::test]
async fn one_is_added_shown_changed_and_deleted() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        let two = json!({"type": "email", "value": " Two@X.co ", "skip_verify_email": true});
        let answer = add(&client, &ann, two).await.expect(201);
        let identity = answer.json()["identity"].take();
        let url = format!("{}{}.json", client.base, path(&ann, &identity));
        assert_eq!(answer.header("location"), Some(&*url));
        let expected = json!({
            "url": url, "id": identity["id"], "user_id": ann["id"], "type": "email", "value": "two@x.co",
            "verified": false, "primary": false, "created_at": "2023-09-18T23:26:33Z",
            "updated_at": "2023-09-18T23:26:33Z", "undeliverable_count": 0, "deliverable_state": "deliverable",
            "verification_method": "none", "verified_at": null,
        });
        assert_eq!(identity, expected);
        let one = path(&ann, &identity);
        assert_eq!(client.get(&one).await.expect(200).json()["identity"], identity);
        for (change, key, value) in [
            (json!({"verified": true}), "verification_method", json!("low")),
            (json!({"verification_method": "none"}), "verified", json!(false)),
            (json!({"verification_method": "low"}), "verified", json!(true)),
            // Unverifying was impossible once; the newer document allows it.
            (json!({"verified": false}), "verified", json!(false)),
            (json!({"value": "Three@x.co"}), "value", json!("three@x.co")),
            // The method is the newer word for the same.
            (json!({"verified": false, "verification_method": "low"}), "verified", json!(true)),
            (json!({}), "verified", json!(true)),
        ] {
            let body = json!({ "identity": change });
            let answer = client.put(&one, &body).await.expect(200).json();
            assert_eq!(answer["identity"][key], value, "{body}");
        }
        assert_eq!(client.delete(&one).await.expect(204).text, "");
        client.get(&one).await.expect(404);
        client.delete(&one).await.expect(404);
        assert_eq!(listed(&client, &ann).await, [json!(["ann@x.co", true, true])]);
        // Each was an update of the user: one addition, seven changes, one deletion.
        let key = format!("id:{}", ann["id"]);
        assert_eq!(client.sandbox.applied().keys[&key].updated, 9);
    })
    .await;
}

#[tokio::test]
async fn each_creatable_type_can_be_added_and_no_other() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        for (kind, value) in [
            ("email", "two@x.co"),
            ("twitter", "annlee"),
            ("facebook", "855769377321"),
            // Another type may have the same value.
            ("google", "ann@x.co"),
            ("agent_forwarding", "+4930100"),
            ("phone_number", "+4930100"),
        ] {
            let identity = added(&client, &ann, kind, value).await;
            assert_eq!(
                (&identity["type"], &identity["value"]),
                (&json!(kind), &json!(value))
            );
            // The first of its kind is the primary one.
            assert_eq!(identity["primary"], kind != "email", "{kind}");
            let mails = identity.get("deliverable_state").is_some();
            assert_eq!(
                mails,
                kind == "email",
                "only addresses say whether mail arrives"
            );
        }
        for kind in [
            "any_channel",
            "foreign",
            "sdk",
            "messaging",
            "microsoft",
            "Email",
            "x",
        ] {
            let refused = add(&client, &ann, json!({"type": kind, "value": "v"}))
                .await
                .expect(422);
            let details = json!({"type": [{"description": "Type: is invalid"}]});
            assert_eq!(refused.json()["details"], details, "{kind}");
        }
        for (domain, state) in [
            ("example.com", "reserved_example"),
            ("example.net", "reserved_example"),
            ("example.edu", "reserved_example"),
            ("mail.example.org", "reserved_example"),
            ("example.com.de", "deliverable"),
            ("myexample.com", "deliverable"),
        ] {
            let identity = added(&client, &ann, "email", &format!("a@{domain}")).await;
            assert_eq!(identity["deliverable_state"], state, "{domain}");
        }
    })
    .await;
}

/// Quirk: the answer is the whole collection, the new primary one first, and both rows were updated.
#[tokio::test(start_paused = true)]
async fn another_one_becomes_the_primary_one() {
    let client = in_process(&builder().build());
    let ann = ann(&client).await;
    let two = added(&client, &ann, "email", "two@x.co").await;
    let number = added(&client, &ann, "phone_number", "+4930100").await;
    assert_eq!(
        number["primary"], true,
        "an address and a number both can be"
    );
    tokio::time::advance(std::time::Duration::from_secs(5)).await;
    let answer = put(&client, &format!("{}/make_primary.json", path(&ann, &two))).await;
    let answer = answer.expect(200).json();
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["identities", "next_page", "previous_page", "count"]);
    let expected = [
        json!(["two@x.co", false, true]),
        json!(["ann@x.co", true, false]),
        json!(["+4930100", false, true]),
    ];
    assert_eq!(brief(&answer), expected);
    assert_eq!(answer["count"], 3);
    let updated: Vec<&Value> = answer["identities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["updated_at"])
        .collect();
    assert_eq!(
        updated,
        [
            "2023-09-18T23:26:38Z",
            "2023-09-18T23:26:38Z",
            "2023-09-18T23:26:33Z"
        ]
    );
    assert_eq!(listed(&client, &ann).await, expected);
    let user = shown(&client, &ann).await;
    assert_eq!(
        (&user["email"], &user["updated_at"]),
        (&json!("two@x.co"), &json!("2023-09-18T23:26:38Z"))
    );
    // Once more changes nothing.
    tokio::time::advance(std::time::Duration::from_secs(5)).await;
    let again = put(&client, &format!("{}/make_primary", path(&ann, &two))).await;
    assert_eq!(again.expect(200).json(), answer);
    assert_eq!(shown(&client, &ann).await, user);
}

/// Quirk: without the primary one no other becomes it, and the user shows no address.
#[tokio::test]
async fn deleting_the_primary_one_promotes_none() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        added(&client, &ann, "email", "two@x.co").await;
        let first = client.get(&of(&ann)).await.json()["identities"][0].take();
        client.delete(&path(&ann, &first)).await.expect(204);
        assert_eq!(
            listed(&client, &ann).await,
            [json!(["two@x.co", false, false])]
        );
        let user = shown(&client, &ann).await;
        assert_eq!(
            (&user["email"], &user["verified"]),
            (&Value::Null, &json!(false))
        );
        // Nor does the next address of a user who has one.
        let three = added(&client, &ann, "email", "three@x.co").await;
        assert_eq!(three["primary"], false);
        put(&client, &format!("{}/make_primary", path(&ann, &three)))
            .await
            .expect(200);
        assert_eq!(shown(&client, &ann).await["email"], "three@x.co");
    })
    .await;
}

#[tokio::test]
async fn one_can_be_primary_from_the_beginning_and_later_only_by_an_operation_of_its_own() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        let two = json!({"type": "email", "value": "two@x.co", "primary": true, "verified": true});
        let two = add(&client, &ann, two).await.expect(201).json()["identity"].take();
        assert_eq!(two["primary"], true);
        let expected = [json!(["two@x.co", true, true]), json!(["ann@x.co", true, false])];
        assert_eq!(listed(&client, &ann).await, expected);
        // The first of its kind is it, whatever was sent.
        let number = json!({"type": "phone_number", "value": "+4930100", "primary": false});
        let number = add(&client, &ann, number).await.expect(201).json();
        assert_eq!(number["identity"]["primary"], true);
        let body = json!({"identity": {"primary": false, "type": "twitter", "verified": true}});
        let answer = client.put(&path(&ann, &two), &body).await.expect(200);
        let warning = answer.header("x-zendesk-api-warn").unwrap();
        let expected = ":controller=>\"identities\", :action=>\"update\", :unpermitted_keys=>[\"identity.primary\", \"identity.type\"]";
        assert!(warning.contains(expected), "{warning}");
        assert_eq!(answer.json()["identity"], two);
        // So it is with those that come along with a new user.
        let sent = json!([{"type": "email", "value": "a@y.co"}, {"type": "email", "value": "b@y.co", "primary": true}]);
        let new = client.upsert(json!({"name": "New", "identities": sent})).await.expect(201).user();
        assert_eq!(new["email"], "b@y.co");
    })
    .await;
}

#[tokio::test]
async fn the_phone_of_a_user_is_the_primary_number() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        let phone = async || {
            let user = shown(&client, &ann).await;
            json!([user["phone"], user["shared_phone_number"]])
        };
        let first = added(&client, &ann, "phone_number", "555-555-5555").await;
        assert_eq!(phone().await, json!(["555-555-5555", false]));
        // A second number does not show.
        let second = added(&client, &ann, "phone_number", "+4930100").await;
        assert_eq!(phone().await, json!(["555-555-5555", false]));
        put(&client, &format!("{}/make_primary", path(&ann, &second)))
            .await
            .expect(200);
        assert_eq!(phone().await, json!(["+4930100", false]));
        for (identity, number) in [(&first, "+4930300"), (&second, "+4930200")] {
            let body = json!({"identity": {"value": number}});
            client.put(&path(&ann, identity), &body).await.expect(200);
        }
        assert_eq!(phone().await, json!(["+4930200", false]));
        // Quirk: a deleted number still shows, until the phone is cleared.
        client.delete(&path(&ann, &second)).await.expect(204);
        assert_eq!(phone().await, json!(["+4930200", false]));
        let user = format!("/api/v2/users/{}", ann["id"]);
        client
            .put(&user, &json!({"user": {"phone": ""}}))
            .await
            .expect(200);
        assert_eq!(phone().await, json!([null, null]));
        // A number of one's own takes the place of a shared one.
        let bo = client
            .upsert(json!({"name": "Bo", "phone": "+4930999"}))
            .await
            .user();
        client
            .put(&user, &json!({"user": {"phone": "+4930999"}}))
            .await
            .expect(200);
        assert_eq!(phone().await, json!(["+4930999", true]));
        added(&client, &ann, "phone_number", "+4930400").await;
        assert_eq!(phone().await, json!(["+4930400", false]));
        assert_eq!(shown(&client, &bo).await["phone"], "+4930999");
    })
    .await;
}

#[tokio::test]
async fn an_address_is_verified_at_once_or_by_mail() {
    both_ways(builder, |client| async move {
        let ann = client
            .upsert(json!({"name": "Ann", "email": "ann@x.co"}))
            .await
            .user();
        let one = client.get(&of(&ann)).await.json()["identities"][0].take();
        let one = path(&ann, &one);
        let asked = put(&client, &format!("{one}/request_verification.json"))
            .await
            .expect(200);
        assert_eq!(asked.text, "");
        assert_eq!(shown(&client, &ann).await["verified"], false);
        let verified = put(&client, &format!("{one}/verify.json"))
            .await
            .expect(200)
            .json();
        let identity = &verified["identity"];
        assert_eq!(
            (&identity["verified"], &identity["verification_method"]),
            (&json!(true), &json!("low"))
        );
        assert_eq!(shown(&client, &ann).await["verified"], true);
        assert_eq!(
            put(&client, &format!("{one}/verify"))
                .await
                .expect(200)
                .json(),
            verified
        );
        // A number is verified as well, but not by mail.
        let number = added(&client, &ann, "phone_number", "+4930100").await;
        let number = path(&ann, &number);
        put(&client, &format!("{number}/verify")).await.expect(200);
        let refused = put(&client, &format!("{number}/request_verification"))
            .await
            .expect(422);
        assert_eq!(refused.json()["error"], "RecordInvalid");
        // What such an operation does not look into is named.
        let warned = client
            .put(&format!("{one}/verify"), &json!({"identity": {"id": 1}}))
            .await
            .expect(200);
        let warning = warned.header("x-zendesk-api-warn").unwrap();
        assert!(
            warning.contains("\"identity.id\", \"identity\""),
            "{warning}"
        );
    })
    .await;
}

/// Quirk: the address of the account's owner is verified by mail only.
#[tokio::test]
async fn the_owners_address_is_not_verified_for_them() {
    both_ways(builder, |client| async move {
        let owner = client.get("/api/v2/users/me").await.user();
        let second = added(&client, &owner, "email", "second@x.co").await;
        let path = path(&owner, &second);
        let refused = put(&client, &format!("{path}/verify")).await.expect(422);
        let text = "Base: The address of the account owner cannot be verified this way";
        assert_eq!(
            refused.json()["details"],
            json!({"base": [{"description": text}]})
        );
        assert_eq!(client.get(&path).await.json()["identity"], second);
        put(&client, &format!("{path}/request_verification"))
            .await
            .expect(200);
        let number = added(&client, &owner, "phone_number", "+4930100").await;
        put(&client, &format!("{}/{}/verify", of(&owner), number["id"]))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test]
async fn lists_are_by_number_or_by_cursor_and_of_some_types() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        let second = added(&client, &ann, "email", "b@x.co").await;
        added(&client, &ann, "phone_number", "+4930100").await;
        added(&client, &ann, "twitter", "annlee").await;
        put(&client, &format!("{}/make_primary", path(&ann, &second)))
            .await
            .expect(200);
        let values = |list: &Value| -> Vec<String> {
            let list = list["identities"].as_array().unwrap();
            list.iter()
                .map(|one| one["value"].as_str().unwrap().to_owned())
                .collect()
        };
        let of = of(&ann);
        let whole = client.get(&of).await.expect(200).json();
        assert_eq!(values(&whole), ["b@x.co", "ann@x.co", "+4930100", "annlee"]);
        assert_eq!(
            (
                &whole["count"],
                &whole["next_page"],
                &whole["previous_page"]
            ),
            (&json!(4), &Value::Null, &Value::Null)
        );
        let page = client
            .get(&format!("{of}.json?per_page=3&page=2"))
            .await
            .expect(200)
            .json();
        assert_eq!(values(&page), ["annlee"]);
        let previous = page["previous_page"].as_str().unwrap();
        assert_eq!(
            previous,
            format!("{}{of}.json?per_page=3&page=1", client.base)
        );
        // By cursor by id: one that is made primary on the way does not jump ahead.
        let mut seen = Vec::new();
        let mut next = format!("{of}?page%5Bsize%5D=2");
        loop {
            let page = client.get(&next).await.expect(200).json();
            seen.extend(values(&page));
            if page["meta"]["has_more"] == false {
                break;
            }
            let last = page["identities"]
                .as_array()
                .unwrap()
                .last()
                .unwrap()
                .clone();
            put(&client, &format!("{}/make_primary", path(&ann, &last)))
                .await
                .expect(200);
            next = page["links"]["next"]
                .as_str()
                .unwrap()
                .strip_prefix(&client.base)
                .unwrap()
                .to_owned();
            assert!(seen.len() < 9, "the walk does not end");
        }
        assert_eq!(seen, ["ann@x.co", "b@x.co", "+4930100", "annlee"]);
        for (types, found) in [
            (
                "type%5B%5D=email&type%5B%5D=twitter",
                &["b@x.co", "ann@x.co", "annlee"][..],
            ),
            ("type[]=phone_number", &["+4930100"]),
            ("type=phone_number", &["+4930100"]),
            ("type[]=sdk", &[]),
            ("type[]=nonsense", &[]),
        ] {
            let list = client
                .get(&format!("{of}?{types}"))
                .await
                .expect(200)
                .json();
            assert_eq!(
                (values(&list), &list["count"]),
                (
                    found.iter().map(|&value| value.to_owned()).collect(),
                    &json!(found.len())
                ),
                "{types}"
            );
        }
        for query in [
            "page[size]=0",
            "page[size]=101",
            "page[after]=x",
            "page=x",
            "per_page=x",
            "page=101",
        ] {
            client.get(&format!("{of}?{query}")).await.expect(400);
        }
        // A page that cannot be shown changes nothing.
        put(
            &client,
            &format!("{}/make_primary?page=x", path(&ann, &second)),
        )
        .await
        .expect(400);
        let list = client.get(&format!("{of}?type[]=email")).await.json();
        assert_eq!(brief(&list)[0], json!(["b@x.co", false, true]));
    })
    .await;
}

/// A change of identities is a change of the user, whom exports and searches then have anew.
#[tokio::test(start_paused = true)]
async fn a_changed_identity_updates_its_user() {
    let client = in_process(&builder().build());
    let ann = ann(&client).await;
    let mut two = Value::Null;
    // A mail changes nothing.
    for (step, second) in [
        ("add", 38),
        ("verify", 43),
        ("request_verification", 43),
        ("change", 53),
        ("delete", 58),
    ] {
        tokio::time::advance(std::time::Duration::from_secs(5)).await;
        match step {
            "add" => two = added(&client, &ann, "email", "two@x.co").await,
            "change" => {
                let body = json!({"identity": {"value": "three@x.co"}});
                client.put(&path(&ann, &two), &body).await.expect(200);
            }
            "delete" => {
                client.delete(&path(&ann, &two)).await.expect(204);
            }
            action => {
                put(&client, &format!("{}/{action}", path(&ann, &two)))
                    .await
                    .expect(200);
            }
        }
        let user = shown(&client, &ann).await;
        let updated = format!("2023-09-18T23:26:{second}Z");
        assert_eq!(user["updated_at"], updated, "{step}");
    }
}
