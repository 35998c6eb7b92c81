//! Users created, updated, deleted and merged one at a time.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::support::{Answer, Client, both_ways, builder, token_of};

const USERS: &str = "/api/v2/users.json";

async fn create(client: &Client, user: Value) -> Answer {
    client.post(USERS, &json!({ "user": user })).await
}

fn of(user: &Value) -> String {
    format!("/api/v2/users/{}.json", user["id"])
}

async fn update(client: &Client, user: &Value, change: Value) -> Answer {
    client.put(&of(user), &json!({ "user": change })).await
}

async fn identities(client: &Client, user: &Value) -> Vec<Value> {
    let path = format!("/api/v2/users/{}?include=identities", user["id"]);
    let answer = client.get(&path).await.expect(200).json();
    let list = answer["identities"].as_array().unwrap();
    list.iter()
        .map(|one| json!([one["value"], one["primary"]]))
        .collect()
}

#[tokio::test]
async fn a_name_is_enough_for_a_user() {
    both_ways(builder, |client| async move {
        let answer = create(&client, json!({"id": "", "name": "Ann"}))
            .await
            .expect(201);
        let user = answer.user();
        let location = format!("{}{}", client.base, of(&user));
        assert_eq!(answer.header("location"), Some(&*location));
        assert_eq!(answer.header("x-zendesk-api-warn"), None);
        assert_eq!(
            json!([user["name"], user["email"], user["role"]]),
            json!(["Ann", null, "end-user"])
        );
        assert_eq!(user["alias"], Value::Null);
        let missing = create(&client, json!({"email": "a@x.co"}))
            .await
            .expect(422);
        assert_eq!(
            missing.json()["details"]["name"][0]["description"],
            "Name: is too short (minimum is 1 character)"
        );
    })
    .await;
}

#[tokio::test]
async fn what_somebody_else_has_is_not_given_twice() {
    both_ways(builder, |client| async move {
        let sent = json!({"name": "N", "email": "Seed0001@people.example", "external_id": "SEED-0002"});
        let refused = create(&client, sent.clone()).await.expect(422).json();
        let expected = json!({
            "external_id": [{"description": "External has already been taken"}],
            "email": [{"description": "Email: seed0001@people.example is already being used by another user"}],
        });
        assert_eq!(refused["details"], expected);
        let third = client.seed(3).await;
        let refused = update(&client, &third, sent).await.expect(422).json();
        assert_eq!(refused["details"], expected);
        assert_eq!(client.seed(3).await, third);
        // One's own is no clash.
        let own = json!({"email": "SEED0003@people.example", "external_id": "SEED-0003"});
        let user = update(&client, &third, own).await.expect(200).user();
        assert_eq!(user["external_id"], "SEED-0003");
    })
    .await;
}

/// Rule 16.8.
#[tokio::test]
async fn an_address_in_an_update_never_changes_the_primary_one() {
    both_ways(builder, |client| async move {
        let user = client.seed(1).await;
        let sent = json!({"email": "Second@x.co", "verified": true});
        let updated = update(&client, &user, sent).await.expect(200).user();
        assert_eq!(updated["email"], "seed0001@people.example");
        let expected = [
            json!(["seed0001@people.example", true]),
            json!(["second@x.co", false]),
        ];
        assert_eq!(identities(&client, &user).await, expected);
    })
    .await;
}

/// Rule 16.9.
#[tokio::test]
async fn a_second_number_is_added_and_the_answer_shows_the_first() {
    both_ways(builder, |client| async move {
        let user = client.seed(5).await;
        let updated = update(&client, &user, json!({"phone": "+15550001"}))
            .await
            .expect(200)
            .user();
        assert_eq!(updated["phone"], user["phone"]);
        let last = identities(&client, &user).await.pop().unwrap();
        assert_eq!(last, json!(["+15550001", false]));
        let cleared = update(&client, &user, json!({"phone": ""}))
            .await
            .expect(200);
        assert_eq!(cleared.user()["phone"], Value::Null);
        // Somebody else's number is shared and no identity.
        let tenth = client.seed(10).await;
        let sharing = update(&client, &user, json!({"phone": tenth["phone"]}))
            .await
            .expect(200)
            .user();
        assert_eq!(sharing["shared_phone_number"], true);
        assert_eq!(identities(&client, &user).await.len(), 1);
    })
    .await;
}

