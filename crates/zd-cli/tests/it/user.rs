//! `zd user`.

use serde_json::json;

use crate::fake::{Answer, Fake};
use crate::process::Zd;

#[test]
fn an_upsert_says_created_or_updated_with_the_id() {
    let zd = Zd::new();
    let created = zd
        .run(&[
            "user",
            "upsert",
            "--sandbox",
            "--email",
            "new@people.example",
            "--name",
            "New",
        ])
        .code(0);
    let mut cells = created.stdout.trim_end().split('\t');
    assert_eq!(cells.next(), Some("created"));
    assert!(cells.next().unwrap().parse::<u64>().is_ok(), "{created:?}");
    let json = zd
        .run(&[
            "user",
            "upsert",
            "--sandbox",
            "--external-id",
            "SEED-0001",
            "--set",
            "notes=hello",
            "--json",
        ])
        .code(0)
        .json();
    assert_eq!(json["status"], "updated");
    assert_eq!(json["user"]["notes"], "hello");
    assert_eq!(json["id"], json["user"]["id"]);
}

#[test]
fn what_is_sent_is_what_was_said() {
    let fake = Fake::start(|_| Answer::json(201, &json!({"user": {"id": 7}})));
    let zd = Zd::at(&fake.url).file(
        "person.json",
        r#"{"name": "from file", "phone": "+1", "user_fields": {"seats": 3.10}}"#,
    );
    zd.run(&[
        "user",
        "upsert",
        "--external-id",
        "0042",
        "--email",
        "ann@example.com",
        "--name",
        "Ann Lee",
        "--role",
        "end-user",
        "--set",
        "tags=vip,beta",
        "--set",
        "notes=null",
        "--set",
        "suspended=true",
        "--field",
        "plan_tier=gold",
        "--set",
        "organization.name=Elm Street Books",
        "--data",
        "@person.json",
    ])
    .code(0)
    .out("created\t7");
    let mut user = fake.requests()[0].json()["user"].clone();
    assert_eq!(
        user.as_object_mut()
            .unwrap()
            .remove("user_fields")
            .unwrap()
            .to_string(),
        r#"{"seats":3.10,"plan_tier":"gold"}"#
    );
    assert_eq!(
        user,
        json!({
            "external_id": "0042", "email": "ann@example.com", "name": "Ann Lee", "role": "end-user", "phone": "+1",
            "organization": {"name": "Elm Street Books"}, "tags": ["vip", "beta"], "skip_verify_email": true,
            "suspended": true, "notes": null,
        })
    );
}

#[test]
fn data_comes_from_standard_input_too() {
    let fake = Fake::start(|_| Answer::json(200, &json!({"user": {"id": 7}})));
    let zd = Zd::at(&fake.url);
    let body = br#"{"user": {"external_id": "42", "skip_verify_email": false}}"#;
    zd.run_with(&["user", "upsert", "--data", "-"], body)
        .code(0)
        .out("updated\t7");
    assert_eq!(
        fake.requests()[0].json(),
        json!({"user": {"external_id": "42", "skip_verify_email": false}})
    );
    zd.run_with(&["user", "upsert", "--data", "-"], b"[1]")
        .code(2)
        .err("error[ZD1001]");
    zd.run(&["user", "upsert", "--data", "@missing.json"])
        .code(3)
        .err("error[ZD1003]");
}

