//! What the columns of a CSV file hold.

use std::collections::HashMap;

use super::attribute::{Attribute, Plain};
use super::options::ScanOptions;
use super::problem::{Fault, Problem, Problems};
use crate::input::record::{Cell, scan};
use crate::{Mapping, MappingError, Match};

/// The columns of a CSV file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    /// Those that hold an attribute, in the order of the file.
    pub(crate) mapped: Vec<Column>,
    /// Those left out because the user said so.
    pub(crate) ignored: Vec<String>,
    /// Those that an earlier import added: their places.
    pub(crate) ours: Vec<usize>,
    /// Which of ours says what became of the row.
    pub(crate) status: Option<usize>,
    /// Where the columns stand that the mapping takes values from, by their numbers there.
    pub(crate) places: Vec<usize>,
    /// The attributes that the mapping sets.
    by_mapping: Vec<Attribute>,
    /// How many there are.
    pub(crate) count: usize,
}

/// A column that holds an attribute.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) attribute: Attribute,
}

/// Whether this is a column or key that zd adds to a failed file.
pub(crate) fn is_ours(name: &str) -> bool {
    let start = name.trim().get(..3);
    start.is_some_and(|start| start.eq_ignore_ascii_case("zd_"))
}

/// Whether the user wants this column left out.
pub(crate) fn is_ignored(name: &str, options: &ScanOptions) -> bool {
    let fold = |name: &str| name.trim().to_lowercase();
    !options.ignore_columns.is_empty()
        && options
            .ignore_columns
            .iter()
            .any(|ignored| fold(ignored) == fold(name))
}

impl Columns {
    /// Reads a header, with all that is wrong with it. A mapping that does not fit is an error of its own.
    pub(crate) fn read(
        line: u64,
        header: &str,
        cells: &[Cell],
        options: &ScanOptions,
    ) -> Result<(Self, Problems), MappingError> {
        let mapping = options.mapping.as_deref();
        let mut columns = Self {
            count: cells.len(),
            ..Self::default()
        };
        if let Some(mapping) = mapping {
            let names: Vec<_> = cells.iter().map(|cell| cell.text(header)).collect();
            let names: Vec<_> = names.iter().map(|name| name.trim()).enumerate().collect();
            columns.places = mapping.places(&names)?;
            let rules = mapping.rules().iter();
            columns.by_mapping = rules.map(|rule| rule.attribute.clone()).collect();
        }
        let mut problems = Problems::default();
        let mut first_of: HashMap<String, usize> = HashMap::new();
        for (place, cell) in cells.iter().enumerate() {
            let text = cell.text(header);
            let name = text.trim();
            let problem = |code, message: String| {
                Problem::of_row(line, Fault::new(code, message))
                    .at(place as u64 + 1, name)
                    .quoting(name)
            };
            if is_ignored(name, options) || mapping.is_some_and(|mapping| mapping.ignores(name)) {
                columns.ignored.push(name.to_owned());
                continue;
            }
            if cell.is_misquoted() {
                problems.add(problem(
                    "quote_misplaced",
                    "text follows a closing quote".to_owned(),
                ));
                continue;
            }
            if is_ours(name) {
                if name.eq_ignore_ascii_case("zd_status") {
                    columns.status = Some(place);
                }
                columns.ours.push(place);
                continue;
            }
            if let Some(index) = mapping.and_then(|mapping| mapping.column(name)) {
                if let Some(first) = columns.places.get(index).filter(|first| **first != place) {
                    problems.add(problem(
                        "column_duplicate",
                        format!(
                            "column {} has the same name, and the mapping uses it",
                            first + 1
                        ),
                    ));
                }
                continue;
            }
            if mapping.is_some_and(Mapping::ignores_rest) {
                columns.ignored.push(name.to_owned());
                continue;
            }
            let attribute = match Attribute::named(name)
                .and_then(|attribute| attribute.checked_by(options.account.as_deref()))
            {
                Ok(attribute) => attribute,
                Err(fault) if name.is_empty() => {
                    problems.add(problem(
                        fault.code,
                        "a column without a name; leave it out with --ignore-column ''".to_owned(),
                    ));
                    continue;
                }
                Err(fault) => {
                    let message = if fault.code.starts_with("column_") && mapping.is_some() {
                        format!(
                            "{}; map it, or name it under ignore in the mapping",
                            fault.message
                        )
                    } else if fault.code.starts_with("column_") {
                        format!("{}; leave it out with --ignore-column", fault.message)
                    } else {
                        fault.message
                    };
                    problems.add(problem(fault.code, message));
                    continue;
                }
            };
            let repeatable = matches!(attribute, Attribute::Identity(_));
            let line_of = |mapping: &Mapping| mapping.line_of(&attribute.name());
            if let Some(line) = mapping.and_then(line_of).filter(|_| !repeatable) {
                problems.add(problem(
                    "column_duplicate",
                    format!("line {line} of the mapping says what this attribute is"),
                ));
            }
            if let Some(first) = first_of.insert(attribute.name(), place)
                && !repeatable
            {
                problems.add(problem(
                    "column_duplicate",
                    format!("column {} says the same", first + 1),
                ));
            }
            columns.mapped.push(Column {
                place,
                name: name.to_owned(),
                attribute,
            });
        }
        if problems.is_empty()
            && let Some(missing) = columns.missing_key(options.match_by)
        {
            let fault = Fault::new("key_column_missing", missing);
            problems.add(Problem::of_row(line, fault));
        }
        Ok((columns, problems))
    }

