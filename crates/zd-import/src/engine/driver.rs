//! The driver: does what the machine says and tells it what came of it. All the I/O of the engine is here.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use zd_transport::Pacing;
use zd_users::endpoints::{
    CreateOrUpdateMany, Include, Me, SearchQuery, SearchUsers, ShowManyJobs, ShowManyUsers,
};
use zd_users::{Client, Endpoint, Error, Paged};

use super::ask::{Answer, Ask, CallId, Heard, Now, PeopleQuery, Reply};
use super::machine::{Machine, Step};
use super::{Cancel, EngineOptions, ImportError, reply};
use crate::{OutcomeSink, Progress, Report, RowSource, SourceError, SourceItem, Trouble};

/// How many rows to read before looking up.
const PULLS_AT_ONCE: u32 = 256;

/// Runs an import to its end.
pub(super) async fn run(
    client: &Client,
    options: EngineOptions,
    progress: &watch::Sender<Progress>,
    source: &mut dyn RowSource,
    sink: &mut dyn OutcomeSink,
    cancel: Cancel,
) -> Result<Report, ImportError> {
    let attempt_timeout = options.attempt_timeout;
    let mut driver = Driver {
        client,
        attempt_timeout,
        machine: Machine::new(options),
        calls: JoinSet::new(),
        carried: HashMap::new(),
        started: Instant::now(),
        source_error: None,
    };
    let result = driver.drive(progress, source, sink, &cancel).await;
    // Nothing is sent once the import is over, for whatever reason.
    driver.calls.shutdown().await;
    let now = driver.now();
    if result.is_err() {
        driver.machine.stop(None, now);
    }
    progress.send_replace(driver.machine.progress(now));
    let report = driver.machine.report(now);
    match (result, driver.source_error) {
        (Err(source), _) => Err(ImportError::Sink {
            source,
            report: Box::new(report),
        }),
        (Ok(()), Some(source)) => Err(ImportError::Source {
            source,
            report: Box::new(report),
        }),
        (Ok(()), None) => Ok(report),
    }
}

struct Driver<'a> {
    client: &'a Client,
    attempt_timeout: Duration,
    machine: Machine,
    calls: JoinSet<Heard>,
    /// Which request each task carries: a task that dies must not leave its rows waiting for ever.
    carried: HashMap<tokio::task::Id, (CallId, &'static str)>,
    started: Instant,
    source_error: Option<SourceError>,
}

impl Driver<'_> {
    fn now(&self) -> Now {
        self.started.elapsed()
    }

    async fn drive(
        &mut self,
        progress: &watch::Sender<Progress>,
        source: &mut dyn RowSource,
        sink: &mut dyn OutcomeSink,
        cancel: &Cancel,
    ) -> std::io::Result<()> {
        let (mut stopping, mut aborting) = (false, false);
        let mut pulled = 0_u32;
        loop {
            let now = self.now();
            match self.machine.step(now) {
                Step::Call(id, ask) => self.send(id, ask),
                Step::Settle(outcome) => sink.record(&outcome)?,
                Step::Pull => {
                    self.pull(source, now);
                    pulled = pulled.wrapping_add(1);
                    if pulled.is_multiple_of(PULLS_AT_ONCE) {
                        // A long stretch of rows that need no request must not keep answers and signals waiting.
                        tokio::task::yield_now().await;
                        if cancel.aborted().is_cancelled() {
                            self.machine.abort(now);
                        } else if cancel.graceful().is_cancelled() {
                            self.machine.cancel(now);
                        }
                    }
                }
                Step::Done => return Ok(()),
                Step::Wait(until) => {
                    progress.send_replace(self.machine.progress(now));
                    let until = until.map(|until| self.started + until);
                    tokio::select! {
                        biased;
                        () = cancel.aborted().cancelled(), if !aborting => {
                            aborting = true;
                            self.machine.abort(self.started.elapsed());
                        }
                        () = cancel.graceful().cancelled(), if !stopping => {
                            stopping = true;
                            self.machine.cancel(self.started.elapsed());
                        }
                        Some(answer) = self.calls.join_next_with_id() => self.hear(answer),
                        () = sleep_until(until) => {}
                    }
                }
            }
        }
    }

    fn pull(&mut self, source: &mut dyn RowSource, now: Now) {
        match source.next_row() {
            Ok(Some(SourceItem::Row(row))) => self.machine.offer(row),
            Ok(Some(SourceItem::Settled(outcome))) => self.machine.offer_settled(outcome),
            Ok(None) => self.machine.source_ended(),
            Err(error) => {
                self.source_error = Some(error);
                self.machine.source_ended();
                self.machine.stop(None, now);
            }
        }
    }

    fn send(&mut self, id: CallId, ask: Ask) {
        let client = self.client.clone();
        let limit = self.attempt_timeout;
        let operation = ask.operation();
        let task = self.calls.spawn(async move {
            tokio::time::timeout(limit, ask_zendesk(&client, ask))
                .await
                .unwrap_or_else(|_| lost(operation, "no answer in time"))
        });
        self.carried.insert(task.id(), (id, operation));
    }

    fn hear(&mut self, answer: Result<(tokio::task::Id, Heard), JoinError>) {
        let (task, heard) = match answer {
            Ok((task, heard)) => (task, Some(heard)),
            Err(error) => (error.id(), None),
        };
        let Some((id, operation)) = self.carried.remove(&task) else {
            return;
        };
        let heard = heard.unwrap_or_else(|| lost(operation, "the request's task died"));
        self.machine.heard(id, heard, self.started.elapsed());
    }
}

