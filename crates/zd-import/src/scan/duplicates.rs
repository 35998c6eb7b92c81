//! Rows about the same person: who waits for whom, who gives way, who contradicts.

use std::collections::BTreeMap;

use super::keys::{KeyTable, Runs};
use super::lines::Lines;
use super::options::Duplicates;
use super::plan::{DuplicateExample, DuplicateSummary};
use super::problem::{Fault, KEPT, Problem, Problems};
use crate::row_set::RowSet;

/// How many lines of rows that share a key are listed.
const LISTED: usize = 20;

/// How many keys that rows share are shown.
const EXAMPLES: usize = 10;

/// The keys of all rows that could be sent.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) external_ids: KeyTable,
    pub(crate) emails: KeyTable,
    pub(crate) ids: KeyTable,
}

/// Why a sound row is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Another row about this person is sent in its place.
    Superseded,
    /// It shares its external id with a row of another address.
    EmailsDiffer,
    /// It shares its address with a row of another external id.
    ExternalIdsDiffer,
    /// It shares a key, and that is not allowed.
    Duplicate,
}

/// What follows from the keys, by row in ascending order.
#[derive(Debug, Default)]
pub(crate) struct Fates {
    /// The rows that are not alone with their person, each with its group.
    pub(crate) groups: Vec<(u32, u32)>,
    /// The rows that are not sent, each with the row that it shares a key with.
    pub(crate) settled: Vec<(u32, u32, Verdict)>,
}

impl Verdict {
    const fn code(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::EmailsDiffer => "emails_differ",
            Self::ExternalIdsDiffer => "external_ids_differ",
            Self::Duplicate => "duplicate",
        }
    }

    /// What to say of rows that share a key.
    const fn of_many(self) -> &'static str {
        match self {
            Self::Superseded | Self::Duplicate => "are about the same person",
            Self::EmailsDiffer => "have the same external_id with different e-mail addresses",
            Self::ExternalIdsDiffer => "have the same e-mail address with different external_ids",
        }
    }

    /// What to say of a row that shares its key with the row at this line.
    pub(crate) fn fault(self, line: u64) -> Fault {
        let what = match self {
            Self::Superseded => "is about the same person and is sent instead",
            Self::Duplicate => "is about the same person",
            Self::EmailsDiffer => "has the same external_id with another e-mail address",
            Self::ExternalIdsDiffer => "has the same e-mail address with another external_id",
        };
        Fault::new(self.code(), format!("line {line} {what}"))
    }
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self {
            external_ids: KeyTable::new(),
            emails: KeyTable::new(),
            ids: KeyTable::new(),
        }
    }

    /// Leaves rows out, once it was decided of all.
    pub(crate) fn leave_out(&mut self, rows: &RowSet) {
        for table in [&mut self.external_ids, &mut self.emails, &mut self.ids] {
            table.leave_out(rows);
        }
    }

    /// Decides by the policy; contradictions and forbidden duplicates go to `problems`. `again`: whether it may be decided
    /// once more, so that the keys have to stay.
    pub(crate) fn decide(
        &mut self,
        again: bool,
        rows: usize,
        policy: Duplicates,
        lines: &Lines,
        problems: &mut Problems,
    ) -> (Fates, DuplicateSummary) {
        for table in [&mut self.external_ids, &mut self.emails, &mut self.ids] {
            table.sort();
        }
        let kinds = [
            ("external_id", self.external_ids.shared()),
            ("email", self.emails.shared()),
            ("id", self.ids.shared()),
        ];
        let mut summary = DuplicateSummary {
            policy,
            ..DuplicateSummary::default()
        };
        if kinds.iter().all(|(_, runs)| runs.len() == 0) {
            return (Fates::default(), summary);
        }
        summary.examples = examples(&kinds, lines);
        let mut clashes = Clashes::default();
        let mut fates = Fates::default();
        match policy {
            Duplicates::InOrder => {
                let [(_, external_ids), (_, emails), _] = &kinds;
                let ids_of = self.external_ids.numbered(emails, rows);
                let emails_of = self.emails.numbered(external_ids, rows);
                clashes.find(external_ids, &emails_of, Verdict::EmailsDiffer);
                clashes.find(emails, &ids_of, Verdict::ExternalIdsDiffer);
                fates.settled = clashes.tell(lines, problems);
            }
            Duplicates::Error => {
                for run in kinds.iter().flat_map(|(_, runs)| runs.iter()) {
                    clashes.add(run, Verdict::Duplicate);
                }
                fates.settled = clashes.tell(lines, problems);
            }
            Duplicates::First => fates.settled = supersede(&kinds, false),
            Duplicates::Last => fates.settled = supersede(&kinds, true),
        }
        if !again {
            *self = Self::new();
        }
        fates.settled.sort_by_key(|(row, other, _)| (*row, *other));
        fates.settled.dedup_by_key(|(row, ..)| *row);
        let (groups, shared) = group(&kinds, rows, &[]);
        (summary.rows, summary.groups) = (shared.len() as u64, groups);
        if policy == Duplicates::InOrder {
            fates.groups = group(&kinds, rows, &fates.settled).1;
        }
        let settled = fates.settled.len() as u64;
        if matches!(policy, Duplicates::First | Duplicates::Last) {
            summary.superseded = settled;
        } else {
            summary.invalid = settled;
        }
        (fates, summary)
    }
}

