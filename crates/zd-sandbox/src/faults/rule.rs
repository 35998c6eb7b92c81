//! A rule: what goes wrong, when, and how it is written down.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::Method;

use super::effect::{Effect, NAMES, Stage, Wrong, quoted};
use crate::span;

/// Something that goes wrong on purpose: what, and under which conditions.
///
/// It is written in one line: the effect with its argument, how likely it is, then conditions in any order.
///
/// ```
/// use zd_sandbox::Fault;
///
/// // Three in a hundred requests are refused.
/// let fault: Fault = "429=3%".parse()?;
/// assert_eq!(fault.to_string(), "429=3%");
///
/// // The second bulk upsert is applied, and nobody is told.
/// let fault: Fault = "answer-lost POST /api/v2/users/create_or_update_many nth=2".parse()?;
/// assert_eq!(fault.name(), "answer-lost");
///
/// // Everything that mentions 42 is 503 in the first minute, at most five times.
/// let fault: Fault = r#"status(503, "try later") body="\"42\"" until=60s times=5"#.parse()?;
///
/// let error = "429=lots".parse::<Fault>().unwrap_err();
/// assert_eq!(error.to_string(), "`429=lots` at column 5: expected a percentage from 0% to 100%");
/// # Ok::<(), zd_sandbox::ParseFaultError>(())
/// ```
///
/// `docs/sandbox.md` lists the effects and the conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(crate) effect: Effect,
    /// From 0 to 1; 1 unless told.
    probability: f64,
    method: Option<Method>,
    path: Option<String>,
    body: Option<String>,
    /// Which of the requests that all else fits, from 1.
    nth: Option<(u64, u64)>,
    times: Option<u64>,
    from: Option<Duration>,
    until: Option<Duration>,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'a> {
    pub(crate) stage: Stage,
    pub(crate) method: &'a Method,
    /// Without `.json`.
    pub(crate) path: &'a str,
    pub(crate) body: &'a [u8],
    /// Since the rule was made.
    pub(crate) millis: i64,
}

impl Fault {
    /// Without conditions.
    pub(super) const fn always(effect: Effect, probability: f64) -> Self {
        Self {
            effect,
            probability,
            method: None,
            path: None,
            body: None,
            nth: None,
            times: None,
            from: None,
            until: None,
        }
    }

    /// The name of what goes wrong, such as `answer-lost`.
    pub fn name(&self) -> &'static str {
        self.effect.name()
    }

    /// How likely it is each time, from 0 to 1.
    pub const fn probability(&self) -> f64 {
        self.probability
    }

    /// Whether everything but chance and count fits.
    pub(super) fn fits(&self, look: Look<'_>) -> bool {
        let in_time = |from: Option<Duration>, until: Option<Duration>| {
            from.is_none_or(|from| look.millis >= span::millis(from))
                && until.is_none_or(|until| look.millis < span::millis(until))
        };
        let fits_method = match &self.method {
            Some(method) => method == look.method,
            None => {
                let writes = [Method::POST, Method::PUT, Method::DELETE, Method::PATCH];
                !self.effect.is_about_writes() || writes.contains(look.method)
            }
        };
        let fits_path = match &self.path {
            Some(pattern) => globbed(pattern.as_bytes(), look.path.as_bytes()),
            None => look.path.starts_with("/api/v2/"),
        };
        self.effect.stage() == look.stage
            && fits_method
            && fits_path
            && in_time(self.from, self.until)
            && self
                .body
                .as_ref()
                .is_none_or(|text| memchr::memmem::find(look.body, text.as_bytes()).is_some())
    }

    /// Whether the request is one of those that count; `seen` of them fitted, this one included.
    pub(super) fn is_due(&self, seen: u64, struck: u64) -> bool {
        self.nth
            .is_none_or(|(first, last)| (first..=last).contains(&seen))
            && self.times.is_none_or(|times| struck < times)
    }
}

