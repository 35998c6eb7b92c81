//! Is what is stored what was asked?
//!
//! Pure. Plain equality would find differences for ever: Zendesk lower-cases, trims, adds, derives and hides. Each
//! field is [`Finding::Same`], [`Finding::Different`] or [`Finding::CannotTell`]; the last alone never causes another
//! request.

mod address;
mod attributes;
mod custom;
mod number;
mod tags;
mod text;

pub(crate) use address::email_identity;
use zd_model::{Identity, Organization, OrganizationId, User, UserField, UserInput};

/// What is known of a person in the account.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers build it with struct update syntax from `Stored::new`"
)]
pub struct Stored<'a> {
    /// The user as Zendesk shows it.
    pub user: &'a User,
    /// The person's identities, if they were asked for.
    pub identities: Option<&'a [Identity]>,
    /// Organizations, the person's among them, if they were asked for.
    pub organizations: Option<&'a [Organization]>,
    /// Which organizations the person belongs to, if known.
    pub memberships: Option<&'a [OrganizationId]>,
    /// The definitions of the custom fields, if known.
    pub definitions: Option<&'a [UserField]>,
}

impl<'a> Stored<'a> {
    /// Only what the user record says.
    pub const fn new(user: &'a User) -> Self {
        Self {
            user,
            identities: None,
            organizations: None,
            memberships: None,
            definitions: None,
        }
    }
}

/// What comparing one field found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Finding {
    /// What is stored is what was asked.
    Same,
    /// It is not.
    Different,
    /// What is shown does not say.
    CannotTell,
}

impl Finding {
    pub(crate) const fn when(same: bool) -> Self {
        if same { Self::Same } else { Self::Different }
    }
}

/// One field of what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldFinding {
    /// The field: `name`, `user_fields.seats`.
    pub field: String,
    /// What comparing it found.
    pub finding: Finding,
    /// Whether it counts for the person as a whole. An instruction such as `skip_verify_email` leaves nothing behind,
    /// and a custom field that the account does not have cannot be stored.
    pub counts: bool,
}

/// What comparing a person found, field by field in the order of [`UserInput`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comparison {
    /// Every field that was asked for.
    pub fields: Vec<FieldFinding>,
}

impl Comparison {
    /// The finding for the person as a whole: different if any field is, else cannot tell if any field cannot be told.
    pub fn verdict(&self) -> Finding {
        let counted = || self.fields.iter().filter(|field| field.counts);
        let any = |finding| counted().any(|field| field.finding == finding);
        if any(Finding::Different) {
            Finding::Different
        } else if any(Finding::CannotTell) {
            Finding::CannotTell
        } else {
            Finding::Same
        }
    }

    /// The fields that are different.
    pub fn different(&self) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .filter(|field| field.finding == Finding::Different)
            .map(|field| field.field.as_str())
    }

    fn push(&mut self, field: impl Into<String>, finding: Finding) {
        self.fields.push(FieldFinding {
            field: field.into(),
            finding,
            counts: true,
        });
    }

    fn push_aside(&mut self, field: impl Into<String>) {
        self.fields.push(FieldFinding {
            field: field.into(),
            finding: Finding::CannotTell,
            counts: false,
        });
    }
}

/// Compares what was asked with what is stored.
///
/// ```
/// use zd_import::{Finding, Stored, compare};
/// use zd_model::{User, UserInput};
///
/// let user: User = serde_json::from_str(
///     r#"{"id": 7, "name": "Ann", "email": "ann@x.example", "user_fields": {"seats": 12, "since": "2020-08-19T00:00:00+00:00"}}"#,
/// )?;
/// let asked: UserInput = serde_json::from_str(
///     r#"{"name": "Ann", "email": " ANN@x.example", "user_fields": {"seats": "12", "since": "2020-08-19"}}"#,
/// )?;
/// assert_eq!(compare(&asked, Stored::new(&user)).verdict(), Finding::Same);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn compare(asked: &UserInput, stored: Stored<'_>) -> Comparison {
    let mut found = Comparison::default();
    attributes::compare(asked, &stored, &mut found);
    address::compare(asked, &stored, &mut found);
    if !asked.tags.is_absent() {
        found.push("tags", tags::compare(asked, &stored));
    }
    custom::compare(asked, &stored, &mut found);
    found
}

#[cfg(test)]
mod rules;
#[cfg(test)]
mod tests;
