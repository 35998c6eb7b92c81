//! Limits of an import, as they are typed.

use std::str::FromStr;
use std::time::Duration;

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan as _, Zoned};

/// How many rows may fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum MaxErrors {
    /// So many.
    Rows(u64),
    /// So many of a hundred of all rows.
    Percent(f64),
}

impl MaxErrors {
    /// Of so many rows.
    pub(crate) fn of(self, rows: u64) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of a count: not negative, and off by less than a row"
        )]
        match self {
            Self::Rows(most) => most,
            Self::Percent(percent) => (rows as f64 * percent / 100.0).floor() as u64,
        }
    }
}

impl FromStr for MaxErrors {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "expected a number of rows, such as 100, or a percentage, such as 2.5%".to_owned();
        match text.trim().strip_suffix('%') {
            None => text.trim().parse().map(Self::Rows).map_err(|_| wrong()),
            Some(percent) => (percent.trim().parse().ok())
                .filter(|percent| (0.0..=100.0).contains(percent))
                .map(Self::Percent)
                .ok_or_else(wrong),
        }
    }
}

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Deadline {
    /// At this time of day, by this machine's clock.
    Daily(Time),
    /// At this moment.
    At(Timestamp),
}

impl Deadline {
    /// How long that is from now; none if it has passed.
    pub(crate) fn left(self, now: &Zoned) -> Option<Duration> {
        let at = match self {
            Self::At(at) => at,
            Self::Daily(time) => {
                let today = now.with().time(time).build().ok()?;
                let next = if today > *now {
                    today
                } else {
                    today.checked_add(1.day()).ok()?
                };
                next.timestamp()
            }
        };
        Duration::try_from(at.duration_since(now.timestamp())).ok()
    }
}

impl FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let short = text.len() <= 8 && text.contains(':');
        if let (true, Ok(time)) = (short, text.parse()) {
            return Ok(Self::Daily(time));
        }
        (text.parse().map(Self::At))
            .map_err(|_| "expected a time of day such as 17:30, or 2026-12-01T17:30:00Z".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Deadline, Duration, MaxErrors};

    #[test]
    fn errors_are_counted_or_are_a_share() {
        let of = |text: &str, rows| text.parse::<MaxErrors>().map(|most| most.of(rows));
        assert_eq!(of("100", 7), Ok(100));
        assert_eq!(of(" 2.5% ", 1_000), Ok(25));
        assert_eq!(of("0%", 1_000), Ok(0));
        for wrong in ["", "-1", "101%", "x%", "1.5"] {
            assert!(of(wrong, 1).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_deadline_is_a_time_of_day_or_a_moment() {
        let now = "2026-12-01T16:00:00+01:00[Europe/Berlin]".parse().unwrap();
        let left = |text: &str| text.parse::<Deadline>().unwrap().left(&now);
        let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
        assert_eq!(left("17:30"), minutes(90));
        assert_eq!(left("15:00"), minutes(23 * 60), "tomorrow");
        assert_eq!(left("2026-12-01T15:10:00Z"), minutes(10));
        assert_eq!(left("2026-12-01T14:10:00Z"), None);
        for wrong in ["", "25:00", "soon", "2026-12-01"] {
            assert!(wrong.parse::<Deadline>().is_err(), "{wrong}");
        }
    }
}
