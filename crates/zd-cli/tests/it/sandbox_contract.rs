//! What the verbs of `zd sandbox` ask of `/__zd/`, and how they tell the answer, for people and for programs.

use serde_json::{Value, json};

use crate::fake::{Answer, Fake, Request};
use crate::process::{Ran, Zd};

/// A sandbox that always says the same.
fn sandbox() -> Fake {
    Fake::start(|request| match request.call().as_str() {
        "GET /__zd/state" => Answer::json(
            200,
            &json!({"seed": 7, "clock": {"now": "2026-05-02T10:00:00Z", "scale": 60, "frozen": true},
                "settings": {"plan": "team", "workers": 10, "choose": {"failed-rows": "forum"}},
                "users": {"active": 1202, "deleted": 3}, "organizations": 10, "user_fields": 10,
                "jobs": {"queued": 0, "working": 1, "completed": 4}, "tokens": 1,
                "requests": {"total": 5, "refused": 1}, "faults_struck": 2}),
        ),
        "GET /__zd/requests" => requests(request),
        "GET /__zd/requests/count" => Answer::json(200, &json!({"count": 3})),
        "GET /__zd/faults" | "POST /__zd/faults" => Answer::json(
            200,
            &json!({"faults": [{"id": 1, "rule": "429=3%", "seen": 40, "struck": 2},
                {"id": 2, "rule": "answer-lost POST nth=2", "seen": 0, "struck": 0}]}),
        ),
        "GET /__zd/clock" | "POST /__zd/clock" => Answer::json(
            200,
            &json!({"now": "2026-05-02T10:00:00Z", "unix": 1.5, "scale": 1, "frozen": false}),
        ),
        "GET /__zd/snapshots" => Answer::json(
            200,
            &json!({"snapshots": [{"name": "before", "at": "2026-05-02T10:00:00Z", "users": 202}]}),
        ),
        "GET /__zd/events" => {
            let events = [
                json!({"number": 1, "at": "2026-05-02T10:00:00Z", "kind": "request", "method": "GET", "status": 200}),
                json!({"number": 2, "at": "2026-05-02T10:00:01Z", "kind": "job", "id": "V3-1", "status": "completed"}),
            ];
            let since = usize::from(request.path.contains("since=1"))
                + 2 * usize::from(request.path.contains("since=2"));
            Answer::json(200, &json!({"events": events[since..], "next": 2}))
        }
        "GET /__zd/jobs" => Answer::json(200, &json!({"jobs": [job()]})),
        "POST /__zd/jobs/next" | "POST /__zd/jobs/V3-1" => Answer::json(200, &job()),
        "GET /__zd/metrics" => Answer::text(
            200,
            "text/plain; version=0.0.4",
            "# HELP zd_requests_total Requests.\nzd_requests_total{status=\"200\"} 5\nzd_users 202\n",
        ),
        "GET /__zd/differences" => Answer::json(
            200,
            &json!({"behaviours": [{"area": "jobs", "behaviour": "Thirty at once", "known": "documented"}],
                "choices": [{"key": "failed-rows", "values": ["forum", "docs"], "default": "docs", "about": "Shape of failed rows"}]}),
        ),
        "POST /__zd/settings" => Answer::json(200, &json!({"plan": "team", "workers": 8})),
        "POST /__zd/seed" => {
            Answer::json(200, &json!({"created": 2, "refused": 0, "examples": []}))
        }
        _ => Answer::json(200, &json!({})),
    })
}

fn job() -> Value {
    json!({"id": "V3-1", "status": "working", "total": 100, "progress": 3,
        "operation": "users_create_many", "created_at": "2026-05-02T10:00:00Z"})
}

/// Three requests in the log, of which the last come, `limit` at most.
fn requests(request: &Request) -> Answer {
    let number = |name: &str| {
        let (_, rest) = request.path.split_once(&format!("{name}="))?;
        rest.split('&').next()?.parse::<usize>().ok()
    };
    let all: Vec<Value> = (1..=3)
        .map(|number| {
            json!({"number": number, "at": "2026-05-02T10:00:00Z", "method": "POST",
                "path": "/api/v2/users", "query": "x=1", "status": 404, "operation": null, "caller": "admin",
                "fault": null, "note": null, "nearest": "POST /api/v2/users/create_many",
                "request_body": "{}", "response_body": "{}"})
        })
        .collect();
    let shown = &all[3 - number("limit").unwrap_or(3).min(3)..];
    Answer::json(200, &json!({"count": all.len(), "requests": shown}))
}

