//! Is the account what somebody expects?

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::JobTime;

use crate::support::{Client, both_ways, builder};

async fn verify(client: &Client, lines: &str) -> Value {
    let request = client.request(Method::POST, "/__zd/verify", lines);
    client.send(request).await.unwrap().expect(200).json()
}

fn lines(users: &[Value]) -> String {
    users.iter().map(|user| format!("{user}\n")).collect()
}

#[tokio::test]
async fn what_was_sent_is_what_is_there_however_it_is_stored() {
    both_ways(
        || builder().job_time(JobTime::INSTANT),
        async |client| {
            let users = [
                json!({"name": "Ann", "external_id": "A-1", "email": "Ann@People.Example ", "tags": ["VIP", "b c"],
                    "user_fields": {"customer_since": "2024-02-29", "seats": "12", "newsletter": true, "plan_tier": "gold"},
                    "organization": {"name": "cedar health"}, "phone": "+4930123", "alias": ""}),
                json!({"name": "Bob", "email": "bob@people.example", "skip_verify_email": true, "notes": "n"}),
                json!({"external_id": "seed-0001", "email": "second@people.example"}),
            ];
            client.bulk_done(json!(users)).await;
            let told = verify(&client, &lines(&users)).await;
            assert_eq!(told["ok"], true, "{told}");
            assert_eq!((&told["expected"], &told["found"]), (&json!(3), &json!(3)));
            assert_eq!(told["applied"]["once"], 3);
            // An array does as well, and looking changes nothing: the next identity has the next number.
            let array = json!(users).to_string();
            assert_eq!(verify(&client, &array).await, told);
            let made = client.upsert(json!({"name": "C", "email": "c@people.example"})).await.expect(201).user();
            let path = format!("/api/v2/users/{}/identities", made["id"]);
            let identity = client.get(&path).await.json()["identities"][0]["id"].as_u64().unwrap();
            let path = format!("/api/v2/users/{}/identities", client.seed(1).await["id"]);
            let before = client.get(&path).await.json()["identities"][1]["id"].as_u64().unwrap();
            assert_eq!(identity - before, 128);
        },
    )
    .await;
}

#[tokio::test]
async fn every_difference_is_told_by_line_and_field() {
    both_ways(
        || builder().job_time(JobTime::INSTANT),
        async |client| {
            let sent = json!([
                {"name": "Ann", "external_id": "a", "tags": ["x"], "user_fields": {"seats": 1, "nickname": "n"},
                    "organization": {"name": "Cedar Health"}},
                {"name": "Bob", "external_id": "b"},
                {"name": "Zoe", "external_id": "z"},
            ]);
            client.bulk_done(sent).await;
            client.upsert(json!({"name": "Bob", "external_id": "b"})).await.expect(200);
            let expected = [
                json!({"name": "Anne", "external_id": "a", "tags": ["x", "y"], "user_fields": {"seats": 2, "nickname": "n"},
                    "organization": {"name": "Ivy Travel"}}),
                json!({"name": "Bob", "external_id": "b", "colour": "red"}),
                json!({"name": "Cy", "external_id": "c"}),
                json!({"name": "Dan"}),
                json!({"name": "Eve", "external_id": "e", "tags": {}}),
                json!({"name": "Bob", "external_id": "B"}),
            ];
            let told = verify(&client, &(lines(&expected) + "nonsense\n")).await;
            assert_eq!(told["ok"], false);
            assert_eq!(told["expected"], 7);
            assert_eq!(told["missing"], json!({"count": 1, "examples": [{"line": 3, "key": "ext:c"}]}));
            let different = &told["different"];
            // `B` would rewrite the case of `b`.
            assert_eq!(different["count"], 2, "{different}");
            let ann = &different["examples"][0];
            assert_eq!((&ann["line"], &ann["key"]), (&json!(1), &json!("ext:a")));
            let fields: Vec<&Value> = ann["fields"].as_array().unwrap().iter().map(|field| &field["field"]).collect();
            assert_eq!(fields, ["name", "tags", "user_fields.seats", "organization"]);
            assert_eq!(ann["fields"][0], json!({"field": "name", "expected": "Anne", "stored": "Ann"}));
            assert_eq!(ann["fields"][2], json!({"field": "user_fields.seats", "expected": 2, "stored": 1}));
            let lines: Vec<&Value> = told["unusable"]["examples"].as_array().unwrap().iter().map(|found| &found["line"]).collect();
            assert_eq!(lines, [4, 5, 7]);
            assert_eq!(told["unknown_keys"], json!(["user.colour"]));
            assert_eq!((&told["extra"]["count"], &told["extra"]["examples"][0]["key"]), (&json!(1), &json!("ext:z")));
            assert_eq!(told["expected_twice"]["count"], 1);
            assert_eq!((&told["applied"]["never"], &told["applied"]["once"], &told["applied"]["more"]),
                (&json!(1), &json!(1), &json!(2)));
        },
    )
    .await;
}

