//! What tells people apart: the one definition of a key's form, used wherever two keys are compared.
//!
//! Zendesk compares external ids and e-mail addresses without regard to case and trims addresses; how its database folds
//! letters beyond ASCII is not documented. The form here folds broadly (`ſ` is `s`, `ß` is `ss`, `ς` is `σ`): two keys
//! taken for the same cost at most an unneeded wait, two taken for different could put one person into two requests at
//! once.

use std::borrow::Cow;
use std::fmt;

use zd_model::{ExternalId, UserId, UserInput};

/// Which keys find the person a row is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the two keys of an upsert, alone or together"
)]
pub enum Match {
    /// Both: Zendesk tries the external id first, then the e-mail address. A row needs one of them.
    #[default]
    Auto,
    /// The external id; a row without one is invalid.
    ExternalId,
    /// The e-mail address; a row without one is invalid.
    Email,
}

/// The key by which a row is known, as its author wrote it: `ext:42` or `email:ann@example.com`.
///
/// Two keys are equal when their forms are, whatever their case.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Key {
    /// The account's own id for the person.
    ExternalId(String),
    /// An e-mail address.
    Email(String),
    /// Zendesk's id.
    Id(UserId),
}

impl Key {
    /// The key an upsert of this person looks for first; none if there is neither an external id nor an address.
    ///
    /// ```
    /// use zd_import::{Key, Match};
    /// use zd_model::UserInput;
    ///
    /// let ann = UserInput { external_id: "A7".into(), email: Some("ann@example.com".to_owned()), ..UserInput::default() };
    /// assert_eq!(Key::of(&ann, Match::Auto).unwrap().to_string(), "ext:A7");
    /// assert_eq!(Key::of(&ann, Match::Email).unwrap().to_string(), "email:ann@example.com");
    /// ```
    pub fn of(user: &UserInput, match_by: Match) -> Option<Self> {
        Some(match text_of(user, match_by)? {
            (Kind::ExternalId, text) => Self::ExternalId(text.to_owned()),
            (Kind::Email, text) => Self::Email(text.to_owned()),
        })
    }

    /// What [`of`](Self::of) would show as, made at once: an import asks a million times.
    pub(crate) fn shown(user: &UserInput, match_by: Match) -> Option<String> {
        let (kind, text) = text_of(user, match_by)?;
        Some(kind.shown(text))
    }

    /// The form in which keys of one kind are compared.
    pub fn form(&self) -> Cow<'_, str> {
        match self {
            Self::ExternalId(text) => external_id_form(text),
            Self::Email(text) => email_form(text),
            Self::Id(id) => Cow::Owned(id.to_string()),
        }
    }
}

/// What an upsert finds people by.
#[derive(Clone, Copy)]
enum Kind {
    ExternalId,
    Email,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::ExternalId => "ext:",
            Self::Email => "email:",
        }
    }

    fn shown(self, text: &str) -> String {
        [self.prefix(), text].concat()
    }
}

/// What a person is found by, as the row says it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonKeys {
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) email: Option<String>,
    pub(crate) id: Option<UserId>,
}

impl PersonKeys {
    pub(crate) fn of(user: &UserInput) -> Self {
        Self {
            external_id: user.external_id.value().cloned(),
            email: user.email.clone(),
            id: user.id,
        }
    }

    /// The same of a user that is not needed any more.
    pub(crate) fn take(user: &mut UserInput) -> Self {
        Self {
            external_id: std::mem::take(&mut user.external_id).into_value(),
            email: user.email.take(),
            id: user.id,
        }
    }

    /// As [`Key::shown`].
    pub(crate) fn shown(&self, match_by: Match) -> Option<String> {
        let external_id = self.external_id.as_ref().map(ExternalId::as_str);
        let (kind, text) = first_of(external_id, self.email.as_deref(), match_by)?;
        Some(kind.shown(text))
    }
}

/// The key that is looked for first.
fn text_of(user: &UserInput, match_by: Match) -> Option<(Kind, &str)> {
    let external_id = user.external_id.value().map(ExternalId::as_str);
    first_of(external_id, user.email.as_deref(), match_by)
}

