//! Runs a plan to its end, through every death.

use std::time::Duration;

use tokio::time::Instant;
use zd_import::{
    Crash, Import, ImportError, Journal, JournalError, LogJournal, MemorySource, Report, SimDisk,
    Stop,
};
use zd_sandbox::{ADMIN_EMAIL, API_TOKEN};
use zd_transport::Credentials;
use zd_users::Client;

use super::journal::{Sabotage, Watched};
use super::layer::Layer;
use super::ledger::{Ledger, Rule, Violation};
use super::plan::{Death, Plan, When};
use super::verdict;

/// How long nothing may come of it after the last trouble: ten windows of the rate limit.
const PATIENCE: Duration = Duration::from_secs(600);
/// How many processes a plan may take beside those that die.
const MOST_PROCESSES: usize = 40;

/// What a trial was like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trial {
    pub(crate) violations: Vec<Violation>,
    pub(crate) rows: u64,
    pub(crate) indeterminate: u64,
    pub(crate) failed: u64,
    pub(crate) processes: usize,
    pub(crate) requests: u64,
    pub(crate) troubles: u64,
    /// Rows that Zendesk took, each time it did.
    pub(crate) sends: u64,
    pub(crate) operations: u64,
    pub(crate) lists: u64,
    pub(crate) syncs: u64,
    pub(crate) elapsed: Duration,
}

/// What is done to a trial besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tampering {
    pub(crate) sabotage: Sabotage,
    /// The nth sync of the first process does nothing, and the machine dies at the write behind it.
    pub(crate) ignored: Option<(zd_import::SyncKind, u64)>,
    pub(crate) verbose: bool,
}

/// Runs a plan in a runtime of its own, under virtual time.
pub(crate) fn run(plan: &Plan, tampering: &Tampering) -> Trial {
    fastrand::seed(plan.seed);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(trial(plan, tampering))
}

/// How a process ended.
enum End {
    Died,
    Finished(Report),
    Stopped(Report),
}

async fn trial(plan: &Plan, tampering: &Tampering) -> Trial {
    let began = Instant::now();
    let ledger = Ledger::new(plan.sandbox(), plan.people.clone(), tampering.verbose);
    let mut disk = SimDisk::new();
    let mut deaths = plan.deaths.iter().copied();
    let mut trial = Trial::default();
    let report = loop {
        trial.processes += 1;
        if trial.processes > plan.deaths.len() + MOST_PROCESSES {
            ledger.broken(Rule::Progress, "it stops again and again".to_owned());
            break None;
        }
        if trial.processes > plan.deaths.len() + MOST_PROCESSES / 2 {
            ledger.sandbox.clear_faults();
        }
        let death = deaths.next();
        arm(&disk, death, tampering, trial.processes);
        let end = process(plan, tampering, &ledger, &disk, death).await;
        mind_progress(&ledger, &end);
        match end {
            Ok(End::Finished(report)) => {
                trial.elapsed = began.elapsed();
                break Some(report);
            }
            Ok(End::Stopped(_)) => tokio::time::sleep(Duration::from_secs(20)).await,
            Ok(End::Died) => {}
            Err(what) => {
                ledger.broken(Rule::Resume, what);
                break None;
            }
        }
        let crash = death.map_or(Crash::Process, |death| death.crash);
        tokio::time::sleep(death.map_or(Duration::ZERO, |death| death.pause)).await;
        trial.operations = trial.operations.max(disk.operations());
        disk = disk.restart(crash);
        if !ledger.lock().violations.is_empty() {
            break None;
        }
    };
    trial.operations = trial.operations.max(disk.operations());
    trial.syncs = disk.syncs(zd_import::SyncKind::Content);
    if let Some(report) = report {
        verdict::check(plan, &ledger, &disk, &report, &mut trial).await;
    }
    let mut inner = ledger.lock();
    trial.violations = std::mem::take(&mut inner.violations);
    trial.requests = inner.asked.values().sum();
    trial.lists = inner
        .asked
        .get("GET /api/v2/job_statuses")
        .copied()
        .unwrap_or_default();
    trial.troubles = inner.struck + inner.ways;
    trial.sends = inner.taken();
    trial
}

fn arm(disk: &SimDisk, death: Option<Death>, tampering: &Tampering, process: usize) {
    match death.map(|death| death.when) {
        Some(When::Operation(nth)) => disk.crash_at(nth),
        Some(When::Failure(nth, kind)) => disk.fail_at(nth, kind),
        _ => {}
    }
    if let Some((kind, nth)) = tampering.ignored.filter(|_| process == 1) {
        disk.ignore_sync(kind, nth);
    }
}

