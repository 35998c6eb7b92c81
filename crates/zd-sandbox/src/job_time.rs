//! How long bulk jobs take.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How long a bulk job takes.
///
/// ```
/// use zd_sandbox::JobTime;
///
/// assert_eq!("0".parse(), Ok(JobTime::INSTANT));
/// assert_eq!("250ms".parse(), Ok(JobTime::Fixed(std::time::Duration::from_millis(250))));
/// assert!("soon".parse::<JobTime>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobTime {
    /// A wait in the queue, then so much for each user.
    PerUser {
        /// The wait.
        queued: Duration,
        /// For each user.
        each: Duration,
    },
    /// So much for each job, however many users it has; it starts as soon as a worker is free.
    Fixed(Duration),
}

impl JobTime {
    /// Done when it is first asked for.
    pub const INSTANT: Self = Self::Fixed(Duration::ZERO);
}

/// Two seconds, then 80 ms for each user, as recorded jobs took.
impl Default for JobTime {
    fn default() -> Self {
        Self::PerUser {
            queued: Duration::from_secs(2),
            each: Duration::from_millis(80),
        }
    }
}

/// A text that is not a time for jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseJobTimeError;

impl fmt::Display for ParseJobTimeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("expected 0, or a time such as 250ms, 2s or 1m")
    }
}

impl std::error::Error for ParseJobTimeError {}

/// Reads `0`, `250ms`, `2s`, `1.5s` or `1m`; a number alone is seconds.
impl FromStr for JobTime {
    type Err = ParseJobTimeError;

    fn from_str(text: &str) -> Result<Self, ParseJobTimeError> {
        let unit_at = text
            .find(|letter: char| letter.is_ascii_alphabetic())
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(unit_at);
        let seconds_per_unit = match unit {
            "ms" => 0.001,
            "" | "s" => 1.0,
            "m" => 60.0,
            _ => return Err(ParseJobTimeError),
        };
        let number: f64 = number.parse().map_err(|_| ParseJobTimeError)?;
        Duration::try_from_secs_f64(number * seconds_per_unit)
            .map(Self::Fixed)
            .map_err(|_| ParseJobTimeError)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::JobTime;

    #[test]
    fn reads_numbers_and_units() {
        for (text, millis) in [
            ("0", 0),
            ("2", 2000),
            ("1.5s", 1500),
            ("80ms", 80),
            ("1m", 60_000),
        ] {
            assert_eq!(
                text.parse(),
                Ok(JobTime::Fixed(Duration::from_millis(millis))),
                "{text}"
            );
        }
        for text in ["", "s", "-1s", "1h", "1 s", "inf", "1e400", "NaN", "٣s"] {
            assert!(text.parse::<JobTime>().is_err(), "{text}");
        }
    }
}
