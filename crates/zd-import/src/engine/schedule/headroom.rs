//! What of the account's minute is left to others.

use std::fmt;
use std::str::FromStr;

/// What of the account's minute is left to others, besides what they are seen to use.
///
/// ```
/// use zd_import::Headroom;
///
/// assert_eq!("20".parse::<Headroom>()?, Headroom::Requests(20));
/// assert_eq!("5 %".parse::<Headroom>()?.to_string(), "5%");
/// assert_eq!(Headroom::default().to_string(), "1%");
/// assert!("101%".parse::<Headroom>().is_err());
/// # Ok::<(), zd_import::ParseHeadroomError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a share or a number")]
pub enum Headroom {
    /// So many percent of the limit.
    Percent(u8),
    /// So many requests a minute.
    Requests(u32),
}

/// A text that is neither a number of requests nor a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a number of requests a minute, such as 20, or at most 100% of the limit, such as 5%"
)]
#[non_exhaustive]
pub struct ParseHeadroomError;

impl Default for Headroom {
    /// One percent.
    fn default() -> Self {
        Self::Percent(1)
    }
}

impl FromStr for Headroom {
    type Err = ParseHeadroomError;

    fn from_str(text: &str) -> Result<Self, ParseHeadroomError> {
        let headroom = match text.trim().strip_suffix('%') {
            None => text.trim().parse().ok().map(Self::Requests),
            Some(percent) => (percent.trim().parse().ok())
                .filter(|percent| *percent <= 100)
                .map(Self::Percent),
        };
        headroom.ok_or(ParseHeadroomError)
    }
}

impl fmt::Display for Headroom {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(formatter, "{percent}%"),
            Self::Requests(requests) => write!(formatter, "{requests}"),
        }
    }
}

impl Headroom {
    /// How many requests a minute that is of this limit.
    ///
    /// ```
    /// assert_eq!(zd_import::Headroom::Percent(1).of(700.0), 7.0);
    /// assert_eq!(zd_import::Headroom::Requests(900).of(700.0), 700.0);
    /// ```
    pub fn of(self, limit: f64) -> f64 {
        match self {
            Self::Percent(percent) => (limit * f64::from(percent.min(100)) / 100.0).floor(),
            Self::Requests(requests) => f64::from(requests).min(limit),
        }
    }
}
