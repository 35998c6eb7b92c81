//! What goes wrong: every named fault.

use std::fmt::{self, Write as _};
use std::time::Duration;

use crate::span;

/// What a fault does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    // Instead of carrying the request out.
    TooManyRequests(RetryAfter),
    Conflict,
    ServerError,
    Status(u16, Option<String>),
    Redirect(Option<String>),
    TokenExpired,
    ResetBefore,
    // After the request was carried out.
    HalfApplied,
    AnswerLost,
    ResetAfter,
    Html,
    Empty,
    Garbage,
    Truncated,
    WrongType,
    Endless,
    Bomb,
    Slow(u32),
    Delay(Duration),
    Hang,
    // To the job that the request queues.
    Job(JobEffect),
}

/// What goes wrong with a job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum JobEffect {
    Killed,
    Failed,
    Stuck,
    Gone,
    Late(Duration),
    Takes(Duration),
    RowFailed,
    Results(Results),
}

/// How a job's results are spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Results {
    Null,
    Shuffled,
    Short,
    Doubled,
    Foreign,
    Object,
}

/// What a 429 says about when to come again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    /// From 1 to 5 seconds.
    Usual,
    None,
    /// The header, word for word.
    Text(String),
}

/// When in the life of a request a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Instead of carrying it out.
    Before,
    /// Once it was carried out, or refused.
    After,
    /// When its job is queued.
    Job,
}

/// The name of every fault without arguments, and what it does; those that take one have their usual one here.
pub(super) const NAMED: &[(&str, Effect)] = &[
    ("429", Effect::TooManyRequests(RetryAfter::Usual)),
    ("409", Effect::Conflict),
    ("5xx", Effect::ServerError),
    ("redirect", Effect::Redirect(None)),
    ("token-expired", Effect::TokenExpired),
    ("reset-before", Effect::ResetBefore),
    ("half-applied", Effect::HalfApplied),
    ("answer-lost", Effect::AnswerLost),
    ("reset-after", Effect::ResetAfter),
    ("html", Effect::Html),
    ("empty", Effect::Empty),
    ("garbage", Effect::Garbage),
    ("truncated", Effect::Truncated),
    ("wrong-type", Effect::WrongType),
    ("endless", Effect::Endless),
    ("bomb", Effect::Bomb),
    ("slow", Effect::Slow(100)),
    ("delay", Effect::Delay(Duration::from_secs(5))),
    ("hang", Effect::Hang),
    ("job-killed", Effect::Job(JobEffect::Killed)),
    ("job-failed", Effect::Job(JobEffect::Failed)),
    ("job-stuck", Effect::Job(JobEffect::Stuck)),
    ("job-gone", Effect::Job(JobEffect::Gone)),
    (
        "job-late",
        Effect::Job(JobEffect::Late(Duration::from_secs(2))),
    ),
    (
        "job-takes",
        Effect::Job(JobEffect::Takes(Duration::from_secs(600))),
    ),
    ("row-failed", Effect::Job(JobEffect::RowFailed)),
    (
        "results-null",
        Effect::Job(JobEffect::Results(Results::Null)),
    ),
    (
        "results-shuffled",
        Effect::Job(JobEffect::Results(Results::Shuffled)),
    ),
    (
        "results-short",
        Effect::Job(JobEffect::Results(Results::Short)),
    ),
    (
        "results-doubled",
        Effect::Job(JobEffect::Results(Results::Doubled)),
    ),
    (
        "results-foreign",
        Effect::Job(JobEffect::Results(Results::Foreign)),
    ),
    (
        "results-object",
        Effect::Job(JobEffect::Results(Results::Object)),
    ),
];

/// What an argument in parentheses is not.
pub(super) const NAMES: &str = "a fault: 429, 409, 5xx, status(N), redirect, token-expired, reset-before, half-applied, answer-lost, \
     reset-after, html, empty, garbage, truncated, wrong-type, endless, bomb, slow, delay, hang, job-killed, job-failed, job-stuck, \
     job-gone, job-late, job-takes, row-failed, results-null, results-shuffled, results-short, results-doubled, results-foreign or \
     results-object";

