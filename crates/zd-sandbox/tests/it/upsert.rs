//! Which user an upsert hits, and what becomes of it.

use serde_json::{Value, json};

use crate::support::{Client, both_ways, builder, in_process};

fn problem(attribute: &str, description: &str) -> Value {
    json!({
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": {attribute: [{"description": description}]},
    })
}

#[tokio::test]
async fn creates_with_201_and_updates_with_200() {
    both_ways(builder, |client| async move {
        let created = client
            .upsert(json!({"name": "Ann", "email": "ann@x.co", "external_id": "A1"}))
            .await
            .expect(201);
        let user = created.user();
        let url = format!("{}/api/v2/users/{}.json", client.base, user["id"]);
        assert_eq!(user["url"], url.as_str());
        assert_eq!(created.header("location"), Some(url.as_str()));
        let updated = client
            .upsert(json!({"external_id": "A1", "details": "new"}))
            .await
            .expect(200);
        assert_eq!(updated.header("location"), None);
        let updated = updated.user();
        assert_eq!(updated["id"], user["id"]);
        assert_eq!(
            (&updated["name"], &updated["details"]),
            (&json!("Ann"), &json!("new"))
        );
    })
    .await;
}

#[tokio::test]
async fn the_external_id_finds_without_regard_to_case_and_takes_the_new_case() {
    both_ways(builder, |client| async move {
        let id = client
            .upsert(json!({"name": "Ann", "external_id": "Straße-1"}))
            .await
            .expect(201)
            .user()["id"]
            .take();
        let user = client
            .upsert(json!({"external_id": "STRAßE-1"}))
            .await
            .expect(200)
            .user();
        assert_eq!(
            (&user["id"], &user["external_id"]),
            (&id, &json!("STRAßE-1"))
        );
    })
    .await;
}

#[tokio::test]
async fn an_address_finds_trimmed_and_in_any_case_a_secondary_one_too() {
    both_ways(builder, |client| async move {
        let id = client
            .upsert(json!({"name": "Ann", "email": "  Ann@X.Co "}))
            .await
            .expect(201)
            .user();
        assert_eq!(id["email"], "ann@x.co");
        // A second address of the same person, then that one alone.
        client
            .upsert(json!({"id": id["id"], "email": "ann@second.co"}))
            .await
            .expect(200);
        let user = client
            .upsert(json!({"email": "ANN@second.CO", "external_id": "new"}))
            .await
            .expect(200)
            .user();
        assert_eq!(
            (&user["id"], &user["external_id"]),
            (&id["id"], &json!("new"))
        );
    })
    .await;
}

#[tokio::test]
async fn two_peoples_keys_are_refused_on_the_address() {
    both_ways(builder, |client| async move {
        let body =
            json!({"external_id": "seed-0001", "email": "seed0002@people.example", "name": "X"});
        let refused = client.upsert(body).await.expect(422);
        let text = "Email: seed0002@people.example is already being used by another user";
        assert_eq!(refused.json(), problem("email", text));
        assert_eq!(named(&client, "seed-0001").await, "Bao Bianchi");
    })
    .await;
}

async fn named(client: &Client, external_id: &str) -> Value {
    let path = format!("/api/v2/users/show_many?external_ids={external_id}");
    client.get(&path).await.expect(200).json()["users"][0]["name"].take()
}

#[tokio::test]
async fn a_live_id_wins_and_an_unknown_one_is_not_found() {
    both_ways(builder, |client| async move {
        let user = client
            .upsert(json!({"name": "Ann", "external_id": "A"}))
            .await
            .user();
        let id = &user["id"];
        let renamed = client
            .upsert(json!({"id": id, "external_id": "B"}))
            .await
            .expect(200)
            .user();
        assert_eq!(renamed["external_id"], "B");
        for unknown in [
            json!(1),
            json!(-1),
            json!("99999999999999999999999999"),
            json!(u64::MAX),
        ] {
            let body = json!({"id": unknown, "external_id": "B"});
            let answer = client.upsert(body).await.expect(404);
            assert_eq!(
                answer.json(),
                json!({"error": "RecordNotFound", "description": "Not found"})
            );
        }
        // `""` is no id.
        client
            .upsert(json!({"id": "", "external_id": "b"}))
            .await
            .expect(200);
        let taken = client
            .upsert(json!({"id": id, "external_id": "SEED-0001"}))
            .await
            .expect(422);
        assert_eq!(
            taken.json(),
            problem("external_id", "External has already been taken")
        );
    })
    .await;
}

