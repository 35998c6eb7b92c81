//! Finding the outcome of any row.

use std::collections::{BTreeMap, VecDeque};

use zd_model::JobId;

use super::disk::{Disk, FileDisk};
use super::frame::Chain;
use super::reader::JournalReader;
use super::varint::Malformed;
use super::walk::damaged;
use super::{Began, Ended, Entry, JournalError, Settled};
use crate::Counts;

/// Rows that share a page. Row numbers may have gaps, and the pages of a gap take no room.
const PAGE: usize = 1 << 14;
/// How many rows are kept in memory between two questions.
const KEPT: usize = 1 << 14;

/// Finds the outcome of any row of a journal, also while another process writes it.
///
/// Built by one reading. Holds four bytes a row and about sixteen for each commit that has outcomes; the outcomes
/// themselves are read when they are asked for, a commit at a time, and some of them kept. Asking for rows nearly in order
/// is cheap.
#[derive(Debug)]
pub struct OutcomeIndex<D: Disk = FileDisk> {
    reader: JournalReader<D>,
    /// Which commit settles a row, from 1; 0 if none does.
    pages: BTreeMap<u64, Box<[u32]>>,
    commits: Vec<(u64, Chain)>,
    kept: VecDeque<Kept>,
    kept_rows: usize,
    counts: Counts,
    began: Option<Began>,
    ended: Vec<Ended>,
}

/// The outcomes of a commit, by row.
#[derive(Debug)]
struct Kept {
    commit: u32,
    rows: Vec<(Settled, Option<JobId>)>,
}

impl<D: Disk> OutcomeIndex<D> {
    /// Reads what the journal says so far.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is damaged; a row that is settled twice is damage.
    pub fn build(reader: JournalReader<D>) -> Result<Self, JournalError> {
        let mut index = Self {
            reader,
            pages: BTreeMap::new(),
            commits: Vec::new(),
            kept: VecDeque::new(),
            kept_rows: 0,
            counts: Counts::default(),
            began: None,
            ended: Vec::new(),
        };
        index.refresh()?;
        Ok(index)
    }

    /// Reads what was written since.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn refresh(&mut self) -> Result<(), JournalError> {
        let Self {
            reader,
            pages,
            commits,
            counts,
            began,
            ended,
            ..
        } = self;
        reader.read_commits(&mut |commit, entry| {
            match entry {
                Entry::Outcomes { rows, .. } => {
                    if commits.last().is_none_or(|(at, _)| *at != commit.at) {
                        commits.push((commit.at, commit.before));
                    }
                    let number = u32::try_from(commits.len())
                        .map_err(|_| Malformed("it has too many commits"))?;
                    for row in &rows {
                        settle(pages, row.row, number)?;
                        counts.count(row.status);
                    }
                }
                Entry::Began(begun) => *began = Some(*begun),
                Entry::Ended(end) => ended.push(*end),
                _ => {}
            }
            Ok(())
        })
    }

    /// What became of a row, and the last job it was part of. None if it has no outcome yet.
    ///
    /// # Errors
    ///
    /// If the journal cannot be read any more.
    pub fn get(&mut self, row: u64) -> Result<Option<(Settled, Option<JobId>)>, JournalError> {
        let (page, slot) = place(row);
        let commit = self
            .pages
            .get(&page)
            .and_then(|page| page.get(slot))
            .copied()
            .unwrap_or_default();
        let Some(&(at, before)) = (commit as usize)
            .checked_sub(1)
            .and_then(|commit| self.commits.get(commit))
        else {
            return Ok(None);
        };
        let kept = self.keep(commit, at, before)?;
        let found = kept
            .rows
            .binary_search_by_key(&row, |(settled, _)| settled.row)
            .ok()
            .and_then(|index| kept.rows.get(index))
            .cloned();
        found.map_or_else(
            || Err(damaged(at, "an outcome is gone")),
            |found| Ok(Some(found)),
        )
    }

    /// The first row from this one on that has its outcome; none behind the last.
    pub fn next_settled(&self, from: u64) -> Option<u64> {
        let (first, slot) = place(from);
        self.pages.range(first..).find_map(|(page, slots)| {
            let skip = if *page == first { slot } else { 0 };
            let found = slots.iter().skip(skip).position(|commit| *commit > 0)?;
            Some(page * PAGE as u64 + (skip + found) as u64)
        })
    }

    /// Rows by what became of them.
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// How the run began.
    pub const fn began(&self) -> Option<&Began> {
        self.began.as_ref()
    }

    /// How the processes that carried it on ended, those that ended in an orderly way, oldest first.
    pub fn ended(&self) -> &[Ended] {
        &self.ended
    }

    /// The outcomes of a commit, which are then the last ones to be forgotten.
    fn keep(&mut self, commit: u32, at: u64, before: Chain) -> Result<&Kept, JournalError> {
        match self.kept.iter().position(|kept| kept.commit == commit) {
            Some(0) => {}
            Some(known) => {
                if let Some(kept) = self.kept.remove(known) {
                    self.kept.push_front(kept);
                }
            }
            None => {
                let kept = self.fetch(commit, at, before)?;
                self.kept_rows += kept.rows.len();
                while self.kept_rows > KEPT
                    && let Some(oldest) = self.kept.pop_back()
                {
                    self.kept_rows -= oldest.rows.len();
                }
                self.kept.push_front(kept);
            }
        }
        self.kept.front().ok_or(damaged(at, "a commit is gone"))
    }

    fn fetch(&mut self, commit: u32, at: u64, before: Chain) -> Result<Kept, JournalError> {
        let mut outcomes = Vec::new();
        self.reader.read_again(at, before, &mut |entry| {
            if let Entry::Outcomes { job, rows } = entry {
                outcomes.extend(rows.into_iter().map(|row| (row, job.clone())));
            }
        })?;
        outcomes.sort_unstable_by_key(|(settled, _)| settled.row);
        Ok(Kept {
            commit,
            rows: outcomes,
        })
    }
}

/// A row's page and its place there.
fn place(row: u64) -> (u64, usize) {
    let page = PAGE as u64;
    (row / page, usize::try_from(row % page).unwrap_or_default())
}

/// Says which commit settles a row.
fn settle(pages: &mut BTreeMap<u64, Box<[u32]>>, row: u64, commit: u32) -> Result<(), Malformed> {
    let (page, slot) = place(row);
    let page = pages
        .entry(page)
        .or_insert_with(|| vec![0; PAGE].into_boxed_slice());
    match page.get_mut(slot) {
        Some(settled @ 0) => {
            *settled = commit;
            Ok(())
        }
        _ => Err(Malformed("a row is settled twice")),
    }
}