fn first_of<'a>(
    external_id: Option<&'a str>,
    email: Option<&'a str>,
    match_by: Match,
) -> Option<(Kind, &'a str)> {
    let is_there = |text: &&str| !trimmed(text).is_empty();
    let external_id = || Some((Kind::ExternalId, external_id.filter(is_there)?));
    let email = || Some((Kind::Email, email.filter(is_there)?));
    match match_by {
        Match::Auto => external_id().or_else(email),
        Match::ExternalId => external_id(),
        Match::Email => email(),
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExternalId(text) => write!(formatter, "{}{text}", Kind::ExternalId.prefix()),
            Self::Email(text) => write!(formatter, "{}{text}", Kind::Email.prefix()),
            Self::Id(id) => write!(formatter, "id:{id}"),
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other) && self.form() == other.form()
    }
}

impl Eq for Key {}

impl std::hash::Hash for Key {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        self.form().hash(state);
    }
}

/// The form in which external ids are compared: without surrounding blanks (a database may pad) and without case.
pub fn external_id_form(text: &str) -> Cow<'_, str> {
    folded(trimmed(text))
}

/// The form in which e-mail addresses are compared: without surrounding blanks and without case.
pub fn email_form(text: &str) -> Cow<'_, str> {
    folded(trimmed(text))
}

/// Whether two external ids name the same person.
pub fn same_external_id(one: &str, other: &str) -> bool {
    external_id_form(one) == external_id_form(other)
}

/// Whether two e-mail addresses are the same.
pub fn same_email(one: &str, other: &str) -> bool {
    email_form(one) == email_form(other)
}

/// As `trim`; mostly there is nothing to trim, which two bytes tell.
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        // All of it, for that is done many bytes at once.
        let upper = |found: bool, byte: u8| found | byte.is_ascii_uppercase();
        if text.bytes().fold(false, upper) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    // Up, then down, letter by letter: `to_lowercase` alone would keep `ς` apart from `σ`, and on a whole text it
    // depends on the neighbours.
    let upper = text.chars().flat_map(char::to_uppercase);
    Cow::Owned(upper.flat_map(char::to_lowercase).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_that_differ_in_case_or_surrounding_blanks_are_the_same() {
        for (one, other) in [
            ("A-1", "a-1"),
            (" 42", "42 "),
            ("ΟΔΟΣ", "οδος"),
            ("STRASSE", "straße"),
            ("Éva", "éVA"),
            ("K", "\u{212a}"),
        ] {
            assert!(same_external_id(one, other), "{one} and {other}");
            assert!(same_email(one, other), "{one} and {other}");
        }
        for (one, other) in [("042", "42"), ("a1", "a-1"), ("é", "e"), ("", "a")] {
            assert!(!same_external_id(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn kinds_of_keys_are_never_equal() {
        assert_ne!(Key::ExternalId("a@b.c".into()), Key::Email("a@b.c".into()));
        assert_eq!(Key::Email("A@b.c".into()), Key::Email(" a@B.c".into()));
    }

    #[test]
    fn blank_keys_are_no_keys() {
        let user = UserInput {
            external_id: " ".into(),
            email: Some("a@b.example".into()),
            ..UserInput::default()
        };
        assert_eq!(
            Key::of(&user, Match::Auto).unwrap().to_string(),
            "email:a@b.example"
        );
        assert_eq!(Key::shown(&user, Match::Auto).unwrap(), "email:a@b.example");
        assert_eq!(Key::of(&user, Match::ExternalId), None);
    }

    proptest! {
        #[test]
        fn case_never_matters(text in "\\PC{0,20}") {
            // Letter by letter, as the case of a whole text depends on neighbours.
            let upper: String = text.chars().flat_map(char::to_uppercase).collect();
            prop_assert!(same_email(&text, &upper), "{text} and {upper}");
            let form = email_form(&text).into_owned();
            prop_assert_eq!(email_form(&form).into_owned(), form.clone(), "a form is its own form");
        }
    }
}
