//! Identities that are refused: taken ones, bad bodies, unknown ids, callers who may not.

use http::Method;
use serde_json::json;
use zd_sandbox::{ADMIN_EMAIL, AGENT_EMAIL, CLIENT_ID, CLIENT_SECRET};

use crate::identities::{add, added, ann, brief, listed, of, path, put};
use crate::support::{Answer, both_ways, builder, token_of};

/// Of an identity that is not there yet.
const NOBODYS: u64 = 6_271_118_403_610 + 128 * 100_000;

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
