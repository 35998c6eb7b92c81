//! What single calls make of a bad day: exit code, message, next command.

use serde_json::json;

use crate::fake::{Answer, Fake};
use crate::process::{Ran, Zd};

fn get(answer: impl Fn(&crate::fake::Request) -> Answer + Send + Sync + 'static) -> Ran {
    let fake = Fake::start(answer);
    Zd::at(&fake.url).run(&["user", "get", "42"])
}

fn upsert(
    answer: impl Fn(&crate::fake::Request) -> Answer + Send + Sync + 'static,
) -> (Ran, usize) {
    let fake = Fake::start(answer);
    let ran = Zd::at(&fake.url).run(&[
        "user",
        "upsert",
        "--email",
        "ann@example.com",
        "--name",
        "Ann",
    ]);
    (ran, fake.requests().len())
}

const PAGE: &str = "<!DOCTYPE html><html><body>Sorry</body></html>";

#[test]
fn wrong_credentials() {
    get(|_| {
        Answer::json(401, &json!({"error": "Couldn't authenticate you"}))
            .header("x-request-id", "7f3a")
    })
    .code(4)
    .err("error[ZD2003]")
    .err("GET /api/v2/users/{user_id} · request 7f3a")
    .err("Couldn't authenticate you");
}

#[test]
fn forbidden_by_role_or_by_scope() {
    get(|_| Answer::json(403, &json!({"error": {"title": "Forbidden", "message": "You do not have access to this page."}})))
        .code(7)
        .err("error[ZD2005]")
        .err("You do not have access to this page.");
    get(|_| Answer::json(403, &json!({"error": "Forbidden", "description": "You are missing the following required scopes: read"})))
        .code(4)
        .err("error[ZD2004]");
}

#[test]
fn an_account_that_does_not_exist() {
    get(|_| Answer::text(404, "text/html", PAGE))
        .code(2)
        .err("error[ZD2006]")
        .err("ZD_SUBDOMAIN");
}

#[test]
fn a_read_outlives_trouble_but_not_for_ever() {
    get(|_| Answer::text(502, "text/html", PAGE))
        .code(5)
        .err("error[ZD3004]")
        .err("sent: nothing was changed")
        .never("DOCTYPE");
    get(|_| Answer::Close).code(5).err("error[ZD3002]");
}

#[test]
fn html_for_json() {
    get(|_| Answer::text(200, "text/html", PAGE))
        .code(5)
        .err("error[ZD3006]")
        .err("proxy")
        .never("Sorry");
    get(|_| Answer::text(200, "application/json", ""))
        .code(5)
        .err("error[ZD3006]");
    get(|_| Answer::json(200, &json!({"users": []})))
        .code(5)
        .err("error[ZD3006]");
}

#[test]
fn no_http_at_all() {
    get(|_| Answer::Raw(b"SSH-2.0-OpenSSH_9.9\r\n"))
        .code(5)
        .err("error[ZD3002]");
}

#[test]
fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    Zd::at(&url)
        .run(&["user", "upsert", "--email", "ann@example.com"])
        .code(5)
        .err("error[ZD3001]: cannot connect")
        .err("onnection refused")
        .err("sent: nothing was changed");
}

#[test]
fn a_write_whose_answer_is_lost_is_not_sent_twice() {
    let (ran, requests) = upsert(|_| Answer::Close);
    ran.code(5)
        .err("error[ZD3003]")
        .err("it may have been applied");
    assert_eq!(requests, 1);
    let (ran, requests) = upsert(|_| Answer::text(500, "text/html", PAGE));
    ran.code(5)
        .err("error[ZD3003]")
        .err("it may have been applied");
    assert_eq!(requests, 1);
}

#[test]
fn a_write_that_was_refused_says_what_zendesk_says() {
    let (ran, _) = upsert(|_| {
        Answer::json(
            422,
            &json!({"error": "RecordInvalid", "description": "Record validation errors", "details": {
            "email": [{"description": "Email: x is \u{1b}[2Jbad", "error": "Bad"}], "name": [{"description": "Name: is too short"}]}}),
        )
    });
    ran.code(6)
        .err("error[ZD4003]")
        .err("  email: Email: x is \\u{1b}[2Jbad (Bad)\n")
        .err("  name: Name: is too short\n");
    let (ran, _) = upsert(|_| {
        Answer::text(
            409,
            "text/plain",
            "Requester creation collision - please try again",
        )
    });
    ran.code(5).err("error[ZD4005]").err("collision");
}

#[test]
fn too_many_requests_are_waited_for() {
    let first = std::sync::atomic::AtomicBool::new(true);
    let (ran, requests) = upsert(move |_| {
        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            Answer::text(429, "text/plain", "slow down").header("retry-after", "0")
        } else {
            Answer::json(201, &json!({"user": {"id": 7}}))
        }
    });
    ran.code(0).out("created\t7");
    assert_eq!(requests, 2);
}

#[test]
fn a_redirect_is_not_followed() {
    get(|_| Answer::text(302, "text/html", "").header("location", "http://127.0.0.1:1/"))
        .code(5)
        .err("error[ZD3007]");
}
