//! The sandbox as a library.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, Uri};
use serde_json::{Value, json};
use tokio::sync::watch;
use zd_transport::SharedTransport;

use crate::Fault;
use crate::answer::{Answer, Delivery};
use crate::applied::Applied;
use crate::builder::SandboxBuilder;
use crate::clock::{Clock, ClockState, Now};
use crate::inspect::{self, Elements, Verifier};
use crate::log::{SharedLog, What};
use crate::respond::{self, Stamp};
use crate::settings::Settings;
use crate::shell::Shell;
use crate::transport::InProcess;

/// How often a lock is tried before it is slept for.
const SPINS: usize = 200;

/// A local Zendesk. Cheap to clone; clones are the same account.
///
/// What `/__zd/` does over a socket [`Sandbox::inspect`] does here; what tests need most has methods of its own.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    shell: Mutex<Shell>,
    pub(crate) clock: Clock,
    seed: u64,
    /// What happened.
    pub(crate) log: SharedLog,
    /// For those who follow that.
    moved: watch::Sender<()>,
    /// Whether it was told to stop.
    stopping: watch::Sender<bool>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sandbox")
            .field("seed", &self.inner.seed)
            .finish_non_exhaustive()
    }
}

/// What the sandbox says about itself was not what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}; {next}")]
#[non_exhaustive]
pub struct InspectError {
    /// What is wrong.
    pub error: String,
    /// What to do.
    pub next: String,
}

impl Inner {
    pub(crate) fn shell(&self) -> MutexGuard<'_, Shell> {
        // It is held for microseconds: going to sleep for it costs more than waiting.
        for _ in 0..SPINS {
            match self.shell.try_lock() {
                Ok(shell) => return shell,
                Err(TryLockError::Poisoned(error)) => return error.into_inner(),
                Err(TryLockError::WouldBlock) => std::hint::spin_loop(),
            }
        }
        // A handler that panicked has changed nothing half: users are replaced whole.
        self.shell.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who follow events that there may be more.
    pub(crate) fn moved(&self) {
        if self.moved.receiver_count() > 0 {
            self.moved.send_replace(());
        }
    }

