//! One of the files that a run leaves.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::place::{Finished, Place, Stamp, Tally};
use super::{ResultsError, RowFilter, Told, Written};
use crate::{Layout, Outcome, OutcomeLog};

/// How much is held before it is written.
const BUFFER: usize = 64 * 1024;

/// A file that is wanted: which rows, in which form, and where.
#[derive(Debug)]
pub struct ResultFile {
    to: To,
    form: Form,
    rows: RowFilter,
    own: Option<Stamp>,
}

enum To {
    Path(PathBuf),
    Writer(Box<dyn Write + Send>),
}

impl std::fmt::Debug for To {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path(path) => path.fmt(formatter),
            Self::Writer(_) => formatter.write_str("a writer"),
        }
    }
}

/// How a row is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The user's own bytes.
    Own,
    /// The same with what became of the row.
    Told,
    /// A line of JSON about the row.
    Outcome,
}

impl ResultFile {
    const fn new(path: PathBuf, form: Form, rows: RowFilter) -> Self {
        Self {
            to: To::Path(path),
            form,
            rows,
            own: None,
        }
    }

    /// The rows that were not applied, as the user wrote them and with what became of them in columns `zd_*`, or in the
    /// member `_zd`: the same as a [`FailedFile`](crate::FailedFile).
    pub fn failed(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), Form::Told, RowFilter::NOT_APPLIED)
    }

    /// The rows that were applied, likewise.
    pub fn success(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), Form::Told, RowFilter::APPLIED)
    }

    /// The rows without an outcome, as the user wrote them; without what an earlier import had added.
    pub fn unprocessed(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), Form::Own, RowFilter::UNPROCESSED)
    }

    /// A line of JSON for each row that has an outcome: what an [`OutcomeLog`] writes, in the order of the input.
    pub fn outcomes(path: impl Into<PathBuf>) -> Self {
        Self::new(path.into(), Form::Outcome, RowFilter::SETTLED)
    }

    /// Writes these rows instead.
    #[must_use]
    pub const fn rows(mut self, rows: RowFilter) -> Self {
        self.rows = rows;
        self
    }

    /// Writes to this as it goes instead of to a file; the header of CSV also if there are no rows. After an error it has
    /// only a part.
    #[must_use]
    pub fn to_writer(mut self, writer: impl Write + Send + 'static) -> Self {
        self.to = To::Writer(Box::new(writer));
        self
    }

    /// Says that the run itself has left a file there, and what that was known by. If there are no such rows any more it is
    /// removed, unless somebody has changed it since: what it asks for is done, and whoever imported it again would repeat
    /// it. Any other file is left alone if there are no rows.
    #[must_use]
    pub fn own(mut self, stamp: Option<Stamp>) -> Self {
        self.own = stamp;
        self
    }

    /// Finds out, before anything else is done, whether the file could be made. Leaves nothing behind.
    ///
    /// # Errors
    ///
    /// If the path is a directory, or no file can be made beside it.
    pub fn check(&self) -> io::Result<()> {
        match &self.to {
            To::Path(path) => Place::check(path),
            To::Writer(_) => Ok(()),
        }
    }

    pub(super) fn open(self, layout: &Layout) -> Result<Open, ResultsError> {
        let (path, place) = match self.to {
            To::Path(path) => {
                let place = Place::prepare(&path, self.own).map_err(|source| {
                    let path = Some(path.clone());
                    ResultsError::Write { path, source }
                })?;
                (Some(path), place)
            }
            To::Writer(writer) => (None, Place::Writer(writer)),
        };
        let mut open = Open {
            text: Vec::with_capacity(BUFFER),
            tally: Tally::default(),
            rows: 0,
            path,
            form: self.form,
            filter: self.rows,
            place,
        };
        open.text = match self.form {
            Form::Own => layout.begin_plain(),
            Form::Told => layout.begin(),
            Form::Outcome => Vec::new(),
        };
        Ok(open)
    }
}

/// A file that is being written.
pub(super) struct Open {
    /// What is not written yet.
    text: Vec<u8>,
    tally: Tally,
    rows: u64,
    path: Option<PathBuf>,
    form: Form,
    filter: RowFilter,
    place: Place,
}

impl Open {
    /// Whether a row with this outcome, or without one, is wanted here.
    pub(super) fn wants(&self, outcome: Option<&Outcome>) -> bool {
        self.filter.wants(outcome)
    }

    /// Writes the row, if it is wanted here.
    pub(super) fn take(&mut self, layout: &Layout, told: &Told) -> Result<(), ResultsError> {
        if !self.wants(told.outcome.as_ref()) {
            return Ok(());
        }
        self.rows += 1;
        let text = match (self.form, &told.outcome) {
            (Form::Own, _) => layout.plain(&told.raw),
            (Form::Told, Some(outcome)) => layout.row(&told.raw, outcome),
            (Form::Told, None) => layout.unprocessed(&told.raw, told.line),
            (Form::Outcome, outcome) => {
                let mut log = OutcomeLog::new(Vec::new());
                let logged = match outcome {
                    Some(outcome) => log.record(outcome),
                    None => log.unprocessed(told.line, told.key.as_deref()),
                };
                logged.map_err(|source| unwritten(self.path.as_deref(), source))?;
                log.into_inner()
            }
        };
        self.text.extend_from_slice(&text);
        if self.text.len() >= BUFFER {
            self.write()?;
        }
        Ok(())
    }

    fn write(&mut self) -> Result<(), ResultsError> {
        self.tally.count(&self.text);
        self.place
            .write(&self.text)
            .map_err(|source| unwritten(self.path.as_deref(), source))?;
        self.text.clear();
        Ok(())
    }

    /// Makes what was written durable, and leaves only its name to be given.
    pub(super) fn finish(mut self) -> Result<Named, ResultsError> {
        self.write()?;
        let Self {
            tally,
            rows,
            path,
            place,
            ..
        } = self;
        let finished = place
            .finish(rows)
            .map_err(|source| unwritten(path.as_deref(), source))?;
        Ok(Named {
            finished,
            path,
            rows,
            stamp: tally.stamp(),
        })
    }
}

/// A file that is whole.
pub(super) struct Named {
    finished: Finished,
    path: Option<PathBuf>,
    rows: u64,
    stamp: Stamp,
}

impl Named {
    /// Puts it in its place.
    pub(super) fn place(self) -> Result<Written, ResultsError> {
        let Self {
            finished,
            path,
            rows,
            stamp,
        } = self;
        let kept = matches!(finished, Finished::File { .. });
        let removed = finished
            .place()
            .map_err(|source| unwritten(path.as_deref(), source))?;
        Ok(Written {
            rows,
            path: path.filter(|_| rows > 0),
            stamp: kept.then_some(stamp),
            removed,
        })
    }
}

fn unwritten(path: Option<&Path>, source: io::Error) -> ResultsError {
    let path = path.map(Path::to_owned);
    ResultsError::Write { path, source }
}
