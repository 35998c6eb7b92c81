//! Identities, of anybody for agents and of themselves for end users.

use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::support::{Client, both_ways, builder, token_of};

async fn person(client: &Client, name: &str) -> u64 {
    let user = json!({"name": name, "email": format!("{name}@id.example"), "verified": true});
    client.upsert(user).await.expect(201).user()["id"]
        .as_u64()
        .unwrap()
}

fn path(user: u64) -> String {
    format!("/api/v2/users/{user}/identities")
}

async fn add(client: &Client, user: u64, identity: Value) -> Value {
    client
        .post(&path(user), &json!({ "identity": identity }))
        .await
        .expect(201)
        .json()["identity"]
        .take()
}

async fn all(client: &Client, user: u64) -> Vec<Value> {
    let list = client.get(&path(user)).await.expect(200).json();
    list["identities"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_identity_is_added_shown_and_deleted() {
    both_ways(builder, |client| async move {
        let user = person(&client, "ann").await;
        let second = add(
            &client,
            user,
            json!({"type": "email", "value": " Ann2@ID.example "}),
        )
        .await;
        assert_eq!(second["value"], "ann2@id.example");
        assert_eq!(
            (&second["primary"], &second["verified"]),
            (&json!(false), &json!(false))
        );
        let one = format!("{}/{}.json", path(user), second["id"]);
        assert_eq!(
            client.get(&one).await.expect(200).json()["identity"],
            second
        );
        assert_eq!(all(&client, user).await.len(), 2);
        client.delete(&one).await.expect(204);
        client.get(&one).await.expect(404);
        assert_eq!(all(&client, user).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_list_is_of_the_kinds_asked_for_and_has_both_ways_of_paging() {
    both_ways(builder, |client| async move {
        let user = person(&client, "ann").await;
        add(
            &client,
            user,
            json!({"type": "phone_number", "value": "+4930123"}),
        )
        .await;
        let list = |query: &str| {
            let path = format!("{}{query}", path(user));
            let client = client.clone();
            async move { client.get(&path).await.expect(200).json() }
        };
        let phones = list("?type[]=phone_number").await;
        assert_eq!(phones["count"], 1);
        assert_eq!(phones["identities"][0]["type"], "phone_number");
        let both = list("?type[]=phone_number&type[]=email").await;
        assert_eq!(both["count"], 2);
        let first = list("?page[size]=1").await;
        assert_eq!(first["meta"]["has_more"], true);
        let cursor = first["meta"]["after_cursor"].as_str().unwrap();
        let last = list(&format!("?page[size]=1&page[after]={cursor}")).await;
        assert_eq!(last["meta"]["has_more"], false);
        // Rule 16.6: `links.next` is set on the last page too.
        assert!(last["links"]["next"].is_string());
    })
    .await;
}

#[tokio::test]
async fn a_value_belongs_to_one_user_and_is_free_again_once_that_one_is_deleted() {
    both_ways(builder, |client| async move {
        let (ann, bob) = (person(&client, "ann").await, person(&client, "bob").await);
        let taken = json!({"identity": {"type": "email", "value": "ann@id.example"}});
        for user in [bob, ann] {
            let refusal = client.post(&path(user), &taken).await.expect(422).json();
            assert_eq!(refusal["error"], "RecordInvalid");
        }
        client
            .delete(&format!("/api/v2/users/{ann}"))
            .await
            .expect(200);
        client.post(&path(bob), &taken).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn the_primary_address_is_the_users_and_comes_first_of_all() {
    both_ways(builder, |client| async move {
        let user = person(&client, "ann").await;
        let phone = add(
            &client,
            user,
            json!({"type": "phone_number", "value": "+4930123"}),
        )
        .await;
        assert_eq!(phone["primary"], true, "one primary of each kind");
        let second = add(
            &client,
            user,
            json!({"type": "email", "value": "ann2@id.example"}),
        )
        .await;
        let make = format!("{}/{}/make_primary", path(user), second["id"]);
        let list = client.put(&make, &json!({})).await.expect(200).json();
        assert_eq!(list["identities"][0]["id"], second["id"]);
        assert_eq!(list["identities"].as_array().unwrap().len(), 3);
        let primary: Vec<&Value> = list["identities"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|identity| identity["primary"] == true)
            .map(|identity| &identity["type"])
            .collect();
        assert_eq!(primary, ["email", "phone_number"]);
        let shown = client.get(&format!("/api/v2/users/{user}")).await.user();
        assert_eq!(shown["email"], "ann2@id.example");
        // Deleting the primary one promotes no other.
        client
            .delete(&format!("{}/{}", path(user), second["id"]))
            .await
            .expect(204);
        assert!(
            all(&client, user)
                .await
                .iter()
                .all(|one| one["type"] != "email" || one["primary"] == false)
        );
        let with_primary = add(
            &client,
            user,
            json!({"type": "email", "value": "ann3@id.example", "primary": true}),
        )
        .await;
        assert_eq!(with_primary["primary"], true);
    })
    .await;
}

#[tokio::test]
async fn an_identity_is_verified_in_three_ways() {
    both_ways(builder, |client| async move {
        let user = person(&client, "ann").await;
        let low = json!({"type": "email", "value": "low@id.example", "verification_method": "low"});
        let low = add(&client, user, low).await;
        assert_eq!(low["verified"], true);
        let one = format!("{}/{}", path(user), low["id"]);
        let change = json!({"identity": {"verified": false, "primary": true}});
        let answer = client.put(&one, &change).await.expect(200);
        assert!(answer.header("x-zendesk-api-warn").is_some());
        let changed = answer.json()["identity"].take();
        assert_eq!(
            (&changed["verified"], &changed["primary"]),
            (&json!(false), &json!(false))
        );
        let verified = client
            .put(&format!("{one}/verify"), &json!({}))
            .await
            .expect(200)
            .json();
        assert_eq!(verified["identity"]["verified"], true);
        let asked = client
            .put(&format!("{one}/request_verification"), &json!({}))
            .await
            .expect(200);
        assert_eq!(asked.text, "");
        for method in ["sso", "embed", "full"] {
            let change = json!({"identity": {"verification_method": method}});
            client.put(&one, &change).await.expect(400);
        }
        // Not the owner's address.
        let owner = client.get("/api/v2/users/me").await.user()["id"]
            .as_u64()
            .unwrap();
        let own = all(&client, owner).await[0]["id"].clone();
        client
            .put(&format!("{}/{own}/verify", path(owner)), &json!({}))
            .await
            .expect(422);
    })
    .await;
}

#[tokio::test]
async fn a_value_can_be_changed_to_one_that_is_free() {
    both_ways(builder, |client| async move {
        let (ann, _) = (person(&client, "ann").await, person(&client, "bob").await);
        let phone = add(
            &client,
            ann,
            json!({"type": "phone_number", "value": "+4930123"}),
        )
        .await;
        let one = format!("{}/{}", path(ann), phone["id"]);
        let change = |value: &str| json!({"identity": {"value": value}});
        client.put(&one, &change("+4930124")).await.expect(200);
        let shown = client.get(&format!("/api/v2/users/{ann}")).await.user();
        assert_eq!(shown["phone"], "+4930124");
        let email = format!("{}/{}", path(ann), all(&client, ann).await[0]["id"]);
        client
            .put(&email, &change("bob@id.example"))
            .await
            .expect(422);
        client.put(&email, &change("no address")).await.expect(422);
        client.put(&email, &change(" ")).await.expect(422);
        client
            .put(&email, &change("ann@id.example"))
            .await
            .expect(200);
        // A deleted number stays visible as the user's phone.
        client.delete(&one).await.expect(204);
        let shown = client.get(&format!("/api/v2/users/{ann}")).await.user();
        assert_eq!(shown["phone"], "+4930124");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_identity_is_refused() {
    both_ways(builder, |client| async move {
        let user = person(&client, "ann").await;
        for (body, status) in [
            (json!({}), 400),
            (json!({"identity": null}), 400),
            (json!({"identity": "x"}), 400),
            (json!({"identity": {"type": "email", "value": 7}}), 400),
            (json!({"identity": {"type": "email", "value": "x@y.example", "verified": "maybe"}}), 400),
            (json!({"identity": {"type": "email", "value": "x@y.example", "verification_method": "full"}}), 400),
            (json!({"identity": {"type": "fax", "value": "1"}}), 422),
            (json!({"identity": {"value": "x@y.example"}}), 422),
            (json!({"identity": {"type": "email"}}), 422),
            (json!({"identity": {"type": "email", "value": "nobody"}}), 422),
        ] {
            let answer = client.post(&path(user), &body).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.text);
        }
        for path in [
            path(7),
            format!("{}/7", path(user)),
            format!("{}/x", path(user)),
            "/api/v2/users/x/identities".to_owned(),
        ] {
            client.get(&path).await.expect(404);
        }
        client.put(&format!("{}/7/make_primary", path(user)), &json!({})).await.expect(404);
        client.delete(&format!("{}/7", path(user))).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn agents_change_end_users_and_end_users_themselves() {
    both_ways(builder, |client| async move {
        let (ann, bob) = (person(&client, "ann").await, person(&client, "bob").await);
        let admin = client.get("/api/v2/users/me").await.user()["id"]
            .as_u64()
            .unwrap();
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let new = json!({"identity": {"type": "email", "value": "new@id.example"}});
        agent.post(&path(admin), &new).await.expect(403);
        agent.post(&path(ann), &new).await.expect(201);

        let herself = client.signed_in(Some(token_of("ann@id.example")));
        herself.get(&path(ann)).await.expect(200);
        herself.get(&path(bob)).await.expect(403);
        herself.post(&path(ann), &new).await.expect(403);
        let own = format!("/api/v2/end_users/{ann}/identities");
        let sent =
            json!({"identity": {"type": "email", "value": "hers@id.example", "verified": true}});
        let answer = herself.post(&own, &sent).await.expect(201);
        assert!(answer.header("x-zendesk-api-warn").is_some());
        let hers = answer.json()["identity"].take();
        assert_eq!(hers["verified"], false);
        let one = format!("{own}/{}", hers["id"]);
        herself.get(&one).await.expect(200);
        herself
            .put(&format!("{one}/make_primary"), &json!({}))
            .await
            .expect(422);
        herself
            .put(&format!("{one}/request_verification"), &json!({}))
            .await
            .expect(200);
        client
            .put(&format!("{}/{}/verify", path(ann), hers["id"]), &json!({}))
            .await
            .expect(200);
        let list = herself
            .put(&format!("{one}/make_primary"), &json!({}))
            .await
            .expect(200)
            .json();
        assert_eq!(list["identities"][0]["id"], hers["id"]);
        herself.delete(&one).await.expect(204);

        let stranger = client.signed_in(None);
        stranger.get(&path(ann)).await.expect(401);
        stranger.get(&own).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn end_users_see_and_write_less() {
    both_ways(builder, |client| async move {
        let ann = person(&client, "ann").await;
        let herself = client.signed_in(Some(token_of("ann@id.example")));
        let path = format!("/api/v2/end_users/{ann}");
        let shown = herself.get(&path).await.expect(200).user();
        assert!(shown.get("tags").is_none() && shown.get("notes").is_none());
        assert!(shown["url"].as_str().unwrap().contains("/end_users/"));
        let change = json!({"user": {"name": "Ann Lee", "notes": "x", "role": "admin"}});
        let answer = herself.put(&path, &change).await.expect(200);
        let warned = answer.header("x-zendesk-api-warn").unwrap().to_owned();
        assert!(
            warned.contains("user.notes") && warned.contains("user.role"),
            "{warned}"
        );
        assert_eq!(answer.user()["name"], "Ann Lee");
        let whole = client.get(&format!("/api/v2/users/{ann}")).await.user();
        assert_eq!(
            (&whole["role"], &whole["notes"]),
            (&json!("end-user"), &Value::Null)
        );

        // An agent may look, too; team members are not found here.
        client.get(&path).await.expect(200);
        let admin = client.get("/api/v2/users/me").await.user()["id"].clone();
        client
            .get(&format!("/api/v2/end_users/{admin}"))
            .await
            .expect(404);
        herself
            .get(&format!("/api/v2/end_users/{admin}"))
            .await
            .expect(403);
        client.get("/api/v2/end_users/7").await.expect(404);
        client.put(&path, &json!({})).await.expect(400);
        client
            .put(&path, &json!({"user": {"name": 7}}))
            .await
            .expect(400);
    })
    .await;
}
