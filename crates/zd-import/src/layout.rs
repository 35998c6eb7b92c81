//! How an input is laid out, so that a failed file can be laid out the same.

use bytes::Bytes;
use serde_json::{Map, Value};
use zd_model::{JobId, UserId};

use crate::input::json::{Member, members};
use crate::input::record::{Cell, scan};
use crate::{Format, Outcome, RowError};

/// The word that files and reports use for a row without an outcome.
pub(crate) const UNPROCESSED: &str = "unprocessed";

/// The columns that a failed file adds, in their order.
const OURS: [&str; 8] = [
    "zd_line",
    "zd_status",
    "zd_code",
    "zd_error",
    "zd_retryable",
    "zd_user_id",
    "zd_job_id",
    "zd_attempts",
];

/// How an input is laid out: its header, delimiter and line ends. A failed file has the same layout, save that of a JSON
/// array it has the elements alone, each on a line of its own: such a file can grow, and be read as far as it goes.
#[derive(Clone, Debug)]
pub struct Layout {
    format: Format,
    /// Whether a row may span lines and must not: an element of a JSON array.
    joins_lines: bool,
    delimiter: u8,
    marked: bool,
    line_end: &'static str,
    header: Bytes,
    /// The places of the columns that an earlier import added.
    ours: Vec<usize>,
    columns: usize,
}

impl Layout {
    pub(crate) fn csv(
        delimiter: u8,
        marked: bool,
        line_end: &[u8],
        header: &[u8],
        ours: Vec<usize>,
        columns: usize,
    ) -> Self {
        Self {
            format: Format::Csv,
            joins_lines: false,
            delimiter,
            marked,
            line_end: match line_end {
                b"\r\n" => "\r\n",
                b"\r" => "\r",
                _ => "\n",
            },
            header: Bytes::copy_from_slice(header),
            ours,
            columns,
        }
    }

    pub(crate) const fn json_lines(marked: bool) -> Self {
        Self {
            format: Format::JsonLines,
            joins_lines: false,
            delimiter: b',',
            marked,
            line_end: "\n",
            header: Bytes::new(),
            ours: Vec::new(),
            columns: 0,
        }
    }

    pub(crate) fn json_array(marked: bool) -> Self {
        Self {
            joins_lines: true,
            ..Self::json_lines(marked)
        }
    }

    /// How the rows of a failed file are written: an array's as JSON Lines.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// What parts the cells, in CSV.
    pub const fn delimiter(&self) -> Option<char> {
        match self.format {
            Format::Csv => Some(self.delimiter as char),
            Format::JsonLines | Format::JsonArray => None,
        }
    }

    /// What a failed file begins with: the byte order mark if the input had one, and the header with our columns.
    pub(crate) fn begin(&self) -> Vec<u8> {
        self.begin_with(&OURS)
    }

    /// What a file without our columns begins with.
    pub(crate) fn begin_plain(&self) -> Vec<u8> {
        self.begin_with(&[])
    }

    fn begin_with(&self, columns: &[&str]) -> Vec<u8> {
        let mut text = Vec::new();
        if self.marked {
            text.extend_from_slice("\u{feff}".as_bytes());
        }
        if self.format == Format::Csv {
            self.push_cells(&mut text, &self.header);
            for name in columns {
                self.push_cell(&mut text, name);
            }
            text.extend_from_slice(self.line_end.as_bytes());
        }
        text
    }

    /// A row of a failed file: the user's own bytes, then what became of them.
    pub(crate) fn row(&self, raw: &[u8], outcome: &Outcome) -> Vec<u8> {
        self.told(raw, &Told::from(outcome))
    }

    /// The same of a row that has no outcome.
    pub(crate) fn unprocessed(&self, raw: &[u8], line: u64) -> Vec<u8> {
        self.told(raw, &Told::unprocessed(line))
    }

    /// A row as the user wrote it, without what an earlier import added.
    pub(crate) fn plain(&self, raw: &[u8]) -> Vec<u8> {
        let joined = self.joins_lines.then(|| in_one_line(raw));
        let raw = joined.as_deref().unwrap_or(raw);
        let mut text = match self.format {
            Format::Csv => {
                let mut text = Vec::new();
                self.push_cells(&mut text, raw);
                text
            }
            Format::JsonLines | Format::JsonArray => {
                without_member(raw).map_or_else(|| raw.to_vec(), |(text, _)| text.into_bytes())
            }
        };
        text.extend_from_slice(self.line_end.as_bytes());
        text
    }

    fn told(&self, raw: &[u8], told: &Told<'_>) -> Vec<u8> {
        let joined = self.joins_lines.then(|| in_one_line(raw));
        let raw = joined.as_deref().unwrap_or(raw);
        let mut text = match self.format {
            Format::Csv => {
                let mut text = Vec::new();
                self.push_cells(&mut text, raw);
                for cell in cells(told) {
                    self.push_cell(&mut text, &cell);
                }
                text
            }
            // A line that is no object has no place for a member; it says by itself what is wrong with it.
            Format::JsonLines | Format::JsonArray => {
                with_member(raw, told).unwrap_or_else(|| raw.to_vec())
            }
        };
        text.extend_from_slice(self.line_end.as_bytes());
        text
    }

