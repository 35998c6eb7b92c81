//! Which account, and who we are.

use serde_json::json;

use crate::fake::{Answer, Fake};
use crate::process::Zd;

fn admin(_: &crate::fake::Request) -> Answer {
    Answer::json(
        200,
        &json!({"user": {"id": 42, "name": "Ann", "role": "end-user"}}),
    )
}

#[test]
fn without_credentials_it_says_how_and_offers_a_rehearsal() {
    let zd = Zd::new();
    zd.run(&["user", "get", "42"])
        .code(4)
        .err("error[ZD2001]: no account and no credentials")
        .err("ZD_CLIENT_ID")
        .err("zd user get 42 --sandbox");
    let error = zd.run(&["user", "get", "42", "--json"]).code(4).error();
    assert_eq!(error["code"], "ZD2001");
    assert_eq!(error["exit"].to_string(), "4");
    assert_eq!(error["name"], "no_credentials");
}

#[test]
fn an_incomplete_set_says_what_is_missing() {
    let zd = Zd::new()
        .env("ZD_SUBDOMAIN", "acme")
        .env("ZD_CLIENT_ID", "id");
    zd.run(&["user", "get", "42"])
        .code(4)
        .err("error[ZD2002]: ZD_CLIENT_SECRET is missing");
    let zd = Zd::new().env("ZENDESK_OAUTH_TOKEN", "token");
    zd.run(&["job", "list"])
        .code(4)
        .err("error[ZD2002]: the account's address is missing");
}

#[test]
fn credentials_do_not_travel_in_the_clear() {
    let zd = Zd::new().env("ZD_OAUTH_TOKEN", "token");
    zd.run(&["user", "get", "42", "--base-url", "http://acme.example"])
        .code(2)
        .err("error[ZD1002]")
        .err("plain http is for this machine only");
}

#[test]
fn secrets_given_in_an_address_are_not_repeated() {
    let zd = Zd::new().env("ZD_OAUTH_TOKEN", "token");
    zd.run(&[
        "user",
        "get",
        "42",
        "--base-url",
        "https://me:hunter2@acme.example",
        "-v",
    ])
    .code(2)
    .never("hunter2");
}

#[test]
fn an_api_token_works_with_a_warning() {
    let fake = Fake::start(admin);
    let zd = Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .env("ZENDESK_EMAIL", "me@example.com")
        .env("ZENDESK_API_TOKEN", "t0ken");
    zd.run(&["user", "get", "42"])
        .code(0)
        .out("name\tAnn")
        .err("2027-04-30")
        .never("t0ken");
    assert!(
        fake.requests()[0]
            .headers
            .to_lowercase()
            .contains("authorization: basic")
    );
}

#[test]
fn an_oauth_token_wins_and_is_never_shown() {
    let fake = Fake::start(admin);
    let zd = Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .env("ZD_OAUTH_TOKEN", "s3cret")
        .env("ZD_EMAIL", "me@example.com")
        .env("ZD_API_TOKEN", "t0ken");
    zd.run(&["user", "get", "42", "-vvv"])
        .code(0)
        .err("GET /api/v2/users/{user_id} 200")
        .never("s3cret")
        .never("2027-04-30");
    assert!(
        fake.requests()[0]
            .headers
            .to_lowercase()
            .contains("authorization: bearer s3cret")
    );
    assert!(
        fake.requests()[0]
            .headers
            .to_lowercase()
            .contains("user-agent: zd/")
    );
}

#[test]
fn an_oauth_client_fetches_its_token() {
    let fake = Fake::start(|request| match request.call().as_str() {
        "POST /oauth/tokens" => {
            Answer::json(200, &json!({"access_token": "fresh", "expires_in": 3600}))
        }
        _ if request.headers.contains("Bearer fresh") => admin(request),
        _ => Answer::json(401, &json!({"error": "invalid_token"})),
    });
    let zd = Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .env("ZD_CLIENT_ID", "id")
        .env("ZD_CLIENT_SECRET", "s3cret");
    zd.run(&["user", "get", "42", "-v"])
        .code(0)
        .never("s3cret")
        .never("fresh");
    assert_eq!(fake.count("POST /oauth/tokens"), 1);
}

#[test]
fn a_refused_oauth_client_is_a_matter_of_credentials() {
    let fake = Fake::start(|_| Answer::json(401, &json!({"error": "invalid_client"})));
    let zd = Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .env("ZD_CLIENT_ID", "id")
        .env("ZD_CLIENT_SECRET", "s3cret");
    zd.run(&["user", "get", "42"])
        .code(4)
        .err("error[ZD2003]")
        .never("s3cret");
}

#[test]
fn a_rehearsal_never_touches_the_account() {
    let fake = Fake::start(admin);
    Zd::at(&fake.url)
        .run(&["user", "get", "ext:seed-0001", "--sandbox"])
        .code(0)
        .out("external_id\tseed-0001");
    assert_eq!(fake.requests().len(), 0);
    // The flag works anywhere on the line, and as a variable.
    Zd::new()
        .run(&["--sandbox", "user", "get", "ext:seed-0001"])
        .code(0);
    Zd::new()
        .env("ZD_SANDBOX", "1")
        .run(&["user", "get", "ext:seed-0001"])
        .code(0);
    Zd::new()
        .env("ZD_SANDBOX", "0")
        .run(&["user", "get", "ext:seed-0001"])
        .code(4);
}
