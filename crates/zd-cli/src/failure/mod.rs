//! Errors as the user sees them: what, where, why, what was sent, and the literal next command.

mod client;
mod render;

pub(crate) use client::call_of;

use crate::codes::{self, Code};
use crate::exit::Exit;

/// Why a command ended early. One word wide: it is the error of nearly everything here.
#[derive(Debug)]
pub(crate) struct Failure(Box<Parts>);

/// What there is to say.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The kind.
    pub(crate) code: &'static Code,
    /// What happened, in one line.
    pub(crate) what: String,
    /// Where: account, method and path, request id; or file, line, column.
    pub(crate) place: Vec<(&'static str, String)>,
    /// What the other side says, field by field.
    pub(crate) details: Vec<(String, String)>,
    /// What programs may want beyond the details, by name.
    pub(crate) data: Vec<(&'static str, serde_json::Value)>,
    /// Why.
    pub(crate) why: Option<String>,
    /// What was sent and applied.
    pub(crate) sent: Option<String>,
    /// The literal next command.
    pub(crate) fix: String,
    /// The exit code, usually the code's own.
    pub(crate) exit: Exit,
    /// The causes beneath, for `-v`.
    pub(crate) causes: Vec<String>,
}

impl std::ops::Deref for Failure {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::ops::DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

impl Failure {
    /// A failure of this kind.
    pub(crate) fn new(code: &'static Code, what: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            code,
            what: what.into(),
            place: Vec::new(),
            details: Vec::new(),
            data: Vec::new(),
            why: None,
            sent: None,
            fix: code.fix.to_owned(),
            exit: code.exit,
            causes: Vec::new(),
        }))
    }

    /// Bad usage that only shows after parsing.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(&codes::USAGE, what)
    }

    /// Adds a place.
    pub(crate) fn at(mut self, kind: &'static str, place: impl Into<String>) -> Self {
        self.place.push((kind, place.into()));
        self
    }

    /// Adds what the other side says.
    pub(crate) fn detail(mut self, field: impl Into<String>, text: impl Into<String>) -> Self {
        self.details.push((field.into(), text.into()));
        self
    }

    /// Adds what only programs want.
    pub(crate) fn data(mut self, name: &'static str, value: impl serde::Serialize) -> Self {
        // What cannot be written as JSON is in the details as text.
        let value = serde_json::to_value(value).ok();
        self.data.extend(value.map(|value| (name, value)));
        self
    }

    /// Says why.
    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Says what was sent.
    pub(crate) fn sent(mut self, sent: impl Into<String>) -> Self {
        self.sent = Some(sent.into());
        self
    }

    /// Says what to do.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    /// Ends with another exit code than the code's own.
    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Keeps the chain of causes, this error's own text included.
    pub(crate) fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// A local file that cannot be used.
    pub(crate) fn file(path: &str, doing: &str, error: &std::io::Error) -> Self {
        let code = if error.kind() == std::io::ErrorKind::NotFound {
            &codes::FILE_NOT_FOUND
        } else {
            &codes::FILE_UNUSABLE
        };
        Self::new(code, format!("cannot {doing} {path}: {}", plain(error)))
    }
}

/// The words of an I/O error without Rust's `(os error 2)`.
pub(crate) fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}
