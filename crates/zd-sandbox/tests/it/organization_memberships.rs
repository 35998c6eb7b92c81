//! Who is in which organizations.

use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::organizations::{organization, upsert};
use crate::support::{Answer, Client, both_ways, builder, token_of};

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
        // Not the default one is null, not false (documented).
        assert_eq!(second["default"], Value::Null);
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

#[tokio::test]
async fn a_membership_has_the_documented_keys() {
    both_ways(builder, |client| async move {
        let acme = organization(&client, "Acme").await;
        let ola = person(&client, acme).await;
        let first = list(&client, ola).await.remove(0);
        let keys: Vec<_> = first.as_object().unwrap().keys().cloned().collect();
        assert_eq!(
            keys.join(" "),
            "url id user_id organization_id default created_at organization_name updated_at view_tickets"
        );
        assert_eq!(
            json!([first["user_id"], first["organization_id"], first["view_tickets"]]),
            json!([ola, acme, false])
        );
        let url = first["url"].as_str().unwrap();
        let id = &first["id"];
        assert!(url.ends_with(&format!("/api/v2/organization_memberships/{id}.json")), "{url}");
        // Who sees the tickets of the organization follows from the organization and the user (assumed).
        upsert(&client, json!({"id": acme, "shared_tickets": true})).await.expect(200);
        assert_eq!(list(&client, ola).await[0]["view_tickets"], true);
        upsert(&client, json!({"id": acme, "shared_tickets": false})).await.expect(200);
        let restriction = json!({"user": {"ticket_restriction": "organization"}});
        client.put(&format!("/api/v2/users/{ola}"), &restriction).await.expect(200);
        assert_eq!(list(&client, ola).await[0]["view_tickets"], true);
    })
    .await;
}

