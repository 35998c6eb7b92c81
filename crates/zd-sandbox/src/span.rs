//! Lengths of time as people write them: `250ms`, `2s`, `1.5s`, `10m`, `2h`, `1d`.

use std::time::Duration;

/// What is expected where a length of time stands.
pub(crate) const EXPECTED: &str = "a time such as 250ms, 2s, 10m, 2h or 1d";

/// Reads one; a number alone is seconds.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let unit_at = text
        .find(|letter: char| letter.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds_per_unit = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    Duration::try_from_secs_f64(number * seconds_per_unit).ok()
}

/// Writes one so that [`parse`] reads it again, to the millisecond.
pub(crate) fn display(span: Duration) -> String {
    let millis = span.as_millis();
    if millis.is_multiple_of(1000) {
        format!("{}s", millis / 1000)
    } else {
        format!("{millis}ms")
    }
}

/// Milliseconds; what does not fit is for ever.
pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{display, parse};

    #[test]
    fn reads_numbers_and_units_and_writes_them_again() {
        for (text, millis) in [
            ("0", 0),
            ("2", 2000),
            ("1.5s", 1500),
            ("80ms", 80),
            ("1m", 60_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
        ] {
            let span = parse(text);
            assert_eq!(span, Some(Duration::from_millis(millis)), "{text}");
            assert_eq!(span.map(display).as_deref().and_then(parse), span);
        }
        for text in ["", "s", "-1s", "1w", "1 s", "inf", "1e400", "NaN", "٣s"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
