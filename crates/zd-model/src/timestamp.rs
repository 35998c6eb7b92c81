//! Times, kept as they were written.

use serde::{Deserialize, Serialize};

/// A time as Zendesk wrote it.
///
/// Mostly `2023-09-18T23:28:11Z`; date fields read back as `2020-08-19T00:00:00+00:00`, and job messages say
/// `2023-09-18 23:26:10 +0000`. The text is kept, so it is written back as it came; [`Timestamp::unix_seconds`] reads it.
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
    pub fn unix_seconds(&self) -> Option<i64> {
        let text = self.0.trim();
        if let Ok(time) = text.parse::<jiff::Timestamp>() {
            return Some(time.as_second());
        }
        jiff::fmt::strtime::parse("%Y-%m-%d %H:%M:%S %z", text)
            .ok()?
            .to_timestamp()
            .ok()
            .map(|time| time.as_second())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(&self.0)
    }
}
