//! A mapping file, read.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zd_model::UserInput;

use super::error::{MappingError, MappingProblem, Position};
use super::rule::{Constant, Rule, Source, Steps};
use super::text::{near, nearest, quoted};
use super::{Column, Mapping, fold, steps};
use crate::scan::attribute::Attribute;
use crate::scan::set::set;

/// What may stand at the top.
const TOP: [&str; 3] = ["attributes", "ignore", "null"];

/// Names that are the beginning of attributes' names: what is below them may be written as a table.
const GROUPS: [&str; 3] = ["identities", "organization", "user_fields"];

/// What may be said of an attribute.
const RULE: [&str; 19] = [
    "as",
    "case",
    "column",
    "default",
    "false",
    "format",
    "group",
    "join",
    "match",
    "null",
    "part",
    "point",
    "separator",
    "split",
    "trim",
    "true",
    "type",
    "value",
    "with",
];

/// Reads a mapping file.
pub(super) fn read(name: &str, text: &str) -> Result<Mapping, MappingError> {
    let mut reader = Reader {
        text,
        columns: Vec::new(),
        problems: Vec::new(),
    };
    let mut mapping = Mapping {
        name: name.to_owned(),
        digest: blake3::hash(text.as_bytes()).to_hex().to_string(),
        columns: Vec::new(),
        rules: Vec::new(),
        ignored: Vec::new(),
        ignores_rest: false,
        null: Vec::new(),
    };
    match DeTable::parse(text) {
        Ok(table) => reader.top(table.get_ref(), &mut mapping),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().trim().replace('\n', "; ");
            reader.fault(at, "toml_malformed", format!("not TOML: {message}"));
        }
    }
    if !reader.problems.is_empty() {
        return Err(MappingError::new(name, reader.problems));
    }
    mapping.columns = reader.columns;
    mapping
        .rules
        .sort_by_key(|rule| (rule.at.line, rule.at.column));
    Ok(mapping)
}

pub(super) struct Reader<'a> {
    text: &'a str,
    columns: Vec<Column>,
    problems: Vec<MappingProblem>,
}

