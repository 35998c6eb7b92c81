//! What must stay where it is: secrets, wherever they come from, and the people of a file.

#![cfg(unix)]

use std::path::Path;

use serde_json::json;

use crate::fake::{Answer, Fake, Request};
use crate::process::{Ran, Zd, finish};
use crate::sandbox::Started;

/// The names of variables and what they are set to.
type Variables = &'static [(&'static str, &'static str)];

/// Credentials of every kind; what begins with `planted` is secret.
const SOURCES: [Variables; 6] = [
    &[("ZD_OAUTH_TOKEN", "planted-oauth")],
    &[
        ("ZD_EMAIL", "me@x.example"),
        ("ZD_API_TOKEN", "planted-api"),
    ],
    &[
        ("ZD_EMAIL", "me@x.example"),
        ("ZD_PASSWORD", "planted-password"),
    ],
    &[
        ("ZD_CLIENT_ID", "a-client"),
        ("ZD_CLIENT_SECRET", "planted-client"),
    ],
    &[("ZENDESK_OAUTH_TOKEN", "planted-zendesk-oauth")],
    &[
        ("ZENDESK_EMAIL", "me@x.example"),
        ("ZENDESK_API_TOKEN", "planted-zendesk-api"),
    ],
];

/// Those of the sandbox, which lets them in.
const VALID: [Variables; 4] = [
    &[("ZD_OAUTH_TOKEN", zd_sandbox::OAUTH_TOKEN)],
    &[
        ("ZD_EMAIL", zd_sandbox::ADMIN_EMAIL),
        ("ZD_API_TOKEN", zd_sandbox::API_TOKEN),
    ],
    &[
        ("ZD_EMAIL", zd_sandbox::ADMIN_EMAIL),
        ("ZD_PASSWORD", zd_sandbox::ADMIN_PASSWORD),
    ],
    &[
        ("ZD_CLIENT_ID", zd_sandbox::CLIENT_ID),
        ("ZD_CLIENT_SECRET", zd_sandbox::CLIENT_SECRET),
    ],
];

/// Two people and one whom Zendesk refuses; passwords are in the file.
const PEOPLE: &str = "external_id,name,email,password\n\
    z-1,Zebulon Quixote,zebulon@quixote.example,planted-cell-1\n\
    z-2,Wilhelmina Xu,wilhelmina@quixote.example,planted-cell-2\n\
    seed-0002,Taken,seed0001@people.example,planted-cell-3\n";
const PERSONAL: [&str; 4] = ["zebulon", "quixote", "wilhelmina", "planted-cell"];

/// These hold the user's own cells, by the user's own hand.
fn is_users_own(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    name == "people.csv" || name.starts_with("failed") || name == "input"
}

fn files(directory: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, each),
            false if is_users_own(&path) => {}
            false => each(&path),
        }
    }
}

/// None of the texts is in what the command said or left behind.
#[track_caller]
fn is_clean(zd: &Zd, ran: &Ran, texts: &[&str]) {
    // The key is what a ledger is for, and external ids are not names.
    let said = format!("{}\n{}", ran.stdout, ran.stderr).to_lowercase();
    for text in texts {
        assert!(!said.contains(text), "{text}: {ran:#?}");
    }
    files(zd.path(), &mut |path| {
        let content = String::from_utf8_lossy(&std::fs::read(path).unwrap()).to_lowercase();
        for text in texts {
            assert!(!content.contains(text), "{text} is in {}", path.display());
        }
    });
}

fn set(zd: Zd, variables: Variables) -> Zd {
    let set = |zd: Zd, (name, value): &(&str, &str)| zd.env(name, value);
    variables.iter().fold(zd, set)
}

const SUBMIT: &str = "POST /api/v2/users/create_or_update_many";

/// An account whose answers carry secrets in their headers; the bulk import is answered by `submit`.
fn account(submit: fn() -> Answer, me: fn() -> Answer) -> Fake {
    Fake::start(move |request: &Request| {
        let answer = match request.call().as_str() {
            "POST /oauth/tokens" => Answer::json(
                200,
                &json!({"access_token": "planted-fetched", "token_type": "bearer", "expires_in": 3600}),
            ),
            "GET /api/v2/users/me" => me(),
            SUBMIT => submit(),
            call if call.starts_with("GET /api/v2/user_fields") => {
                Answer::json(200, &json!({"user_fields": []}))
            }
            call if call.starts_with("GET /api/v2/users/") => {
                Answer::json(200, &json!({"users": [], "identities": [], "count": 0}))
            }
            _ => Answer::json(
                200,
                &json!({"job_statuses": [], "meta": {"has_more": false}}),
            ),
        };
        answer
            .header("set-cookie", "session=planted-answer-cookie")
            .header("authorization", "Bearer planted-answer-token")
            .header("x-zendesk-request-id", "r-1")
    })
}

fn admin() -> Answer {
    Answer::json(
        200,
        &json!({"user": {"id": 1, "name": "Admin", "role": "admin", "email": "admin@example.com"}}),
    )
}

fn refused(status: u16) -> Answer {
    Answer::json(status, &json!({"error": "Refused", "description": "No."}))
}

const LOUDNESS: [&[&str]; 5] = [
    &["-v"],
    &["-vv"],
    &["-vvv"],
    &["--json", "-vv"],
    &["--outcomes", "-", "-vv"],
];

