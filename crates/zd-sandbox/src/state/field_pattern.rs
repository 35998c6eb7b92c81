//! Regular expressions of user fields, which Zendesk reads as Ruby does.

use std::fmt;

use regex::{Regex, RegexBuilder};

/// The longest pattern, in bytes (assumed: a usual column).
const LONGEST: usize = 255;
/// What a compiled pattern may take, in bytes. Matching takes time by this and the text's length, so it is kept small.
const LARGEST: usize = 1024 * 1024;

/// A pattern, as it was written and compiled.
#[derive(Clone)]
pub(crate) struct Pattern {
    written: Box<str>,
    compiled: Regex,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Pattern")
            .field(&self.written)
            .finish()
    }
}

impl Pattern {
    /// None for what is no pattern, or too large a one. Look-around and references back are not known here.
    pub(crate) fn parse(written: &str) -> Option<Self> {
        if written.len() > LONGEST {
            return None;
        }
        let compiled = RegexBuilder::new(&translated(written))
            // In Ruby `^` and `$` are always the ends of lines.
            .multi_line(true)
            .size_limit(LARGEST)
            .nest_limit(50)
            .build()
            .ok()?;
        Some(Self {
            written: written.into(),
            compiled,
        })
    }

    pub(crate) fn written(&self) -> &str {
        &self.written
    }

    /// Whether any part of the text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.compiled.is_match(text)
    }
}

/// Ruby's `\d`, `\w`, `\s` and `\h` mean ASCII; `\Z` is the end, or what stands before a last line break.
fn translated(written: &str) -> String {
    let mut out = String::with_capacity(written.len());
    let mut letters = written.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('d') => out.push_str("[0-9]"),
            Some('D') => out.push_str("[^0-9]"),
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('W') => out.push_str("[^0-9A-Za-z_]"),
            Some('s') => out.push_str(r"[ \t\r\n\f\v]"),
            Some('S') => out.push_str(r"[^ \t\r\n\f\v]"),
            Some('h') => out.push_str("[0-9A-Fa-f]"),
            Some('H') => out.push_str("[^0-9A-Fa-f]"),
            Some('Z') => out.push_str(r"\n?\z"),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LONGEST, Pattern};

    #[test]
    fn reads_patterns_as_ruby_does() {
        for (pattern, text, expected) in [
            (r"\ACRM-[0-9]{6}\z", "CRM-000123", true),
            (r"\ACRM-[0-9]{6}\z", "CRM-000123\n", false),
            (r"\ACRM-\d{6}\Z", "CRM-000123\n", true),
            (r"\A\d+\z", "١٢٣", false),
            (r"\A[\d.-]+\z", "1.2-3", true),
            (r"\A[^\d]+\z", "ab1", false),
            (r"\A\h\H\w\W\s\S\D\z", "fg_! xy", true),
            (r"^b$", "a\nb\nc", true),
            ("[a-z]", "A b", true),
            (r"\A.{3}\z", "äöü", true),
            (r"a\/b\\d", r"a/b\d", true),
            (r"\A.{1,255}\z", "ü", true),
        ] {
            let found = Pattern::parse(pattern).unwrap().matches(text);
            assert_eq!(found, expected, "{pattern} on {text:?}");
        }
    }

    #[test]
    fn hostile_patterns_are_refused() {
        let nested = "(".repeat(100) + &")".repeat(100);
        let long = "a".repeat(LONGEST + 1);
        for pattern in [
            "(",
            "[",
            "*",
            "\\",
            r"(?=a)",
            r"(a)\1",
            "(?:a{999}){999}",
            r"\p{L}{500}",
            &nested,
            &long,
        ] {
            assert!(Pattern::parse(pattern).is_none(), "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn no_pattern_panics(pattern in r"([\\\[\](){}^*+?|.,0-9a-zé-]|\\\\[a-zA-Z]|\PC){0,30}", text in ".{0,20}") {
            if let Some(pattern) = Pattern::parse(&pattern) {
                pattern.matches(&text);
            }
        }
    }

    /// The texts that make engines which try every way take longer than the universe.
    #[test]
    fn no_pattern_takes_long() {
        let text = "a".repeat(65_000) + "!";
        for pattern in [
            r"\A(a+)+\z",
            r"\A(a|a)*\z",
            r"(a*)*b",
            r"(?:.*a){20}\z",
            r"[ab]*a[ab]{100}\z",
        ] {
            assert!(
                !Pattern::parse(pattern).unwrap().matches(&text),
                "{pattern}"
            );
        }
    }
}
