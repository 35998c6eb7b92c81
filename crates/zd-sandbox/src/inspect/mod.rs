//! `/__zd/`: what the sandbox tells about itself, and how it is told what to do; no credentials, no limits, no faults.
//!
//! For callers on the same machine only, and for none that a browser sends from somebody else's page.

mod applied;
mod clock;
mod differences;
mod elements;
mod events;
mod faults;
mod guard;
mod jobs;
mod metrics;
mod requests;
mod seed;
pub(crate) mod settings;
mod snapshots;
mod state;
pub(crate) mod verify;

use std::net::IpAddr;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use serde_json::{Value, json};

use crate::answer::{Answer, Delivery};
use crate::call;
use crate::clock::Now;
use crate::data::Deed;
use crate::log::What;
use crate::reply::Reply;
use crate::respond::{Stamp, finish};
use crate::sandbox::Inner;
use crate::shell::Shell;
pub(crate) use elements::{Element, Elements};
pub(crate) use events::stream as event_stream;
pub(crate) use seed::Seeding;
pub(crate) use verify::Verifier;

/// Where all of it is.
pub(crate) const PREFIX: &str = "/__zd/";

/// The places, for whoever asks what there is.
const PLACES: &[(&str, &str)] = &[
    (
        "GET state",
        "what the account holds and how the sandbox is set",
    ),
    (
        "GET applied?key=",
        "what was created, updated and deleted, by key",
    ),
    (
        "GET requests?method=&path=&status=&body=&fault=&since=&limit=",
        "requests and their answers",
    ),
    ("GET requests/count?…", "how many there were"),
    ("DELETE requests", "forgets them"),
    (
        "POST verify",
        "compares the account with a list of users: JSON Lines or an array",
    ),
    ("GET metrics", "numbers for Prometheus"),
    (
        "POST reset",
        "everything as it began; the account as in the snapshot `beginning`, if there is one",
    ),
    ("GET snapshots", "the account as it once was"),
    ("POST snapshots/NAME", "keeps the account as it is"),
    ("POST snapshots/NAME/restore", "takes the account back"),
    ("DELETE snapshots/NAME", "forgets one"),
    ("GET faults", "the rules of faults"),
    (
        "POST faults",
        "adds rules: text, one a line, or {\"rules\": [\"…\"]}",
    ),
    ("DELETE faults", "removes all"),
    ("DELETE faults/ID", "removes one"),
    ("GET clock", "the account's time"),
    (
        "POST clock",
        "{\"advance\": \"10m\"}, {\"freeze\": true}, {\"jump_to\": \"2027-04-30T00:00:00Z\"} or {\"scale\": 60}",
    ),
    (
        "GET events?since=",
        "what happened; with Accept: text/event-stream as it happens",
    ),
    ("GET jobs", "all jobs, those that nobody can see too"),
    (
        "POST jobs/ID",
        "{\"finish\": \"completed\"} or {\"advance\": 3}; ID may be next",
    ),
    ("GET settings", "how the sandbox is set"),
    (
        "POST settings",
        "changes settings, such as {\"plan\": \"team\"}",
    ),
    (
        "POST seed",
        "{\"users\": 1000, \"seed\": 7}, or users as JSON Lines",
    ),
    ("POST users/ID/delete", "deletes softly whoever it is"),
    (
        "GET differences",
        "how each behaviour is known, and what can be chosen",
    ),
    ("POST stop", "ends the sandbox"),
];

/// A refusal of the sandbox itself: what is wrong, and what to do.
pub(crate) fn refusal(
    status: StatusCode,
    error: impl Into<String>,
    next: impl Into<String>,
) -> Reply {
    let body = json!({"error": error.into(), "next": next.into()});
    Reply::json(status, &body)
}

fn no_such_place() -> Reply {
    refusal(
        StatusCode::NOT_FOUND,
        "there is no such place",
        format!("GET {PREFIX} lists what there is"),
    )
}

