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
mod named;
mod options;
pub(crate) mod person;
mod plan;
pub(crate) mod problem;
mod rows;
pub(crate) mod set;
mod source;

pub use error::ScanError;
pub use options::{BlankMeans, Duplicates, EmailChange, OnInvalid, ScanOptions};
pub use plan::{DuplicateExample, DuplicateSummary, Overwrites, Plan};
pub use problem::{Problem, Problems};
pub use source::FileSource;

pub(crate) use attribute::FieldKind;
pub(crate) use check::long;
pub(crate) use given::Given;
pub(crate) use problem::Fault;

use std::io;

use duplicates::{Fates, Keys};
use lines::Lines;
use named::NamedOrganizations;
use plan::Seen;
use rows::Rows;

use crate::InputIdentity;
use crate::account::{LookUpError, Organizations, unchecked};
use crate::input::{Encoding, Format, Input};
use crate::key::{email_form, external_id_form};
use crate::layout::Layout;
use crate::row_set::RowSet;

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
    /// The organizations that rows name, until the account is asked for them.
    organizations: Option<Organizations>,
    /// What was found, until it is known which organizations there are.
    undecided: Option<Undecided>,
}

/// What it takes to decide about rows of the same person.
#[derive(Debug)]
struct Undecided {
    keys: Keys,
    named: NamedOrganizations,
    /// How many rows are invalid, whatever the others say.
    invalid: u64,
    problems: Problems,
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
    /// Reads the input and checks every row, custom fields among them if [`ScanOptions::account`] is given. Blocks for as long
    /// as that takes: a million rows are read in a few seconds.
    ///
    /// # Errors
    ///
    /// If the input cannot be read, has no rows, its header cannot be used, or a row does not end within 1 MiB. Invalid
    /// rows are no error: they are in the [plan](Self::plan).
    pub fn read(input: Input, options: ScanOptions) -> Result<Self, ScanError> {
        let about = (input.name.clone(), input.format, input.encoding);
        let (rows, layout) = Rows::new(input, options)?;
        Self::check(rows, layout, about)
    }

    /// Checks every row.
    fn check(
        mut rows: Rows,
        layout: Layout,
        (name, format, encoding): (String, Format, Encoding),
    ) -> Result<Self, ScanError> {
        let mut pass = Pass::default();
        rows.only_check(true);
        while let Some(person) = rows.advance()? {
            pass.note(&rows, person)?;
        }
        if pass.count == 0 {
            return Err(ScanError::NoRows);
        }
        let overwrites = pass.seen.overwrites();
        let (attributes, ignored_columns) = match rows.columns() {
            Some(columns) => (columns.attribute_names(), columns.ignored.clone()),
            None => (pass.seen.into_names(), Vec::new()),
        };
        let options = rows.options();
        let account = options.account.as_deref();
        let plan = Plan {
            unchecked_fields: unchecked(account, &attributes),
            asked_account: account.is_some(),
            role: account.and_then(|account| account.role().cloned()),
            organizations: pass.organizations.as_ref().map(Organizations::summary),
            email_change: options.email_change,
            input: name,
            format,
            encoding,
            delimiter: layout.delimiter(),
            bytes: rows.bytes(),
            rows: pass.count.into(),
            valid: 0,
            invalid: 0,
            superseded: 0,
            batches: 0,
            attributes,
            ignored_columns,
            problems: Problems::default(),
            duplicates: DuplicateSummary::default(),
            overwrites,
            sends_welcome_mail: options.send_welcome_mail,
        };
        let mut scan = Self {
            rows,
            fates: Fates::default(),
            lines: pass.lines,
            plan,
            layout,
            organizations: pass.organizations,
            undecided: None,
        };
        let found = Undecided {
            keys: pass.keys,
            named: pass.named,
            invalid: pass.invalid,
            problems: pass.problems,
        };
        scan.decide(found);
        Ok(scan)
    }

