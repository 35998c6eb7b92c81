//! Sends recorded requests in order, and compares what comes back.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::ids::{Ids, parameters};
use super::recording::{File, Headers, Pair, operation};
use super::setup::{self, Lore};
use super::shape::{Difference, differences};
use super::wire::{Answer, Wire};
use super::{explained, headers};

/// What became of a recorded response.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Where it is, such as `errors.json[3]`.
    pub(crate) name: String,
    pub(crate) operation: String,
    /// The names of the recorded headers.
    pub(crate) headers: Vec<String>,
    pub(crate) verdict: Verdict,
}

#[derive(Debug)]
pub(crate) enum Verdict {
    /// It was not replayed.
    Skipped(&'static str),
    /// It was, and differs there.
    Replayed(BTreeSet<Difference>),
}

/// Replays a file against a sandbox of its own.
pub(crate) fn file(wire: &Wire, file: &File, lore: &Lore<'_>) -> anyhow::Result<Vec<Outcome>> {
    let mut ids =
        setup::prepare(wire, file, lore).with_context(|| format!("preparing {}", file.name))?;
    let mut outcomes = Vec::new();
    for (number, recorded) in file.pairs.iter().enumerate() {
        let name = format!("{}[{number}]", file.name);
        let verdict = pair(wire, recorded, &mut ids, lore).with_context(|| name.clone())?;
        outcomes.push(Outcome {
            name,
            operation: recorded.operation(),
            headers: names(&recorded.headers),
            verdict,
        });
    }
    for (number, recorded) in file.headers.iter().enumerate() {
        let name = format!("{}[{number}]", file.name);
        let verdict = headers_alone(wire, recorded).with_context(|| name.clone())?;
        outcomes.push(Outcome {
            name,
            operation: format!("headers of {}", operation(&recorded.method, &recorded.path)),
            headers: names(&recorded.headers),
            verdict,
        });
    }
    Ok(outcomes)
}

fn names(headers: &[(String, String)]) -> Vec<String> {
    headers.iter().map(|(name, _)| name.clone()).collect()
}

fn pair(wire: &Wire, recorded: &Pair, ids: &mut Ids, lore: &Lore<'_>) -> anyhow::Result<Verdict> {
    let operation = recorded.operation();
    if let Some(skip) = explained::skip(&operation) {
        return Ok(Verdict::Skipped(skip.why));
    }
    let is_job = operation == "GET job_statuses/{id}";
    if is_job
        && !ids.has(
            recorded.answer["job_status"]["id"]
                .as_str()
                .unwrap_or_default(),
        )
    {
        return Ok(Verdict::Skipped(explained::JOB_OF_OTHERS));
    }
    setup::define_fields(wire, recorded, lore)?;
    find_cursor(wire, recorded, ids)?;
    let request = Request {
        method: &recorded.method,
        path: ids.path(&recorded.path),
        body: recorded.body.as_ref().map(|body| ids.body(body)),
    };
    let answer = if is_job {
        phase(wire, &request, &recorded.answer, ids)?
    } else if recorded.status == 429 {
        refused(wire, &request, &recorded.answer)?
    } else {
        wire.send_patiently(request.method, &request.path, request.body.as_ref())?
    };
    let mut found = differences(&recorded.answer, &answer.body, ids);
    ids.learn(&recorded.answer, &answer.body);
    found.extend(headers::of_pair(&recorded.headers, &answer.headers));
    if answer.status != recorded.status {
        let detail = format!("{}, here {}", recorded.status, answer.status);
        found.insert(Difference::new("status", "other", detail));
    }
    Ok(Verdict::Replayed(found))
}

/// A request as it is sent.
struct Request<'a> {
    method: &'a str,
    path: String,
    body: Option<Value>,
}

