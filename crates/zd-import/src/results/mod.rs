//! The files that a run leaves, made anew from its journal and its input.
//!
//! ```text
//! input ──► row ──┐
//!                 ├──► who selects it? ──► failed, success, unprocessed, outcomes, …
//! journal ► fate ─┘
//! ```
//!
//! One pass over the input in its order, whatever the order in which outcomes became known; so each row is in a file
//! once, and what is held does not grow with the input.

mod error;
mod file;
mod filter;
mod place;
mod reasons;

pub use error::ResultsError;
pub use file::ResultFile;
pub use filter::RowFilter;
pub use place::Stamp;
pub use reasons::{ReasonCount, ReasonCounts};

use std::path::PathBuf;

use bytes::Bytes;

use crate::journal::{Disk, InputIdentity, OutcomeIndex};
use crate::{Counts, Key, Layout, Match, Outcome, RowSource, SourceItem};
use file::Open;

/// Makes the files that a run leaves: of rows that failed, that were applied, that were not processed, of outcomes.
///
/// Each file appears whole under its name or not at all, readable by this user only, and none appears before all of them
/// could be written.
#[derive(Debug)]
pub struct ResultFiles {
    layout: Layout,
    match_by: Match,
    files: Vec<ResultFile>,
}

/// What was written.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ResultsWritten {
    /// The files, in the order in which they were added.
    pub files: Vec<Written>,
    /// Rows by what became of them.
    pub counts: Counts,
    /// Rows without an outcome.
    pub unprocessed: u64,
    /// Why rows were not applied.
    pub reasons: ReasonCounts,
}

/// What became of a file that was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The rows in it.
    pub rows: u64,
    /// Where it is; none if it has no rows, so that there is no file, or if it went to a writer.
    pub path: Option<PathBuf>,
    /// What it is known by, to find out later whether it is still as it was written; none of a device or a pipe.
    pub stamp: Option<Stamp>,
    /// Whether one that an earlier end of the run had left was removed, because there are no such rows any more.
    pub removed: bool,
}

/// A row, and what became of it.
pub(crate) struct Told {
    line: u64,
    key: Option<String>,
    raw: Bytes,
    /// None: it has no outcome.
    outcome: Option<Outcome>,
}

impl ResultFiles {
    /// Files of rows laid out like this.
    pub const fn new(layout: Layout) -> Self {
        Self {
            layout,
            match_by: Match::Auto,
            files: Vec::new(),
        }
    }

    /// By which key the run knows people; outcomes name it.
    #[must_use]
    pub const fn match_by(mut self, match_by: Match) -> Self {
        self.match_by = match_by;
        self
    }

    /// Asks for one more file.
    #[must_use]
    pub fn with(mut self, file: ResultFile) -> Self {
        self.files.push(file);
        self
    }

    /// Reads the input from its beginning and writes all files. Blocks for as long as the disk takes.
    ///
    /// # Errors
    ///
    /// If the input is not the one that the journal is about, either cannot be read, or a file cannot be written. Then no
    /// file is changed, unless it was the last step of one of them that failed; what went to a writer or a pipe stays
    /// there.
    pub fn write<D: Disk>(
        self,
        index: &mut OutcomeIndex<D>,
        source: &mut dyn RowSource,
    ) -> Result<ResultsWritten, ResultsError> {
        let recorded = index.began().and_then(|began| began.input.as_ref());
        check_identity(recorded, source.identity().as_ref())?;
        let layout = &self.layout;
        let mut files = self
            .files
            .into_iter()
            .map(|file| file.open(layout))
            .collect::<Result<Vec<Open>, ResultsError>>()?;
        let mut written = ResultsWritten::default();
        let mut next = 0;
        loop {
            let mut fate = Ok(None);
            let item = source.next_if(&mut |number, line| {
                fate = fate_of(index, number, line, &mut next);
                let outcome = fate.as_ref().map(Option::as_ref);
                outcome.is_ok_and(|outcome| files.iter().any(|file| file.wants(outcome)))
            })?;
            let Some(item) = item else { break };
            let outcome = fate?;
            match &outcome {
                Some(outcome) => {
                    written.counts.count(outcome.status);
                    written.reasons.count(outcome);
                }
                None => written.unprocessed += 1,
            }
            if let Some(item) = item {
                let told = tell(item, outcome, self.match_by);
                for file in &mut files {
                    file.take(layout, &told)?;
                }
            }
        }
        check_rows(index, next, &written)?;
        let finished = files
            .into_iter()
            .map(Open::finish)
            .collect::<Result<Vec<_>, _>>()?;
        for file in finished {
            written.files.push(file.place()?);
        }
        Ok(written)
    }
}

/// What the journal says of the row of this number and line.
fn fate_of<D: Disk>(
    index: &mut OutcomeIndex<D>,
    number: u64,
    line: u64,
    next: &mut u64,
) -> Result<Option<Outcome>, ResultsError> {
    // Rows may have gaps between their numbers, but then in the journal as well.
    let skips = number > *next && index.next_settled(*next).is_some_and(|row| row < number);
    if number < *next || skips {
        return Err(ResultsError::OtherRows {
            row: *next,
            what: "the journal has a row that the input does not have",
        });
    }
    *next = number + 1;
    match index.get(number)? {
        Some((settled, _)) if settled.line != line => Err(ResultsError::OtherRows {
            row: number,
            what: "the journal has it on another line",
        }),
        Some((settled, job)) => Ok(Some(Outcome::from_journal(settled, job))),
        None => Ok(None),
    }
}

/// Joins a row of the input with what became of it.
fn tell(item: SourceItem, mut outcome: Option<Outcome>, match_by: Match) -> Told {
    let (line, key, raw) = match item {
        SourceItem::Row(row) => {
            let key = Key::shown(&row.user, match_by);
            let key = key.or_else(|| Key::shown(&row.user, Match::Auto));
            (row.line, key, row.raw)
        }
        SourceItem::Settled(outcome) => {
            (outcome.line, outcome.key, outcome.raw.unwrap_or_default())
        }
    };
    if let Some(outcome) = &mut outcome {
        outcome.key.clone_from(&key);
    }
    Told {
        line,
        key,
        raw,
        outcome,
    }
}

fn check_identity(
    recorded: Option<&InputIdentity>,
    found: Option<&InputIdentity>,
) -> Result<(), ResultsError> {
    match (recorded, found) {
        (Some(recorded), Some(found))
            if (recorded.bytes, &recorded.digest) != (found.bytes, &found.digest) =>
        {
            Err(ResultsError::OtherInput {
                recorded: Box::new(recorded.clone()),
                found: Box::new(found.clone()),
            })
        }
        _ => Ok(()),
    }
}

/// At the end of the input there is nothing left in the journal, and nothing is missing in it that it says it has.
fn check_rows<D: Disk>(
    index: &OutcomeIndex<D>,
    next: u64,
    written: &ResultsWritten,
) -> Result<(), ResultsError> {
    if let Some(row) = index.next_settled(next) {
        return Err(ResultsError::OtherRows {
            row,
            what: "the journal has a row that the input does not have",
        });
    }
    let rows = written.counts.rows + written.unprocessed;
    let expected = index.began().and_then(|began| began.rows);
    if expected.is_some_and(|expected| expected != rows) {
        return Err(ResultsError::OtherRows {
            row: rows,
            what: "the run was begun with another number of rows",
        });
    }
    if written.unprocessed > 0 && index.ended().last().is_some_and(|ended| ended.finished) {
        return Err(ResultsError::OtherRows {
            row: rows,
            what: "the run is finished, and the input has rows that the journal does not have",
        });
    }
    Ok(())
}