/// Where a path leads below [`PREFIX`]; none for paths of the account.
pub(crate) fn place(uri: &Uri) -> Option<&str> {
    let path = uri.path();
    if path == "/__zd" {
        return Some("");
    }
    path.strip_prefix(PREFIX)
}

/// Whether this caller is served here; `peer` is none in the same process.
pub(crate) fn admits(headers: &HeaderMap, uri: &Uri, peer: Option<IpAddr>) -> Result<(), Reply> {
    guard::admits(headers, uri, peer)
}

/// Answers.
pub(crate) fn answer(inner: &Inner, request: &Request<Bytes>, place: &str) -> Answer {
    let query = call::query(request.uri());
    let mut shell = inner.shell();
    let shell = &mut *shell;
    let now = inner.clock.now();
    shell.advance(now);
    shell.state.scale = inner.clock.state().scale;
    let reply = match (request.method().as_str(), place) {
        ("GET", "clock") => clock::show(&inner.clock),
        ("POST", "clock") => {
            let reply = clock::change(&inner.clock, request.body());
            // What was due in the time that was passed over.
            let now = inner.clock.now();
            shell.advance(now);
            // Of the change only the time lasts: it never goes back behind what somebody was shown.
            let written = kept(shell, "clock", b"", now);
            match reply {
                Ok(reply) if written.status.is_success() => reply,
                Ok(_) => written,
                Err(refusal) => refusal,
            }
        }
        ("POST", "stop") => {
            inner.stop();
            Reply::ok(&json!({"stopping": true}))
        }
        ("GET", "state") => state::show(inner, shell, now),
        _ => at(shell, request, place, &query, now).unwrap_or_else(|refusal| refusal),
    };
    let response = finish(reply, [], Stamp::new(&mut shell.state, inner.clock.now()));
    inner.moved();
    Answer {
        response,
        delivery: Delivery::Whole,
    }
}

fn at(
    shell: &mut Shell,
    request: &Request<Bytes>,
    place: &str,
    query: &[(String, String)],
    now: Now,
) -> Result<Reply, Reply> {
    let method = request.method();
    let parts: Vec<&str> = place.split('/').collect();
    let parts = parts
        .iter()
        .map(|part| call::decoded(part))
        .collect::<Vec<_>>();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if *method == Method::POST && is_kept(&parts) {
        return Ok(kept(shell, place, request.body(), now));
    }
    match (method.as_str(), &*parts) {
        ("GET", [""]) => Ok(index()),
        ("GET", ["applied"]) => Ok(applied::show(&shell.state, query)),
        ("GET", ["requests"]) => requests::list(&shell.log.open(), query),
        ("GET", ["requests", "count"]) => requests::count(&shell.log.open(), query),
        ("DELETE", ["requests"]) => {
            shell.log.clear();
            Ok(Reply::ok(&json!({"count": 0})))
        }
        ("GET", ["metrics"]) => Ok(metrics::show(shell, now)),
        ("GET", ["snapshots"]) => Ok(snapshots::list(shell)),
        ("DELETE", ["snapshots", _]) => {
            let place = format!("{place}/delete");
            Ok(kept(shell, &place, request.body(), now))
        }
        ("GET", ["faults"]) => Ok(faults::list(&shell.faults)),
        ("POST", ["faults"]) => faults::add(shell, request, now),
        ("DELETE", ["faults"]) => {
            shell.faults.clear();
            Ok(faults::list(&shell.faults))
        }
        ("DELETE", ["faults", id]) => faults::remove(&mut shell.faults, id),
        ("GET", ["events"]) => events::list(&shell.log.open(), query),
        ("GET", ["jobs"]) => Ok(jobs::list(&shell.state, now)),
        ("GET", ["settings"]) => Ok(settings::show(&shell.state.settings)),
        ("GET", ["differences"]) => Ok(differences::show()),
        _ => Err(no_such_place()),
    }
}

/// Whether a `POST` here changes what lasts.
fn is_kept(parts: &[&str]) -> bool {
    matches!(
        parts,
        ["reset" | "settings" | "seed"]
            | ["jobs", _]
            | ["users", _, "delete"]
            | ["snapshots", _]
            | ["snapshots", _, "restore"]
    )
}