/// A process that ended by itself has to leave the run with all rows counted.
fn mind_progress(ledger: &Ledger, end: &Result<End, String>) {
    if let Ok(End::Finished(report) | End::Stopped(report)) = end {
        let rows = ledger.rows();
        let counts = report.counts;
        let sum = counts.created + counts.updated + counts.unchanged;
        let sum = sum + counts.failed + counts.invalid + counts.indeterminate;
        if counts.rows + report.unprocessed != rows || sum != counts.rows {
            ledger.broken(Rule::Partition, format!("of {rows} rows: {report:?}"));
        }
        if report.in_flight > report.unprocessed {
            ledger.broken(
                Rule::Partition,
                format!("more in flight than left: {report:?}"),
            );
        }
    }
}

fn client(plan: &Plan, ledger: &Ledger) -> Client {
    let base: zd_users::BaseUrl = "http://127.0.0.1".parse().unwrap();
    let seed = plan.seed ^ u64::from(fastrand::u32(..));
    Client::builder(base)
        .credentials(Credentials::ApiToken {
            email: ADMIN_EMAIL.to_owned(),
            token: API_TOKEN.to_owned().into(),
        })
        .transport(std::sync::Arc::new(Layer::new(
            ledger.clone(),
            plan.roads,
            seed,
        )))
        .build()
        .unwrap()
}

/// One process, from reading what is there to its end.
async fn process(
    plan: &Plan,
    tampering: &Tampering,
    ledger: &Ledger,
    disk: &SimDisk,
    death: Option<Death>,
) -> Result<End, String> {
    let opened = match LogJournal::open_on(disk.clone()) {
        Err(JournalError::Missing) => LogJournal::create_on(disk.clone()),
        opened => opened,
    };
    let mut journal = match opened {
        Ok(journal) => journal,
        Err(JournalError::Io { .. }) if death.is_some() => return Ok(End::Died),
        Err(error) => return Err(format!("the journal cannot be opened: {error:?}")),
    };
    let mut entries = Vec::new();
    let read = journal.replay(&mut |entry| entries.push(entry)).await;
    if let Err(error) = read {
        return Err(format!("the journal cannot be read: {error:?}"));
    }
    ledger.reopened(&entries);
    let mut run = Import::new(client(plan, ledger))
        .options(plan.options.clone())
        .journal(Watched::new(journal, ledger.clone(), tampering.sabotage))
        .run(MemorySource::from(plan.rows.clone()));
    let until = match death.map(|death| death.when) {
        Some(When::Time(time)) => Some(Instant::now() + time),
        _ => None,
    };
    let most = match death.map(|death| death.when) {
        Some(When::Outcomes(most)) => most,
        _ => u64::MAX,
    };
    let (mut seen, mut last) = (0, Instant::now());
    loop {
        if seen >= most || until.is_some_and(|until| until <= Instant::now()) {
            // Dropped: as if it were killed.
            return Ok(End::Died);
        }
        let tick = Instant::now() + Duration::from_secs(60);
        let tick = until.map_or(tick, |until| until.min(tick));
        let next = tokio::time::timeout_at(tick, run.next()).await;
        match next {
            Ok(Some(outcome)) => {
                seen += 1;
                last = Instant::now();
                verdict::at_once(ledger, &outcome);
                ledger.shown(&outcome);
            }
            Ok(None) => break,
            Err(_) => {
                ledger.mind_troubles();
                let quiet = Instant::now() - last.max(ledger.lock().last_trouble);
                if quiet > PATIENCE {
                    let progress = *run.progress().borrow();
                    return Err(format!(
                        "nothing has come of it for {quiet:?}: {progress:?}"
                    ));
                }
            }
        }
    }
    match run.report().await {
        Ok(report) if report.finished => Ok(End::Finished(report)),
        Ok(report) => match &report.stopped {
            Some(Stop::Refused(refusal)) if refusal.status != Some(302) => {
                Err(format!("it stops: {report:?}"))
            }
            Some(_) => Ok(End::Stopped(report)),
            None => Err(format!("it ends without a reason: {report:?}")),
        },
        Err(ImportError::Journal {
            source: JournalError::Io { .. },
            ..
        }) if death.is_some() => Ok(End::Died),
        Err(error) => Err(format!("it cannot go on: {error:?}")),
    }
}
