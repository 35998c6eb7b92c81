//! Groups of agents, and who is in them.

use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::support::{Client, both_ways, builder, token_of};

async fn me(client: &Client) -> u64 {
    let me = client.get("/api/v2/users/me").await.user();
    me["id"].as_u64().unwrap()
}

async fn listed(client: &Client, path: &str, name: &str) -> Vec<Value> {
    let list = client.get(path).await.expect(200).json();
    list[name].as_array().unwrap().clone()
}

/// The other groups of the seed follow the first one at equal distances.
fn group_after(first: &Value, places: u64) -> u64 {
    first.as_u64().unwrap() + places * 128
}

#[tokio::test]
async fn an_agent_joins_groups_chooses_a_default_one_and_leaves() {
    both_ways(builder, |client| async move {
        let agent = me(&client.signed_in(Some(token_of(AGENT_EMAIL)))).await;
        let path = format!("/api/v2/users/{agent}/group_memberships");
        let first = listed(&client, &path, "group_memberships").await.remove(0);
        assert_eq!(first["default"], true);
        let third = group_after(&first["group_id"], 2);
        let body = json!({"group_membership": {"group_id": third}});
        let second = client.post(&path, &body).await.expect(201).json()["group_membership"].take();
        assert_eq!(
            (&second["default"], &second["group_id"]),
            (&json!(false), &json!(third))
        );
        client.post(&path, &body).await.expect(422);
        let one = format!("{path}/{}", second["id"]);
        assert_eq!(
            client.get(&one).await.expect(200).json()["group_membership"],
            second
        );
        let all = client
            .put(&format!("{one}/make_default"), &json!({}))
            .await
            .expect(200)
            .json();
        assert_eq!(all["group_memberships"][2]["default"], true);
        assert_eq!(all["group_memberships"][0]["default"], false);
        let shown = client.get(&format!("/api/v2/users/{agent}")).await.user();
        assert_eq!(shown["default_group_id"], third);
        let groups = listed(&client, &format!("/api/v2/users/{agent}/groups"), "groups").await;
        assert_eq!(
            groups
                .iter()
                .map(|group| &group["name"])
                .collect::<Vec<_>>(),
            ["Support", "Billing", "Escalations"]
        );
        let count = client
            .get(&format!("/api/v2/users/{agent}/groups/count"))
            .await
            .expect(200)
            .json();
        assert_eq!(count["count"]["value"], 3);
        client.delete(&one).await.expect(204);
        client.get(&one).await.expect(404);
        let shown = client.get(&format!("/api/v2/users/{agent}")).await.user();
        assert_eq!(shown["default_group_id"], first["group_id"]);
    })
    .await;
}

