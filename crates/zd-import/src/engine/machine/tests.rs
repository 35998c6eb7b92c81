//! The machine against a small model of Zendesk that does everything it can to be misunderstood, under virtual time.

mod crashes;
mod limits;
mod retries;
mod scenarios;
mod world;

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use zd_model::UserInput;

use self::world::{Mischief, World};
use super::*;
use crate::Status;
use crate::journal::Settled;

/// Runs rows to their end and gives their outcomes by number.
pub(super) struct Trial {
    pub(super) machine: Machine,
    pub(super) world: World,
    pub(super) outcomes: BTreeMap<u64, Outcome>,
    pub(super) now: Now,
    /// What is durable.
    pub(super) journal: Vec<Entry>,
    /// At which commits the process dies, and how many of the commit's entries are durable then, in percent.
    pub(super) crashes: BTreeMap<u64, u8>,
    pub(super) commits: u64,
    options: EngineOptions,
    /// Answers on their way: when, to which call, what.
    answers: BTreeMap<(Now, CallId), super::super::ask::Heard>,
    held: Vec<(CallId, Ask)>,
    all: Vec<Row>,
    rows: VecDeque<Row>,
}

pub(super) fn person(key: &str, number: u64) -> UserInput {
    UserInput {
        external_id: key.into(),
        name: Some(format!("row {number}")),
        ..UserInput::default()
    }
}

pub(super) fn row(number: u64, group: Option<u32>, user: UserInput) -> Row {
    let mut row = Row::new(
        number,
        number + 2,
        user,
        Bytes::from(format!("raw {number}")),
    );
    row.group = group;
    row
}

impl Trial {
    pub(super) fn new(options: EngineOptions, world: World, rows: Vec<Row>) -> Self {
        Self {
            machine: Machine::new(options.clone()),
            world,
            outcomes: BTreeMap::new(),
            now: Now::ZERO,
            journal: vec![Entry::Began(Box::default())],
            crashes: BTreeMap::new(),
            commits: 0,
            options,
            answers: BTreeMap::new(),
            held: Vec::new(),
            all: rows.clone(),
            rows: rows.into(),
        }
    }

    /// The same with a journal that outlives the process.
    pub(super) fn durable(mut self) -> Self {
        self.machine = Machine::new(self.options.clone()).durable();
        self
    }

    /// Makes durable what was said and lets it take effect, as the driver does; or dies in the middle of it.
    fn commit(&mut self) {
        self.commits += 1;
        let (mut entries, outcomes) = self.machine.take_log();
        if let Some(percent) = self.crashes.remove(&self.commits) {
            entries.truncate(entries.len() * usize::from(percent) / 100);
            self.journal.append(&mut entries);
            return self.restart();
        }
        self.journal.append(&mut entries);
        for (id, ask) in std::mem::take(&mut self.held) {
            self.machine.sent(id, self.now);
            self.ask(id, &ask);
        }
        for outcome in outcomes {
            let number = outcome.number;
            let earlier = self.outcomes.insert(number, outcome);
            assert!(earlier.is_none(), "row {number} has two outcomes");
        }
    }

    fn ask(&mut self, id: CallId, ask: &Ask) {
        let (delay, heard) = self.world.ask(ask, self.now);
        self.answers.insert((self.now + delay, id), heard);
    }

    /// Another process goes on with what is durable: answers that were on their way reach nobody.
    pub(super) fn restart(&mut self) {
        self.answers.clear();
        self.held.clear();
        self.now += Now::from_secs(self.world.rng.u64(..100));
        let mut recovery = Recovery::default();
        for entry in &self.journal {
            recovery.apply(entry).unwrap();
        }
        let count = |status: &Status| self.outcomes_of(*status);
        let shown = [Status::Created, Status::Updated, Status::Failed];
        let shown: usize = shown.iter().map(count).sum();
        assert!(recovery.counts.rows >= shown as u64, "an outcome is lost");
        let mut machine = Machine::new(self.options.clone()).durable();
        let mut rows = HashMap::new();
        for row in &self.all {
            if rows.len() == recovery.tried.len() {
                break;
            }
            if let Some(row) = machine.remember(&recovery, row.clone()) {
                rows.insert(row.number, row);
            }
        }
        machine.resume(recovery, rows, self.now);
        self.machine = machine;
        self.rows = self.all.clone().into();
    }

    fn outcomes_of(&self, status: Status) -> usize {
        let of = |outcome: &&Outcome| outcome.status == status;
        self.outcomes.values().filter(of).count()
    }

    /// The outcomes that the journal holds, by row.
    pub(super) fn recorded(&self) -> BTreeMap<u64, Settled> {
        let mut recorded = BTreeMap::new();
        for entry in &self.journal {
            if let Entry::Outcomes { rows, .. } = entry {
                for row in rows {
                    assert!(recorded.insert(row.row, row.clone()).is_none());
                }
            }
        }
        recorded
    }

