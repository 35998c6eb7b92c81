//! Times, kept as they were written.

use serde::{Deserialize, Serialize};

/// A time as Zendesk wrote it.
///
/// Mostly `2023-09-18T23:28:11Z`; date fields read back as `2020-08-19T00:00:00+00:00`, and job messages say
/// `2023-09-18 23:26:10 +0000`. The text is kept, so it is written back as it came; [`Timestamp::unix_seconds`] reads it.
///
/// Equality is that of the texts: the same moment in two spellings is two values.
///
/// ```
/// use zd_model::Timestamp;
///
/// assert_eq!(Timestamp::new("2023-09-18 23:26:10 +0000").unix_seconds(), Some(1_695_079_570));
/// assert_eq!(Timestamp::new("yesterday").unix_seconds(), None);
/// assert_eq!(Timestamp::from_unix_seconds(1_695_079_570).as_str(), "2023-09-18T23:26:10Z");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// A time from its text, which is not checked.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A time in Zendesk's usual spelling, from whole seconds since 1970-01-01T00:00:00Z.
    ///
    /// Seconds outside the years −9999 to 9999 are clamped to that range.
    pub fn from_unix_seconds(seconds: i64) -> Self {
        let clamped = seconds.clamp(
            jiff::Timestamp::MIN.as_second(),
            jiff::Timestamp::MAX.as_second(),
        );
        Self(
            jiff::Timestamp::from_second(clamped)
                .map_or_else(|_| String::new(), |time| time.to_string()),
        )
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Seconds since 1970-01-01T00:00:00Z, fractions dropped; `None` if the text is no time that this crate can read.
    ///
    /// A day without a time (`2020-08-19`) is its midnight in UTC, as Zendesk stores date fields.
    pub fn unix_seconds(&self) -> Option<i64> {
        let text = self.0.trim();
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Some(time.as_second());
        }
        // Ruby's ways of writing a time, as in the messages of jobs now and in 2012.
        for format in ["%Y-%m-%d %H:%M:%S %z", "%a %b %d %H:%M:%S %z %Y"] {
            if let Ok(time) = jiff::fmt::strtime::parse(format, text) {
                return Some(time.to_timestamp().ok()?.as_second());
            }
        }
        let day = jiff::fmt::strtime::parse("%Y-%m-%d", text).ok()?;
        let midnight = day.to_date().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(midnight.timestamp().as_second())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn every_spelling_is_the_same_moment() {
        for text in [
            "2020-08-19T00:00:00Z",
            "2020-08-19T00:00:00+00:00",
            "2020-08-19T02:00:00+02:00",
            "2020-08-19T00:00:00.999Z",
            "2020-08-19 00:00:00 +0000",
            "2020-08-18 19:00:00 -0500",
            "Wed Aug 19 00:00:00 +0000 2020",
            "2020-08-19",
            " 2020-08-19 ",
        ] {
            assert_eq!(
                Timestamp::new(text).unix_seconds(),
                Some(1_597_795_200),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "now",
            "2020-13-01",
            "2020-02-30T00:00:00Z",
            "1597795200",
            "2020-08-19T00:00:00",
            "99999-01-01T00:00:00Z",
            "\u{0}",
        ] {
            assert_eq!(Timestamp::new(text).unix_seconds(), None, "{text}");
        }
    }

    #[test]
    fn seconds_out_of_range_are_clamped() {
        for seconds in [i64::MIN, i64::MAX, 0, -1, 253_402_300_799] {
            let text = Timestamp::from_unix_seconds(seconds);
            assert!(text.unix_seconds().is_some(), "{seconds}: {text}");
        }
    }
}
