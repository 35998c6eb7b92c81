//! A success that cannot be read.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};
use zd_model::Operation;
use zd_model::operation::Effect;

use crate::endpoint::request_id;

/// A success (2xx) whose body cannot be read. It never holds text of the body.
#[derive(Debug, thiserror::Error)]
#[error("{operation} was answered with {status} and a body that {}", self.explain())]
#[non_exhaustive]
pub struct DecodeError {
    /// The operation.
    pub operation: &'static str,
    /// The status.
    pub status: StatusCode,
    /// What is wrong with the body.
    pub problem: DecodeProblem,
    /// Where in the JSON, such as `users[3].id`; `.` is the whole. A key that is no attribute's name is shown as `?`.
    pub path: String,
    /// What was expected there, if that is known.
    pub expected: Option<String>,
    /// The line in the body, from 1.
    pub line: usize,
    /// The column in the line, from 1.
    pub column: usize,
    /// The request id.
    pub request_id: Option<String>,
    /// Whether Zendesk may have done what was asked nonetheless: always, if it was a write.
    pub may_have_been_applied: bool,
}

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// There is none.
    Empty,
    /// It is no JSON, or not all of it: a page of HTML, garbage, a body cut off.
    NotJson,
    /// It is JSON of another shape.
    Shape,
}

impl DecodeError {
    pub(crate) fn new(
        operation: &Operation,
        response: &Response<Bytes>,
        path: Option<&Path>,
        error: &serde_json::Error,
    ) -> Self {
        let problem = match error.classify() {
            _ if response.body().trim_ascii().is_empty() => DecodeProblem::Empty,
            Category::Data => DecodeProblem::Shape,
            Category::Io | Category::Syntax | Category::Eof => DecodeProblem::NotJson,
        };
        Self {
            operation: operation.name,
            status: response.status(),
            problem,
            path: path.map_or_else(|| ".".to_owned(), shown),
            expected: (problem == DecodeProblem::Shape)
                .then(|| expected(&error.to_string()))
                .flatten(),
            line: error.line(),
            column: error.column(),
            request_id: request_id(response),
            may_have_been_applied: operation.effect != Effect::Read,
        }
    }

    fn explain(&self) -> String {
        match self.problem {
            DecodeProblem::Empty => "is empty".to_owned(),
            DecodeProblem::NotJson => {
                format!("is no JSON at line {} column {}", self.line, self.column)
            }
            DecodeProblem::Shape => {
                let path = &self.path;
                match &self.expected {
                    Some(expected) => format!("is of another shape: expected {expected} at {path}"),
                    None => format!("is of another shape at {path}"),
                }
            }
        }
    }
}

/// A path without the keys that are no attribute's name: keys come from outside too.
fn shown(path: &Path) -> String {
    let mut text = String::new();
    for segment in path.iter() {
        let name = match segment {
            Segment::Seq { index } => {
                // Writing to a string does not fail.
                let _written = write!(text, "[{index}]");
                continue;
            }
            Segment::Unknown => continue,
            Segment::Map { key: name } | Segment::Enum { variant: name } if is_name(name) => name,
            _ => "?",
        };
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(name);
    }
    if text.is_empty() {
        ".".to_owned()
    } else {
        text
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The part of serde's message that comes from the program's text and not from the body.
fn expected(message: &str) -> Option<String> {
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message);
    if let Some(field) = message.strip_prefix("missing field ") {
        return Some(format!("the field {field}"));
    }
    message
        .rsplit_once(", expected ")
        .map(|(_, expected)| expected.to_owned())
}