/// Rule 16.14.
#[tokio::test]
async fn a_cleared_alias_reads_back_as_an_empty_text() {
    both_ways(builder, |client| async move {
        let user = client.seed(1).await;
        let named = update(&client, &user, json!({"alias": "Al", "notes": "n"}))
            .await
            .expect(200);
        assert_eq!(named.user()["alias"], "Al");
        let cleared = update(&client, &user, json!({"alias": null, "notes": null}))
            .await
            .expect(200)
            .user();
        assert_eq!(
            json!([cleared["alias"], cleared["notes"]]),
            json!(["", null])
        );
    })
    .await;
}

#[tokio::test]
async fn an_organization_id_makes_it_the_default_one() {
    both_ways(builder, |client| async move {
        let (first, second) = (client.seed(1).await, client.seed(2).await);
        let wanted = &second["organization_id"];
        assert_ne!(&first["organization_id"], wanted);
        let moved = update(&client, &first, json!({"organization_id": wanted})).await;
        assert_eq!(&moved.expect(200).user()["organization_id"], wanted);
        let nobodys = update(&client, &first, json!({"organization_id": 5})).await;
        assert!(nobodys.expect(422).json()["details"]["organization"].is_array());
        let none = update(&client, &first, json!({"organization_id": null})).await;
        assert_eq!(none.expect(200).user()["organization_id"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn bad_updates() {
    both_ways(builder, |client| async move {
        let user = client.seed(1).await;
        for (path, body, status) in [
            ("/api/v2/users/1", json!({"user": {"name": "N"}}), 404),
            ("/api/v2/users/abc", json!({"user": {"name": "N"}}), 404),
            (&of(&user), json!({"name": "N"}), 400),
            (&of(&user), json!({"user": null}), 400),
            (&of(&user), json!({"user": "N"}), 400),
            (&of(&user), json!({"user": {"name": 5}}), 400),
            (&of(&user), json!({"user": {"id": null}}), 400),
            (&of(&user), json!({"user": {"name": ""}}), 422),
            (&of(&user), json!({"user": {"email": "bad"}}), 422),
            (&of(&user), json!([]), 400),
        ] {
            let answer = client.put(path, &body).await;
            assert_eq!(answer.status, status, "{path} {body}: {}", answer.text);
        }
        let request = client.request(Method::PUT, &of(&user), "{\"user\":");
        client.send(request).await.unwrap().expect(400);
        assert_eq!(client.seed(1).await, user);
        // Another id than the path's means nothing, identities are for new users only.
        let sent = json!({"id": 5, "identities": [], "wand": 1});
        let answer = update(&client, &user, sent).await.expect(200);
        assert_eq!(answer.user()["id"], user["id"]);
        let warned = answer.header("x-zendesk-api-warn").unwrap();
        assert!(warned.contains(r#":action=>"update""#), "{warned}");
        assert!(
            warned.contains(r#"["user.wand", "user.identities"]"#),
            "{warned}"
        );
    })
    .await;
}

#[tokio::test]
async fn who_may_write_whom() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        let anonymous = client.signed_in(None);
        let admin = client.get("/api/v2/users/me").await.user();
        let me = agent.get("/api/v2/users/me").await.user();
        let (first, second) = (client.seed(1).await, client.seed(2).await);
        for (who, whom, change, status) in [
            (&agent, &first, json!({"notes": "n"}), 200),
            (&agent, &me, json!({"signature": "s", "role": "agent"}), 200),
            (&agent, &me, json!({"role": "admin"}), 403),
            (&agent, &admin, json!({"notes": "n"}), 403),
            (&agent, &first, json!({"role": "agent"}), 403),
            (&agent, &first, json!({"custom_role_id": 5}), 403),
            (&end_user, &first, json!({"notes": "n"}), 403),
            (&end_user, &second, json!({"notes": "n"}), 403),
            (&anonymous, &first, json!({"notes": "n"}), 401),
        ] {
            let answer = update(who, whom, change.clone()).await;
            assert_eq!(answer.status, status, "{change}: {}", answer.text);
        }
        for (who, user, status) in [
            (&agent, json!({"name": "N"}), 201),
            (&agent, json!({"name": "N", "role": "admin"}), 403),
            (&end_user, json!({"name": "N"}), 403),
            (&anonymous, json!({"name": "N"}), 401),
        ] {
            let answer = create(who, user.clone()).await;
            assert_eq!(answer.status, status, "{user}: {}", answer.text);
        }
        for (who, whom, status) in [
            (&end_user, &first, 403),
            (&anonymous, &first, 401),
            (&agent, &admin, 403),
            (&agent, &me, 422),
            (&client, &admin, 422),
            (&agent, &first, 200),
            (&client, &me, 200),
        ] {
            let answer = who.delete(&of(whom)).await;
            assert_eq!(answer.status, status, "{}: {}", whom["name"], answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_user_leaves_address_and_external_id() {
    both_ways(builder, |client| async move {
        let user = client.seed(2).await;
        let body = json!({"user": {"id": user["id"], "name": user["name"]}}).to_string();
        let request = client.request(Method::DELETE, &of(&user), &body);
        let answer = client.send(request).await.unwrap().expect(200);
        let warned = answer.header("x-zendesk-api-warn").unwrap();
        let keys = r#":action=>"destroy", :unpermitted_keys=>["user.id", "user.name", "user"]"#;
        assert!(warned.contains(keys), "{warned}");
        let gone = answer.user();
        let shown = json!([
            gone["active"],
            gone["email"],
            gone["external_id"],
            gone["verified"],
            gone["name"],
            gone["tags"],
        ]);
        let expected = json!([false, null, null, false, user["name"], user["tags"]]);
        assert_eq!(shown, expected);
        assert_eq!(client.get(&of(&user)).await.expect(200).user(), gone);
        client.delete(&of(&user)).await.expect(404);
        update(&client, &user, json!({"name": "N"}))
            .await
            .expect(404);
        // Both are free again.
        let sent = json!({"name": "N", "email": user["email"], "external_id": user["external_id"]});
        let new = create(&client, sent).await.expect(201).user();
        assert_ne!(new["id"], user["id"]);
        let applied = client.sandbox.applied();
        assert_eq!(
            (applied.created, applied.updated, applied.deleted),
            (1, 0, 1)
        );
        for id in ["1", "abc", "9223372036854775807"] {
            let path = format!("/api/v2/users/{id}");
            client.delete(&path).await.expect(404);
        }
    })
    .await;
}

async fn merge(client: &Client, loser: &Value, survivor: &Value) -> Answer {
    let path = format!("/api/v2/users/{}/merge", loser["id"]);
    let body = json!({"user": {"id": survivor["id"]}});
    client.put(&path, &body).await
}

/// Rule 16.17, differs: real accounts take a while, during which the other's addresses are "used by another user"; here a
/// merge takes effect at once.
#[tokio::test]
async fn a_merged_user_goes_up_in_the_other() {
    both_ways(builder, |client| async move {
        let (loser, survivor) = (client.seed(5).await, client.seed(4).await);
        assert_eq!(
            json!([survivor["phone"], survivor["organization_id"]]),
            json!([null, null])
        );
        let merged = merge(&client, &loser, &survivor).await.expect(200).user();
        for key in ["id", "name", "email", "external_id", "tags", "user_fields"] {
            assert_eq!(merged[key], survivor[key], "{key}");
        }
        for key in ["phone", "shared_phone_number", "organization_id"] {
            assert_eq!(merged[key], loser[key], "{key}");
        }
        let expected = [
            json!(["seed0004@people.example", true]),
            json!(["seed0005@people.example", false]),
            json!(["+49305550005", true]),
        ];
        assert_eq!(identities(&client, &survivor).await, expected);
        let gone = client.get(&of(&loser)).await.expect(200).user();
        assert_eq!(json!([gone["active"], gone["email"]]), json!([false, null]));
        // What came along belongs to the survivor: an upsert by it finds them.
        let found = client
            .upsert(json!({"email": "seed0005@people.example"}))
            .await;
        assert_eq!(found.expect(200).user()["id"], survivor["id"]);
        merge(&client, &loser, &survivor).await.expect(404);
        merge(&client, &survivor, &loser).await.expect(404);
    })
    .await;
}

#[tokio::test]
async fn merges_that_are_refused() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        let me = client.get("/api/v2/users/me").await.user();
        let (first, second) = (client.seed(1).await, client.seed(2).await);
        let nobody = json!({"id": 5});
        for (who, loser, survivor, status) in [
            (&client, &first, &first, 422),
            (&client, &first, &me, 422),
            (&client, &me, &first, 422),
            (&client, &first, &nobody, 404),
            (&client, &nobody, &first, 404),
            (&client, &first, &json!({"id": "x"}), 400),
            (&client, &first, &json!({}), 400),
            (&end_user, &first, &second, 403),
            (&client.signed_in(None), &first, &second, 401),
            (&agent, &first, &second, 200),
        ] {
            let answer = merge(who, loser, survivor).await;
            assert_eq!(answer.status, status, "{survivor}: {}", answer.text);
        }
        let path = format!("/api/v2/users/{}/merge", second["id"]);
        client.put(&path, &json!({})).await.expect(400);
        client.put(&path, &json!({"user": 5})).await.expect(400);
    })
    .await;
}

async fn upload(client: &Client, user: &Value, content_type: &str, body: &[u8]) -> Answer {
    let mut request = client.request(Method::PUT, &of(user), "");
    *request.body_mut() = Bytes::copy_from_slice(body);
    let value = content_type.parse().unwrap();
    request.headers_mut().insert("content-type", value);
    client.send(request).await.unwrap()
}

#[tokio::test]
async fn a_photo_is_uploaded_as_a_form() {
    both_ways(builder, |client| async move {
        const TYPE: &str = "multipart/form-data; boundary=AaB03x";
        let user = client.seed(1).await;
        assert_eq!(user["photo"], Value::Null);
        let form = b"--AaB03x\r\nContent-Disposition: form-data; name=\"user[photo][uploaded_data]\"; filename=\"me you.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\0\r\n--AaB03x\r\nContent-Disposition: form-data; name=\"user[name]\"\r\n\r\nX\r\n--AaB03x--\r\n";
        let answer = upload(&client, &user, TYPE, form).await.expect(200);
        let warned = answer.header("x-zendesk-api-warn").unwrap();
        assert!(warned.contains("[\"user[name]\"]"), "{warned}");
        let photo = answer.user()["photo"].take();
        let keys: Vec<&String> = photo.as_object().unwrap().keys().collect();
        let expected = [
            "url", "id", "file_name", "content_url", "mapped_content_url", "content_type", "size", "width",
            "height", "inline", "deleted", "thumbnails",
        ];
        assert_eq!(keys, expected);
        assert_eq!(
            json!([photo["file_name"], photo["content_type"], photo["size"]]),
            json!(["me you.png", "image/png", 5])
        );
        assert_eq!(client.get(&of(&user)).await.user()["photo"], photo);
        assert_eq!(answer.user()["name"], user["name"]);
        // The next one takes its place.
        let next = upload(&client, &user, TYPE, form).await.expect(200).user()["photo"].take();
        assert_ne!(next["id"], photo["id"]);

        let no_file = b"--AaB03x\r\nContent-Disposition: form-data; name=\"user[photo][uploaded_data]\"\r\n\r\nX\r\n--AaB03x--\r\n";
        for (content_type, body) in [
            ("multipart/form-data", &form[..]),
            (TYPE, b"garbage"),
            (TYPE, b"--AaB03x"),
            (TYPE, b"--AaB03x--\r\n"),
            (TYPE, b"--AaB03x\r\n\xFF\xFE\r\n\r\n--AaB03x--"),
            (TYPE, &form[..100]),
            (TYPE, no_file),
            ("multipart/form-data; boundary=", form),
        ] {
            upload(&client, &user, content_type, body).await.expect(400);
        }
        let nobody = json!({"id": 5});
        upload(&client, &nobody, TYPE, form).await.expect(404);
    })
    .await;
}