impl Effect {
    /// The effect of this name; the error says what is expected instead, and whether it is the name that is wrong.
    pub(super) fn new(name: &str, arguments: &[String]) -> Result<Self, Wrong> {
        let named = NAMED.iter().find(|(known, _)| *known == name);
        let effect = match (named, name, arguments) {
            (Some((_, effect)), _, []) => return Ok(effect.clone()),
            (None, "status", []) => return Err(Wrong::Argument(STATUS)),
            (None, "status", [status]) => Self::Status(a_status(status)?, None),
            (None, "status", [status, body]) => Self::Status(a_status(status)?, Some(body.clone())),
            (None, _, _) => return Err(Wrong::Name),
            (Some(_), "429", [text]) if text == "none" => Self::TooManyRequests(RetryAfter::None),
            (Some(_), "429", [text]) if http::HeaderValue::from_str(text).is_ok() => {
                Self::TooManyRequests(RetryAfter::Text(text.clone()))
            }
            (Some(_), "429", _) => {
                return Err(Wrong::Argument(
                    "what Retry-After says, such as 429(7) or 429(none)",
                ));
            }
            (Some(_), "redirect", [url]) if http::HeaderValue::from_str(url).is_ok() => {
                Self::Redirect(Some(url.clone()))
            }
            (Some(_), "slow", [rate]) => {
                let rate = rate.strip_suffix("/s").unwrap_or(rate).parse();
                match rate {
                    Ok(rate @ 1..) => Self::Slow(rate),
                    _ => return Err(Wrong::Argument("bytes a second, such as slow(100/s)")),
                }
            }
            (Some(_), "delay", [time]) => Self::Delay(a_span(time)?),
            (Some(_), "job-late", [time]) => Self::Job(JobEffect::Late(a_span(time)?)),
            (Some(_), "job-takes", [time]) => Self::Job(JobEffect::Takes(a_span(time)?)),
            (Some(_), _, _) => {
                return Err(Wrong::Argument(
                    "`=`, a condition or the end: it takes no argument",
                ));
            }
        };
        Ok(effect)
    }

    pub(crate) const fn stage(&self) -> Stage {
        match self {
            Self::TooManyRequests(_)
            | Self::Conflict
            | Self::ServerError
            | Self::Status(..)
            | Self::Redirect(_)
            | Self::TokenExpired
            | Self::ResetBefore => Stage::Before,
            Self::Job(_) => Stage::Job,
            _ => Stage::After,
        }
    }

    /// Whether it strikes only what writes, unless a method is named.
    pub(crate) const fn is_about_writes(&self) -> bool {
        matches!(
            self,
            Self::HalfApplied | Self::AnswerLost | Self::ResetAfter
        )
    }

    /// Its name, without arguments.
    pub(crate) fn name(&self) -> &'static str {
        let plain = match self {
            Self::Status(..) => return "status",
            Self::TooManyRequests(_) => &Self::TooManyRequests(RetryAfter::Usual),
            Self::Redirect(_) => &Self::Redirect(None),
            Self::Slow(_) => return "slow",
            Self::Delay(_) => return "delay",
            Self::Job(JobEffect::Late(_)) => return "job-late",
            Self::Job(JobEffect::Takes(_)) => return "job-takes",
            plain => plain,
        };
        let named = NAMED.iter().find(|(_, effect)| effect == plain);
        named.map_or("", |(name, _)| name)
    }
}

/// What is wrong with an effect.
pub(super) enum Wrong {
    Name,
    Argument(&'static str),
}

const STATUS: &str = "a status from 200 to 599, such as status(503) or status(422, \"text\")";

fn a_status(text: &str) -> Result<u16, Wrong> {
    match text.parse() {
        Ok(status @ 200..=599) => Ok(status),
        _ => Err(Wrong::Argument(STATUS)),
    }
}

fn a_span(text: &str) -> Result<Duration, Wrong> {
    span::parse(text).ok_or(Wrong::Argument(span::EXPECTED))
}

/// As it is parsed.
impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())?;
        let argument = match self {
            Self::TooManyRequests(RetryAfter::None) => "none".to_owned(),
            Self::TooManyRequests(RetryAfter::Text(text)) | Self::Redirect(Some(text)) => {
                quoted(text)
            }
            Self::Status(status, None) => status.to_string(),
            Self::Status(status, Some(body)) => format!("{status}, {}", quoted(body)),
            Self::Slow(rate) => format!("{rate}/s"),
            Self::Delay(time) | Self::Job(JobEffect::Late(time) | JobEffect::Takes(time)) => {
                span::display(*time)
            }
            _ => return Ok(()),
        };
        formatter.write_char('(')?;
        formatter.write_str(&argument)?;
        formatter.write_char(')')
    }
}

/// A JSON string, which is how a text with spaces is written in a rule.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
