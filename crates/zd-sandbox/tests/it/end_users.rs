//! End users about themselves, and staff about end users as these see themselves.

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::identities::{brief, put};
use crate::support::{Answer, Client, both_ways, builder, token_of};

const KEYS: [&str; 16] = [
    "id",
    "url",
    "name",
    "email",
    "created_at",
    "updated_at",
    "time_zone",
    "iana_time_zone",
    "phone",
    "shared_phone_number",
    "photo",
    "locale_id",
    "locale",
    "organization_id",
    "role",
    "verified",
];

/// Ann, and a client that is signed in as her.
async fn ann(client: &Client) -> (Value, Client) {
    let ann = json!({"name": "Ann", "email": "ann@x.co", "verified": true, "external_id": "ann"});
    let ann = client.upsert(ann).await.expect(201).user();
    (ann, client.signed_in(Some(token_of("ann@x.co"))))
}

fn path(user: &Value) -> String {
    format!("/api/v2/end_users/{}", user["id"])
}

async fn add(client: &Client, user: &Value, identity: Value) -> Answer {
    let path = format!("{}/identities", path(user));
    client.post(&path, &json!({ "identity": identity })).await
}

#[tokio::test]
async fn end_users_and_staff_see_sixteen_keys() {
    both_ways(builder, |client| async move {
        let (ann, herself) = ann(&client).await;
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        for who in [&herself, &agent, &client] {
            let shown = who
                .get(&format!("{}.json", path(&ann)))
                .await
                .expect(200)
                .user();
            let keys: Vec<&String> = shown.as_object().unwrap().keys().collect();
            assert_eq!(keys, KEYS);
            assert_eq!(shown["url"], format!("{}{}.json", client.base, path(&ann)));
            for key in KEYS.iter().filter(|key| **key != "url") {
                assert_eq!(shown[key], ann[key], "{key}");
            }
        }
    })
    .await;
}

/// Quirk: as long as the primary address is not verified, end users see the one that is.
#[tokio::test]
async fn a_verified_address_shows_before_one_that_is_not() {
    both_ways(builder, |client| async move {
        let (ann, herself) = ann(&client).await;
        let second = json!({"type": "email", "value": "new@x.co", "primary": true});
        let all = format!("/api/v2/users/{}/identities", ann["id"]);
        let second = client
            .post(&all, &json!({"identity": second}))
            .await
            .expect(201)
            .json();
        let staff = client
            .get(&format!("/api/v2/users/{}", ann["id"]))
            .await
            .user();
        assert_eq!(staff["email"], "new@x.co");
        for path in [path(&ann), "/api/v2/users/me".to_owned()] {
            assert_eq!(
                herself.get(&path).await.expect(200).user()["email"],
                "ann@x.co"
            );
        }
        put(
            &client,
            &format!("{all}/{}/verify", second["identity"]["id"]),
        )
        .await
        .expect(200);
        assert_eq!(herself.get(&path(&ann)).await.user()["email"], "new@x.co");
        // Without any that is verified it is the primary one, as for staff.
        let bo = client
            .upsert(json!({"name": "Bo", "email": "bo@x.co"}))
            .await
            .user();
        assert_eq!(
            client.get(&path(&bo)).await.expect(200).user()["email"],
            "bo@x.co"
        );
        let nobody = client.upsert(json!({"name": "No"})).await.user();
        assert_eq!(
            client.get(&path(&nobody)).await.expect(200).user()["email"],
            Value::Null
        );
    })
    .await;
}