/// Whether `*` can stand for something so that they are the same.
pub(crate) fn globbed(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut star = None;
    while place < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(byte) if *byte == text[place] => {
                at += 1;
                place += 1;
            }
            // The last star stands for one byte more.
            _ => match &mut star {
                Some((star, stood)) => {
                    *stood += 1;
                    at = *star + 1;
                    place = *stood;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.effect.fmt(formatter)?;
        if self.probability < 1.0 {
            // Rounded, because 0.029 * 100 is not 2.9.
            let percent = (self.probability * 1e8).round() / 1e6;
            write!(formatter, "={percent}%")?;
        }
        if let Some(method) = &self.method {
            write!(formatter, " {method}")?;
        }
        if let Some(path) = &self.path {
            write!(formatter, " {path}")?;
        }
        match self.nth {
            Some((first, last)) if first == last => write!(formatter, " nth={first}")?,
            Some((first, u64::MAX)) => write!(formatter, " nth={first}..")?,
            Some((first, last)) => write!(formatter, " nth={first}..{last}")?,
            None => {}
        }
        if let Some(times) = self.times {
            write!(formatter, " times={times}")?;
        }
        if let Some(body) = &self.body {
            write!(formatter, " body={}", quoted(body))?;
        }
        if let Some(from) = self.from {
            write!(formatter, " from={}", span::display(from))?;
        }
        if let Some(until) = self.until {
            write!(formatter, " until={}", span::display(until))?;
        }
        Ok(())
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

const PERCENTAGE: &str = "a percentage from 0% to 100%";
const CONDITION: &str =
    "a method, a path such as /api/v2/users/*, nth=, times=, body=, from= or until=";
const NTH: &str = "a number from 1, or a range such as 3..5 or 3..";
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::DELETE,
    Method::PATCH,
];

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let mut reader = Reader { text, at: 0 };
        let fault = reader.fault();
        fault.map_err(|(byte, expected)| ParseFaultError {
            text: text.to_owned(),
            column: text.get(..byte).map_or(0, |before| before.chars().count()) + 1,
            expected,
        })
    }
}

/// Where in the text, and what is expected there.
type Stuck = (usize, &'static str);

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fault(&mut self) -> Result<Fault, Stuck> {
        self.spaces();
        let start = self.at;
        let name = self.until(&['(', '=', ' ']);
        let arguments_at = self.at;
        let arguments = self.arguments()?;
        let effect = Effect::new(name, &arguments).map_err(|wrong| match wrong {
            Wrong::Name => (start, NAMES),
            Wrong::Argument(expected) => (arguments_at, expected),
        })?;
        let probability = self.probability()?;
        let mut fault = Fault::always(effect, probability);
        loop {
            self.spaces();
            if self.rest().is_empty() {
                let never =
                    matches!((fault.from, fault.until), (Some(from), Some(until)) if from >= until);
                return if never {
                    Err((self.at, "an `until` that is later than `from`"))
                } else {
                    Ok(fault)
                };
            }
            self.condition(&mut fault)?;
        }
    }

    fn condition(&mut self, fault: &mut Fault) -> Result<(), Stuck> {
        let start = self.at;
        if self.rest().starts_with('/') {
            let path = self.until(&[' ']);
            // A rule that can never strike would make a test pass.
            if path.starts_with("/__zd") {
                return Err((start, "a path of the account: nothing strikes /__zd/"));
            }
            let path = path.strip_suffix(".json").unwrap_or(path);
            return once(&mut fault.path, path.to_owned(), start);
        }
        let word = self.until(&['=', ' ']);
        if let Some(method) = METHODS.into_iter().find(|method| method.as_str() == word) {
            let reads = method == Method::GET;
            let writes_only =
                fault.effect == Effect::HalfApplied || fault.effect.stage() == Stage::Job;
            if reads && writes_only {
                return Err((start, "POST, PUT or DELETE: it strikes what writes"));
            }
            return once(&mut fault.method, method, start);
        }
        if !matches!(word, "nth" | "times" | "body" | "from" | "until")
            || !self.rest().starts_with('=')
        {
            return Err((start, CONDITION));
        }
        self.at += 1;
        let at = self.at;
        let value = self.value()?;
        let a_span = |text: &str| span::parse(text).ok_or((at, span::EXPECTED));
        match word {
            "nth" => once(&mut fault.nth, range(&value).ok_or((at, NTH))?, start),
            "times" => match value.parse() {
                Ok(times @ 1..) => once(&mut fault.times, times, start),
                _ => Err((at, "a number from 1")),
            },
            "body" if value.is_empty() => Err((at, "a text that the body contains")),
            "body" => once(&mut fault.body, value, start),
            "from" => once(&mut fault.from, a_span(&value)?, start),
            _ => once(&mut fault.until, a_span(&value)?, start),
        }
    }

    fn probability(&mut self) -> Result<f64, Stuck> {
        if !self.rest().starts_with('=') {
            if matches!(self.rest().chars().next(), None | Some(' ')) {
                return Ok(1.0);
            }
            return Err((self.at, "`=`, a condition or the end"));
        }
        self.at += 1;
        let at = self.at;
        let share = self.until(&[' ']);
        let digits = share.trim_end_matches('%');
        match (share.len() - digits.len(), digits.parse::<f64>()) {
            (1, Ok(percent)) if (0.0..=100.0).contains(&percent) => Ok(percent / 100.0),
            (0, Ok(_)) => Err((self.at, "`%`")),
            _ => Err((at, PERCENTAGE)),
        }
    }

    /// `(a, "b c")`, or nothing.
    fn arguments(&mut self) -> Result<Vec<String>, Stuck> {
        let mut arguments = Vec::new();
        if !self.rest().starts_with('(') {
            return Ok(arguments);
        }
        loop {
            self.at += 1;
            self.spaces();
            let argument = if self.rest().starts_with('"') {
                self.quoted()?
            } else {
                self.until(&[',', ')']).trim_end().to_owned()
            };
            arguments.push(argument);
            self.spaces();
            match self.rest().chars().next() {
                Some(',') => {}
                Some(')') => {
                    self.at += 1;
                    return Ok(arguments);
                }
                _ => return Err((self.at, "`)`")),
            }
        }
    }

    fn value(&mut self) -> Result<String, Stuck> {
        if self.rest().starts_with('"') {
            self.quoted()
        } else {
            Ok(self.until(&[' ']).to_owned())
        }
    }

    /// A JSON string.
    fn quoted(&mut self) -> Result<String, Stuck> {
        let start = self.at;
        let mut strings = serde_json::Deserializer::from_str(self.rest()).into_iter::<String>();
        match strings.next() {
            Some(Ok(text)) => {
                self.at += strings.byte_offset();
                Ok(text)
            }
            _ => Err((start, "a text in quotes, as in JSON")),
        }
    }

    fn until(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }
}