    /// The cells that are the user's, byte for byte.
    fn push_cells(&self, text: &mut Vec<u8>, record: &[u8]) {
        if self.ours.is_empty() {
            text.extend_from_slice(record);
            return;
        }
        let mut cells = Vec::new();
        scan(record, true, self.delimiter, &mut cells);
        let mut first = true;
        for (place, cell) in cells.iter().enumerate() {
            if self.is_ours(place, cells.len()) {
                continue;
            }
            if !first {
                text.push(self.delimiter);
            }
            first = false;
            text.extend_from_slice(&record[Cell::span(*cell)]);
        }
    }

    /// Whether the cell at this place of a row of so many is one that an earlier import added.
    ///
    /// In a row with a cell too few or too many, the places do not agree with the header's. Ours stand at the end unless
    /// somebody moved them, so there they are counted from the end.
    fn is_ours(&self, place: usize, cells: usize) -> bool {
        let at_the_end = self.ours.first() == Some(&(self.columns - self.ours.len()));
        if at_the_end {
            return place + self.ours.len() >= cells;
        }
        self.ours.binary_search(&place).is_ok()
    }

    fn push_cell(&self, text: &mut Vec<u8>, cell: &str) {
        text.push(self.delimiter);
        let special = |byte: u8| byte == self.delimiter || b"\"\r\n".contains(&byte);
        if cell.bytes().any(special) {
            text.push(b'"');
            text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            text.push(b'"');
        } else {
            text.extend_from_slice(cell.as_bytes());
        }
    }
}

/// The same JSON in one line. Line ends can only stand between its parts, where a blank is as good.
fn in_one_line(raw: &[u8]) -> Vec<u8> {
    let blank = |byte: &u8| if b"\r\n".contains(byte) { b' ' } else { *byte };
    raw.iter().map(blank).collect()
}

/// What is told of a row beside its own bytes.
struct Told<'a> {
    line: u64,
    status: &'static str,
    error: Option<&'a RowError>,
    user_id: Option<UserId>,
    job: Option<&'a JobId>,
    /// None if nobody counted.
    attempts: Option<u32>,
}

impl<'a> From<&'a Outcome> for Told<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        Self {
            line: outcome.line,
            status: outcome.status.as_str(),
            error: outcome.error.as_ref(),
            user_id: outcome.user_id,
            job: outcome.job.as_ref(),
            attempts: Some(outcome.attempts),
        }
    }
}

impl Told<'_> {
    const fn unprocessed(line: u64) -> Self {
        Self {
            line,
            status: UNPROCESSED,
            error: None,
            user_id: None,
            job: None,
            attempts: None,
        }
    }
}

/// What became of a row, as cells.
fn cells(told: &Told<'_>) -> [String; OURS.len()] {
    let error = told.error;
    [
        told.line.to_string(),
        told.status.to_owned(),
        error.map_or_else(String::new, |error| harmless(&error.code)),
        error.map_or_else(String::new, |error| harmless(&error.message)),
        error.map_or_else(String::new, |error| error.retryable.to_string()),
        told.user_id.map_or_else(String::new, |id| id.to_string()),
        told.job
            .map_or_else(String::new, |job| harmless(&job.to_string())),
        told.attempts
            .map_or_else(String::new, |attempts| attempts.to_string()),
    ]
}

/// A text of another's as a cell: one line, and not a formula to a spreadsheet.
fn harmless(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if line.starts_with(['=', '+', '-', '@']) {
        format!("'{line}")
    } else {
        line
    }
}

/// The object without `_zd`, and how many members that leaves; none if the text is no object.
fn without_member(raw: &[u8]) -> Option<(String, usize)> {
    let text = std::str::from_utf8(raw).ok()?;
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let mut kept = text.to_owned();
    let left = loop {
        let members = members(&kept)?;
        let is_ours = |member: &Member| kept.get(member.key.clone()) == Some("\"_zd\"");
        let Some(index) = members.iter().position(is_ours) else {
            break members.len();
        };
        let member = &members[index];
        // Together with the comma before it, or else the one behind it.
        let range = match (index.checked_sub(1), members.get(index + 1)) {
            (Some(before), _) => members[before].value.end..member.value.end,
            (None, Some(next)) => member.key.start..next.key.start,
            (None, None) => member.key.start..member.value.end,
        };
        kept.replace_range(range, "");
    };
    Some((kept, left))
}

/// The object with what became of it under `_zd`; an `_zd` that was there is replaced.
fn with_member(raw: &[u8], told: &Told<'_>) -> Option<Vec<u8>> {
    let (mut kept, left) = without_member(raw)?;
    let end = kept.rfind('}')?;
    let comma = if left > 0 { "," } else { "" };
    // The new member stands where the last one ends, so that taking it away leaves every byte as it was.
    let at = kept[..end].trim_ascii_end().len();
    kept.insert_str(
        at,
        &format!("{comma}\"_zd\":{}", Value::Object(member(told))),
    );
    Some(kept.into_bytes())
}

/// What became of a row, as JSON.
fn member(told: &Told<'_>) -> Map<String, Value> {
    let mut member = Map::new();
    let mut put = |key: &str, value: Value| {
        member.insert(key.to_owned(), value);
    };
    put("line", told.line.into());
    put("status", told.status.into());
    if let Some(error) = told.error {
        put("code", error.code.clone().into());
        put("error", error.message.clone().into());
        put("retryable", error.retryable.into());
    }
    if let Some(id) = told.user_id {
        put("user_id", id.get().into());
    }
    if let Some(job) = told.job {
        put("job_id", job.as_str().into());
    }
    if let Some(attempts) = told.attempts {
        put("attempts", attempts.into());
    }
    member
}

#[cfg(test)]
mod tests;
