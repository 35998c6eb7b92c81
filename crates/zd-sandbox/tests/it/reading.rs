//! Users by id and by external id.

use serde_json::{Value, json};

use crate::support::{Client, both_ways, builder};

/// The recorded order.
const KEYS: [&str; 37] = [
    "id",
    "url",
    "name",
    "email",
    "created_at",
    "updated_at",
    "time_zone",
    "iana_time_zone",
    "phone",
    "shared_phone_number",
    "photo",
    "locale_id",
    "locale",
    "organization_id",
    "role",
    "verified",
    "external_id",
    "tags",
    "alias",
    "active",
    "shared",
    "shared_agent",
    "last_login_at",
    "two_factor_auth_enabled",
    "signature",
    "details",
    "notes",
    "role_type",
    "custom_role_id",
    "moderator",
    "ticket_restriction",
    "only_private_comments",
    "restricted_agent",
    "suspended",
    "default_group_id",
    "report_csv",
    "user_fields",
];

async fn seed(client: &Client, number: u32) -> Value {
    let path = format!("/api/v2/users/search.json?external_id=seed-{number:04}");
    client.get(&path).await.expect(200).json()["users"][0].take()
}

#[tokio::test]
async fn a_user_has_the_recorded_keys_in_their_order() {
    both_ways(builder, |client| async move {
        let user = seed(&client, 5).await;
        let keys: Vec<&String> = user.as_object().unwrap().keys().collect();
        assert_eq!(keys, KEYS);
        let shown = client
            .get(&format!("/api/v2/users/{}.json", user["id"]))
            .await
            .expect(200);
        assert_eq!(shown.user(), user);
        assert_eq!(user["email"], "seed0005@people.example");
        assert_eq!(user["phone"], "+49305550005");
        assert_eq!(user["verified"], true);
        let fields: Vec<&String> = user["user_fields"].as_object().unwrap().keys().collect();
        assert!(fields.is_sorted());
        assert_eq!(user["user_fields"]["crm_id"], "CRM-000005");
    })
    .await;
}

#[tokio::test]
async fn the_answers_headers() {
    both_ways(builder, |client| async move {
        let path = format!("/api/v2/users/{}", seed(&client, 1).await["id"]);
        let (first, second) = (client.get(&path).await, client.get(&path).await);
        assert_eq!(
            first.header("content-type"),
            Some("application/json; charset=utf-8")
        );
        assert_eq!(
            first.header("cache-control"),
            Some("max-age=0, private, must-revalidate")
        );
        assert_eq!(first.header("x-zendesk-api-version"), Some("v2"));
        let date = first.header("date").unwrap();
        assert!(date.starts_with("Mon, 18 Sep 2023 23:26:"), "{date}");
        let etag = first.header("etag").unwrap();
        assert!(etag.starts_with("W/\"") && etag.len() == 36, "{etag}");
        assert_eq!(second.header("etag"), Some(etag));
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
        let missing = client.get("/api/v2/users/1").await.expect(404);
        assert_eq!(missing.header("cache-control"), Some("no-cache"));
        assert_eq!(missing.header("etag"), None);
        assert!(missing.header("x-request-id").is_some());
    })
    .await;
}

#[tokio::test]
async fn show_finds_by_id_only() {
    both_ways(builder, |client| async move {
        for id in ["1", "abc", "99999999999999999999999", "-1", "%00"] {
            let missing = client.get(&format!("/api/v2/users/{id}")).await.expect(404);
            assert_eq!(
                missing.json(),
                json!({"error": "RecordNotFound", "description": "Not found"}),
                "{id}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn show_many_sorts_by_id_and_skips_what_is_not_there() {
    both_ways(builder, |client| async move {
        let mut ids = Vec::new();
        for number in [9, 3, 7] {
            ids.push(seed(&client, number).await["id"].as_u64().unwrap());
        }
        let list = format!("{},{},1,x,{},{}", ids[0], ids[1], ids[2], ids[0]);
        let answer = client
            .get(&format!("/api/v2/users/show_many.json?ids={list}"))
            .await
            .expect(200)
            .json();
        ids.sort_unstable();
        let found: Vec<u64> = answer["users"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["id"].as_u64().unwrap())
            .collect();
        assert_eq!(found, ids);
        assert_eq!(
            (
                &answer["next_page"],
                &answer["previous_page"],
                &answer["count"]
            ),
            (&Value::Null, &Value::Null, &json!(3))
        );

        let by_external = client
            .get("/api/v2/users/show_many?external_ids=SEED-0003%2Cseed-0007,none,seed-0009")
            .await;
        assert_eq!(by_external.expect(200).json()["users"], answer["users"]);

        let too_many = vec!["1"; 101].join(",");
        let refused = client
            .get(&format!("/api/v2/users/show_many?ids={too_many}"))
            .await
            .expect(400)
            .json();
        let expected = json!({
            "error": "TooManyValues",
            "description": "Parameter  cannot specify more than 100 values",
            "max_count": 100,
        });
        assert_eq!(refused, expected);
        client.get("/api/v2/users/show_many").await.expect(400);
    })
    .await;
}

#[tokio::test]
async fn identities_and_organizations_come_along() {
    both_ways(builder, |client| async move {
        // The first and the eleventh share an organization, the fourth has none.
        let path = "/api/v2/users/show_many?external_ids=seed-0001,seed-0011,seed-0004&include=identities,organizations";
        let answer = client.get(path).await.expect(200).json();
        let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["users", "identities", "organizations", "next_page", "previous_page", "count"]);
        assert_eq!(answer["identities"].as_array().unwrap().len(), 3);
        let organizations = answer["organizations"].as_array().unwrap();
        assert_eq!(organizations.len(), 1);
        assert_eq!(organizations[0]["name"], "Birch Logistics");
        let belongs = answer["users"].as_array().unwrap().iter().filter(|user| user["organization_id"] == organizations[0]["id"]).count();
        assert_eq!(belongs, 2);
        let found = client.get("/api/v2/users/search?external_id=seed-0001&include=identities,organizations").await.json();
        assert_eq!(found["organizations"].as_array().unwrap().len(), 1);
        assert!(found.get("identities").is_none(), "a search brings none: {found}");
        let plain = client.get("/api/v2/users/show_many?external_ids=seed-0001").await.json();
        assert!(plain.get("identities").is_none());
    })
    .await;
}

#[tokio::test]
async fn the_seed_is_two_hundred_people_an_admin_and_an_agent() {
    both_ways(builder, |client| async move {
        let count = async |query: &str| {
            let answer = client
                .get(&format!("/api/v2/users/search?query={query}"))
                .await
                .expect(200)
                .json();
            answer["count"].as_u64().unwrap()
        };
        assert_eq!(count("role:end-user").await, 200);
        assert_eq!(
            (count("role:admin").await, count("role:agent").await),
            (1, 1)
        );
        assert_eq!(seed(&client, 200).await["email"], "seed0200@people.example");
    })
    .await;
    both_ways(|| builder().empty(), |client| async move {
        let all = client.get("/api/v2/users/search?query=*").await.json();
        assert_eq!(all["count"], 2);
        let body = json!({"name": "A", "organization": {"name": "Juniper Water"}, "user_fields": {"seats": 1}});
        client.upsert(body).await.expect(201);
    })
    .await;
}
