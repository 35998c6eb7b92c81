//! `zd user export`: what is written, where, and what becomes of it when something ends in the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use zd_sandbox::Sandbox;

use crate::fake::{Answer, Fake, Request};
use crate::process::{Ran, Zd, finish};
use crate::served::Served;

/// So many people on a page of the fake's, and so many pages.
const A_PAGE: usize = 3;
const PAGES: usize = 6;

fn fields() -> Answer {
    Answer::json(
        200,
        &json!({"user_fields": [
            {"id": 1, "key": "seats", "type": "integer", "active": true},
            {"id": 2, "key": "interests", "type": "multiselect", "active": true},
            {"id": 3, "key": "bio", "type": "textarea", "active": true},
        ], "meta": {"has_more": false}}),
    )
}

fn user(number: usize) -> Value {
    json!({
        "id": number + 1, "external_id": format!("e-{number}"), "email": format!("p{number}@people.example"),
        "name": format!("Person {number}"), "role": "end-user", "active": true, "verified": true, "tags": [],
        "updated_at": "2026-01-31T09:00:00Z", "user_fields": {"seats": number, "interests": null, "bio": null},
    })
}

fn page(users: &[Value], number: usize, is_last: bool) -> Answer {
    Answer::json(
        200,
        &json!({"users": users, "after_cursor": format!("c{}", number + 1), "end_of_stream": is_last}),
    )
}

/// Which page is asked for: the one behind a cursor `cN` is page N.
fn wanted(request: &Request) -> usize {
    let cursor = request.path.split("cursor=c").nth(1);
    cursor.map_or(0, |rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    })
}

fn is_export(request: &Request) -> bool {
    request.call() == "GET /api/v2/incremental/users/cursor"
}

/// An account of eighteen people on six pages; what is asked of a page first goes through this function.
fn account(before: impl Fn(usize) -> Option<Answer> + Send + Sync + 'static) -> Fake {
    Fake::start(move |request| {
        if !is_export(request) {
            return fields();
        }
        let number = wanted(request);
        before(number).unwrap_or_else(|| {
            let first = number * A_PAGE;
            let users: Vec<Value> = (first..first + A_PAGE).map(user).collect();
            page(&users, number, number + 1 >= PAGES)
        })
    })
}

/// An account with these users on one page.
fn of(users: Vec<Value>) -> Fake {
    Fake::start(move |request| {
        if is_export(request) {
            page(&users, 0, true)
        } else {
            fields()
        }
    })
}

/// The external ids of a CSV export, in its order.
fn ids(csv: &str) -> Vec<String> {
    let rows = csv.lines().skip(1);
    rows.map(|row| row.split(',').next().unwrap().to_owned())
        .collect()
}

#[track_caller]
fn whole(csv: &str) {
    let expected: Vec<String> = (0..A_PAGE * PAGES)
        .map(|number| format!("e-{number}"))
        .collect();
    assert_eq!(ids(csv), expected);
    assert!(csv.starts_with("external_id,email,name,") && csv.ends_with('\n'));
    assert_eq!(csv.matches("external_id").count(), 1);
}

const RESTARTABLE: [&str; 6] = [
    "user",
    "export",
    "-o",
    "people.csv",
    "--cursor-file",
    "people.cursor",
];

fn restartable(zd: &Zd) -> Ran {
    zd.run(&RESTARTABLE)
}