    pub(crate) fn moved_receiver(&self) -> watch::Receiver<()> {
        self.moved.subscribe()
    }

    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

impl Sandbox {
    /// Begins to describe a sandbox.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    pub(crate) fn new(shell: Shell, settings: &Settings, now: Now) -> Self {
        let inner = Inner {
            log: shell.log.clone(),
            shell: Mutex::new(shell),
            clock: Clock::new(now, settings.time_scale, settings.frozen),
            seed: settings.seed,
            moved: watch::Sender::new(()),
            stopping: watch::Sender::new(false),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Counts a connection.
    pub(crate) fn connected(&self) {
        self.inner.shell().counters.connections += 1;
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    /// The sandbox as a transport in the same process; no socket is opened.
    pub fn transport(&self) -> SharedTransport {
        Arc::new(InProcess::new(self.clone()))
    }

    /// What chance began with.
    pub fn seed(&self) -> u64 {
        self.inner.seed
    }

    /// What was created and updated since the start, by key; jobs are counted as far as they have come by now.
    pub fn applied(&self) -> Applied {
        let now = self.inner.clock.now();
        let mut shell = self.inner.shell();
        shell.advance(now);
        shell.state.tally.report(&[])
    }

    /// Deletes a user softly, as `DELETE /users/{id}` does, whoever it is; false if there is no such live user.
    pub fn soft_delete(&self, user_id: u64) -> bool {
        self.post(&format!("users/{user_id}/delete"), &json!({}))
            .is_ok()
    }

    /// Asks for a place below `/__zd/`, such as `state` or `requests?status=429`; `docs/sandbox.md` lists them.
    ///
    /// # Errors
    ///
    /// If there is no such place, or it refuses what is sent; the account is unchanged then.
    pub fn inspect(
        &self,
        method: &Method,
        place: &str,
        body: &Value,
    ) -> Result<Value, InspectError> {
        let bytes = if body.is_null() {
            Bytes::new()
        } else {
            body.to_string().into()
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("http://localhost{}{place}", inspect::PREFIX))
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(bytes);
        let request = request.map_err(|error| InspectError {
            error: error.to_string(),
            next: "take a place that GET /__zd/ lists".to_owned(),
        })?;
        let response = self.answer(&request).response;
        let body: Value = serde_json::from_slice(response.body())
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(response.body())));
        if response.status().is_success() {
            return Ok(body);
        }
        let text = |key: &str| {
            body.get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Err(InspectError {
            error: text("error"),
            next: text("next"),
        })
    }

    fn post(&self, place: &str, body: &Value) -> Result<Value, InspectError> {
        self.inspect(&Method::POST, place, body)
    }

    /// Moves the clock on. Whatever is due by then happens.
    pub fn advance(&self, time: Duration) {
        self.inner.clock.advance(time);
        let now = self.inner.clock.now();
        self.inner.shell().advance(now);
    }

    /// Stops the clock, or lets it go on.
    pub fn freeze(&self, frozen: bool) {
        self.inner.clock.freeze(frozen);
    }

    /// How the clock stands and goes.
    pub fn clock(&self) -> ClockState {
        self.inner.clock.state()
    }

    /// Adds a fault.
    pub fn add_fault(&self, fault: Fault) {
        let now = self.inner.clock.now();
        self.inner.shell().faults.add(fault, now);
    }

    /// Removes all faults. Jobs keep the fate that struck them.
    pub fn clear_faults(&self) {
        self.inner.shell().faults.clear();
    }

    /// How often each fault has struck, in the order in which they were added.
    pub fn faults(&self) -> Vec<(Fault, u64)> {
        let shell = self.inner.shell();
        let rules = shell.faults.rules().iter();
        rules
            .map(|rule| (rule.fault.clone(), rule.struck))
            .collect()
    }

    /// Ends a job now as `completed`, `failed` or `killed`; `next` is the oldest that has not ended.
    ///
    /// # Errors
    ///
    /// If there is no such job, or no such way to end.
    pub fn finish_job(&self, id: &str, ending: &str) -> Result<Value, InspectError> {
        self.post(&format!("jobs/{id}"), &json!({"finish": ending}))
    }

    /// Changes settings while it runs, such as `{"plan": "team", "job_time": "30s"}`: all of them, or none.
    ///
    /// # Errors
    ///
    /// If there is no such setting, or it cannot be that; it says what could be.
    pub fn set(&self, settings: &Value) -> Result<Value, InspectError> {
        self.post("settings", settings)
    }

    /// Everything as it began, but for time and snapshots.
    pub fn reset(&self) {
        // There is nothing to refuse.
        let _done = self.post("reset", &Value::Null);
    }

    /// Keeps the account as it is under a name.
    ///
    /// # Errors
    ///
    /// If it cannot be written to the directory of an account that lasts.
    pub fn snapshot(&self, name: &str) -> Result<(), InspectError> {
        self.post(&format!("snapshots/{}", encoded(name)), &Value::Null)
            .map(|_| ())
    }

    /// Takes the account back to what it was; time goes on.
    ///
    /// # Errors
    ///
    /// If there is no such snapshot.
    pub fn restore(&self, name: &str) -> Result<(), InspectError> {
        self.post(
            &format!("snapshots/{}/restore", encoded(name)),
            &Value::Null,
        )
        .map(|_| ())
    }

    /// Compares the account with a list of users, as JSON Lines or an array, each as it was sent. Reads piece by piece.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is empty.
    pub fn verify(&self, mut users: impl std::io::Read) -> std::io::Result<Value> {
        let mut verifying = self.verifying();
        let mut piece = vec![0; 64 * 1024];
        loop {
            match users.read(&mut piece)? {
                0 => break,
                length => verifying.feed(&piece[..length]),
            }
        }
        let reply = verifying.end();
        if !reply.status.is_success() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        serde_json::from_slice(&reply.body).map_err(std::io::Error::other)
    }

    pub(crate) fn verifying(&self) -> Verifying {
        Verifying {
            sandbox: self.clone(),
            elements: Elements::default(),
            verifier: Verifier::default(),
            is_blank: true,
        }
    }

    /// Answers one request, or loses the answer.
    pub(crate) fn answer(&self, request: &Request<Bytes>) -> Answer {
        match inspect::place(request.uri()) {
            Some("verify") if *request.method() == Method::POST => {
                let mut verifying = self.verifying();
                verifying.feed(request.body());
                let reply = verifying.end();
                self.finished(reply)
            }
            Some(place) => {
                let place = place.to_owned();
                inspect::answer(&self.inner, request, &place)
            }
            None => respond::answer(&self.inner, request),
        }
    }

    pub(crate) fn finished(&self, reply: crate::reply::Reply) -> Answer {
        let now = self.inner.clock.now();
        let mut shell = self.inner.shell();
        let stamp = Stamp::new(&mut shell.state, now);
        drop(shell);
        Answer {
            response: respond::finish(reply, [], stamp),
            delivery: Delivery::Whole,
        }
    }

    /// Whether a caller is served below `/__zd/`; if not, the answer.
    pub(crate) fn admits(
        &self,
        headers: &HeaderMap,
        uri: &Uri,
        peer: std::net::IpAddr,
    ) -> Result<(), Box<Response<Bytes>>> {
        inspect::admits(headers, uri, Some(peer))
            .map_err(|refusal| Box::new(self.finished(refusal).response))
    }

    /// Seeds a part of a longer list of users.
    pub(crate) fn seed_part(&self, part: &[u8]) -> Result<Value, crate::reply::Reply> {
        let now = self.inner.clock.now();
        let mut shell = self.inner.shell();
        shell.advance(now);
        let reply = inspect::kept(&mut shell, "seed", part, now);
        self.inner.moved();
        if reply.status.is_success() {
            Ok(serde_json::from_slice(&reply.body).unwrap_or_default())
        } else {
            Err(reply)
        }
    }

    /// The answer to a request whose body was not even read.
    pub(crate) fn too_large(&self, request: &Request<()>) -> Response<Bytes> {
        respond::too_large(&self.inner, request)
    }

    /// Ready once somebody asked the sandbox to stop.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.inner.stopping.subscribe();
        // It cannot close while the sandbox is there.
        let _stopped = stopping.wait_for(|stopping| *stopping).await;
    }
}

/// A name as a part of a path.
fn encoded(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A list of expected users that is read piece by piece.
pub(crate) struct Verifying {
    sandbox: Sandbox,
    elements: Elements,
    verifier: Verifier,
    is_blank: bool,
}

impl Verifying {
    pub(crate) fn feed(&mut self, piece: &[u8]) {
        self.is_blank &= piece.trim_ascii().is_empty();
        let now = self.sandbox.inner.clock.now();
        let mut shell = self.sandbox.inner.shell();
        shell.advance(now);
        let state = &mut shell.state;
        self.elements
            .feed(piece, |element| self.verifier.take(state, element));
    }

    pub(crate) fn end(mut self) -> crate::reply::Reply {
        if self.is_blank {
            return inspect::refusal(
                http::StatusCode::BAD_REQUEST,
                "there is nothing to compare with: the body is empty",
                "send users as JSON Lines or an array; [] expects nobody",
            );
        }
        let now = self.sandbox.inner.clock.now();
        let mut shell = self.sandbox.inner.shell();
        shell.advance(now);
        shell.log.push(now, What::Told("verify".to_owned()));
        let state = &mut shell.state;
        self.elements
            .end(|element| self.verifier.take(state, element));
        self.verifier.reply(state)
    }
}
