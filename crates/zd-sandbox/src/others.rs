//! Other integrations of the same account: what they use, and what they are refused.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::clock::Now;
use crate::span;

/// Requests of other integrations, evenly spaced, in phases that follow one another and begin again.
///
/// ```
/// use zd_sandbox::Others;
///
/// let others: Others = "560/min:60s,100/min:60s".parse()?;
/// assert_eq!(others.to_string(), "560/min:60s,100/min:60s");
/// assert_eq!("400/min".parse::<Others>()?.to_string(), "400/min");
/// # Ok::<(), zd_sandbox::ParseOthersError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Others {
    phases: Vec<Phase>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Phase {
    a_minute: u32,
    /// None: for ever.
    lasts: Option<Duration>,
}

/// Job slots that other integrations hold: a number that changes every 30 seconds.
///
/// ```
/// assert_eq!("0-20".parse::<zd_sandbox::OtherJobs>()?.to_string(), "0-20");
/// # Ok::<(), zd_sandbox::ParseOthersError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherJobs {
    pub(crate) least: usize,
    pub(crate) most: usize,
}

/// A text that does not say what others do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
#[non_exhaustive]
pub struct ParseOthersError {
    /// What should be there.
    pub expected: &'static str,
}

const RATE: ParseOthersError = ParseOthersError {
    expected: "a rate such as 400/min, or phases such as 560/min:60s,100/min:60s",
};
const SLOTS: ParseOthersError = ParseOthersError {
    expected: "a number of jobs such as 10, or a range such as 0-20, up to 30",
};

impl FromStr for Others {
    type Err = ParseOthersError;

    fn from_str(text: &str) -> Result<Self, ParseOthersError> {
        let phase = |text: &str| {
            let (rate, lasts) = match text.split_once(':') {
                Some((rate, lasts)) => (rate, Some(span::parse(lasts)?)),
                None => (text, None),
            };
            let a_minute = rate.strip_suffix("/min")?.parse().ok()?;
            if a_minute > MOST_A_MINUTE {
                return None;
            }
            Some(Phase { a_minute, lasts })
        };
        let phases: Option<Vec<Phase>> = text.split(',').map(phase).collect();
        let phases = phases.ok_or(RATE)?;
        let least = Duration::from_secs(1);
        let endless = |phase: &Phase| phase.lasts.is_none_or(|lasts| lasts < least);
        match &*phases {
            [one] if one.lasts.is_none() => Ok(Self { phases }),
            several if several.iter().any(endless) => Err(RATE),
            _ => Ok(Self { phases }),
        }
    }
}

impl fmt::Display for Others {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, phase) in self.phases.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(formatter, "{comma}{}/min", phase.a_minute)?;
            if let Some(lasts) = phase.lasts {
                write!(formatter, ":{}", span::display(lasts))?;
            }
        }
        Ok(())
    }
}

impl FromStr for OtherJobs {
    type Err = ParseOthersError;

    fn from_str(text: &str) -> Result<Self, ParseOthersError> {
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        match (least.parse(), most.parse()) {
            (Ok(least), Ok(most)) if least <= most && most <= crate::jobs::MOST_AT_ONCE => {
                Ok(Self { least, most })
            }
            _ => Err(SLOTS),
        }
    }
}

impl fmt::Display for OtherJobs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least == self.most {
            self.most.fmt(formatter)
        } else {
            write!(formatter, "{}-{}", self.least, self.most)
        }
    }
}

/// No more a minute: beyond that real accounts are cut off (documented).
const MOST_A_MINUTE: u32 = 100_000;

/// When the next of their requests comes.
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    others: Others,
    phase: usize,
    phase_start: Now,
    /// Within the phase.
    number: i64,
}

impl Arrivals {
    pub(crate) fn new(others: Others, now: Now) -> Self {
        Self {
            others,
            phase: 0,
            phase_start: now,
            number: 0,
        }
    }

    pub(crate) const fn spec(&self) -> &Others {
        &self.others
    }

    /// Passes over what came before `from`, phase by phase or round by round; gives how many that were.
    pub(crate) fn skip_to(&mut self, from: Now) -> u64 {
        let phases = &self.others.phases;
        let millis = |phase: &Phase| phase.lasts.map_or(i64::MAX, span::millis);
        let round = phases
            .iter()
            .fold(0_i64, |sum, phase| sum.saturating_add(millis(phase)));
        let behind = from.millis().saturating_sub(self.phase_start.millis());
        if behind <= 0 {
            return 0;
        }
        if let [
            Phase {
                a_minute,
                lasts: None,
            },
        ] = **phases
        {
            let number = i64::from(a_minute).saturating_mul(behind) / 60_000;
            let skipped = (number - self.number).max(0);
            self.number += skipped;
            return u64::try_from(skipped).unwrap_or(0);
        }
        let rounds = behind / round.max(1);
        let a_round: u64 = phases
            .iter()
            .map(|phase| {
                u64::from(phase.a_minute) * u64::try_from(millis(phase)).unwrap_or(0) / 60_000
            })
            .sum();
        self.phase_start = self.phase_start.plus_millis(rounds.saturating_mul(round));
        a_round.saturating_mul(u64::try_from(rounds).unwrap_or(0))
    }

    /// The next arrival up to `now`, if there is one.
    pub(crate) fn next_until(&mut self, now: Now) -> Option<Now> {
        loop {
            let phase = *self.others.phases.get(self.phase)?;
            let end = match phase.lasts {
                Some(lasts) => self.phase_start.plus_millis(span::millis(lasts)),
                None => Now::from_millis(i64::MAX),
            };
            let due = match i64::from(phase.a_minute) {
                0 => end,
                rate => self
                    .phase_start
                    .plus_millis(self.number.saturating_mul(60_000) / rate),
            };
            if due < end {
                if due > now {
                    return None;
                }
                self.number += 1;
                return Some(due);
            }
            if end > now || end == self.phase_start {
                return None;
            }
            self.phase = (self.phase + 1) % self.others.phases.len();
            self.phase_start = end;
            self.number = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrivals, OtherJobs, Others};
    use crate::clock::Now;

    #[test]
    fn refuses_what_says_nothing() {
        for text in [
            "",
            "400",
            "400/s",
            "-1/min",
            "400/min,100/min",
            "400/min:0s,1/min:1s",
            "400/min:60s,",
        ] {
            assert!(text.parse::<Others>().is_err(), "{text}");
        }
        for text in ["", "x", "5-2", "0-31", "-1", "1-2-3"] {
            assert!(text.parse::<OtherJobs>().is_err(), "{text}");
        }
    }

    #[test]
    fn phases_follow_one_another() {
        let others = "60/min:2s,0/min:3s,120/min:1s".parse().unwrap();
        let mut arrivals = Arrivals::new(others, Now::from_millis(0));
        let mut all = Vec::new();
        for until in [0, 1, 4000, 11_500] {
            while let Some(due) = arrivals.next_until(Now::from_millis(until)) {
                all.push(due.millis());
            }
        }
        assert_eq!(all, [0, 1000, 5000, 5500, 6000, 7000, 11_000, 11_500]);
    }
}
