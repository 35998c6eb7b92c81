//! Organizations, and who is in them.

use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::support::{Answer, Client, both_ways, builder, token_of};

const ALL: &str = "/api/v2/organizations";

async fn upsert(client: &Client, organization: Value) -> Answer {
    let path = format!("{ALL}/create_or_update");
    client
        .post(&path, &json!({ "organization": organization }))
        .await
}

async fn organization(client: &Client, name: &str) -> u64 {
    let made = upsert(client, json!({ "name": name }))
        .await
        .expect(201)
        .json();
    made["organization"]["id"].as_u64().unwrap()
}

async fn person(client: &Client, organization: u64) -> u64 {
    let user = json!({"name": "Ola", "email": "ola@org.example", "organization_id": organization});
    client.upsert(user).await.expect(201).user()["id"]
        .as_u64()
        .unwrap()
}

fn memberships(user: u64) -> String {
    format!("/api/v2/users/{user}/organization_memberships")
}

async fn add(client: &Client, user: u64, organization: u64) -> Answer {
    let body = json!({"organization_membership": {"organization_id": organization}});
    client.post(&memberships(user), &body).await
}

async fn list(client: &Client, user: u64) -> Vec<Value> {
    let list = client.get(&memberships(user)).await.expect(200).json();
    list["organization_memberships"].as_array().unwrap().clone()
}

async fn default_of(client: &Client, user: u64) -> Value {
    client.get(&format!("/api/v2/users/{user}")).await.user()["organization_id"].take()
}

