//! Organizations: listed, shown, found, created and updated.

use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::support::{Answer, Client, both_ways, builder, token_of};

const ALL: &str = "/api/v2/organizations";

pub(crate) async fn upsert(client: &Client, organization: Value) -> Answer {
    let path = format!("{ALL}/create_or_update");
    client
        .post(&path, &json!({ "organization": organization }))
        .await
}

pub(crate) async fn organization(client: &Client, name: &str) -> u64 {
    let made = upsert(client, json!({ "name": name }))
        .await
        .expect(201)
        .json();
    made["organization"]["id"].as_u64().unwrap()
}

/// The id of an organization of the seed.
async fn elm(client: &Client) -> Value {
    let path = format!("{ALL}/search?name=Elm%20Street%20Books");
    client.get(&path).await.expect(200).json()["organizations"][0]["id"].take()
}

#[tokio::test]
async fn what_is_sent_is_kept_and_what_is_not_stays() {
    both_ways(builder, |client| async move {
        let group = client.get("/api/v2/users/me").await.user()["default_group_id"].take();
        let all = json!({
            "name": " Acme ", "external_id": "A-1", "domain_names": ["ACME.example", "acme.example"], "tags": ["Big One", "big"],
            "details": "d", "notes": "n", "group_id": group, "shared_tickets": true, "shared_comments": "true", "id": "",
            "organization_fields": {"tier": "gold"}, "created_at": "2000-01-01T00:00:00Z",
        });
        let made = upsert(&client, all).await.expect(201);
        let warned = made.header("x-zendesk-api-warn").unwrap().to_owned();
        for key in ["organization.organization_fields.tier", "organization.created_at"] {
            assert!(warned.contains(key), "{warned}");
        }
        let made_at = made.header("location").unwrap().to_owned();
        let acme = made.json()["organization"].take();
        assert_eq!(acme["url"], made_at);
        let expected = json!({
            "name": "Acme", "external_id": "A-1", "domain_names": ["acme.example"], "tags": ["big", "one"],
            "details": "d", "notes": "n", "group_id": group, "shared_tickets": true, "shared_comments": true,
            "organization_fields": {}, "created_at": acme["updated_at"],
        });
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(acme[key], *value, "{key}");
        }
        let same = upsert(&client, json!({"id": acme["id"]})).await.expect(200);
        assert_eq!(same.json()["organization"], acme);
        assert_eq!(same.header("location"), None);
        let nothing = json!({
            "id": acme["id"], "external_id": null, "domain_names": null, "tags": [], "details": null, "notes": "",
            "group_id": null, "shared_tickets": false,
        });
        let cleared = upsert(&client, nothing).await.expect(200).json()["organization"].take();
        for (key, value) in json!({
            "name": "Acme", "external_id": null, "domain_names": [], "tags": [], "details": null, "notes": null,
            "group_id": null, "shared_tickets": false, "shared_comments": true,
        })
        .as_object()
        .unwrap()
        {
            assert_eq!(cleared[key], *value, "{key}");
        }
        // What was given up can be somebody else's.
        upsert(&client, json!({"name": "Other", "external_id": "a-1"})).await.expect(201);
        upsert(&client, json!({"id": acme["id"], "name": "Renamed"})).await.expect(200);
        organization(&client, "acme").await;
        let found = client.get(&format!("{ALL}/search?name=renamed")).await.expect(200).json();
        assert_eq!(found["organizations"][0]["id"], acme["id"]);
    })
    .await;
}

#[tokio::test]
async fn agents_write_nothing_but_notes() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let elm = elm(&client).await;
        let noted = upsert(&agent, json!({"id": elm, "notes": "n"}))
            .await
            .expect(200)
            .json();
        assert_eq!(noted["organization"]["notes"], "n");
        for body in [
            json!({"name": "New"}),
            json!({"id": elm, "notes": "m", "details": "d"}),
        ] {
            upsert(&agent, body).await.expect(403);
        }
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        upsert(&end_user, json!({"id": elm, "notes": "m"}))
            .await
            .expect(403);
        upsert(&client.signed_in(None), json!({"id": elm, "notes": "m"}))
            .await
            .expect(401);
        let shown = client.get(&format!("{ALL}/{elm}")).await.expect(200).json();
        assert_eq!(shown, noted);
    })
    .await;
}

