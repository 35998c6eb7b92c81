//! Options of user fields, one by one.

use serde_json::{Value, json};
use zd_sandbox::AGENT_EMAIL;

use crate::support::{both_ways, builder, token_of};

const OPTIONS: &str = "/api/v2/user_fields/plan_tier/options.json";

fn values(list: &Value) -> Vec<&str> {
    let options = list["custom_field_options"].as_array().unwrap();
    options
        .iter()
        .map(|option| option["value"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn options_are_listed_and_shown() {
    both_ways(builder, |client| async move {
        let list = client.get(OPTIONS).await.expect(200).json();
        assert_eq!(values(&list), ["gold", "silver", "bronze"]);
        assert_eq!(
            (&list["count"], &list["next_page"]),
            (&json!(3), &Value::Null)
        );
        let silver = &list["custom_field_options"][1];
        let keys: Vec<&String> = silver.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["id", "name", "raw_name", "position", "value", "url"]);
        let url = silver["url"]
            .as_str()
            .unwrap()
            .strip_prefix(&client.base)
            .unwrap();
        let shown = client.get(url).await.expect(200).json();
        assert_eq!(&shown["custom_field_option"], silver);
        let page = client
            .get("/api/v2/user_fields/plan_tier/options?page[size]=2")
            .await
            .json();
        assert_eq!(
            (values(&page).len(), &page["meta"]["has_more"]),
            (2, &json!(true))
        );
        // Not of this field, of no field that has options, of no field.
        for nothing in [
            "/api/v2/user_fields/plan_tier/options/1".to_owned(),
            format!("/api/v2/user_fields/interests/options/{}", silver["id"]),
            "/api/v2/user_fields/seats/options".to_owned(),
            "/api/v2/user_fields/nothing/options".to_owned(),
        ] {
            client.get(&nothing).await.expect(404);
            client.delete(&nothing).await.expect(404);
        }
    })
    .await;
}

#[tokio::test]
async fn an_option_is_created_or_updated_by_its_id() {
    both_ways(builder, |client| async move {
        let send = async |option: Value| {
            client
                .post(OPTIONS, &json!({"custom_field_option": option}))
                .await
        };
        let created = send(json!({"name": "Iron", "value": "iron"}))
            .await
            .expect(201);
        let field = client.get("/api/v2/user_fields/plan_tier").await.json();
        let expected = format!(
            "{}/api/v2/user_fields/{}/options.json",
            client.base, field["user_field"]["id"]
        );
        assert_eq!(created.header("location"), Some(&*expected));
        let iron = created.json()["custom_field_option"].take();
        assert_eq!(
            (&iron["position"], &iron["raw_name"]),
            (&json!(3), &json!("Iron"))
        );
        let user = client
            .upsert(json!({"name": "I", "user_fields": {"plan_tier": "iron"}}))
            .await
            .user();
        // The same id with another value: whoever chose it has that now, and its tag.
        let updated = send(json!({"id": iron["id"], "value": "steel", "position": 0}))
            .await
            .expect(200);
        assert_eq!(updated.header("location"), Some(&*expected));
        let steel = updated.json()["custom_field_option"].take();
        assert_eq!(
            (&steel["id"], &steel["name"], &steel["position"]),
            (&iron["id"], &json!("Iron"), &json!(0))
        );
        let now = client
            .get(&format!("/api/v2/users/{}", user["id"]))
            .await
            .user();
        assert_eq!(
            (&now["user_fields"]["plan_tier"], &now["tags"]),
            (&json!("steel"), &json!(["steel"]))
        );
        // An id that names none makes a new one (documented).
        let new = send(json!({"id": 1, "raw_name": "Tin", "value": "tin"}))
            .await
            .expect(201)
            .json();
        assert_ne!(new["custom_field_option"]["id"], 1);
        let list = client.get(OPTIONS).await.json();
        assert_eq!(values(&list), ["steel", "gold", "silver", "bronze", "tin"]);
    })
    .await;
}

#[tokio::test]
async fn a_deleted_option_is_chosen_by_nobody() {
    both_ways(builder, |client| async move {
        let list = client.get(OPTIONS).await.json();
        let gold = format!(
            "/api/v2/user_fields/plan_tier/options/{}.json",
            list["custom_field_options"][0]["id"]
        );
        let user = client
            .upsert(json!({"name": "G", "tags": ["own"], "user_fields": {"plan_tier": "gold"}}))
            .await
            .user();
        assert_eq!(user["tags"], json!(["own", "gold"]));
        assert_eq!(client.delete(&gold).await.expect(204).text, "");
        client.delete(&gold).await.expect(404);
        client.get(&gold).await.expect(404);
        let now = client
            .get(&format!("/api/v2/users/{}", user["id"]))
            .await
            .user();
        assert_eq!(
            (&now["user_fields"]["plan_tier"], &now["tags"]),
            (&Value::Null, &json!(["own"]))
        );
        client
            .upsert(json!({"name": "G", "user_fields": {"plan_tier": "gold"}}))
            .await
            .expect(422);
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_option_is_refused() {
    both_ways(builder, |client| async move {
        let silver = client.get(OPTIONS).await.json()["custom_field_options"][1]["id"].take();
        for (option, status) in [
            (json!({"name": "N"}), 422),
            (json!({"value": "v"}), 422),
            (json!({"name": "N", "value": "gold"}), 422),
            (json!({"id": silver, "value": "gold"}), 422),
            (json!({"name": "N", "value": "two words"}), 422),
            (json!({"name": 1, "value": "v"}), 400),
            (json!([]), 400),
            (json!(null), 400),
        ] {
            let body = json!({"custom_field_option": option});
            client.post(OPTIONS, &body).await.expect(status);
        }
        assert_eq!(
            values(&client.get(OPTIONS).await.json()),
            ["gold", "silver", "bronze"]
        );
        let body = json!({"custom_field_option": {"name": "N", "value": "n"}});
        client
            .post("/api/v2/user_fields/seats/options", &body)
            .await
            .expect(404);
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        agent.get(OPTIONS).await.expect(200);
        agent.post(OPTIONS, &body).await.expect(403);
        agent
            .delete("/api/v2/user_fields/plan_tier/options/1")
            .await
            .expect(403);
    })
    .await;
}
