//! `zd limits`, and what an import makes of limits.

use serde_json::json;

use crate::fake::{Answer, Fake};
use crate::process::Zd;

/// An account that tells its minute, with three jobs that have not ended; they may be listed or not.
fn account(lists_jobs: bool) -> Fake {
    let minute = |answer: Answer, left: &str| {
        answer
            .header("ratelimit-limit", "700")
            .header("ratelimit-remaining", left)
            .header("ratelimit-reset", "23")
    };
    Fake::start(move |request| match request.call().as_str() {
        "GET /api/v2/users/me" => minute(
            Answer::json(
                200,
                &json!({"user": {"id": 1, "name": "Admin", "role": "admin"}}),
            ),
            "613",
        ),
        "GET /api/v2/job_statuses" if lists_jobs => {
            let states = ["queued", "working", "working", "completed", "killed"];
            let jobs = states.map(|status| json!({"id": format!("V3-{status}"), "status": status}));
            let page = json!({"job_statuses": jobs, "meta": {"has_more": false}});
            minute(Answer::json(200, &page), "612").header(
                "zendesk-ratelimit-job-list",
                "total=100; remaining=99; resets=7",
            )
        }
        _ => Answer::json(403, &json!({"error": "Forbidden"})),
    })
}

#[test]
fn a_look_takes_two_requests_and_tells_the_minute_and_the_slots() {
    let fake = account(true);
    let zd = Zd::at(&fake.url);
    let ran = zd.run(&["limits"]).code(0);
    assert_eq!(
        ran.stdout,
        "requests\t612 of 700 a minute left, the next minute in 23s\n\
         jobs\t3 of 30 slots in use: 1 queued, 2 running\n\
         job-list\t99 of 100 left, it begins again in 7s\n"
    );
    assert_eq!(fake.requests().len(), 2);
    let json = zd.run(&["limits", "--json"]).code(0).json();
    assert_eq!(json["requests"]["remaining"], 612);
    assert_eq!(json["jobs"]["used"], 3);
    assert_eq!(json["endpoints"]["job-list"]["resets_s"], 7);
}

#[test]
fn who_may_not_list_jobs_sees_the_minute() {
    let fake = account(false);
    let zd = Zd::at(&fake.url);
    zd.run(&["limits"])
        .code(0)
        .out("requests\t613 of 700 a minute left")
        .out("jobs\tthese credentials may not list jobs\n");
    Zd::new().run(&["limits", "--sandbox"]).code(0);
}

#[test]
fn how_often_to_look_is_bounded_and_takes_a_watch() {
    let zd = Zd::new();
    zd.run(&["limits", "--every", "5s", "--sandbox"]).code(2);
    zd.run(&["limits", "--watch", "--every", "200ms", "--sandbox"])
        .code(2)
        .err("at most once a second");
}

#[cfg(unix)]
mod watching {
    use std::io::{BufRead as _, BufReader};

    use serde_json::Value;

    use crate::process::{Zd, finish};
    use crate::sandbox::{Started, signal};

    #[test]
    fn what_others_use_shows_between_looks_until_a_signal_comes() {
        let sandbox = Started::with(&Zd::new(), &["--others", "300/min"]);
        let mut child = sandbox
            .account()
            .command(&["limits", "--watch", "--every", "1s", "--format", "jsonl"])
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let looks: Vec<Value> = lines
            .take(5)
            .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
            .collect();
        // Five a second; what a single second more or less makes of that in so short a time.
        let others = looks[4]["others_a_minute"].as_u64().unwrap();
        assert!((150..=450).contains(&others), "{looks:#?}");
        signal(&child, "INT");
        let code = finish(child).code;
        // Interrupted, or its reader was gone before that.
        assert!(code == Some(130) || code == Some(0), "{code:?}");
    }