fn lost(operation: &'static str, message: &str) -> Heard {
    Heard::new(Reply::Lost(Trouble {
        operation,
        message: message.to_owned(),
        ..Trouble::default()
    }))
}

async fn sleep_until(until: Option<Instant>) {
    match until {
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}

async fn ask_zendesk(client: &Client, ask: Ask) -> Heard {
    match ask {
        Ask::Me => exchange(client, Me::new(), |_, user| Ok(Answer::Me(Box::new(user)))).await,
        Ask::Submit(users) => {
            let endpoint = CreateOrUpdateMany::new(&users);
            exchange(client, endpoint, |_, job| Ok(Answer::Job(Box::new(job)))).await
        }
        Ask::Poll(ids) => {
            exchange(client, ShowManyJobs::new(ids), |_, jobs| {
                Ok(Answer::Jobs(jobs))
            })
            .await
        }
        Ask::ListJobs(list) => {
            exchange(client, list, |list, page| {
                let next = list.following(&page);
                Ok(Answer::JobPage {
                    next: next.map_err(|error| Error::paging(list.operation(), error))?,
                    jobs: page.job_statuses,
                })
            })
            .await
        }
        Ask::People(query) => people(client, query).await,
    }
}

async fn people(client: &Client, query: PeopleQuery) -> Heard {
    let shown = |endpoint: ShowManyUsers| {
        endpoint
            .include(Include::Identities)
            .include(Include::Organizations)
    };
    match query {
        PeopleQuery::ByExternalIds(ids) => {
            let endpoint = shown(ShowManyUsers::by_external_ids(&ids));
            exchange(client, endpoint, |_, page| {
                Ok(Answer::People(Box::new(page)))
            })
            .await
        }
        PeopleQuery::ByIds(ids) => {
            let endpoint = shown(ShowManyUsers::by_ids(&ids));
            exchange(client, endpoint, |_, page| {
                Ok(Answer::People(Box::new(page)))
            })
            .await
        }
        PeopleQuery::SearchExternalId(id) => {
            let endpoint = SearchUsers::by_external_id(&id);
            exchange(client, endpoint, |_, page| {
                Ok(Answer::People(Box::new(page)))
            })
            .await
        }
        PeopleQuery::SearchEmail(email) => {
            let endpoint = SearchUsers::by_query(SearchQuery::email(&email));
            exchange(client, endpoint, |_, page| {
                Ok(Answer::People(Box::new(page)))
            })
            .await
        }
    }
}

/// One request, one answer: nothing below waits or tries again.
async fn exchange<E: Endpoint + Sync>(
    client: &Client,
    endpoint: E,
    read: impl FnOnce(&E, E::Output) -> Result<Answer, Error>,
) -> Heard {
    let mut extensions = http::Extensions::new();
    extensions.insert(Pacing::Caller);
    match client.execute_raw(&endpoint, extensions).await {
        Err(error) => Heard::new(reply::failed(&error)),
        Ok(response) => reply::read(response, |response| {
            endpoint
                .parse(response)
                .and_then(|output| read(&endpoint, output))
        }),
    }
}