fn run(fake: &Fake, arguments: &[&str]) -> Ran {
    let arguments = [&["sandbox"], arguments].concat();
    Zd::new().env("ZD_BASE_URL", &fake.url).run(&arguments)
}

/// Runs a verb that sends one request: what that was, and what the verb printed.
#[track_caller]
fn sent(arguments: &[&str]) -> (String, String, Ran) {
    let fake = sandbox();
    let ran = run(&fake, arguments).code(0);
    let requests = fake.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    let request = &requests[0];
    let call = format!("{} {}", request.method, request.path);
    (call, String::from_utf8(request.body.clone()).unwrap(), ran)
}

#[test]
fn the_state_is_told_line_by_line() {
    let fake = sandbox();
    run(&fake, &["status"])
        .code(0)
        .out(&format!("url\t{}\n", fake.url))
        .out("clock\t2026-05-02T10:00:00Z, frozen, 60 times as fast\n")
        .out("settings.plan\tteam\n")
        .out("settings.choose.failed-rows\tforum\n")
        .out("users\t1,202 active, 3 deleted\n")
        .out("jobs\t0 queued, 1 working, 4 completed\n");
    let json = run(&fake, &["status", "--json"]).code(0).json();
    assert_eq!(json["settings"]["plan"], "team");
    run(&fake, &["status", "--jq", ".users.active"])
        .code(0)
        .out("1202\n");
    run(&fake, &["status", "--fields", "users.deleted"])
        .code(0)
        .out("users.deleted\t3\n");
}

#[test]
fn settings_are_shown_and_changed() {
    let (call, _, ran) = sent(&["set"]);
    assert_eq!(call, "GET /__zd/state");
    ran.out("plan\tteam\n").out("choose.failed-rows\tforum\n");
    let (call, body, ran) = sent(&[
        "set",
        "plan=team",
        "job-time=30s",
        "choose.failed-rows=forum",
    ]);
    assert_eq!(call, "POST /__zd/settings");
    assert_eq!(
        body,
        r#"{"plan":"team","job_time":"30s","choose":{"failed-rows":"forum"}}"#
    );
    ran.out("workers\t8\n");
    run(&sandbox(), &["set", "plan"])
        .code(2)
        .err("expected KEY=VALUE");
}

#[test]
fn faults_are_listed_added_and_cleared() {
    let (call, _, ran) = sent(&["fault"]);
    assert_eq!(call, "GET /__zd/faults");
    assert_eq!(
        ran.stdout,
        "1\t429=3%\t40\t2\n2\tanswer-lost POST nth=2\t0\t0\n"
    );
    let (call, body, _) = sent(&["fault", "add", "429=3%", "answer-lost POST nth=2"]);
    assert_eq!(call, "POST /__zd/faults");
    assert_eq!(body, "429=3%\nanswer-lost POST nth=2");
    assert_eq!(sent(&["fault", "clear"]).0, "DELETE /__zd/faults");
    let (call, _, ran) = sent(&["fault", "clear", "2"]);
    assert_eq!(call, "DELETE /__zd/faults/2");
    assert_eq!(ran.stdout, "cleared\t2\n");
    assert_eq!(
        sent(&["fault", "--json"]).2.json()[0]["struck"].to_string(),
        "2"
    );

    let fake = sandbox();
    let zd = Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .file("rules.txt", "# a bad day\n5xx=3%\n");
    zd.run(&["sandbox", "fault", "add", "--file", "rules.txt"])
        .code(0);
    assert!(fake.requests()[0].body.ends_with(b"# a bad day\n5xx=3%\n"));
    zd.run(&["sandbox", "fault", "add"]).code(2);
}