    /// Goes on until it is over or `until`; false if it is not over.
    pub(super) fn run_until(&mut self, until: Now) -> bool {
        for _ in 0..3_000_000 {
            match self.machine.step(self.now) {
                Step::Call(id, ask) if ask.is_write() => self.held.push((id, ask)),
                Step::Call(id, ask) => self.ask(id, &ask),
                Step::Pull => match self.rows.pop_front() {
                    Some(row) => self.machine.offer(row),
                    None => self.machine.source_ended(),
                },
                Step::Done => {
                    self.held.clear();
                    if self.machine.log_len() == 0 {
                        return true;
                    }
                    // It may die even now.
                    self.commit();
                }
                Step::Wait(_) if self.machine.log_len() + self.held.len() > 0 => self.commit(),
                Step::Wait(wake) => {
                    // Whoever waits has nothing to do: else it would sit there until something else happens.
                    let again = self.machine.step(self.now);
                    assert!(
                        matches!(again, Step::Wait(_)),
                        "waited with work to do: {again:?}"
                    );
                    let answer = self.answers.keys().next().copied();
                    let next = match (wake, answer) {
                        (Some(wake), Some((at, _))) => wake.min(at),
                        (Some(at), None) | (None, Some((at, _))) => at,
                        (None, None) => panic!("waits for nothing: {:#?}", self.machine),
                    };
                    assert!(
                        wake.is_none_or(|wake| wake > self.now),
                        "waits for the past"
                    );
                    if next > until {
                        self.now = until;
                        return false;
                    }
                    self.now = next;
                    if answer.is_some_and(|(at, _)| at <= next) {
                        let ((_, id), heard) = self.answers.pop_first().unwrap();
                        self.machine.heard(id, heard, self.now);
                    }
                }
            }
        }
        panic!(
            "no end at {:?}: {:?}",
            self.now,
            self.machine.progress(self.now)
        );
    }

    pub(super) fn run(&mut self) -> Report {
        assert!(
            self.run_until(Now::from_secs(6 * 3600)),
            "not over after six hours"
        );
        self.world.advance(self.now + Now::from_secs(3600));
        self.machine.report(self.now)
    }

    pub(super) fn status(&self, number: u64) -> Status {
        self.outcomes[&number].status
    }

    pub(super) fn code(&self, number: u64) -> &str {
        self.outcomes[&number]
            .error
            .as_ref()
            .map_or("", |error| &error.code)
    }
}

/// Rows of which many share a person: some are there already, some are refused, some have only an address.
fn mixed_rows(rng: &mut fastrand::Rng, count: u64, by_email: bool) -> Vec<Row> {
    (0..count)
        .map(|number| {
            let shared = rng.u8(..4) == 0;
            let group = shared.then(|| rng.u32(..6));
            let key = group.map_or_else(
                || format!("own-{number}"),
                |group| format!("Shared-{group}"),
            );
            let key = if rng.bool() { key.to_uppercase() } else { key };
            let mut user = person(&key, number);
            if by_email && (group.map_or(number, u64::from)).is_multiple_of(3) {
                user.external_id = zd_model::Nullable::Absent;
                user.email = Some(format!("{key}@x.example"));
            }
            if rng.u8(..12) == 0 {
                user.notes = "refuse me".into();
            }
            row(number, group, user)
        })
        .collect()
}

fn check(trial: &Trial, rows: u64, seed: u64) {
    let context = |number: u64| {
        format!(
            "seed {seed}, row {number}: {:?}",
            trial.outcomes.get(&number)
        )
    };
    assert_eq!(
        trial.outcomes.len() as u64,
        rows,
        "seed {seed}: every row has an outcome"
    );
    for (number, outcome) in &trial.outcomes {
        let applied = trial.world.applications(*number);
        match outcome.status {
            Status::Created => assert_eq!(applied, [true], "{}", context(*number)),
            Status::Updated => assert_eq!(applied, [false], "{}", context(*number)),
            Status::Failed => assert!(applied.is_empty(), "{}", context(*number)),
            // Sent, and nobody can know: but never more than once.
            Status::Indeterminate => assert!(applied.len() <= 1, "{}", context(*number)),
            other => panic!("{other:?}: {}", context(*number)),
        }
        assert_eq!(
            outcome.raw.is_none(),
            outcome.status.is_success(),
            "{}",
            context(*number)
        );
    }
}

fn simulate(seed: u64, mischief: Mischief, by_email: bool) -> Report {
    let mut rng = fastrand::Rng::with_seed(seed);
    let count = rng.u64(1..120);
    let rows = mixed_rows(&mut rng, count, by_email);
    let options = EngineOptions {
        max_jobs: rng.usize(1..6),
        batch_rows: rng.usize(1..12),
        seed: Some(seed),
        ..EngineOptions::default()
    };
    let world = World::new(seed, mischief);
    let mut trial = Trial::new(options, world, rows);
    let report = trial.run();
    check(&trial, count, seed);
    assert!(report.stopped.is_none(), "seed {seed}: {report:?}");
    report
}

#[test]
fn without_mischief_every_row_is_sent_once() {
    for seed in 0..200 {
        let report = simulate(seed, Mischief::none(), seed % 2 == 0);
        assert_eq!(
            (report.rows_resent, report.counts.indeterminate),
            (0, 0),
            "seed {seed}"
        );
    }
}

#[test]
fn no_mischief_makes_an_outcome_untrue() {
    let mut sum = Report::default();
    for seed in 0..1_500 {
        let report = simulate(seed, Mischief::all(), false);
        sum.rows_resent += report.rows_resent;
        sum.doubts_resolved += report.doubts_resolved;
        sum.throttles += report.throttles;
        sum.counts.rows += report.counts.rows;
        sum.counts.indeterminate += report.counts.indeterminate;
    }
    // The trial is worth something only if things went wrong in it, and yet nearly everything could be told.
    assert!(
        sum.rows_resent > 1_000 && sum.doubts_resolved > 1_000 && sum.throttles > 1_000,
        "{sum:?}"
    );
    assert!(sum.counts.indeterminate * 200 < sum.counts.rows, "{sum:?}");
}

#[test]
fn people_known_by_address_alone_come_to_the_same() {
    for seed in 10_000..10_400 {
        simulate(seed, Mischief::all(), true);
    }
}
