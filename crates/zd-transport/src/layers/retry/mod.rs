//! Retry and throttling.

mod budget;
mod config;
mod decide;
mod gates;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    Attempts, Budgets, Deadline, ErrorKind, Layer, OperationName, Pacing, Resend, Safety,
    SharedTransport, Throttle, Transport, TransportError,
};

use budget::{Permit, RetryBudget};
pub use config::{RetryConfig, RetryEvent, RetryObserver, RetryReason};
use decide::{Outcome, Verdict, decide};
use gates::Gates;

/// A refusal is waited out at least this long. `Retry-After` counts whole seconds and refusals have no number of tries,
/// so a server that says 0 for ever would be asked again without a pause.
const SHORTEST_REFUSAL: Duration = Duration::from_secs(1);

/// Waits and tries again where that is safe, and tells each response what it says of the budgets.
///
/// What is sent again is decided by what happened, by the request's [`Safety`] and [`Resend`], by the client's retry
/// budget and by the request's [`Deadline`]; `docs/transport.md` has the table. A request with [`Pacing::Caller`] is
/// passed through untouched. Every response leaves with [`Budgets`] and [`Attempts`] among its extensions.
///
/// What [`Stack::build`](crate::Stack::build) makes has one budget and one set of gates, which all its clones share.
#[derive(Clone, Debug, Default)]
pub struct RetryLayer {
    config: RetryConfig,
}

impl RetryLayer {
    /// Retries by this configuration.
    pub const fn new(config: RetryConfig) -> Self {
        Self { config }
    }
}

impl Layer for RetryLayer {
    fn layer(&self, inner: SharedTransport) -> SharedTransport {
        let config = self.config.clone();
        Arc::new(RetryTransport {
            inner,
            budget: RetryBudget::new(config.budget),
            gates: Gates::default(),
            random: Mutex::new(
                config
                    .seed
                    .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
            ),
            started: (SystemTime::now(), Instant::now()),
            config,
        })
    }
}

struct RetryTransport {
    inner: SharedTransport,
    config: RetryConfig,
    budget: RetryBudget,
    gates: Gates,
    random: Mutex<fastrand::Rng>,
    started: (SystemTime, Instant),
}

impl fmt::Debug for RetryTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Retry").field(&self.inner).finish()
    }
}

#[async_trait]
impl Transport for RetryTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut call = Call::of(&request);
        if call.pacing == Pacing::Caller {
            let outcome = self.attempt(request, &mut call).await;
            self.heed(&outcome, &call);
            return call.end(outcome);
        }
        let mut last = None;
        loop {
            if let Err(held) = self.pass_gate(&mut call).await {
                return call.end(last.unwrap_or(Err(held)));
            }
            let outcome = self.attempt(request.clone(), &mut call).await;
            let verdict = decide(&outcome, call.safety, call.resend, self.wall_now());
            self.heed(&outcome, &call);
            let Some((reason, delay)) = self.next_try(verdict, &mut call) else {
                if outcome.as_ref().is_ok_and(is_success) {
                    self.budget.succeeded(call.permit);
                }
                return call.end(outcome);
            };
            call.note_resend(&outcome, matches!(verdict, Verdict::Throttled(_)));
            self.wait(&mut call, reason, delay).await;
            last = Some(outcome);
        }
    }
}

impl RetryTransport {
    /// Waits until no gate is closed in front of the call.
    async fn pass_gate(&self, call: &mut Call) -> Result<(), TransportError> {
        loop {
            let now = Instant::now();
            let Some(until) = self.gates.closed_until(call.operation, now) else {
                return Ok(());
            };
            let delay = (until - now) + self.jitter(self.config.max_jitter);
            if !call.has_time_for(delay) {
                return Err(TransportError::not_sent(
                    ErrorKind::DeadlineExceeded,
                    GateClosed(until - now),
                ));
            }
            if call.obeyed + delay > self.max_obeyed() {
                return Err(TransportError::not_sent(
                    ErrorKind::Throttled,
                    GateClosed(until - now),
                ));
            }
            call.obeyed += delay;
            self.wait(call, RetryReason::Held, delay).await;
        }
    }

    async fn attempt(&self, request: Request<Bytes>, call: &mut Call) -> Outcome {
        let sending = self.inner.send(request);
        let outcome = match call.deadline {
            Some(deadline) if deadline <= Instant::now() => {
                return Err(TransportError::not_sent(
                    ErrorKind::DeadlineExceeded,
                    "no time was left for an attempt",
                ));
            }
            Some(deadline) => timeout_at(deadline, sending)
                .await
                .unwrap_or_else(|elapsed| {
                    Err(TransportError::maybe_sent(ErrorKind::Timeout, elapsed))
                }),
            None => sending.await,
        };
        let by_inner_layers = outcome
            .as_ref()
            .ok()
            .and_then(|response| response.extensions().get::<Attempts>())
            .map_or(1, |attempts| attempts.count);
        call.attempts = call.attempts.saturating_add(by_inner_layers);
        outcome
    }