#[test]
fn the_clock_is_shown_and_moved() {
    let (call, _, ran) = sent(&["clock"]);
    assert_eq!(call, "GET /__zd/clock");
    assert_eq!(ran.stdout, "clock\t2026-05-02T10:00:00Z\n");
    for (arguments, body) in [
        (&["advance", "10m"][..], r#"{"advance":"10m"}"#),
        (&["freeze"], r#"{"freeze":true}"#),
        (&["resume"], r#"{"freeze":false}"#),
        (
            &["jump", "2027-04-30T00:00:00Z"],
            r#"{"jump_to":"2027-04-30T00:00:00Z"}"#,
        ),
        (&["scale", "60"], r#"{"scale":60}"#),
    ] {
        let (call, sent, ran) = sent(&[&["clock"], arguments, &["--json"]].concat());
        assert_eq!((call.as_str(), sent.as_str()), ("POST /__zd/clock", body));
        assert_eq!(ran.json()["frozen"], false);
    }
}

#[test]
fn the_log_is_filtered_counted_and_cleared() {
    let (call, _, ran) = sent(&[
        "log",
        "--status",
        "404",
        "--path",
        "/api/v2/users/*",
        "--body",
        "a&b",
    ]);
    assert_eq!(
        call,
        "GET /__zd/requests?path=%2Fapi%2Fv2%2Fusers%2F%2A&status=404&body=a%26b&limit=100"
    );
    assert_eq!(
        ran.stdout.lines().next(),
        Some(
            "1\t2026-05-02T10:00:00Z\tPOST\t/api/v2/users?x=1\t404\t\tnearest: POST /api/v2/users/create_many"
        )
    );
    let (call, _, ran) = sent(&["log", "--limit", "2", "--json"]);
    assert_eq!(call, "GET /__zd/requests?limit=2");
    assert_eq!(ran.json()[1]["request_body"], "{}");
    ran.err("there are 1 more before these; --limit N shows more of them");
    let (call, _, ran) = sent(&["log", "--count", "--method", "POST"]);
    assert_eq!(call, "GET /__zd/requests/count?method=POST");
    assert_eq!(ran.stdout, "3\n");
    assert_eq!(
        sent(&["log", "--count", "--json"]).2.stdout,
        "{\"count\":3}\n"
    );
    assert_eq!(sent(&["log", "clear"]).0, "DELETE /__zd/requests");
    run(&sandbox(), &["log", "--status", "404", "clear"])
        .code(2)
        .err("clear takes no filter");
}

#[test]
fn snapshots_are_kept_restored_listed_and_deleted() {
    let (call, _, ran) = sent(&["snapshot", "before it"]);
    assert_eq!(call, "POST /__zd/snapshots/before%20it");
    assert_eq!(ran.stdout, "kept\tbefore it\n");
    let (call, _, ran) = sent(&["restore", "before", "--json"]);
    assert_eq!(call, "POST /__zd/snapshots/before/restore");
    assert_eq!(ran.json(), json!({"status": "restored", "name": "before"}));
    let (call, _, ran) = sent(&["snapshots"]);
    assert_eq!(call, "GET /__zd/snapshots");
    assert_eq!(ran.stdout, "before\t2026-05-02T10:00:00Z\t202\n");
    let (call, _, _) = sent(&["snapshots", "delete", "before"]);
    assert_eq!(call, "DELETE /__zd/snapshots/before");
    let (call, _, ran) = sent(&["reset"]);
    assert_eq!(call, "POST /__zd/reset");
    ran.out("reset\thttp://127.0.0.1:");
    assert_eq!(sent(&["reset", "--json"]).2.json()["status"], "reset");
    run(&sandbox(), &["snapshot", " "])
        .code(2)
        .err("needs a name");
}

#[test]
fn jobs_are_listed_and_led_by_hand() {
    let (call, _, ran) = sent(&["jobs"]);
    assert_eq!(call, "GET /__zd/jobs");
    let line = "V3-1\tworking\t3/100\tusers_create_many\t2026-05-02T10:00:00Z\n";
    assert_eq!(ran.stdout, line);
    for (arguments, call, body) in [
        (
            &["finish", "next"][..],
            "POST /__zd/jobs/next",
            r#"{"finish":"completed"}"#,
        ),
        (
            &["finish", "V3-1", "--as", "killed"],
            "POST /__zd/jobs/V3-1",
            r#"{"finish":"killed"}"#,
        ),
        (
            &["advance", "next", "3"],
            "POST /__zd/jobs/next",
            r#"{"advance":3}"#,
        ),
    ] {
        let sent = sent(&[&["jobs"], arguments].concat());
        assert_eq!((sent.0.as_str(), sent.1.as_str()), (call, body));
        assert_eq!(sent.2.stdout, line);
    }
    assert_eq!(
        sent(&["jobs", "--json"]).2.json()[0]["progress"].to_string(),
        "3"
    );
}

#[test]
fn events_are_told_and_followed() {
    let fake = sandbox();
    let ran = run(&fake, &["events", "--since", "0"]).code(0);
    // They come in parts, until there are no more.
    let asked: Vec<String> = fake.requests().into_iter().map(|sent| sent.path).collect();
    assert_eq!(asked, ["/__zd/events?since=0", "/__zd/events?since=2"]);
    assert_eq!(
        ran.stdout,
        "1\t2026-05-02T10:00:00Z\trequest\tmethod=GET status=200\n\
         2\t2026-05-02T10:00:01Z\tjob\tid=V3-1 status=completed\n"
    );
    let json = run(&fake, &["events", "--json"]).code(0).json();
    assert_eq!(json[1]["id"], "V3-1");
}

#[cfg(unix)]
#[test]
fn following_ends_with_ctrl_c() {
    use std::io::{BufRead as _, BufReader};

    for (flags, line) in [
        (
            &[][..],
            "2\t2026-05-02T10:00:01Z\tjob\tid=V3-1 status=completed",
        ),
        (&["--json=number,kind"], "{\"number\":2,\"kind\":\"job\"}"),
    ] {
        let fake = sandbox();
        let zd = Zd::new().env("ZD_BASE_URL", &fake.url);
        let arguments = [&["sandbox", "events", "--follow", "--since", "1"], flags].concat();
        let mut child = zd.command(&arguments).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), line);
        crate::sandbox::signal(&child, "INT");
        // What was told is not told again.
        assert!(lines.next().is_none());
        crate::process::finish(child).code(0);
    }
}

#[test]
fn metrics_are_printed_as_they_are_or_as_records() {
    let (call, _, ran) = sent(&["metrics"]);
    assert_eq!(call, "GET /__zd/metrics");
    assert!(ran.stdout.starts_with("# HELP zd_requests_total"));
    let json = sent(&["metrics", "--json"]).2.json();
    assert_eq!(
        json[0],
        json!({"name": "zd_requests_total", "labels": {"status": "200"}, "value": 5})
    );
    assert_eq!(json[1]["name"], "zd_users");
}

#[test]
fn differences_are_told_with_what_can_be_chosen() {
    let (call, _, ran) = sent(&["differences"]);
    assert_eq!(call, "GET /__zd/differences");
    assert_eq!(
        ran.stdout,
        "jobs\tThirty at once\tdocumented\n\nfailed-rows\tdocs\tforum,docs\tShape of failed rows\n"
    );
    let json = sent(&["differences", "--json"]).2.json();
    assert_eq!(json["choices"][0]["default"], "docs");
    let choices = sent(&["differences", "choices", "--format", "csv"]).2;
    assert!(
        choices
            .stdout
            .starts_with("key,default,values,about\nfailed-rows,docs,")
    );
}

#[test]
fn people_are_made_up_or_read_from_a_file() {
    let (call, body, ran) = sent(&["seed", "--users", "1000000", "--seed", "7"]);
    assert_eq!(call, "POST /__zd/seed");
    assert_eq!(body, r#"{"users":1000000,"seed":7}"#);
    assert_eq!(ran.stdout, "created\t2\nrefused\t0\n");
    let fake = sandbox();
    let zd = Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .file(
            "people.csv",
            "external_id,email,name,user_fields.seats:integer\n42,ann@example.com,Ann,3\n",
        )
        .file("people.json", "[{\"name\": \"Ann\"},{\"name\": \"Bob\"}]");
    for (file, body) in [
        (
            "people.csv",
            "{\"external_id\":\"42\",\"name\":\"Ann\",\"email\":\"ann@example.com\",\"user_fields\":{\"seats\":3}}\n",
        ),
        ("people.json", "[{\"name\": \"Ann\"},{\"name\": \"Bob\"}]"),
    ] {
        let before = fake.requests().len();
        zd.run(&["sandbox", "seed", file, "--json"]).code(0);
        let request = &fake.requests()[before];
        assert_eq!(request.call(), "POST /__zd/seed");
        let same = |text: &str| -> Vec<Value> {
            text.lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect()
        };
        assert_eq!(same(&String::from_utf8_lossy(&request.body)), same(body));
        assert!(
            request
                .headers
                .to_lowercase()
                .contains("application/x-ndjson")
        );
    }
    zd.run(&["sandbox", "seed"]).code(2);
    zd.run(&["sandbox", "seed", "people.csv", "--users", "3"])
        .code(2);
    zd.run(&["sandbox", "seed", "nowhere.csv"]).code(3);
}

#[test]
fn refused_people_are_named_by_their_line() {
    let fake = Fake::start(|_| {
        Answer::json(
            200,
            &json!({"created": 1, "refused": 1, "examples": [{"line": 2, "reason": "Name: is too short"}]}),
        )
    });
    Zd::new()
        .env("ZD_BASE_URL", &fake.url)
        .file("people.csv", "external_id,name\n1,\"Ann\nLee\"\n2,Bob\n")
        .run(&["sandbox", "seed", "people.csv"])
        .code(6)
        .out("refused on line 4\tName: is too short\n")
        .err("error[ZD5001]: 1 of the users were refused");
}