#[test]
fn people_are_written_with_what_an_import_reads() {
    let fake = account(|_| None);
    let zd = Zd::at(&fake.url);
    let ran = zd
        .run(&["user", "export"])
        .code(0)
        .err("18 users written to standard output in 6 pages; cursor c6");
    whole(&ran.stdout);
    let header = ran.stdout.lines().next().unwrap();
    assert!(
        header.contains(",user_fields.seats:integer,user_fields.interests:list,user_fields.bio,")
    );
    assert!(!header.contains(",role") && !header.contains(",organization_id"));
    assert!(
        header.ends_with(
            ",zd_user_id,zd_role,zd_active,zd_created_at,zd_updated_at,zd_organization_id"
        )
    );

    let ran = zd
        .run(&["user", "export", "--format", "jsonl", "-o", "people.jsonl"])
        .code(0)
        .err("18 users written to people.jsonl in 6 pages");
    assert_eq!(ran.stdout, "");
    let text = zd.read("people.jsonl");
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(
        first,
        json!({
            "external_id": "e-0", "email": "p0@people.example", "name": "Person 0", "verified": true,
            "user_fields": {"seats": 0},
            "_zd": {"user_id": 1, "role": "end-user", "active": true, "updated_at": "2026-01-31T09:00:00Z"},
        })
    );
    zd.run(&["check", "people.jsonl"]).code(0);
    // Programs get the numbers as JSON.
    let told = zd.run(&["user", "export", "--json"]).code(0).error();
    assert_eq!(
        (told["users"].as_u64(), told["cursor"].as_str()),
        (Some(18), Some("c6"))
    );
}

#[test]
fn a_role_and_an_organization_are_written_on_demand_only() {
    let mut agent = user(0);
    agent["role"] = json!("agent");
    agent["custom_role_id"] = json!(7);
    agent["organization_id"] = json!(8);
    agent["signature"] = json!("Yours");
    let fake = of(vec![agent]);
    let zd = Zd::at(&fake.url);
    let line = |flags: &[&str]| -> Value {
        let mut arguments = vec!["user", "export", "--format", "jsonl"];
        arguments.extend(flags);
        serde_json::from_str(&zd.run(&arguments).code(0).stdout).unwrap()
    };
    let plain = line(&[]);
    assert!(plain.get("role").is_none() && plain.get("organization_id").is_none());
    assert_eq!(
        (&plain["_zd"]["role"], &plain["_zd"]["organization_id"]),
        (&json!("agent"), &json!(8))
    );
    assert_eq!(plain["signature"], "Yours");
    let more = line(&["--with", "role,organization_id"]);
    assert_eq!(
        (&more["role"], &more["custom_role_id"]),
        (&json!("agent"), &json!(7))
    );
    assert_eq!(more["organization_id"], 8);
}

#[test]
fn deleted_people_and_those_without_keys_are_left_out_and_counted() {
    let mut deleted = user(1);
    deleted["active"] = json!(false);
    deleted["email"] = Value::Null;
    deleted["external_id"] = Value::Null;
    let mut keyless = user(2);
    keyless["email"] = Value::Null;
    keyless["external_id"] = json!("  ");
    let fake = of(vec![user(0), deleted, keyless]);
    let zd = Zd::at(&fake.url);
    let rows = |flags: &[&str], left_out: &str| {
        let mut arguments = vec!["user", "export"];
        arguments.extend(flags);
        let ran = zd.run(&arguments).code(0);
        assert!(ran.stderr.contains(left_out), "{}", ran.stderr);
        ran.stdout
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        rows(
            &[],
            "left out: 1 deleted, 1 without external id and address"
        )
        .len(),
        1
    );
    let with_deleted = rows(&["--deleted"], "left out: 1 without");
    assert!(
        with_deleted[1].contains(",2,end-user,false,"),
        "{with_deleted:?}"
    );
    assert_eq!(rows(&["--keyless"], "left out: 1 deleted").len(), 2);
    assert_eq!(
        rows(&["--keyless", "--deleted"], "3 users written").len(),
        3
    );
}

