//! What is sent again, after how long, and what is not. All under paused time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tokio::time::Instant;
use zd_transport::{
    Attempts, Budgets, Deadline, ErrorKind, OperationName, Pacing, Resend, RetryConfig, RetryEvent,
    RetryLayer, RetryObserver, RetryReason, Safety, ScriptedTransport, SharedTransport, Stack,
    ThrottleKind, Transport, TransportError,
};

use crate::client::{get, post};

const URL: &str = "https://acme.zendesk.com/api/v2/users";

/// A transport that retries over the script, and what its observer saw.
struct Bench {
    transport: SharedTransport,
    events: Arc<Mutex<Vec<RetryEvent>>>,
}

impl Bench {
    fn new(script: &ScriptedTransport) -> Self {
        Self::with(script, RetryConfig::default())
    }

    fn with(script: &ScriptedTransport, mut config: RetryConfig) -> Self {
        let events = Arc::<Mutex<Vec<RetryEvent>>>::default();
        let seen = Arc::clone(&events);
        config.seed = Some(7);
        config.observer = Some(RetryObserver::new(move |event| {
            seen.lock().expect("no panic while locked").push(*event);
        }));
        Self {
            transport: Stack::new(script.clone())
                .layer(RetryLayer::new(config))
                .build(),
            events,
        }
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.transport.send(request).await
    }

    fn reasons(&self) -> Vec<RetryReason> {
        let events = self.events.lock().expect("no panic while locked");
        events.iter().map(|event| event.reason).collect()
    }
}

fn answer(
    script: ScriptedTransport,
    status: u16,
    headers: &[(&'static str, &'static str)],
) -> ScriptedTransport {
    let headers = headers.to_vec();
    script.step(move |_| {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        Ok(response.body(Bytes::new()).expect("a response"))
    })
}

fn lost() -> TransportError {
    TransportError::maybe_sent(ErrorKind::Interrupted, "reset")
}

fn refused() -> TransportError {
    TransportError::not_sent(ErrorKind::Connect, "refused")
}

fn marked<T: Clone + Send + Sync + 'static>(
    mut request: Request<Bytes>,
    mark: T,
) -> Request<Bytes> {
    request.extensions_mut().insert(mark);
    request
}

fn named(name: &'static str) -> Request<Bytes> {
    marked(get(URL), OperationName(name))
}

fn attempts(response: &Response<Bytes>) -> Attempts {
    *response.extensions().get().expect("the layer adds it")
}

