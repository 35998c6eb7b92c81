//! What is wrong with a mapping.

use std::fmt;

use serde::Serialize;

/// A place in a mapping file, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl Position {
    /// The place of this byte of the text.
    pub(super) fn of(text: &str, at: usize) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() as u64 + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before[start..].chars().count() as u64 + 1;
        Self { line, column }
    }
}

/// One thing that is wrong with a mapping, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MappingProblem {
    /// The line of the mapping file, from 1.
    pub line: u64,
    /// The character of that line, from 1.
    pub column: u64,
    /// What kind of problem, as a word that stays the same between versions.
    pub code: &'static str,
    /// What is wrong, in words.
    pub message: String,
}

impl MappingProblem {
    pub(super) fn new(at: Position, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            line: at.line,
            column: at.column,
            code,
            message: message.into(),
        }
    }
}

/// `line 3, column 1: no such attribute; near it: email`
impl fmt::Display for MappingProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

/// A mapping that cannot be used: all that is wrong with it, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}, {}", First(.problems))]
#[non_exhaustive]
pub struct MappingError {
    /// The file's name.
    pub name: String,
    /// What is wrong.
    pub problems: Vec<MappingProblem>,
}

impl MappingError {
    pub(super) fn new(name: &str, mut problems: Vec<MappingProblem>) -> Self {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        Self {
            name: name.to_owned(),
            problems,
        }
    }
}

struct First<'a>(&'a [MappingProblem]);

impl fmt::Display for First<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else {
            return formatter.write_str("nothing is known to be wrong");
        };
        write!(formatter, "{first}")?;
        match rest.len() {
            0 => Ok(()),
            count => write!(formatter, "; and {count} more"),
        }
    }
}
