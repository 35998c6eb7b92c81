//! Identities, one at a time.

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::{ADMIN_EMAIL, AGENT_EMAIL, CLIENT_ID, CLIENT_SECRET};

use crate::support::{Answer, Client, both_ways, builder, in_process, token_of};

const NOBODYS: u64 = 6_271_118_403_610 + 128 * 100_000;

async fn ann(client: &Client) -> Value {
    let ann = json!({"name": "Ann", "email": "ann@x.co", "verified": true});
    client.upsert(ann).await.expect(201).user()
}

fn of(user: &Value) -> String {
    format!("/api/v2/users/{}/identities", user["id"])
}

async fn add(client: &Client, user: &Value, identity: Value) -> Answer {
    client
        .post(&of(user), &json!({ "identity": identity }))
        .await
}

async fn added(client: &Client, user: &Value, kind: &str, value: &str) -> Value {
    let identity = json!({"type": kind, "value": value});
    add(client, user, identity).await.expect(201).json()["identity"].take()
}

fn path(user: &Value, identity: &Value) -> String {
    format!("{}/{}", of(user), identity["id"])
}

async fn put(client: &Client, path: &str) -> Answer {
    client
        .send(client.request(Method::PUT, path, ""))
        .await
        .unwrap()
}

/// Value, verified and primary of each, in the order of the list.
fn brief(list: &Value) -> Vec<Value> {
    let list = list["identities"].as_array().unwrap();
    list.iter()
        .map(|one| json!([one["value"], one["verified"], one["primary"]]))
        .collect()
}

async fn listed(client: &Client, user: &Value) -> Vec<Value> {
    brief(&client.get(&of(user)).await.expect(200).json())
}