#[test]
fn an_import_that_is_refused_tells_no_secret() {
    let submits: [fn() -> Answer; 4] = [
        || refused(401),
        || refused(403),
        || refused(500),
        || Answer::text(200, "text/html", "<html>garbage"),
    ];
    let fakes: Vec<Fake> = (submits.into_iter().map(|submit| account(submit, admin)))
        .chain([
            account(admin, || refused(401)),
            account(admin, || refused(403)),
        ])
        .collect();
    for (turn, source) in SOURCES.into_iter().enumerate() {
        for (place, fake) in fakes.iter().enumerate() {
            let zd = set(Zd::new().env("ZD_BASE_URL", &fake.url), source);
            let zd = zd.file("people.csv", PEOPLE);
            let mut words = vec!["import", "people.csv", "--max-duration", "1s"];
            words.extend(["--attempt-timeout", "1s"]);
            words.extend(LOUDNESS[(turn + place) % LOUDNESS.len()]);
            let ran = zd.run(&words);
            assert!(
                ran.code.is_some_and(|code| code != 0 && code != 1),
                "{ran:#?}"
            );
            is_clean(&zd, &ran, &["planted"]);
            is_clean(&zd, &ran, &PERSONAL);
        }
        assert!(
            fakes[0].count(SUBMIT) > turn,
            "nothing was sent: {source:?}"
        );
    }
    let sent: String = fakes[0]
        .requests()
        .iter()
        .map(|request| request.headers.clone())
        .collect();
    assert!(
        sent.contains("planted-oauth") && sent.contains("planted-fetched"),
        "{sent}"
    );
}

#[test]
fn an_import_that_succeeds_tells_no_secret_afterwards_either() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "0", "--no-rate-limits"]);
    for (turn, source) in VALID.into_iter().enumerate() {
        let zd = set(Zd::new().env("ZD_BASE_URL", &sandbox.url), source);
        let zd = zd.file("people.csv", PEOPLE);
        let secret = source[source.len() - 1].1;
        let mut words = vec!["import", "people.csv"];
        words.extend(LOUDNESS[turn + 1]);
        let import = zd.run(&words).code(6);
        assert!(!import.stdout.is_empty());
        is_clean(&zd, &import, &[secret]);
        if !words.contains(&"--outcomes") {
            is_clean(&zd, &import, &PERSONAL);
        }
        let commands: [&[&str]; 8] = [
            &["import", "--resume", "-vvv"],
            &["import", "--retry-failed", "-vvv"],
            &["run", "list", "-vvv"],
            &["run", "show", "last", "--json", "-vvv"],
            &["run", "report", "last", "-o", "-"],
            &["run", "report", "last", "-vvv"],
            &["run", "verify", "last", "-vvv"],
            &["import", "people.csv", "--print", "curl"],
        ];
        for command in commands {
            let ran = zd.run(command);
            assert!(
                !ran.stderr.contains("panicked") && ran.code != Some(1),
                "{ran:#?}"
            );
            is_clean(&zd, &ran, &[secret]);
            if command[1] != "people.csv" {
                is_clean(&zd, &ran, &PERSONAL);
            }
        }
        // The rows are asked for; secrets are not among them.
        let rows = zd.run(&["run", "rows", "last", "--format", "jsonl", "-vvv"]);
        is_clean(&zd, &rows, &[secret, "planted-cell"]);
    }
}

#[test]
fn a_live_import_shows_no_secret() {
    let home = Zd::new();
    let sandbox = Started::with(&home, &["--job-time", "60m", "--no-rate-limits"]);
    for source in VALID {
        let zd = set(Zd::new().env("ZD_BASE_URL", &sandbox.url), source);
        let zd = zd.file("people.csv", PEOPLE);
        let secret = source[source.len() - 1].1;
        let mut child = zd
            .command(&["import", "people.csv", "-vvv"])
            .spawn()
            .unwrap();
        let runs = zd.path().join(".state/runs");
        let mut seen = false;
        for _ in 0..3_000 {
            files(zd.path(), &mut |path| {
                seen |= path.ends_with("progress.json")
            });
            if seen {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert!(seen && runs.is_dir(), "no progress.json");
        let words = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&words).contains(secret));
        let mut texts = vec![secret];
        texts.extend(PERSONAL);
        let mut found = Vec::new();
        files(zd.path(), &mut |path| {
            let content =
                String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).to_lowercase();
            found.extend(
                texts
                    .iter()
                    .filter(|text| content.contains(**text))
                    .map(|text| (path.to_owned(), *text)),
            );
        });
        child.kill().unwrap();
        let ran = finish(child);
        assert_eq!(found, []);
        is_clean(&zd, &ran, &texts);
    }
}

#[test]
fn an_address_with_a_password_in_it_is_refused_without_telling_it() {
    for url in [
        "https://me:planted-userinfo@acme.zendesk.com",
        "http://planted-userinfo@127.0.0.1:1",
    ] {
        let zd = Zd::at("http://127.0.0.1:1").file("people.csv", PEOPLE);
        let ran = zd.run(&["import", "people.csv", "--base-url", url, "-vvv"]);
        assert!(matches!(ran.code, Some(2..)), "{ran:#?}");
        is_clean(&zd, &ran, &["planted"]);
    }
}
