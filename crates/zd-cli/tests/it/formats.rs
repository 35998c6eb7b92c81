//! The ways in which every verb writes records.

use serde_json::{Value, json};

use crate::fake::{Answer, Fake};
use crate::process::{Ran, Zd};

fn list(flags: &[&str]) -> Ran {
    let mut arguments = vec!["user", "list", "--role", "end-user", "--sandbox"];
    arguments.extend(flags);
    Zd::new().run(&arguments)
}

#[test]
fn a_pipe_gets_lines_with_tabs_and_programs_get_what_they_ask_for() {
    let plain = list(&["--limit", "2"]).code(0);
    assert_eq!(plain.stdout.lines().count(), 2);
    assert!(
        plain
            .stdout
            .lines()
            .all(|line| line.split('\t').count() == 5)
    );
    plain.err("there are more than these 2");

    let csv = list(&["--all", "--format", "csv"]).code(0);
    assert!(csv.stdout.starts_with("id,name,email,external_id,role\n"));
    assert_eq!(csv.stdout.lines().count(), 201);
    assert_eq!(csv.stderr, "");

    let lines = list(&[
        "--all",
        "--format",
        "jsonl",
        "--fields",
        "id,user_fields.seats",
    ])
    .code(0);
    let records: Vec<Value> = lines
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(records.len(), 200);
    assert!(records[0]["id"].is_u64() && records[0].as_object().unwrap().len() == 2);

    let json = list(&["--json=email", "--limit", "3"]).code(0).json();
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert_eq!(json[0].as_object().unwrap().len(), 1);
    assert_eq!(
        list(&["--json", "--external-id", "nobody"]).code(0).json(),
        json!([])
    );
}

#[test]
fn filters_and_templates_work_on_every_verb() {
    let count = |flags: &[&str]| list(flags).code(0).stdout;
    assert_eq!(count(&["--all", "--jq", "length"]), "200\n");
    let each = count(&["--limit", "2", "--format", "jsonl", "--jq", ".email"]);
    assert!(
        each.lines()
            .all(|line| line.contains('@') && !line.contains('"')),
        "{each}"
    );
    assert_eq!(
        count(&["--limit", "2", "--template", "<{{ role }}>"]),
        "<end-user>\n<end-user>\n"
    );
    let zd = Zd::new().file("people.csv", "external_id,name\n1,Ann\n");
    for (arguments, expected) in [
        (
            &[
                "user",
                "get",
                "ext:seed-0001",
                "--sandbox",
                "--jq",
                ".external_id",
            ][..],
            "seed-0001\n",
        ),
        (&["user", "count", "--sandbox", "--jq", ".value"], "202\n"),
        (
            &[
                "user",
                "upsert",
                "--external-id",
                "new",
                "--name",
                "N",
                "--sandbox",
                "--template",
                "{{ status }} {{ user.name }}",
            ],
            "created N\n",
        ),
        (
            &[
                "user",
                "upsert",
                "--external-id",
                "new",
                "--name",
                "N",
                "--sandbox",
                "--json=status,user.name",
            ],
            "{\"status\":\"created\",\"user.name\":\"N\"}\n",
        ),
        (
            &["user-field", "list", "--sandbox", "--jq", ".[0].key"],
            "nickname\n",
        ),
        (&["job", "list", "--sandbox", "--json"], "[]\n"),
        (
            &["version", "--jq", ".version"],
            concat!(env!("CARGO_PKG_VERSION"), "\n"),
        ),
        (&["explain", "ZD2007", "--template", "{{ exit }}"], "7\n"),
        (&["explain", "--jq", "map(.code) | .[0]"], "ZD1001\n"),
        (&["check", "people.csv", "--jq", ".rows"], "1\n"),
        (
            &["import", "people.csv", "--sandbox", "--json=created,failed"],
            "{\"created\":1,\"failed\":0}\n",
        ),
    ] {
        assert_eq!(zd.run(arguments).code(0).stdout, expected, "{arguments:?}");
    }
}

