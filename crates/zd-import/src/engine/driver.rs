//! The driver: does what the machine says and tells it what came of it. All the I/O of the engine is here.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;
use zd_transport::Pacing;
use zd_users::endpoints::{
    CreateOrUpdate, CreateOrUpdateMany, Include, MakeIdentityPrimary, Me, SearchQuery, SearchUsers,
    ShowManyJobs, ShowManyUsers,
};
use zd_users::{Client, Endpoint, Error, Paged};

use super::ask::{Answer, Ask, CallId, Heard, Now, PeopleQuery, Reply, Throttled};
use super::machine::{Machine, Step};
use super::recovery::Recovery;
use super::{Cancel, Import, ImportError, reply};
use crate::journal::{Began, Ended, Entry, Journal, JournalError};
use crate::{Outcome, Progress, Report, RowSource, SourceError, SourceItem, Trouble};

/// How many rows to read before looking up.
const PULLS_AT_ONCE: u32 = 256;
/// How much may wait to be durable before it is made so: what waits for the same disk goes together.
const NOTES_AT_ONCE: usize = 2_000;

/// An import on its way.
pub(super) struct Driver {
    client: Client,
    attempt_timeout: Duration,
    machine: Machine,
    source: Box<dyn RowSource>,
    journal: Option<Box<dyn Journal>>,
    began: Began,
    cancel: Cancel,
    progress: watch::Sender<Progress>,
    outcomes: mpsc::Sender<Vec<Outcome>>,
    calls: JoinSet<Heard>,
    /// Which request each task carries: a task that dies must not leave its rows waiting for ever.
    carried: HashMap<tokio::task::Id, (CallId, &'static str)>,
    /// Writes whose intent is not durable yet.
    held: Vec<(CallId, Ask)>,
    started: Instant,
}

/// Why an import does not go on.
enum Broken {
    Source(SourceError),
    Journal(JournalError),
    Refused(ImportError),
}

impl Driver {
    pub(super) fn new(
        import: Import,
        source: Box<dyn RowSource>,
        progress: watch::Sender<Progress>,
        outcomes: mpsc::Sender<Vec<Outcome>>,
    ) -> Self {
        let machine = Machine::new(import.options.clone());
        let machine = if import.journal.is_some() {
            machine.durable()
        } else {
            machine
        };
        Self {
            attempt_timeout: import.options.attempt_timeout,
            client: import.client,
            machine,
            source,
            journal: import.journal,
            began: import.began,
            cancel: import.cancel,
            progress,
            outcomes,
            calls: JoinSet::new(),
            carried: HashMap::new(),
            held: Vec::new(),
            started: Instant::now(),
        }
    }

    /// Runs the import to its end.
    pub(super) async fn run(mut self) -> Result<Report, ImportError> {
        let result = match self.begin().await {
            Ok(true) => self.drive().await,
            Ok(false) => Ok(()),
            Err(broken) => Err(broken),
        };
        // Nothing is sent once the import is over, for whatever reason.
        self.calls.shutdown().await;
        let now = self.now();
        if result.is_err() {
            self.machine.break_off(now);
        }
        self.progress.send_replace(self.machine.progress(now));
        let report = Box::new(self.machine.report(now));
        match result {
            Ok(()) => Ok(*report),
            Err(Broken::Source(source)) => Err(ImportError::Source { source, report }),
            Err(Broken::Journal(source)) => Err(ImportError::Journal { source, report }),
            Err(Broken::Refused(error)) => Err(error),
        }
    }

    fn now(&self) -> Now {
        self.started.elapsed()
    }

    /// Reads the journal, if there is one, and takes up what an earlier process left; false if nothing is left to do.
    async fn begin(&mut self) -> Result<bool, Broken> {
        let Some(journal) = &mut self.journal else {
            return Ok(true);
        };
        let mut recovery = Recovery::default();
        let mut wrong = None;
        let mut take = |entry: Entry| {
            if wrong.is_none() {
                wrong = recovery.apply(&entry).err();
            }
        };
        journal.replay(&mut take).await.map_err(Broken::Journal)?;
        if let Some(what) = wrong {
            return Err(Broken::Journal(JournalError::Inconsistent { what }));
        }
        let account = self.client.base_url().authority().to_owned();
        let input = self.source.identity();
        let Some(began) = &recovery.began else {
            self.began.account = account;
            self.began.input = input;
            let began = Entry::Began(Box::new(self.began.clone()));
            return (journal.commit(&[began]).await)
                .map(|()| true)
                .map_err(Broken::Journal);
        };
        if began.account != account {
            return Err(Broken::Refused(ImportError::OtherAccount {
                recorded: began.account.clone(),
                found: account,
            }));
        }
        if let (Some(recorded), Some(found)) = (&began.input, &input)
            && (recorded.bytes, &recorded.digest) != (found.bytes, &found.digest)
        {
            return Err(Broken::Refused(ImportError::OtherInput {
                recorded: Box::new(recorded.clone()),
                found: Box::new(found.clone()),
            }));
        }
        if recovery.is_finished() {
            self.machine.finished_before(&recovery);
            return Ok(false);
        }
        self.machine.only_recall(&recovery);
        self.take_up(recovery).await.map_err(Broken::Source)
    }