#[tokio::test]
async fn an_upsert_finds_by_external_id_then_by_name() {
    both_ways(builder, |client| async move {
        let made = upsert(
            &client,
            json!({"name": "Acme", "external_id": "A-1", "domain_names": ["acme.example"], "new": 1}),
        )
        .await
        .expect(201);
        assert!(made.header("location").is_some());
        assert!(made.header("x-zendesk-api-warn").unwrap().contains("organization.new"));
        let acme = made.json()["organization"].take();
        let keys: Vec<_> = acme.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            keys.join(" "),
            "url id name shared_tickets shared_comments external_id created_at updated_at domain_names details notes group_id tags organization_fields"
        );
        let by_external_id = upsert(&client, json!({"external_id": "a-1", "notes": "x"})).await.expect(200).json();
        assert_eq!(by_external_id["organization"]["id"], acme["id"]);
        let by_name = upsert(&client, json!({"name": "ACME", "notes": null})).await.expect(200).json();
        assert_eq!(by_name["organization"]["id"], acme["id"]);
        assert_eq!(by_name["organization"]["notes"], Value::Null);
        assert_eq!(by_name["organization"]["domain_names"], json!(["acme.example"]));
        let renamed = upsert(&client, json!({"id": acme["id"], "name": "Acme 2"})).await.expect(200).json();
        assert_eq!(renamed["organization"]["name"], "Acme 2");
        for (body, status) in [
            (json!({"external_id": "A-1", "name": "Alder & Sons"}), 422),
            (json!({"external_id": "A-2"}), 422),
            (json!({"name": " "}), 422),
            (json!({"id": 7, "name": "x"}), 404),
            (json!({"name": 7}), 400),
            (json!({"name": "x", "tags": 7}), 400),
        ] {
            assert_eq!(upsert(&client, body.clone()).await.status, status, "{body}");
        }
        client.post(&format!("{ALL}/create_or_update"), &json!({})).await.expect(400);
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        upsert(&agent, json!({"name": "y"})).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn organizations_are_listed_shown_and_found() {
    both_ways(builder, |client| async move {
        let names = |answer: Answer| -> Vec<String> {
            let json = answer.expect(200).json();
            let all = json["organizations"].as_array().unwrap().clone();
            all.iter()
                .map(|one| one["name"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(client.get(ALL).await).len(), 10);
        let first = names(client.get(&format!("{ALL}?sort=-name&page[size]=2")).await);
        assert_eq!(first, ["Juniper Water", "Ivy Travel"]);
        let page = client.get(&format!("{ALL}?page[size]=4")).await.json();
        let cursor = page["meta"]["after_cursor"].as_str().unwrap();
        assert_eq!(
            names(
                client
                    .get(&format!("{ALL}?page[size]=4&page[after]={cursor}"))
                    .await
            )
            .len(),
            4
        );
        client.get(&format!("{ALL}?sort=color")).await.expect(400);

        let found = client
            .get(&format!("{ALL}/search?name=elm%20street%20BOOKS"))
            .await
            .expect(200)
            .json();
        let elm = found["organizations"][0]["id"].as_u64().unwrap();
        assert_eq!(found["count"], 1);
        let shown = client
            .get(&format!("{ALL}/{elm}.json"))
            .await
            .expect(200)
            .json();
        assert_eq!(shown["organization"]["name"], "Elm Street Books");
        upsert(&client, json!({"id": elm, "external_id": "E"}))
            .await
            .expect(200);
        assert_eq!(
            names(client.get(&format!("{ALL}/search?external_id=e")).await).len(),
            1
        );
        assert!(names(client.get(&format!("{ALL}/search?name=nobody")).await).is_empty());
        client.get(&format!("{ALL}/search")).await.expect(400);
        assert_eq!(
            names(client.get(&format!("{ALL}/autocomplete?name=EL")).await),
            ["Elm Street Books"]
        );
        client
            .get(&format!("{ALL}/autocomplete?name=e"))
            .await
            .expect(400);
        client.get(&format!("{ALL}/7")).await.expect(404);
        client.get(&format!("{ALL}/x")).await.expect(404);

        // Rule 16.7: order is by id, and who is not there is left out without a word.
        assert_eq!(
            names(client.get(&format!("{ALL}/show_many?ids={elm},7,x")).await).len(),
            1
        );
        assert_eq!(
            names(
                client
                    .get(&format!("{ALL}/show_many?external_ids=e,nobody"))
                    .await
            )
            .len(),
            1
        );
        let many: Vec<String> = (0..101).map(|id| id.to_string()).collect();
        client
            .get(&format!("{ALL}/show_many?ids={}", many.join(",")))
            .await
            .expect(400);
        client.get(&format!("{ALL}/show_many")).await.expect(400);
        client.signed_in(None).get(ALL).await.expect(401);
        client
            .signed_in(Some(token_of("seed0001@people.example")))
            .get(ALL)
            .await
            .expect(403);
    })
    .await;
}

#[tokio::test]
async fn a_user_is_in_several_organizations_one_of_which_is_the_default() {
    both_ways(builder, |client| async move {
        let (acme, bolt) = (
            organization(&client, "Acme").await,
            organization(&client, "Bolt").await,
        );
        let ola = person(&client, acme).await;
        let first = list(&client, ola).await.remove(0);
        assert_eq!(
            (&first["default"], &first["organization_name"]),
            (&json!(true), &json!("Acme"))
        );
        let second =
            add(&client, ola, bolt).await.expect(201).json()["organization_membership"].take();
        assert_eq!(second["default"], false);
        add(&client, ola, bolt).await.expect(422);
        assert_eq!(
            client
                .get(&format!("{}/{}", memberships(ola), second["id"]))
                .await
                .expect(200)
                .json()["organization_membership"],
            second
        );
        let members = client
            .get(&format!("/api/v2/organizations/{bolt}/users"))
            .await
            .expect(200)
            .json();
        assert_eq!(members["users"][0]["id"], ola);
        let count = client
            .get(&format!("/api/v2/users/{ola}/organizations/count"))
            .await
            .expect(200)
            .json();
        assert_eq!(count["count"]["value"], 2);

        let make = format!("{}/{}/make_default", memberships(ola), second["id"]);
        let all = client.put(&make, &json!({})).await.expect(200).json();
        assert_eq!(all["organization_memberships"].as_array().unwrap().len(), 2);
        assert_eq!(default_of(&client, ola).await, bolt);
        let back = format!("/api/v2/users/{ola}/organizations/{acme}/make_default");
        let membership = client.put(&back, &json!({})).await.expect(200).json();
        assert_eq!(membership["organization_membership"]["id"], first["id"]);
        assert_eq!(default_of(&client, ola).await, acme);
        let side = client
            .get(&format!("/api/v2/users/{ola}?include=organizations"))
            .await
            .expect(200)
            .json();
        assert_eq!(side["organizations"].as_array().unwrap().len(), 2);

        // Without its default organization a user has the oldest of those that are left.
        client
            .delete(&format!("/api/v2/users/{ola}/organizations/{acme}"))
            .await
            .expect(204);
        assert_eq!(default_of(&client, ola).await, bolt);
        client
            .delete(&format!("{}/{}", memberships(ola), second["id"]))
            .await
            .expect(204);
        assert_eq!(default_of(&client, ola).await, Value::Null);
        assert!(list(&client, ola).await.is_empty());
        client
            .delete(&format!("{}/{}", memberships(ola), second["id"]))
            .await
            .expect(404);
        client
            .delete(&format!("/api/v2/users/{ola}/organizations/{acme}"))
            .await
            .expect(404);
    })
    .await;
}

#[tokio::test]
async fn rule_16_10_writing_organization_id_ends_all_other_memberships() {
    both_ways(builder, |client| async move {
        let (acme, bolt) = (
            organization(&client, "Acme").await,
            organization(&client, "Bolt").await,
        );
        let ola = person(&client, acme).await;
        add(&client, ola, bolt).await.expect(201);
        let path = format!("/api/v2/users/{ola}");
        client
            .put(&path, &json!({"user": {"notes": "x"}}))
            .await
            .expect(200);
        assert_eq!(
            list(&client, ola).await.len(),
            2,
            "other attributes leave them alone"
        );
        client
            .put(&path, &json!({"user": {"organization_id": acme}}))
            .await
            .expect(200);
        assert_eq!(list(&client, ola).await.len(), 1);
        assert_eq!(default_of(&client, ola).await, acme);
    })
    .await;
}

#[tokio::test]
async fn a_merge_moves_memberships() {
    both_ways(builder, |client| async move {
        let (acme, bolt) = (
            organization(&client, "Acme").await,
            organization(&client, "Bolt").await,
        );
        let ola = person(&client, acme).await;
        let other = json!({"name": "Other", "email": "other@org.example", "organization_id": bolt});
        let other = client.upsert(other).await.expect(201).user()["id"].clone();
        let into = json!({"user": {"id": ola}});
        client
            .put(&format!("/api/v2/users/{other}/merge"), &into)
            .await
            .expect(200);
        assert_eq!(list(&client, ola).await.len(), 2);
        assert_eq!(default_of(&client, ola).await, acme);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_membership_is_refused() {
    both_ways(builder, |client| async move {
        let acme = organization(&client, "Acme").await;
        let ola = person(&client, acme).await;
        for (body, status) in [
            (json!({}), 400),
            (json!({"organization_membership": 7}), 400),
            (
                json!({"organization_membership": {"organization_id": "x"}}),
                400,
            ),
            (json!({"organization_membership": {}}), 422),
            (
                json!({"organization_membership": {"organization_id": 7}}),
                422,
            ),
        ] {
            assert_eq!(
                client.post(&memberships(ola), &body).await.status,
                status,
                "{body}"
            );
        }
        client.get(&memberships(7)).await.expect(404);
        client
            .get(&format!("{}/x", memberships(ola)))
            .await
            .expect(404);
        let admin = client.get("/api/v2/users/me").await.user()["id"]
            .as_u64()
            .unwrap();
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        add(&agent, admin, acme).await.expect(403);
        add(&agent, ola, acme).await.expect(422);
        client
            .signed_in(None)
            .get(&memberships(ola))
            .await
            .expect(401);
    })
    .await;
}
