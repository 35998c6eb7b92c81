//! From a request to a response: the order of everything that stands around a handler.
//!
//! ```text
//! request ── /__zd? ── count ── fault? ── route ── sign in ── over the limit? ── handler ── headers ── lost? ── response
//! ```

use std::ops::DerefMut;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, DATE, ETAG};
use http::{HeaderName, HeaderValue, Method, Request, Response};
use zd_model::operation::Method as TableMethod;

use crate::call::{self, Body, Call};
use crate::clock::Now;
use crate::faults::FaultKind;
use crate::handlers::{Route, State};
use crate::jobs::MOST_AT_ONCE;
use crate::limits::WrittenUser;
use crate::reply::Reply;
use crate::state::upsert::Entry;
use crate::{auth, errors, inspect, router};

/// What becomes of a request.
#[derive(Debug)]
pub(crate) enum Answer {
    Response(Response<Bytes>),
    /// It was carried out, and nobody is told.
    Lost,
}

const API: &str = "/api/v2/";

/// Answers a request; the state is locked only once its body is read.
pub(crate) fn answer<G: DerefMut<Target = State>>(
    request: &Request<Bytes>,
    lock: impl FnOnce() -> G,
    now: Now,
) -> Answer {
    let path = request.uri().path();
    let base = call::base(request);
    let query = call::query(request.uri());
    let body = call::body(request);
    let mut state = lock();
    let state = &mut *state;
    let State {
        jobs,
        account,
        tally,
        ..
    } = state;
    jobs.advance(account, tally, now);
    if let Some(path) = path.strip_prefix("/__zd/") {
        let reply = inspect::answer(request.method(), path, &query, state);
        return Answer::Response(finish(reply, &[], state, now));
    }
    let is_api = path.starts_with(API);
    let is_over = is_api && state.limits.count(now);
    let (reply, bucket) = match router::find(request.method(), path) {
        _ if is_api && state.faults.strikes(FaultKind::TooManyRequests) => {
            let chance = &mut state.faults.shape;
            let wait = chance.i64(1..=5);
            let reply = if chance.bool() {
                errors::account_limit(wait)
            } else {
                errors::limit_as_text(wait)
            };
            (reply, None)
        }
        _ if is_api && state.faults.strikes(FaultKind::ServerError) => {
            (errors::server_error(&mut state.faults.shape), None)
        }
        None => {
            tracing::warn!(method = %request.method(), ?path, "the sandbox has no such endpoint");
            (errors::no_such_endpoint(), None)
        }
        Some((route, params)) => {
            let call = Call {
                params: params.into_iter().map(call::decoded).collect(),
                path: path.strip_suffix(".json").unwrap_or(path),
                query,
                body,
                base: &base,
                caller: None,
            };
            carry_out(route, request, state, call, is_over, now)
        }
    };
    let mut headers: Vec<(HeaderName, HeaderValue)> = bucket.into_iter().collect();
    if is_api {
        headers.extend(state.limits.account_headers(now));
    }
    let may_be_lost = is_api && request.method() == Method::POST;
    if may_be_lost && state.faults.strikes(FaultKind::AnswerLost) {
        return Answer::Lost;
    }
    Answer::Response(finish(reply, &headers, state, now))
}

fn carry_out(
    route: &'static Route,
    request: &Request<Bytes>,
    state: &mut State,
    call: Call<'_>,
    is_over: bool,
    now: Now,
) -> (Reply, Option<(HeaderName, HeaderValue)>) {
    let operation = &route.operation;
    let sign_in = auth::sign_in(request.headers(), &state.account, &state.tokens, now);
    let caller = match auth::admit(sign_in, operation, call.param(0)) {
        Ok(caller) => caller,
        Err(refusal) => return (refusal, None),
    };
    if is_over {
        return (errors::account_limit(now.rest_of_minute()), None);
    }
    if let Some(caller) = caller.filter(|caller| caller.by_password) {
        state.account.sessions.sign_in(caller.slot, now);
    }
    // The bucket of a single write is the written user's: who that is, is known before the body is used up.
    let written = match (&call.body, operation.method) {
        (_, TableMethod::Put) => WrittenUser::of_id(call.param(0), &Entry::new()).key(),
        (Body::Json(body), _) => {
            let user = body.get("user").and_then(serde_json::Value::as_object);
            user.and_then(|user| WrittenUser::of(user).key())
        }
        _ => None,
    };
    let reply = route.answer(state, Call { caller, ..call }, now);
    let slots = (state.jobs.free(), MOST_AT_ONCE);
    let bucket = state
        .limits
        .bucket_header(operation, written.as_deref(), slots, now);
    (reply, bucket)
}

/// 413 for a body that is over the limit.
pub(crate) fn too_large(request: &Request<()>, state: &mut State, now: Now) -> Response<Bytes> {
    let mut headers = Vec::new();
    if request.uri().path().starts_with(API) {
        state.limits.count(now);
        headers.extend(state.limits.account_headers(now));
    }
    finish(errors::body_too_large(), &headers, state, now)
}

/// What every response carries.
fn finish(
    reply: Reply,
    headers: &[(HeaderName, HeaderValue)],
    state: &mut State,
    now: Now,
) -> Response<Bytes> {
    let Reply {
        status,
        headers: own,
        body,
    } = reply;
    let etag = status.is_success().then(|| etag(&body));
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let all = response.headers_mut();
    let constant = |name, value| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    all.extend([
        constant("x-zendesk-api-version", "v2"),
        constant("x-zendesk-application-version", "sandbox"),
        constant("x-zendesk-origin-server", "zd-sandbox"),
        constant("x-zendesk-zorg", "yes"),
        constant("x-frame-options", "SAMEORIGIN"),
        constant("x-runtime", "0.010000"),
        (
            CACHE_CONTROL,
            HeaderValue::from_static(if status.is_success() {
                "max-age=0, private, must-revalidate"
            } else {
                "no-cache"
            }),
        ),
    ]);
    let since_1970 = std::time::Duration::from_secs(u64::from(now.seconds()));
    let date = httpdate::fmt_http_date(std::time::UNIX_EPOCH + since_1970);
    let request_id = format!("{:016x}-SBX", state.chance.u64(..));
    let texts = [
        (DATE, Some(date)),
        (HeaderName::from_static("x-request-id"), Some(request_id)),
        (ETAG, etag),
    ];
    for (name, text) in texts {
        if let Some(Ok(value)) = text.map(HeaderValue::try_from) {
            all.insert(name, value);
        }
    }
    // The reply's own words win: `extend` would add to what is there.
    for (name, value) in headers.iter().cloned().chain(own) {
        all.insert(name, value);
    }
    response
}

/// Weak, as Zendesk's are.
fn etag(body: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let half = |salt: u64| {
        let mut hasher = DefaultHasher::new();
        (salt, body).hash(&mut hasher);
        hasher.finish()
    };
    format!("W/\"{:016x}{:016x}\"", half(0), half(1))
}
