//! A row's values put together into the person that is sent, with everything that is wrong.

use zd_model::{Nullable, UserInput};

use super::attribute::{Attribute, PlainSet};
use super::given::Given;
use super::options::{BlankMeans, ScanOptions};
use super::problem::{Fault, Problem};
use super::set::{EXTERNAL_ID, field, set};
use crate::account::{Joined, OrganizationRef, Organizations};
use crate::{Key, Match};

/// A row's values put together.
#[derive(Debug)]
pub(crate) struct Person {
    line: u64,
    pub(crate) user: Box<UserInput>,
    pub(crate) problems: Vec<Problem>,
    /// Whether the values of custom fields are kept once they are checked.
    pub(crate) keeps_fields: bool,
    attributes: PlainSet,
    clears: bool,
    organization: OrganizationRef,
}

/// Where a value stands, to be told if it is wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) column: u64,
    pub(crate) name: &'a str,
    /// The value as it stands in the input.
    pub(crate) text: &'a str,
}

impl Person {
    pub(crate) fn new(line: u64) -> Self {
        Self {
            line,
            user: Box::default(),
            problems: Vec::new(),
            keeps_fields: true,
            attributes: PlainSet::default(),
            clears: false,
            organization: OrganizationRef::default(),
        }
    }

    /// Which plain attributes the row sets or clears.
    pub(crate) const fn attributes(&self) -> PlainSet {
        self.attributes
    }

    /// Whether the row clears anything.
    pub(crate) const fn clears(&self) -> bool {
        self.clears
    }

    /// The organization that the row names, if it names one.
    pub(crate) fn organization(&self) -> Option<&OrganizationRef> {
        Some(&self.organization).filter(|named| !named.is_empty())
    }

    /// Whether the row names an organization in a way that means nothing to Zendesk, and that was not looked up.
    pub(crate) fn needs_looking_up(&self) -> bool {
        self.organization.external_id.is_some() && !self.user.organization_id.is_value()
    }

    /// Puts the organization's id in the place of what names it.
    pub(crate) fn join(&mut self, known: &Organizations) {
        let Some(named) = self.organization() else {
            return;
        };
        match known.join(named) {
            Joined::Id(id) => {
                self.user.organization = Nullable::Absent;
                self.user.organization_id = Nullable::Value(id);
            }
            Joined::Later => {}
            Joined::Refused(fault) => {
                let problem = Problem::of_row(self.line, fault).quoting(named.text());
                self.problems.push(problem);
            }
        }
    }

    /// A row of which nothing could be read.
    pub(crate) fn unreadable(line: u64, problem: Problem) -> Self {
        let mut person = Self::new(line);
        person.problems.push(problem);
        person
    }

    /// Notes something wrong with the row as a whole.
    pub(crate) fn fault(&mut self, fault: Fault) {
        self.problems.push(Problem::of_row(self.line, fault));
    }

    /// Notes something wrong with a value.
    pub(crate) fn fault_at(&mut self, place: Place<'_>, fault: Fault) {
        let problem = Problem::of_row(self.line, fault).at(place.column, place.name);
        // In quotes, as it stands, it would be quoted twice.
        let inner = place.text.strip_prefix('"');
        let inner = inner.and_then(|text| text.strip_suffix('"'));
        self.problems
            .push(problem.quoting(inner.unwrap_or(place.text)));
    }

    /// Takes a value.
    pub(crate) fn set(
        &mut self,
        attribute: &Attribute,
        given: Given<'_>,
        place: Place<'_>,
        options: &ScanOptions,
    ) {
        let given = match (given.is_blank(), options.blank) {
            (true, BlankMeans::Null) if attribute.is_cleared_by_blank() => Given::Null,
            (true, _) => return,
            (false, _) => given,
        };
        self.clears |= given == Given::Null;
        if let Attribute::Plain(plain) = attribute {
            self.attributes.insert(*plain);
        }
        let account = options.account.as_deref();
        let allow = options.allow_role_change;
        let set = match attribute {
            Attribute::UserField { key, kind } if !self.keeps_fields => {
                field(key, *kind, given, account).map(drop)
            }
            _ => set(&mut self.user, attribute, given, allow, account),
        };
        if let Err(fault) = set {
            if attribute.is_secret() {
                let problem = Problem::of_row(self.line, fault).at(place.column, place.name);
                self.problems.push(problem);
            } else {
                self.fault_at(place, fault);
            }
        }
    }

    /// Checks what only the whole row shows.
    pub(crate) fn finish(&mut self, options: &ScanOptions) {
        let user = &mut self.user;
        if user.skip_verify_email.is_absent() && !options.send_welcome_mail {
            user.skip_verify_email = Nullable::Value(true);
        }
        if let Some(organization) = user.organization.value() {
            let id = organization.extra.get(EXTERNAL_ID);
            self.organization = OrganizationRef {
                name: Some(organization.name.clone()).filter(|name| !name.is_empty()),
                external_id: id.and_then(|id| id.as_str()).map(str::to_owned),
            };
        }
        let twice = user.organization.is_value() && user.organization_id.is_value();
        // Zendesk takes a name only; a row that has none is not sent unless its organization is looked up.
        match &mut user.organization {
            Nullable::Value(organization) if self.organization.external_id.is_some() => {
                organization.extra.remove(EXTERNAL_ID);
                if organization.name.is_empty() {
                    user.organization = Nullable::Absent;
                }
            }
            _ => {}
        }
        // A key that is there but wrong has been told already.
        let keyless = self.problems.is_empty() && Key::of(user, options.match_by).is_none();
        if twice {
            self.fault(Fault::new(
                "organization_twice",
                "organization_id beside organization.name or organization.external_id: which one is meant?",
            ));
        }
        if keyless {
            self.fault(Fault::new(
                "key_missing",
                match options.match_by {
                    Match::Auto => "neither external_id nor email, by which people are found",
                    Match::ExternalId => "no external_id, by which people are found",
                    Match::Email => "no email, by which people are found",
                },
            ));
        }
    }
}
