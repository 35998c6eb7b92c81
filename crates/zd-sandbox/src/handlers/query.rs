//! The language of `query=`: words, `key:value`, quotes, `*`, `-` for not.

use crate::state::Account;
use crate::state::index::folded;
use crate::state::organizations::Organizations;
use crate::state::user::{Rare, User};

/// A parsed query: every term must hold.
#[derive(Debug)]
pub(super) struct Query {
    terms: Vec<Term>,
}

#[derive(Debug)]
struct Term {
    not: bool,
    what: What,
    pattern: Pattern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Anything,
    Email,
    Name,
    ExternalId,
    Phone,
    Role,
    Tags,
    Organization,
    Notes,
    Details,
    /// `type:user`, which holds for every user.
    Type,
}

impl What {
    fn parse(key: &str) -> Option<Self> {
        Some(match key {
            "email" => Self::Email,
            "name" => Self::Name,
            "external_id" => Self::ExternalId,
            "phone" => Self::Phone,
            "role" => Self::Role,
            "tags" => Self::Tags,
            "organization" => Self::Organization,
            "notes" => Self::Notes,
            "details" => Self::Details,
            "type" => Self::Type,
            _ => return None,
        })
    }
}

/// A text in lower case, in which `*` stands for any text.
#[derive(Debug, PartialEq, Eq)]
struct Pattern(String);

impl Pattern {
    fn matches(&self, text: &str) -> bool {
        let text = folded(text);
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = text.strip_prefix(first) else {
            return false;
        };
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return rest.ends_with(part);
            }
            match rest.find(part) {
                Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            }
        }
        true
    }

    /// Whether the text as a whole, or as many words of it in a row as the pattern has, match.
    fn matches_words(&self, text: &str) -> bool {
        let length = self.0.split_whitespace().count().max(1);
        let words: Vec<&str> = text.split_whitespace().collect();
        self.matches(text)
            || words
                .windows(length)
                .any(|words| self.matches(&words.join(" ")))
    }

    fn matches_email(&self, address: &str) -> bool {
        let (local, domain) = address.split_once('@').unwrap_or((address, ""));
        self.matches(address) || self.matches(local) || self.matches(domain)
    }
}

impl Query {
    pub(super) fn parse(text: &str) -> Self {
        Self {
            terms: words(text).into_iter().filter_map(Term::parse).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it wants results of another type than `user`.
    pub(super) fn names_another_type(&self) -> bool {
        let is_type = |term: &&Term| term.what == What::Type;
        self.terms
            .iter()
            .filter(is_type)
            .any(|term| term.not || !term.pattern.matches("user"))
    }

    /// The one address that is asked for without wildcards, which an index can answer.
    pub(super) fn exact_email(&self) -> Option<&str> {
        let exact = |term: &&Term| {
            term.what == What::Email
                && !term.not
                && !term.pattern.0.contains('*')
                && term.pattern.0.contains('@')
        };
        self.terms.iter().find(exact).map(|term| &*term.pattern.0)
    }

    pub(super) fn matches(&self, account: &Account, user: &User) -> bool {
        self.terms
            .iter()
            .all(|term| term.matches(&account.organizations, user) != term.not)
    }
}

impl Term {
    fn parse(word: Word) -> Option<Self> {
        let (not, text) = match word.text.strip_prefix('-') {
            Some(rest) if !word.quoted => (true, rest),
            _ => (false, &*word.text),
        };
        let keyed = text
            .split_once(':')
            .filter(|_| !word.quoted)
            .and_then(|(key, value)| Some((What::parse(key)?, value)));
        let (what, value) = keyed.unwrap_or((What::Anything, text));
        (!value.is_empty()).then(|| Self {
            not,
            what,
            pattern: Pattern(value.to_lowercase()),
        })
    }

    fn matches(&self, organizations: &Organizations, user: &User) -> bool {
        let pattern = &self.pattern;
        let some = |text: &Option<Box<str>>| {
            text.as_deref()
                .is_some_and(|text| pattern.matches_words(text))
        };
        let phone = || {
            let digits = |text: &str| -> String {
                text.chars()
                    .filter(|letter| letter.is_ascii_digit() || *letter == '*')
                    .collect()
            };
            let asked = Pattern(digits(&pattern.0));
            let numbers = user.identities.iter().map(|identity| &*identity.value);
            !asked.0.is_empty()
                && user
                    .phone
                    .as_deref()
                    .into_iter()
                    .chain(numbers.filter(|value| !value.contains('@')))
                    .any(|number| asked.matches(&digits(number)))
        };
        let email = || user.emails().any(|own| pattern.matches_email(&own.value));
        let Rare {
            alias,
            notes,
            details,
            ..
        } = user.rare();
        match self.what {
            What::Type => pattern.matches("user"),
            What::Email => email(),
            What::Name => pattern.matches_words(&user.name),
            What::ExternalId => user
                .external_id
                .as_deref()
                .is_some_and(|own| pattern.matches(own)),
            What::Phone => phone(),
            What::Role => pattern.matches(user.role.name()),
            What::Tags => user.tags().any(|tag| pattern.matches(tag)),
            What::Notes => some(notes),
            What::Details => some(details),
            What::Organization => match organizations.get(user.organization) {
                None => pattern.0 == "none",
                Some((id, organization)) => {
                    pattern.matches_words(&organization.name) || pattern.0 == id.to_string()
                }
            },
            What::Anything => {
                pattern.matches_words(&user.name)
                    || email()
                    || user
                        .external_id
                        .as_deref()
                        .is_some_and(|own| pattern.matches(own))
                    || user
                        .phone
                        .as_deref()
                        .is_some_and(|own| pattern.matches(own))
                    || some(alias)
                    || some(notes)
                    || some(details)
            }
        }
    }
}

#[derive(Debug)]
struct Word {
    text: String,
    /// It began with a quote: nothing in it is a key or a sign.
    quoted: bool,
}

/// Splits at spaces that are not in quotes; a quote that is never closed ends with the text.
fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut in_quotes = false;
    for letter in text.chars() {
        if letter == '"' {
            in_quotes = !in_quotes;
            word.get_or_insert_with(|| Word {
                text: String::new(),
                quoted: true,
            });
        } else if letter.is_whitespace() && !in_quotes {
            words.extend(word.take());
        } else {
            word.get_or_insert_with(|| Word {
                text: String::new(),
                quoted: false,
            })
            .text
            .push(letter);
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::{Pattern, Query, words};

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("ann", "Ann", true),
            ("ann", "Anna", false),
            ("ann*", "Anna", true),
            ("*@x.co", "a@x.co", true),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abde", false),
            ("*", "", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(
                Pattern(pattern.to_owned()).matches(text),
                expected,
                "{pattern} {text}"
            );
        }
        assert!(Pattern("ann lee".to_owned()).matches_words("Mary Ann Lee"));
        assert!(!Pattern("mary lee".to_owned()).matches_words("Mary Ann Lee"));
    }

    #[test]
    fn quotes_keep_words_together() {
        let texts: Vec<String> = words(r#"name:"Ann  Lee" -x "a:b c" "open"#)
            .into_iter()
            .map(|word| word.text)
            .collect();
        assert_eq!(texts, ["name:Ann  Lee", "-x", "a:b c", "open"]);
        assert!(Query::parse(r#"  "" email: "#).is_empty());
    }
}
