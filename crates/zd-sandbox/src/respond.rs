//! From a request to an answer: the order of everything that stands around a handler.
//!
//! ```text
//! request ── /__zd? ── count ── fault? ── route ── sign in ── over the limit? ── handler ── journal ── headers ── fault? ── answer
//! ```

mod finish;
mod halve;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use zd_model::operation::{Effect as OperationEffect, Method as TableMethod, RateBucket};

use crate::answer::{Answer, Delivery};
use crate::auth::Caller;
use crate::call::{self, Body, Call};
use crate::clock::Now;
use crate::data::Deed;
use crate::faults::{Effect, Look, Stage, Strike, spoil};
use crate::handlers::{Route, State};
use crate::jobs::{Fate, MOST_AT_ONCE};
use crate::limits::WrittenUser;
use crate::log::{Exchange, What};
use crate::reply::Reply;
use crate::sandbox::Inner;
use crate::shell::Shell;
use crate::state::ids;
use crate::state::upsert::Entry;
use crate::{auth, errors, router};
pub(crate) use finish::{Dated, Stamp, finish};

pub(crate) const API: &str = "/api/v2/";

/// Answers a request; the account is locked only once the body is read.
pub(crate) fn answer(inner: &Inner, request: &Request<Bytes>) -> Answer {
    let path = request.uri().path();
    let base = call::base(request);
    let query = call::query(request.uri());
    let body = call::body(request);
    let mut locked = inner.shell();
    let shell = &mut *locked;
    let now = inner.clock.now();
    shell.advance(now);
    let number = shell.next_request();
    shell.state.scale = inner.clock.state().scale;

    let is_api = path.starts_with(API);
    let is_over = is_api && shell.state.limits.count(now);
    let look = Look {
        stage: Stage::Before,
        method: request.method(),
        path: path.strip_suffix(".json").unwrap_or(path),
        body: request.body(),
        millis: 0,
    };
    let before = shell.faults.strike(look, now);
    // Whether it strikes is known before, and counts only if the request is carried out.
    let stage = Stage::After;
    let mut faults = shell.faults.clone();
    let after = faults.strike(Look { stage, ..look }, now);
    let after = after.filter(|_| before.is_none());
    let call = Call {
        params: Vec::new(),
        path: look.path,
        query,
        body,
        base: &base,
        caller: None,
    };
    let asked = Asked {
        request,
        look,
        number,
        is_over,
        half: after
            .as_ref()
            .is_some_and(|strike| strike.effect == Effect::HalfApplied),
        now,
    };
    let mut told = Told::default();
    let reply = match &before {
        Some(strike) => {
            told.faults.push(strike.effect.name());
            refuse(shell, strike, request)
        }
        None => Some(route(shell, asked, call, &mut told)),
    };
    let after = after.filter(|_| told.is_carried_out);
    if told.is_carried_out {
        shell.faults.adopt(faults, Stage::After);
    }
    let (reply, delivery) = match (reply, &after) {
        (None, _) => (Reply::empty(StatusCode::OK), Delivery::Reset),
        (Some(reply), None) => (reply, Delivery::Whole),
        (Some(reply), Some(strike)) => {
            told.faults.push(strike.effect.name());
            spoil::answer(strike, reply)
        }
    };
    let limits = &shell.state.limits;
    let account = is_api.then(|| limits.account_headers(now, shell.state.scale));
    let bucket = told.bucket.take();
    let stamp = Stamp::new(&mut shell.state, now);
    told.status = is_told(delivery).then_some(reply.status);
    told.count(shell);
    // The rest concerns nobody else.
    drop(locked);
    let headers = bucket.into_iter().chain(account.into_iter().flatten());
    let response = finish(reply, headers, stamp);
    log(inner, request, &response, told, now);
    Answer { response, delivery }
}

/// Whether the client learns a status.
const fn is_told(delivery: Delivery) -> bool {
    !matches!(
        delivery,
        Delivery::Dropped | Delivery::Reset | Delivery::Never
    )
}

/// A request, as far as it goes around the handler.
#[derive(Clone, Copy)]
struct Asked<'a> {
    request: &'a Request<Bytes>,
    look: Look<'a>,
    number: u64,
    is_over: bool,
    /// Only half of it is to be applied.
    half: bool,
    now: Now,
}

/// What the log and the headers tell of it.
#[derive(Default)]
struct Told {
    /// Of the answer; none if nobody was told.
    status: Option<StatusCode>,
    operation: Option<&'static str>,
    /// Whether a handler saw it.
    is_carried_out: bool,
    caller: Option<u64>,
    faults: Vec<&'static str>,
    note: Option<&'static str>,
    nearest: Option<String>,
    bucket: Option<(HeaderName, HeaderValue)>,
}

impl Told {
    /// Counts the answer.
    fn count(&self, shell: &mut Shell) {
        let status = self.status.map_or(0, |status| status.as_u16());
        let key = (self.operation.unwrap_or("none"), status);
        *shell.counters.answers.entry(key).or_default() += 1;
    }
}

/// What a fault answers instead; nothing if the connection just ends.
fn refuse(shell: &mut Shell, strike: &Strike, request: &Request<Bytes>) -> Option<Reply> {
    if strike.effect == Effect::TokenExpired
        && let Some(token) = auth::bearer(request.headers())
    {
        shell.state.tokens.revoke(token);
    }
    spoil::refusal(strike)
}

