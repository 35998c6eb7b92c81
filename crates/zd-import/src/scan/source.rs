//! The second pass: checked rows, ready to be sent.

use bytes::Bytes;

use super::Unsound;
use super::duplicates::{Fates, Verdict};
use super::lines::Lines;
use super::options::OnInvalid;
use super::problem::Problem;
use super::rows::Rows;
use crate::input::{ReadError, RecordError};
use crate::{
    InputIdentity, Key, Outcome, Row, RowError, RowSource, SourceError, SourceItem, Status,
};

/// The rows of a file that was checked; the second pass over it.
///
/// Every byte is compared with what the check saw before a row made of it is handed out.
#[derive(Debug)]
pub struct FileSource {
    rows: Rows,
    expected: u64,
    fates: Fates,
    lines: Lines,
    number: u32,
    group: usize,
    settled: usize,
    rewound: bool,
    failed: Option<&'static str>,
}

impl FileSource {
    pub(crate) fn new(
        rows: Rows,
        expected: u64,
        fates: Fates,
        lines: Lines,
        invalid: u64,
    ) -> Result<Self, Unsound> {
        if invalid > 0 && rows.options().on_invalid == OnInvalid::Stop {
            return Err(Unsound { invalid });
        }
        let mut rows = rows;
        rows.only_check(false);
        Ok(Self {
            rows,
            expected,
            fates,
            lines,
            number: 0,
            group: 0,
            settled: 0,
            rewound: false,
            failed: None,
        })
    }

    /// Moves to the next row, of which the number comes back; none at the end.
    fn step(&mut self) -> Result<Option<u32>, SourceError> {
        if !self.rewound {
            self.rows.rewind().map_err(gone)?;
            self.rewound = true;
        }
        if !self.rows.step().map_err(gone)? {
            if u64::from(self.number) != self.expected {
                return Err(SourceError::Changed("it has another number of rows"));
            }
            return Ok(None);
        }
        let number = self.number;
        self.number += 1;
        Ok(Some(number))
    }

    /// What the row in view is.
    fn item(&mut self, number: u32) -> SourceItem {
        let person = self.rows.person();
        let raw = Bytes::copy_from_slice(self.rows.raw());
        let person_needs_looking_up = person.needs_looking_up();
        let mut row = Row::boxed(number.into(), self.rows.line(), person.user, raw);
        if let Some(problem) = person.problems.first() {
            let error = invalid(problem, person.problems.len());
            return self.settle(&row, Status::Invalid, error);
        }
        if person_needs_looking_up {
            let error = not_looked_up();
            return self.settle(&row, Status::Invalid, error);
        }
        if let Some((_, other, verdict)) =
            take(&self.fates.settled, &mut self.settled, number, |fate| {
                fate.0
            })
        {
            let fault = verdict.fault(self.lines.line(*other));
            let status = match verdict {
                Verdict::Superseded => Status::Unchanged,
                _ => Status::Invalid,
            };
            let error = RowError::new(fault.code, fault.message, false);
            return self.settle(&row, status, error);
        }
        let group = take(&self.fates.groups, &mut self.group, number, |fate| fate.0);
        row.group = group.map(|(_, group)| *group);
        SourceItem::Row(row)
    }

    /// Remembers that nothing can be read any more.
    fn remembering<T>(&mut self, read: Result<T, SourceError>) -> Result<T, SourceError> {
        match &read {
            Err(SourceError::Changed(why)) => self.failed = Some(why),
            Err(_) => self.failed = Some("it could not be read to its end"),
            Ok(_) => {}
        }
        read
    }

    fn settle(&self, row: &Row, status: Status, error: RowError) -> SourceItem {
        let mut outcome = Outcome::keyless(row, status).because(error);
        outcome.key = Key::shown(&row.user, self.rows.options().match_by);
        // Also of a row that gave way: it is told without being asked for again.
        outcome.raw = Some(row.raw.clone());
        SourceItem::Settled(outcome)
    }
}

impl RowSource for FileSource {
    fn next_row(&mut self) -> Result<Option<SourceItem>, SourceError> {
        let wanted = self.next_if(&mut |_, _| true)?;
        Ok(wanted.flatten())
    }

    fn next_if(
        &mut self,
        wanted: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Option<Option<SourceItem>>, SourceError> {
        if let Some(why) = self.failed {
            return Err(SourceError::Changed(why));
        }
        let next = self.step();
        let Some(number) = self.remembering(next)? else {
            return Ok(None);
        };
        if wanted(number.into(), self.rows.line()) {
            return Ok(Some(Some(self.item(number))));
        }
        Ok(Some(None))
    }

    fn identity(&self) -> Option<InputIdentity> {
        self.rows.identity()
    }

    fn rewind(&mut self) -> Result<(), SourceError> {
        (self.number, self.group, self.settled) = (0, 0, 0);
        self.rewound = false;
        Ok(())
    }
}

/// The entry for this row in a list in the order of rows, of which `next` is the first that is not passed.
fn take<'a, T>(
    list: &'a [T],
    next: &mut usize,
    number: u32,
    row_of: impl Fn(&T) -> u32,
) -> Option<&'a T> {
    while let Some(entry) = list.get(*next)
        && row_of(entry) < number
    {
        *next += 1;
    }
    list.get(*next).filter(|entry| row_of(entry) == number)
}

fn gone(error: RecordError) -> SourceError {
    match error {
        RecordError::Read(ReadError::Io(error)) => SourceError::Read(error),
        RecordError::Read(ReadError::Changed(what)) => SourceError::Changed(what),
        RecordError::Read(ReadError::Archive(_)) | RecordError::Archive { .. } => {
            SourceError::Changed("it cannot be unpacked any more")
        }
        RecordError::OpenQuote { .. } | RecordError::TooLong { .. } | RecordError::Array { .. } => {
            SourceError::Changed("its rows are others")
        }
    }
}

/// Zendesk takes an organization's id or name; an external id is for zd to look up.
fn not_looked_up() -> RowError {
    let message = "which organization has this external id was not looked up";
    RowError::new("organization_not_looked_up", message, false)
}

/// Why a row is invalid: its first problem, and how many more there are.
fn invalid(problem: &Problem, count: usize) -> RowError {
    let mut message = String::new();
    if let Some(name) = &problem.column_name {
        message.push_str(name);
        message.push_str(": ");
    }
    message.push_str(&problem.message);
    if let Some(quote) = &problem.quote {
        message.push_str(&format!(" (\"{}\")", quote.escape_debug()));
    }
    if count > 1 {
        message.push_str(&format!("; and {} more", count - 1));
    }
    RowError::new(problem.code, message, false)
}
