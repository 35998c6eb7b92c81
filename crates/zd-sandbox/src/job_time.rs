//! How long bulk jobs take, and what moves them on.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use crate::span;

/// How long a bulk job takes, or what else moves it on.
///
/// ```
/// use std::time::Duration;
/// use zd_sandbox::JobTime;
///
/// assert_eq!("0".parse(), Ok(JobTime::INSTANT));
/// assert_eq!("250ms".parse(), Ok(JobTime::Fixed(Duration::from_millis(250))));
/// assert_eq!("polls:3".parse(), Ok(JobTime::Polls(3)));
/// let lognormal = JobTime::LogNormal { mean: Duration::from_secs(5), variation: 1.5 };
/// assert_eq!("lognormal:5s:1.5".parse(), Ok(lognormal));
/// assert!("soon".parse::<JobTime>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq)]
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
    /// Drawn for each job from a lognormal distribution.
    LogNormal {
        /// The mean.
        mean: Duration,
        /// The coefficient of variation: standard deviation divided by mean.
        variation: f64,
    },
    /// These one after another, then from the first again. An empty list takes no time.
    Trace(Arc<[Duration]>),
    /// A job is done when it was asked for so often; time does not matter, nor do workers.
    Polls(u32),
    /// A job moves only when it is told to: `POST /__zd/jobs/{id}`, or
    /// [`Sandbox::finish_job`](crate::Sandbox::finish_job).
    Hand,
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected 0, a time such as 250ms, 2s or 1m, lognormal:MEAN:VARIATION, trace:TIME,TIME,…, \
     per-user:WAIT:EACH, polls:N or hand"
)]
#[non_exhaustive]
pub struct ParseJobTimeError;

/// Reads what [`JobTime`] displays: `2s`, `lognormal:5s:1.5`, `trace:5s,30s,5s`, `per-user:2s:80ms`, `polls:3`, `hand`.
impl FromStr for JobTime {
    type Err = ParseJobTimeError;

    fn from_str(text: &str) -> Result<Self, ParseJobTimeError> {
        let time = |text: &str| span::parse(text).ok_or(ParseJobTimeError);
        let Some((kind, rest)) = text.split_once(':') else {
            return match text {
                "hand" => Ok(Self::Hand),
                _ => time(text).map(Self::Fixed),
            };
        };
        let pair = || rest.split_once(':').ok_or(ParseJobTimeError);
        match kind {
            "lognormal" => {
                let (mean, variation) = pair()?;
                let variation: f64 = variation.parse().map_err(|_| ParseJobTimeError)?;
                let mean = time(mean)?;
                if !(0.0..=1000.0).contains(&variation) {
                    return Err(ParseJobTimeError);
                }
                Ok(Self::LogNormal { mean, variation })
            }
            "trace" => rest
                .split([',', '\n'])
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(time)
                .collect::<Result<Arc<[_]>, _>>()
                .and_then(|times| {
                    if times.is_empty() {
                        Err(ParseJobTimeError)
                    } else {
                        Ok(Self::Trace(times))
                    }
                }),
            "per-user" => {
                let (queued, each) = pair()?;
                let (queued, each) = (time(queued)?, time(each)?);
                Ok(Self::PerUser { queued, each })
            }
            "polls" => match rest.parse() {
                Ok(polls @ 1..) => Ok(Self::Polls(polls)),
                _ => Err(ParseJobTimeError),
            },
            _ => Err(ParseJobTimeError),
        }
    }
}

impl fmt::Display for JobTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spelled = span::display;
        match self {
            Self::PerUser { queued, each } => {
                write!(
                    formatter,
                    "per-user:{}:{}",
                    spelled(*queued),
                    spelled(*each)
                )
            }
            Self::Fixed(time) => formatter.write_str(&spelled(*time)),
            Self::LogNormal { mean, variation } => {
                write!(formatter, "lognormal:{}:{variation}", spelled(*mean))
            }
            Self::Trace(times) => {
                let times: Vec<String> = times.iter().copied().map(spelled).collect();
                write!(formatter, "trace:{}", times.join(","))
            }
            Self::Polls(polls) => write!(formatter, "polls:{polls}"),
            Self::Hand => formatter.write_str("hand"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::JobTime;

    #[test]
    fn writes_what_it_reads() {
        for text in [
            "0s",
            "250ms",
            "lognormal:5s:1.5",
            "trace:5s,30s,250ms",
            "per-user:2s:80ms",
            "polls:3",
            "hand",
        ] {
            let time: JobTime = text.parse().unwrap();
            assert_eq!(time.to_string(), text);
        }
        for text in [
            "",
            "soon",
            "polls:0",
            "polls:-1",
            "polls:",
            "trace:",
            "trace:5s,x",
            "lognormal:5s",
            "lognormal:5s:-1",
            "lognormal:5s:NaN",
            "per-user:1s",
            "normal:5s:1",
            "hand:1",
        ] {
            assert!(text.parse::<JobTime>().is_err(), "{text}");
        }
    }
}
