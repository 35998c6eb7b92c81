//! The definitions of user fields.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use serde_json::{Map, Value};

use super::field_pattern::Pattern;
use super::ids;
use super::index::folded;

/// Which field, for good: numbers are not given out twice.
pub(crate) type FieldNumber = u32;
/// Which option of all fields, for good.
pub(crate) type OptionNumber = u32;

/// A user field's definition. Times are seconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its id is computed from this.
    pub(crate) number: FieldNumber,
    pub(crate) key: Box<str>,
    pub(crate) title: Box<str>,
    pub(crate) description: Box<str>,
    pub(crate) position: u32,
    pub(crate) active: bool,
    pub(crate) created_at: u32,
    pub(crate) updated_at: u32,
    pub(crate) kind: FieldKind,
}

/// What a user field holds.
#[derive(Clone, Debug)]
pub(crate) enum FieldKind {
    Text,
    Textarea,
    /// Text that the pattern matches.
    Regexp(Pattern),
    Integer,
    Decimal,
    Date,
    /// True puts this tag, if there is one, on the user.
    Checkbox(Option<Box<str>>),
    /// The chosen value is also put on the user as a tag.
    Dropdown(Vec<FieldOption>),
    Multiselect(Vec<FieldOption>),
    /// The id of another record.
    Lookup(Lookup),
}

/// One of the values that can be chosen; options stand in their order.
#[derive(Clone, Debug)]
pub(crate) struct FieldOption {
    /// Its id is computed from this.
    pub(crate) number: OptionNumber,
    pub(crate) name: Box<str>,
    pub(crate) value: Box<str>,
}

/// What a lookup field is about.
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    pub(crate) target: LookupTarget,
    /// Kept as it was sent: it only narrows what people are offered.
    pub(crate) filter: Map<String, Value>,
}

/// The kind of record that a lookup field names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LookupTarget {
    User,
    Organization,
    Ticket,
    CustomObject(Box<str>),
}

const CUSTOM_OBJECT: &str = "zen:custom_object:";

impl LookupTarget {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "zen:user" => Self::User,
            "zen:organization" => Self::Organization,
            "zen:ticket" => Self::Ticket,
            _ => {
                let key = text.strip_prefix(CUSTOM_OBJECT)?;
                return (!key.is_empty()).then(|| Self::CustomObject(key.into()));
            }
        })
    }

    pub(crate) fn name(&self) -> Cow<'_, str> {
        match self {
            Self::User => "zen:user".into(),
            Self::Organization => "zen:organization".into(),
            Self::Ticket => "zen:ticket".into(),
            Self::CustomObject(key) => format!("{CUSTOM_OBJECT}{key}").into(),
        }
    }

    /// What is wrong with a value that names no such record.
    pub(crate) const fn must_be(&self) -> &'static str {
        match self {
            Self::User => "is not the id of a user",
            Self::Organization => "is not the id of an organization",
            Self::Ticket | Self::CustomObject(_) => "is not an id",
        }
    }
}

impl FieldKind {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Textarea => "textarea",
            Self::Regexp(_) => "regexp",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Checkbox(_) => "checkbox",
            Self::Dropdown(_) => "dropdown",
            Self::Multiselect(_) => "multiselect",
            Self::Lookup(_) => "lookup",
        }
    }
}

impl Field {
    pub(crate) const fn id(&self) -> u64 {
        ids::field(self.number)
    }

    /// None for a field of a type that has no options.
    pub(crate) fn options(&self) -> Option<&[FieldOption]> {
        match &self.kind {
            FieldKind::Dropdown(options) | FieldKind::Multiselect(options) => Some(options),
            _ => None,
        }
    }

    pub(crate) fn option(&self, number: OptionNumber) -> Option<&FieldOption> {
        let mut options = self.options()?.iter();
        options.find(|option| option.number == number)
    }
}

impl FieldOption {
    pub(crate) const fn id(&self) -> u64 {
        ids::field_option(self.number)
    }

    /// Tags are in lower case.
    pub(crate) fn tag(&self) -> Cow<'_, str> {
        folded(&self.value)
    }
}

/// All user fields of the account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    records: BTreeMap<FieldNumber, Field>,
    /// By key in lower case, which is the order in which users show their fields.
    by_key: BTreeMap<Box<str>, FieldNumber>,
    /// By exactly their key, which every value of every user asks for.
    by_exact_key: HashMap<Box<str>, FieldNumber>,
    /// Keys of deleted fields, in lower case: they are not given out again.
    retired: BTreeSet<Box<str>>,
    next_field: FieldNumber,
    next_option: OptionNumber,
}

impl Fields {
    pub(crate) fn get(&self, number: FieldNumber) -> Option<&Field> {
        self.records.get(&number)
    }

    /// The field of this id, or else of this key: keys are never digits alone.
    pub(crate) fn by_id_or_key(&self, text: &str) -> Option<&Field> {
        match text.parse() {
            Ok(id) => self.get(ids::field_number(id)?),
            Err(_) => self.by_key(text),
        }
    }

    /// The field of exactly this key.
    pub(crate) fn by_key(&self, key: &str) -> Option<&Field> {
        self.get(*self.by_exact_key.get(key)?)
    }

    /// The field that users know by this key: one that is not active does not exist for them (assumed for writes).
    pub(crate) fn known(&self, key: &str) -> Option<&Field> {
        self.by_key(key).filter(|field| field.active)
    }

    /// The fields that users show, in the order of their keys.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Field> {
        self.by_key
            .values()
            .filter_map(|number| self.get(*number))
            .filter(|field| field.active)
    }

    /// All of them by position; those of the same position by age.
    pub(crate) fn by_position(&self) -> Vec<&Field> {
        let mut all: Vec<&Field> = self.records.values().collect();
        all.sort_by_key(|field| field.position);
        all
    }

    /// Whether a field has this key, or once had it; case does not matter.
    pub(crate) fn is_taken(&self, key: &str) -> bool {
        let key = folded(key);
        self.by_key.contains_key(&*key) || self.retired.contains(&*key)
    }

    pub(crate) fn new_number(&mut self) -> FieldNumber {
        self.next_field += 1;
        self.next_field
    }

    pub(crate) fn new_option(&mut self) -> OptionNumber {
        self.next_option += 1;
        self.next_option
    }

    /// Adds a field, or replaces the one of its number; a field's key never changes.
    pub(crate) fn put(&mut self, field: Field) {
        self.by_key.insert(folded(&field.key).into(), field.number);
        self.by_exact_key.insert(field.key.clone(), field.number);
        self.records.insert(field.number, field);
    }

    /// Puts these fields first, in this order; the others follow in theirs (assumed). Named twice is named once.
    pub(crate) fn reorder(&mut self, first: &[FieldNumber]) {
        let others = self.by_position().into_iter().map(|field| field.number);
        let mut seen = BTreeSet::new();
        let order: Vec<FieldNumber> = first
            .iter()
            .copied()
            .chain(others)
            .filter(|number| seen.insert(*number))
            .collect();
        for (position, number) in (0..).zip(order) {
            if let Some(field) = self.records.get_mut(&number) {
                field.position = position;
            }
        }
    }

    pub(crate) fn remove(&mut self, number: FieldNumber) -> Option<Field> {
        let field = self.records.remove(&number)?;
        let key = folded(&field.key);
        self.by_key.remove(&*key);
        self.by_exact_key.remove(&field.key);
        self.retired.insert(key.into());
        Some(field)
    }
}
