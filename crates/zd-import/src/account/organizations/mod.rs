//! The organizations that rows name, and which they are in the account.

mod create;
mod look_up;
mod table;
mod texts;

use std::io;
use std::num::NonZeroU32;

use serde::Serialize;
use zd_model::OrganizationId;

use crate::scan::Fault;
use table::{Fate, Table};
use texts::Texts;

/// How a row names its organization: by name, by the account's own id for it, or by both. Then the id finds it, and the
/// name is for creating it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OrganizationRef {
    pub(crate) name: Option<String>,
    pub(crate) external_id: Option<String>,
}

/// The different organizations that the rows of an input name, and what the account says of each.
///
/// A scan collects them ([`Scan::take_organizations`](crate::Scan::take_organizations)), [`look_up`](Self::look_up) asks the
/// account, and [`Scan::with_organizations`](crate::Scan::with_organizations) checks every row with the answers. Names are
/// the same but for case and blanks around them, and so are external ids.
///
/// In memory are about 35 bytes for each, however often it is named; the texts are in a temporary file.
#[derive(Debug)]
pub struct Organizations {
    table: Table,
    texts: Texts,
    creates: bool,
    looked_up: bool,
}

/// How many different organizations the rows name, and what becomes of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrganizationSummary {
    /// How many.
    pub named: u64,
    /// Whether the account was asked for them; until then the counts below are zero.
    pub looked_up: bool,
    /// How many are there.
    pub found: u64,
    /// How many are not there and will be created.
    pub to_create: u64,
    /// How many are not there, so that their rows are invalid.
    pub missing: u64,
    /// How many could be several: of the same name, or of a name that an organization with another external id has.
    pub ambiguous: u64,
}

/// Why organizations could not be looked up or created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookUpError {
    /// The temporary file with their names could not be read.
    #[error("the temporary file of organizations could not be read")]
    Texts(#[source] io::Error),
    /// The account could not be asked, or refused.
    #[error(transparent)]
    Call(#[from] zd_users::Error),
}

impl LookUpError {
    const fn texts(error: io::Error) -> Self {
        Self::Texts(error)
    }
}

/// What a row's organization is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    Id(OrganizationId),
    /// It will be created.
    Later,
    /// It is not there.
    Refused(Fault),
}

/// Which organization a row names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Naming(NonZeroU32);

impl Naming {
    fn new(place: u32) -> Option<Self> {
        NonZeroU32::new(place.wrapping_add(1)).map(Self)
    }

    pub(crate) const fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// How an organization is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum By {
    Name,
    ExternalId,
}

impl OrganizationRef {
    pub(crate) const fn is_empty(&self) -> bool {
        self.name.is_none() && self.external_id.is_none()
    }

    /// The text that finds it.
    fn key(&self) -> (By, &str) {
        match (&self.external_id, &self.name) {
            (Some(id), _) => (By::ExternalId, id),
            (None, name) => (By::Name, name.as_deref().unwrap_or_default()),
        }
    }

    /// The text that finds it, to be quoted.
    pub(crate) fn text(&self) -> &str {
        self.key().1
    }
}

impl Organizations {
    pub(crate) fn new() -> Self {
        Self {
            table: Table::new(),
            texts: Texts::new(),
            creates: false,
            looked_up: false,
        }
    }

    /// Notes that a row names this organization. None: there are more than rows can be.
    pub(crate) fn note(&mut self, named: &OrganizationRef) -> io::Result<Option<Naming>> {
        let (by, text) = named.key();
        let Some((place, added)) = self.table.insert(by, text) else {
            return Ok(None);
        };
        let is_new_name = named.name.is_some() && self.table.name(place as usize);
        if added || is_new_name {
            self.texts.push(place, named)?;
        }
        Ok(Naming::new(place))
    }

    /// What this organization is, as far as the account was asked.
    pub(crate) fn join(&self, named: &OrganizationRef) -> Joined {
        let (by, text) = named.key();
        match self.table.find(by, text) {
            Some(place) => self.joined(place),
            None => not_looked_up(),
        }
    }

    /// Why rows are refused that name this organization, if they are.
    pub(crate) fn refusal(&self, naming: Naming) -> Option<Fault> {
        match self.joined(naming.place()) {
            Joined::Refused(fault) => Some(fault),
            Joined::Id(_) | Joined::Later => None,
        }
    }

    /// What finds the organizations that are named like this, in the order of their places.
    pub(crate) fn texts_of(&mut self, namings: &[Naming]) -> io::Result<Vec<(usize, String)>> {
        let is_one = |place: usize| namings.iter().any(|naming| naming.place() == place);
        let mut from = texts::Place::default();
        // Each may be there twice.
        let most = 2 * namings.len();
        let found = self.texts.read(&mut from, most, |place, _| is_one(place))?;
        let found = found.into_iter();
        Ok(found
            .map(|(place, named)| (place, named.text().to_owned()))
            .collect())
    }

    fn joined(&self, place: usize) -> Joined {
        let what = match self.table.by(place) {
            By::Name => "name",
            By::ExternalId => "external id",
        };
        let refused = |code, message: String| Joined::Refused(Fault::new(code, message));
        match self.table.at(place) {
            Fate::Found(id) => Joined::Id(id),
            Fate::Missing if self.creates && self.table.has_name(place) => Joined::Later,
            Fate::Missing if self.creates => refused(
                "organization_not_found",
                "no organization has this external id, and no row has an organization.name to create it by"
                    .to_owned(),
            ),
            Fate::Missing => refused(
                "organization_not_found",
                format!("no organization has this {what}; --create-organizations creates it"),
            ),
            Fate::Ambiguous => refused(
                "organization_ambiguous",
                format!("several organizations have this {what}; give organization_id"),
            ),
            Fate::NameTaken => refused(
                "organization_name_taken",
                "no organization has this external id, and its name belongs to another organization"
                    .to_owned(),
            ),
            Fate::Unknown => not_looked_up(),
        }
    }

    /// How many there are, and what becomes of them.
    pub fn summary(&self) -> OrganizationSummary {
        let mut summary = OrganizationSummary {
            looked_up: self.looked_up,
            ..OrganizationSummary::default()
        };
        for (fate, has_name) in self.table.fates() {
            summary.named += 1;
            match fate {
                Fate::Unknown => {}
                Fate::Found(_) => summary.found += 1,
                Fate::Missing if self.creates && has_name => summary.to_create += 1,
                Fate::Missing => summary.missing += 1,
                Fate::Ambiguous | Fate::NameTaken => summary.ambiguous += 1,
            }
        }
        summary
    }
}

fn not_looked_up() -> Joined {
    Joined::Refused(Fault::new(
        "organization_not_looked_up",
        "which organization this is was not looked up",
    ))
}