/// Somebody who was created twice, with a deletion between.
#[tokio::test]
async fn who_was_created_twice_is_told() {
    both_ways(builder, async |client| {
        let user = json!({"name": "Ann", "external_id": "a"});
        let made = client.upsert(user.clone()).await.expect(201).user();
        assert!(client.sandbox.soft_delete(made["id"].as_u64().unwrap()));
        client.upsert(user.clone()).await.expect(201);
        let told = verify(&client, &lines(&[user])).await;
        assert_eq!(told["ok"], false);
        let twice = &told["applied"]["created_more_than_once"];
        assert_eq!(
            *twice,
            json!({"count": 1, "examples": [{"line": 1, "key": "ext:a", "created": 2}]})
        );
    })
    .await;
}

/// What a request would wrap, what is cut off, and nothing at all is no list.
#[tokio::test]
async fn what_is_no_list_is_told() {
    both_ways(builder, async |client| {
        let request = client.request(Method::POST, "/__zd/verify", " \n");
        client.send(request).await.unwrap().expect(400);
        let wrapped = verify(
            &client,
            r#"{"users":[{"name":"A","external_id":"seed-0001"}]}"#,
        )
        .await;
        let reason = wrapped["unusable"]["examples"][0]["reason"]
            .as_str()
            .unwrap();
        assert!(reason.contains("without the request"), "{reason}");
        let cut = verify(&client, r#"[{"external_id":"seed-0001"},"#).await;
        assert_eq!((&cut["ok"], &cut["found"]), (&json!(false), &json!(1)));
        assert_eq!(verify(&client, "[]").await["ok"], true);
    })
    .await;
}

#[tokio::test]
async fn organizations_and_identities_that_are_lacking_are_different() {
    both_ways(builder, async |client| {
        let listed = client.get("/api/v2/organizations").await.expect(200).json();
        let ids: Vec<Value> = (0..2).map(|place| listed["organizations"][place]["id"].clone()).collect();
        let user = json!({"name": "A", "external_id": "a", "organization_ids": [ids[0]]});
        let made = client.upsert(user).await.expect(201).user();
        let expected = [
            json!({"external_id": "a", "organization_ids": ids}),
            json!({"id": made["id"], "identities": [{"type": "email", "value": "a@people.example"}]}),
        ];
        let told = verify(&client, &lines(&expected)).await;
        assert_eq!(told["different"]["count"], 2, "{told}");
        assert_eq!(told["different"]["examples"][0]["fields"][0]["field"], "organization_ids");
        assert_eq!(told["different"]["examples"][1]["fields"][0]["field"], "identities");
    })
    .await;
}

#[tokio::test]
async fn a_long_list_is_read_piece_by_piece() {
    let server = builder().people(3000).start().await.unwrap();
    let client = crate::support::connected(&server);
    let mut all = String::new();
    for number in 1..=3000 {
        let notes = "x".repeat(500);
        let user = json!({"external_id": format!("seed-{number:04}"), "email": format!("seed{number:04}@people.example")});
        all.push_str(&user.to_string());
        all.push_str(&format!("{}\n", " ".repeat(notes.len())));
    }
    assert!(all.len() > 1 << 20);
    let told = verify(&client, &all).await;
    assert_eq!(
        (&told["ok"], &told["found"]),
        (&json!(true), &json!(3000)),
        "{told}"
    );
    let by_library = server.sandbox().verify(all.as_bytes()).unwrap();
    assert_eq!(by_library, told);
}
