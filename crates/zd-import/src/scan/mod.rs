//! The first pass: everything is checked, nothing is sent.

pub(crate) mod attribute;
pub(crate) mod check;
pub(crate) mod columns;
mod csv_row;
mod duplicates;
mod error;
pub(crate) mod given;
mod json_row;
mod keys;
mod lines;
mod options;
pub(crate) mod person;
mod plan;
pub(crate) mod problem;
mod rows;
pub(crate) mod set;
mod source;

pub use error::ScanError;
pub use options::{BlankMeans, Duplicates, OnInvalid, ScanOptions};
pub use plan::{DuplicateExample, DuplicateSummary, Overwrites, Plan};
pub use problem::{Problem, Problems};
pub use source::FileSource;

use duplicates::{Fates, Keys};
use lines::Lines;
use plan::Seen;
use rows::Rows;

use crate::InputIdentity;
use crate::input::Input;
use crate::key::{email_form, external_id_form};
use crate::layout::Layout;

/// An input that was read once, from beginning to end: what is wrong with it, and what an import of it would do.
///
/// Besides a few hundred KiB it holds the keys only, at most 30 bytes each and less once the reading is done: rows about
/// the same person are found without a second look at the input.
#[derive(Debug)]
pub struct Scan {
    rows: Rows,
    fates: Fates,
    lines: Lines,
    plan: Plan,
    layout: Layout,
}

/// An input with invalid rows, of which the options want nothing sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{invalid} invalid rows, so nothing is sent")]
#[non_exhaustive]
pub struct Unsound {
    /// How many rows are invalid.
    pub invalid: u64,
}

impl Scan {
    /// Reads the input and checks every row. Blocks for as long as that takes: a million rows are read in a few seconds.
    ///
    /// # Errors
    ///
    /// If the input cannot be read, has no rows, its header cannot be used, or a row does not end within 1 MiB. Invalid
    /// rows are no error: they are in the [plan](Self::plan).
    pub fn read(input: Input, options: ScanOptions) -> Result<Self, ScanError> {
        let (name, format, encoding) = (input.name.clone(), input.format, input.encoding);
        let (mut rows, layout) = Rows::new(input, options)?;
        let mut pass = Pass::default();
        while let Some(person) = rows.advance()? {
            pass.note(&rows, person)?;
        }
        if pass.count == 0 {
            return Err(ScanError::NoRows);
        }
        let count = pass.count as usize;
        let (fates, duplicates) = pass.keys.decide(
            count,
            rows.options().duplicates,
            &pass.lines,
            &mut pass.problems,
        );
        let invalid = pass.invalid + duplicates.invalid;
        let total = u64::from(pass.count);
        let valid = total - invalid - duplicates.superseded;
        let overwrites = pass.seen.overwrites();
        let (attributes, ignored_columns) = match rows.columns() {
            Some(columns) => (columns.attribute_names(), columns.ignored.clone()),
            None => (pass.seen.into_names(), Vec::new()),
        };
        let plan = Plan {
            input: name,
            format,
            encoding,
            delimiter: layout.delimiter(),
            bytes: rows.bytes(),
            rows: total,
            valid,
            invalid,
            superseded: duplicates.superseded,
            batches: plan::batches(valid),
            attributes,
            ignored_columns,
            problems: pass.problems,
            duplicates,
            overwrites,
            sends_welcome_mail: rows.options().send_welcome_mail,
        };
        Ok(Self {
            rows,
            fates,
            lines: pass.lines,
            plan,
            layout,
        })
    }

    /// What an import would do.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How the input is laid out, for the failed file.
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What the input is known by, so that a later run can see that it is the same.
    pub fn identity(&self) -> Option<InputIdentity> {
        self.rows.identity()
    }

    /// Whether the options allow anything to be sent.
    pub fn is_sound(&self) -> bool {
        self.plan.invalid == 0 || self.rows.options().on_invalid == OnInvalid::Skip
    }

    /// The rows, for the import: the input is read a second time.
    ///
    /// # Errors
    ///
    /// If rows are invalid and the options say that nothing is sent then.
    pub fn into_source(self) -> Result<FileSource, Unsound> {
        FileSource::new(
            self.rows,
            self.plan.rows,
            self.fates,
            self.lines,
            self.plan.invalid,
        )
    }
}

/// What the first pass collects.
#[derive(Debug)]
struct Pass {
    count: u32,
    invalid: u64,
    keys: Keys,
    lines: Lines,
    problems: Problems,
    seen: Seen,
}

impl Default for Pass {
    fn default() -> Self {
        Self {
            count: 0,
            invalid: 0,
            keys: Keys::new(),
            lines: Lines::default(),
            problems: Problems::default(),
            seen: Seen::default(),
        }
    }
}

impl Pass {
    fn note(&mut self, rows: &Rows, person: person::Person) -> Result<(), ScanError> {
        let number = self.count;
        self.count = number.checked_add(1).ok_or(ScanError::TooManyRows)?;
        self.lines.note(number, rows.line());
        if !person.problems.is_empty() {
            self.invalid += 1;
            for problem in person.problems {
                self.problems.add(problem);
            }
            return Ok(());
        }
        self.seen.note(&person);
        if rows.columns().is_none() {
            self.seen.note_names(&person.user);
        }
        let user = &person.user;
        if let Some(id) = user.external_id.value() {
            let form = external_id_form(id.as_str());
            self.keys.external_ids.insert(&form, number);
        }
        if let Some(email) = &user.email {
            self.keys.emails.insert(&email_form(email), number);
        }
        if let Some(id) = user.id {
            self.keys.ids.insert(&id.to_string(), number);
        }
        Ok(())
    }
}