    #[test]
    fn in_a_pipe_each_look_is_a_line_and_a_reader_that_leaves_ends_it() {
        let sandbox = Started::with(&Zd::new(), &[]);
        let mut child = sandbox
            .account()
            .command(&["limits", "--watch", "--every", "1s"])
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut pipe = BufReader::new(child.stdout.take().unwrap());
        pipe.read_line(&mut line).unwrap();
        assert!(line.starts_with("limits requests_limit="), "{line}");
        assert!(line.contains(" slots=30 slots_used=0 "), "{line}");
        drop(pipe);
        finish(child).code(0);
    }
}

fn people(rows: usize) -> String {
    let mut text = String::from("external_id,name\n");
    for number in 0..rows {
        text.push_str(&format!("p-{number},Person {number}\n"));
    }
    text
}

#[test]
fn a_plan_that_does_not_fit_its_time_says_so() {
    let zd = Zd::new().file("people.csv", people(20_000));
    let plan = ["import", "people.csv", "--dry-run"];
    let with = |flags: &[&'static str]| [&plan[..], flags].concat();
    let ran = zd.run(&with(&["--max-duration", "30s"])).code(0);
    ran.out("would take   about ")
        .err("warning: this takes about 1m ")
        .err("given 30s: it stops then, and  zd import --resume  goes on");
    let json = |flags: &[&'static str]| {
        let told = zd.run(&[&with(flags)[..], &["--json"]].concat()).code(0);
        told.json()["estimate"].clone()
    };
    let fits = json(&["--max-duration", "30s"]);
    assert_eq!(fits["fits"], false);
    assert_eq!(fits["allowed_seconds"], 30);
    assert_eq!(json(&["--max-duration", "1h"])["fits"], true);
    // A request a batch: 200 of them, and some to look.
    let slow = json(&["--rate", "20/min"]);
    assert!(slow["seconds"].as_u64().unwrap() >= 600, "{slow}");
    assert_eq!(slow["limit"], "requests");
    let narrow = json(&["--max-jobs", "20", "--reserve-jobs", "25"]);
    assert!(narrow["seconds"].as_u64().unwrap() >= 400, "{narrow}");
    assert_eq!(narrow["if"]["jobs_at_once"], 5);
}

#[test]
fn an_import_that_allows_itself_nothing_sends_nothing() {
    let zd = Zd::new().file("people.csv", people(5));
    zd.run(&[
        "import",
        "people.csv",
        "--sandbox",
        "--rate",
        "0/min",
        "--max-duration",
        "1s",
    ])
    .code(10)
    .err("warning: with --rate 0/min nothing is ever sent")
    .out("5 rows not sent");
    for (flag, wrong, expected) in [
        ("--rate", "300", "expected a rate such as 300/min"),
        (
            "--headroom",
            "101%",
            "expected a number of requests a minute",
        ),
        ("--reserve-jobs", "30", "30 is not in 0..=29"),
    ] {
        zd.run(&["import", "people.csv", flag, wrong])
            .code(2)
            .err(expected);
    }
}

#[cfg(unix)]
#[test]
fn a_large_import_tells_its_pace_and_its_run_keeps_it() {
    let sandbox =
        crate::sandbox::Started::with(&Zd::new(), &["--job-time", "200ms", "--plan", "enterprise"]);
    let zd = sandbox.account().file("people.csv", people(11_000));
    let told = zd.run(&["import", "people.csv", "--json"]).code(0).json();
    let pace = &told["pace"];
    assert!(pace["share"].as_f64().unwrap() > 0.0, "{told}");
    let kept = zd.run(&["run", "show", "--json", "last"]).code(0).json();
    assert_eq!(kept["pace"]["limit"], pace["limit"]);
    assert!(kept["pace"]["bound_s"].as_f64().unwrap() > 0.0, "{kept}");
    let words = " % of what the limits allow; bound by ";
    zd.run(&["run", "show", "last"]).code(0).out(words);
    zd.run(&["run", "report", "last", "-o", "-"])
        .code(0)
        .out(words);
}
