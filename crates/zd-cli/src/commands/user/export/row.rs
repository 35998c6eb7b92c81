//! A user as a row that an import reads.

use serde_json::{Map, Value};
use zd_import::Format;
use zd_model::{Role, User};

use super::columns::{Column, Source, about_name, is_staff_only};

/// What of a user is written: a value for each column, or none.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) values: Vec<Option<Value>>,
}

impl Row {
    /// A user's values. What is null or blank is none: an import leaves alone what a row does not say.
    pub(super) fn of(user: &User, columns: &[Column]) -> Self {
        let is_end_user = user.role.value() == Some(&Role::EndUser);
        let values = columns.iter().map(|column| {
            let value = match &column.source {
                Source::Attribute((name, _)) if is_end_user && is_staff_only(name) => None,
                Source::Attribute((_, read)) | Source::About((_, read)) => Some(read(user)),
                Source::Field(key) => {
                    let fields = user.user_fields.value();
                    fields.and_then(|fields| fields.get(key)).cloned().map(day)
                }
            };
            value.filter(|value| !is_blank(value))
        });
        Self {
            values: values.collect(),
        }
    }

    /// Whether it says who is meant: in the columns that every export begins with.
    pub(super) fn has_key(&self) -> bool {
        self.values.iter().take(2).any(Option::is_some)
    }

    /// How many values there are.
    pub(super) fn said(&self) -> usize {
        self.values.iter().flatten().count()
    }

    /// Writes it as a line.
    pub(super) fn write(&self, columns: &[Column], format: Format, text: &mut Vec<u8>) {
        if format == Format::JsonLines {
            text.extend_from_slice(Value::Object(self.object(columns)).to_string().as_bytes());
            text.push(b'\n');
        } else {
            let cells = self.values.iter();
            let cells = cells.map(|value| value.as_ref().map_or_else(String::new, cell));
            write_cells(cells, text);
        }
    }

    fn object(&self, columns: &[Column]) -> Map<String, Value> {
        let (mut object, mut custom, mut about) = (Map::new(), Map::new(), Map::new());
        for (column, value) in columns.iter().zip(&self.values) {
            let Some(value) = value.clone() else {
                continue;
            };
            match &column.source {
                Source::Attribute((name, _)) => object.insert((*name).to_owned(), value),
                Source::Field(key) => custom.insert(key.clone(), value),
                Source::About((name, _)) => about.insert(about_name(name).to_owned(), value),
            };
        }
        for (name, fields) in [("user_fields", custom), ("_zd", about)] {
            if !fields.is_empty() {
                object.insert(name.to_owned(), Value::Object(fields));
            }
        }
        object
    }
}

/// What an export begins with: in CSV, the header.
pub(super) fn header(columns: &[Column], format: Format) -> Vec<u8> {
    let mut text = Vec::new();
    if format == Format::Csv {
        write_cells(columns.iter().map(|column| column.name.clone()), &mut text);
    }
    text
}

/// Whether an import would take it for nothing said.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Zendesk reads a day back as its midnight; a day is what was meant.
fn day(value: Value) -> Value {
    match value {
        Value::String(text)
            if text.len() == 25 && text.ends_with("T00:00:00+00:00") && text.is_ascii() =>
        {
            Value::String(text[..10].to_owned())
        }
        other => other,
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(",")
        }
        other => other.to_string(),
    }
}

/// Values go out as they are, also what a spreadsheet would take for a formula: a mark before it would come back in.
fn write_cells(cells: impl Iterator<Item = String>, text: &mut Vec<u8>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(b',');
        }
        if cell.contains([',', '"', '\r', '\n']) {
            text.push(b'"');
            text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            text.push(b'"');
        } else {
            text.extend_from_slice(cell.as_bytes());
        }
    }
    text.push(b'\n');
}