#[tokio::test]
async fn end_users_change_some_keys() {
    both_ways(builder, |client| async move {
        let (ann, herself) = ann(&client).await;
        let sent = json!({"user": {
            "name": "Ann Lee", "phone": "+4930100", "time_zone": "Berlin", "locale_id": 8, "email": "two@x.co",
            "remote_photo_url": "https://x.co/a.png",
        }});
        let answer = herself.put(&path(&ann), &sent).await.expect(200);
        assert_eq!(answer.header("x-zendesk-api-warn"), None);
        let user = answer.user();
        assert_eq!(user.as_object().unwrap().len(), KEYS.len());
        for (key, value) in [
            ("name", json!("Ann Lee")),
            ("phone", json!("+4930100")),
            ("time_zone", json!("Berlin")),
            ("iana_time_zone", json!("Europe/Berlin")),
            ("locale_id", json!(8)),
            // As in any update an address is added beside the primary one.
            ("email", json!("ann@x.co")),
        ] {
            assert_eq!(user[key], value, "{key}");
        }
        let list = herself.get(&format!("{}/identities", path(&ann))).await.expect(200).json();
        let expected = [
            json!(["ann@x.co", true, true]),
            json!(["two@x.co", false, false]),
            json!(["+4930100", false, true]),
        ];
        assert_eq!(brief(&list), expected);
        assert_eq!(client.sandbox.applied().keys["email:two@x.co"].updated, 1);
        // What they may not change is named and ignored, for staff here too.
        let before = client.get(&format!("/api/v2/users/{}", ann["id"])).await.user();
        let sent = json!({"user": {
            "role": "admin", "verified": true, "organization_id": 6_130_869_157_658_u64, "tags": ["vip"], "notes": "n",
            "external_id": "x", "suspended": true, "user_fields": {"nickname": "n", "none": 1}, "locale": "de", "wand": 1,
        }});
        for who in [&herself, &client] {
            let answer = who.put(&path(&ann), &sent).await.expect(200);
            let warning = answer.header("x-zendesk-api-warn").unwrap();
            assert!(warning.contains(":controller=>\"end_users\", :action=>\"update\""), "{warning}");
            for key in ["role", "verified", "organization_id", "tags", "notes", "external_id", "suspended", "user_fields", "locale", "wand"] {
                let named = warning.matches(&format!("\"user.{key}\"")).count();
                assert_eq!(named, 1, "{key}: {warning}");
            }
        }
        assert_eq!(client.get(&format!("/api/v2/users/{}", ann["id"])).await.user(), before);
        // An agent may do it for them.
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let renamed = agent.put(&path(&ann), &json!({"user": {"name": "A"}})).await.expect(200);
        assert_eq!(renamed.user()["name"], "A");
    })
    .await;
}

#[tokio::test]
async fn bad_changes_are_refused() {
    both_ways(builder, |client| async move {
        let (ann, herself) = ann(&client).await;
        for (body, text) in [
            (json!({}), "Required parameter missing: user"),
            (json!({"user": null}), "Required parameter missing: user"),
            (json!([1]), "Required parameter missing: user"),
            (
                json!({"user": 5}),
                "user must be a hash from api/v2/end_users/update",
            ),
            (
                json!({"user": {"name": 5}}),
                "user.name must be a string from api/v2/end_users/update",
            ),
            (
                json!({"user": {"locale_id": "x"}}),
                "user.locale_id must be an integer from api/v2/end_users/update",
            ),
            (
                json!({"user": {"tags": 5}}),
                "user.tags must be an array of strings from api/v2/end_users/update",
            ),
        ] {
            let refused = herself.put(&path(&ann), &body).await.expect(400);
            assert!(refused.text.contains(text), "{body}: {}", refused.text);
        }
        for (user, attribute, text) in [
            (
                json!({"name": " "}),
                "name",
                "Name: is too short (minimum is 1 character)",
            ),
            (
                json!({"email": "badmail"}),
                "email",
                "Email: badmail is not properly formatted",
            ),
            (
                json!({"email": "seed0001@people.example"}),
                "email",
                "Email: seed0001@people.example is already being used by another user",
            ),
        ] {
            let refused = herself
                .put(&path(&ann), &json!({ "user": user }))
                .await
                .expect(422)
                .json();
            assert_eq!(refused["details"][attribute][0]["description"], text);
        }
        let request = herself.request(Method::PUT, &path(&ann), "{\"user\":");
        assert_eq!(
            herself.send(request).await.unwrap().expect(400).json()["error"],
            "InvalidJSON"
        );
        assert_eq!(
            client
                .get(&format!("/api/v2/users/{}", ann["id"]))
                .await
                .user(),
            ann
        );
    })
    .await;
}

