//! Request bodies from a CSV file, as cheaply as it goes: nothing is checked, nobody is looked up.

use std::collections::HashMap;
use std::io::{BufRead, Write as _};

use anyhow::Context as _;
use bytes::Bytes;
use csv_core::{ReadRecordResult, Reader};

/// As many people go into a request.
const ROWS: usize = 100;

/// What a cell of a column becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
    List,
    /// A name, which becomes an id.
    Organization,
}

#[derive(Debug)]
struct Column {
    /// The quoted key and a colon.
    key: String,
    kind: Kind,
    /// Whether it goes into `user_fields`.
    is_custom: bool,
}

impl Column {
    fn new(head: &str) -> Self {
        let (name, of_type) = head.split_once(':').unwrap_or((head, ""));
        let custom = name.strip_prefix("user_fields.");
        let kind = match (name, of_type) {
            ("organization.name", _) => Kind::Organization,
            ("tags", _) | (_, "list") => Kind::List,
            (_, "integer" | "decimal") => Kind::Number,
            (_, "boolean") => Kind::Flag,
            _ => Kind::Text,
        };
        let key = match kind {
            Kind::Organization => "organization_id",
            _ => custom.unwrap_or(name),
        };
        Self {
            key: format!("\"{key}\":"),
            kind,
            is_custom: custom.is_some(),
        }
    }
}

/// The bodies of a file.
pub(super) struct Bodies<R> {
    input: R,
    reader: Reader,
    columns: Vec<Column>,
    organizations: HashMap<String, u64>,
    /// The cells of a record one behind the other, and where each ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
    custom: Vec<u8>,
    rows: u64,
}

impl<R: BufRead> Bodies<R> {
    /// Reads the header. `organizations`: their ids by name.
    pub(super) fn new(input: R, organizations: HashMap<String, u64>) -> anyhow::Result<Self> {
        let mut bodies = Self {
            input,
            reader: Reader::new(),
            columns: Vec::new(),
            organizations,
            cells: vec![0; 4096],
            ends: vec![0; 64],
            custom: Vec::new(),
            rows: 0,
        };
        let cells = bodies.record()?.context("an empty file")?;
        bodies.columns = (0..cells)
            .map(|cell| Column::new(&String::from_utf8_lossy(bodies.cell(cell))))
            .collect();
        Ok(bodies)
    }

    /// How many rows were read.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// The next hundred people.
    pub(super) fn next(&mut self) -> anyhow::Result<Option<Bytes>> {
        let mut body = Vec::with_capacity(64 * 1024);
        body.extend(b"{\"users\":[");
        for row in 0..ROWS {
            let Some(cells) = self.record()? else {
                if row == 0 {
                    return Ok(None);
                }
                break;
            };
            if row > 0 {
                body.push(b',');
            }
            self.person(cells, &mut body)?;
            self.rows += 1;
        }
        body.extend(b"]}");
        Ok(Some(body.into()))
    }

    fn person(&mut self, cells: usize, body: &mut Vec<u8>) -> anyhow::Result<()> {
        let mut custom = std::mem::take(&mut self.custom);
        custom.clear();
        body.extend(b"{\"skip_verify_email\":true");
        for (number, column) in self.columns.iter().enumerate().take(cells) {
            let cell = String::from_utf8_lossy(self.cell(number));
            if cell.is_empty() {
                continue;
            }
            let organization = match column.kind {
                Kind::Organization => self.organizations.get(&*cell).copied(),
                _ => None,
            };
            let out = if column.is_custom {
                custom.push(b',');
                &mut custom
            } else if column.kind == Kind::Organization && organization.is_none() {
                continue;
            } else {
                body.push(b',');
                &mut *body
            };
            out.extend(column.key.as_bytes());
            match (column.kind, organization) {
                (_, Some(id)) => write!(out, "{id}")?,
                (Kind::List, _) => serde_json::to_writer(out, &Parts(&cell))?,
                (Kind::Number, _) if is_number(&cell) => out.extend(cell.as_bytes()),
                (Kind::Flag, _) if is_flag(&cell) => {
                    let is_set = matches!(&*cell, "true" | "yes" | "1");
                    write!(out, "{is_set}")?;
                }
                _ => serde_json::to_writer(out, &*cell)?,
            }
        }
        if let Some((_, first)) = custom.split_first() {
            body.extend(b",\"user_fields\":{");
            body.extend(first);
            body.push(b'}');
        }
        body.push(b'}');
        self.custom = custom;
        Ok(())
    }