#[tokio::test]
async fn soft_deleted_users_never_match() {
    let sandbox = builder().build();
    let client = in_process(&sandbox);
    let body = json!({"name": "Ann", "external_id": "A", "email": "ann@x.co", "tags": ["vip"]});
    let first = client.upsert(body.clone()).await.expect(201).user();
    let id = first["id"].as_u64().unwrap();
    assert!(sandbox.soft_delete(id));
    assert!(
        !sandbox.soft_delete(id),
        "a second time there is nobody to delete"
    );
    let second = client.upsert(body).await.expect(201).user();
    assert_ne!(first["id"], second["id"]);
    let gone = client
        .get(&format!("/api/v2/users/{id}"))
        .await
        .expect(200)
        .user();
    assert_eq!(gone["active"], false);
    assert_eq!(
        (&gone["email"], &gone["external_id"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&gone["name"], &gone["tags"]),
        (&json!("Ann"), &json!(["vip"]))
    );
    client
        .upsert(json!({"id": id, "name": "B"}))
        .await
        .expect(404);
    let many = format!("/api/v2/users/show_many?ids={id},{}", second["id"]);
    assert_eq!(client.get(&many).await.json()["count"], 1);
    let all = format!("{many}&include_deleted=true");
    assert_eq!(client.get(&all).await.json()["count"], 2);
}

#[tokio::test]
async fn what_is_wrong_with_an_entry_is_named() {
    both_ways(builder, |client| async move {
        let long = "x".repeat(256);
        for (body, attribute, description) in [
            (
                json!({"email": "a@x.co"}),
                "name",
                "Name: is too short (minimum is 1 character)".to_owned(),
            ),
            (
                json!({"name": " ", "email": "a@x.co"}),
                "name",
                "Name: is too short (minimum is 1 character)".to_owned(),
            ),
            (
                json!({"name": null, "external_id": "seed-0001"}),
                "name",
                "Name: is too short (minimum is 1 character)".to_owned(),
            ),
            (
                json!({"name": long}),
                "name",
                "Name: is too long (maximum is 255 characters)".to_owned(),
            ),
            (
                json!({"name": "A", "external_id": long}),
                "external_id",
                "External: is too long (maximum is 255 characters)".to_owned(),
            ),
            (
                json!({"name": "A", "email": "badmail"}),
                "email",
                "Email: badmail is not properly formatted".to_owned(),
            ),
            (
                json!({"name": "A", "role": "wizard"}),
                "role",
                "Role: is invalid".to_owned(),
            ),
            (
                json!({"name": "A", "organization_id": 12}),
                "organization",
                "Organization: is invalid".to_owned(),
            ),
            (
                json!({"name": "A", "organization": {"name": "Nobody Ltd"}}),
                "organization",
                "Organization: is invalid".to_owned(),
            ),
        ] {
            let answer = client.upsert(body.clone()).await.expect(422);
            assert_eq!(answer.json(), problem(attribute, &description), "{body}");
        }
        assert_eq!(client.sandbox.applied().created, 0);
    })
    .await;
}

#[tokio::test]
async fn a_refused_entry_changes_nothing() {
    both_ways(builder, |client| async move {
        let path = "/api/v2/users/show_many?external_ids=seed-0003&include=identities";
        let before = client.get(path).await.text;
        let body = json!({
            "external_id": "SEED-0003", "name": "Changed", "email": "new@x.co", "phone": "+49305550000",
            "tags": ["changed"], "role": "agent", "user_fields": {"nickname": "n", "seats": "many"},
        });
        client.upsert(body).await.expect(422);
        assert_eq!(client.get(path).await.text, before);
        client.upsert(json!({"name": "Free", "email": "new@x.co"})).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn absent_stays_null_clears() {
    both_ways(builder, |client| async move {
        let full = json!({
            "name": "Ann", "external_id": "A", "alias": "al", "details": "d", "notes": "n", "phone": "+4930123",
            "organization": {"name": "alder & sons"}, "time_zone": "Berlin", "locale": "de", "tags": ["a"],
            "user_fields": {"nickname": "x"},
        });
        let user = client.upsert(full).await.expect(201).user();
        assert_eq!(user["iana_time_zone"], "Europe/Berlin");
        assert_eq!((&user["locale"], &user["locale_id"]), (&json!("de"), &json!(8)));
        let again = client.upsert(json!({"external_id": "A"})).await.expect(200).user();
        assert_eq!(again, user);
        let cleared = client
            .upsert(json!({
                "external_id": "A", "alias": null, "details": null, "notes": "", "phone": null, "organization_id": null,
                "time_zone": null, "locale": null, "tags": null, "user_fields": {"nickname": null},
            }))
            .await
            .expect(200)
            .user();
        // Recorded: an alias cleared by an update is an empty text.
        assert_eq!(cleared["alias"], "");
        for key in ["details", "notes", "phone", "shared_phone_number", "organization_id"] {
            assert_eq!(cleared[key], Value::Null, "{key}");
        }
        assert_eq!(cleared["time_zone"], "America/New_York");
        assert_eq!(cleared["tags"], json!([]));
        assert_eq!(cleared["user_fields"]["nickname"], Value::Null);
        // Found by its id, a user can lose the external id.
        let lost = client
            .upsert(json!({"id": user["id"], "external_id": null}))
            .await
            .expect(200)
            .user();
        assert_eq!(lost["external_id"], Value::Null);
        client.upsert(json!({"external_id": "A", "name": "New"})).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn roles_and_custom_roles() {
    both_ways(builder, |client| async move {
        let user = client
            .upsert(json!({"name": "Ann", "external_id": "A", "role": "end-user", "custom_role_id": 77}))
            .await
            .expect(201)
            .user();
        assert_eq!(user["role"], "agent");
        assert_eq!((&user["custom_role_id"], &user["role_type"]), (&json!(77), &json!(0)));
        assert_eq!(user["restricted_agent"], false);
        let same = client.upsert(json!({"external_id": "A", "notes": "n"})).await.user();
        assert_eq!(same["role"], "agent", "an absent role is left alone");
        let admin = client.upsert(json!({"external_id": "A", "role": "admin"})).await.user();
        assert_eq!((&admin["role_type"], &admin["moderator"]), (&json!(4), &json!(true)));
        let down = client
            .upsert(json!({"external_id": "A", "role": "end-user", "ticket_restriction": "groups"}))
            .await
            .user();
        assert_eq!((&down["role"], &down["custom_role_id"]), (&json!("end-user"), &Value::Null));
        assert_eq!(down["ticket_restriction"], "requested");
    })
    .await;
}

#[tokio::test]
async fn an_organization_is_named_by_id_or_by_name() {
    both_ways(builder, |client| async move {
        let by_name = client
            .upsert(
                json!({"name": "A", "external_id": "a", "organization": {"name": " ALDER & sons"}}),
            )
            .await
            .expect(201)
            .user();
        let id = &by_name["organization_id"];
        assert!(id.is_u64());
        let by_id = client
            .upsert(json!({"name": "B", "external_id": "b", "organization_id": id}))
            .await
            .expect(201)
            .user();
        assert_eq!(&by_id["organization_id"], id);
    })
    .await;
}

#[tokio::test]
async fn the_locale_wins_over_its_id() {
    both_ways(builder, |client| async move {
        let locale = async |body: Value| {
            let user = client.upsert(body).await.user();
            (user["locale"].clone(), user["locale_id"].clone())
        };
        let by_id = json!({"name": "A", "external_id": "l", "locale_id": 8});
        assert_eq!(locale(by_id).await, (json!("de"), json!(8)));
        let both = json!({"external_id": "l", "locale_id": 8, "locale": "fr"});
        assert_eq!(locale(both).await, (json!("fr"), json!(16)));
    })
    .await;
}

#[tokio::test]
async fn an_unchanged_user_keeps_its_time() {
    let client = in_process(&builder().build());
    let body = json!({"external_id": "seed-0001", "name": "Bao Bianchi"});
    let same = client.upsert(body).await.expect(200).user();
    assert_eq!(same["updated_at"], same["created_at"]);
    let changed = client
        .upsert(json!({"external_id": "seed-0001", "name": "B"}))
        .await
        .user();
    assert_eq!(changed["updated_at"], "2023-09-18T23:26:33Z");
}
