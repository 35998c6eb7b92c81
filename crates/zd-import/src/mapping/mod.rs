//! Mappings: what becomes of the columns of an input that are no attributes by themselves.

mod apply;
mod convert;
mod error;
mod guess;
mod init;

mod read;
mod rule;
mod steps;
mod text;

pub use error::{MappingError, MappingProblem};
pub use init::suggest_mapping;

pub(crate) use apply::Found;
use error::Position;
use rule::Rule;

use crate::AccountFacts;

/// A mapping file, read and checked; docs/mapping.md says what may stand in one.
///
/// ```
/// let text = r#"
/// ignore = ["Shoe size"]
///
/// [attributes]
/// email = { column = "E-Mail", case = "lower" }
/// name = { join = ["First name", "Last name"], with = " " }
/// "#;
/// let mapping = zd_import::Mapping::parse("people.toml", text)?;
/// assert_eq!(mapping.digest().len(), 64);
///
/// let wrong = zd_import::Mapping::parse("people.toml", "[attributes]\nemial = 'Mail'\n").unwrap_err();
/// assert!(wrong.to_string().starts_with("people.toml, line 2, column 1: no such attribute; near it: email"));
/// # Ok::<(), zd_import::MappingError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Mapping {
    name: String,
    digest: String,
    /// The columns that rules take values from, each once.
    columns: Vec<Column>,
    rules: Vec<Rule>,
    ignored: Vec<String>,
    /// Whether columns are left out that are not mentioned.
    ignores_rest: bool,
    /// Texts that clear, in every column that is mentioned.
    null: Vec<String>,
}

/// A column of the input that is mentioned.
#[derive(Clone, Debug)]
struct Column {
    name: String,
    folded: String,
    /// Where it is mentioned first.
    at: Position,
}

/// The form in which names of columns are compared.
fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Mapping {
    /// Reads a mapping file. `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// With everything that is wrong with it, each with its line and column.
    pub fn parse(name: &str, text: &str) -> Result<Self, MappingError> {
        read::read(name, text)
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// BLAKE3 of the file's content, in hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The number of the column of this name, if rules take values from it.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        let name = fold(name);
        self.columns.iter().position(|column| column.folded == name)
    }

    /// How many columns rules take values from.
    pub(crate) fn column_count(&self) -> usize {
        self.columns.len()
    }

    /// The name of a column as the mapping writes it.
    pub(crate) fn column_name(&self, index: usize) -> &str {
        self.columns.get(index).map_or("", |column| &column.name)
    }

    /// Whether this column is to be left out by its name.
    pub(crate) fn ignores(&self, name: &str) -> bool {
        !self.ignored.is_empty() && self.ignored.contains(&fold(name))
    }

    /// Whether columns are left out that are not mentioned.
    pub(crate) const fn ignores_rest(&self) -> bool {
        self.ignores_rest
    }

    /// Whether something inside of the JSON object of this name is mentioned.
    pub(crate) fn mentions_below(&self, name: &str) -> bool {
        let below = format!("{}.", fold(name));
        let columns = self.columns.iter().map(|column| &column.folded);
        columns
            .chain(&self.ignored)
            .any(|column| column.starts_with(&below))
    }

    /// Where each column stands in this header, by number.
    pub(crate) fn places(&self, header: &[(usize, &str)]) -> Result<Vec<usize>, MappingError> {
        let folded: Vec<_> = header
            .iter()
            .map(|(place, name)| (*place, fold(name)))
            .collect();
        let mut places = Vec::with_capacity(self.columns.len());
        let mut problems = Vec::new();
        for column in &self.columns {
            match folded.iter().find(|(_, name)| *name == column.folded) {
                Some((place, _)) => places.push(*place),
                None => {
                    let names = header.iter().map(|(_, name)| *name);
                    let near = text::nearest(&column.name, names);
                    let message = format!(
                        "the input has no column {}{}",
                        text::quoted(&column.name),
                        text::near(&near)
                    );
                    problems.push(MappingProblem::new(column.at, "column_missing", message));
                }
            }
        }
        if problems.is_empty() {
            return Ok(places);
        }
        Err(MappingError::new(&self.name, problems))
    }

    /// Holds the custom fields that are set against those that the account has.
    pub(crate) fn check_fields(&self, account: &AccountFacts) -> Result<(), MappingError> {
        let faults = self.rules.iter().filter_map(|rule| {
            let fault = rule.attribute.clone().checked_by(Some(account)).err()?;
            Some(MappingProblem::new(rule.at, fault.code, fault.message))
        });
        let problems: Vec<_> = faults.collect();
        if problems.is_empty() {
            return Ok(());
        }
        Err(MappingError::new(&self.name, problems))
    }

    /// Where the rule for an attribute of this name stands.
    pub(crate) fn line_of(&self, attribute: &str) -> Option<u64> {
        let rule = self
            .rules
            .iter()
            .find(|rule| rule.attribute.name() == attribute);
        rule.map(|rule| rule.at.line)
    }
}
