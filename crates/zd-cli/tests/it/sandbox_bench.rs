//! The verbs of `zd sandbox` against a sandbox in a process of its own.

#![cfg(unix)]

use std::net::TcpListener;

use serde_json::Value;

use crate::process::{Ran, Zd};
use crate::sandbox::Started;

const PEOPLE: &str = "external_id,email,name\n\
    p-1,p1@people.example,Person One\n\
    p-2,p2@people.example,Person Two\n\
    p-3,p3@people.example,\"Person\nThree\"\n";

fn started(flags: &[&str]) -> (Started, Zd) {
    let sandbox = Started::with(&Zd::new(), flags);
    let zd = sandbox.account().file("people.csv", PEOPLE);
    (sandbox, zd)
}

#[track_caller]
fn run(zd: &Zd, arguments: &[&str]) -> Ran {
    zd.run(&[&["sandbox"], arguments].concat())
}

#[track_caller]
fn json(zd: &Zd, arguments: &[&str]) -> Value {
    run(zd, &[arguments, &["--json"]].concat()).code(0).json()
}

#[track_caller]
fn import(zd: &Zd) {
    zd.run(&["import", "people.csv"]).code(0);
}

#[test]
fn its_state_is_shown() {
    let (sandbox, zd) = started(&["--seed", "7"]);
    run(&zd, &["status"])
        .code(0)
        .out(&format!("url\t{}\n", sandbox.url))
        .out("seed\t7\n")
        .out("settings.plan\tenterprise\n")
        .out("users\t202 active, 0 deleted\n");
    let state = json(&zd, &["status"]);
    assert_eq!(state["users"]["active"].to_string(), "202");
    assert_eq!(state["clock"]["frozen"], false);
}

#[test]
fn it_ends_when_it_is_told_to_and_its_port_is_free() {
    let (sandbox, zd) = started(&[]);
    let port = sandbox.url.rsplit(':').next().unwrap().to_owned();
    run(&zd, &["stop"])
        .code(0)
        .out(&format!("stopped\t{}\n", sandbox.url));
    TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    sandbox.finish().code(0).err("sandbox stopped");
    run(&zd, &["stop"]).code(5).err("nobody listens at");
}

#[test]
fn faults_strike_once_they_are_added() {
    let (_sandbox, zd) = started(&["--fault", "5xx=0%"]);
    run(
        &zd,
        &["fault", "add", "status(422) GET /api/v2/users/* times=1"],
    )
    .code(0)
    .out("\tstatus(422) GET /api/v2/users/* times=1\t0\t0\n");
    zd.run(&["user", "get", "ext:seed-0001"]).code(6);
    zd.run(&["user", "get", "ext:seed-0001"]).code(0);
    let faults = json(&zd, &["fault"]);
    assert_eq!(faults[1]["struck"].to_string(), "1");
    let id = faults[1]["id"].to_string();
    run(&zd, &["fault", "clear", &id]).code(0);
    run(&zd, &["fault", "clear", "99"]).code(3).err("99");
    assert_eq!(json(&zd, &["fault"]).as_array().unwrap().len(), 1);
    run(&zd, &["fault", "clear"]).code(0);
    run(&zd, &["fault"]).code(0).err("no faults");
}

#[test]
fn a_rule_that_does_not_parse_is_shown_with_the_place() {
    let (_sandbox, zd) = started(&[]);
    run(&zd, &["fault", "add", "429=3%", "429=lots"])
        .code(2)
        .err("error[ZD6003]: rule 2: `429=lots` at column 5");
    // All or none.
    run(&zd, &["fault"]).code(0).err("no faults");
}

#[test]
fn its_clock_stands_still_and_jumps() {
    let (_sandbox, zd) = started(&["--starts-at", "2027-04-29T23:00:00Z"]);
    run(&zd, &["clock", "freeze"]).code(0).out(", frozen");
    run(&zd, &["clock", "jump", "2027-04-30T00:00:00Z"])
        .code(0)
        .out("clock\t2027-04-30T00:00:00Z, frozen\n");
    run(&zd, &["clock", "advance", "10m"])
        .code(0)
        .out("clock\t2027-04-30T00:10:00Z, frozen\n");
    run(&zd, &["clock", "jump", "2027-04-29T00:00:00Z"])
        .code(2)
        .err("error[ZD6003]");
    run(&zd, &["clock", "resume"]).code(0).never("frozen");
    run(&zd, &["clock", "scale", "60"])
        .code(0)
        .out(", 60 times as fast\n");
    assert_eq!(json(&zd, &["clock"])["scale"].to_string(), "60");
}