#[tokio::test]
async fn end_users_manage_their_own_addresses_and_numbers() {
    both_ways(builder, |client| async move {
        let (ann, herself) = ann(&client).await;
        let all = format!("{}/identities", path(&ann));
        let answer = add(&herself, &ann, json!({"type": "email", "value": "two@x.co"})).await.expect(201);
        let two = answer.json()["identity"].take();
        let one = format!("{all}/{}", two["id"]);
        assert_eq!(two["url"], format!("{}{one}.json", client.base));
        assert_eq!(answer.header("location"), two["url"].as_str());
        assert_eq!(herself.get(&one).await.expect(200).json()["identity"], two);
        // Nobody verifies or promotes themselves in passing; staff neither, here.
        for (who, value) in [(&herself, "three@x.co"), (&client, "four@x.co")] {
            let sent = json!({"type": "email", "value": value, "verified": true, "primary": true, "verification_method": "low", "skip_verify_email": true});
            let answer = add(who, &ann, sent).await.expect(201);
            let warning = answer.header("x-zendesk-api-warn").unwrap();
            for key in ["verified", "primary", "verification_method", "skip_verify_email"] {
                assert!(warning.contains(&format!("\"identity.{key}\"")), "{warning}");
            }
            let identity = answer.json()["identity"].take();
            assert_eq!((&identity["verified"], &identity["primary"]), (&json!(false), &json!(false)));
        }
        // Only a verified address becomes the primary one.
        let refused = put(&herself, &format!("{one}/make_primary")).await.expect(422).json();
        let text = "Base: An address that is not verified cannot be the primary one";
        assert_eq!(refused["details"], json!({"base": [{"description": text}]}));
        assert_eq!(put(&herself, &format!("{one}/request_verification")).await.expect(200).text, "");
        put(&client, &format!("/api/v2/users/{}/identities/{}/verify", ann["id"], two["id"])).await.expect(200);
        let answer = put(&herself, &format!("{one}/make_primary.json")).await.expect(200).json();
        assert_eq!(brief(&answer)[..2], [json!(["two@x.co", true, true]), json!(["ann@x.co", true, false])]);
        assert_eq!(answer["count"], 4);
        // A number need not be verified for that.
        let mut numbers = Vec::new();
        for value in ["+4930100", "+4930200"] {
            let number = add(&herself, &ann, json!({"type": "phone_number", "value": value})).await.expect(201).json();
            numbers.push(format!("{all}/{}", number["identity"]["id"]));
        }
        put(&herself, &format!("{}/make_primary", numbers[1])).await.expect(200);
        assert_eq!(herself.get(&path(&ann)).await.user()["phone"], "+4930200");
        put(&herself, &format!("{}/request_verification", numbers[1])).await.expect(422);
        assert_eq!(herself.delete(&numbers[0]).await.expect(204).text, "");
        herself.get(&numbers[0]).await.expect(404);
        let list = herself.get(&format!("{all}?type[]=phone_number")).await.expect(200).json();
        assert_eq!(brief(&list), [json!(["+4930200", false, true])]);
        let page = herself.get(&format!("{all}?page[size]=2")).await.expect(200).json();
        assert_eq!((brief(&page).len(), &page["meta"]["has_more"]), (2, &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn other_types_are_neither_seen_nor_made() {
    both_ways(builder, |client| async move {
        let (ann, herself) = ann(&client).await;
        let staff = format!("/api/v2/users/{}/identities", ann["id"]);
        let twitter = json!({"identity": {"type": "twitter", "value": "annlee"}});
        let twitter = client.post(&staff, &twitter).await.expect(201).json();
        let all = format!("{}/identities", path(&ann));
        let one = format!("{all}/{}", twitter["identity"]["id"]);
        for who in [&herself, &client] {
            let list = who.get(&all).await.expect(200).json();
            assert_eq!((brief(&list).len(), &list["count"]), (1, &json!(1)));
            who.get(&one).await.expect(404);
            for action in ["make_primary", "request_verification"] {
                put(who, &format!("{one}/{action}")).await.expect(404);
            }
            who.delete(&one).await.expect(404);
            for kind in [
                "twitter",
                "facebook",
                "google",
                "agent_forwarding",
                "messaging",
                "x",
            ] {
                let refused = add(who, &ann, json!({"type": kind, "value": "v"}))
                    .await
                    .expect(422)
                    .json();
                assert_eq!(
                    refused["details"],
                    json!({"type": [{"description": "Type: is invalid"}]})
                );
            }
        }
        for (identity, attribute, code) in [
            (json!({}), "type", Some("BlankValue")),
            (json!({"type": "email"}), "value", Some("BlankValue")),
            (json!({"type": "email", "value": "badmail"}), "value", None),
            (
                json!({"type": "email", "value": "ANN@x.co"}),
                "value",
                Some("DuplicateValue"),
            ),
            (
                json!({"type": "email", "value": "seed0001@people.example"}),
                "value",
                Some("DuplicateValue"),
            ),
            (
                json!({"type": "phone_number", "value": "+49305550005"}),
                "value",
                Some("DuplicateValue"),
            ),
        ] {
            let refused = add(&herself, &ann, identity.clone())
                .await
                .expect(422)
                .json();
            let entry = &refused["details"][attribute][0];
            assert_eq!(entry["error"].as_str(), code, "{identity}");
        }
        for body in [
            json!({}),
            json!({"identity": null}),
            json!({"identity": 5}),
            json!({"identity": {"type": 5}}),
            json!({"identity": {"type": "email", "value": []}}),
        ] {
            herself.post(&all, &body).await.expect(400);
        }
        assert_eq!(client.get(&staff).await.json()["count"], 2);
    })
    .await;
}

#[tokio::test]
async fn nobody_reaches_somebody_else() {
    both_ways(builder, |client| async move {
        let (ann, _) = ann(&client).await;
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let stranger = client.signed_in(Some(token_of("seed0001@people.example")));
        let anonymous = client.signed_in(None);
        let staff = client.get("/api/v2/users/me").await.user();
        let gone = client.seed(2).await;
        client
            .delete(&format!("/api/v2/users/{}", gone["id"]))
            .await
            .expect(200);
        let own = client
            .get(&format!("{}/identities", path(&ann)))
            .await
            .json()["identities"][0]
            .take();
        for (who, user, status) in [
            (&stranger, &ann, 403),
            (&anonymous, &ann, 401),
            // Staff are no end users, and who is deleted is none any more.
            (&client, &staff, 404),
            (&agent, &staff, 404),
            (&client, &gone, 404),
            (&stranger, &staff, 403),
            (&client, &json!({"id": 5}), 404),
            (&stranger, &json!({"id": 5}), 403),
        ] {
            let user = path(user);
            let one = format!("{user}/identities/{}", own["id"]);
            for path in [&user, &format!("{user}/identities"), &one] {
                let refused = who.get(path).await;
                assert_eq!(refused.status, status, "{path}: {}", refused.text);
            }
            who.put(&user, &json!({"user": {"name": "X"}}))
                .await
                .expect(status);
            let identity = json!({"identity": {"type": "email", "value": "c@x.co"}});
            who.post(&format!("{user}/identities"), &identity)
                .await
                .expect(status);
            for action in ["make_primary", "request_verification"] {
                put(who, &format!("{one}/{action}")).await.expect(status);
            }
            who.delete(&one).await.expect(status);
        }
        for id in ["x", "-1", "99999999999999999999", "%00"] {
            client
                .get(&format!("/api/v2/end_users/{id}"))
                .await
                .expect(404);
            client
                .get(&format!("{}/identities/{id}", path(&ann)))
                .await
                .expect(404);
        }
        // Verifying and changing are for staff, who do it elsewhere.
        for path in [
            format!("{}/identities/{}/verify", path(&ann), own["id"]),
            format!("{}/identities/{}", path(&ann), own["id"]),
        ] {
            assert_eq!(
                put(&client, &path).await.expect(404).json()["error"],
                "InvalidEndpoint"
            );
        }
        // Who has no verified address cannot sign in for any of this.
        let bo = client
            .upsert(json!({"name": "Bo", "email": "bo@x.co"}))
            .await
            .user();
        client
            .signed_in(Some(token_of("bo@x.co")))
            .get(&path(&bo))
            .await
            .expect(401);
        assert_eq!(
            client
                .get(&format!("/api/v2/users/{}", ann["id"]))
                .await
                .user(),
            ann
        );
    })
    .await;
}