/// Does something that lasts, and writes it down.
pub(crate) fn kept(shell: &mut Shell, place: &str, body: &[u8], now: Now) -> Reply {
    let reply = perform(shell, place, body, now);
    shell.log.push(now, What::Told(place.to_owned()));
    let number = shell.counters.requests;
    if let Some(journal) = shell.journal.as_mut().filter(|_| reply.status.is_success()) {
        let target = format!("{PREFIX}{place}");
        let deed = Deed::told(number, target, body, &reply, now);
        if let Err(error) = journal.keep(&deed) {
            return refusal(
                StatusCode::INTERNAL_SERVER_ERROR,
                format!("the sandbox could not write down what it did: {error}"),
                "make room, and start the sandbox again: it then is as it was before this",
            );
        }
    }
    reply
}

/// Does something that lasts: what follows depends on nothing but the arguments.
pub(crate) fn perform(shell: &mut Shell, place: &str, body: &[u8], now: Now) -> Reply {
    let parts: Vec<String> = place.split('/').map(call::decoded).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let done = match &*parts {
        ["reset"] => Ok(snapshots::reset(shell, now)),
        ["settings"] => settings::change(&mut shell.state, body, now),
        // Only an opened directory says this, of the options that it was opened with.
        ["begin"] => {
            settings::change(&mut shell.state, body, now).inspect(|_| shell.begin_with_settings())
        }
        ["clock"] => Ok(Reply::ok(&json!({"clock": true}))),
        ["snapshots", name, "delete"] => snapshots::remove(shell, name),
        ["seed"] => seed::seed(&mut shell.state, body, now),
        ["jobs", id] => jobs::change(&mut shell.state, id, body, now),
        ["users", id, "delete"] => delete(shell, id, now),
        ["snapshots", name] => Ok(snapshots::take(shell, name, now)),
        ["snapshots", name, "restore"] => snapshots::restore(shell, name, now),
        _ => Err(no_such_place()),
    };
    done.unwrap_or_else(|refusal| refusal)
}

fn delete(shell: &mut Shell, id: &str, now: Now) -> Result<Reply, Reply> {
    let account = &mut shell.state.account;
    let slot = id.parse().ok().and_then(|id| account.users.by_id(id));
    let slot = slot.map(|(slot, _)| slot);
    if slot.is_some_and(|slot| account.soft_delete(slot, now.seconds())) {
        return Ok(Reply::ok(&json!({"deleted": true})));
    }
    Err(refusal(
        StatusCode::NOT_FOUND,
        "there is no such live user",
        "take an id from GET /api/v2/users",
    ))
}

fn index() -> Reply {
    let places: Vec<Value> = PLACES
        .iter()
        .map(|(call, about)| {
            let (method, path) = call.split_once(' ').unwrap_or(("GET", call));
            json!({"method": method, "path": format!("{PREFIX}{path}"), "about": about})
        })
        .collect();
    Reply::ok(&json!({"places": places}))
}

/// The JSON object in a body.
fn object(body: &[u8]) -> Result<serde_json::Map<String, Value>, Reply> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(refusal(
            StatusCode::BAD_REQUEST,
            "the body is not a JSON object",
            format!("GET {PREFIX} shows what to send"),
        )),
        Err(error) => Err(refusal(
            StatusCode::BAD_REQUEST,
            format!("the body is not JSON: {error}"),
            format!("GET {PREFIX} shows what to send"),
        )),
    }
}

/// A number in the query.
fn number(query: &[(String, String)], name: &str, usual: u64) -> Result<u64, Reply> {
    match query.iter().find(|(key, _)| key == name) {
        None => Ok(usual),
        Some((_, text)) => text.parse().map_err(|_| {
            refusal(
                StatusCode::BAD_REQUEST,
                format!("{name}={text} is not a number"),
                "give a whole number from 0",
            )
        }),
    }
}
