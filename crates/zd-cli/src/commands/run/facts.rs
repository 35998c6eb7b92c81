//! What a run's journal says of it, in one reading.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;

use zd_import::{
    Began, Counts, Ended, Entry, FileJournal, JournalError, LockHolder, Outcome, ReasonCounts,
    Report, Settled,
};

use crate::commands::import::again::again;
use crate::commands::import::pace;
use crate::commands::import::reasons::{Reason, Reasons};
use crate::context::Context;
use crate::curl;
use crate::exit::Exit;
use crate::runs::{RunDir, Settings};

/// So many rows that were not applied are kept as examples.
const EXAMPLES: usize = 200;

/// What is known of a run. Its size does not grow with the rows, save for those in flight.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) run: RunDir,
    /// None: it ended before it began.
    pub(super) began: Option<Began>,
    pub(super) settings: Option<Settings>,
    /// The process that is at it.
    pub(super) holder: Option<LockHolder>,
    pub(super) counts: Counts,
    pub(super) in_flight: u64,
    pub(super) batches: u64,
    pub(super) accepted: u64,
    pub(super) resent: u64,
    /// Rows with an outcome by how often they were sent.
    pub(super) attempts: BTreeMap<u32, u64>,
    pub(super) ended: Vec<Ended>,
    /// Whether every row has its outcome and nothing followed.
    pub(super) finished: bool,
    pub(super) reasons: Vec<Reason>,
    pub(super) codes: ReasonCounts,
    /// The first rows that were not applied, in the order in which that became known.
    pub(super) examples: Vec<Settled>,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Running,
    Finished,
    Failures,
    Interrupted,
    /// It ended before anything was written down.
    Empty,
}

impl State {
    /// For programs.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Failures => "finished_with_failures",
            Self::Interrupted => "interrupted",
            Self::Empty => "empty",
        }
    }

    /// For people.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Failures => "finished with failures",
            Self::Empty => "empty: nothing was sent",
            other => other.name(),
        }
    }
}

impl Facts {
    /// Reads a run's journal, also while another process writes it.
    pub(super) fn read(run: &RunDir) -> Result<Self, JournalError> {
        // First: a process that ends meanwhile has then written all that is read.
        let holder = FileJournal::holder(&run.path)?;
        let mut reading = Reading::default();
        match FileJournal::read(&run.path) {
            Ok(mut reader) => reader.read(&mut |entry| reading.take(entry))?,
            Err(JournalError::Missing) => {}
            Err(error) => return Err(error),
        }
        Ok(reading.facts(run, holder))
    }

    pub(super) fn state(&self) -> State {
        if self.holder.is_some() {
            State::Running
        } else if self.began.is_none() {
            State::Empty
        } else if !self.finished {
            State::Interrupted
        } else if self.counts.applied() == self.counts.rows {
            State::Finished
        } else {
            State::Failures
        }
    }

    /// How many rows there are, if that is known.
    pub(super) fn rows(&self) -> Option<u64> {
        self.began.as_ref().and_then(|began| began.rows)
    }

    /// Rows without an outcome.
    pub(super) fn unprocessed(&self) -> u64 {
        let rows = self.rows().unwrap_or_default();
        rows.saturating_sub(self.counts.rows).max(self.in_flight)
    }

    /// The input's name, as typed.
    pub(super) fn input(&self) -> &str {
        let name = self.settings.as_ref().map_or("", |settings| &settings.name);
        if name == "-" { "standard input" } else { name }
    }

    /// The account.
    pub(super) fn account(&self) -> &str {
        self.began.as_ref().map_or("", |began| &began.account)
    }

    /// When it was begun, in the zone of this machine.
    pub(super) fn begun(&self) -> Option<jiff::Zoned> {
        let at = self.began.as_ref()?.at;
        let at = jiff::Timestamp::from_second(at).ok()?;
        Some(at.to_zoned(jiff::tz::TimeZone::system()))
    }

    /// The failed file that the import has left, if it is still there.
    pub(super) fn failed_file(&self) -> Option<&str> {
        let path = self.settings.as_ref()?.failed_file.as_str();
        let failed = self.counts.rows > self.counts.applied();
        if !failed || path.is_empty() || !Path::new(path).is_file() {
            return None;
        }
        // As short as it can be typed here.
        let here = std::env::current_dir().ok();
        let near = here.and_then(|here| Path::new(path).strip_prefix(here).ok()?.to_str());
        Some(near.unwrap_or(path))
    }

    /// Why the last process of the run ended early.
    pub(super) fn stopped(&self) -> Option<&str> {
        if self.finished || self.holder.is_some() || self.began.is_none() {
            return None;
        }
        let last = self.ended.last().and_then(|ended| ended.stopped.as_deref());
        Some(last.unwrap_or("killed"))
    }

