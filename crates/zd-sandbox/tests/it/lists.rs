//! Lists of users in their orders, counts, autocompletion, exports of searches, and what comes along.

use http::Method;
use serde_json::{Value, json};
use zd_sandbox::{AGENT_EMAIL, SandboxBuilder};

use crate::support::{Client, START, both_ways, builder, in_process, token_of};

const USERS: &str = "/api/v2/users.json";

/// Follows `links.next` until the last page; the texts of this key.
async fn walk(client: &Client, path: &str, list: &str, key: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut path = path.to_owned();
    loop {
        let page = client.get(&path).await.expect(200).json();
        let records = page[list].as_array().unwrap();
        seen.extend(records.iter().map(|record| record[key].clone()));
        let next = &page["links"]["next"];
        // The last page has a next link too, as long as it has records: only `has_more` ends the walk.
        assert_eq!(next.is_string(), !records.is_empty());
        if page["meta"]["has_more"] == json!(false) {
            return seen;
        }
        let next = next.as_str().unwrap();
        path = next.strip_prefix(&client.base).unwrap().to_owned();
    }
}

fn few() -> SandboxBuilder {
    builder().empty()
}

async fn add(client: &Client, names: &[&str]) {
    for name in names {
        client
            .upsert(json!({"name": name, "external_id": name}))
            .await
            .expect(201);
    }
}