    fn cell(&self, number: usize) -> &[u8] {
        let end = |number: usize| self.ends.get(number).copied();
        let begin = number.checked_sub(1).and_then(end).unwrap_or(0);
        let cell = end(number).and_then(|end| self.cells.get(begin..end));
        cell.unwrap_or_default()
    }

    /// Reads a record; how many cells it has.
    fn record(&mut self) -> anyhow::Result<Option<usize>> {
        let (mut filled, mut cells) = (0, 0);
        loop {
            let input = self.input.fill_buf()?;
            let (result, read, wrote, ended) = self.reader.read_record(
                input,
                self.cells.get_mut(filled..).unwrap_or_default(),
                self.ends.get_mut(cells..).unwrap_or_default(),
            );
            self.input.consume(read);
            filled += wrote;
            cells += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Ok(Some(cells)),
                ReadRecordResult::End => return Ok(None),
            }
        }
    }
}

/// A list in a cell, written as an array.
struct Parts<'a>(&'a str);

impl serde::Serialize for Parts<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.split(',').map(str::trim))
    }
}

/// Whether it is one in JSON as it stands.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell).as_bytes();
    digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.'))
        && digits.first().is_some_and(u8::is_ascii_digit)
        && digits.last().is_some_and(u8::is_ascii_digit)
        && !(digits.starts_with(b"0") && digits.get(1).is_some_and(u8::is_ascii_digit))
        && digits.iter().filter(|byte| **byte == b'.').count() < 2
}

fn is_flag(cell: &str) -> bool {
    matches!(cell, "true" | "yes" | "1" | "false" | "no" | "0")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Bodies, is_number};

    fn bodies(file: &str) -> Vec<Value> {
        let organizations = [("Alder & Sons".to_owned(), 7)].into();
        let mut bodies = Bodies::new(file.as_bytes(), organizations).unwrap();
        let mut all = Vec::new();
        while let Some(body) = bodies.next().unwrap() {
            all.push(serde_json::from_slice(&body).unwrap());
        }
        all
    }

    #[test]
    fn a_row_becomes_what_the_api_takes() {
        let file = "name,tags,organization.name,user_fields.seats:integer,user_fields.news:boolean,user_fields.bio,notes\n\
            \"Ann \"\"A\"\"\",\"a, b\",Alder & Sons,41,no,\"x\ny\",\n\
            Bob,,Nobody's,007,perhaps,,n\n";
        let ann = json!({
            "skip_verify_email": true, "name": "Ann \"A\"", "tags": ["a", "b"], "organization_id": 7,
            "user_fields": {"seats": 41, "news": false, "bio": "x\ny"},
        });
        let bob = json!({
            "skip_verify_email": true, "name": "Bob", "notes": "n",
            "user_fields": {"seats": "007", "news": "perhaps"},
        });
        assert_eq!(bodies(file), [json!({"users": [ann, bob]})]);
    }

    #[test]
    fn a_hundred_go_into_a_body() {
        let file = "name\n".to_owned() + &"Ann\n".repeat(250);
        let lengths: Vec<usize> = bodies(&file)
            .iter()
            .map(|body| body["users"].as_array().unwrap().len())
            .collect();
        assert_eq!(lengths, [100, 100, 50]);
    }

    #[test]
    fn what_json_does_not_take_as_a_number_stays_a_text() {
        for text in ["0", "12", "-3", "0.5", "12.25"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "-", "007", "1.", ".5", "1.2.3", "1e5", "+1", "1,5"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
