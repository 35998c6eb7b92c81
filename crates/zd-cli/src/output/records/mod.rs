//! Records, in whichever way the flags want them.

mod cells;
mod jq;
mod listing;
mod shape;
mod template;

use serde::Serialize;
use serde_json::{Value, json};

use super::text::printable;
use super::{Out, clean};
use crate::args::{Format, Json, OutputArgs};
use crate::codes;
use crate::failure::Failure;

use jq::Jq;
use template::Template;

use listing::Listing;
pub(crate) use shape::Shape;

/// Writes records to stdout.
pub(crate) struct Printer {
    out: Out,
    way: Way,
    fields: Option<Vec<String>>,
    /// Whether the flags asked for something that programs read.
    for_programs: bool,
}

enum Way {
    Table,
    Tsv,
    Csv,
    /// A line for each record, or for each of what a filter makes of a record.
    Lines(Option<Jq>),
    /// One value, or what a filter makes of it.
    Json(Option<Jq>),
    Template(Box<Template>),
}

impl Printer {
    /// What the flags say; refuses flags that contradict each other.
    pub(crate) fn new(args: &OutputArgs, out: &Out) -> Result<Self, Failure> {
        let json = args.is_json();
        let named = match &args.json {
            Some(Json::Fields(fields)) => Some(fields),
            _ => None,
        };
        let together = |one: &str, other: &str| {
            Err(Failure::usage(format!("{one} does not go with {other}"))
                .fix("leave one of them out"))
        };
        if named.is_some() && args.fields.is_some() {
            return together("--json=FIELDS", "--fields");
        }
        if let Some(format) = args.format {
            let format_text = format!("--format {}", format.as_str());
            if json && format != Format::Json {
                return together("--json", &format_text);
            }
            if args.jq.is_some() && !matches!(format, Format::Json | Format::Jsonl) {
                return together("--jq", &format_text);
            }
            if args.template.is_some() {
                return together("--template", &format_text);
            }
        }
        if args.template.is_some() {
            for (given, flag) in [
                (json, "--json"),
                (args.jq.is_some(), "--jq"),
                (args.fields.is_some(), "--fields"),
            ] {
                if given {
                    return together("--template", flag);
                }
            }
        }
        let jq = args.jq.as_deref().map(Jq::new).transpose()?;
        let way = match (args.format, &args.template) {
            (_, Some(template)) => Way::Template(Box::new(Template::new(template)?)),
            (Some(Format::Jsonl), _) => Way::Lines(jq),
            (Some(Format::Json), _) => Way::Json(jq),
            (Some(Format::Csv), _) => Way::Csv,
            (Some(Format::Tsv), _) => Way::Tsv,
            (Some(Format::Table), _) => Way::Table,
            (None, _) if json || jq.is_some() => Way::Json(jq),
            (None, _) if out.is_terminal() => Way::Table,
            (None, _) => Way::Tsv,
        };
        let for_programs =
            !matches!(way, Way::Table | Way::Tsv) || args.format == Some(Format::Tsv);
        Ok(Self {
            out: out.clone(),
            way,
            fields: named
                .or(args.fields.as_ref())
                .map(|fields| fields.0.clone()),
            for_programs,
        })
    }

    /// Whether what is written is for programs: then commands with a text of their own for people write a record.
    pub(crate) const fn is_for_programs(&self) -> bool {
        self.for_programs
    }

    /// Whether no flag says anything about the output.
    pub(crate) const fn is_plain(&self) -> bool {
        !self.for_programs && self.fields.is_none()
    }