async fn shown(client: &Client, user: &Value) -> Value {
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

/// Quirk: a value is unique in the whole account, also against the user's own.
#[tokio::test]
async fn nobody_else_may_have_it() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        let bo = json!({"name": "Bo", "email": "bo@x.co", "phone": "+4930200"});
        let bo = client.upsert(bo).await.expect(201).user();
        let taken = |value: &str| {
            let text = format!("Value: {value} is already being used by another user");
            json!({
                "error": "RecordInvalid", "description": "Record validation errors",
                "details": {"value": [{"description": text, "error": "DuplicateValue"}]},
            })
        };
        for (kind, value, kept) in [
            ("email", "BO@x.co", "bo@x.co"),
            ("email", "ann@X.co", "ann@x.co"),
            ("phone_number", "+4930200", "+4930200"),
        ] {
            let refused = add(&client, &ann, json!({"type": kind, "value": value})).await;
            assert_eq!(refused.expect(422).json(), taken(kept));
        }
        let second = added(&client, &ann, "email", "two@x.co").await;
        for (value, kept) in [("bo@x.co", "bo@x.co"), ("Ann@x.co", "ann@x.co")] {
            let body = json!({"identity": {"value": value, "verified": true}});
            let refused = client.put(&path(&ann, &second), &body).await.expect(422);
            assert_eq!(refused.json(), taken(kept));
        }
        // Its own value in another case is its own.
        let body = json!({"identity": {"value": "TWO@x.co"}});
        let same = client.put(&path(&ann, &second), &body).await.expect(200);
        assert_eq!(
            same.json()["identity"],
            second,
            "refused and empty changes left nothing"
        );
        // What a deleted user had is free again, and so is what was deleted or given up.
        client
            .delete(&format!("/api/v2/users/{}", bo["id"]))
            .await
            .expect(200);
        let freed = added(&client, &ann, "email", "bo@x.co").await;
        client.delete(&path(&ann, &freed)).await.expect(204);
        added(&client, &ann, "email", "bo@x.co").await;
        let body = json!({"identity": {"value": "other@x.co"}});
        client.put(&path(&ann, &second), &body).await.expect(200);
        added(&client, &ann, "email", "two@x.co").await;
        // By each address one finds the user.
        for email in ["other@x.co", "two@x.co", "bo@x.co"] {
            assert_eq!(
                client
                    .upsert(json!({"email": email}))
                    .await
                    .expect(200)
                    .user()["id"],
                ann["id"]
            );
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
        put(&client, &format!("{path}/verify")).await.expect(403);
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

#[tokio::test]
async fn bad_bodies_are_refused_and_change_nothing() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        let two = added(&client, &ann, "email", "two@x.co").await;
        let (all, one) = (of(&ann), path(&ann, &two));
        let before = listed(&client, &ann).await;
        for body in [json!({}), json!([]), json!(5), json!(null), json!({"identity": null}), json!({"user": {}}), json!({"type": "email", "value": "c@x.co"})] {
            for refused in [client.post(&all, &body).await, client.put(&one, &body).await] {
                assert_eq!(refused.expect(400).text, "Required parameter missing: identity", "{body}");
            }
        }
        let wrong_type = |refused: Answer, path: &str, must_be: &str, action: &str| {
            let text = format!("You passed an invalid value for the {path} attribute. Invalid parameter: {path} must be {must_be} from api/v2/identities/{action}");
            let expected = json!({"error": {"title": "Invalid attribute", "message": text}});
            assert_eq!(refused.expect(400).json(), expected);
        };
        for (identity, path, must_be) in [
            (json!("x"), "identity", "a hash"),
            (json!([1]), "identity", "a hash"),
            (json!({"value": 5}), "identity.value", "a string"),
            (json!({"value": {}}), "identity.value", "a string"),
            (json!({"verified": "perhaps"}), "identity.verified", "either true or false"),
            // Quirk: these methods are the system's.
            (json!({"verification_method": "sso"}), "identity.verification_method", "none or low"),
            (json!({"verification_method": "embed"}), "identity.verification_method", "none or low"),
            (json!({"verification_method": "full"}), "identity.verification_method", "none or low"),
            (json!({"verification_method": "wizardry"}), "identity.verification_method", "none or low"),
            (json!({"verification_method": true}), "identity.verification_method", "a string"),
        ] {
            let body = json!({ "identity": identity });
            wrong_type(client.post(&all, &body).await, path, must_be, "create");
            wrong_type(client.put(&one, &body).await, path, must_be, "update");
        }
        for (key, value, must_be) in [("type", json!(5), "a string"), ("primary", json!("x"), "either true or false"), ("skip_verify_email", json!([]), "either true or false")] {
            let mut identity = json!({"type": "email", "value": "c@x.co"});
            identity[key] = value;
            wrong_type(add(&client, &ann, identity).await, &format!("identity.{key}"), must_be, "create");
        }
        let long = "x".repeat(256);
        for (identity, attribute, text) in [
            (json!({}), "type", "Type: cannot be blank"),
            (json!({"type": null, "value": "c@x.co"}), "type", "Type: cannot be blank"),
            (json!({"type": "email"}), "value", "Value: cannot be blank"),
            (json!({"type": "twitter", "value": "  "}), "value", "Value: cannot be blank"),
            (json!({"type": "email", "value": "badmail"}), "value", "Value: badmail is not properly formatted"),
            (json!({"type": "twitter", "value": long}), "value", "Value: is too long (maximum is 255 characters)"),
        ] {
            let refused = add(&client, &ann, identity.clone()).await.expect(422).json();
            assert_eq!(refused["details"][attribute][0]["description"], text, "{identity}");
        }
        for value in [json!(null), json!(""), json!("badmail"), json!(long)] {
            let body = json!({"identity": {"value": value, "verified": true}});
            client.put(&one, &body).await.expect(422);
        }
        for (method, path) in [(Method::POST, &all), (Method::PUT, &one), (Method::DELETE, &one), (Method::PUT, &format!("{one}/verify")), (Method::PUT, &format!("{one}/make_primary"))] {
            let request = client.request(method, path, "{\"identity\":");
            assert_eq!(client.send(request).await.unwrap().expect(400).json()["error"], "InvalidJSON");
        }
        assert_eq!(listed(&client, &ann).await, before);
        // Unknown keys are named and ignored.
        let sent = json!({"type": "email", "value": "c@x.co", "user_id": 5, "id": 7});
        let answer = add(&client, &ann, sent).await.expect(201);
        let warning = answer.header("x-zendesk-api-warn").unwrap();
        assert!(warning.contains("\"identity.user_id\", \"identity.id\""), "{warning}");
        assert_eq!(answer.json()["identity"]["user_id"], ann["id"]);
    })
    .await;
}

