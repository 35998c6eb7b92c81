//! Waiting, on a script and tokio's paused clock.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::Response;
use serde_json::json;
use zd_model::JobState;
use zd_transport::{ErrorKind as TransportErrorKind, ScriptedTransport, Transport, TransportError};

use super::*;
use crate::Subdomain;

/// When each poll was made, in milliseconds since the start, and for which jobs.
type Polls = Arc<Mutex<Vec<(u64, String)>>>;

/// A poll's answer: the jobs and their states, or a status without any.
#[derive(Debug)]
enum Answer {
    Jobs(&'static [(&'static str, &'static str)]),
    Refusal(u16, &'static str),
    Lost,
    Never,
}
use Answer::{Jobs, Lost, Never, Refusal};

/// A transport that answers the polls in turn, the last answer again and again.
#[derive(Debug)]
struct Account {
    start: Instant,
    polls: Polls,
    answers: Vec<Answer>,
}

#[async_trait]
impl Transport for Account {
    async fn send(&self, request: http::Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let query = request.uri().query().unwrap();
        let ids = query.replace("ids=", "").replace("%2C", ",");
        let millis = u64::try_from(self.start.elapsed().as_millis()).unwrap();
        let turn = {
            let mut polls = self.polls.lock().unwrap();
            polls.push((millis, ids.clone()));
            polls.len() - 1
        };
        let (status, body) = match &self.answers[turn.min(self.answers.len() - 1)] {
            Jobs(jobs) => {
                let asked: Vec<_> = ids.split(',').collect();
                let jobs: Vec<_> = jobs
                    .iter()
                    .filter(|(id, _)| asked.contains(id))
                    .map(|(id, status)| json!({"id": id, "status": status}))
                    .collect();
                (200, json!({"job_statuses": jobs}).to_string())
            }
            Refusal(status, body) => (*status, (*body).to_owned()),
            Lost => {
                let kind = TransportErrorKind::Interrupted;
                return Err(TransportError::maybe_sent(kind, "reset"));
            }
            Never => std::future::pending().await,
        };
        let response = Response::builder().status(status);
        Ok(response.body(Bytes::from(body)).unwrap())
    }
}

async fn wait_for(
    ids: &[&str],
    options: WaitOptions,
    answers: Vec<Answer>,
) -> (Result<Vec<WaitedJob>, Error>, Vec<(u64, String)>) {
    let polls = Polls::default();
    let account = Account {
        start: Instant::now(),
        polls: Arc::clone(&polls),
        answers,
    };
    let base = Subdomain::new("acme").unwrap().into();
    let client = Client::with_transport(base, Arc::new(account));
    let waited = client
        .jobs()
        .wait(ids.iter().map(|&id| JobId::from(id)), options)
        .await;
    let polls = polls.lock().unwrap().clone();
    (waited, polls)
}

/// Each job's end as a word, with the state last seen.
fn ends(waited: &[WaitedJob]) -> Vec<(&str, &str, Option<&str>)> {
    fn state(job: &JobStatus) -> Option<&str> {
        Some(job.status.as_str())
    }
    waited
        .iter()
        .map(|job| {
            let (word, last) = match &job.end {
                Waited::Ended(job) => ("ended", state(job)),
                Waited::Pending(job) => ("pending", job.as_deref().and_then(state)),
                Waited::Gone(job) => ("gone", job.as_deref().and_then(state)),
            };
            (job.id.as_str(), word, last)
        })
        .collect()
}

const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

#[tokio::test(start_paused = true)]
async fn one_request_a_poll_asks_for_all_that_have_not_ended() {
    let (waited, polls) = wait_for(
        &["b", "a", "c"],
        WaitOptions::new(),
        vec![
            Jobs(&[("a", "working"), ("b", "completed"), ("c", "queued")]),
            Jobs(&[("a", "failed"), ("c", "working")]),
            Jobs(&[("c", "killed")]),
        ],
    )
    .await;
    assert_eq!(
        ends(&waited.unwrap()),
        [
            ("b", "ended", Some("completed")),
            ("a", "ended", Some("failed")),
            ("c", "ended", Some("killed")),
        ]
    );
    let expected = [(0, "a,b,c"), (500, "a,c"), (1500, "c")];
    assert_eq!(polls, expected.map(|(at, ids)| (at, ids.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_to_their_cap() {
    let at = |polls: &[(u64, String)]| polls.iter().map(|(at, _)| *at).collect::<Vec<_>>();
    let working = || vec![Jobs(&[("a", "working")])];
    let (_, polls) = wait_for(&["a"], WaitOptions::new().timeout(seconds(20)), working()).await;
    assert_eq!(at(&polls), [0, 500, 1500, 3500, 7500, 12_500, 17_500]);
    let options = WaitOptions::new()
        .first_interval(seconds(1))
        .max_interval(seconds(2))
        .timeout(seconds(6));
    let (_, polls) = wait_for(&["a"], options, working()).await;
    assert_eq!(at(&polls), [0, 1000, 3000, 5000]);
}

#[tokio::test(start_paused = true)]
async fn what_has_not_ended_by_the_deadline_is_pending_with_what_was_seen() {
    let start = Instant::now();
    let (waited, _) = wait_for(
        &["a", "b"],
        WaitOptions::new().timeout(seconds(3)),
        vec![Jobs(&[("a", "working"), ("b", "completed")])],
    )
    .await;
    assert_eq!(
        ends(&waited.unwrap()),
        [
            ("a", "pending", Some("working")),
            ("b", "ended", Some("completed"))
        ]
    );
    assert_eq!(start.elapsed(), seconds(3));
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_is_never_answered_does_not_outlast_the_deadline() {
    let start = Instant::now();
    let (waited, _) = wait_for(&["a"], WaitOptions::new().timeout(seconds(3)), vec![Never]).await;
    assert_eq!(ends(&waited.unwrap()), [("a", "pending", None)]);
    assert_eq!(start.elapsed(), seconds(3));
}

/// Rule 16.18.
#[tokio::test(start_paused = true)]
async fn a_job_not_yet_to_be_seen_is_waited_for() {
    let not_found = r#"{"error": "RecordNotFound", "description": "Not found"}"#;
    let (waited, _) = wait_for(
        &["a"],
        WaitOptions::new(),
        vec![
            Refusal(404, not_found),
            Jobs(&[]),
            Jobs(&[("a", "completed")]),
        ],
    )
    .await;
    assert_eq!(ends(&waited.unwrap()), [("a", "ended", Some("completed"))]);
}

#[tokio::test(start_paused = true)]
async fn a_job_missing_for_longer_than_the_grace_is_gone() {
    let (waited, polls) = wait_for(
        &["a", "b"],
        WaitOptions::new().grace(seconds(3)),
        vec![
            Jobs(&[("b", "working")]),
            Jobs(&[("b", "working")]),
            Jobs(&[]),
        ],
    )
    .await;
    // `b` was last seen at 0.5 s, `a` never.
    assert_eq!(
        ends(&waited.unwrap()),
        [("a", "gone", None), ("b", "gone", Some("working"))]
    );
    let asked: Vec<_> = polls.iter().map(|(at, ids)| (*at, ids.as_str())).collect();
    assert_eq!(
        asked,
        [(0, "a,b"), (500, "a,b"), (1500, "a,b"), (3500, "a,b")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_job_that_was_missing_for_a_moment_is_not_gone() {
    let (waited, _) = wait_for(
        &["a"],
        WaitOptions::new().grace(seconds(3)),
        vec![
            Jobs(&[("a", "working")]),
            Jobs(&[]),
            Jobs(&[]),
            Jobs(&[("a", "completed")]),
        ],
    )
    .await;
    assert_eq!(ends(&waited.unwrap()), [("a", "ended", Some("completed"))]);
}

#[tokio::test(start_paused = true)]
async fn a_state_nobody_knows_counts_as_not_ended() {
    let (waited, _) = wait_for(
        &["a"],
        WaitOptions::new().timeout(seconds(1)),
        vec![Jobs(&[("a", "hibernating")])],
    )
    .await;
    assert_eq!(
        ends(&waited.unwrap()),
        [("a", "pending", Some("hibernating"))]
    );
}

#[tokio::test(start_paused = true)]
async fn more_than_a_hundred_are_asked_for_in_parts() {
    let names: Vec<String> = (0..250).map(|number| format!("j{number:03}")).collect();
    let ids: Vec<&str> = names.iter().map(String::as_str).collect();
    let options = WaitOptions::new().grace(Duration::ZERO);
    let (waited, polls) = wait_for(&ids, options, vec![Jobs(&[])]).await;
    let waited = waited.unwrap();
    assert!(
        waited
            .iter()
            .map(|job| job.id.as_str())
            .eq(ids.iter().copied()),
        "in the order given"
    );
    assert!(waited.iter().all(|job| job.end == Waited::Gone(None)));
    let sizes: Vec<_> = polls
        .iter()
        .map(|(_, ids)| ids.split(',').count())
        .collect();
    assert_eq!(sizes, [100, 100, 50]);
}

#[tokio::test(start_paused = true)]
async fn a_job_given_twice_is_asked_for_once_and_answered_twice() {
    let jobs = vec![Jobs(&[("a", "completed")])];
    let (waited, polls) = wait_for(&["a", "a"], WaitOptions::new(), jobs).await;
    let end = ("a", "ended", Some("completed"));
    assert_eq!(ends(&waited.unwrap()), [end, end]);
    assert_eq!(polls, [(0, "a".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn nothing_to_wait_for_is_waited_for_without_a_request() {
    let (waited, polls) = wait_for(&[], WaitOptions::new(), vec![Never]).await;
    assert_eq!(waited.unwrap(), []);
    assert_eq!(polls, []);
}

#[tokio::test(start_paused = true)]
async fn trouble_ends_the_waiting() {
    let check = async |answer: Answer, kind: ErrorKind| {
        let (waited, polls) = wait_for(&["a"], WaitOptions::new(), vec![answer]).await;
        assert_eq!(waited.unwrap_err().kind(), kind);
        assert_eq!(polls.len(), 1);
    };
    check(
        Refusal(401, r#"{"error": "Couldn't authenticate you"}"#),
        ErrorKind::Credentials,
    )
    .await;
    check(
        Refusal(404, "<html>no such account</html>"),
        ErrorKind::NotFound,
    )
    .await;
    check(
        Refusal(404, r#"{"error": "InvalidEndpoint"}"#),
        ErrorKind::NotFound,
    )
    .await;
    check(Refusal(200, "<html>"), ErrorKind::Unexpected).await;
    check(Lost, ErrorKind::NoAnswer).await;
}

#[tokio::test(start_paused = true)]
async fn dropping_the_waiting_leaves_nothing_behind() {
    let script = ScriptedTransport::new()
        .json(
            200,
            r#"{"job_statuses": [{"id": "a", "status": "working"}]}"#,
        )
        .json(
            200,
            r#"{"job_statuses": [{"id": "a", "status": "completed"}]}"#,
        );
    let base = Subdomain::new("acme").unwrap().into();
    let client = Client::with_transport(base, Arc::new(script.clone()));
    let jobs = client.jobs();
    let dropped = tokio::time::timeout(
        Duration::from_millis(100),
        jobs.wait(["a".into()], WaitOptions::new()),
    )
    .await;
    assert!(dropped.is_err());
    let waited = jobs.wait(["a".into()], WaitOptions::new()).await.unwrap();
    assert!(matches!(&waited[0].end, Waited::Ended(job) if job.status == JobState::Completed));
    assert_eq!(script.remaining(), 0);
}
