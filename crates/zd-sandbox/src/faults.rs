//! Faults on purpose: what a user writes, and when one strikes.

use std::fmt;
use std::str::FromStr;

/// Something that goes wrong now and then, such as `429=3%`.
///
/// ```
/// use zd_sandbox::Fault;
///
/// let fault: Fault = "answer-lost=2.5%".parse()?;
/// assert_eq!(fault.to_string(), "answer-lost=2.5%");
/// let error = "429=lots".parse::<Fault>().unwrap_err();
/// assert_eq!(error.to_string(), "`429=lots` at column 5: expected a percentage from 0% to 100%");
/// # Ok::<(), zd_sandbox::ParseFaultError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    kind: FaultKind,
    /// From 0 to 1.
    probability: f64,
    // Rules by method, path, nth request, body and time window get their conditions here.
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// `429`: an API request is refused with `Retry-After` from 1 to 5; nothing is applied.
    TooManyRequests,
    /// `5xx`: an API request is answered 500, 502 or 503, as JSON or HTML; nothing is applied.
    ServerError,
    /// `job-killed`: a bulk job stops in the middle, without results.
    JobKilled,
    /// `answer-lost`: a POST is applied, then the connection is dropped without an answer.
    AnswerLost,
}

const KINDS: [FaultKind; 4] = [
    FaultKind::TooManyRequests,
    FaultKind::ServerError,
    FaultKind::JobKilled,
    FaultKind::AnswerLost,
];

impl FaultKind {
    /// Its name in `--fault NAME=3%`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooManyRequests => "429",
            Self::ServerError => "5xx",
            Self::JobKilled => "job-killed",
            Self::AnswerLost => "answer-lost",
        }
    }
}

impl Fault {
    /// A fault that strikes with this probability; beyond 0 to 1 it is never or always.
    pub const fn new(kind: FaultKind, probability: f64) -> Self {
        Self { kind, probability }
    }

    /// What goes wrong.
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// How likely it is each time, from 0 to 1.
    pub const fn probability(&self) -> f64 {
        self.probability
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded, because 0.029 * 100 is not 2.9.
        let percent = (self.probability * 1e8).round() / 1e6;
        write!(formatter, "{}={percent}%", self.kind.name())
    }
}

/// A text that is not a fault; says where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` at column {column}: expected {expected}")]
#[non_exhaustive]
pub struct ParseFaultError {
    /// The text.
    pub text: String,
    /// Where it stops making sense; the first column is 1.
    pub column: usize,
    /// What should be there.
    pub expected: &'static str,
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let fail = |byte: usize, expected| ParseFaultError {
            text: text.to_owned(),
            column: text.get(..byte).map_or(0, |before| before.chars().count()) + 1,
            expected,
        };
        let (name, share) = text
            .split_once('=')
            .ok_or_else(|| fail(text.len(), "`=` and a percentage, as in 429=3%"))?;
        let kind = KINDS
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| fail(0, "429, 5xx, job-killed or answer-lost"))?;
        let at = name.len() + 1;
        let number = share
            .strip_suffix('%')
            .ok_or_else(|| {
                let digits = share.trim_end_matches(|letter: char| !letter.is_ascii_digit());
                let is_number = digits.len() == share.len() && share.parse::<f64>().is_ok();
                let byte = if is_number { text.len() } else { at };
                fail(byte, if is_number { "`%`" } else { PERCENTAGE })
            })?
            .parse::<f64>();
        match number {
            Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(Self::new(kind, percent / 100.0)),
            _ => Err(fail(at, PERCENTAGE)),
        }
    }
}

const PERCENTAGE: &str = "a percentage from 0% to 100%";

/// The faults of a sandbox, each with its own stream of chance, so that adding one leaves the others as they were.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<(Fault, fastrand::Rng)>,
    /// What a fault that strikes looks like.
    pub(crate) shape: fastrand::Rng,
}

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>, seed: u64) -> Self {
        let stream = |number: u64| {
            fastrand::Rng::with_seed(seed ^ (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
        };
        Self {
            rules: faults
                .into_iter()
                .zip(1..)
                .map(|(fault, number)| (fault, stream(number)))
                .collect(),
            shape: stream(0),
        }
    }

    /// Whether a fault of this kind strikes now.
    pub(crate) fn strikes(&mut self, kind: FaultKind) -> bool {
        // Every rule draws, struck or not: what one does never shifts another's stream.
        self.rules
            .iter_mut()
            .filter(|(fault, _)| fault.kind == kind)
            .fold(false, |struck, (fault, chance)| {
                (chance.f64() < fault.probability) | struck
            })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultKind, Faults};

    #[test]
    fn reads_every_kind() {
        for (text, kind, probability) in [
            ("429=3%", FaultKind::TooManyRequests, 0.03),
            ("5xx=100%", FaultKind::ServerError, 1.0),
            ("job-killed=0.5%", FaultKind::JobKilled, 0.005),
            ("answer-lost=0%", FaultKind::AnswerLost, 0.0),
        ] {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.kind(), kind);
            assert!((fault.probability() - probability).abs() < 1e-12, "{text}");
            assert_eq!(fault.to_string(), text);
        }
    }

    #[test]
    fn says_where_it_does_not_parse() {
        for (text, column) in [
            ("", 1),
            ("429", 4),
            ("418=3%", 1),
            ("429=", 5),
            ("429=x%", 5),
            ("429=3", 6),
            ("429=101%", 5),
            ("429=-1%", 5),
            ("429=NaN%", 5),
            ("429=3%%", 5),
            ("é=3%", 1),
        ] {
            let error = text.parse::<Fault>().unwrap_err();
            assert_eq!(error.column, column, "{error}");
        }
    }

    #[test]
    fn the_same_seed_strikes_at_the_same_requests() {
        let strikes = |seed| {
            let mut faults = Faults::new(vec!["5xx=10%".parse().unwrap()], seed);
            (0..1000)
                .map(|_| faults.strikes(FaultKind::ServerError))
                .collect::<Vec<_>>()
        };
        assert_eq!(strikes(7), strikes(7));
        assert_ne!(strikes(7), strikes(8));
        let struck = strikes(7).into_iter().filter(|struck| *struck).count();
        assert!((60..140).contains(&struck), "{struck} of 1000 at 10 %");
    }
}
