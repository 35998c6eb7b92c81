//! Small texts: numbers with separators, durations, what others wrote.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// A text from outside on one line, without characters that move the cursor or change colours.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    escaped(text, char::is_control)
}

/// A text from outside that may have several lines and columns, without other characters that move the cursor.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |letter| {
        letter.is_control() && !matches!(letter, '\n' | '\t')
    })
}

fn escaped(text: &str, harmful: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&harmful) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if harmful(letter) {
            cleaned.extend(letter.escape_default());
        } else {
            cleaned.push(letter);
        }
    }
    Cow::Owned(cleaned)
}

/// At most this many characters, the last an ellipsis if something is missing.
pub(crate) fn shorten(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(characters.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// A number with commas between thousands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(pub(crate) u64);

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        formatter.pad(&text)
    }
}

/// A number of things: `1 row`, `2,000 rows`.
pub(crate) fn counted(count: u64, one: &str, many: &str) -> String {
    let name = if count == 1 { one } else { many };
    format!("{} {name}", Count(count))
}

/// `1 row`, `2,000 rows`.
pub(crate) fn rows(count: u64) -> String {
    counted(count, "row", "rows")
}

/// A duration for people: `1.4s`, `12s`, `3m 20s`, `1h 51m`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elapsed(pub(crate) Duration);

impl fmt::Display for Elapsed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..10 => write!(formatter, "{}.{}s", seconds, self.0.subsec_millis() / 100),
            10..60 => write!(formatter, "{seconds}s"),
            60..3600 => write!(formatter, "{}m {}s", seconds / 60, seconds % 60),
            _ => write!(formatter, "{}h {}m", seconds / 3600, seconds % 3600 / 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, Duration, Elapsed, clean, rows, shorten};

    #[test]
    fn numbers_are_read_at_a_glance() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(Count(number).to_string(), text);
        }
        assert_eq!(format!("{:>7}", Count(1000)), "  1,000");
        assert_eq!(
            (rows(1), rows(1000)),
            ("1 row".to_owned(), "1,000 rows".to_owned())
        );
    }

    #[test]
    fn durations_have_two_units_at_most() {
        for (millis, text) in [
            (0, "0.0s"),
            (1_450, "1.4s"),
            (12_900, "12s"),
            (200_000, "3m 20s"),
            (6_660_000, "1h 51m"),
        ] {
            assert_eq!(Elapsed(Duration::from_millis(millis)).to_string(), text);
        }
    }

    #[test]
    fn what_others_wrote_stays_on_its_line() {
        assert_eq!(clean("Zoë 🙂"), "Zoë 🙂");
        assert_eq!(clean("a\r\nb\u{9b}1m"), "a\\r\\nb\\u{9b}1m");
        assert_eq!(shorten("Zoë Ann", 4), "Zoë…");
        assert_eq!(shorten("Zoë", 3), "Zoë");
    }
}