    /// Decides about rows of the same person. What it was decided by stays if organizations may leave rows out.
    fn decide(&mut self, mut found: Undecided) {
        let again = self.organizations.is_some();
        let plan = &mut self.plan;
        plan.problems = found.problems.clone();
        let (fates, duplicates) = found.keys.decide(
            again,
            usize::try_from(plan.rows).unwrap_or(usize::MAX),
            self.rows.options().duplicates,
            &self.lines,
            &mut plan.problems,
        );
        plan.invalid = found.invalid + duplicates.invalid;
        plan.superseded = duplicates.superseded;
        plan.valid = plan.rows - plan.invalid - plan.superseded;
        plan.batches = plan::batches(plan.valid);
        plan.duplicates = duplicates;
        self.fates = fates;
        self.undecided = again.then_some(found);
    }

    /// What an import would do.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How the input is laid out, for the failed file.
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The organizations that rows name and that were not looked up; none if no row names one. To be asked for, and given
    /// back to [`with_organizations`](Self::with_organizations).
    ///
    /// Without it rows are sent with the organization's name, of which Zendesk makes what it will, and rows with an external
    /// id of an organization are not sent.
    pub const fn take_organizations(&mut self) -> Option<Organizations> {
        self.organizations.take()
    }

    /// Takes in which organization each row names, as far as the account has told. Rows whose organization is not there are
    /// invalid from here on. Nothing is read again. To be called once: a second answer would find rows decided.
    ///
    /// # Errors
    ///
    /// If the temporary file with the organizations' names cannot be read.
    pub fn with_organizations(mut self, mut known: Organizations) -> Result<Self, ScanError> {
        self.plan.organizations = Some(known.summary());
        if let Some(found) = self.undecided.take() {
            self.refuse(found, &mut known)
                .map_err(ScanError::Organizations)?;
        }
        self.rows.organizations = Some(known);
        Ok(self)
    }

    /// Refuses the rows whose organization is refused.
    fn refuse(&mut self, mut found: Undecided, known: &mut Organizations) -> io::Result<()> {
        let mut refused = RowSet::default();
        let mut first = Vec::new();
        for (row, naming) in found.named.iter() {
            let Some(fault) = known.refusal(naming) else {
                continue;
            };
            refused.insert(row.into());
            found.invalid += 1;
            found.problems.count(fault.code, 1);
            if first.len() < problem::KEPT {
                first.push((row, naming, fault));
            }
        }
        if first.is_empty() {
            return Ok(());
        }
        let namings: Vec<_> = first.iter().map(|(_, naming, _)| *naming).collect();
        let texts = known.texts_of(&namings)?;
        for (row, naming, fault) in first {
            let text = texts.iter().find(|(place, _)| *place == naming.place());
            let text = text.map_or("", |(_, text)| text);
            let problem = Problem::of_row(self.lines.line(row), fault).quoting(text);
            found.problems.keep_by_line(problem);
        }
        found.keys.leave_out(&refused);
        self.decide(found);
        Ok(())
    }

    /// Creates the organizations that were looked up to be created, and gives how many it were; see
    /// [`Organizations::look_up`]. To be called before [`into_source`](Self::into_source).
    ///
    /// Each is looked for once more before, so nothing is created twice.
    ///
    /// # Errors
    ///
    /// If the account refuses, or cannot be asked. What was created before stays, and is found by a later look.
    ///
    /// # Cancel safety
    ///
    /// Dropped in the middle it may leave some created; they are found by a later look.
    pub async fn create_organizations(
        &mut self,
        client: &zd_users::Client,
    ) -> Result<u64, LookUpError> {
        match &mut self.rows.organizations {
            Some(known) => known.create_missing(client).await,
            None => Ok(0),
        }
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
    organizations: Option<Organizations>,
    named: NamedOrganizations,
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
            organizations: None,
            named: NamedOrganizations::default(),
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
        self.seen.note(&person, rows.options().match_by);
        if let Some(named) = person.organization() {
            let organizations = self.organizations.get_or_insert_with(Organizations::new);
            let naming = organizations
                .note(named)
                .map_err(ScanError::Organizations)?;
            self.named
                .note(number, naming.ok_or(ScanError::TooManyRows)?);
        }
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
