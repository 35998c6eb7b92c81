//! Rules at work on a row.

use std::borrow::Cow;

use super::Mapping;
use super::convert::{convert, cut};
use super::rule::{Case, Rule, Source};
use crate::ScanOptions;
use crate::scan::given::Given;
use crate::scan::person::{Person, Place};
use crate::scan::problem::{Fault, Problem};

/// What a row has in a column.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) given: Given<'a>,
    pub(crate) place: Place<'a>,
}

impl Mapping {
    /// Takes what the rules make of a row into the person. `found` is by the number of the column.
    pub(crate) fn apply<'a>(
        &'a self,
        found: &[Option<Found<'a>>],
        line: u64,
        person: &mut Person,
        options: &ScanOptions,
    ) {
        for rule in &self.rules {
            let columns = match &rule.source {
                Source::Constant(constant) => {
                    let name = format!("{}, a constant of {}", rule.attribute.name(), self.name);
                    let place = Place {
                        column: 0,
                        name: &name,
                        text: "",
                    };
                    person.set(&rule.attribute, constant.given(), place, options);
                    continue;
                }
                Source::Columns { columns, with } => (columns.as_slice(), with.as_str()),
            };
            let there: Vec<&Found<'a>> = columns
                .0
                .iter()
                .filter_map(|column| found.get(*column)?.as_ref())
                .collect();
            match there.as_slice() {
                [] => {}
                [one] if columns.0.len() == 1 => {
                    let given = one.given.clone();
                    self.take(rule, given, one.place, line, person, options);
                }
                [first, ..] => {
                    let names: Vec<_> = there.iter().map(|found| found.place.name).collect();
                    let name = names.join(" + ");
                    match joined(&there, columns.1) {
                        Ok(text) => {
                            let place = Place {
                                column: first.place.column,
                                name: &name,
                                text: &text,
                            };
                            let given = Given::Text(Cow::Borrowed(&*text));
                            self.take(rule, given, place, line, person, options);
                        }
                        Err((place, fault)) => tell(rule, place, fault, line, person),
                    }
                }
            }
        }
    }

    fn take(
        &self,
        rule: &Rule,
        given: Given<'_>,
        place: Place<'_>,
        line: u64,
        person: &mut Person,
        options: &ScanOptions,
    ) {
        let steps = &rule.steps;
        let clears = |text: &str| {
            let text = text.trim();
            steps.null.iter().chain(&self.null).any(|null| null == text)
        };
        let mut given = match given {
            Given::Text(text) if clears(&text) => Given::Null,
            Given::Text(text) => match stepped(rule, text) {
                Ok(text) => Given::Text(text),
                Err(fault) => return tell(rule, place, fault, line, person),
            },
            other => other,
        };
        if given.is_blank() {
            match &steps.default {
                Some(default) => given = default.given(),
                None => return person.set(&rule.attribute, given, place, options),
            }
        } else if let Some(kind) = &steps.kind {
            given = match convert(kind, given) {
                Ok(given) => given,
                Err(fault) => return tell(rule, place, fault, line, person),
            };
        }
        person.set(&rule.attribute, given, place, options);
    }
}

/// The texts of several columns with a text between them; blank ones are left out, and so is what would stand around them.
fn joined<'a>(found: &[&Found<'a>], with: &str) -> Result<String, (Place<'a>, Fault)> {
    let mut joined = String::new();
    for one in found {
        if one.given == Given::Null || one.given.is_blank() {
            continue;
        }
        let text = one.given.clone().text();
        let text = text.map_err(|fault| (one.place, fault))?;
        if !joined.is_empty() {
            joined.push_str(with);
        }
        joined.push_str(&text);
    }
    Ok(joined)
}

fn stepped<'a>(rule: &Rule, mut text: Cow<'a, str>) -> Result<Cow<'a, str>, Fault> {
    let steps = &rule.steps;
    if steps.trim && text.trim().len() != text.len() {
        text = Cow::Owned(text.trim().to_owned());
    }
    match steps.case {
        Some(Case::Lower) => text = Cow::Owned(text.to_lowercase()),
        Some(Case::Upper) => text = Cow::Owned(text.to_uppercase()),
        None => {}
    }
    match &steps.cut {
        Some(_) if text.trim().is_empty() => Ok(text),
        Some(how) => cut(how, &text).map(Cow::Owned),
        None => Ok(text),
    }
}

/// Notes a fault of a value, in the input's own words.
fn tell(rule: &Rule, place: Place<'_>, fault: Fault, line: u64, person: &mut Person) {
    if rule.attribute.is_secret() {
        let problem = Problem::of_row(line, fault).at(place.column, place.name);
        person.problems.push(problem);
    } else {
        person.fault_at(place, fault);
    }
}
