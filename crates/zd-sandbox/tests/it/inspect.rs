//! What the sandbox tells about itself, and does when it is told.

use std::time::Duration;

use futures_util::StreamExt as _;
use http::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zd_sandbox::{JobTime, Server};

use crate::support::{both_ways, builder};

#[tokio::test]
async fn every_place_is_listed_and_needs_no_credentials() {
    both_ways(builder, async |client| {
        let stranger = client.signed_in(None);
        let places = stranger.inside("").await["places"].clone();
        let places = places.as_array().unwrap();
        assert!(places.len() > 20);
        for place in places.iter().filter(|place| place["method"] == "GET") {
            let path = place["path"].as_str().unwrap().split('?').next().unwrap();
            stranger.get(path).await.expect(200);
        }
        let none = stranger.get("/__zd/nothing").await.expect(404).json();
        assert!(
            none["next"].as_str().unwrap().contains("GET /__zd/"),
            "{none}"
        );
        stranger.get("/__zd").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_state_counts_what_there_is() {
    both_ways(
        || builder().job_time(JobTime::Hand).seed(7),
        async |client| {
            let id = client.seed(3).await["id"].clone();
            client
                .delete(&format!("/api/v2/users/{id}"))
                .await
                .expect(200);
            client.bulk(json!([{"name": "A"}])).await.expect(200);
            let state = client.inside("state").await;
            assert_eq!(state["seed"], 7);
            assert_eq!(state["users"], json!({"active": 201, "deleted": 1}));
            assert_eq!(
                (&state["organizations"], &state["user_fields"]),
                (&json!(10), &json!(10))
            );
            assert_eq!(state["jobs"]["queued"], 1);
            assert_eq!(state["requests"]["total"], 3);
            assert_eq!(state["settings"]["job_time"], "hand");
        },
    )
    .await;
}

#[tokio::test]
async fn requests_are_found_by_what_they_were() {
    both_ways(builder, async |client| {
        client
            .upsert(json!({"name": "Ann", "external_id": "42"}))
            .await
            .expect(201);
        client.get("/api/v2/users/me.json").await.expect(200);
        client.get("/api/v2/users/create_or_updat").await;
        client
            .post("/api/v2/users/create_or_updat", &json!({}))
            .await
            .expect(404);
        client
            .signed_in(None)
            .get("/api/v2/users/count")
            .await
            .expect(401);
        let found = async |query: &str| client.inside(&format!("requests?{query}")).await;
        assert_eq!(found("").await["count"], 5);
        let upserts = found("method=post&path=/api/v2/users/create*&status=201").await;
        assert_eq!(upserts["count"], 1);
        let upsert = &upserts["requests"][0];
        assert_eq!(upsert["operation"], "users.create_or_update");
        assert_eq!(
            upsert["request_body"],
            r#"{"user":{"name":"Ann","external_id":"42"}}"#
        );
        assert!(
            upsert["response_body"]
                .as_str()
                .unwrap()
                .contains(r#""name":"Ann""#)
        );
        assert!(upsert["caller"].is_u64());
        assert_eq!(found("body=%22external_id%22%3A%2242%22").await["count"], 1);
        assert_eq!(found("path=/api/v2/users/me").await["count"], 1);
        assert_eq!(
            found("status=401").await["requests"][0]["caller"],
            Value::Null
        );
        let miss = found("method=POST&status=404").await["requests"][0].clone();
        assert_eq!(miss["note"], "not implemented in the sandbox");
        assert_eq!(miss["nearest"], "POST /api/v2/users/create_or_update");
        let last = found("limit=1").await;
        assert_eq!(
            (&last["count"], &last["requests"][0]["status"]),
            (&json!(5), &json!(401))
        );
        let since = last["requests"][0]["number"].as_u64().unwrap() - 1;
        assert_eq!(found(&format!("since={since}")).await["count"], 1);
        assert_eq!(
            client.inside("requests/count?status=404&method=GET").await,
            json!({"count": 1})
        );
        client.get("/__zd/requests?colour=red").await.expect(400);
        client.get("/__zd/requests?since=x").await.expect(400);
        client.delete("/__zd/requests").await.expect(200);
        assert_eq!(found("").await["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn the_log_keeps_no_secrets() {
    both_ways(builder, async |client| {
        let grant = json!({"grant_type": "client_credentials", "client_id": zd_sandbox::CLIENT_ID,
            "client_secret": zd_sandbox::CLIENT_SECRET});
        let token = client
            .post("/oauth/tokens", &grant)
            .await
            .expect(200)
            .json();
        let id = client.seed(1).await["id"].clone();
        let path = format!("/api/v2/users/{id}/password");
        client
            .post(&path, &json!({"password": "correct horse"}))
            .await
            .expect(200);
        // Whatever becomes of such a request.
        client
            .post("/__zd/faults", &json!({"rules": ["429 POST"]}))
            .await
            .expect(201);
        client
            .post(&path, &json!({"password": "correct horse"}))
            .await
            .expect(429);
        client
            .post(&format!("{path}x"), &json!({"password": "correct horse"}))
            .await;
        let log = client.inside("requests").await.to_string()
            + &client.inside("events").await.to_string();
        let secret = token["access_token"].as_str().unwrap();
        for secret in [
            secret,
            zd_sandbox::CLIENT_SECRET,
            zd_sandbox::API_TOKEN,
            "correct horse",
        ] {
            assert!(!log.contains(secret), "{secret}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_has_no_status_in_the_log() {
    both_ways(
        || builder().fault("answer-lost".parse().unwrap()),
        async |client| {
            let request = client.request(
                Method::POST,
                "/api/v2/users/create_or_update",
                r#"{"user":{"name":"A"}}"#,
            );
            client.send(request).await.unwrap_err();
            let entry = client.inside("requests?status=none").await["requests"][0].clone();
            assert_eq!(
                (&entry["status"], &entry["faults"]),
                (&Value::Null, &json!(["answer-lost"]))
            );
        },
    )
    .await;
}

#[tokio::test]
async fn a_snapshot_is_taken_back() {
    both_ways(
        || {
            builder()
                .frozen()
                .job_time(JobTime::Fixed(Duration::from_secs(60)))
        },
        async |client| {
            client
                .bulk(json!([{"name": "A", "external_id": "a"}]))
                .await
                .expect(200);
            let taken = client.tell("snapshots/before", &json!({})).await;
            assert_eq!(
                (&taken["name"], &taken["users"]),
                (&json!("before"), &json!(202))
            );
            client
                .upsert(json!({"name": "B", "external_id": "b"}))
                .await
                .expect(201);
            let user = client.seed(1).await;
            let path = format!("/api/v2/users/{}", user["id"]);
            client
                .put(&path, &json!({"user": {"name": "Other"}}))
                .await
                .expect(200);
            client.tell("clock", &json!({"advance": "60s"})).await;
            assert_eq!(client.sandbox.applied().created, 2);
            client.tell("snapshots/before/restore", &json!({})).await;
            assert_eq!(client.seed(1).await["name"], user["name"]);
            // Its job is there again, and was due meanwhile.
            let applied = client.sandbox.applied();
            assert_eq!(applied.keys.keys().collect::<Vec<_>>(), ["ext:a"]);
            let missing = client
                .post("/__zd/snapshots/never/restore", &json!({}))
                .await
                .expect(404)
                .json();
            assert!(
                missing["next"].as_str().unwrap().contains("before"),
                "{missing}"
            );
            assert_eq!(
                client.inside("snapshots").await["snapshots"][0]["users"],
                202
            );
            client.delete("/__zd/snapshots/before").await.expect(200);
            client.delete("/__zd/snapshots/before").await.expect(404);
        },
    )
    .await;
}

#[tokio::test]
async fn a_reset_is_a_new_beginning() {
    both_ways(
        || {
            builder()
                .frozen()
                .fault("5xx nth=2".parse().unwrap())
                .seed(7)
        },
        async |client| {
            let start = client.get("/api/v2/users?page[size]=100").await.expect(200);
            client
                .post("/__zd/faults", &json!({"rules": ["409"]}))
                .await
                .expect(201);
            client.delete("/__zd/faults/1").await.expect(200);
            client.upsert(json!({"name": "A"})).await.expect(409);
            client
                .tell("settings", &json!({"bulk_import": false, "plan": "team"}))
                .await;
            client.sandbox.reset();
            let again = client.get("/api/v2/users?page[size]=100").await.expect(200);
            assert_eq!(again.text, start.text);
            assert_eq!(again.headers, start.headers);
            assert!(
                client
                    .get("/api/v2/users/me")
                    .await
                    .status
                    .is_server_error()
            );
            client.upsert(json!({"name": "A"})).await.expect(201);
            assert_eq!(client.inside("settings").await["plan"], "enterprise");
            assert_eq!(client.inside("requests").await["count"], 3);
        },
    )
    .await;
}

#[tokio::test]
async fn more_people_come_made_up_or_as_they_are_sent() {
    both_ways(builder, async |client| {
        let told = client.tell("seed", &json!({"users": 300, "seed": 7})).await;
        assert_eq!(told["created"], 300);
        assert_eq!(client.inside("state").await["users"]["active"], 502);
        assert_eq!(client.seed(500).await["email"], "seed0500@people.example");
        let lines = "{\"name\":\"Ann\",\"external_id\":\"ann\"}\n{\"name\":\"Bob\",\"email\":\"bad\"}\nnonsense\n\
            {\"name\":\"Anna\",\"external_id\":\"ANN\"}\n{\"name\":\"Cy\",\"tags\":7}\n";
        let mut request = client.request(Method::POST, "/__zd/seed", lines);
        request.headers_mut().insert("content-type", "application/x-ndjson".parse().unwrap());
        let told = client.send(request).await.unwrap().expect(200).json();
        assert_eq!((&told["created"], &told["updated"], &told["refused"]), (&json!(1), &json!(1), &json!(3)));
        let lines: Vec<&Value> = told["examples"].as_array().unwrap().iter().map(|example| &example["line"]).collect();
        assert_eq!(lines, [2, 3, 5]);
        let found = client.get("/api/v2/users/search?external_id=ann").await.json();
        assert_eq!(found["users"][0]["name"], "Anna");
        // Seeding is not what was applied, and nobody's extra people.
        assert_eq!(client.sandbox.applied().keys.len(), 0);
        client.post("/__zd/seed", &json!({"users": -1})).await.expect(400);
        client.post("/__zd/seed", &json!({"users": 4_000_000_000_u64})).await.expect(400);
    })
    .await;
}

#[tokio::test]
async fn a_long_list_is_seeded_in_parts_with_its_own_lines() {
    let server = builder().start().await.unwrap();
    let client = crate::support::connected(&server);
    let mut lines = String::new();
    for number in 1..=20_000 {
        let email = if number == 15_000 {
            "bad".to_owned()
        } else {
            format!("l{number}@people.example")
        };
        lines.push_str(
            &json!({"name": "Ann Long Name", "external_id": format!("l{number}"), "email": email})
                .to_string(),
        );
        lines.push('\n');
    }
    assert!(lines.len() > 1 << 20);
    let mut request = client.request(Method::POST, "/__zd/seed", &lines);
    request
        .headers_mut()
        .insert("content-type", "application/x-ndjson".parse().unwrap());
    let told = client.send(request).await.unwrap().expect(200).json();
    assert_eq!(
        (&told["created"], &told["refused"]),
        (&json!(19_999), &json!(1))
    );
    assert_eq!(told["examples"][0]["line"], 15_000);
}

#[tokio::test]
async fn events_are_told_by_number_and_as_they_happen() {
    both_ways(
        || {
            builder()
                .frozen()
                .job_time(JobTime::Fixed(Duration::from_secs(1)))
        },
        async |client| {
            client.bulk(json!([{"name": "A"}])).await.expect(200);
            client.tell("clock", &json!({"advance": "1s"})).await;
            let events = client.inside("events").await;
            let kinds: Vec<&Value> = events["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| &event["kind"])
                .collect();
            assert_eq!(kinds, ["request", "job_ended", "told"]);
            assert_eq!(events["events"][1]["status"], "completed");
            let next = events["next"].as_u64().unwrap();
            client.get("/api/v2/users/me").await.expect(200);
            let more = client.inside(&format!("events?since={next}")).await;
            assert_eq!(more["events"][0]["path"], "/api/v2/users/me");
            assert_eq!(more["events"].as_array().unwrap().len(), 1);
        },
    )
    .await;
    let server = builder().start().await.unwrap();
    let client = crate::support::connected(&server);
    client.get("/api/v2/users/count").await.expect(200);
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    stream.write_all(b"GET /__zd/events?since=0 HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n").await.unwrap();
    let mut read = String::new();
    let mut until = async |text: &str| {
        let mut piece = [0; 4096];
        while !read.contains(text) {
            let length = stream.read(&mut piece).await.unwrap();
            assert!(length > 0, "{read}");
            read.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
    };
    let waits = Duration::from_secs(5);
    tokio::time::timeout(waits, until("/api/v2/users/count"))
        .await
        .unwrap();
    client.get("/api/v2/users/me").await.expect(200);
    tokio::time::timeout(waits, until("/api/v2/users/me"))
        .await
        .unwrap();
    let _ = futures_util::stream::empty::<()>().next().await;
}

#[tokio::test]
async fn the_inside_is_for_this_machine_only() {
    let server = Server::bind(builder().build(), "0.0.0.0:0".parse().unwrap())
        .await
        .unwrap();
    assert!(
        server.url().starts_with("http://127.0.0.1:"),
        "{}",
        server.url()
    );
    let ask = async |path: &str, headers: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
            .await
            .unwrap();
        let request = format!("GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let status = |answer: &str| answer[9..12].to_owned();
    assert_eq!(
        status(&ask("/__zd/state", "Host: localhost\r\n").await),
        "200"
    );
    let refused = ask("/__zd/state", "Host: rebound.example\r\n").await;
    assert_eq!(status(&refused), "403");
    assert!(refused.contains("rebound.example"), "{refused}");
    let from_a_page = ask(
        "/__zd/state",
        "Host: localhost\r\nOrigin: https://elsewhere.example\r\n",
    )
    .await;
    assert_eq!(status(&from_a_page), "403");
    // The account itself is there for everybody.
    assert_eq!(
        status(&ask("/api/v2/users/me", "Host: rebound.example\r\n").await),
        "200"
    );
}

#[tokio::test]
async fn a_server_can_be_told_to_stop() {
    let server = builder().start().await.unwrap();
    let client = crate::support::connected(&server);
    let told = client.tell("stop", &json!({})).await;
    assert_eq!(told["stopping"], true);
    tokio::time::timeout(Duration::from_secs(1), server.stopped())
        .await
        .unwrap();
    server.shutdown().await;
}

/// A stream of events has an end when the server has one.
#[tokio::test]
async fn a_stream_ends_with_the_server() {
    let server = builder().start().await.unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))
        .await
        .unwrap();
    stream
        .write_all(
            b"GET /__zd/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n",
        )
        .await
        .unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.unwrap();
    tokio::time::timeout(Duration::from_secs(4), server.shutdown())
        .await
        .unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
}
