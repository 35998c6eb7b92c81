//! What the account pays for: how many requests a minute it may make.

use std::fmt;
use std::str::FromStr;

/// A plan of Zendesk's, or a number of requests a minute (documented).
///
/// ```
/// use zd_sandbox::Plan;
///
/// assert_eq!("team".parse(), Ok(Plan::Team));
/// assert_eq!("123".parse(), Ok(Plan::RequestsAMinute(123)));
/// assert_eq!(Plan::Enterprise.requests_a_minute(), 700);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plan {
    /// 10 a minute; no longer sold.
    Essential,
    /// 200 a minute.
    Team,
    /// 400 a minute.
    Growth,
    /// 400 a minute.
    Professional,
    /// 700 a minute.
    #[default]
    Enterprise,
    /// 2,500 a minute.
    EnterprisePlus,
    /// The add-on: 2,500 a minute, and 30 incremental exports instead of 10.
    HighVolume,
    /// Any number.
    RequestsAMinute(u32),
}

const NAMED: [(Plan, &str); 7] = [
    (Plan::Essential, "essential"),
    (Plan::Team, "team"),
    (Plan::Growth, "growth"),
    (Plan::Professional, "professional"),
    (Plan::Enterprise, "enterprise"),
    (Plan::EnterprisePlus, "enterprise-plus"),
    (Plan::HighVolume, "high-volume"),
];

impl Plan {
    /// Requests that the account may make in a clock minute.
    pub const fn requests_a_minute(self) -> u32 {
        match self {
            Self::Essential => 10,
            Self::Team => 200,
            Self::Growth | Self::Professional => 400,
            Self::Enterprise => 700,
            Self::EnterprisePlus | Self::HighVolume => 2500,
            Self::RequestsAMinute(number) => number,
        }
    }

    /// Incremental exports in a clock minute.
    pub const fn exports_a_minute(self) -> u32 {
        match self {
            Self::HighVolume => 30,
            _ => 10,
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMED.iter().find(|(plan, _)| plan == self) {
            Some((_, name)) => formatter.write_str(name),
            None => self.requests_a_minute().fmt(formatter),
        }
    }
}

/// A text that is not a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected essential, team, growth, professional, enterprise, enterprise-plus, high-volume or \
     a number of requests a minute from 1 to 4294967295"
)]
#[non_exhaustive]
pub struct ParsePlanError;

impl FromStr for Plan {
    type Err = ParsePlanError;

    fn from_str(text: &str) -> Result<Self, ParsePlanError> {
        if let Some((plan, _)) = NAMED.iter().find(|(_, name)| *name == text) {
            return Ok(*plan);
        }
        match text.parse() {
            Ok(number @ 1..) => Ok(Self::RequestsAMinute(number)),
            _ => Err(ParsePlanError),
        }
    }
}

/// How responses spell the account's limit, which has changed over the years. `x-rate-limit` is in both spellings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateHeaders {
    /// `ratelimit-*` and `zendesk-ratelimit-*`, since 2024.
    #[default]
    Current,
    /// `rate-limit*` and `zendesk-rate-limit-*`, as recorded in 2023.
    Of2023,
    /// None at all, for clients that should do without.
    None,
}

const SPELLINGS: [(RateHeaders, &str); 3] = [
    (RateHeaders::Current, "current"),
    (RateHeaders::Of2023, "2023"),
    (RateHeaders::None, "none"),
];

impl fmt::Display for RateHeaders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spelling = SPELLINGS.iter().find(|(headers, _)| headers == self);
        formatter.write_str(spelling.map_or("", |(_, name)| name))
    }
}

/// A text that is no spelling of rate headers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected current, 2023 or none")]
#[non_exhaustive]
pub struct ParseRateHeadersError;

impl FromStr for RateHeaders {
    type Err = ParseRateHeadersError;

    fn from_str(text: &str) -> Result<Self, ParseRateHeadersError> {
        let found = SPELLINGS.iter().find(|(_, name)| *name == text);
        found
            .map(|(headers, _)| *headers)
            .ok_or(ParseRateHeadersError)
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMED, Plan, RateHeaders, SPELLINGS};

    #[test]
    fn names_lead_back() {
        for (plan, name) in NAMED {
            assert_eq!(name.parse(), Ok(plan));
            assert_eq!(plan.to_string(), name);
        }
        for (headers, name) in SPELLINGS {
            assert_eq!(name.parse(), Ok(headers));
            assert_eq!(headers.to_string(), name);
        }
        assert_eq!("2".parse(), Ok(Plan::RequestsAMinute(2)));
        for text in ["", "0", "-1", "Team", "99999999999", "2024"] {
            assert!(text.parse::<RateHeaders>().is_err(), "{text}");
        }
        for text in ["", "0", "-1", "Team", "99999999999"] {
            assert!(text.parse::<Plan>().is_err(), "{text}");
        }
    }
}
