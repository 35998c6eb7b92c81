//! What an import would do, before it does anything.

use std::collections::BTreeSet;

use serde::Serialize;
use zd_model::{Role, UserInput};

use super::attribute::{Plain, PlainSet};
use super::options::{Duplicates, EmailChange};
use super::person::Person;
use super::problem::Problems;
use crate::input::{Encoding, Format};
use crate::{Match, OrganizationSummary};

/// How many rows go into one request.
const BATCH: u64 = 100;

/// How many names of attributes are listed.
pub(crate) const NAMES: usize = 200;

/// What an import of an input would do: the sum of a check that sent nothing.
///
/// `rows` = `valid` + `invalid` + `superseded`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The input's name.
    pub input: String,
    /// How its rows are written.
    pub format: Format,
    /// How its text is written.
    pub encoding: Encoding,
    /// What parts the cells, in CSV.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its rows.
    pub rows: u64,
    /// The rows that can be sent.
    pub valid: u64,
    /// The rows that must not be sent.
    pub invalid: u64,
    /// The rows that give way to others about the same person.
    pub superseded: u64,
    /// How many requests of at most 100 rows it takes to send the valid rows, unless large rows or rows about the same
    /// person make it more.
    pub batches: u64,
    /// The attributes that rows may set: in CSV those of the columns, in JSON Lines those that were seen (at most 200).
    pub attributes: Vec<String>,
    /// The columns that are left out because the options say so.
    pub ignored_columns: Vec<String>,
    /// What is wrong with it.
    pub problems: Problems,
    /// Rows about the same person.
    pub duplicates: DuplicateSummary,
    /// What people who are already in Zendesk would lose or change.
    pub overwrites: Overwrites,
    /// What happens to addresses that people in Zendesk do not have.
    pub email_change: EmailChange,
    /// The organizations that rows name by name or external id; none if no row does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizations: Option<OrganizationSummary>,
    /// Whether the scan knew the account.
    pub asked_account: bool,
    /// The custom fields whose values were not checked: the account is not known or does not list them, or a field's pattern
    /// means something to Ruby that it does not mean here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unchecked_fields: Vec<String>,
    /// The role of who is signed in, if the account was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether Zendesk may mail people about verification.
    pub sends_welcome_mail: bool,
}

/// Rows about the same person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DuplicateSummary {
    /// What is done about them.
    pub policy: Duplicates,
    /// How many rows share a key with another.
    pub rows: u64,
    /// How many people they are about.
    pub groups: u64,
    /// How many rows give way.
    pub superseded: u64,
    /// How many rows are invalid for it: they contradict each other, or duplicates are an error.
    pub invalid: u64,
    /// Some keys that are shared, and where.
    pub examples: Vec<DuplicateExample>,
}

/// A key that several rows share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DuplicateExample {
    /// Which key: `external_id`, `email` or `id`.
    pub key: &'static str,
    /// How many rows share it.
    pub rows: u64,
    /// The lines of the first twenty.
    pub lines: Vec<u64>,
}

/// In how many rows there is something that replaces what a person in Zendesk has; counted are the rows that are sound by
/// themselves, also those that give way to others or whose organization is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Overwrites {
    /// Tags: they replace the whole set.
    pub tags: u64,
    /// An organization: it becomes the only one, all other memberships are removed.
    pub organizations: u64,
    /// An address beside an external id: if it is not the person's yet, it becomes a secondary one, and the primary one
    /// stays.
    pub emails: u64,
    /// A suspension, or the end of one.
    pub suspended: u64,
    /// A role: it is really changed, down as well as up.
    pub roles: u64,
    /// Identities: they are made with a new person and have no effect on one who is there.
    pub identities: u64,
    /// Attributes that are cleared.
    pub cleared: u64,
}

/// What is seen of the rows as they pass.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    overwrites: Overwrites,
    plain: PlainSet,
    others: BTreeSet<String>,
}

impl Seen {
    /// Notes a row that is sound by itself.
    pub(crate) fn note(&mut self, person: &Person, match_by: Match) {
        let set = person.attributes();
        let any = |of: &[Plain]| u64::from(of.iter().any(|plain| set.contains(*plain)));
        let seen = &mut self.overwrites;
        seen.tags += any(&[Plain::Tags]);
        seen.organizations += any(&[
            Plain::OrganizationName,
            Plain::OrganizationExternalId,
            Plain::OrganizationId,
            Plain::OrganizationIds,
        ]);
        // Where the address finds the person, it is the person's already.
        let by_id = match_by != Match::Email && person.user.external_id.is_value();
        seen.emails += u64::from(by_id && person.user.email.is_some());
        seen.suspended += any(&[Plain::Suspended]);
        seen.roles += any(&[Plain::Role, Plain::CustomRoleId]);
        seen.identities += u64::from(person.user.identities.is_some());
        seen.cleared += u64::from(person.clears());
        self.plain.extend(set);
    }

    /// Notes which attributes a row has that a header would have told.
    pub(crate) fn note_names(&mut self, user: &UserInput) {
        let fields = user.user_fields.value().into_iter();
        let fields = fields.flat_map(|fields| fields.keys());
        for key in fields {
            if self.others.len() < NAMES {
                self.others.insert(format!("user_fields.{key}"));
            }
        }
        for identity in user.identities.iter().flatten() {
            self.others
                .insert(format!("identities.{}", identity.r#type));
        }
    }

    pub(crate) const fn overwrites(&self) -> Overwrites {
        self.overwrites
    }

    /// The attributes' names, those of Zendesk first.
    pub(crate) fn into_names(self) -> Vec<String> {
        let plain = self.plain.names().map(str::to_owned);
        plain.chain(self.others).take(NAMES).collect()
    }
}

/// How many requests it takes to send so many rows.
pub(crate) const fn batches(rows: u64) -> u64 {
    rows.div_ceil(BATCH)
}
