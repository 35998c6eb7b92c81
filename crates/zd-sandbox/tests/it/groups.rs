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