fn whole_seconds(since: Instant) -> u64 {
    since.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_read_is_tried_five_times() {
    let script = (0..5).fold(ScriptedTransport::new(), |script, _| script.json(502, "{}"));
    let bench = Bench::new(&script);
    let response = bench.send(get(URL)).await.expect("the last answer");
    assert_eq!(response.status(), 502);
    assert_eq!(attempts(&response), Attempts::new(5, false));
    assert_eq!(bench.reasons().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_with_full_jitter() {
    let script = (0..200).fold(ScriptedTransport::new(), |script, _| script.fail(lost()));
    let mut config = RetryConfig::default();
    config.max_attempts = 12;
    config.budget = 1_000_000;
    let bench = Bench::with(&script, config);
    for _ in 0..16 {
        bench.send(get(URL)).await.expect_err("always lost");
    }
    let events = bench.events.lock().expect("no panic while locked");
    let longest = |attempts: u32| {
        let delays = events.iter().filter(|event| event.attempts == attempts);
        delays.map(|event| event.delay).max().expect("events")
    };
    for (attempts, limit) in [
        (1, 100),
        (2, 200),
        (3, 400),
        (8, 12_800),
        (9, 20_000),
        (11, 20_000),
    ] {
        let (limit, seen) = (Duration::from_millis(limit), longest(attempts));
        assert!(seen <= limit, "{attempts}: {seen:?}");
        assert!(seen > limit / 3, "{attempts}: {seen:?} of sixteen draws");
    }
    let shortest = events
        .iter()
        .map(|event| event.delay)
        .min()
        .expect("events");
    assert!(
        shortest < Duration::from_millis(20),
        "full jitter begins at zero: {shortest:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_write_is_not_sent_again_once_it_may_have_been_sent() {
    for resend in [Resend::Never, Resend::Keyed] {
        let script = ScriptedTransport::new().fail(lost()).json(200, "{}");
        let error = Bench::new(&script)
            .send(marked(post(URL, "{}"), resend))
            .await
            .expect_err("its fate is unknown");
        assert!(error.may_have_been_sent());
        assert_eq!((error.attempts(), script.remaining()), (1, 1));
    }
    let script = ScriptedTransport::new().json(503, "{}").json(200, "{}");
    let response = Bench::new(&script)
        .send(post(URL, "{}"))
        .await
        .expect("a response");
    assert_eq!(response.status(), 503);
    assert!(attempts(&response).may_have_been_applied(response.status()));
    assert_eq!(script.remaining(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_keyed_write_is_sent_again_only_if_asked_and_says_so() {
    let keyed = || marked(post(URL, "{}"), Safety::KeyedWrite);
    let script = ScriptedTransport::new().fail(lost()).json(200, "{}");
    Bench::new(&script)
        .send(keyed())
        .await
        .expect_err("not asked");

    for first in [Some(lost()), None] {
        let script = match first {
            Some(error) => ScriptedTransport::new().fail(error),
            None => ScriptedTransport::new().json(500, "{}"),
        };
        let script = script.json(201, "{}");
        let response = Bench::new(&script)
            .send(marked(keyed(), Resend::Keyed))
            .await
            .expect("the second answer");
        assert_eq!(attempts(&response), Attempts::new(2, true));
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_after_a_resend_remembers_the_first_attempt() {
    let script = ScriptedTransport::new()
        .fail(lost())
        .fail(refused())
        .fail(refused());
    let script = script.fail(refused()).fail(refused());
    let request = marked(marked(post(URL, "{}"), Safety::KeyedWrite), Resend::Keyed);
    let error = Bench::new(&script)
        .send(marked(request, OperationName("users_create_or_update")))
        .await
        .expect_err("refused at last");
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(
        error.may_have_been_sent(),
        "the first attempt may have been"
    );
    assert_eq!(error.attempts(), 5);
    assert_eq!(error.operation(), Some("users_create_or_update"));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_not_sent_is_tried_again() {
    let script = ScriptedTransport::new().fail(refused()).json(200, "{}");
    let response = Bench::new(&script)
        .send(post(URL, "{}"))
        .await
        .expect("a response");
    assert_eq!(attempts(&response), Attempts::new(2, false));
}

#[tokio::test(start_paused = true)]
async fn a_429_is_waited_out_whatever_it_refused_and_however_often() {
    let script = (0..20).fold(ScriptedTransport::new(), |script, _| {
        answer(script, 429, &[("retry-after", "7")])
    });
    let script = script.json(200, "{}");
    let mut config = RetryConfig::default();
    config.budget = 0;
    let bench = Bench::with(&script, config);
    let started = Instant::now();
    let response = bench.send(post(URL, "{}")).await.expect("a response");
    assert_eq!(attempts(&response), Attempts::new(21, false));
    let waited = whole_seconds(started);
    assert!(
        (140..=160).contains(&waited),
        "twenty times 7 to 8 s: {waited}"
    );
    assert_eq!(
        bench.reasons()[0],
        RetryReason::Throttled(ThrottleKind::Unknown)
    );
}

#[tokio::test(start_paused = true)]
async fn absurd_waits_are_bounded() {
    for value in [
        "1000000000",
        "-5",
        "soon",
        "",
        "Tue, 08 Feb 2124 17:44:00 GMT",
    ] {
        let script =
            answer(ScriptedTransport::new(), 429, &[("retry-after", value)]).json(200, "{}");
        let started = Instant::now();
        let response = Bench::new(&script)
            .send(get(URL))
            .await
            .expect("a response");
        assert_eq!(response.status(), 200, "{value}");
        let waited = whole_seconds(started);
        assert!((60..=601).contains(&waited), "{value}: {waited}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_429_that_asks_for_no_wait_is_no_reason_to_hammer() {
    for value in ["0", "Tue, 08 Feb 1994 17:44:00 GMT"] {
        let script = (0..2000).fold(ScriptedTransport::new(), |script, _| {
            answer(script, 429, &[("retry-after", value)])
        });
        let mut config = RetryConfig::default();
        config.max_jitter = Duration::ZERO;
        let response = Bench::with(&script, config)
            .send(get(URL))
            .await
            .expect("the last answer");
        assert_eq!(response.status(), 429);
        assert_eq!(attempts(&response).count, 601, "one a second for 10 min");
    }
}

#[tokio::test(start_paused = true)]
async fn patience_with_429_ends() {
    let script = (0..9).fold(ScriptedTransport::new(), |script, _| {
        answer(script, 429, &[("retry-after", "200")])
    });
    let started = Instant::now();
    let response = Bench::new(&script)
        .send(get(URL))
        .await
        .expect("the last answer");
    assert_eq!(response.status(), 429);
    assert_eq!(attempts(&response).count, 3);
    assert!(started.elapsed() <= Duration::from_secs(601));
    assert!(response.extensions().get::<Budgets>().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_503_with_retry_after_is_obeyed_on_a_read() {
    let script = answer(ScriptedTransport::new(), 503, &[("retry-after", "30")]).json(200, "{}");
    let started = Instant::now();
    Bench::new(&script)
        .send(get(URL))
        .await
        .expect("a response");
    assert!((30..=31).contains(&whole_seconds(started)));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_not_slept_away() {
    let soon = |seconds| Deadline(Instant::now() + Duration::from_secs(seconds));
    let script = answer(ScriptedTransport::new(), 429, &[("retry-after", "30")]);
    let started = Instant::now();
    let response = Bench::new(&script)
        .send(marked(get(URL), soon(10)))
        .await
        .expect("the 429 at once");
    assert_eq!(
        (response.status().as_u16(), whole_seconds(started)),
        (429, 0)
    );

    let script = ScriptedTransport::new();
    let error = Bench::new(&script)
        .send(marked(get(URL), soon(0)))
        .await
        .expect_err("it has passed");
    assert_eq!(error.kind(), ErrorKind::DeadlineExceeded);
    assert!(!error.may_have_been_sent());
    assert_eq!((error.attempts(), script.requests().len()), (0, 0));
}

/// Answers after this long.
#[derive(Debug)]
struct Slow(Duration);

#[async_trait::async_trait]
impl Transport for Slow {
    async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        tokio::time::sleep(self.0).await;
        Ok(Response::new(Bytes::new()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_an_attempt_of_any_transport() {
    for pacing in [Pacing::Layers, Pacing::Caller] {
        let transport = Stack::new(Slow(Duration::from_secs(60)))
            .layer(RetryLayer::default())
            .build();
        let deadline = Deadline(Instant::now() + Duration::from_secs(10));
        let request = marked(marked(get(URL), deadline), pacing);
        let error = transport.send(request).await.expect_err("too slow");
        assert_eq!(error.kind(), ErrorKind::Timeout, "{pacing:?}");
        assert!(error.may_have_been_sent());
    }
}

const ACCOUNT: &[(&str, &str)] = &[("ratelimit-remaining", "0"), ("retry-after", "20")];
const ENDPOINT: &[(&str, &str)] = &[("ratelimit-remaining", "99"), ("retry-after", "20")];

/// How long a second request waits that comes right after a first one was refused.
async fn wait_of_the_next(
    refusal: ScriptedTransport,
    first: &'static str,
    second: &'static str,
) -> u64 {
    let script = refusal.json(200, "{}").json(200, "{}");
    let bench = Bench::new(&script);
    let refused = bench.send(named(first));
    let next = async {
        tokio::task::yield_now().await;
        let started = Instant::now();
        bench.send(named(second)).await.expect("a response");
        whole_seconds(started)
    };
    let (response, waited) = tokio::join!(refused, next);
    assert_eq!(attempts(&response.expect("a response")).count, 2);
    waited
}

#[tokio::test(start_paused = true)]
async fn an_account_refusal_holds_everyone() {
    let refusal = answer(ScriptedTransport::new(), 429, ACCOUNT);
    let waited = wait_of_the_next(refusal, "search", "show").await;
    assert!((20..=21).contains(&waited), "{waited}");
    let refusal = answer(ScriptedTransport::new(), 429, &[("retry-after", "20")]);
    let waited = wait_of_the_next(refusal, "search", "show").await;
    assert!((20..=21).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn an_endpoints_refusal_holds_its_operation() {
    let refusal = || answer(ScriptedTransport::new(), 429, ENDPOINT);
    assert_eq!(wait_of_the_next(refusal(), "search", "show").await, 0);
    let waited = wait_of_the_next(refusal(), "search", "search").await;
    assert!((20..=21).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn one_users_refusal_and_full_job_slots_hold_only_the_refused() {
    let one_user = || {
        ScriptedTransport::new().step(|_| {
            let text =
                "You have exceeded the rate limit for updating a single unique user. user email:";
            Ok(Response::builder()
                .status(429)
                .header("content-type", "text/plain")
                .header("ratelimit-remaining", "99")
                .header("retry-after", "20")
                .body(Bytes::from_static(text.as_bytes()))
                .expect("a response"))
        })
    };
    assert_eq!(wait_of_the_next(one_user(), "update", "update").await, 0);
    let slots = || ScriptedTransport::new().json(429, r#"{"error":"TooManyJobs"}"#);
    assert_eq!(wait_of_the_next(slots(), "submit", "submit").await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_held_request_says_why_it_waits_and_gives_up_in_time() {
    let script = answer(ScriptedTransport::new(), 429, ACCOUNT);
    let bench = Bench::new(&script);
    let paced = marked(named("submit"), Pacing::Caller);
    assert_eq!(bench.send(paced).await.expect("a 429").status(), 429);

    let deadline = Deadline(Instant::now() + Duration::from_secs(5));
    let error = bench
        .send(marked(named("show"), deadline))
        .await
        .expect_err("held");
    assert_eq!(error.kind(), ErrorKind::DeadlineExceeded);
    assert_eq!(script.requests().len(), 1, "nothing was sent");

    let script = script.json(200, "{}");
    bench.send(named("show")).await.expect("a response");
    assert_eq!(bench.reasons(), [RetryReason::Held]);
    assert_eq!(script.remaining(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_held_for_too_long_is_not_sent() {
    let mut config = RetryConfig::default();
    config.max_throttle_wait = Duration::from_secs(5);
    let script = answer(ScriptedTransport::new(), 429, ACCOUNT);
    let bench = Bench::with(&script, config);
    assert_eq!(
        bench.send(named("show")).await.expect("too long").status(),
        429
    );
    let error = bench.send(named("show")).await.expect_err("held");
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert!(!error.may_have_been_sent());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_paces_sees_everything_and_waits_for_nothing() {
    let script = answer(ScriptedTransport::new(), 429, ACCOUNT);
    let script = script.json(503, "{}").fail(refused());
    let bench = Bench::new(&script);
    let started = Instant::now();
    let paced = || marked(named("submit"), Pacing::Caller);
    let response = bench.send(paced()).await.expect("a 429");
    assert_eq!(response.status(), 429);
    assert_eq!(attempts(&response), Attempts::new(1, false));
    let budgets = response.extensions().get::<Budgets>().expect("told");
    assert_eq!(
        budgets.account.and_then(|account| account.remaining),
        Some(0)
    );
    assert_eq!(bench.send(paced()).await.expect("a 503").status(), 503);
    let error = bench.send(paced()).await.expect_err("refused");
    assert_eq!((error.attempts(), error.operation()), (1, Some("submit")));
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(bench.reasons(), []);
}

#[tokio::test(start_paused = true)]
async fn a_spent_budget_ends_retries_but_not_calls() {
    let script = (0..200).fold(ScriptedTransport::new(), |script, _| script.json(500, "{}"));
    let mut config = RetryConfig::default();
    config.budget = 28;
    let bench = Bench::with(&script, config);
    let count = async || {
        let response = bench.send(get(URL)).await.expect("the last answer");
        attempts(&response).count
    };
    assert_eq!(count().await, 3, "two retries of 14");
    assert_eq!(count().await, 1);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(count().await, 2, "a probe");
    assert_eq!(count().await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_failures_costs_little_more_than_the_calls() {
    let script = (0..1100).fold(ScriptedTransport::new(), |script, _| script.json(500, "{}"));
    let bench = Bench::new(&script);
    for _ in 0..1000 {
        bench.send(get(URL)).await.expect("an answer");
    }
    let sent = script.requests().len();
    assert!(sent <= 1000 + 35 + 1, "{sent}");
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_again_is_the_same() {
    let script = ScriptedTransport::new()
        .fail(refused())
        .json(429, "{}")
        .json(200, "{}");
    let mut request = post(URL, r#"{"user":{}}"#);
    request
        .headers_mut()
        .insert("x-mine", "1".parse().expect("a value"));
    Bench::new(&script).send(request).await.expect("a response");
    let sent = script.requests();
    assert_eq!(sent.len(), 3);
    for request in &sent {
        assert_eq!(request.body(), r#"{"user":{}}"#);
        assert_eq!(request.headers(), sent[0].headers());
        assert_eq!(request.uri(), URL);
    }
}
