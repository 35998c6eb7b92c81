//! Rules of faults, told to a running sandbox.

use http::Method;
use serde_json::json;
use zd_sandbox::JobTime;

use crate::support::{both_ways, builder};

#[tokio::test]
async fn rules_come_and_go_and_tell_how_often_they_struck() {
    both_ways(builder, async |client| {
        let rules = json!({"rules": ["5xx GET /api/v2/users/me nth=2..", "409 POST times=1"]});
        let told = client.post("/__zd/faults", &rules).await.expect(201).json();
        assert_eq!(
            told["faults"][0]["rule"],
            "5xx GET /api/v2/users/me nth=2.."
        );
        assert_eq!(
            told["faults"][1],
            json!({"id": 2, "rule": "409 POST times=1", "seen": 0, "struck": 0})
        );
        client.get("/api/v2/users/me.json").await.expect(200);
        assert!(
            client
                .get("/api/v2/users/me.json")
                .await
                .status
                .is_server_error()
        );
        assert!(
            client
                .get("/api/v2/users/me")
                .await
                .status
                .is_server_error()
        );
        client.get("/api/v2/users/count").await.expect(200);
        client.upsert(json!({"name": "A"})).await.expect(409);
        client.upsert(json!({"name": "A"})).await.expect(201);
        let told = client.inside("faults").await;
        assert_eq!(
            (&told["faults"][0]["seen"], &told["faults"][0]["struck"]),
            (&json!(3), &json!(2))
        );
        assert_eq!(
            (&told["faults"][1]["seen"], &told["faults"][1]["struck"]),
            (&json!(2), &json!(1))
        );
        let struck = client.inside("requests?fault=5xx").await;
        assert_eq!(struck["count"], 2);
        let left = client.delete("/__zd/faults/1").await.expect(200).json();
        assert_eq!(left["faults"].as_array().unwrap().len(), 1);
        let none = client.delete("/__zd/faults/1").await.expect(404).json();
        assert!(
            none["error"].as_str().unwrap().contains("no fault 1"),
            "{none}"
        );
        client.delete("/__zd/faults").await.expect(200);
        client.get("/api/v2/users/me").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn rules_can_be_lines_of_text_and_one_bad_line_adds_none() {
    both_ways(builder, async |client| {
        let send = async |text: &str| {
            let mut request = client.request(Method::POST, "/__zd/faults", text);
            request
                .headers_mut()
                .insert("content-type", "text/plain".parse().unwrap());
            client.send(request).await.unwrap()
        };
        let bad = send("5xx\n\n# a comment\n429=lots\n")
            .await
            .expect(400)
            .json();
        let error = bad["error"].as_str().unwrap();
        assert!(
            error.starts_with("rule 4: `429=lots` at column 5"),
            "{error}"
        );
        client.get("/api/v2/users/me").await.expect(200);
        send("# nothing\n").await.expect(400);
        let good = send("# two\n5xx\n  429=50%\n").await.expect(201).json();
        assert_eq!(good["faults"].as_array().unwrap().len(), 2);
        for body in [json!({"rules": "5xx"}), json!({"rules": [1]}), json!({})] {
            client.post("/__zd/faults", &body).await.expect(400);
        }
    })
    .await;
}

#[tokio::test]
async fn a_rule_looks_at_bodies_and_at_the_clock() {
    both_ways(
        || builder().frozen().job_time(JobTime::INSTANT),
        async |client| {
            let rules = json!({"rules": ["409 body=\"\\\"x7\\\"\"", "5xx /oauth/tokens from=10s until=20s"]});
            client.post("/__zd/faults", &rules).await.expect(201);
            client.upsert(json!({"name": "A", "external_id": "x71"})).await.expect(201);
            client.upsert(json!({"name": "A", "external_id": "x7"})).await.expect(409);
            let token = async || {
                let body = json!({"grant_type": "client_credentials", "client_id": zd_sandbox::CLIENT_ID,
                    "client_secret": zd_sandbox::CLIENT_SECRET});
                client.post("/oauth/tokens", &body).await.status.as_u16()
            };
            assert_eq!(token().await, 200);
            client.tell("clock", &json!({"advance": "10s"})).await;
            assert!(token().await >= 500);
            client.tell("clock", &json!({"advance": "10s"})).await;
            assert_eq!(token().await, 200);
        },
    )
    .await;
}

#[tokio::test]
async fn the_inside_is_never_struck() {
    both_ways(
        || builder().fault("5xx /*".parse().unwrap()),
        async |client| {
            assert!(client.get("/anything").await.status.is_server_error());
            client.get("/__zd/state").await.expect(200);
        },
    )
    .await;
}
