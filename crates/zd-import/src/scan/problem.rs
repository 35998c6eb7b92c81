//! What is wrong with an input, and where.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// How many problems are kept whole; all are counted.
pub(crate) const KEPT: usize = 20;

/// How many characters of the input a problem quotes.
const QUOTED: usize = 80;

/// One thing that is wrong, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The line on which the row begins, from 1; in a JSON array the line on which the value stands.
    pub line: u64,
    /// In CSV the column's number, in JSON the byte of the line at which the value begins; from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The column's name, as in the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column_name: Option<String>,
    /// What kind of problem, as a word that stays the same between versions: `email_malformed`.
    pub code: &'static str,
    /// What is wrong, in words.
    pub message: String,
    /// What stood there: at most 80 characters of it, and never a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

impl Problem {
    /// A problem of a whole row.
    pub(crate) fn of_row(line: u64, fault: Fault) -> Self {
        Self {
            line,
            column: None,
            column_name: None,
            code: fault.code,
            message: fault.message,
            quote: None,
        }
    }

    pub(crate) fn at(mut self, column: u64, name: &str) -> Self {
        // What no column holds, such as a constant of a mapping, is at none.
        self.column = (column > 0).then_some(column);
        self.column_name = (!name.is_empty()).then(|| shorten(name));
        self
    }

    pub(crate) fn quoting(mut self, text: &str) -> Self {
        self.quote = Some(shorten(text));
        self
    }
}

/// `line 7, column 2 (email): not an e-mail address: no @ ("ann.example.com")`.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}", self.line)?;
        if let Some(column) = self.column {
            write!(formatter, ", column {column}")?;
        }
        if let Some(name) = &self.column_name {
            write!(formatter, " ({})", name.escape_debug())?;
        }
        write!(formatter, ": {}", self.message)?;
        if let Some(quote) = &self.quote {
            write!(formatter, " (\"{}\")", quote.escape_debug())?;
        }
        Ok(())
    }
}

/// The first 80 characters, with an ellipsis in place of the rest.
pub(crate) fn shorten(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(QUOTED) else {
        return text.to_owned();
    };
    let cut = text[..end].char_indices().next_back();
    let mut short = text[..cut.map_or(0, |(start, _)| start)].to_owned();
    short.push('…');
    short
}

/// What is wrong with a value, before it is known where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// All that is wrong with an input: every problem counted, the first 20 kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problems {
    /// How many there are.
    pub total: u64,
    /// How many there are of each code.
    pub by_code: BTreeMap<&'static str, u64>,
    /// The first of them.
    pub first: Vec<Problem>,
}

impl Problems {
    /// Counts a problem and keeps it if it is among the first.
    pub(crate) fn add(&mut self, problem: Problem) {
        self.count(problem.code, 1);
        self.keep(problem);
    }

    pub(crate) fn count(&mut self, code: &'static str, count: u64) {
        self.total += count;
        *self.by_code.entry(code).or_default() += count;
    }

    pub(crate) fn keep(&mut self, problem: Problem) {
        if self.first.len() < KEPT {
            self.first.push(problem);
        }
    }

    /// Keeps a problem at the place of its line if it is among the first.
    pub(crate) fn keep_by_line(&mut self, problem: Problem) {
        let before = |kept: &Problem| kept.line <= problem.line;
        let place = self.first.partition_point(before);
        self.first.insert(place, problem);
        self.first.truncate(KEPT);
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_have_at_most_eighty_characters() {
        for (length, expected) in [(0, 0), (80, 80), (81, 80), (10_000, 80)] {
            let short = shorten(&"é".repeat(length));
            assert_eq!(short.chars().count(), expected);
            assert_eq!(short.ends_with('…'), length > 80);
        }
    }

    #[test]
    fn a_problem_says_where_and_what() {
        let problem = Problem::of_row(7, Fault::new("email_malformed", "no @"));
        assert_eq!(problem.to_string(), "line 7: no @");
        let problem = problem.at(2, "email").quoting("ann\u{7}");
        assert_eq!(
            problem.to_string(),
            "line 7, column 2 (email): no @ (\"ann\\u{7}\")"
        );
    }

    #[test]
    fn all_problems_are_counted_and_the_first_twenty_kept() {
        let mut problems = Problems::default();
        for line in 1..=30 {
            let code = if line % 3 == 0 { "b" } else { "a" };
            problems.add(Problem::of_row(line, Fault::new(code, "")));
        }
        assert_eq!((problems.total, problems.first.len()), (30, 20));
        assert_eq!(problems.by_code, BTreeMap::from([("a", 20), ("b", 10)]));
    }
}