#[test]
fn what_an_import_would_not_read_back_is_left_out_and_counted() {
    let mut old = user(0);
    old["email"] = json!("somebody@localhost");
    old["notes"] = json!("\\N");
    old["details"] = json!("a\u{0}b");
    old["tags"] = json!(["two words"]);
    old["user_fields"]["interests"] = json!(["a,b", "c"]);
    old["user_fields"]["bio"] = json!("\\N, and more");
    let mut nobody = user(1);
    nobody["external_id"] = Value::Null;
    nobody["email"] = json!("nobody@localhost");
    let mut long = user(2);
    long["notes"] = json!("n".repeat(70_000));
    let fake = of(vec![old, nobody, long, user(3)]);
    let zd = Zd::at(&fake.url);
    for (format, values) in [("csv", 6), ("jsonl", 4)] {
        let file = format!("people.{format}");
        zd.run(&["user", "export", "--format", format, "-o", &file])
            .code(0)
            .err("3 users written")
            .err("left out: 1 that no import would take")
            .err(&format!("warning: {values} values were left out of rows"));
        zd.run(&["check", &file]).code(0);
        assert!(
            zd.read(&file).contains("\\N, and more"),
            "a part of a text is no word for null"
        );
    }
    // JSON has lists and a null of its own.
    let text = zd.read("people.jsonl");
    assert!(
        text.contains(r#""notes":"\\N""#) && text.contains(r#"["a,b","c"]"#),
        "{text}"
    );
}

#[test]
fn since_is_asked_of_zendesk() {
    let fake = account(|_| None);
    let zd = Zd::at(&fake.url);
    let asked = |since: &str| {
        zd.run(&["user", "export", "--since", since]).code(0);
        let requests = fake.requests();
        let first = requests
            .iter()
            .rev()
            .find(|request| request.path.contains("start_time"));
        let path = &first.unwrap().path;
        let digits = path.split("start_time=").nth(1).unwrap();
        digits.split('&').next().unwrap().parse::<i64>().unwrap()
    };
    assert_eq!(asked("2026-01-31"), 1_769_817_600);
    assert_eq!(asked("2026-01-31T09:00:00Z"), 1_769_850_000);
    assert_eq!(asked("1769850000"), 1_769_850_000);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let week = asked("7d") - (now.as_secs().cast_signed() - 7 * 86_400);
    assert!((0..60).contains(&week), "{week}");
    zd.run(&["user", "export"]).code(0);
    let before = fake.requests().len();
    zd.run(&["user", "export", "--since", "30s"])
        .code(2)
        .err("error[ZD1001]: --since is too recent")
        .err("up to a minute ago");
    zd.run(&["user", "export", "--since", "2999-01-01"]).code(2);
    zd.run(&["user", "export", "--since", "soon"])
        .code(2)
        .err("expected a time such as");
    assert_eq!(fake.requests().len(), before);
}

#[test]
fn a_way_of_writing_that_an_import_does_not_read_is_refused() {
    let fake = account(|_| None);
    let zd = Zd::at(&fake.url);
    for flags in [
        ["--format", "table"],
        ["--format", "json"],
        ["--fields", "id"],
        ["--jq", "."],
        ["--template", "{{ id }}"],
        ["--json=id", "--keyless"],
    ] {
        zd.run(&["user", "export", flags[0], flags[1]])
            .code(2)
            .err("does not go with an export");
    }
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn a_file_that_is_there_stays_unless_told() {
    let fake = account(|_| None);
    let zd = Zd::at(&fake.url).file("people.csv", "mine\n");
    let export = ["user", "export", "-o", "people.csv"];
    zd.run(&export)
        .code(2)
        .err("people.csv is there already")
        .err("--force");
    restartable(&zd).code(2).err("people.csv is there already");
    assert_eq!(fake.requests().len(), 0);
    assert_eq!(
        (zd.read("people.csv").as_str(), zd.exists("people.cursor")),
        ("mine\n", false)
    );
    zd.run(&["user", "export", "-o", "people.csv", "--force"])
        .code(0);
    whole(&zd.read("people.csv"));
    zd.run(&["user", "export", "-o", "/dev/null", "--force"])
        .code(2)
        .err("is no plain file");
    zd.run(&["user", "export", "-o", "nowhere/people.csv"])
        .code(3)
        .err("cannot write nowhere/people.csv");
    zd.run(&["user", "export", "-o", "a.csv", "--cursor-file", "./a.csv"])
        .code(2)
        .err("the same file");
}

#[cfg(unix)]
#[test]
fn files_with_people_are_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let fake = account(|_| None);
    let zd = Zd::at(&fake.url);
    zd.run(&["user", "export", "-o", "whole.csv"]).code(0);
    restartable(&zd).code(0);
    for file in ["whole.csv", "people.csv", "people.cursor"] {
        let mode = zd
            .path()
            .join(file)
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

/// Ends the export at each page in turn, by an answer that no retry mends.
#[test]
fn an_export_that_ended_at_any_page_goes_on_there() {
    for end in 0..PAGES {
        let asked = Arc::new(AtomicUsize::new(0));
        let fails = Arc::clone(&asked);
        let fake = account(move |number| {
            let is_first_time = number == end && fails.fetch_add(1, Ordering::SeqCst) == 0;
            is_first_time.then(|| Answer::json(403, &json!({"error": "Forbidden"})))
        });
        let zd = Zd::at(&fake.url);
        restartable(&zd).code(7).err("error[ZD2005]");
        assert_eq!(ids(&zd.read("people.csv")).len(), end * A_PAGE);
        // What was written after the place was noted does not count.
        let written = zd.read("people.csv");
        let zd = zd.file("people.csv", format!("{written}e-99,half a r"));
        restartable(&zd).code(0);
        whole(&zd.read("people.csv"));
        // Each page once, but for the one that failed.
        assert_eq!(
            fake.count("GET /api/v2/incremental/users/cursor"),
            PAGES + 1
        );
    }
}

/// Kills the process at ever later moments until one export gets through.
#[test]
fn an_export_that_is_killed_at_any_moment_loses_and_repeats_nobody() {
    let fake = account(|_| {
        std::thread::sleep(Duration::from_millis(4));
        None
    });
    for step in [3, 7] {
        let zd = Zd::at(&fake.url);
        let mut kills = 0;
        for patience in (0..).map(|turn| Duration::from_millis(turn * step)) {
            let mut child = zd.command(&RESTARTABLE).spawn().unwrap();
            std::thread::sleep(patience);
            if child.try_wait().unwrap().is_some() {
                finish(child).code(0);
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            let complete = || zd.read("people.cursor").contains("\"complete\": true");
            if zd.exists("people.cursor") && complete() {
                break;
            }
        }
        assert!(kills > 1);
        whole(&zd.read("people.csv"));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_export_ends_cleanly_and_goes_on() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let hangs = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&hangs);
        let fake = account(move |number| {
            (number == 2 && seen.fetch_add(1, Ordering::SeqCst) < 2).then_some(Answer::Silence)
        });
        let interrupt = |zd: &Zd, arguments: &[&str], times: usize| {
            let child = zd.command(arguments).spawn().unwrap();
            while hangs.load(Ordering::SeqCst) < times {
                std::thread::sleep(Duration::from_millis(5));
            }
            crate::sandbox::signal(&child, name);
            finish(child).code(code).err("error[ZD5006]")
        };
        let zd = Zd::at(&fake.url);
        interrupt(&zd, &RESTARTABLE, 1).err("it goes on where it stopped");
        interrupt(&zd, &["user", "export", "-o", "whole.csv"], 2)
            .err("appears only when it is whole");
        let files = std::fs::read_dir(zd.path()).unwrap().count();
        assert_eq!(files, 2, "nothing but the export and its place");
        restartable(&zd).code(0);
        whole(&zd.read("people.csv"));
    }
}

#[test]
fn a_complete_export_is_followed_by_one_of_what_changed_since() {
    let fake =
        account(|number| (number == PAGES).then(|| page(&[user(4), user(77)], number, true)));
    let zd = Zd::at(&fake.url);
    restartable(&zd)
        .code(0)
        .err("the next export goes on from people.cursor");
    restartable(&zd)
        .code(2)
        .err("people.csv is there already")
        .err("what changed since goes to a new file");
    zd.run(&[
        "user",
        "export",
        "-o",
        "later.csv",
        "--cursor-file",
        "people.cursor",
    ])
    .code(0)
    .err("2 users written to later.csv in 1 page");
    assert_eq!(ids(&zd.read("later.csv")), ["e-4", "e-77"]);
    whole(&zd.read("people.csv"));
    let last = fake.requests().pop().unwrap();
    assert!(last.path.contains("cursor=c6"), "{}", last.path);
}

#[test]
fn without_a_file_the_place_follows_what_the_pipe_took() {
    let failing = Arc::new(AtomicUsize::new(0));
    let fails = Arc::clone(&failing);
    let fake = account(move |number| {
        (number == 2 && fails.fetch_add(1, Ordering::SeqCst) == 0)
            .then(|| Answer::json(403, &json!({"error": "Forbidden"})))
    });
    let zd = Zd::at(&fake.url);
    let export = ["user", "export", "--cursor-file", "people.cursor"];
    let first = zd.run(&export).code(7);
    assert_eq!(ids(&first.stdout).len(), 2 * A_PAGE);
    let second = zd.run(&export).code(0);
    let both = [ids(&first.stdout), ids(&second.stdout)].concat();
    let expected: Vec<String> = (0..A_PAGE * PAGES)
        .map(|number| format!("e-{number}"))
        .collect();
    assert_eq!(both, expected);
}

#[test]
fn a_reader_that_goes_away_ends_the_export_and_keeps_the_place() {
    let fake = account(|_| {
        std::thread::sleep(Duration::from_millis(20));
        None
    });
    let zd = Zd::at(&fake.url);
    let export = ["user", "export", "--cursor-file", "people.cursor"];
    let mut child = zd.command(&export).spawn().unwrap();
    drop(child.stdout.take());
    finish(child).code(0);
    let place: Value = serde_json::from_str(&zd.read("people.cursor")).unwrap();
    assert_eq!(
        (&place["cursor"], &place["complete"]),
        (&Value::Null, &json!(false))
    );
    assert_eq!(fake.count("GET /api/v2/incremental/users/cursor"), 1);
    whole(&zd.run(&export).code(0).stdout);
}

#[test]
fn a_cursor_file_that_does_not_fit_is_refused() {
    let failing = |number| (number == 2).then(|| Answer::json(403, &json!({"error": "Forbidden"})));
    let fake = account(failing);
    let zd = Zd::at(&fake.url);
    restartable(&zd).code(7);
    let before = (zd.read("people.csv"), zd.read("people.cursor"));
    let refused = |flags: &[&str], why: &str| {
        let mut arguments = RESTARTABLE.to_vec();
        arguments.extend(flags);
        zd.run(&arguments)
            .code(2)
            .err("error[ZD1004]: the cursor file people.cursor does not go with this export")
            .err(why)
            .err("or begin anew: remove people.cursor and ");
    };
    refused(
        &["--format", "jsonl"],
        "what is written so far is csv, not jsonl",
    );
    refused(&["--with", "role"], "role, custom_role_id is new");
    refused(&["--deleted"], "it began without --deleted");
    refused(&["--keyless"], "it began without --keyless");
    zd.run(&["user", "export", "--cursor-file", "people.cursor"])
        .code(2)
        .err("goes to ")
        .err("not standard output");
    let other = account(|_| None);
    let elsewhere = Zd::at(&other.url).file("people.cursor", &before.1);
    restartable(&elsewhere)
        .code(2)
        .err("it belongs to the account 127.0.0.1:");
    assert!(!elsewhere.exists("people.csv"));
    assert_eq!((zd.read("people.csv"), zd.read("people.cursor")), before);

    // What was written is there no more.
    let zd = zd.file("people.csv", "external_id");
    restartable(&zd)
        .code(2)
        .err("has 11 bytes, and ")
        .err("were written");
    assert_eq!(zd.read("people.csv"), "external_id");
    for (content, words) in [
        ("", "is no cursor file"),
        ("{}", "is no cursor file"),
        ("\u{0}", "is no cursor file"),
        (
            &*before.1.replace("\"version\": 1", "\"version\": 2"),
            "another version of zd",
        ),
    ] {
        let zd = Zd::at(&fake.url).file("people.cursor", content);
        restartable(&zd).code(2).err(words);
    }
    let zd = Zd::at(&fake.url).file("people.cursor", [0xff, 0xfe]);
    restartable(&zd).code(2).err("is no cursor file");
}

#[test]
fn zendesks_limit_of_pages_a_minute_is_waited_for() {
    let asked = Arc::new(AtomicUsize::new(0));
    let times = Arc::clone(&asked);
    let fake = account(move |number| {
        let is_first_time = number == 2 && times.fetch_add(1, Ordering::SeqCst) == 0;
        is_first_time.then(|| {
            let body = json!({"error": "APIRateLimitExceeded", "description": "Number of allowed incremental export API requests per minute exceeded"});
            Answer::json(429, &body).header("retry-after", "1")
        })
    });
    let ran = Zd::at(&fake.url).run(&["user", "export"]).code(0);
    whole(&ran.stdout);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_walk_that_cannot_go_on_is_no_success() {
    for body in [
        json!({"users": [user(0)], "end_of_stream": false}),
        json!({"users": [user(0)], "after_cursor": "same", "end_of_stream": false}),
        json!({"users": "none"}),
    ] {
        let fake = Fake::start(move |request| {
            if is_export(request) {
                Answer::json(200, &body)
            } else {
                fields()
            }
        });
        let zd = Zd::at(&fake.url);
        zd.run(&["user", "export", "-o", "people.csv"]).code(5);
        assert!(!zd.exists("people.csv"));
    }
}

#[tokio::test]
async fn agents_are_told_that_it_takes_an_admin() {
    let served = Served::start(Sandbox::builder()).await;
    let zd = served
        .zd()
        .env("ZD_OAUTH_TOKEN", "")
        .env("ZD_EMAIL", zd_sandbox::AGENT_EMAIL)
        .env("ZD_API_TOKEN", zd_sandbox::API_TOKEN);
    Served::run(&zd, &["user", "export", "-o", "people.csv"])
        .await
        .code(7)
        .err("error[ZD2005]")
        .err("only admins may export users")
        .err("fix: use an admin's credentials");
    assert!(!zd.exists("people.csv"));
}

#[tokio::test]
async fn what_changed_meanwhile_comes_with_the_next_export() {
    let served = Served::start(Sandbox::builder()).await;
    let zd = served.zd();
    Served::run(&zd, &RESTARTABLE)
        .await
        .code(0)
        .err("202 users");
    Served::run(
        &zd,
        &[
            "user",
            "upsert",
            "--external-id",
            "seed-0007",
            "--set",
            "notes=new",
        ],
    )
    .await
    .code(0);
    Served::run(
        &zd,
        &["user", "upsert", "--external-id", "new", "--name", "New"],
    )
    .await
    .code(0);
    let user = zd_model::UserId::new(
        served
            .everybody()
            .await
            .into_iter()
            .find(|(_, user)| user["external_id"] == "seed-0009")
            .unwrap()
            .0,
    );
    assert!(served.sandbox.soft_delete(user.get()));
    served.later().await;
    let next = [
        "user",
        "export",
        "-o",
        "later.csv",
        "--cursor-file",
        "people.cursor",
    ];
    Served::run(&zd, &next)
        .await
        .code(0)
        .err("2 users written to later.csv in 1 page; left out: 1 deleted");
    assert_eq!(ids(&zd.read("later.csv")), ["seed-0007", "new"]);
}