    /// Closes the gates that a refusal concerns, whoever paces the refused request.
    fn heed(&self, outcome: &Outcome, call: &Call) {
        let Ok(response) = outcome else { return };
        if let Some(throttle) = Throttle::of(response, self.wall_now()) {
            let until = Instant::now() + throttle.wait;
            self.gates.close(throttle.kind, call.operation, until);
        }
    }

    /// Why and after how long to send again; `None` if the outcome stands.
    fn next_try(&self, verdict: Verdict, call: &mut Call) -> Option<(RetryReason, Duration)> {
        let (reason, delay, asked) = match verdict {
            Verdict::Done => return None,
            Verdict::Throttled(throttle) => {
                let wait = throttle.wait.max(SHORTEST_REFUSAL);
                let delay = wait + self.jitter(self.config.max_jitter);
                (RetryReason::Throttled(throttle.kind), delay, true)
            }
            Verdict::Wait(reason, wait) => {
                (reason, wait + self.jitter(self.config.max_jitter), true)
            }
            Verdict::Backoff(reason) => (reason, self.backoff(call.retries), false),
        };
        if !call.has_time_for(delay) || (asked && call.obeyed + delay > self.max_obeyed()) {
            return None;
        }
        if !matches!(verdict, Verdict::Throttled(_)) {
            if call.retries + 1 >= self.config.max_attempts {
                return None;
            }
            let Some(permit) = self.budget.take(Instant::now()) else {
                tracing::warn!(zd.operation = call.operation, "retry budget spent");
                return None;
            };
            call.permit = Some(permit);
            call.retries += 1;
        }
        if asked {
            call.obeyed += delay;
        }
        Some((reason, delay))
    }

    async fn wait(&self, call: &mut Call, reason: RetryReason, delay: Duration) {
        tracing::debug!(
            zd.operation = call.operation,
            zd.attempts = call.attempts,
            zd.retry.reason = %reason,
            zd.retry.delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
            "waiting to send"
        );
        if let Some(observer) = &self.config.observer {
            observer.tell(&RetryEvent {
                operation: call.operation,
                attempts: call.attempts,
                reason,
                delay,
            });
        }
        sleep(delay).await;
    }

    /// The bound on obedience, with room for one jitter: a wait of exactly the bound must fit.
    fn max_obeyed(&self) -> Duration {
        self.config
            .max_throttle_wait
            .saturating_add(self.config.max_jitter)
    }

    fn backoff(&self, retries: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(retries);
        self.jitter(
            self.config
                .base_delay
                .saturating_mul(doubled)
                .min(self.config.max_delay),
        )
    }

    fn jitter(&self, longest: Duration) -> Duration {
        let share = self
            .random
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64();
        longest.mul_f64(share)
    }

    /// Wall time that runs with tokio's clock, so that paused time stays in step.
    fn wall_now(&self) -> SystemTime {
        let (wall, instant) = self.started;
        wall + instant.elapsed()
    }
}

fn is_success(response: &Response<Bytes>) -> bool {
    !response.status().is_server_error() && crate::ThrottleKind::of(response).is_none()
}

/// What one call wants, and how far it is.
struct Call {
    operation: Option<&'static str>,
    safety: Safety,
    resend: Resend,
    pacing: Pacing,
    deadline: Option<Instant>,
    /// How often it was sent.
    attempts: u32,
    /// How often it was sent again for another reason than a limit.
    retries: u32,
    /// How long it waited because a server asked for it.
    obeyed: Duration,
    permit: Option<Permit>,
    earlier_may_have_been_sent: bool,
    earlier_may_have_been_applied: bool,
}

impl Call {
    fn of(request: &Request<Bytes>) -> Self {
        let extensions = request.extensions();
        Self {
            operation: extensions.get().map(|OperationName(name)| *name),
            safety: Safety::of(request),
            resend: extensions.get().copied().unwrap_or_default(),
            pacing: extensions.get().copied().unwrap_or_default(),
            deadline: extensions.get().map(|Deadline(deadline)| *deadline),
            attempts: 0,
            retries: 0,
            obeyed: Duration::ZERO,
            permit: None,
            earlier_may_have_been_sent: false,
            earlier_may_have_been_applied: false,
        }
    }

    fn has_time_for(&self, delay: Duration) -> bool {
        self.deadline
            .is_none_or(|deadline| Instant::now() + delay < deadline)
    }

    fn note_resend(&mut self, outcome: &Outcome, refused: bool) {
        let reached = match outcome {
            Ok(_) => !refused,
            Err(error) => error.may_have_been_sent(),
        };
        self.earlier_may_have_been_sent |= reached;
        self.earlier_may_have_been_applied |= reached && self.safety != Safety::Read;
    }

    fn end(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Ok(mut response) => {
                let budgets = Budgets::from_headers(response.headers());
                response.extensions_mut().insert(budgets);
                response.extensions_mut().insert(Attempts::new(
                    self.attempts,
                    self.earlier_may_have_been_applied,
                ));
                Ok(response)
            }
            Err(error) => Err(error
                .after(self.attempts, self.earlier_may_have_been_sent)
                .with_operation(self.operation)),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the server asked everyone to wait for another {} s", .0.as_secs())]
struct GateClosed(Duration);