#[test]
fn without_a_key_nothing_is_sent() {
    let fake = Fake::start(|_| Answer::json(201, &json!({"user": {"id": 7}})));
    Zd::at(&fake.url)
        .run(&["user", "upsert", "--name", "Ann"])
        .code(2)
        .err("error[ZD1001]: nothing names the user")
        .err("--external-id or --email");
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn a_refused_person_is_told_field_by_field() {
    Zd::new()
        .run(&[
            "user",
            "upsert",
            "--sandbox",
            "--external-id",
            "seed-0001",
            "--email",
            "seed0002@people.example",
        ])
        .code(6)
        .err("error[ZD4003]")
        .err("POST /api/v2/users/create_or_update")
        .err("email: ")
        .err("already being used by another user")
        .err("sent: nothing was changed");
}

#[test]
fn the_environment_does_not_name_the_person() {
    let fake = Fake::start(|_| Answer::json(200, &json!({"user": {"id": 7}})));
    Zd::at(&fake.url)
        .env("ZD_EMAIL", "me@example.com")
        .env("ZD_NAME", "Me")
        .run(&["user", "upsert", "--external-id", "42"])
        .code(0);
    let body = fake.requests()[0].json();
    assert_eq!(
        body,
        json!({"user": {"external_id": "42", "skip_verify_email": true}})
    );
}

#[test]
fn a_user_is_got_by_any_of_three_names() {
    let zd = Zd::new();
    for name in [
        "ext:Seed-0007",
        "seed0007@people.example",
        "SEED0007@people.example",
    ] {
        zd.run(&["user", "get", name, "--sandbox"])
            .code(0)
            .out("external_id\tseed-0007\n");
    }
    let user = zd
        .run(&["user", "get", "ext:seed-0007", "--sandbox", "--json"])
        .code(0)
        .json();
    let id = user["id"].to_string();
    zd.run(&["user", "get", &id, "--sandbox"])
        .code(0)
        .out("external_id\tseed-0007\n");
}

#[test]
fn a_user_who_is_not_there_is_not_found() {
    let zd = Zd::new();
    for name in ["1", "ext:nobody", "nobody@people.example"] {
        zd.run(&["user", "get", name, "--sandbox"])
            .code(3)
            .err("error[ZD4001]");
    }
    zd.run(&["user", "get", "ann", "--sandbox"])
        .code(2)
        .err("a number, an e-mail address, ext:EXTERNAL_ID, or me");
}

#[test]
fn an_address_that_is_not_the_first_one_names_its_owner() {
    let fake = Fake::start(|request| match request.call().as_str() {
        "GET /api/v2/users/search" => Answer::json(
            200,
            &json!({"users": [
            {"id": 1, "email": "ann@example.com"}, {"id": 2, "email": "other@example.com"}], "next_page": null}),
        ),
        _ => Answer::json(
            200,
            &json!({"users": [{"id": 1, "email": "ann@example.com"}, {"id": 2, "email": "other@example.com"}],
            "identities": [{"id": 9, "user_id": 2, "type": "email", "value": "Second@example.com"}]}),
        ),
    });
    let zd = Zd::at(&fake.url);
    zd.run(&["user", "get", "second@example.com"])
        .code(0)
        .out("id\t2\n");
    zd.run(&["user", "get", "third@example.com"])
        .code(3)
        .err("error[ZD4001]");
}

#[test]
fn users_are_found_and_counted() {
    let zd = Zd::new();
    let found = zd
        .run(&["user", "search", "--external-id", "seed-0003", "--sandbox"])
        .code(0);
    assert_eq!(found.stdout.lines().count(), 1);
    assert!(
        found
            .stdout
            .contains("\tseed0003@people.example\tseed-0003\tend-user\n"),
        "{found:?}"
    );
    let found = zd
        .run(&[
            "user",
            "search",
            "people.example*",
            "--limit",
            "5",
            "--sandbox",
            "--json",
        ])
        .code(0);
    assert!(found.json().as_array().unwrap().len() <= 5);
    zd.run(&["user", "search", "--external-id", "nobody", "--sandbox"])
        .code(0)
        .err("no users found");
    zd.run(&["user", "search"]).code(2).err("error[ZD1001]");
}

#[test]
fn a_long_list_is_fetched_page_by_page_up_to_the_limit() {
    let fake = Fake::start(|request| {
        let page = request
            .path
            .split("page=")
            .nth(1)
            .map_or(1, |text| text.parse::<u64>().unwrap());
        let users: Vec<_> = (0..100).map(|n| json!({"id": page * 1000 + n})).collect();
        Answer::json(
            200,
            &json!({"users": users, "next_page": "https://elsewhere.example/", "count": 1000}),
        )
    });
    let ran = Zd::at(&fake.url)
        .run(&["user", "search", "ann", "--limit", "150"])
        .code(0)
        .err("more than these 150");
    assert_eq!(ran.stdout.lines().count(), 150);
    assert_eq!(fake.requests().len(), 2);
}

#[test]
fn curl_is_printed_instead_of_sending() {
    let fake = Fake::start(|_| Answer::Close);
    let zd = Zd::at(&fake.url);
    zd.run(&[
        "user",
        "upsert",
        "--email",
        "o'hara@example.com",
        "--print",
        "curl",
    ])
    .code(0)
    .out(&format!(
        "curl --request POST {}/api/v2/users/create_or_update",
        fake.url
    ))
    .out("Bearer $ZD_TOKEN")
    .out(r"o'\''hara@example.com")
    .never("an-oauth-token");
    zd.run(&["user", "get", "ann@example.com", "--print", "curl"])
        .code(0)
        .out("/api/v2/users/search?query=email%3A");
    zd.run(&["job", "wait", "V3-1", "--print", "curl"])
        .code(2)
        .err("error[ZD1001]");
    assert_eq!(fake.requests().len(), 0);
}
