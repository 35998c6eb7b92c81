//! `zd api`.

use serde_json::{Value, json};

use crate::fake::{Answer, Fake};
use crate::process::Zd;

/// A list of three pages, the last of which has a `links.next` too.
fn pages() -> Fake {
    Fake::start(|request| {
        let page = match request.path.as_str() {
            "/api/v2/users?page[size]=1" => 1,
            "/api/v2/users?page[size]=1&page[after]=1" => 2,
            "/api/v2/users?page[size]=1&page[after]=2" => 3,
            _ => return Answer::json(404, &json!({"error": "RecordNotFound"})),
        };
        let host = request
            .headers
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .unwrap()
            .to_owned();
        Answer::json(
            200,
            &json!({
                "users": [{"id": page}],
                "meta": {"has_more": page < 3, "after_cursor": page.to_string()},
                "links": {"next": format!("http://{host}/api/v2/users?page[size]=1&page[after]={page}")},
            }),
        )
    })
}

#[test]
fn an_answer_comes_as_it_is() {
    let zd = Zd::new();
    let ran = zd.run(&["api", "users/me", "--sandbox"]).code(0);
    assert_eq!(ran.json()["user"]["role"], "admin");
    let email = ran.json()["user"]["email"].as_str().unwrap().to_owned();
    zd.run(&[
        "api",
        "/api/v2/users/me.json",
        "--sandbox",
        "--jq",
        ".user.email",
    ])
    .code(0)
    .out(&format!("{email}\n"));
    zd.run(&[
        "api",
        "users/me",
        "--sandbox",
        "--template",
        "{{ user.email }}!",
    ])
    .code(0)
    .out(&format!("{email}!\n"));
    let ran = zd.run(&["api", "users/me", "--sandbox", "-i"]).code(0);
    assert!(ran.stdout.starts_with("HTTP/1.1 200 OK\n"), "{ran:?}");
    assert!(
        ran.stdout.contains("content-type: application/json"),
        "{ran:?}"
    );
}

