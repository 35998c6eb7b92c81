//! A CSV record as a person.

use std::borrow::Cow;

use super::columns::Columns;
use super::given::Given;
use super::options::{BlankMeans, ScanOptions};
use super::person::{Person, Place};
use super::problem::{Fault, Problem};
use crate::input::CsvReader;
use crate::mapping::Found;

/// What may stand in a failed file's `zd_status`.
const STATUSES: &[&str] = &[
    "created",
    "updated",
    "unchanged",
    "failed",
    "invalid",
    "indeterminate",
];

/// Reads the record in view. `only_check`: nobody looks at the values of its custom fields.
pub(crate) fn read(
    reader: &CsvReader,
    columns: &Columns,
    options: &ScanOptions,
    only_check: bool,
) -> Person {
    let (line, raw, cells) = (reader.line(), reader.raw(), reader.cells());
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text,
        Err(error) => return not_utf8(reader, columns, error.valid_up_to()),
    };
    let mut person = Person::new(line);
    person.keeps_fields = !only_check;
    if let Some(place) = cells.iter().position(|cell| cell.is_misquoted()) {
        let column = columns.mapped.iter().find(|column| column.place == place);
        person.fault_at(
            Place {
                column: place as u64 + 1,
                name: column.map_or("", |column| &column.name),
                text: text.get(cells[place].span()).unwrap_or_default(),
            },
            Fault::new(
                "quote_misplaced",
                "text follows a closing quote; a quote inside of a quoted cell is written twice",
            ),
        );
        return person;
    }
    if cells.len() != columns.count {
        person.fault(Fault::new(
            "row_ragged",
            format!(
                "{} cells, the header has {}; a cell with a delimiter in it needs quotes",
                cells.len(),
                columns.count
            ),
        ));
        return person;
    }
    let status = columns.status.and_then(|place| cells.get(place));
    if let Some(status) = status.map(|cell| cell.text(text))
        && !(status.trim().is_empty() || STATUSES.contains(&status.trim()))
    {
        person.fault(Fault::new(
            "row_shifted",
            "zd_status holds no status: the row's cells seem to stand under the wrong columns",
        ));
        return person;
    }
    let nul = memchr::memchr(0, raw).is_some();
    let mut blank = true;
    // Most cells of most files: nothing is said, and nothing has to be found out about it.
    let says_nothing =
        options.blank == BlankMeans::Absent && options.null_token.as_deref() != Some("");
    for column in &columns.mapped {
        let Some(cell) = cells.get(column.place) else {
            continue;
        };
        if says_nothing && cell.span().is_empty() {
            continue;
        }
        let value = cell.text(text);
        let place = Place {
            column: column.place as u64 + 1,
            name: &column.name,
            text: text.get(cell.span()).unwrap_or_default(),
        };
        if nul && value.contains('\0') {
            blank = false;
            person.fault_at(place, Fault::new("nul_character", "a NUL byte"));
            continue;
        }
        let given = given(value, options);
        blank &= given.is_blank();
        person.set(&column.attribute, given, place, options);
    }
    if let Some(mapping) = &options.mapping {
        let found: Vec<Option<Found<'_>>> = columns
            .places
            .iter()
            .enumerate()
            .map(|(index, at)| {
                let cell = cells.get(*at)?;
                let place = Place {
                    column: *at as u64 + 1,
                    name: mapping.column_name(index),
                    text: text.get(cell.span()).unwrap_or_default(),
                };
                let value = cell.text(text);
                if nul && value.contains('\0') {
                    blank = false;
                    person.fault_at(place, Fault::new("nul_character", "a NUL byte"));
                    return None;
                }
                let given = given(value, options);
                blank &= given.is_blank();
                Some(Found { given, place })
            })
            .collect();
        mapping.apply(&found, line, &mut person, options);
    }
    if blank {
        person.fault(Fault::new("row_blank", "every cell is blank"));
        return person;
    }
    person.finish(options);
    person
}

fn given<'a>(value: Cow<'a, str>, options: &ScanOptions) -> Given<'a> {
    if options.null_token.as_deref() == Some(&*value) {
        Given::Null
    } else {
        Given::Text(value)
    }
}

fn not_utf8(reader: &CsvReader, columns: &Columns, offset: usize) -> Person {
    let (line, raw) = (reader.line(), reader.raw());
    let cells = reader.cells().iter().enumerate();
    let (place, span) = cells
        .map(|(place, cell)| (place, cell.span()))
        .find(|(_, span)| span.end > offset)
        .unwrap_or((0, 0..raw.len()));
    let column = columns.mapped.iter().find(|column| column.place == place);
    let byte = raw.get(offset).copied().unwrap_or_default();
    let fault = Fault::new(
        "utf8_invalid",
        format!(
            "byte {} of the row, {byte:#04X}, is not UTF-8; save the file as UTF-8",
            offset + 1
        ),
    );
    let problem =
        Problem::of_row(line, fault).at(place as u64 + 1, column.map_or("", |column| &column.name));
    let cell = raw.get(span).unwrap_or_default();
    Person::unreadable(line, problem.quoting(&String::from_utf8_lossy(cell)))
}