#[test]
fn requests_are_found_in_the_log() {
    let (_sandbox, zd) = started(&[]);
    zd.run(&["user", "get", "ext:seed-0001"]).code(0);
    zd.run(&["api", "nowhere"]);
    zd.run(&["user", "upsert", "--external-id", "logged", "--name", "L"])
        .code(0);
    let found = json(&zd, &["log", "--method", "POST"]);
    assert_eq!(found[0]["path"], "/api/v2/users/create_or_update");
    run(&zd, &["log", "--body", "logged"])
        .code(0)
        .out("\tPOST\t/api/v2/users/create_or_update\t201\t");
    run(&zd, &["log", "--status", "404"])
        .code(0)
        .out("\tGET\t/api/v2/nowhere\t404\t");
    let all = run(&zd, &["log", "--count"]).code(0).stdout;
    let last = run(&zd, &["log", "--limit", "1"])
        .code(0)
        .err("before these");
    assert_eq!(last.stdout.lines().count(), 1);
    assert!(last.stdout.contains("create_or_update"));
    assert!(all.trim().parse::<u64>().unwrap() >= 3);
    run(&zd, &["log", "clear"]).code(0);
    assert_eq!(run(&zd, &["log", "--count"]).code(0).stdout, "0\n");
    run(&zd, &["log"]).code(0).err("no requests");
}

#[test]
fn what_was_imported_is_verified() {
    let (_sandbox, zd) = started(&["--empty", "--job-time", "0"]);
    run(&zd, &["verify", "people.csv"])
        .code(6)
        .out("missing\t3\n")
        .out("missing, line 4\text:p-3\n")
        .err("error[ZD6004]");
    import(&zd);
    run(&zd, &["verify", "people.csv"])
        .code(0)
        .out("found\t3\n")
        .out("applied\tnever 0, once 3, more 0\n");
    run(&zd, &["applied", "ext:p-2", "ext:nobody"])
        .code(0)
        .out("ext:p-2\t1\t0\t0")
        .out("ext:nobody\t0\t0\t0");
    run(&zd, &["applied", "p-2"]).code(2).err("ext:EXTERNAL_ID");
    zd.run(&["user", "update", "ext:p-2", "--set", "name=Person 2"])
        .code(0);
    run(&zd, &["verify", "people.csv"])
        .code(6)
        .out("different\t1\n")
        .out("different, line 3\text:p-2: name is \"Person 2\", expected \"Person Two\"\n");
    // The same as JSON Lines and as an array, of which the others are extra.
    let one = "{\"external_id\": \"p-1\", \"name\": \"Person One\"}";
    for text in [format!("{one}\n"), format!("[{one}]")] {
        let verify = |flags: &[&str]| {
            zd.run_with(
                &[&["sandbox", "verify", "-"], flags].concat(),
                text.as_bytes(),
            )
        };
        let ran = verify(&["--json"]).code(6);
        assert_eq!(ran.json()["extra"]["count"].to_string(), "2");
        verify(&["--allow-extra"]).code(0);
    }
}

#[test]
fn the_account_goes_back_to_a_snapshot() {
    let (_sandbox, zd) = started(&["--job-time", "0"]);
    run(&zd, &["snapshots"]).code(0).err("no snapshots");
    run(&zd, &["snapshot", "before it"]).code(0);
    import(&zd);
    run(&zd, &["snapshot", "after"]).code(0);
    run(&zd, &["restore", "before it"]).code(0);
    zd.run(&["user", "get", "ext:p-1"]).code(3);
    run(&zd, &["restore", "after"]).code(0);
    zd.run(&["user", "get", "ext:p-1"]).code(0);
    let names = run(&zd, &["snapshots"]).code(0).stdout;
    assert!(names.contains("before it\t"), "{names}");
    run(&zd, &["restore", "nowhere"])
        .code(3)
        .err("there is no snapshot nowhere")
        .err("after, before it");
    run(&zd, &["snapshots", "delete", "after"]).code(0);
    assert_eq!(json(&zd, &["snapshots"]).as_array().unwrap().len(), 1);
    run(&zd, &["reset"]).code(0);
    zd.run(&["user", "get", "ext:p-1"]).code(3);
}