#[test]
fn fields_headers_and_files_are_sent() {
    let fake = Fake::start(|_| Answer::json(201, &json!({"ok": true})));
    let zd = Zd::at(&fake.url)
        .file("note.txt", "a note\n")
        .file("body.json", r#"{"user": {"name": "Ann"}}"#);
    zd.run(&[
        "api",
        "users",
        "-f",
        "user[name]=Ann",
        "-F",
        "user[verified]=true",
        "-F",
        "user[notes]=@note.txt",
        "-H",
        "X-On-Behalf-Of: ann@example.com",
    ])
    .code(0)
    .out(r#"{"ok":true}"#);
    zd.run(&[
        "api",
        "users/7",
        "-X",
        "PUT",
        "--input",
        "body.json",
        "-f",
        "a=b c",
    ])
    .code(0);
    zd.run_with(&["api", "users", "--input", "-"], b"{\"x\": 1}")
        .code(0);
    zd.run(&["api", "users/search", "-X", "GET", "-f", "query=role:agent"])
        .code(0);
    let requests = fake.requests();
    assert_eq!(requests[0].call(), "POST /api/v2/users");
    assert_eq!(
        requests[0].json(),
        json!({"user": {"name": "Ann", "verified": true, "notes": "a note\n"}})
    );
    assert!(
        requests[0]
            .headers
            .contains("x-on-behalf-of: ann@example.com")
    );
    assert!(
        requests[0]
            .headers
            .contains("content-type: application/json")
    );
    assert_eq!(
        (requests[1].method.as_str(), requests[1].path.as_str()),
        ("PUT", "/api/v2/users/7?a=b+c")
    );
    assert_eq!(requests[1].json(), json!({"user": {"name": "Ann"}}));
    assert_eq!(requests[2].body, b"{\"x\": 1}");
    assert_eq!(requests[3].path, "/api/v2/users/search?query=role%3Aagent");
}

#[test]
fn pages_are_followed_to_the_one_that_says_it_is_the_last() {
    let fake = pages();
    let zd = Zd::at(&fake.url);
    zd.run(&[
        "api",
        "users?page[size]=1",
        "--paginate",
        "--jq",
        ".users[].id",
    ])
    .code(0)
    .out("1\n2\n3\n");
    assert_eq!(fake.requests().len(), 3);
    // As they come: a JSON value for each page.
    let ran = zd.run(&["api", "users?page[size]=1", "--paginate"]).code(0);
    let pages: Vec<Value> = serde_json::Deserializer::from_str(&ran.stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(pages.len(), 3);
    zd.run(&["api", "users", "-f", "a=b", "--paginate"])
        .code(2)
        .err("--paginate goes with GET only");
}

#[test]
fn a_list_that_goes_round_in_circles_ends() {
    let fake = Fake::start(|request| {
        let other = if request.path.ends_with("=1") { 2 } else { 1 };
        Answer::json(
            200,
            &json!({"next_page": format!("/api/v2/users?page={other}")}),
        )
    });
    Zd::at(&fake.url)
        .run(&["api", "/api/v2/users?page=1", "--paginate"])
        .code(5)
        .err("the list would never end");
    assert_eq!(fake.requests().len(), 2);
}

#[test]
fn credentials_do_not_go_to_another_host() {
    let other = Fake::start(|_| Answer::json(200, &json!({})));
    let fake = {
        let url = other.url.clone();
        Fake::start(move |_| {
            Answer::json(200, &json!({"next_page": format!("{url}/api/v2/users")}))
        })
    };
    let zd = Zd::at(&fake.url);
    zd.run(&["api", &format!("{}/api/v2/users", other.url)])
        .code(2)
        .err("another host");
    zd.run(&["api", "users", "--paginate"])
        .code(2)
        .err("another host");
    assert_eq!(other.requests().len(), 0);
}

#[test]
fn a_refusal_is_shown_and_is_an_error() {
    let body = json!({"error": "RecordInvalid", "description": "Record validation errors", "details": {"email": [{"description": "Email: ann is not valid", "error": "InvalidValue"}]}});
    let fake = {
        let body = body.clone();
        Fake::start(move |_| Answer::json(422, &body))
    };
    let ran = Zd::at(&fake.url)
        .run(&["api", "users", "-f", "user[email]=ann", "--jq", ".user.id"])
        .code(6)
        .err("error[ZD4003]")
        .err("POST /api/v2/users")
        .err("Email: ann is not valid");
    assert_eq!(ran.json(), body);
    let fake = Fake::start(|_| {
        Answer::json(
            404,
            &json!({"error": {"title": "Invalid", "message": "no such thing"}}),
        )
    });
    Zd::at(&fake.url)
        .run(&["api", "nothing/like?q=ann@example.com", "--json"])
        .code(3)
        .never("ann@example.com");
}

#[test]
fn an_answer_that_is_no_json_comes_as_it_is() {
    let fake = Fake::start(|_| Answer::text(200, "text/csv", "a,b\n1,2"));
    let zd = Zd::at(&fake.url);
    assert_eq!(zd.run(&["api", "/export.csv"]).code(0).stdout, "a,b\n1,2\n");
    zd.run(&["api", "/export.csv", "--paginate"])
        .code(5)
        .err("no next page");
    let nothing = Fake::start(|_| Answer::text(204, "text/plain", ""));
    assert_eq!(
        Zd::at(&nothing.url)
            .run(&["api", "users/1", "-X", "DELETE"])
            .code(0)
            .stdout,
        ""
    );
}

#[test]
fn what_cannot_be_a_request_is_not_sent() {
    let fake = Fake::start(|_| Answer::json(200, &json!({})));
    let zd = Zd::at(&fake.url);
    for (arguments, words) in [
        (&["api", "users", "-f", "novalue"][..], "is not KEY=VALUE"),
        (
            &["api", "users", "-f", "a=1", "-f", "a[b]=1"],
            "does not fit",
        ),
        (
            &["api", "users", "-H", "secret-without-colon"],
            "a header is not NAME: VALUE",
        ),
        (&["api", "users", "-X", "G T"], "is no method"),
        (&["api", "users/ü b"], "is no path"),
        (&["api", "users", "--jq", ".["], "--jq is not a filter"),
        (
            &["api", "users", "--template", "{{"],
            "--template cannot be read",
        ),
        (
            &["api", "users", "--jq", ".", "--format", "csv"],
            "--jq does not go with --format csv",
        ),
    ] {
        zd.run(arguments)
            .code(2)
            .err(words)
            .never("secret-without-colon");
    }
    zd.run(&["api", "users", "--input", "missing.json"])
        .code(3)
        .err("ZD1003");
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn a_call_that_the_table_knows_is_named_in_the_trace() {
    Zd::new()
        .run(&[
            "api",
            "users/search",
            "-X",
            "GET",
            "-f",
            "query=ann@example.com",
            "--sandbox",
            "-v",
        ])
        .code(0)
        .err("GET /api/v2/users/search 200")
        .never("ann@example.com");
}
