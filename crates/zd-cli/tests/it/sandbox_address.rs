//! Which sandbox the verbs of `zd sandbox` talk to, and what they say when there is none.

use std::net::TcpListener;

use serde_json::json;

use crate::fake::{Answer, Fake};
use crate::process::Zd;

/// A port at which nobody listens.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

fn clock() -> Answer {
    Answer::json(
        200,
        &json!({"now": "2026-05-02T10:00:00Z", "unix": 1.5, "scale": 1, "frozen": false}),
    )
}

fn port_of(fake: &Fake) -> &str {
    fake.url.rsplit(':').next().unwrap()
}

#[test]
fn it_is_found_by_its_address_or_its_port() {
    let fake = Fake::start(|_| clock());
    let other = format!("http://127.0.0.1:{}", free_port());
    let clock = ["sandbox", "clock"];
    Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .run(&clock)
        .code(0)
        .out("2026-05-02T10:00:00Z");
    for flags in [["--base-url", &fake.url], ["--port", port_of(&fake)]] {
        // What is typed wins over the environment.
        let zd = Zd::new().env("ZD_BASE_URL", &other);
        zd.run(&[&clock[..], &flags].concat()).code(0);
    }
    Zd::new().env("ZD_PORT", port_of(&fake)).run(&clock).code(0);
    Zd::new()
        .run(&[&clock[..], &["--port", "1", "--base-url", &fake.url]].concat())
        .code(2)
        .err("--port does not go with --base-url");
}

#[test]
fn no_credentials_go_there() {
    let fake = Fake::start(|_| clock());
    Zd::at(&fake.url)
        .env("ZD_CLIENT_ID", "client")
        .env("ZD_CLIENT_SECRET", "secret")
        .run(&["sandbox", "clock"])
        .code(0);
    let requests = fake.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!(requests[0].call(), "GET /__zd/clock");
    let headers = requests[0].headers.to_lowercase();
    assert!(!headers.contains("authorization") && !headers.contains("secret"));
}

#[test]
fn other_machines_are_refused() {
    for url in [
        "https://acme.zendesk.com",
        "http://192.0.2.1:8787",
        "http://127.0.0.1.example:8787",
    ] {
        Zd::new()
            .run(&["sandbox", "reset", "--base-url", url])
            .code(2)
            .err("error[ZD1002]")
            .err("it is not this machine")
            .err("sent: nothing");
    }
    // An account that is set up is not meant either.
    Zd::new()
        .env("ZD_SUBDOMAIN", "acme")
        .env("ZD_OAUTH_TOKEN", "t")
        .run(&["sandbox", "reset"])
        .code(2)
        .err("which sandbox is meant is not said")
        .err("zd sandbox start --background");
    Zd::new()
        .run(&["sandbox", "status", "--sandbox"])
        .code(2)
        .err("--sandbox does not go with this command");
}

#[test]
fn nobody_listens_there() {
    let port = free_port();
    let verbs: &[&[&str]] = &[
        &["stop"],
        &["status"],
        &["reset"],
        &["seed", "--users", "3"],
        &["fault"],
        &["clock", "freeze"],
        &["log"],
        &["snapshot", "a"],
        &["restore", "a"],
        &["snapshots"],
        &["jobs"],
        &["events"],
        &["events", "--follow"],
        &["metrics"],
        &["differences"],
        &["set", "plan=team"],
    ];
    for verb in verbs {
        let arguments = [&["sandbox"], *verb, &["--port", &port]].concat();
        Zd::new()
            .run(&arguments)
            .code(5)
            .err("error[ZD6001]")
            .err(&format!("nobody listens at http://127.0.0.1:{port}"))
            .err(&format!("fix: zd sandbox start --port {port}"));
    }
    let error = Zd::new()
        .run(&["sandbox", "status", "--port", &port, "--json"])
        .code(5)
        .error();
    assert_eq!(error["name"], "no_sandbox");
}

#[test]
fn something_else_listens_there() {
    let answers: [fn() -> Answer; 6] = [
        || Answer::text(200, "text/html", "<html>It works!</html>"),
        || Answer::json(200, &json!({"hello": "world"})),
        || {
            Answer::json(
                404,
                &json!({"error": "InvalidEndpoint", "description": "Not found"}),
            )
        },
        || Answer::text(404, "text/plain", "404 page not found"),
        || Answer::Raw(b"SSH-2.0-OpenSSH_9.9\r\n"),
        || Answer::Close,
    ];
    for answer in answers {
        let fake = Fake::start(move |_| answer());
        for verb in ["status", "jobs", "clock"] {
            Zd::new()
                .run(&["sandbox", verb, "--base-url", &fake.url])
                .code(2)
                .err("error[ZD6002]")
                .err(&format!("what listens at {} is no sandbox", fake.url));
        }
    }
}

#[test]
fn what_the_sandbox_says_is_told() {
    let fake = Fake::start(|request| match request.call().as_str() {
        "POST /__zd/snapshots/c/restore" => Answer::json(
            404,
            &json!({"error": "there is no snapshot c", "next": "choose one of a, b"}),
        ),
        _ => Answer::json(
            400,
            &json!({"error": "the clock never goes \u{1b}[31mback", "next": "jump to a later time"}),
        ),
    });
    let zd = Zd::new().env("ZD_BASE_URL", &fake.url);
    zd.run(&["sandbox", "restore", "c"])
        .code(3)
        .err("error[ZD6003]: there is no snapshot c")
        .err("fix: choose one of a, b");
    zd.run(&["sandbox", "clock", "jump", "2020-01-01T00:00:00Z"])
        .code(2)
        .err("the clock never goes \\u{1b}[31mback")
        .err("fix: jump to a later time");
}

#[test]
fn no_request_is_printed_as_curl() {
    Zd::new()
        .run(&["sandbox", "status", "--port", "1", "--print", "curl"])
        .code(2)
        .err("--print curl does not go with this command");
}