#[tokio::test]
async fn an_upsert_finds_by_id_else_by_external_id_and_never_by_name() {
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
        assert_eq!(by_external_id["organization"]["notes"], "x");
        assert_eq!(by_external_id["organization"]["domain_names"], json!(["acme.example"]));
        // The name is no key (documented): it is taken, whatever its case and the space around it.
        let taken = upsert(&client, json!({"name": " ACME "})).await.expect(422).json();
        assert_eq!(taken["details"]["name"], json!([{"description": "Name has already been taken", "error": "DuplicateValue"}]));
        let renamed = upsert(&client, json!({"id": acme["id"], "name": "Acme 2"})).await.expect(200).json();
        assert_eq!(renamed["organization"]["name"], "Acme 2");
        for (body, status) in [
            (json!({"external_id": "A-1", "name": "Alder & Sons"}), 422),
            (json!({"id": elm(&client).await, "external_id": "a-1"}), 422),
            (json!({"external_id": "A-2"}), 422),
            (json!({"name": " "}), 422),
            (json!({"name": null}), 422),
            (json!({"id": acme["id"], "name": ""}), 422),
            (json!({"name": "x".repeat(256)}), 422),
            (json!({"name": "x", "external_id": "x".repeat(256)}), 422),
            (json!({"name": "x", "notes": "x".repeat(65_536)}), 422),
            (json!({"name": "x", "group_id": 7}), 422),
            (json!({"id": 7, "name": "x"}), 404),
            (json!({"id": null, "name": "x"}), 400),
            (json!({"id": "seven", "name": "x"}), 400),
            (json!({"name": 7}), 400),
            (json!({"name": "x", "tags": 7}), 400),
            (json!({"name": "x", "domain_names": [7]}), 400),
            (json!({"name": "x", "shared_tickets": "perhaps"}), 400),
            (json!({"name": "x", "group_id": {}}), 400),
            (json!({"name": "x", "organization_fields": 7}), 400),
            (json!([]), 400),
            (json!(7), 400),
            (json!(null), 400),
        ] {
            assert_eq!(upsert(&client, body.clone()).await.status, status, "{body}");
        }
        client.post(&format!("{ALL}/create_or_update"), &json!({})).await.expect(400);
        // A refused one changes nothing.
        let all = client.get(ALL).await.expect(200).json();
        assert_eq!(all["count"], 11);
        assert_eq!(all["organizations"][10], renamed["organization"]);
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

        client
            .get(&format!("{ALL}/search?name=x&external_id=e"))
            .await
            .expect(400);
        client.get(&format!("{ALL}/autocomplete")).await.expect(400);
        client
            .get(&format!("{ALL}/autocomplete?name=el&page%5Bsize%5D=1"))
            .await
            .expect(400);
        let refused = client
            .get(&format!("{ALL}/autocomplete?name=%20%20e"))
            .await
            .expect(400)
            .json();
        assert_eq!(refused["errors"][0]["code"], "QueryError");

        // By name (recorded), and what is not there is left out without a word.
        let (zeta, beta) = (
            organization(&client, "Elm Zeta").await,
            organization(&client, "elm beta").await,
        );
        let list = names(
            client
                .get(&format!("{ALL}/show_many?ids={zeta},{elm},7,{beta},{zeta}"))
                .await,
        );
        assert_eq!(list, ["elm beta", "Elm Street Books", "Elm Zeta"]);
        let second = client
            .get(&format!("{ALL}/autocomplete?name=elm&per_page=2&page=2"))
            .await;
        assert_eq!(names(second), ["Elm Zeta"]);
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
        let hundred = many[1..].join(",");
        assert!(names(client.get(&format!("{ALL}/show_many?ids={hundred}")).await).is_empty());
        assert!(names(client.get(&format!("{ALL}/show_many?ids=")).await).is_empty());
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