#[tokio::test]
async fn the_default_one_comes_first_then_they_are_by_name_page_after_page() {
    both_ways(builder, |client| async move {
        let last = organization(&client, "zz").await;
        let ola = person(&client, last).await;
        for name in ["Beta", "alpha", "Gamma"] {
            let organization = organization(&client, name).await;
            let made = add(&client, ola, organization).await.expect(201);
            let membership = made.json()["organization_membership"].take();
            assert_eq!(made.header("location"), membership["url"].as_str());
        }
        let expected = ["zz", "alpha", "Beta", "Gamma"];
        let names = |list: &[Value]| -> Vec<String> {
            let name = |one: &Value| one["organization_name"].as_str().unwrap().to_owned();
            list.iter().map(name).collect()
        };
        assert_eq!(names(&list(&client, ola).await), expected);
        let mut path = format!(
            "{}?page%5Bsize%5D=1&include=users,organizations",
            memberships(ola)
        );
        for (place, name) in expected.iter().enumerate() {
            let page = client.get(&path).await.expect(200).json();
            assert_eq!(
                names(page["organization_memberships"].as_array().unwrap()),
                [*name]
            );
            assert_eq!(page["organizations"][0]["name"], *name);
            assert_eq!(page["users"][0]["id"], ola);
            assert_eq!(page["meta"]["has_more"], place < 3);
            let next = page["links"]["next"].as_str().unwrap();
            path = next.strip_prefix(&client.base).unwrap().to_owned();
        }
        let empty = client.get(&path).await.expect(200).json();
        assert_eq!(
            json!([empty["organization_memberships"], empty["users"]]),
            json!([[], []])
        );
        let cursor = "page%5Bafter%5D=nonsense";
        client
            .get(&format!("{}?{cursor}", memberships(ola)))
            .await
            .expect(400);
        let sorted = format!("/api/v2/users/{ola}/organizations?sort=-name");
        let sorted = client.get(&sorted).await.expect(200).json();
        assert_eq!(sorted["count"], 4);
        assert_eq!(sorted["organizations"][0]["name"], "zz");
        // A search finds people by any of their organizations.
        for (name, count) in [("beta", 1), ("zz", 1), ("none", 50)] {
            let found = client
                .get(&format!("/api/v2/users/search?query=organization:{name}"))
                .await;
            let found = found.expect(200).json();
            assert!(found["count"].as_u64().unwrap() >= count, "{name}");
            let has_ola = found["users"]
                .as_array()
                .unwrap()
                .iter()
                .any(|user| user["id"] == ola);
            assert_eq!(has_ola, name != "none", "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn rule_16_10_whatever_names_an_organization_ends_the_other_memberships() {
    both_ways(builder, |client| async move {
        let (acme, bolt, cord) = (
            organization(&client, "Acme").await,
            organization(&client, "Bolt").await,
            organization(&client, "Cord").await,
        );
        let ola = person(&client, acme).await;
        let first = list(&client, ola).await.remove(0);
        let ids = |list: &[Value]| -> Vec<u64> {
            let id = |one: &Value| one["organization_id"].as_u64().unwrap();
            list.iter().map(id).collect()
        };
        for (change, expected) in [
            (json!({"organization_id": cord}), vec![cord]),
            (json!({"organization": {"name": "acme"}}), vec![acme]),
            (
                json!({"organization_ids": [bolt, cord, bolt]}),
                vec![bolt, cord],
            ),
            (json!({"organization_id": null}), vec![]),
            (json!({"organization_ids": [acme]}), vec![acme]),
            (json!({"organization_ids": []}), vec![]),
        ] {
            for organization in [acme, bolt] {
                let status = add(&client, ola, organization).await.status;
                assert!([201, 422].contains(&status.as_u16()), "{status}");
            }
            let user = json!({"id": ola, "name": "Ola"});
            let mut user = user.as_object().unwrap().clone();
            user.extend(change.as_object().unwrap().clone());
            client.upsert(Value::Object(user)).await.expect(200);
            assert_eq!(ids(&list(&client, ola).await), expected, "{change}");
            assert_eq!(
                default_of(&client, ola).await.as_u64(),
                expected.first().copied()
            );
        }
        // Whoever comes back has a new membership.
        add(&client, ola, acme).await.expect(201);
        assert_ne!(list(&client, ola).await[0]["id"], first["id"]);
        // A refused change ends nothing.
        let refused = json!({"id": ola, "organization_id": bolt, "email": "none"});
        client.upsert(refused).await.expect(422);
        for unknown in [
            json!({"organization_ids": [bolt, 7]}),
            json!({"organization_id": 7}),
        ] {
            let mut user = unknown.as_object().unwrap().clone();
            user.insert("id".to_owned(), json!(ola));
            client.upsert(Value::Object(user)).await.expect(422);
        }
        assert_eq!(ids(&list(&client, ola).await), [acme]);
        let several = json!({"name": "New", "organization_ids": [cord, acme]});
        let new = client.upsert(several).await.expect(201).user()["id"]
            .as_u64()
            .unwrap();
        assert_eq!(ids(&list(&client, new).await), [cord, acme]);
    })
    .await;
}

#[tokio::test]
async fn only_the_oneself_of_a_list_is_for_end_users() {
    both_ways(builder, |client| async move {
        let email = "seed0001@people.example";
        let (own, other) = (client.seed(1).await, client.seed(2).await);
        let end_user = client.signed_in(Some(token_of(email)));
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let of = |user: &Value, rest: &str| format!("/api/v2/users/{}/{rest}", user["id"]);
        let path = of(&own, "organization_memberships?include=users");
        let mine = end_user.get(&path).await.expect(200).json();
        assert_eq!(mine["count"], 1);
        // They see of themselves what they always see.
        assert_eq!(mine["users"][0].get("notes"), None);
        let mine = end_user
            .get(&of(&own, "organizations"))
            .await
            .expect(200)
            .json();
        assert_eq!(mine["organizations"][0]["id"], own["organization_id"]);
        for path in ["organization_memberships", "organizations"] {
            end_user.get(&of(&other, path)).await.expect(403);
            agent.get(&of(&other, path)).await.expect(200);
            client
                .signed_in(None)
                .get(&of(&own, path))
                .await
                .expect(401);
        }
        let membership = {
            let path = of(&own, "organization_memberships");
            client.get(&path).await.expect(200).json()["organization_memberships"][0].take()
        };
        let one = format!("organization_memberships/{}", membership["id"]);
        let organization = format!("organizations/{}", own["organization_id"]);
        for (who, status) in [(&end_user, 403), (&client.signed_in(None), 401)] {
            who.get(&of(&own, "organizations/count"))
                .await
                .expect(status);
            who.get(&of(&own, &one)).await.expect(status);
            who.delete(&of(&own, &one)).await.expect(status);
            who.delete(&of(&own, &organization)).await.expect(status);
            for rest in [&one, &organization] {
                let path = of(&own, &format!("{rest}/make_default"));
                who.put(&path, &json!({})).await.expect(status);
            }
            add(who, own["id"].as_u64().unwrap(), 7)
                .await
                .expect(status);
        }
        // A membership is found under its user only.
        client.get(&of(&other, &one)).await.expect(404);
        client.delete(&of(&other, &one)).await.expect(404);
        client
            .put(&of(&other, &format!("{one}/make_default")), &json!({}))
            .await
            .expect(404);
        for rest in [
            "organizations/7",
            "organizations/x",
            "organization_memberships/7",
        ] {
            client.delete(&of(&own, rest)).await.expect(404);
            client
                .put(&of(&own, &format!("{rest}/make_default")), &json!({}))
                .await
                .expect(404);
        }
        // Agents change those of end users, not of staff nor their own (documented).
        let me = agent.get("/api/v2/users/me").await.user();
        let acme = own["organization_id"].as_u64().unwrap();
        add(&agent, me["id"].as_u64().unwrap(), acme)
            .await
            .expect(403);
        add(&client, me["id"].as_u64().unwrap(), acme)
            .await
            .expect(201);
        agent.delete(&of(&me, &organization)).await.expect(403);
        agent.delete(&of(&own, &organization)).await.expect(204);
    })
    .await;
}

#[tokio::test]
async fn memberships_go_with_their_user() {
    both_ways(builder, |client| async move {
        let (acme, bolt) = (
            organization(&client, "Acme").await,
            organization(&client, "Bolt").await,
        );
        let ola = person(&client, acme).await;
        add(&client, ola, bolt).await.expect(201);
        let path = format!("/api/v2/users/{ola}");
        client.delete(&path).await.expect(200);
        for rest in [
            "organizations",
            "organizations/count",
            "organization_memberships",
            "groups",
        ] {
            client.get(&format!("{path}/{rest}")).await.expect(404);
        }
        add(&client, ola, acme).await.expect(404);
        let members = client
            .get(&format!("/api/v2/organizations/{bolt}/users/count"))
            .await;
        assert_eq!(members.expect(200).json()["count"]["value"], 0);
        client
            .delete(&format!("/api/v2/deleted_users/{ola}"))
            .await
            .expect(200);
        let purged = client
            .get(&format!("{path}?include=organizations"))
            .await
            .expect(200)
            .json();
        assert_eq!(
            json!([purged["user"]["organization_id"], purged["organizations"]]),
            json!([null, []])
        );
    })
    .await;
}

#[tokio::test]
async fn a_merge_leaves_nothing_with_whom_it_takes_from() {
    both_ways(builder, |client| async move {
        let (acme, bolt) = (
            organization(&client, "Acme").await,
            organization(&client, "Bolt").await,
        );
        let loser = person(&client, acme).await;
        let moved =
            add(&client, loser, bolt).await.expect(201).json()["organization_membership"].take();
        // Who is in none takes the default one along.
        let survivor = client.upsert(json!({"name": "S"})).await.expect(201).user()["id"]
            .as_u64()
            .unwrap();
        let into = json!({"user": {"id": survivor}});
        let merged = client
            .put(&format!("/api/v2/users/{loser}/merge"), &into)
            .await
            .expect(200);
        assert_eq!(merged.user()["organization_id"], acme);
        let all = list(&client, survivor).await;
        assert_eq!(all.len(), 2);
        assert_eq!(
            json!([all[1]["id"], all[1]["user_id"]]),
            json!([moved["id"], survivor])
        );
        assert_eq!(default_of(&client, loser).await, Value::Null);
    })
    .await;
}