    /// Reads the rows that an earlier process had sent and not settled: what became of them comes first. False if it was
    /// called off meanwhile.
    async fn take_up(&mut self, recovery: Recovery) -> Result<bool, SourceError> {
        let mut rows = HashMap::new();
        let last = recovery.tried.keys().max().copied();
        let mut read = 0_u32;
        while rows.len() < recovery.tried.len() {
            read = read.wrapping_add(1);
            if read.is_multiple_of(PULLS_AT_ONCE) {
                tokio::task::yield_now().await;
                if self.cancel.graceful().is_cancelled() || self.cancel.aborted().is_cancelled() {
                    // Nothing was sent, and everything is as it was.
                    self.machine.only_recall(&recovery);
                    let now = self.now();
                    self.machine.cancel(now);
                    return Ok(false);
                }
            }
            let row = match self.source.next_row()? {
                Some(SourceItem::Row(row)) => row,
                Some(SourceItem::Settled(outcome)) => {
                    if recovery.tried.contains_key(&outcome.number) {
                        return Err(SourceError::Changed(
                            "a row that was sent is not valid any more",
                        ));
                    }
                    continue;
                }
                None => return Err(SourceError::Changed("rows that were sent are gone")),
            };
            if last.is_some_and(|last| row.number > last) {
                return Err(SourceError::Changed("rows that were sent are gone"));
            }
            if let Some(row) = self.machine.remember(&recovery, row) {
                rows.insert(row.number, row);
            }
        }
        self.source.rewind()?;
        let now = self.now();
        self.machine.resume(recovery, rows, now);
        Ok(true)
    }

    async fn drive(&mut self) -> Result<(), Broken> {
        self.machine.begins(jiff::Zoned::now());
        let (mut stopping, mut aborting) = (false, false);
        let mut pulled = 0_u32;
        let mut source_error = None;
        let cancel = self.cancel.clone();
        loop {
            let now = self.now();
            match self.machine.step(now) {
                Step::Call(id, ask) if ask.is_write() => self.held.push((id, ask)),
                Step::Call(id, ask) => self.send(id, ask),
                Step::Pull => {
                    if let Err(error) = self.pull() {
                        source_error = Some(error);
                        self.machine.source_ended();
                        self.take_back();
                        self.machine.stop(None, now);
                    }
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
                Step::Done => {
                    self.end(now).await?;
                    return source_error.map_or(Ok(()), |error| Err(Broken::Source(error)));
                }
                Step::Wait(_) if self.machine.log_len() + self.held.len() > 0 => {
                    self.commit().await?;
                }
                Step::Wait(until) => {
                    self.progress.send_replace(self.machine.progress(now));
                    // What lies beyond all clocks never comes.
                    let until = until.and_then(|until| self.started.checked_add(until));
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
                        Some(answer) = self.calls.join_next_with_id() => {
                            self.hear(answer);
                            // What is there together is made durable together.
                            while let Some(answer) = self.calls.try_join_next_with_id() {
                                self.hear(answer);
                            }
                        }
                        () = sleep_until(until) => {}
                    }
                }
            }
            if self.machine.log_len() >= NOTES_AT_ONCE {
                self.commit().await?;
            }
        }
    }

    /// Makes durable what was said, then lets it take effect: requests leave, outcomes appear.
    async fn commit(&mut self) -> Result<(), Broken> {
        let (entries, outcomes) = self.machine.take_log();
        if let Err(broken) = self.write(&entries).await {
            self.machine.forget(&outcomes);
            return Err(broken);
        }
        for (id, ask) in std::mem::take(&mut self.held) {
            let now = self.now();
            self.machine.sent(id, now);
            self.send(id, ask);
        }
        if !outcomes.is_empty() {
            // Whoever dropped the run has ended this task as well.
            let _ = self.outcomes.send(outcomes).await;
        }
        Ok(())
    }

    /// What has not left does not leave any more.
    fn take_back(&mut self) {
        let now = self.now();
        for (id, ask) in std::mem::take(&mut self.held) {
            let reply = Reply::Throttled {
                reason: Throttled::Operation,
                wait: Duration::ZERO,
            };
            self.machine.heard(id, Heard::new(reply), now);
            drop(ask);
        }
    }

    async fn write(&mut self, entries: &[Entry]) -> Result<(), Broken> {
        match &mut self.journal {
            Some(journal) if !entries.is_empty() => {
                journal.commit(entries).await.map_err(Broken::Journal)
            }
            _ => Ok(()),
        }
    }

    /// Writes down how it ended. What was never sent is not sent any more.
    async fn end(&mut self, now: Now) -> Result<(), Broken> {
        self.held.clear();
        self.commit().await?;
        let report = self.machine.report(now);
        let at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let ended = Ended {
            at: at.map_or(0, |since| {
                i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
            }),
            finished: report.finished,
            stopped: report.stopped.as_ref().map(|stop| stop.name().to_owned()),
            requests: report.requests,
            milliseconds: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            pace: report.pace,
        };
        self.write(&[Entry::Ended(Box::new(ended))]).await
    }

    fn pull(&mut self) -> Result<(), SourceError> {
        match self.source.next_row()? {
            Some(SourceItem::Row(row)) => self.machine.offer(row),
            Some(SourceItem::Settled(outcome)) => self.machine.offer_settled(outcome),
            None => self.machine.source_ended(),
        }
        Ok(())
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
            let endpoint = CreateOrUpdateMany::written(&users);
            exchange(client, endpoint, |_, job| Ok(Answer::Job(Box::new(job)))).await
        }
        Ask::Upsert(user) => {
            let endpoint = CreateOrUpdate::written(&user);
            exchange(client, endpoint, |_, upserted| {
                Ok(Answer::Upserted(Box::new(upserted)))
            })
            .await
        }
        Ask::MakePrimary(user, identity) => {
            let endpoint = MakeIdentityPrimary::new(user, identity);
            exchange(client, endpoint, |_, _| Ok(Answer::MadePrimary)).await
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
