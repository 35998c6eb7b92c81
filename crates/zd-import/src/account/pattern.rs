//! The patterns of `regexp` fields, which Zendesk reads as Ruby does.

use regex::{Regex, RegexBuilder};

/// What a compiled pattern may take, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A pattern that means here what it means to Ruby.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// None if it cannot be read here, or could mean something else: look-around, references back, POSIX classes.
    pub(super) fn read(written: &str) -> Option<Self> {
        RegexBuilder::new(&translated(written)?)
            // In Ruby `^` and `$` are always the ends of lines.
            .multi_line(true)
            .size_limit(LARGEST)
            .nest_limit(50)
            .build()
            .ok()
            .map(Self)
    }

    /// Whether any part of the text matches. Takes time by the text's length, whatever the pattern.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// Ruby's pattern in the syntax of the regex crate; none where the two differ in a way that cannot be translated.
fn translated(written: &str) -> Option<String> {
    // `[[:alpha:]]` is Unicode there and ASCII here; `--` and `~~` in a class mean nothing there; `a{2}?` is optional there,
    // not lazy.
    if ["[:", "--", "~~", "}?"]
        .iter()
        .any(|unlike| written.contains(unlike))
    {
        return None;
    }
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        if letter == '(' {
            out.push('(');
            if let Some(flags) = rest.strip_prefix('?') {
                let length = flags.find(|letter| !matches!(letter, 'a'..='z' | '-'));
                let (flags, behind) = flags.split_at(length.unwrap_or(flags.len()));
                if !flags.bytes().all(|flag| b"imx-".contains(&flag)) {
                    return None;
                }
                out.push('?');
                // Ruby's `m` lets the dot match a line break.
                out.push_str(&flags.replace('m', "s"));
                rest = behind;
            }
            continue;
        }
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let escaped = rest.chars().next()?;
        rest = &rest[escaped.len_utf8()..];
        match escaped {
            'd' => out.push_str("[0-9]"),
            'D' => out.push_str("[^0-9]"),
            'w' => out.push_str("[0-9A-Za-z_]"),
            'W' => out.push_str("[^0-9A-Za-z_]"),
            's' => out.push_str(r"[ \t\r\n\f\v]"),
            'S' => out.push_str(r"[^ \t\r\n\f\v]"),
            'h' => out.push_str("[0-9A-Fa-f]"),
            'H' => out.push_str("[^0-9A-Fa-f]"),
            'Z' => out.push_str(r"\n?\z"),
            // Letters that mean the same in both; in a class `\b` is a backspace there.
            'A' | 'z' | 'n' | 't' | 'r' | 'f' | 'v' | 'a' | 'p' | 'P' | 'x' | 'u' => {
                out.extend(['\\', escaped]);
            }
            'b' | 'B' if !in_class(&out) => out.extend(['\\', escaped]),
            other if other.is_ascii_alphanumeric() => return None,
            other => out.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    Some(out)
}

/// Whether a class is open behind this. May say so where none is; that only leaves a pattern unread.
fn in_class(before: &str) -> bool {
    before.rfind('[') > before.rfind(']')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Pattern;

    #[test]
    fn patterns_mean_what_they_mean_to_ruby() {
        for (pattern, text, expected) in [
            (r"\ACRM-[0-9]{6}\z", "CRM-000123", true),
            (r"\ACRM-[0-9]{6}\z", "CRM-000123\n", false),
            (r"\ACRM-\d{6}\Z", "CRM-000123\n", true),
            (r"\A\d+\z", "١٢٣", false),
            (r"\A[\d.-]+\z", "1.2-3", true),
            (r"\A\h+\z", "c0ffee", true),
            (r"^b$", "a\nb\nc", true),
            ("[a-z]", "A b", true),
            (r"(?-mix:\A[A-Z]{2}\z)", "DE", true),
            (r"(?i)\Ade\z", "DE", true),
            (r"\A(?m:.)\z", "\n", true),
            (r"\A.\z", "\n", false),
            (r"\A\w+@x\.y\z", "ann@x.y", true),
            (r"\bcat\b", "a cat", true),
            (r"a\/b", "a/b", true),
            (r"\A\p{L}+\z", "äé", true),
        ] {
            let found = Pattern::read(pattern).unwrap().matches(text);
            assert_eq!(found, expected, "{pattern} on {text:?}");
        }
    }

    #[test]
    fn what_might_mean_something_else_is_left_unread() {
        for pattern in [
            "(",
            "\\",
            r"(?=a)",
            r"(?!a)",
            r"(?<name>a)\k<name>",
            r"(a)\1",
            r"[[:alpha:]]",
            r"a{2}?",
            r"(?>a)",
            r"\G",
            r"[\b]",
            "(?:a{999}){999}",
        ] {
            assert!(Pattern::read(pattern).is_none(), "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn no_pattern_panics(pattern in r"([\\\[\](){}^*+?|.,0-9a-zé-]|\\\\[a-zA-Z]|\PC){0,30}", text in ".{0,20}") {
            if let Some(pattern) = Pattern::read(&pattern) {
                pattern.matches(&text);
            }
        }
    }
}