fn once<T>(place: &mut Option<T>, value: T, at: usize) -> Result<(), Stuck> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err((at, "each condition once")),
    }
}

fn range(text: &str) -> Option<(u64, u64)> {
    let (first, last) = match text.split_once("..") {
        Some((first, "")) => (first.parse().ok()?, u64::MAX),
        Some((first, last)) => (first.parse().ok()?, last.parse().ok()?),
        None => {
            let only = text.parse().ok()?;
            (only, only)
        }
    };
    (1 <= first && first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::{Fault, globbed};

    #[test]
    fn writes_what_it_reads() {
        for text in [
            "429=3%",
            "5xx",
            "job-killed=0.5%",
            "answer-lost=0%",
            "429(none)",
            "429(\"-1\") GET",
            "status(503)",
            "status(422, \"no, (really)\")=10%",
            "redirect(\"https://elsewhere.example/\")",
            "slow(10/s) GET /api/v2/users/* nth=3 times=1 body=\"a b\" from=10s until=60s",
            "delay(1500ms) nth=3..",
            "job-takes(600s)=0.1% nth=2..5",
            "results-object",
        ] {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string(), text);
        }
        let loose: Fault = "  half-applied   until=1m  /api/v2/users.json  POST "
            .parse()
            .unwrap();
        assert_eq!(
            loose.to_string(),
            "half-applied POST /api/v2/users until=60s"
        );
    }

    #[test]
    fn every_name_is_a_fault() {
        for (name, effect) in super::super::effect::NAMED {
            let fault: Fault = name.parse().unwrap();
            assert_eq!(fault.effect, *effect);
            assert_eq!(fault.name(), *name);
            assert!(super::NAMES.contains(name), "{name} is not told");
        }
    }

    #[test]
    fn says_where_it_does_not_parse() {
        for (text, column) in [
            ("", 1),
            ("418=3%", 1),
            ("é=3%", 1),
            ("429=", 5),
            ("429=x%", 5),
            ("429=3", 6),
            ("429=101%", 5),
            ("429=-1%", 5),
            ("429=NaN%", 5),
            ("429=3%%", 5),
            ("429(", 5),
            ("429(\"a", 5),
            ("429(1)x", 7),
            ("409(1)", 4),
            ("status", 7),
            ("status(99)", 7),
            ("slow(0)", 5),
            ("5xx PAST", 5),
            ("5xx GET POST", 9),
            ("5xx nth=0", 9),
            ("5xx nth=5..3", 9),
            ("5xx times=0", 11),
            ("5xx from=soon", 10),
            ("5xx body=", 10),
            ("5xx body=\"open", 10),
            ("5xx nth", 5),
            ("5xx /__zd/state", 5),
            ("5xx from=60s until=10s", 23),
            ("job-killed GET", 12),
            ("half-applied=5% GET", 17),
        ] {
            let error = text.parse::<Fault>().unwrap_err();
            assert_eq!(error.column, column, "{error}");
        }
    }

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text, expected) in [
            ("/a/*", "/a/b/c", true),
            ("/a/*", "/a", false),
            ("*", "", true),
            ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a/b/cc", false),
            ("/a/*c*", "/a/bbcbb", true),
            ("/a", "/a", true),
            ("/a", "/ab", false),
        ] {
            assert_eq!(
                globbed(pattern.as_bytes(), text.as_bytes()),
                expected,
                "{pattern} {text}"
            );
        }
    }
}