fn examples(kinds: &[(&'static str, Runs); 3], lines: &Lines) -> Vec<DuplicateExample> {
    let all = kinds
        .iter()
        .flat_map(|(key, runs)| runs.iter().map(move |run| (*key, run)));
    // The tables are in the order of a secret hash: choose by line, so that the same file shows the same.
    let mut first: Vec<(&'static str, &[u32])> = Vec::new();
    for found in all {
        let place = first.partition_point(|(_, run)| run[0] <= found.1[0]);
        if place < EXAMPLES {
            first.insert(place, found);
            first.truncate(EXAMPLES);
        }
    }
    let example = |(key, run): (&'static str, &[u32])| DuplicateExample {
        key,
        rows: run.len() as u64,
        lines: run
            .iter()
            .take(LISTED)
            .map(|row| lines.line(*row))
            .collect(),
    };
    first.into_iter().map(example).collect()
}

/// Collects rows that must not be sent because of each other.
#[derive(Default)]
struct Clashes {
    settled: Vec<(u32, u32, Verdict)>,
    counts: BTreeMap<&'static str, u64>,
    /// The first of them, each with its first rows.
    first: Vec<(Vec<u32>, usize, Verdict)>,
}

impl Clashes {
    /// Finds the keys whose rows differ in the other key, by its number; 0 is none and contradicts nothing.
    fn find(&mut self, runs: &Runs, others: &[u32], verdict: Verdict) {
        for run in runs.iter() {
            let other = |row: &u32| others.get(*row as usize).copied().unwrap_or_default();
            let named: Vec<u32> = run.iter().copied().filter(|row| other(row) != 0).collect();
            let differ = named
                .windows(2)
                .any(|pair| other(&pair[0]) != other(&pair[1]));
            if differ {
                self.add(&named, verdict);
            }
        }
    }

    fn add(&mut self, rows: &[u32], verdict: Verdict) {
        for row in rows {
            let other = rows.iter().find(|other| *other != row).unwrap_or(row);
            self.settled.push((*row, *other, verdict));
        }
        *self.counts.entry(verdict.code()).or_default() += rows.len() as u64;
        let place = self
            .first
            .partition_point(|(first, ..)| first[0] <= rows[0]);
        if place < KEPT {
            let listed = rows.iter().copied().take(LISTED).collect();
            self.first.insert(place, (listed, rows.len(), verdict));
            self.first.truncate(KEPT);
        }
    }

    /// Tells the problems, and gives the rows that are settled by them.
    fn tell(self, lines: &Lines, problems: &mut Problems) -> Vec<(u32, u32, Verdict)> {
        for (code, count) in self.counts {
            problems.count(code, count);
        }
        for (rows, total, verdict) in self.first {
            let listed: Vec<_> = rows
                .iter()
                .map(|row| lines.line(*row).to_string())
                .collect();
            let more = if total > listed.len() {
                format!(" and {} more", total - listed.len())
            } else {
                String::new()
            };
            let message = format!("lines {}{more} {}", listed.join(", "), verdict.of_many());
            let fault = Fault::new(verdict.code(), message);
            problems.keep(Problem::of_row(lines.line(rows[0]), fault));
        }
        self.settled
    }
}

/// Row by row, lets a row be sent only if none of its keys has been claimed by one that is.
fn supersede(kinds: &[(&'static str, Runs); 3], backwards: bool) -> Vec<(u32, u32, Verdict)> {
    let mut settled = Vec::new();
    let mut uses: Vec<(u32, u32)> = Vec::new();
    let runs = kinds.iter().flat_map(|(_, runs)| runs.iter());
    for (run, rows) in (0..).zip(runs) {
        uses.extend(rows.iter().map(|row| (*row, run)));
    }
    uses.sort_unstable();
    let count = kinds.iter().map(|(_, runs)| runs.len()).sum();
    let mut claims: Vec<Option<u32>> = vec![None; count];
    let mut visit = |uses: &[(u32, u32)]| {
        let row = uses[0].0;
        let mut claims_of = uses.iter().map(|(_, run)| claims[*run as usize]);
        match claims_of.find_map(|claim| claim) {
            Some(other) => settled.push((row, other, Verdict::Superseded)),
            None => {
                for (_, run) in uses {
                    claims[*run as usize] = Some(row);
                }
            }
        }
    };
    let by_row = uses.chunk_by(|one, other| one.0 == other.0);
    if backwards {
        by_row.rev().for_each(&mut visit);
    } else {
        by_row.for_each(&mut visit);
    }
    settled
}

/// The transitive closure of sharing a key, among the rows that are not left out: how many groups of two and more there
/// are, and which rows are in them, in ascending order.
fn group(
    kinds: &[(&'static str, Runs); 3],
    rows: usize,
    left_out: &[(u32, u32, Verdict)],
) -> (u64, Vec<(u32, u32)>) {
    let is_out = |row: u32| {
        left_out
            .binary_search_by_key(&row, |(row, ..)| *row)
            .is_ok()
    };
    let mut union = Union::new(rows);
    for run in kinds.iter().flat_map(|(_, runs)| runs.iter()) {
        let mut members = run.iter().copied().filter(|row| !is_out(*row));
        if let Some(first) = members.next() {
            members.for_each(|row| union.join(first, row));
        }
    }
    union.groups()
}

/// Disjoint sets of rows.
struct Union {
    parent: Vec<u32>,
    joined: bool,
}

impl Union {
    fn new(rows: usize) -> Self {
        Self {
            parent: (0..).take(rows).collect(),
            joined: false,
        }
    }

    fn root(&mut self, mut row: u32) -> u32 {
        while self.parent[row as usize] != row {
            let above = self.parent[row as usize];
            self.parent[row as usize] = self.parent[above as usize];
            row = above;
        }
        row
    }

    /// Joins two sets; the smallest row stays the root.
    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent[one.max(other) as usize] = one.min(other);
        self.joined |= one != other;
    }

    fn groups(mut self) -> (u64, Vec<(u32, u32)>) {
        if !self.joined {
            return (0, Vec::new());
        }
        const ALONE: u32 = u32::MAX;
        const UNNUMBERED: u32 = u32::MAX - 1;
        let rows = self.parent.len();
        let mut numbers = vec![ALONE; rows];
        for row in (0..).take(rows) {
            let root = self.root(row);
            if root != row {
                numbers[root as usize] = UNNUMBERED;
            }
        }
        let (mut count, mut members) = (0, Vec::new());
        for row in (0..).take(rows) {
            let root = self.root(row);
            let number = &mut numbers[root as usize];
            if *number == UNNUMBERED {
                *number = count;
                count += 1;
            }
            if *number != ALONE {
                members.push((row, *number));
            }
        }
        (count.into(), members)
    }
}

#[cfg(test)]
mod tests;