#[test]
fn a_misspelt_attribute_is_told() {
    list(&["--fields", "id,emial", "--limit", "1"])
        .code(0)
        .err("nothing here has an attribute emial");
}

#[test]
fn flags_that_contradict_each_other_are_refused_before_anything_is_sent() {
    let fake = Fake::start(|_| Answer::json(200, &json!({"users": []})));
    for (flags, what) in [
        (
            &["--json", "--format", "csv"][..],
            "--json does not go with --format csv",
        ),
        (
            &["--json=id", "--fields", "id"],
            "--json=FIELDS does not go with --fields",
        ),
        (
            &["--jq", ".", "--template", "x"],
            "--template does not go with --jq",
        ),
        (&["--limit", "5", "--all"], "cannot be used with"),
        (&["--limit", "0"], "invalid value"),
        (&["--fields", "id,,x"], "expected names with commas"),
        (&["--format", "xml"], "invalid value 'xml'"),
    ] {
        let mut arguments = vec!["user", "list"];
        arguments.extend(flags);
        Zd::at(&fake.url).run(&arguments).code(2).err(what);
    }
    let error = Zd::at(&fake.url)
        .run(&["user", "list", "--json=id", "--fields", "id"])
        .code(2)
        .error();
    assert_eq!(error["code"], "ZD1001");
    assert_eq!(fake.requests().len(), 0);
}

#[test]
fn a_list_that_breaks_off_does_not_look_whole() {
    let fake = Fake::start(|request| {
        if request.path.contains("after") {
            return Answer::json(403, &json!({"error": "Forbidden"}));
        }
        let users: Vec<Value> = (1..=100).map(|id| json!({"id": id})).collect();
        Answer::json(
            200,
            &json!({"users": users, "meta": {"has_more": true, "after_cursor": "x"}, "links": {"next": "x"}}),
        )
    });
    let ran = Zd::at(&fake.url)
        .run(&["user", "list", "--all", "--json"])
        .code(7);
    assert!(
        serde_json::from_str::<Value>(&ran.stdout).is_err(),
        "{ran:?}"
    );
    assert_eq!(ran.error()["code"], "ZD2005");
    let ran = Zd::at(&fake.url).run(&["user", "list", "--all"]).code(7);
    assert_eq!(ran.stdout.lines().count(), 100);
}