#[test]
fn jobs_are_led_by_hand() {
    let (_sandbox, zd) = started(&["--job-time", "hand"]);
    let zd = zd.file(
        "users.json",
        "{\"users\": [{\"name\": \"A\", \"external_id\": \"a\"}, {\"name\": \"B\", \"external_id\": \"b\"}]}",
    );
    let submit = || {
        let ran = zd.run(&[
            "api",
            "users/create_or_update_many",
            "--input",
            "users.json",
        ]);
        let job = ran.code(0).json();
        job["job_status"]["id"].as_str().unwrap().to_owned()
    };
    let first = submit();
    run(&zd, &["jobs"]).code(0).out(&format!("{first}\t"));
    run(&zd, &["jobs", "advance", "next", "1"])
        .code(0)
        .out("\t1/2\t");
    run(&zd, &["jobs", "finish", &first])
        .code(0)
        .out(&format!("{first}\tcompleted\t"));
    submit();
    run(&zd, &["jobs", "finish", "next", "--as", "killed"])
        .code(0)
        .out("\tkilled\t");
    run(&zd, &["jobs", "finish", "next"])
        .code(3)
        .err("error[ZD6003]");
    assert_eq!(json(&zd, &["jobs"]).as_array().unwrap().len(), 2);
}

#[test]
fn what_happens_is_told_as_it_happens() {
    use std::io::{BufRead as _, BufReader};

    let (_sandbox, zd) = started(&[]);
    zd.run(&["user", "get", "ext:seed-0001"]).code(0);
    run(&zd, &["events"]).code(0).out("\trequest\tmethod=GET ");
    let mut child = zd
        .command(&["sandbox", "events", "--follow", "--since", "0", "--json"])
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(first["number"].to_string(), "1");
    zd.run(&["user", "get", "ext:seed-0002"]).code(0);
    let seen = lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains("request"));
    assert!(seen.is_some());
    run(&zd, &["stop"]).code(0);
    crate::process::finish(child)
        .code(0)
        .err("the sandbox has ended");
}

#[test]
fn a_long_log_of_events_is_told_whole() {
    let (_sandbox, zd) = started(&["--plan", "100000"]);
    // Each is an event of its own.
    for _ in 0..3 {
        let rules: Vec<String> = (0..500).map(|_| "5xx=0%".to_owned()).collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        run(&zd, &[&["fault", "add"], &rules[..]].concat()).code(0);
    }
    let told = run(&zd, &["events"]).code(0).stdout.lines().count();
    assert!(told >= 1500, "{told}");
}

#[test]
fn metrics_and_differences_are_told() {
    let (_sandbox, zd) = started(&[]);
    run(&zd, &["metrics"]).code(0).out("# TYPE ");
    let metrics = json(&zd, &["metrics"]);
    assert!(metrics.as_array().unwrap().len() > 3);
    run(&zd, &["differences"])
        .code(0)
        .out("\tdocumented\n")
        .out("\nfailed-rows\t");
    let behaviours = json(&zd, &["differences", "behaviours"]);
    assert!(behaviours[0]["known"].is_string());
    let choices = json(&zd, &["differences", "choices"]);
    assert!(choices[0]["values"].is_array());
}

#[test]
fn settings_change_while_it_runs() {
    let (_sandbox, zd) = started(&[]);
    run(
        &zd,
        &[
            "set",
            "plan=team",
            "job-time=30s",
            "choose.failed-rows=forum",
        ],
    )
    .code(0)
    .out("plan\tteam\n")
    .out("job_time\t30s\n")
    .out("choose.failed-rows\tforum\n");
    let ran = zd.run(&["api", "users/me", "-i"]).code(0);
    assert!(
        ran.stdout.to_lowercase().contains("x-rate-limit: 200"),
        "{ran:?}"
    );
    assert_eq!(json(&zd, &["set"])["plan"], "team");
    run(&zd, &["set", "plan=free"]).code(2).err("team");
    run(&zd, &["set", "colour=red"]).code(2).err("job_time");
}

#[test]
fn people_are_added() {
    let (_sandbox, zd) = started(&["--empty"]);
    run(&zd, &["seed", "--users", "1000", "--seed", "7"])
        .code(0)
        .out("created\t1,000\n");
    run(&zd, &["seed", "people.csv"])
        .code(0)
        .out("created\t3\n");
    zd.run(&["user", "get", "ext:p-3"]).code(0);
    run(&zd, &["verify", "people.csv", "--allow-extra"]).code(0);
    zd.run_with(
        &["sandbox", "seed", "-"],
        b"{\"name\": \"Ann\"}\n{\"nom\": \"Bob\"}\n",
    )
    .code(6)
    .out("created\t1\n")
    .out("refused on line 2\t");
}
