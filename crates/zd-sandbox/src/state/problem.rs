//! Why a user is refused, before it becomes a response or a job's result.

use std::borrow::Cow;

use super::fields::Field;
use super::ids::Slot;

const TAKEN: &str = "has already been taken";

/// One thing that is wrong with one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The key under `details`.
    pub(crate) attribute: Cow<'static, str>,
    label: Cow<'static, str>,
    text: String,
    pub(crate) code: Option<&'static str>,
}

impl Problem {
    fn new(
        attribute: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            attribute: attribute.into(),
            label: label.into(),
            text: text.into(),
            code: None,
        }
    }

    pub(crate) fn malformed_email(address: &str) -> Self {
        Self::new(
            "email",
            "Email",
            format!("{address} is not properly formatted"),
        )
    }

    /// An address among the identities; the text is the one recorded for users (assumed).
    pub(crate) fn malformed_value(address: &str) -> Self {
        Self::new(
            "value",
            "Value",
            format!("{address} is not properly formatted"),
        )
    }

    pub(crate) fn email_taken(address: &str) -> Self {
        let text = format!("{address} is already being used by another user");
        Self::new("email", "Email", text)
    }

    pub(crate) fn identity_taken(value: &str) -> Self {
        let text = format!("{value} is already being used by another user");
        Self {
            code: Some("DuplicateValue"),
            ..Self::new("value", "Value", text)
        }
    }

    /// The label stands before this text without a colon: a client's mock is the only witness.
    pub(crate) fn external_id_taken() -> Self {
        Self::new("external_id", "External", TAKEN)
    }

    pub(crate) fn no_name() -> Self {
        Self::new("name", "Name", "is too short (minimum is 1 character)")
    }

    pub(crate) fn too_long(attribute: &'static str, label: &'static str, most: usize) -> Self {
        let text = format!("is too long (maximum is {most} characters)");
        Self::new(attribute, label, text)
    }

    pub(crate) fn invalid(attribute: &'static str, label: &'static str) -> Self {
        Self::new(attribute, label, "is invalid")
    }

    /// The value of a user field, under its key and title.
    pub(crate) fn of_field(field: &Field, text: &str) -> Self {
        Self::new(String::from(&*field.key), String::from(&*field.title), text)
    }

    /// A password that falls short of a requirement, which the text says.
    pub(crate) fn password(requirement: &str) -> Self {
        Self::new("password", "Password", requirement)
    }

    /// The record as a whole.
    pub(crate) fn base(text: &str) -> Self {
        Self::new("base", "Base", text)
    }

    /// Something that must be there is not (recorded for another record).
    pub(crate) fn blank(attribute: &'static str, label: &'static str) -> Self {
        Self {
            code: Some("BlankValue"),
            ..Self::new(attribute, label, "cannot be blank")
        }
    }

    /// Somebody else has it (recorded for another record).
    pub(crate) fn taken(attribute: &'static str, label: &'static str) -> Self {
        Self {
            code: Some("DuplicateValue"),
            ..Self::new(attribute, label, TAKEN)
        }
    }

    /// As `details` of a 422 says it.
    pub(crate) fn description(&self) -> String {
        let colon = if self.text == TAKEN { "" } else { ":" };
        format!("{}{colon} {}", self.label, self.text)
    }

    /// As a job's result says it, with two spaces, as recorded.
    pub(crate) fn in_job(&self) -> String {
        format!("{}:  {}", self.label, self.text)
    }
}

/// Why an entry is refused. Nothing of it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Invalid(Vec<Problem>),
    /// An `id` was sent that names nobody.
    NotFound,
    /// The caller may not write this user.
    Forbidden,
}

impl Refusal {
    /// In words.
    pub(crate) fn spelled(&self) -> String {
        match self {
            Self::Invalid(problems) => {
                let texts: Vec<String> = problems.iter().map(Problem::description).collect();
                texts.join("; ")
            }
            Self::NotFound => "there is no user of that id".to_owned(),
            Self::Forbidden => "the caller may not write this user".to_owned(),
        }
    }
}

/// A refusal, and the user that the entry named, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) refusal: Refusal,
    pub(crate) target: Option<Slot>,
}