#[tokio::test]
async fn lists_are_sorted_up_and_down() {
    both_ways(few, |client| async move {
        add(&client, &["bea", "Ann", "Cid", "Élan", "Zoe"]).await;
        client.upsert(json!({"name": "ann"})).await.expect(201);
        let up = [
            "Ann",
            "ann",
            "bea",
            "Cid",
            "Sandbox Admin",
            "Sandbox Agent",
            "Zoe",
            "Élan",
        ];
        let mut down = up;
        down.reverse();
        // Whose names are equal but for the case, are in the order of their ids.
        let folded = |names: &[Value]| -> Vec<String> {
            names
                .iter()
                .map(|name| name.as_str().unwrap().to_lowercase())
                .collect()
        };
        let lower = |names: [&str; 8]| names.map(str::to_lowercase);
        for size in [1, 3, 8, 100] {
            let path = format!("{USERS}?sort=name&page%5Bsize%5D={size}");
            let names = walk(&client, &path, "users", "name").await;
            assert_eq!(folded(&names), lower(up), "{size}");
            let path = format!("{USERS}?sort=-name&page%5Bsize%5D={size}");
            let mut back = walk(&client, &path, "users", "name").await;
            assert_eq!(folded(&back), lower(down), "{size}");
            back.reverse();
            assert_eq!(back, names, "{size}");
        }
        let by_id = walk(&client, &format!("{USERS}?page%5Bsize%5D=3"), "users", "id").await;
        let mut downwards = walk(
            &client,
            &format!("{USERS}?sort=-id&page%5Bsize%5D=3"),
            "users",
            "id",
        )
        .await;
        downwards.reverse();
        assert_eq!(downwards, by_id);
        assert_eq!(
            walk(
                &client,
                &format!("{USERS}?sort=id&page%5Bsize%5D=3"),
                "users",
                "id"
            )
            .await,
            by_id
        );
        // By number it is the same order.
        let page = client
            .get(&format!("{USERS}?sort=name&per_page=3&page=2"))
            .await
            .expect(200)
            .json();
        assert_eq!(
            json!([page["users"][0]["name"], page["count"]]),
            json!(["Cid", 8])
        );
        let flags = "include_item_cursors=true&include_boundary_indicators=true";
        client
            .get(&format!("{USERS}?page%5Bsize%5D=1&{flags}"))
            .await
            .expect(200);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn lists_are_sorted_by_times() {
    let client = in_process(&few().build());
    for name in ["one", "two", "three"] {
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        add(&client, &[name]).await;
    }
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    let change = json!({"external_id": "one", "notes": "n"});
    client.upsert(change).await.expect(200);
    for (sort, expected) in [
        ("created_at", ["Sandbox Agent", "one", "two", "three"]),
        ("updated_at", ["Sandbox Agent", "two", "three", "one"]),
    ] {
        let path = format!("{USERS}?sort={sort}&page%5Bsize%5D=2");
        let names = walk(&client, &path, "users", "name").await;
        assert_eq!(names[1..], expected.map(Value::from), "{sort}");
        let path = format!("{USERS}?sort=-{sort}&page%5Bsize%5D=2");
        let mut back = walk(&client, &path, "users", "name").await;
        back.reverse();
        assert_eq!(back, names, "-{sort}");
    }
}

#[tokio::test]
async fn a_walk_in_order_survives_changes_behind_it() {
    both_ways(few, |client| async move {
        add(&client, &["b", "d", "f"]).await;
        let page = client
            .get(&format!("{USERS}?sort=name&page%5Bsize%5D=2"))
            .await
            .json();
        assert_eq!(page["users"][1]["name"], "d");
        // Somebody before the cursor, and the very one it names, move.
        add(&client, &["a", "e"]).await;
        client
            .upsert(json!({"external_id": "d", "name": "z"}))
            .await
            .expect(200);
        let next = page["links"]["next"].as_str().unwrap();
        let rest = walk(
            &client,
            next.strip_prefix(&client.base).unwrap(),
            "users",
            "name",
        )
        .await;
        assert_eq!(rest[..2], ["e", "f"].map(Value::from));
        let prev = format!(
            "{USERS}?sort=name&page%5Bbefore%5D={}",
            page["meta"]["before_cursor"].as_str().unwrap()
        );
        let before = client.get(&prev).await.expect(200).json();
        assert_eq!(before["users"][0]["name"], "a");
    })
    .await;
}

#[tokio::test]
async fn orders_and_cursors_that_are_none() {
    both_ways(builder, |client| async move {
        let page = client
            .get(&format!("{USERS}?sort=name&page%5Bsize%5D=1"))
            .await
            .json();
        let cursor = page["meta"]["after_cursor"].as_str().unwrap();
        for query in [
            "sort=wand",
            "sort=",
            "sort=--name",
            "sort=name&page%5Bsize%5D=0",
            "sort=name&page%5Bsize%5D=101",
            "sort=name&page%5Bafter%5D=garbage",
            "sort=name&page%5Bafter%5D=e30%3D",
            "role=wizard",
            "permission_set=x",
            // A cursor of another order.
            &format!("sort=-name&page%5Bafter%5D={cursor}"),
            &format!("sort=created_at&page%5Bafter%5D={cursor}"),
            &format!("page%5Bafter%5D={cursor}"),
        ] {
            client.get(&format!("{USERS}?{query}")).await.expect(400);
        }
        let organization = client.seed(1).await["organization_id"].clone();
        for query in ["sort_by=wand", "sort_by=name&sort_order=sideways"] {
            let path = format!("/api/v2/organizations/{organization}/users?{query}");
            client.get(&path).await.expect(400);
        }
    })
    .await;
}

#[tokio::test]
async fn users_are_counted() {
    both_ways(builder, |client| async move {
        let gone = client.seed(1).await;
        client
            .delete(&format!("/api/v2/users/{}", gone["id"]))
            .await
            .expect(200);
        for (query, expected) in [
            ("", 201),
            ("?role=end-user", 199),
            ("?role=agent", 1),
            ("?role%5B%5D=agent&role%5B%5D=admin", 2),
            ("?external_id=SEED-0002", 1),
            ("?permission_set=5", 0),
        ] {
            let answer = client
                .get(&format!("/api/v2/users/count.json{query}"))
                .await
                .expect(200);
            let count = &answer.json()["count"];
            assert_eq!(count["value"], expected, "{query}");
            assert!(
                count["refreshed_at"]
                    .as_str()
                    .unwrap()
                    .starts_with("2023-09-18T23:26:"),
                "{count}"
            );
        }
        client
            .get("/api/v2/users/count?role=wizard")
            .await
            .expect(400);
        let end_user = client.signed_in(Some(token_of("seed0002@people.example")));
        end_user.get("/api/v2/users/count").await.expect(403);
        client
            .signed_in(None)
            .get("/api/v2/users/count")
            .await
            .expect(401);
    })
    .await;
}

#[tokio::test]
async fn an_organizations_users() {
    both_ways(builder, |client| async move {
        let organization = client.seed(1).await["organization_id"].clone();
        let base = format!("/api/v2/organizations/{organization}/users");
        let ids = walk(
            &client,
            &format!("{base}?page%5Bsize%5D=4"),
            "users",
            "organization_id",
        )
        .await;
        assert!(ids.iter().all(|id| *id == organization), "{ids:?}");
        let count = client
            .get(&format!("{base}/count.json"))
            .await
            .expect(200)
            .json();
        assert_eq!(count["count"]["value"], ids.len());
        let page = client.get(&format!("{base}.json")).await.expect(200).json();
        assert_eq!(page["count"], ids.len());
        let path = format!("{base}?sort_by=name&sort_order=desc&page%5Bsize%5D=4");
        let mut names = walk(&client, &path, "users", "name").await;
        names.reverse();
        assert!(
            names.is_sorted_by_key(|name| name.as_str().unwrap().to_lowercase()),
            "{names:?}"
        );
        let staff = client.get(&format!("{base}?role=admin")).await.json();
        assert_eq!(staff["users"], json!([]));
        for id in ["5", "abc"] {
            client
                .get(&format!("/api/v2/organizations/{id}/users"))
                .await
                .expect(404);
            client
                .get(&format!("/api/v2/organizations/{id}/users/count"))
                .await
                .expect(404);
        }
        let end_user = client.signed_in(Some(token_of("seed0002@people.example")));
        end_user.get(&base).await.expect(403);
    })
    .await;
}

#[tokio::test]
async fn autocompletion_by_name_or_number() {
    both_ways(few, |client| async move {
        add(
            &client,
            &["Gilda", "Terry Gilliam", "Virgil", "agile", "Gil"],
        )
        .await;
        client
            .upsert(json!({"name": "P", "phone": "+4930123"}))
            .await
            .expect(201);
        client
            .upsert(json!({"name": "Q", "phone": "+4930123"}))
            .await
            .expect(201);
        let path = "/api/v2/users/autocomplete.json";
        for (query, expected) in [
            ("name=gil", json!(["Gil", "Gilda", "Terry Gilliam"])),
            ("name=TERRY%20g", json!(["Terry Gilliam"])),
            ("name=none", json!([])),
            ("phone=%2B4930123", json!(["P", "Q"])),
            ("phone=4930123", json!([])),
            (
                "name=Sandbox&filter=assignable",
                json!(["Sandbox Admin", "Sandbox Agent"]),
            ),
            ("name=gil&filter=assignable", json!([])),
            ("name=gilda&filter=requester", json!(["Gilda"])),
        ] {
            let answer = client.get(&format!("{path}?{query}")).await.expect(200);
            let keys: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
            assert_eq!(keys, ["users"]);
            let mut names: Vec<Value> = answer.json()["users"]
                .as_array()
                .unwrap()
                .iter()
                .map(|user| user["name"].clone())
                .collect();
            names.sort_unstable_by_key(ToString::to_string);
            assert_eq!(json!(names), expected, "{query}");
        }
        let one = client
            .get(&format!("{path}?name=gil&per_page=1"))
            .await
            .json();
        assert_eq!(one["users"].as_array().unwrap().len(), 1);
        let body = json!({"name": "gilda", "filter": "requester", "brand_id": 5});
        let posted = client
            .post(&format!("{path}?include=identities"), &body)
            .await
            .expect(200)
            .json();
        assert_eq!(posted["users"][0]["name"], "Gilda");
        assert_eq!(posted["identities"], json!([]));
        client
            .post(path, &json!({"phone": "+4930123"}))
            .await
            .expect(200);

        let refusal = json!({"error": "Query Error", "description": "Invalid query syntax"});
        for query in [
            "",
            "name=",
            "name=%20",
            "name=g&filter=wand",
            "name=g&per_page=x",
        ] {
            let answer = client.get(&format!("{path}?{query}")).await.expect(400);
            assert_eq!(answer.json(), refusal, "{query}");
        }
        for body in [
            json!({}),
            json!({"name": []}),
            json!({"name": "g", "filter": "wand"}),
            json!([]),
        ] {
            let answer = client.post(path, &body).await.expect(400);
            assert_eq!(answer.json(), refusal, "{body}");
        }
        let request = client.request(Method::POST, path, "{");
        client.send(request).await.unwrap().expect(400);
        client
            .signed_in(None)
            .get(&format!("{path}?name=g"))
            .await
            .expect(401);
    })
    .await;
}

#[tokio::test]
async fn an_export_of_a_search_has_no_end_but_the_last() {
    both_ways(builder, |client| async move {
        let base = "/api/v2/search/export.json?filter%5Btype%5D=user";
        let names = walk(
            &client,
            &format!("{base}&query=role:end-user&page%5Bsize%5D=7"),
            "results",
            "id",
        )
        .await;
        assert_eq!(names.len(), 200);
        let all = client
            .get(&format!("{base}&query=*&page%5Bsize%5D=1000"))
            .await
            .expect(200);
        assert!(all.header("zendesk-ratelimit-search-export").is_some());
        let all = all.json();
        let keys: Vec<&String> = all.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["results", "facets", "meta", "links"]);
        assert_eq!(all["facets"], Value::Null);
        assert_eq!(all["results"].as_array().unwrap().len(), 202);
        let first = &all["results"][0];
        assert_eq!(
            first.as_object().unwrap().keys().next_back().unwrap(),
            "result_type"
        );
        assert_eq!(first["result_type"], "user");
        // Newest first.
        client.upsert(json!({"name": "New"})).await.expect(201);
        let newest = client
            .get(&format!("{base}&query=*&page%5Bsize%5D=1"))
            .await
            .json();
        assert_eq!(newest["results"][0]["name"], "New");
        let user = client.seed(1).await;
        let found = client
            .get(&format!("{base}&query=seed0001@people.example"))
            .await
            .json();
        let mut expected = user.clone();
        expected["result_type"] = json!("user");
        assert_eq!(found["results"], json!([expected]));
        // zenpy says the type twice; another one in the query is an error.
        let twice = format!("{base}&query=type:user%20seed0001@people.example");
        assert_eq!(client.get(&twice).await.expect(200).json(), {
            let mut once = found.clone();
            for direction in ["prev", "next"] {
                let link = once["links"][direction].as_str().unwrap();
                let query = "query=seed0001";
                once["links"][direction] = json!(link.replace(query, "query=type%3Auser+seed0001"));
            }
            once
        });
        for path in [
            format!("{base}&query=type:ticket"),
            format!("{base}&query=x%20type:organization"),
            format!("{base}&query=-type:user"),
            base.to_owned(),
            "/api/v2/search/export?query=x".to_owned(),
            "/api/v2/search/export?query=x&filter%5Btype%5D=ticket".to_owned(),
            format!("{base}&query=x&page%5Bsize%5D=1001"),
            format!("{base}&query=x&page%5Bafter%5D=x"),
        ] {
            client.get(&path).await.expect(400);
        }
        let end_user = client.signed_in(Some(token_of("seed0001@people.example")));
        end_user.get(&format!("{base}&query=x")).await.expect(403);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_hundred_exports_of_searches_in_a_minute() {
    let client = in_process(&zd_sandbox::Sandbox::builder().starts_at(START).build());
    let path = "/api/v2/search/export?filter%5Btype%5D=user&query=nobody";
    for _ in 0..100 {
        client.get(path).await.expect(200);
    }
    let refused = client.get(path).await.expect(429);
    assert_eq!(refused.header("retry-after"), Some("27"));
    assert_eq!(
        refused.header("zendesk-ratelimit-search-export"),
        Some("total=100; remaining=0; resets=27")
    );
}

#[tokio::test]
async fn what_comes_along_with_users() {
    both_ways(builder, |client| async move {
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let include = "include=organizations,roles,abilities,identities,wands";
        let user = client.seed(1).await;
        let me = client.get("/api/v2/users/me").await.user();
        let path = format!("/api/v2/users/{}?{include}", user["id"]);
        let shown = agent.get(&path).await.expect(200).json();
        let keys: Vec<&String> = shown.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            ["user", "identities", "organizations", "roles", "abilities"]
        );
        assert_eq!(shown["organizations"][0]["id"], user["organization_id"]);
        assert_eq!(shown["identities"][0]["value"], user["email"]);
        assert_eq!(shown["roles"], json!([]));
        let abilities = json!([{
            "url": user["url"], "user_id": user["id"], "can_edit": true, "can_edit_password": true,
            "can_manage_identities_of": true, "can_verify_identities": true,
        }]);
        assert_eq!(shown["abilities"], abilities);
        let path = format!("/api/v2/users/{}?{include}", me["id"]);
        let shown = agent.get(&path).await.json();
        assert_eq!(shown["abilities"][0]["can_edit"], false);
        assert_eq!(shown["organizations"], json!([]));
        let page = client
            .get(&format!("{USERS}?{include}&page%5Bsize%5D=2"))
            .await
            .expect(200)
            .json();
        let keys: Vec<&String> = page.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "users",
                "identities",
                "organizations",
                "roles",
                "abilities",
                "meta",
                "links"
            ]
        );
        assert_eq!(page["abilities"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn nothing_hangs_on_a_user_without_tickets() {
    both_ways(builder, |client| async move {
        let path = format!("/api/v2/users/{}/related.json", client.seed(1).await["id"]);
        let expected = json!({"user_related": {
            "assigned_tickets": 0, "requested_tickets": 0, "ccd_tickets": 0, "organization_subscriptions": 0,
        }});
        assert_eq!(client.get(&path).await.expect(200).json(), expected);
        client.get("/api/v2/users/5/related").await.expect(404);
        client.signed_in(None).get(&path).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn the_owner_is_asked_for_seats() {
    both_ways(builder, |client| async move {
        let path = "/api/v2/users/request_create.json";
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        let sent = json!({"user": {"name": "N", "email": "n@x.co"}});
        let answer = agent.post(path, &sent).await.expect(200);
        assert_eq!(answer.text, "");
        for body in [
            json!({}),
            json!({"user": "N"}),
            json!({"user": {"name": "N"}}),
            json!({"user": {"name": "N", "email": ""}}),
            json!({"user": {"name": 5, "email": "n@x.co"}}),
        ] {
            agent.post(path, &body).await.expect(400);
        }
        client.signed_in(None).post(path, &sent).await.expect(401);
    })
    .await;
}

#[tokio::test]
async fn users_are_signed_out() {
    both_ways(builder, |client| async move {
        let path = "/api/v2/users/logout_many.json";
        let user = client.seed(1).await;
        let send = async |who: &Client, query: &str| {
            let request = who.request(Method::POST, &format!("{path}{query}"), "");
            who.send(request).await.unwrap()
        };
        let answer = send(&client, &format!("?ids={},5", user["id"]))
            .await
            .expect(202);
        assert_eq!(answer.text, "");
        let many: Vec<String> = (0..101).map(|number| number.to_string()).collect();
        for query in ["", "?ids=", &format!("?ids={}", many.join(","))] {
            send(&client, query).await.expect(400);
        }
        let agent = client.signed_in(Some(token_of(AGENT_EMAIL)));
        send(&agent, "?ids=1").await.expect(403);
    })
    .await;
}
