//! A success that cannot be read.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::error::Category;
use zd_model::Operation;
use zd_model::operation::Effect;

use crate::endpoint::request_id;

/// The longest path shown; keys in it come from outside.
const MAX_PATH_CHARS: usize = 120;

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
    /// Where in the JSON, such as `users[3].id`; `.` is the whole.
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
        path: &str,
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
            path: path.chars().take(MAX_PATH_CHARS).collect(),
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
            DecodeProblem::Shape => match &self.expected {
                Some(expected) => format!("lacks {expected} at {}", self.path),
                None => format!("has another shape at {}", self.path),
            },
        }
    }
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