#[tokio::test]
async fn unknown_ids_are_not_found() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        let two = added(&client, &ann, "email", "two@x.co").await;
        let other = client.seed(1).await;
        let gone = client.seed(2).await;
        let gones = client.get(&of(&gone)).await.json()["identities"][0].take();
        client
            .delete(&format!("/api/v2/users/{}", gone["id"]))
            .await
            .expect(200);
        let body = json!({"identity": {"type": "email", "value": "c@x.co"}});
        for user in [
            "5",
            "x",
            "-1",
            "99999999999999999999",
            &gone["id"].to_string(),
        ] {
            let all = format!("/api/v2/users/{user}/identities");
            client.get(&all).await.expect(404);
            client.post(&all, &body).await.expect(404);
        }
        // Somebody else's, a deleted user's, nobody's.
        for one in [
            path(&other, &two),
            path(&gone, &gones),
            format!("{}/{NOBODYS}", of(&ann)),
            format!("{}/5", of(&ann)),
            format!("{}/x", of(&ann)),
            format!("{}/99999999999999999999", of(&ann)),
        ] {
            let not_found = json!({"error": "RecordNotFound", "description": "Not found"});
            assert_eq!(
                client.get(&one).await.expect(404).json(),
                not_found,
                "{one}"
            );
            client.put(&one, &body).await.expect(404);
            client.delete(&one).await.expect(404);
            for action in ["make_primary", "verify", "request_verification"] {
                put(&client, &format!("{one}/{action}")).await.expect(404);
            }
        }
        let unknown = put(&client, &format!("{}/wizardry", path(&ann, &two)))
            .await
            .expect(404);
        assert_eq!(unknown.json()["error"], "InvalidEndpoint");
    })
    .await;
}

#[tokio::test]
async fn agents_write_those_of_end_users_and_their_own() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let (me, admin) = (
            agent.get("/api/v2/users/me").await.user(),
            client.get("/api/v2/users/me").await.user(),
        );
        let ann = ann(&client).await;
        for whom in [&ann, &me] {
            let value = format!("two-{}@x.co", whom["id"]);
            let two = added(&agent, whom, "email", &value).await;
            let one = path(whom, &two);
            agent
                .put(&one, &json!({"identity": {"verified": true}}))
                .await
                .expect(200);
            for action in ["make_primary", "verify", "request_verification"] {
                put(&agent, &format!("{one}/{action}")).await.expect(200);
            }
            agent.delete(&one).await.expect(204);
        }
        // Of other staff they see them only.
        let list = agent.get(&of(&admin)).await.expect(200).json();
        let one = path(&admin, &list["identities"][0]);
        agent.get(&one).await.expect(200);
        add(
            &agent,
            &admin,
            json!({"type": "email", "value": "mine@x.co"}),
        )
        .await
        .expect(403);
        agent
            .put(&one, &json!({"identity": {"value": "mine@x.co"}}))
            .await
            .expect(403);
        for action in ["make_primary", "verify", "request_verification"] {
            put(&agent, &format!("{one}/{action}")).await.expect(403);
        }
        agent.delete(&one).await.expect(403);
        assert_eq!(
            listed(&client, &admin).await,
            [json!([ADMIN_EMAIL, true, true])]
        );
    })
    .await;
}