    /// Begins a list.
    pub(crate) fn list(&self, shape: &Shape) -> Listing<'_> {
        Listing::new(self, shape)
    }

    /// Writes one record.
    pub(crate) fn record(&self, shape: &Shape, record: &impl Serialize) -> Result<(), Failure> {
        let record = value(record)?;
        match &self.way {
            Way::Table | Way::Tsv => {
                let rows = match &self.fields {
                    Some(fields) => fields
                        .iter()
                        .map(|name| {
                            vec![
                                name.clone(),
                                cells::get(&record, name).map_or_else(String::new, cells::text),
                            ]
                        })
                        .collect(),
                    None => cells::pairs(&record),
                };
                self.table(&[], &rows)?;
            }
            Way::Json(jq) => {
                let record = self.selected(&record);
                match jq {
                    Some(jq) => self.lines(&jq.run(&record)?)?,
                    None => self.out.json(&record)?,
                }
            }
            Way::Csv | Way::Lines(_) | Way::Template(_) => {
                let mut listing = self.list(shape);
                listing.push(&record)?;
                listing.end()?;
                return Ok(());
            }
        }
        self.tell_missing(&[&record]);
        Ok(())
    }

    /// Writes one record that has a text of its own for people: a name and a value on each line.
    pub(crate) fn record_as(
        &self,
        shape: &Shape,
        record: &impl Serialize,
        lines: &[Vec<String>],
    ) -> Result<(), Failure> {
        if matches!(self.way, Way::Table | Way::Tsv) && self.fields.is_none() {
            return self.table(&[], lines);
        }
        self.record(shape, record)
    }

    /// Writes what a change made of a record: `updated`, its id, and the record as Zendesk gave it back.
    pub(crate) fn change(
        &self,
        status: &str,
        shape: &Shape,
        id: &str,
        record: &Value,
    ) -> Result<(), Failure> {
        if !matches!(self.way, Way::Table | Way::Tsv) || self.fields.is_some() {
            let mut told = json!({"status": status, "id": id.parse::<u64>().map_or_else(|_| Value::from(id), Value::from)});
            if !record.is_null() {
                told[shape.one] = record.clone();
            }
            return self.record(&Shape::new(shape.one, shape.many, &["status", "id"]), &told);
        }
        if matches!(self.way, Way::Tsv) {
            return self
                .out
                .tab_separated(&[vec![status.to_owned(), id.to_owned()]]);
        }
        let name = ["name", "title", "value"]
            .iter()
            .find_map(|key| record.get(key).and_then(Value::as_str))
            .unwrap_or_default();
        let style = self.out.style();
        let line = format!(
            "{} {} {} {}  {}",
            style.green("✓"),
            status.replace('_', " "),
            shape.one.replace('_', " "),
            clean(id),
            clean(name)
        );
        self.out.data(&format!("{}\n", line.trim_end()))
    }

    fn selected(&self, record: &Value) -> Value {
        match &self.fields {
            Some(fields) => cells::select(record, fields),
            None => record.clone(),
        }
    }

    fn table(&self, header: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
        match self.way {
            Way::Table => self.out.aligned(header, rows),
            _ => self.out.tab_separated(rows),
        }
    }

    fn lines(&self, lines: &[String]) -> Result<(), Failure> {
        for line in lines {
            self.line(line)?;
        }
        Ok(())
    }

    /// A line of the user's own making; on a terminal without what moves the cursor.
    fn line(&self, line: &str) -> Result<(), Failure> {
        let line = if self.out.is_terminal() {
            printable(line)
        } else {
            line.into()
        };
        self.out.data(&format!("{line}\n"))
    }

    /// An attribute that no record has is most likely misspelt.
    fn tell_missing(&self, records: &[&Value]) {
        let missing = self.fields.iter().flatten().filter(|name| {
            records
                .iter()
                .all(|record| record.is_object() && cells::get(record, name).is_none())
        });
        for name in missing {
            self.warn_missing(name);
        }
    }

    fn warn_missing(&self, name: &str) {
        self.out.warn(&format!(
            "nothing here has an attribute {}; --json shows all that there are",
            clean(name)
        ));
    }
}

/// Anything as JSON.
fn value(record: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(record).map_err(|error| {
        Failure::new(&codes::INTERNAL, "a value cannot be written as JSON").caused_by(&error)
    })
}

#[cfg(test)]
mod tests;
