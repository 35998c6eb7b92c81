//! One line of a mapping: where an attribute's value comes from, and what is done with it.

use regex::Regex;

use super::error::Position;
use crate::scan::attribute::Attribute;
use crate::scan::given::Given;

/// Where an attribute's value comes from, and what is done with it.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) attribute: Attribute,
    pub(crate) source: Source,
    pub(super) steps: Steps,
    pub(super) at: Position,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Columns by number; several are joined with a text between them.
    Columns { columns: Vec<usize>, with: String },
    /// The same for every row.
    Constant(Constant),
}

/// A value that the mapping gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    Text(String),
    /// In its own digits.
    Number(String),
    Flag(bool),
    List(Vec<String>),
}

impl Constant {
    pub(super) fn given(&self) -> Given<'_> {
        match self {
            Self::Text(text) => Given::Text(text.into()),
            Self::Number(digits) => Given::Number(digits),
            Self::Flag(flag) => Given::Flag(*flag),
            Self::List(items) => {
                let items = items.iter().map(|item| Given::Text(item.into()));
                Given::List(items.collect())
            }
        }
    }
}

/// What is done with a value, in this order.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    /// Texts that clear.
    pub(super) null: Vec<String>,
    pub(super) trim: bool,
    pub(super) case: Option<Case>,
    pub(super) cut: Option<Cut>,
    /// What a blank becomes.
    pub(super) default: Option<Constant>,
    pub(super) kind: Option<Kind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
}

/// How a part is cut out of a text.
#[derive(Clone, Debug)]
pub(super) enum Cut {
    /// The part with this number, from 1; below zero counted from the end.
    Split { separator: String, part: i64 },
    /// A group of a pattern.
    Group { pattern: Regex, group: String },
    /// A text made of groups: `$last, $first`.
    As { pattern: Regex, template: String },
}

/// How a text is to be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Text,
    Integer {
        group: Option<char>,
    },
    Decimal {
        point: char,
        group: Option<char>,
    },
    Boolean {
        words: Option<(Vec<String>, Vec<String>)>,
    },
    Date {
        format: Option<String>,
    },
    List {
        separator: String,
    },
}
