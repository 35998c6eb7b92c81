//! Users of a file as they would be sent: JSON Lines and JSON arrays as they are, CSV as `zd import` reads it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use bytes::Bytes;
use zd_import::{
    Duplicates, Format, Input, OnInvalid, RowSource as _, Scan, ScanOptions, SourceError,
    SourceItem,
};

use crate::codes;
use crate::commands::{intake, source};
use crate::failure::Failure;

/// Users to be sent to a sandbox.
pub(super) struct People {
    /// A user on each line, or one array.
    pub(super) body: Bytes,
    /// The file's line of each line of the body; none where they are the same.
    lines: Option<Vec<u64>>,
    /// Rows that no import would send: line and reason.
    pub(super) invalid: Vec<(u64, String)>,
}

impl People {
    /// Whether it is one array.
    pub(super) fn is_array(&self) -> bool {
        self.body.trim_ascii_start().first() == Some(&b'[')
    }

    /// The body in parts of whole lines, each of about so many bytes; an array is one part.
    pub(super) fn parts(&self, bytes: usize) -> impl Iterator<Item = Bytes> {
        let mut rest = self.body.clone();
        let whole = self.is_array();
        std::iter::from_fn(move || {
            let end = match rest.get(bytes..) {
                Some(behind) if !whole => {
                    let line_end = behind.iter().position(|byte| *byte == b'\n');
                    line_end.map_or(rest.len(), |place| bytes + place + 1)
                }
                _ => rest.len(),
            };
            (end > 0).then(|| rest.split_to(end))
        })
    }

    /// On which line of the file this line of the body stands, counted from 1.
    pub(super) fn line(&self, line: u64) -> u64 {
        let lines = self.lines.as_ref();
        let place = usize::try_from(line).unwrap_or_default().wrapping_sub(1);
        lines
            .and_then(|lines| lines.get(place).copied())
            .unwrap_or(line)
    }
}

/// Reads a file, or standard input; blocks for as long as that takes, in a thread of its own.
pub(super) async fn read(file: &str, ignore_columns: &[String]) -> Result<People, Failure> {
    let (file, columns) = (file.to_owned(), ignore_columns.to_vec());
    tokio::task::spawn_blocking(move || read_now(&file, columns))
        .await
        .unwrap_or_else(|error| {
            Err(
                Failure::new(&codes::INTERNAL, "reading the file ended unexpectedly")
                    .caused_by(&error),
            )
        })
}

fn read_now(file: &str, ignore_columns: Vec<String>) -> Result<People, Failure> {
    let unreadable = |error: &std::io::Error| Failure::file(source::name(file), "read", error);
    if file == "-" {
        return from(&mut std::io::stdin().lock(), file, ignore_columns);
    }
    let opened = File::open(file).map_err(|error| unreadable(&error))?;
    from(&mut BufReader::new(opened), file, ignore_columns)
}

/// What a reader has, looked at but not used up.
fn from(
    reader: &mut impl BufRead,
    file: &str,
    ignore_columns: Vec<String>,
) -> Result<People, Failure> {
    let name = source::name(file);
    let unreadable = |error: &std::io::Error| Failure::file(name, "read", error);
    let start = reader.fill_buf().map_err(|error| unreadable(&error))?;
    if start.is_empty() {
        return Err(
            Failure::new(&codes::INPUT_UNUSABLE, format!("{name} is empty"))
                .fix("give it a user on each line"),
        );
    }
    if is_json(file, start) {
        let mut body = Vec::new();
        reader
            .read_to_end(&mut body)
            .map_err(|error| unreadable(&error))?;
        return Ok(People {
            body: body.into(),
            lines: None,
            invalid: Vec::new(),
        });
    }
    // A file that can be read twice is; anything else is copied first.
    let is_file = std::fs::metadata(file).is_ok_and(|metadata| metadata.is_file());
    let input = if file != "-" && is_file {
        Input::open(file)
    } else {
        Input::spool(name, reader)
    };
    let input = input.map_err(|error| intake::not_opened(file, &error))?;
    rows(input.format(Format::Csv), file, ignore_columns)
}

/// By the name, else by the first letter.
fn is_json(file: &str, start: &[u8]) -> bool {
    let ending = Path::new(file)
        .extension()
        .and_then(|ending| ending.to_str())
        .map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some("csv" | "tsv" | "tab") => false,
        Some("json" | "jsonl" | "ndjson") => true,
        _ => {
            let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
            matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
        }
    }
}

/// Rows of CSV, each as an import would send it.
fn rows(input: Input, file: &str, ignore_columns: Vec<String>) -> Result<People, Failure> {
    let options = ScanOptions {
        on_invalid: OnInvalid::Skip,
        duplicates: Duplicates::InOrder,
        ignore_columns,
        allow_role_change: true,
        // Not that anybody is mailed: nothing is added to what the file says.
        send_welcome_mail: true,
        ..ScanOptions::default()
    };
    let mut source = Scan::read(input, options)
        .map_err(|error| intake::not_scanned(file, &error))?
        .into_source()
        .map_err(|error| {
            Failure::new(&codes::INTERNAL, "invalid rows are not skipped").caused_by(&error)
        })?;
    let mut body = Vec::new();
    let mut people = People {
        body: Bytes::new(),
        lines: None,
        invalid: Vec::new(),
    };
    let mut lines = Vec::new();
    while let Some(item) = source.next_row().map_err(|error| changed(file, &error))? {
        match item {
            SourceItem::Row(row) => {
                serde_json::to_writer(&mut body, &row.user).map_err(|error| {
                    Failure::new(&codes::INTERNAL, "a row cannot be written as JSON")
                        .caused_by(&error)
                })?;
                body.push(b'\n');
                lines.push(row.line);
            }
            SourceItem::Settled(outcome) => {
                let reason = outcome.error.as_ref().map(|error| error.message.clone());
                people
                    .invalid
                    .push((outcome.line, reason.unwrap_or_default()));
            }
        }
    }
    people.body = body.into();
    people.lines = Some(lines);
    Ok(people)
}

fn changed(file: &str, error: &SourceError) -> Failure {
    Failure::new(
        &codes::INPUT_CHANGED,
        format!("{}: {error}", source::name(file)),
    )
    .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::People;

    fn parts(body: &'static str) -> Vec<String> {
        let people = People {
            body: body.into(),
            lines: None,
            invalid: Vec::new(),
        };
        let parts = people.parts(5);
        parts
            .map(|part| String::from_utf8(part.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn parts_are_whole_lines() {
        assert_eq!(parts("12\n3456\n7\n\n8"), ["12\n3456\n", "7\n\n8"]);
        assert_eq!(parts("1234567"), ["1234567"]);
        assert_eq!(parts("[1,\n2,\n3]\n"), ["[1,\n2,\n3]\n"]);
        assert_eq!(parts(""), [""; 0]);
    }
}
