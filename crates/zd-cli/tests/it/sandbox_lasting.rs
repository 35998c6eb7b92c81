//! What lasts from one process to the next: bytes, and what was answered.

#![cfg(unix)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::Zd;
use crate::sandbox::Started;

/// Sends a request as any client would, but always under the same name, and reads everything that comes back.
fn exchange(sandbox: &Started, method: &str, path: &str, body: &Value) -> std::io::Result<Vec<u8>> {
    let address = sandbox.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: sandbox.localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        sandbox.token,
        body.len()
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn ok(sandbox: &Started, method: &str, path: &str, body: &Value) -> Value {
    let bytes = exchange(sandbox, method, path, body).expect("an answer");
    let text = String::from_utf8(bytes).expect("an answer in UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.starts_with("HTTP/1.1 20"), "{text}");
    serde_json::from_str(body).expect("an answer in JSON")
}

/// The same seed, the same requests in the same order, a clock that stands still: the same bytes, heads included.
#[test]
fn two_processes_answer_with_the_same_bytes() {
    let run = |seed: &str| {
        let zd = Zd::new();
        let flags = [
            "--seed",
            seed,
            "--frozen",
            "--starts-at",
            "2026-12-01T12:00:00Z",
            "--job-time",
            "lognormal:5s:1",
            "--others",
            "400/min",
            "--other-jobs",
            "0-20",
            "--fault",
            "5xx=10%",
            "--fault",
            "429=10%",
            "--fault",
            "garbage=5%",
            "--fault",
            "job-killed=20%",
            "--fault",
            "row-failed=20%",
            "--fault",
            "results-shuffled=20%",
            "--fault",
            "answer-lost=5%",
        ];
        let sandbox = Started::with(&zd, &flags);
        let mut all = Vec::new();
        for round in 0..12 {
            let users: Vec<Value> = (0..5)
                .map(|row| json!({"name": "A", "external_id": format!("{round}-{row}"), "email": format!("u{round}{row}@people.example")}))
                .collect();
            for (method, path, body) in [
                (
                    "POST",
                    "/api/v2/users/create_or_update_many",
                    json!({"users": users}),
                ),
                (
                    "POST",
                    "/api/v2/users/create_or_update",
                    json!({"user": {"name": "B", "external_id": format!("s{round}")}}),
                ),
                (
                    "GET",
                    "/api/v2/users?page[size]=100&sort=-created_at",
                    Value::Null,
                ),
                ("GET", "/api/v2/users/me", Value::Null),
                ("POST", "/__zd/clock", json!({"advance": "3s"})),
                ("GET", "/api/v2/job_statuses", Value::Null),
                (
                    "POST",
                    "/oauth/tokens",
                    json!({"grant_type": "client_credentials", "client_id": "sandbox-client",
                    "client_secret": "sandbox-client-secret"}),
                ),
                ("GET", "/api/v2/nothing", Value::Null),
            ] {
                all.push(exchange(&sandbox, method, path, &body).map_err(|error| error.kind()));
            }
        }
        for place in [
            "state",
            "requests?limit=1000",
            "applied",
            "metrics",
            "events",
            "jobs",
        ] {
            all.push(
                exchange(&sandbox, "GET", &format!("/__zd/{place}"), &Value::Null)
                    .map_err(|error| error.kind()),
            );
        }
        all
    };
    let (first, second) = (run("7"), run("7"));
    for (place, (first, second)) in first.iter().zip(&second).enumerate() {
        let text = |bytes: &Result<Vec<u8>, _>| {
            bytes
                .clone()
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        assert_eq!(text(first), text(second), "answer {place}");
    }
    assert_ne!(run("8"), first);
}

/// Killed again and again in the middle of everything: what was answered is there, and nobody twice.
#[test]
fn what_was_answered_before_a_kill_is_there_after_it() {
    let zd = Zd::new();
    let flags = [
        "--data",
        "account",
        "--no-rate-limits",
        "--job-time",
        "0",
        "--seed",
        "7",
    ];
    let mut answered = Vec::new();
    for round in 0..6 {
        let sandbox = Started::with(&zd, &flags);
        for id in &answered {
            let path = format!("/api/v2/users/search?external_id={id}");
            assert_eq!(
                ok(&sandbox, "GET", &path, &Value::Null)["count"],
                1,
                "{id} is lost"
            );
        }
        let over = AtomicBool::new(false);
        let told: Vec<String> = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..3)
                .map(|writer| {
                    let (sandbox, over) = (&sandbox, &over);
                    scope.spawn(move || {
                        let mut told = Vec::new();
                        for number in 0.. {
                            let id = format!("r{round}-{writer}-{number}");
                            let body = json!({"user": {"name": "A", "external_id": id}});
                            let path = "/api/v2/users/create_or_update";
                            let answer = exchange(sandbox, "POST", path, &body).unwrap_or_default();
                            if answer.starts_with(b"HTTP/1.1 201") && answer.ends_with(b"}") {
                                told.push(id);
                            } else if over.load(Ordering::Relaxed) {
                                break;
                            }
                        }
                        told
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(60 + round * 35));
            over.store(true, Ordering::Relaxed);
            sandbox.signal("KILL");
            writers
                .into_iter()
                .flat_map(|writer| writer.join().expect("it writes"))
                .collect()
        });
        assert!(!told.is_empty(), "round {round} wrote nothing");
        answered.extend(told);
    }
    let sandbox = Started::with(&zd, &flags);
    let applied = ok(&sandbox, "GET", "/__zd/applied", &Value::Null);
    assert_eq!(applied["max_created_per_key"], 1);
    assert!(applied["created"].as_u64() >= Some(answered.len() as u64));
}
