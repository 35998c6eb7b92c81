//! How an input is to be taken.

use std::sync::Arc;

use serde::Serialize;

use crate::{AccountFacts, Mapping, Match};

/// What to do about rows that must not be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "all or the sound ones")]
pub enum OnInvalid {
    /// Send nothing at all.
    #[default]
    Stop,
    /// Settle them as invalid and send the others.
    Skip,
}

/// What to do about several rows that share a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Duplicates {
    /// Send them one after the other, in the order of the input. Rows that contradict each other (two external ids on one
    /// e-mail address, or two addresses on one external id) are invalid.
    #[default]
    InOrder,
    /// Send a row only if no row before it that is sent shares a key with it.
    First,
    /// Send a row only if no row after it that is sent shares a key with it.
    Last,
    /// All of them are invalid.
    Error,
}

/// What a blank cell says. A cell is blank if it is empty or only white space, in quotes or not; in JSON Lines, a blank
/// text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a blank says nothing, or clears")]
pub enum BlankMeans {
    /// Nothing: what the person has stays.
    #[default]
    Absent,
    /// The attribute is cleared, if it can be; what tells people apart (`id`, `external_id`, `email`) never is by a blank.
    Null,
}

/// What to do about an address that a person in Zendesk does not have.
///
/// Zendesk never changes the primary address by an update: an address that is new to a person who was found by the external
/// id is added beside the old one, unverified, and the old one goes on being shown and written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmailChange {
    /// Let Zendesk add it, and say beforehand in how many rows that may happen.
    #[default]
    Report,
    /// Let Zendesk add it: that is what is wanted.
    Secondary,
    /// Make it the primary one once it was added. Takes up to two more requests for each person: one for the identities, and
    /// one that makes the address the primary one where it is not.
    Primary,
}

/// How an input is to be taken. The default is the careful choice throughout.
///
/// ```
/// use zd_import::{OnInvalid, ScanOptions};
///
/// let options = ScanOptions { on_invalid: OnInvalid::Skip, ..ScanOptions::default() };
/// assert!(!options.allow_role_change && !options.send_welcome_mail);
/// ```
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "built with struct update syntax, like the model's inputs"
)]
pub struct ScanOptions {
    /// Which keys find the person; which of them a row must have.
    pub match_by: Match,
    /// What to do about rows that must not be sent.
    pub on_invalid: OnInvalid,
    /// What to do about several rows that share a key.
    pub duplicates: Duplicates,
    /// What a blank cell says.
    pub blank: BlankMeans,
    /// The text of a cell that clears its attribute, `\N` unless told; none: no cell does.
    pub null_token: Option<String>,
    /// What becomes of columns that are no attributes by themselves.
    pub mapping: Option<Arc<Mapping>>,
    /// Columns to leave out, whatever their case.
    pub ignore_columns: Vec<String>,
    /// Whether a row may make somebody an agent or an admin.
    pub allow_role_change: bool,
    /// What to do about an address that a person in Zendesk does not have.
    pub email_change: EmailChange,
    /// What is known of the account: custom fields are checked against it. None: they are taken as they come.
    pub account: Option<Arc<AccountFacts>>,
    /// Whether Zendesk may mail the people about verification. Unless it may, `skip_verify_email` is set on every row
    /// that does not set it itself.
    pub send_welcome_mail: bool,
}

impl Default for ScanOptions {
    fn default() -> Self {
        Self {
            match_by: Match::default(),
            on_invalid: OnInvalid::default(),
            duplicates: Duplicates::default(),
            blank: BlankMeans::default(),
            null_token: Some("\\N".to_owned()),
            mapping: None,
            ignore_columns: Vec::new(),
            allow_role_change: false,
            email_change: EmailChange::default(),
            account: None,
            send_welcome_mail: false,
        }
    }
}