#[tokio::test]
async fn the_users_of_a_group_are_listed_counted_and_bring_their_groups_along() {
    both_ways(builder, |client| async move {
        let admin = me(&client).await;
        let group =
            client.get(&format!("/api/v2/users/{admin}")).await.user()["default_group_id"].clone();
        let path = format!("/api/v2/groups/{group}/users");
        let users = listed(
            &client,
            &format!("{path}?sort_by=name&sort_order=desc"),
            "users",
        )
        .await;
        assert_eq!(
            users.iter().map(|user| &user["name"]).collect::<Vec<_>>(),
            ["Sandbox Agent", "Sandbox Admin"]
        );
        assert_eq!(
            listed(&client, &format!("{path}?role=agent"), "users")
                .await
                .len(),
            1
        );
        let count = client
            .get(&format!("{path}/count"))
            .await
            .expect(200)
            .json();
        assert_eq!(count["count"]["value"], 2);
        let with = client
            .get(&format!("{path}?include=groups"))
            .await
            .expect(200)
            .json();
        assert_eq!(with["groups"][0]["id"], group);
        client.get("/api/v2/groups/7/users").await.expect(404);
        client.get("/api/v2/groups/x/users/count").await.expect(404);
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        end_user.get(&path).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn only_admins_change_groups_and_end_users_are_in_none() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let agent_id = me(&agent).await;
        let path = format!("/api/v2/users/{agent_id}/group_memberships");
        let first = listed(&agent, &path, "group_memberships").await.remove(0);
        let body = json!({"group_membership": {"group_id": group_after(&first["group_id"], 2)}});
        agent.post(&path, &body).await.expect(403);
        agent
            .delete(&format!("{path}/{}", first["id"]))
            .await
            .expect(403);
        let seed = client.seed(1).await["id"].clone();
        let of_seed = format!("/api/v2/users/{seed}/group_memberships");
        assert!(
            listed(&client, &of_seed, "group_memberships")
                .await
                .is_empty()
        );
        client.post(&of_seed, &body).await.expect(422);
        for (body, status) in [
            (json!({}), 400),
            (json!({"group_membership": []}), 400),
            (json!({"group_membership": {"group_id": "x"}}), 400),
            (json!({"group_membership": {}}), 422),
            (json!({"group_membership": {"group_id": 7}}), 422),
        ] {
            assert_eq!(client.post(&path, &body).await.status, status, "{body}");
        }
        client.get("/api/v2/users/7/groups").await.expect(404);
        client.signed_in(None).get(&path).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn every_row_of_the_table_of_operations_has_an_answer() {
    let missing: Vec<_> = zd_model::operation::ALL
        .iter()
        .filter(|operation| !zd_sandbox::answers(operation))
        .map(|operation| operation.name)
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[tokio::test]
async fn the_role_and_the_keys_of_a_user_say_where_agents_are() {
    both_ways(builder, |client| async move {
        let support = client.get("/api/v2/users/me").await.user()["default_group_id"].clone();
        let (billing, escalations) = (group_after(&support, 1), group_after(&support, 2));
        let user = client.seed(1).await;
        let path = format!("/api/v2/users/{}", user["id"]);
        let groups = format!("{path}/group_memberships?include=groups,users");
        let write = async |change: Value| client.put(&path, &json!({ "user": change })).await;
        let shown = async || {
            let page = client.get(&groups).await.expect(200).json();
            let list = page["group_memberships"].as_array().unwrap().clone();
            assert_eq!(page["groups"].as_array().unwrap().len(), list.len());
            assert_eq!(page["users"].as_array().unwrap().len(), list.len().min(1));
            let group = |one: &Value| json!([one["group_id"], one["default"]]);
            Value::from_iter(list.iter().map(group))
        };
        // Of an end user a group means nothing.
        let written = write(json!({"default_group_id": billing}))
            .await
            .expect(200);
        assert_eq!(written.user()["default_group_id"], Value::Null);
        assert_eq!(shown().await, json!([]));
        write(json!({"role": "agent", "default_group_id": 7}))
            .await
            .expect(422);
        let agent = write(json!({"role": "agent"})).await.expect(200).user();
        assert_eq!(agent["default_group_id"], support);
        assert_eq!(shown().await, json!([[support, true]]));
        let agent = write(json!({"group_id": billing})).await.expect(200).user();
        assert_eq!(agent["default_group_id"], billing);
        assert_eq!(shown().await, json!([[support, false], [billing, true]]));
        write(json!({"group_ids": [escalations, support]}))
            .await
            .expect(200);
        assert_eq!(
            shown().await,
            json!([[support, true], [escalations, false]])
        );
        write(json!({"group_ids": [7]})).await.expect(422);
        write(json!({"group_ids": 7})).await.expect(400);
        // Nobody but admins puts somebody into a group, themselves neither; a default one may be chosen.
        let themselves = client.signed_in(Some(token_of("seed0001@people.example")));
        let own = json!({"user": {"group_ids": [billing], "default_group_id": escalations}});
        themselves.put(&path, &own).await.expect(200);
        assert_eq!(
            shown().await,
            json!([[support, false], [escalations, true]])
        );
        write(json!({"role": "end-user"})).await.expect(200);
        assert_eq!(shown().await, json!([]));
    })
    .await;
}

#[tokio::test]
async fn a_group_membership_has_the_documented_keys_and_belongs_to_its_agent() {
    both_ways(builder, |client| async move {
        let (admin, agent) = (me(&client).await, me(&client.signed_in(Some(token_of(AGENT_EMAIL)))).await);
        let of = |user: u64, rest: &str| format!("/api/v2/users/{user}/group_memberships{rest}");
        let first = listed(&client, &of(agent, ""), "group_memberships").await.remove(0);
        let keys: Vec<_> = first.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys.join(" "), "url id user_id group_id default created_at updated_at");
        let group = listed(&client, &format!("/api/v2/users/{agent}/groups?sort=name"), "groups").await.remove(0);
        let keys: Vec<_> = group.as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys.join(" "), "url id is_public name description default deleted created_at updated_at");
        assert_eq!(group["name"], "Billing");
        let one = format!("/{}", first["id"]);
        for path in [of(admin, &one), of(agent, "/7"), of(agent, "/x"), of(7, "/7")] {
            client.get(&path).await.expect(404);
            client.delete(&path).await.expect(404);
            client.put(&format!("{path}/make_default"), &json!({})).await.expect(404);
        }
        let as_agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let second = listed(&client, &of(agent, ""), "group_memberships").await.remove(1);
        let make = of(agent, &format!("/{}/make_default", second["id"]));
        as_agent.put(&make, &json!({})).await.expect(200);
        let of_admin = listed(&client, &of(admin, ""), "group_memberships").await.remove(0);
        let make = of(admin, &format!("/{}/make_default", of_admin["id"]));
        as_agent.put(&make, &json!({})).await.expect(403);
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        for (who, status) in [(&end_user, 403), (&client.signed_in(None), 401)] {
            for path in [of(agent, ""), of(agent, &one), format!("/api/v2/users/{agent}/groups"), format!("/api/v2/users/{agent}/groups/count")] {
                who.get(&path).await.expect(status);
            }
            who.put(&of(agent, &format!("{one}/make_default")), &json!({})).await.expect(status);
            who.delete(&of(agent, &one)).await.expect(status);
            who.post(&of(agent, ""), &json!({})).await.expect(status);
        }
        let page = client.get(&of(agent, "?page%5Bsize%5D=1")).await.expect(200).json();
        assert_eq!(json!([page["meta"]["has_more"], page["group_memberships"][0]["id"]]), json!([true, first["id"]]));
        client.get(&of(agent, "?page%5Bsize%5D=0")).await.expect(400);
        let third = group_after(&first["group_id"], 2);
        let body = json!({"group_membership": {"group_id": third, "default": true, "user_id": admin, "wand": 1}});
        let made = client.post(&of(agent, ""), &body).await.expect(201);
        assert!(made.header("x-zendesk-api-warn").unwrap().contains("group_membership.wand"));
        let membership = made.json()["group_membership"].take();
        // The path says who it is, not the body.
        assert_eq!(json!([membership["user_id"], membership["default"]]), json!([agent, true]));
        assert_eq!(made.header("location"), membership["url"].as_str());
    })
    .await;
}