    /// The names of all attributes that rows may set, each once.
    pub(crate) fn attribute_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for attribute in self.attributes() {
            let name = attribute.name();
            // Only identities come more than once, and only a mapping's are told once: a header tells what it has.
            let told = names.len() >= self.mapped.len() && names.contains(&name);
            if !told {
                names.push(name);
            }
        }
        names
    }

    fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        let mapped = self.mapped.iter().map(|column| &column.attribute);
        mapped.chain(&self.by_mapping)
    }

    fn missing_key(&self, match_by: Match) -> Option<&'static str> {
        let has = |plain| {
            let attribute = Attribute::Plain(plain);
            self.attributes().any(|known| *known == attribute)
        };
        let (id, email) = (has(Plain::ExternalId), has(Plain::Email));
        match match_by {
            Match::Auto if !id && !email => {
                Some("no column external_id or email, by which people are found")
            }
            Match::ExternalId if !id => Some("no column external_id, by which people are found"),
            Match::Email if !email => Some("no column email, by which people are found"),
            _ => None,
        }
    }
}

/// The delimiter that makes the most sense of the header at the start of this text: the one that yields the most known
/// columns, then the most columns.
pub(crate) fn sniff_delimiter(start: &[u8], mapping: Option<&Mapping>) -> u8 {
    let blank_lines = start.iter().take_while(|byte| b"\r\n".contains(byte));
    let start = &start[blank_lines.count()..];
    let score = |delimiter| {
        let mut cells = Vec::new();
        let end = scan(start, true, delimiter, &mut cells);
        let header = end.and_then(|end| std::str::from_utf8(&start[..end.length]).ok());
        let names = cells.iter().take(1000).map(|cell| {
            header.map_or_else(Default::default, |header| {
                cell.text(header).trim().to_owned()
            })
        });
        let mentioned =
            |name: &str| mapping.is_some_and(|it| it.column(name).is_some() || it.ignores(name));
        let known =
            names.filter(|name| is_ours(name) || mentioned(name) || Attribute::named(name).is_ok());
        (known.count(), cells.len())
    };
    let mut best = (score(b','), b',');
    for delimiter in [b';', b'\t'] {
        let score = score(delimiter);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str, options: &ScanOptions) -> (Columns, Problems) {
        let mut cells = Vec::new();
        scan(header.as_bytes(), true, b',', &mut cells).unwrap();
        Columns::read(1, header, &cells, options).unwrap()
    }

    fn codes(header: &str) -> Vec<(&'static str, Option<u64>)> {
        let (_, problems) = read(header, &ScanOptions::default());
        let first = problems.first.iter();
        first
            .map(|problem| (problem.code, problem.column))
            .collect()
    }

    #[test]
    fn columns_are_mapped_left_out_or_ours() {
        let options = ScanOptions {
            ignore_columns: vec!["Shoe Size".into(), "tags".into(), String::new()],
            ..ScanOptions::default()
        };
        let header = " Email ,shoe size,ZD_line,identities.email,tags,identities.email,,zd_status";
        let (columns, problems) = read(header, &options);
        assert_eq!(problems.first, []);
        let names: Vec<_> = columns
            .mapped
            .iter()
            .map(|column| (column.place, column.attribute.name()))
            .collect();
        assert_eq!(
            names,
            [
                (0, "email".to_owned()),
                (3, "identities.email".to_owned()),
                (5, "identities.email".to_owned())
            ]
        );
        assert_eq!(columns.ignored, ["shoe size", "tags", ""]);
        assert_eq!(
            (columns.ours, columns.status, columns.count),
            (vec![2, 7], Some(7), 8)
        );
    }

    #[test]
    fn what_is_wrong_with_a_header_is_said_all_at_once() {
        assert_eq!(
            codes("email,e-mail,EMAIL,,url,\"name\"x"),
            [
                ("column_unknown", Some(2)),
                ("column_duplicate", Some(3)),
                ("column_unknown", Some(4)),
                ("column_read_only", Some(5)),
                ("quote_misplaced", Some(6)),
            ]
        );
        assert_eq!(
            codes("email,user_fields.a,user_fields.a:integer"),
            [("column_duplicate", Some(3))]
        );
        assert_eq!(codes("name"), [("key_column_missing", None)]);
        let options = ScanOptions {
            match_by: Match::ExternalId,
            ..ScanOptions::default()
        };
        assert_eq!(
            read("email", &options).1.by_code.keys().collect::<Vec<_>>(),
            [&"key_column_missing"]
        );
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_sense() {
        for (header, delimiter) in [
            ("email", b','),
            ("email,name\n", b','),
            ("email;name\na,b;c,d,e\n", b';'),
            ("\n\"email\"\t\"na,me\"\n", b'\t'),
            ("\"email\";\"notes\nand more\";tags\n", b';'),
            ("mail;full,name;x\n", b';'),
            ("email,a;b;c;d\n", b','),
            ("", b','),
        ] {
            assert_eq!(
                sniff_delimiter(header.as_bytes(), None),
                delimiter,
                "{header}"
            );
        }
    }
}
