//! Numbers for Prometheus, in its text format.

use std::fmt::Write as _;

use http::{HeaderValue, StatusCode, header};

use crate::clock::Now;
use crate::jobs::SlotsOfOthers;
use crate::reply::Reply;
use crate::shell::Shell;

pub(super) fn show(shell: &Shell, now: Now) -> Reply {
    let mut text = String::new();
    let state = &shell.state;
    let mut family = |name: &str, kind: &str, about: &str, samples: Vec<(String, u64)>| {
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "# HELP zd_sandbox_{name} {about}\n# TYPE zd_sandbox_{name} {kind}"
        );
        for (labels, value) in samples {
            let _ = writeln!(text, "zd_sandbox_{name}{labels} {value}");
        }
    };
    let plain = |value: u64| vec![(String::new(), value)];
    let mut answers: Vec<(String, u64)> = shell
        .counters
        .answers
        .iter()
        .map(|((operation, status), count)| {
            let status = if *status == 0 {
                "none".to_owned()
            } else {
                status.to_string()
            };
            (
                format!("{{operation=\"{operation}\",status=\"{status}\"}}"),
                *count,
            )
        })
        .collect();
    answers.sort();
    family(
        "requests_total",
        "counter",
        "Requests by operation and status.",
        answers,
    );
    family(
        "connections_total",
        "counter",
        "Connections accepted, those for what is inside too.",
        plain(shell.counters.connections),
    );
    let mut faults: Vec<(String, u64)> = Vec::new();
    for rule in shell.faults.rules() {
        let label = format!("{{id=\"{}\",fault=\"{}\"}}", rule.id, rule.fault.name());
        faults.push((label, rule.struck));
    }
    family(
        "faults_struck_total",
        "counter",
        "Requests and jobs that a rule struck.",
        faults,
    );
    family(
        "users",
        "gauge",
        "Users that are not deleted.",
        plain(state.account.users.active()),
    );
    let jobs = &state.jobs;
    let by_status = |status: &str, count: u64| (format!("{{status=\"{status}\"}}"), count);
    let unfinished =
        |status: &str| jobs.iter().filter(|job| job.status(now) == status).count() as u64;
    let counts = vec![
        by_status("queued", unfinished("queued")),
        by_status("working", unfinished("working")),
    ];
    family("jobs", "gauge", "Jobs that have not ended.", counts);
    let ended = vec![
        by_status("completed", jobs.counts.completed),
        by_status("failed", jobs.counts.failed),
        by_status("killed", jobs.counts.killed),
    ];
    family(
        "jobs_ended_total",
        "counter",
        "Jobs that have ended.",
        ended,
    );
    let others = jobs.others.as_ref();
    family(
        "others_requests_total",
        "counter",
        "Requests of other integrations.",
        plain(state.limits.others_sent),
    );
    family(
        "others_refused_total",
        "counter",
        "Requests of other integrations that were refused.",
        plain(state.limits.others_refused),
    );
    family(
        "others_jobs",
        "gauge",
        "Job slots that other integrations hold.",
        plain(others.map_or(0, |others| SlotsOfOthers::held(others) as u64)),
    );
    family(
        "others_jobs_refused_total",
        "counter",
        "Jobs of other integrations that were refused.",
        plain(others.map_or(0, |others| others.refused)),
    );
    let mut reply = Reply::text(StatusCode::OK, text);
    let version = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    reply.headers = vec![(header::CONTENT_TYPE, version)];
    reply
}