fn route(shell: &mut Shell, asked: Asked<'_>, call: Call<'_>, told: &mut Told) -> Reply {
    let (method, path) = (asked.request.method(), asked.request.uri().path());
    let Some((route, params)) = router::find(method, path) else {
        tracing::warn!(%method, ?path, "not implemented in the sandbox");
        told.note = Some("not implemented in the sandbox");
        told.nearest = router::nearest(method, path);
        return errors::no_such_endpoint();
    };
    let call = Call {
        params: params.into_iter().map(call::decoded).collect(),
        ..call
    };
    carry_out(shell, route, asked, call, told)
}

fn carry_out(
    shell: &mut Shell,
    route: &'static Route,
    asked: Asked<'_>,
    call: Call<'_>,
    told: &mut Told,
) -> Reply {
    let Asked {
        request, look, now, ..
    } = asked;
    let operation = &route.operation;
    told.operation = Some(operation.name);
    let state = &mut shell.state;
    let ends = state.settings.api_tokens_end;
    let sign_in = auth::sign_in(request.headers(), &state.account, &state.tokens, ends, now);
    let caller = match auth::admit(sign_in, operation, call.param(0)) {
        Ok(caller) => caller,
        Err(refusal) => return refusal,
    };
    told.caller = caller.map(|caller| ids::user(caller.slot));
    if asked.is_over {
        return errors::account_limit(now.rest_of_minute());
    }
    let queues = operation.bucket == Some(RateBucket::InflightJobs);
    // Which of them strike is known before, and counts only if a job is queued.
    let mut faults = shell.faults.clone();
    let strikes = if queues {
        let stage = Stage::Job;
        faults.strike_job(Look { stage, ..look }, now)
    } else {
        Vec::new()
    };
    let queued = state.jobs.queued();
    // The bucket of a single write is the written user's: who that is, is known before the body is used up.
    let written = match (&call.body, operation.method) {
        (_, TableMethod::Put) => WrittenUser::of_id(call.param(0), &Entry::new()).key(),
        (Body::Json(body), _) => {
            let user = body.get("user").and_then(serde_json::Value::as_object);
            user.and_then(|user| WrittenUser::of(user).key())
        }
        _ => None,
    };
    let reply = perform(
        state,
        route,
        Call { caller, ..call },
        asked.half,
        &strikes,
        now,
    );
    told.is_carried_out = true;
    // Only jobs that count who asks for them are moved on by reading.
    let moved = state.jobs.take_moved_by_asking();
    if state.jobs.queued() > queued {
        shell.faults.adopt(faults, Stage::Job);
        told.faults
            .extend(strikes.iter().map(|strike| strike.effect.name()));
    }
    let slots = (state.jobs.free(), MOST_AT_ONCE);
    let scale = state.scale;
    told.bucket = state
        .limits
        .bucket_header(operation, written.as_deref(), slots, now, scale);
    let changes = match operation.effect {
        OperationEffect::Read => is_by_password(caller) || moved,
        _ => reply.status.is_success() || is_by_password(caller),
    };
    match &mut shell.journal {
        Some(journal) if changes => {
            let deed = Deed::of(
                request,
                asked.number,
                caller,
                asked.half,
                &strikes,
                &reply,
                (now, scale),
            );
            match journal.keep(&deed) {
                Ok(()) => reply,
                Err(error) => errors::not_kept(&error),
            }
        }
        _ => reply,
    }
}

fn is_by_password(caller: Option<Caller>) -> bool {
    caller.is_some_and(|caller| caller.by_password)
}

/// Carries out what was admitted: all that follows depends on nothing but its arguments.
pub(crate) fn perform(
    state: &mut State,
    route: &Route,
    mut call: Call<'_>,
    half: bool,
    strikes: &[Strike],
    now: Now,
) -> Reply {
    if let Some(caller) = call.caller.filter(|caller| caller.by_password) {
        state.account.sessions.sign_in(caller.slot, now);
    }
    if half {
        halve::call(&mut call);
    }
    state.fate = Fate::of(strikes);
    route.answer(state, call, now)
}

/// 413 for a body that is over the limit.
pub(crate) fn too_large(inner: &Inner, request: &Request<()>) -> Response<Bytes> {
    let mut shell = inner.shell();
    let now = inner.clock.now();
    shell.advance(now);
    shell.next_request();
    let reply = errors::body_too_large();
    let told = Told {
        status: Some(reply.status),
        note: Some("the body is larger than 1 MiB"),
        ..Told::default()
    };
    told.count(&mut shell);
    let state = &mut shell.state;
    let is_api = request.uri().path().starts_with(API);
    if is_api {
        state.limits.count(now);
    }
    let headers = is_api.then(|| state.limits.account_headers(now, state.scale));
    let stamp = Stamp::new(state, now);
    drop(shell);
    let response = finish(reply, headers.into_iter().flatten(), stamp);
    let (parts, ()) = request.clone().into_parts();
    let request = Request::from_parts(parts, Bytes::new());
    log(inner, &request, &response, told, now);
    response
}

fn log(inner: &Inner, request: &Request<Bytes>, response: &Response<Bytes>, told: Told, now: Now) {
    // Whatever became of it: a path that is nearly the right one may bring the same.
    let path = request.uri().path();
    let is_secret = path.contains("password") || path.contains("oauth");
    let body = |body: &Bytes| {
        if is_secret {
            Bytes::new()
        } else {
            body.clone()
        }
    };
    let exchange = Exchange {
        method: request.method().clone(),
        path: request.uri().path().into(),
        query: request.uri().query().filter(|_| !is_secret).map(Into::into),
        status: told.status,
        operation: told.operation,
        caller: told.caller,
        request: body(request.body()),
        response: body(response.body()),
        faults: told.faults,
        note: told.note,
        nearest: told.nearest,
    };
    inner.log.push(now, What::Request(exchange));
    inner.moved();
}
