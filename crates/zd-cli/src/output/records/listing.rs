//! A list on its way out, record by record.

use serde::Serialize;
use serde_json::Value;

use super::{Printer, Shape, Way, cells, value};
use crate::failure::Failure;

/// Columns are aligned over so many rows at once: a long list shows up early and is not held in memory.
const ROWS_AT_ONCE: usize = 1000;

/// Writes a list. In memory are the rows of a table that are not out yet, or, for a filter over the whole list, the list.
pub(crate) struct Listing<'a> {
    printer: &'a Printer,
    columns: Vec<String>,
    view: Option<fn(&mut Value)>,
    /// Rows of a table that are not written yet.
    rows: Vec<Vec<String>>,
    /// What a filter over the whole list will see.
    all: Vec<Value>,
    count: u64,
    begun: bool,
    /// The wanted attributes that no record had so far.
    missing: Vec<String>,
}

impl<'a> Listing<'a> {
    pub(super) fn new(printer: &'a Printer, shape: &Shape) -> Self {
        let columns = printer.fields.clone().unwrap_or_else(|| {
            shape
                .columns
                .iter()
                .map(|name| (*name).to_owned())
                .collect()
        });
        Self {
            missing: printer.fields.clone().unwrap_or_default(),
            printer,
            columns,
            view: shape.view,
            rows: Vec::new(),
            all: Vec::new(),
            count: 0,
            begun: false,
        }
    }

    /// Writes the next record.
    pub(crate) fn push(&mut self, record: &impl Serialize) -> Result<(), Failure> {
        let mut record = value(record)?;
        if let (Way::Table | Way::Tsv | Way::Csv, Some(view)) = (&self.printer.way, self.view) {
            view(&mut record);
        }
        if let (true, Value::Object(attributes)) = (self.columns.is_empty(), &record) {
            self.columns = attributes.keys().cloned().collect();
        }
        self.missing
            .retain(|name| cells::get(&record, name).is_none());
        self.count += 1;
        let printer = self.printer;
        match &printer.way {
            Way::Table | Way::Tsv => {
                self.rows.push(cells::texts(&record, &self.columns));
                if self.rows.len() >= ROWS_AT_ONCE {
                    self.write_rows()?;
                }
            }
            Way::Csv => {
                self.begin()?;
                let texts = cells::texts(&record, &self.columns);
                printer
                    .out
                    .data(&cells::csv_line(texts.iter().map(String::as_str)))?;
            }
            Way::Lines(jq) => {
                let record = printer.selected(&record);
                match jq {
                    Some(jq) => printer.lines(&jq.run(&record)?)?,
                    None => printer.out.data(&format!("{record}\n"))?,
                }
            }
            Way::Json(Some(_)) => self.all.push(printer.selected(&record)),
            Way::Json(None) => {
                let record = printer.selected(&record);
                if printer.out.is_terminal() {
                    let text = format!("{record:#}").replace('\n', "\n  ");
                    let before = if self.begun { ",\n  " } else { "[\n  " };
                    printer.out.data(&format!("{before}{text}"))?;
                } else {
                    let before = if self.begun { "," } else { "[" };
                    printer.out.data(&format!("{before}{record}"))?;
                }
                self.begun = true;
            }
            Way::Template(template) => printer.line(&template.render(&record)?)?,
        }
        Ok(())
    }

    /// Writes what is left; gives how many records there were.
    pub(crate) fn end(mut self) -> Result<u64, Failure> {
        let printer = self.printer;
        match &printer.way {
            Way::Table | Way::Tsv => self.write_rows()?,
            Way::Csv => self.begin()?,
            Way::Json(Some(jq)) => {
                let all = Value::Array(std::mem::take(&mut self.all));
                printer.lines(&jq.run(&all)?)?;
            }
            Way::Json(None) => printer
                .out
                .data(match (self.begun, printer.out.is_terminal()) {
                    (false, _) => "[]\n",
                    (true, true) => "\n]\n",
                    (true, false) => "]\n",
                })?,
            Way::Lines(_) | Way::Template(_) => {}
        }
        if self.count > 0 {
            for name in &self.missing {
                printer.warn_missing(name);
            }
        }
        Ok(self.count)
    }

    /// Writes what was held back so far, for a list of which nobody knows when it goes on.
    pub(crate) fn show(&mut self) -> Result<(), Failure> {
        self.write_rows()
    }

    /// Writes what was held back because the list ends early. What has been written stays without an end, so that nobody
    /// takes it for the whole.
    pub(crate) fn abandon(mut self) -> Result<(), Failure> {
        self.write_rows()
    }

    fn begin(&mut self) -> Result<(), Failure> {
        if !self.begun {
            self.begun = true;
            let header = cells::csv_line(self.columns.iter().map(String::as_str));
            self.printer.out.data(&header)?;
        }
        Ok(())
    }

    fn write_rows(&mut self) -> Result<(), Failure> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        let header: Vec<String> = if self.begun {
            Vec::new()
        } else {
            let title = |name: &String| name.replace('_', " ").to_uppercase();
            self.columns.iter().map(title).collect()
        };
        self.begun = true;
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        self.printer.table(&header, &rows)
    }
}
