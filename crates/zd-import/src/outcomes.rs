//! The stream of outcomes: a line of JSON a row.

use std::io::{self, Write};

use serde::Serialize;

use crate::Outcome;
use crate::layout::UNPROCESSED;

/// Writes every outcome as a line of JSON, as it becomes known:
/// `{"line":1204,"key":"ext:42","status":"updated","user_id":3812,"job":"V3-…","attempts":1}`, with an `error` of `code`,
/// `message` and `retryable` where there is one.
///
/// Give it a writer that buffers, and [`flush`](Self::flush) it at the end.
#[derive(Debug)]
pub struct OutcomeLog<W> {
    writer: W,
}

impl<W: Write> OutcomeLog<W> {
    /// A log into this writer.
    pub const fn new(writer: W) -> Self {
        Self { writer }
    }

    /// Hands on what is buffered.
    ///
    /// # Errors
    ///
    /// If writing fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// The writer.
    pub fn into_inner(self) -> W {
        self.writer
    }
}

#[derive(Serialize)]
struct Line<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<zd_model::UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Reason<'a>>,
}

#[derive(Serialize)]
struct Reason<'a> {
    code: &'a str,
    message: &'a str,
    retryable: bool,
}

impl<W: Write> OutcomeLog<W> {
    /// Writes a line.
    ///
    /// # Errors
    ///
    /// If the writer fails.
    pub fn record(&mut self, outcome: &Outcome) -> io::Result<()> {
        let line = Line {
            line: outcome.line,
            key: outcome.key.as_deref(),
            status: outcome.status.as_str(),
            user_id: outcome.user_id,
            job: outcome.job.as_ref().map(zd_model::JobId::as_str),
            attempts: Some(outcome.attempts),
            error: outcome.error.as_ref().map(|error| Reason {
                code: &error.code,
                message: &error.message,
                retryable: error.retryable,
            }),
        };
        self.write(&line)
    }

    /// Writes a line about a row that has no outcome: `{"line":1204,"key":"ext:42","status":"unprocessed"}`.
    ///
    /// # Errors
    ///
    /// If the writer fails.
    pub fn unprocessed(&mut self, line: u64, key: Option<&str>) -> io::Result<()> {
        self.write(&Line {
            line,
            key,
            status: UNPROCESSED,
            user_id: None,
            job: None,
            attempts: None,
            error: None,
        })
    }

    fn write(&mut self, line: &Line<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        // One call a line: a reader of the stream never sees half of one that was not cut by the end of the process.
        self.writer.write_all(&text)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use zd_model::{JobId, UserId, UserInput};

    use super::*;
    use crate::{Row, RowError, Status};

    #[test]
    fn every_outcome_is_a_line() {
        let user = UserInput {
            external_id: "42".into(),
            ..UserInput::default()
        };
        let row = Row::new(0, 1204, user, Bytes::new());
        let mut updated = Outcome::new(&row, Status::Updated);
        (updated.user_id, updated.attempts) = (Some(UserId::new(3812)), 1);
        updated.job = Some(JobId::new("V3-1"));
        let failed = Outcome::new(&row, Status::Failed).because(RowError::new(
            "RecordInvalid",
            "two\nlines",
            true,
        ));
        let mut log = OutcomeLog::new(Vec::new());
        log.record(&updated).unwrap();
        log.record(&failed).unwrap();
        assert_eq!(
            String::from_utf8(log.into_inner()).unwrap(),
            concat!(
                r#"{"line":1204,"key":"ext:42","status":"updated","user_id":3812,"job":"V3-1","attempts":1}"#,
                "\n",
                r#"{"line":1204,"key":"ext:42","status":"failed","attempts":0,"error":{"code":"RecordInvalid","message":"two\nlines","retryable":true}}"#,
                "\n"
            )
        );
    }
}