/// Asks for a job until it is in the recorded phase and, if it can be, as it was recorded; or beyond it.
fn phase(
    wire: &Wire,
    request: &Request<'_>,
    recorded: &Value,
    ids: &Ids,
) -> anyhow::Result<Answer> {
    let wanted = &recorded["job_status"]["status"];
    let mut best = None;
    for _ in 0..2_000 {
        let answer = wire.send_patiently(request.method, &request.path, None)?;
        let status = &answer.body["job_status"]["status"];
        let is_over = !matches!(status.as_str(), Some("queued" | "working"));
        if status == wanted {
            let is_like = differences(recorded, &answer.body, ids).is_empty();
            if is_like || is_over {
                return Ok(answer);
            }
            best = Some(answer);
        } else if is_over || best.is_some() {
            return Ok(best.unwrap_or(answer));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    bail!("the job never was {wanted}")
}

/// Repeats a request until it is refused as it was, which the limits of a second and of a minute may take turns in.
fn refused(wire: &Wire, request: &Request<'_>, recorded: &Value) -> anyhow::Result<Answer> {
    let mut last = None;
    for _ in 0..25 {
        let answer = wire.send(request.method, &request.path, request.body.as_ref())?;
        let is_meant = answer.status == 429 && answer.body.is_string() == recorded.is_string();
        if is_meant {
            return Ok(answer);
        }
        // Longer than the second in which an account may send one update.
        let wait = if request.method == "GET" { 0 } else { 1_050 };
        std::thread::sleep(Duration::from_millis(wait));
        last = Some(answer);
    }
    last.context("nothing was sent")
}

/// Gets the cursor that a request begins with, if no answer gave it: behind the first page, or behind the last one if the
/// recorded page is empty.
fn find_cursor(wire: &Wire, recorded: &Pair, ids: &mut Ids) -> anyhow::Result<()> {
    let (path, query) = recorded
        .path
        .split_once('?')
        .unwrap_or((&recorded.path, ""));
    let is_cursor = |name: &str| name == "cursor" || name == "page[after]";
    let Some((name, cursor)) = parameters(query).find(|(name, _)| is_cursor(name)) else {
        return Ok(());
    };
    if ids.has(&cursor) {
        return Ok(());
    }
    let others: Vec<String> = parameters(query)
        .filter(|(name, _)| !is_cursor(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let start = if name == "cursor" {
        "&start_time=0"
    } else {
        ""
    };
    let to_the_end = recorded.answer.as_object().is_some_and(|body| {
        body.values()
            .any(|value| value.as_array().is_some_and(Vec::is_empty))
    });
    let mut next = format!("{path}?{}{start}", others.join("&"));
    for _ in 0..1_000 {
        let page = wire.ask("GET", &next.replace('[', "%5B").replace(']', "%5D"), None)?;
        let meta = page.get("meta").unwrap_or(&page);
        let after = meta["after_cursor"].as_str();
        let after = after.context("a page without a cursor")?.to_owned();
        if !to_the_end || meta["has_more"] == false {
            ids.insert(cursor, after);
            return Ok(());
        }
        let after = after.replace('=', "%3D").replace('+', "%2B");
        next = format!("{path}?{}&{name}={after}", others.join("&"));
    }
    bail!("{path} does not end")
}

/// Sends what is like a request of which only the headers of the response were kept.
fn headers_alone(wire: &Wire, recorded: &Headers) -> anyhow::Result<Verdict> {
    let operation = operation(&recorded.method, &recorded.path);
    let (path, body) = match operation.as_str() {
        "POST users" => (
            "/api/v2/users.json".to_owned(),
            json!({"user": {"name": "Replayed user"}}),
        ),
        // As the warning among its headers tells.
        "DELETE users/destroy_many" => {
            let user = json!({"user": {"name": "Replayed user"}});
            let made = wire.ask("POST", "/api/v2/users.json", Some(&user))?;
            let id = &made["user"]["id"];
            let body = json!({"users": [{"id": id}]});
            (format!("/api/v2/users/destroy_many.json?ids={id}"), body)
        }
        other => {
            let skip = explained::skip(other);
            let skip = skip.with_context(|| format!("no way to send {other} for its headers"))?;
            return Ok(Verdict::Skipped(skip.why));
        }
    };
    let answer = wire.send_patiently(&recorded.method, &path, Some(&body))?;
    Ok(Verdict::Replayed(headers::of_set(
        &recorded.headers,
        &answer.headers,
    )))
}