/// End users list, show and promote their own; the rest is for staff, or under `/end_users`.
#[tokio::test]
async fn end_users_see_their_own_addresses_and_numbers() {
    both_ways(builder, |client| async move {
        let ann = ann(&client).await;
        let two = added(&client, &ann, "email", "two@x.co").await;
        let twitter = added(&client, &ann, "twitter", "annlee").await;
        added(&client, &ann, "phone_number", "+4930100").await;
        let herself = client.signed_in(Some(token_of("ann@x.co")));
        let stranger = client.signed_in(Some(token_of("seed0001@people.example")));
        let anonymous = client.signed_in(None);
        let expected = [
            json!(["ann@x.co", true, true]),
            json!(["two@x.co", false, false]),
            json!(["+4930100", false, true]),
        ];
        assert_eq!(listed(&herself, &ann).await, expected);
        let one = herself.get(&path(&ann, &two)).await.expect(200).json();
        assert_eq!(
            one["identity"]["url"],
            format!(
                "{}/api/v2/end_users/{}/identities/{}.json",
                client.base, ann["id"], two["id"]
            )
        );
        herself.get(&path(&ann, &twitter)).await.expect(404);
        put(&herself, &format!("{}/make_primary", path(&ann, &twitter)))
            .await
            .expect(404);
        // Only a verified address becomes the primary one by their own hand.
        let primary = format!("{}/make_primary", path(&ann, &two));
        put(&herself, &primary).await.expect(422);
        put(&client, &format!("{}/verify", path(&ann, &two)))
            .await
            .expect(200);
        let answer = put(&herself, &primary).await.expect(200).json();
        assert_eq!(
            brief(&answer),
            [
                json!(["two@x.co", true, true]),
                json!(["ann@x.co", true, false]),
                json!(["+4930100", false, true])
            ]
        );
        let me = herself
            .get("/api/v2/users/me?include=identities")
            .await
            .expect(200)
            .json();
        assert_eq!(brief(&me).len(), 3, "nor do others come along with them");

        for (who, status) in [(&stranger, 403), (&anonymous, 401)] {
            for path in [of(&ann), path(&ann, &two)] {
                who.get(&path).await.expect(status);
            }
            put(who, &primary).await.expect(status);
        }
        for (who, status) in [(&herself, 403), (&stranger, 403), (&anonymous, 401)] {
            add(who, &ann, json!({"type": "email", "value": "c@x.co"}))
                .await
                .expect(status);
            who.put(&path(&ann, &two), &json!({"identity": {"verified": true}}))
                .await
                .expect(status);
            for action in ["verify", "request_verification"] {
                put(who, &format!("{}/{action}", path(&ann, &two)))
                    .await
                    .expect(status);
            }
            who.delete(&path(&ann, &two)).await.expect(status);
        }
        assert_eq!(client.get(&of(&ann)).await.json()["count"], 4);
    })
    .await;
}

/// Quirk: tokens that reach users only do not reach identities.
#[tokio::test]
async fn tokens_for_users_only_are_refused() {
    both_ways(builder, |client| async move {
        let with_scope = async |scope: &str| {
            let wanted = json!({
                "grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "scope": scope,
            });
            let answer = client.post("/oauth/tokens", &wanted).await.expect(200).json();
            let token = answer["access_token"].as_str().unwrap();
            client.signed_in(Some(format!("Bearer {token}")))
        };
        let missing = |scope: &str| {
            let text = format!("You are missing the following required scopes: {scope}");
            json!({"error": "Forbidden", "description": text})
        };
        let ann = ann(&client).await;
        let two = added(&client, &ann, "email", "two@x.co").await;
        let users = with_scope("users:read users:write").await;
        users.get(&format!("/api/v2/users/{}", ann["id"])).await.expect(200);
        let others = format!("/api/v2/end_users/{}/identities", ann["id"]);
        for path in [of(&ann), path(&ann, &two), others.clone(), format!("{others}/{}", two["id"])] {
            assert_eq!(users.get(&path).await.expect(403).json(), missing("read"));
        }
        let refused = add(&users, &ann, json!({"type": "email", "value": "c@x.co"})).await;
        assert_eq!(refused.expect(403).json(), missing("write"));
        for action in ["make_primary", "verify", "request_verification"] {
            let refused = put(&users, &format!("{}/{action}", path(&ann, &two))).await;
            assert_eq!(refused.expect(403).json(), missing("write"));
        }
        users.delete(&path(&ann, &two)).await.expect(403);
        let all = with_scope("read write").await;
        all.get(&of(&ann)).await.expect(200);
        all.delete(&path(&ann, &two)).await.expect(204);
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