#[test]
fn one_page_is_asked_for_where_one_is_enough() {
    let fake = Fake::start(|_| {
        let users: Vec<Value> = (1..=100).map(|id| json!({"id": id})).collect();
        Answer::json(
            200,
            &json!({"users": users, "meta": {"has_more": true, "after_cursor": "x"}, "links": {"next": "x"}}),
        )
    });
    Zd::at(&fake.url)
        .run(&["user", "list"])
        .code(0)
        .err("more than these 100");
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn users_are_shown_in_the_order_in_which_they_were_asked_for() {
    let zd = Zd::new();
    let ran = zd
        .run(&[
            "user",
            "get",
            "ext:seed-0002",
            "ext:nobody",
            "me",
            "ext:seed-0001",
            "--sandbox",
            "--fields",
            "external_id",
        ])
        .code(3)
        .err("1 of 4 users not found")
        .err("no user has the external id nobody");
    let order: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(order.len(), 3, "{ran:?}");
    assert_eq!((order[0], order[2]), ("seed-0002", "seed-0001"));
}

#[test]
fn what_cannot_be_undone_is_confirmed() {
    let zd = Zd::new();
    for arguments in [
        &["user", "delete", "ext:seed-0001", "--sandbox"][..],
        &[
            "user",
            "delete",
            "ext:seed-0001",
            "ext:seed-0002",
            "--sandbox",
        ],
        &[
            "user",
            "merge",
            "ext:seed-0001",
            "--into",
            "ext:seed-0002",
            "--sandbox",
        ],
        &["user-field", "delete", "nickname", "--sandbox"],
        &["deleted-user", "purge", "7", "--sandbox"],
    ] {
        zd.run(arguments)
            .code(2)
            .err("takes --yes where nobody can be asked")
            .err("sent: nothing");
    }
    zd.run(&["user", "delete", "ext:seed-0001", "--sandbox", "--yes"])
        .code(0)
        .out("deleted\t");
    zd.run(&[
        "user",
        "delete",
        "ext:seed-0001",
        "ext:seed-0002",
        "--sandbox",
        "--yes",
    ])
    .code(0)
    .out("queued\t");
}

#[test]
fn a_password_comes_from_standard_input_and_goes_nowhere_else() {
    let fake = Fake::start(|_| Answer::text(200, "application/json", "null"));
    let zd = Zd::at(&fake.url);
    zd.run_with(&["password", "set", "42", "-v"], b"hunter2secret\n")
        .code(0)
        .out("password_set\t42")
        .never("hunter2secret");
    zd.run_with(&["password", "change", "42"], b"old one\nnew one\n")
        .code(0);
    let requests = fake.requests();
    assert_eq!(requests[0].call(), "POST /api/v2/users/42/password");
    assert_eq!(requests[0].json(), json!({"password": "hunter2secret"}));
    assert_eq!(
        requests[1].json(),
        json!({"previous_password": "old one", "password": "new one"})
    );
    zd.run_with(&["password", "change", "42"], b"only one\n")
        .code(2)
        .err("1 of the 2 lines")
        .never("only one");
    zd.run_with(
        &["password", "set", "42", "--print", "curl"],
        b"hunter2secret\n",
    )
    .code(2)
    .never("hunter2secret");
    assert_eq!(fake.requests().len(), 2);
}

#[test]
fn a_photo_is_looked_at_before_it_is_sent() {
    let fake = Fake::start(|_| Answer::json(200, &json!({"user": {"id": 42, "name": "Ann"}})));
    let zd = Zd::at(&fake.url)
        .file("ann.png", b"\x89PNG\r\n\x1a\n0000")
        .file("ann.txt", "no picture");
    zd.run(&["user", "photo", "42", "ann.png"])
        .code(0)
        .out("updated\t42");
    zd.run(&["user", "photo", "42", "ann.txt"])
        .code(2)
        .err("no picture that Zendesk takes");
    zd.run(&["user", "photo", "42", "none.png"])
        .code(3)
        .err("ZD1003");
    let requests = fake.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].call(), "PUT /api/v2/users/42");
    let body = String::from_utf8_lossy(&requests[0].body).into_owned();
    assert!(
        body.contains("filename=\"ann.png\"") && body.contains("image/png"),
        "{body}"
    );
}

#[test]
fn people_of_a_file_are_checked_before_they_are_sent() {
    let fake = Fake::start(|_| {
        Answer::json(
            200,
            &json!({"job_status": {"id": "V3-0a", "status": "queued"}}),
        )
    });
    let many = serde_json::to_string(&vec![json!({"name": "A"}); 101]).unwrap();
    let zd = Zd::at(&fake.url)
        .file("many.json", many)
        .file("none.json", "[]")
        .file("bad.json", r#"[{"name": "A"}, 7]"#)
        .file("broken.jsonl", "{\"name\": \"A\"}\n{\"name\": ")
        .file("keyless.json", r#"[{"name": "A"}]"#)
        .file("good.jsonl", "{\"name\": \"A\"}\n\n{\"name\": \"B\"}\n");
    for (verb, file, words) in [
        ("create", "many.json", "at most 100 users"),
        ("create", "none.json", "no users given"),
        ("create", "bad.json", "item 2 is no object"),
        ("create", "broken.jsonl", "EOF"),
        ("upsert", "keyless.json", "nothing names the user"),
        ("update", "keyless.json", "named by id or external id"),
    ] {
        zd.run(&["user", verb, "--from", file]).code(2).err(words);
    }
    zd.run(&["user", "create", "--from", "missing.json"])
        .code(3);
    assert_eq!(fake.requests().len(), 0);
    zd.run(&["user", "create", "--from", "good.jsonl"])
        .code(0)
        .out("queued\tV3-0a")
        .err("zd job wait V3-0a");
}