    /// The command that comes next; empty if nothing is left to do.
    pub(super) fn next(&self, context: &Context) -> String {
        let id = &self.run.id;
        match (self.state(), self.failed_file(), &self.settings) {
            (State::Running, _, _) => format!("zd run watch {id}"),
            (State::Empty, _, _) => format!("zd run rm {id}"),
            (State::Interrupted, _, _) => format!("zd import --resume {id}"),
            (State::Finished, _, _) => String::new(),
            (State::Failures, Some(file), Some(settings)) => again(settings, context, file),
            (State::Failures, _, _) => {
                let json = self.input_ends_in("jsonl");
                let file = if json { "failed.jsonl" } else { "failed.csv" };
                format!("zd run rows {id} -o {}", curl::quote(file))
            }
        }
    }

    fn input_ends_in(&self, ending: &str) -> bool {
        self.input().rsplit('.').next() == Some(ending)
    }

    /// The exit code with which the import ended, or would have.
    pub(super) fn exit(&self) -> Exit {
        match (self.state(), self.stopped()) {
            (State::Running, _) => Exit::Pending,
            (State::Finished, _) => Exit::Done,
            (State::Failures, _) => Exit::Rows,
            (_, Some("network")) => Exit::Network,
            (_, Some("unauthorized")) => Exit::Credentials,
            (_, Some("bulk_import_off" | "forbidden" | "refused")) => Exit::Refused,
            (_, Some("canary" | "max_errors" | "max_duration")) => Exit::Limit,
            _ => Exit::Interrupted,
        }
    }

    /// The same as the import's own report, as far as a journal tells it.
    pub(super) fn report(&self) -> Report {
        let mut report = Report::default();
        report.counts = self.counts;
        report.unprocessed = self.unprocessed();
        report.in_flight = self.in_flight;
        report.finished = self.finished;
        report.resumed = self.ended.len() > 1;
        report.requests = self.ended.iter().map(|ended| ended.requests).sum();
        report.batches = self.batches;
        report.batches_accepted = self.accepted;
        report.rows_resent = self.resent;
        let milliseconds = self.ended.iter().map(|ended| ended.milliseconds).sum();
        report.elapsed = Duration::from_millis(milliseconds);
        report.pace = pace::of_all(self.ended.iter().filter_map(|ended| ended.pace));
        report
    }
}

/// A journal that is being read.
#[derive(Debug, Default)]
struct Reading {
    began: Option<Began>,
    counts: Counts,
    batches: u64,
    accepted: u64,
    resent: u64,
    attempts: BTreeMap<u32, u64>,
    ended: Vec<Ended>,
    finished: bool,
    reasons: Reasons,
    codes: ReasonCounts,
    examples: Vec<Settled>,
    /// The batch in which each row is that was sent and has no outcome.
    in_flight: HashMap<u64, u64>,
}

impl Reading {
    fn take(&mut self, entry: Entry) {
        self.finished = false;
        match entry {
            Entry::Began(began) => self.began = Some(*began),
            Entry::Intent { batch, rows, .. } => {
                self.batches += 1;
                self.in_flight
                    .extend(rows.into_iter().map(|row| (row, batch)));
            }
            Entry::Accepted { .. } => self.accepted += 1,
            Entry::TurnedAway { batch } => self.in_flight.retain(|_, other| *other != batch),
            Entry::Again { rows } => {
                self.resent += rows.len() as u64;
                for row in rows {
                    self.in_flight.remove(&row.row);
                }
            }
            Entry::Outcomes { rows, .. } => rows.into_iter().for_each(|row| self.settle(row)),
            Entry::Ended(ended) => {
                self.finished = ended.finished;
                self.ended.push(*ended);
            }
            // What a later version may write.
            _ => {}
        }
    }

    fn settle(&mut self, row: Settled) {
        self.in_flight.remove(&row.row);
        self.counts.count(row.status);
        *self.attempts.entry(row.attempts).or_default() += 1;
        if row.status.is_success() {
            return;
        }
        self.reasons.count(row.status, row.line, row.error.as_ref());
        if self.examples.len() < EXAMPLES {
            self.examples.push(row.clone());
        }
        self.codes.count(&Outcome::from_journal(row, None));
    }

    fn facts(self, run: &RunDir, holder: Option<LockHolder>) -> Facts {
        let settings = self.began.as_ref();
        let settings = settings.and_then(|began| Settings::of(began).ok());
        let mut examples = self.examples;
        examples.sort_by_key(|row| row.line);
        Facts {
            run: run.clone(),
            settings,
            holder,
            began: self.began,
            counts: self.counts,
            in_flight: self.in_flight.len() as u64,
            batches: self.batches,
            accepted: self.accepted,
            resent: self.resent,
            attempts: self.attempts,
            ended: self.ended,
            finished: self.finished,
            reasons: self.reasons.into_groups(),
            codes: self.codes,
            examples,
        }
    }
}