impl Reader<'_> {
    pub(super) fn fault(&mut self, at: usize, code: &'static str, message: impl Into<String>) {
        let at = Position::of(self.text, at);
        self.problems.push(MappingProblem::new(at, code, message));
    }

    fn top(&mut self, table: &DeTable<'_>, mapping: &mut Mapping) {
        for (key, value) in table {
            match &**key.get_ref() {
                "attributes" => match value.get_ref() {
                    DeValue::Table(attributes) => self.attributes("", attributes, mapping),
                    _ => self.wrong(value, "a table: [attributes]"),
                },
                "ignore" => {
                    for name in self.texts(value) {
                        if name == "*" {
                            mapping.ignores_rest = true;
                        } else {
                            mapping.ignored.push(fold(&name));
                        }
                    }
                }
                "null" => mapping.null = self.texts(value),
                other => self.unknown(key.span(), "key", other, &TOP),
            }
        }
        for column in &self.columns {
            if mapping.ignored.contains(&column.folded) {
                let message = format!("{} is also under ignore", quoted(&column.name));
                let problem = MappingProblem::new(column.at, "column_ignored", message);
                self.problems.push(problem);
            }
        }
        let mut first: HashMap<String, u64> = HashMap::new();
        for rule in &mapping.rules {
            let repeatable = matches!(rule.attribute, Attribute::Identity(_));
            let line = first.insert(rule.attribute.name(), rule.at.line);
            if let Some(line) = line.filter(|_| !repeatable) {
                let message = format!("line {line} says what {} is too", rule.attribute.name());
                let problem = MappingProblem::new(rule.at, "attribute_duplicate", message);
                self.problems.push(problem);
            }
        }
    }

    fn attributes(&mut self, prefix: &str, table: &DeTable<'_>, mapping: &mut Mapping) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref().trim());
            if let (true, DeValue::Table(below)) = (
                prefix.is_empty() && GROUPS.contains(&&*name),
                value.get_ref(),
            ) {
                self.attributes(&format!("{name}."), below, mapping);
                continue;
            }
            let attribute = match Attribute::named(&name) {
                Ok(attribute) => attribute,
                Err(fault) => {
                    let code = match fault.code {
                        "column_unknown" => "attribute_unknown",
                        "column_read_only" => "attribute_read_only",
                        other => other,
                    };
                    self.fault(key.span().start, code, fault.message);
                    continue;
                }
            };
            let several = match (value.get_ref(), &attribute) {
                (DeValue::Array(values), Attribute::Identity(_)) => values.iter().collect(),
                _ => vec![value],
            };
            for value in several {
                if let Some(rule) = self.rule(&attribute, key.span(), value) {
                    mapping.rules.push(rule);
                }
            }
        }
    }

    fn rule(
        &mut self,
        attribute: &Attribute,
        at: Range<usize>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Rule> {
        let before = self.problems.len();
        let mut attribute = attribute.clone();
        let (source, steps) = match value.get_ref() {
            DeValue::String(column) => (
                Some(self.source_column(column, value.span())),
                Steps::default(),
            ),
            DeValue::Table(table) => {
                for key in table.keys() {
                    if !RULE.contains(&&**key.get_ref()) {
                        self.unknown(key.span(), "key", key.get_ref(), &RULE);
                    }
                }
                let source = self.source(table, value.span());
                let steps = steps::read(self, table, &mut attribute);
                (source, steps)
            }
            _ => {
                let hint =
                    "a column's name, or a table such as { column = \"E-Mail\", trim = true }";
                self.wrong(value, hint);
                return None;
            }
        };
        let source = source.filter(|_| self.problems.len() == before)?;
        if let Source::Constant(constant) = &source {
            self.check_constant(&attribute, constant, value.span());
        }
        if let Some(default) = &steps.default {
            self.check_constant(&attribute, default, value.span());
        }
        Some(Rule {
            attribute,
            source,
            steps,
            at: Position::of(self.text, at.start),
        })
    }

    /// A constant that no person could have is told here, once, and not at every row.
    fn check_constant(&mut self, attribute: &Attribute, constant: &Constant, at: Range<usize>) {
        let given = constant.given();
        if given.is_blank() {
            return self.fault(at.start, "constant_blank", "a blank says nothing");
        }
        // Whether roles may change is asked at each row, with the options.
        if let Err(fault) = set(&mut UserInput::default(), attribute, given, true, None) {
            self.fault(at.start, fault.code, fault.message);
        }
    }

    fn source(&mut self, table: &DeTable<'_>, at: Range<usize>) -> Option<Source> {
        let (column, join, value) = (table.get("column"), table.get("join"), table.get("value"));
        if let (Some((key, _)), None) = (table.get_key_value("with"), join) {
            self.fault(
                key.span().start,
                "rule_contradictory",
                "with goes with join only",
            );
        }
        match (column, join, value) {
            (Some(column), None, None) => {
                let name = self.text(column)?;
                Some(self.source_column(&name, column.span()))
            }
            (None, Some(join), None) => {
                let DeValue::Array(names) = join.get_ref() else {
                    self.wrong(join, "a list of columns");
                    return None;
                };
                let mut columns = Vec::new();
                for name in names.iter() {
                    let text = self.text(name)?;
                    columns.push(self.mention(&text, name.span()));
                }
                if columns.is_empty() {
                    self.wrong(join, "a list of columns");
                    return None;
                }
                let with = match table.get("with") {
                    Some(with) => self.text(with)?,
                    None => " ".to_owned(),
                };
                Some(Source::Columns { columns, with })
            }
            (None, None, Some(value)) => self.constant(value).map(Source::Constant),
            _ => {
                self.fault(
                    at.start,
                    "rule_contradictory",
                    "exactly one of column, join and value says where it comes from",
                );
                None
            }
        }
    }

    fn source_column(&mut self, name: &str, at: Range<usize>) -> Source {
        Source::Columns {
            columns: vec![self.mention(name, at)],
            with: String::new(),
        }
    }

    /// The number of a column.
    fn mention(&mut self, name: &str, at: Range<usize>) -> usize {
        let folded = fold(name);
        if folded.is_empty() {
            self.fault(
                at.start,
                "column_nameless",
                "a column without a name cannot be mapped",
            );
        }
        let known = self
            .columns
            .iter()
            .position(|column| column.folded == folded);
        known.unwrap_or_else(|| {
            self.columns.push(Column {
                name: name.to_owned(),
                folded,
                at: Position::of(self.text, at.start),
            });
            self.columns.len() - 1
        })
    }

    pub(super) fn constant(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Constant> {
        Some(match value.get_ref() {
            DeValue::String(text) => Constant::Text(text.clone().into_owned()),
            DeValue::Boolean(flag) => Constant::Flag(*flag),
            DeValue::Integer(number) if number.radix() == 10 => {
                Constant::Number(number.as_str().replace(['_', '+'], ""))
            }
            DeValue::Float(number) if !number.as_str().contains(['i', 'n']) => Constant::Number(
                number
                    .as_str()
                    .replace('_', "")
                    .trim_start_matches('+')
                    .into(),
            ),
            DeValue::Array(_) => Constant::List(self.texts(value)),
            _ => {
                self.wrong(value, "a text, a number, true, false or a list of texts");
                return None;
            }
        })
    }

    pub(super) fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(value, "a text");
        }
        text
    }

    pub(super) fn texts(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong(value, "a list of texts");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.text(item)).collect()
    }

    pub(super) fn wrong(&mut self, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        let message = format!("{wanted} is wanted here, not a {found}");
        self.fault(value.span().start, "value_mistyped", message);
    }

    pub(super) fn unknown(&mut self, at: Range<usize>, what: &str, name: &str, known: &[&str]) {
        let close = nearest(name, known.iter().copied());
        let hint = if close.is_empty() {
            format!("; there are {}", known.join(", "))
        } else {
            near(&close)
        };
        let message = format!("no such {what} {}{hint}", quoted(name));
        self.fault(at.start, "key_unknown", message);
    }
}
