//! What the definition of a user field will be, or everything that is wrong with it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::draft::{LONGEST_LINE, sent_text};
use super::field_pattern::Pattern;
use super::field_values::{LONGEST_TEXT, boolean, integer};
use super::fields::{Field, FieldKind, FieldOption, Fields, Lookup, LookupTarget};
use super::ids;
use super::problem::Problem;
use super::upsert::Entry;

/// Where a field stands that was given no position (recorded).
const LAST: u32 = 9999;

impl Fields {
    /// A new field. Only counters change.
    pub(super) fn new_field(
        &mut self,
        entry: &Entry,
        seconds: u32,
        ignored: &mut Vec<&'static str>,
    ) -> Result<Field, Vec<Problem>> {
        let mut problems = Vec::new();
        let key = self.new_key(entry, &mut problems);
        if sent_title(entry).is_none() {
            problems.push(Problem::blank("title", "Title"));
        }
        let kind = self.new_kind(entry, &mut problems);
        let (Some(key), Some(kind), true) = (key, kind, problems.is_empty()) else {
            return Err(problems);
        };
        let field = Field {
            number: self.new_number(),
            key: key.into(),
            title: Box::default(),
            description: Box::default(),
            position: LAST,
            active: true,
            created_at: seconds,
            updated_at: seconds,
            kind,
        };
        self.changed_field(field, entry, ignored)
    }

    /// A field with what was sent. Names in `ignored` what its type has no use for.
    pub(super) fn changed_field(
        &mut self,
        mut field: Field,
        entry: &Entry,
        ignored: &mut Vec<&'static str>,
    ) -> Result<Field, Vec<Problem>> {
        let mut problems = Vec::new();
        if entry.contains_key("title") || entry.contains_key("raw_title") {
            match sent_title(entry) {
                None => problems.push(Problem::blank("title", "Title")),
                Some(title) if title.chars().count() > LONGEST_LINE => {
                    problems.push(Problem::too_long("title", "Title", LONGEST_LINE));
                }
                Some(title) => field.title = title.into(),
            }
        }
        if let Some(sent) = ["description", "raw_description"]
            .iter()
            .find_map(|key| entry.get(*key))
        {
            let text = sent.as_str().unwrap_or_default();
            if text.chars().count() > LONGEST_TEXT {
                problems.push(Problem::too_long(
                    "description",
                    "Description",
                    LONGEST_TEXT,
                ));
            }
            field.description = text.into();
        }
        if let Some(sent) = entry.get("position").filter(|sent| !is_nothing(sent)) {
            match integer(sent).and_then(|number| u32::try_from(number).ok()) {
                Some(position) => field.position = position,
                None => problems.push(Problem::invalid("position", "Position")),
            }
        }
        if let Some(active) = entry.get("active").and_then(boolean) {
            field.active = active;
        }
        self.change_kind(&mut field.kind, entry, &mut problems, ignored);
        if problems.is_empty() {
            Ok(field)
        } else {
            Err(problems)
        }
    }

    fn new_key(&self, entry: &Entry, problems: &mut Vec<Problem>) -> Option<String> {
        let Some(key) = sent_text(entry, "key") else {
            problems.push(Problem::blank("key", "Key"));
            return None;
        };
        let may = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let problem = if key.len() > LONGEST_LINE {
            Problem::too_long("key", "Key", LONGEST_LINE)
        } else if !key.bytes().all(may) || key.bytes().all(|byte| byte.is_ascii_digit()) {
            Problem::invalid("key", "Key")
        } else if self.is_taken(key) {
            Problem::taken("key", "Key")
        } else {
            return Some(key.to_owned());
        };
        problems.push(problem);
        None
    }

    /// The type with what it cannot be without; the rest comes as in a change.
    fn new_kind(&mut self, entry: &Entry, problems: &mut Vec<Problem>) -> Option<FieldKind> {
        let mut blank = |attribute, label| {
            problems.push(Problem::blank(attribute, label));
            None
        };
        let has_options = || {
            let sent = entry.get("custom_field_options").and_then(Value::as_array);
            sent.is_some_and(|list| !list.is_empty())
        };
        let name = sent_text(entry, "type").unwrap_or("text");
        Some(match name {
            "text" => FieldKind::Text,
            "textarea" => FieldKind::Textarea,
            "integer" => FieldKind::Integer,
            "decimal" => FieldKind::Decimal,
            "date" => FieldKind::Date,
            "checkbox" => FieldKind::Checkbox(None),
            "regexp" => {
                const KEY: &str = "regexp_for_validation";
                let Some(written) = sent_text(entry, KEY) else {
                    return blank(KEY, "Regexp for validation");
                };
                match Pattern::parse(written) {
                    Some(pattern) => FieldKind::Regexp(pattern),
                    None => {
                        problems.push(Problem::invalid(KEY, "Regexp for validation"));
                        return None;
                    }
                }
            }
            "dropdown" | "multiselect" if !has_options() => {
                return blank("custom_field_options", "Custom field options");
            }
            "dropdown" => FieldKind::Dropdown(Vec::new()),
            "multiselect" => FieldKind::Multiselect(Vec::new()),
            "lookup" => {
                const KEY: &str = "relationship_target_type";
                let Some(name) = sent_text(entry, KEY) else {
                    return blank(KEY, "Relationship target type");
                };
                match LookupTarget::parse(name) {
                    Some(target) => FieldKind::Lookup(Lookup {
                        target,
                        filter: Entry::new(),
                    }),
                    None => {
                        problems.push(Problem::invalid(KEY, "Relationship target type"));
                        return None;
                    }
                }
            }
            _ => {
                problems.push(Problem::invalid("type", "Type"));
                return None;
            }
        })
    }

    fn change_kind(
        &mut self,
        kind: &mut FieldKind,
        entry: &Entry,
        problems: &mut Vec<Problem>,
        ignored: &mut Vec<&'static str>,
    ) {
        const PATTERN: &str = "regexp_for_validation";
        const TAG: &str = "tag";
        const OPTIONS: &str = "custom_field_options";
        const FILTER: &str = "relationship_filter";
        let of_this_kind = match kind {
            FieldKind::Regexp(pattern) => {
                // A field of this type is never without a pattern, so null changes nothing.
                if let Some(written) = sent_text(entry, PATTERN) {
                    match Pattern::parse(written) {
                        Some(sent) => *pattern = sent,
                        None => problems.push(Problem::invalid(PATTERN, "Regexp for validation")),
                    }
                }
                PATTERN
            }
            FieldKind::Checkbox(tag) => {
                if let Some(sent) = entry.get(TAG) {
                    let sent = sent.as_str().filter(|sent| !sent.is_empty());
                    match sent {
                        Some(sent) if !is_tag(sent) => problems.push(Problem::invalid(TAG, "Tag")),
                        sent => *tag = sent.map(Into::into),
                    }
                }
                TAG
            }
            FieldKind::Dropdown(options) | FieldKind::Multiselect(options) => {
                if let Some(Value::Array(sent)) = entry.get(OPTIONS) {
                    *options = self.options(sent, std::mem::take(options), problems);
                }
                OPTIONS
            }
            FieldKind::Lookup(lookup) => {
                if let Some(sent) = entry.get(FILTER) {
                    lookup.filter = sent.as_object().cloned().unwrap_or_default();
                }
                FILTER
            }
            _ => "",
        };
        let useless = [PATTERN, TAG, OPTIONS, FILTER].into_iter().filter(|key| {
            *key != of_this_kind && entry.get(*key).is_some_and(|sent| !sent.is_null())
        });
        ignored.extend(useless);
    }

    /// All options of a field, in their order: what is not sent is gone (documented).
    fn options(
        &mut self,
        sent: &[Value],
        mut old: Vec<FieldOption>,
        problems: &mut Vec<Problem>,
    ) -> Vec<FieldOption> {
        let mut options = Vec::with_capacity(sent.len());
        let mut values = BTreeSet::new();
        for entry in sent.iter().filter_map(Value::as_object) {
            // By id, as documented; who leaves the id out means the option of this value (assumed).
            let place = match sent_option(entry) {
                Some(number) => old.iter().position(|option| number == Some(option.number)),
                None => sent_text(entry, "value")
                    .and_then(|value| old.iter().position(|option| &*option.value == value)),
            };
            let known = place.map(|place| old.swap_remove(place));
            match self.option(entry, known) {
                Ok(option) if values.insert(option.value.clone()) => options.push(option),
                Ok(_) => problems.push(Problem::taken("value", "Value")),
                Err(problem) => problems.push(problem),
            }
        }
        options
    }

    /// One option as it will be: what is not sent stays as it is.
    pub(super) fn option(
        &mut self,
        entry: &Entry,
        known: Option<FieldOption>,
    ) -> Result<FieldOption, Problem> {
        // The first of these keys that holds something; what is already there stays only if none was sent.
        let text = |keys: [&'static str; 2], label: &'static str, old: Option<Box<str>>| {
            let [key, _] = keys;
            let was_sent = keys
                .iter()
                .any(|key| entry.get(*key).is_some_and(|sent| !sent.is_null()));
            let sent = keys.iter().find_map(|key| sent_text(entry, key));
            match (sent, old) {
                (Some(sent), _) if sent.chars().count() > LONGEST_LINE => {
                    Err(Problem::too_long(key, label, LONGEST_LINE))
                }
                (Some(sent), _) => Ok(Box::from(sent)),
                (None, Some(old)) if !was_sent => Ok(old),
                (None, _) => Err(Problem::blank(key, label)),
            }
        };
        let (number, name, value) = match known {
            Some(option) => (Some(option.number), Some(option.name), Some(option.value)),
            None => (None, None, None),
        };
        let name = text(["name", "raw_name"], "Name", name)?;
        let value = text(["value", "value"], "Value", value)?;
        if !is_tag(&value) {
            return Err(Problem::invalid("value", "Value"));
        }
        Ok(FieldOption {
            number: number.unwrap_or_else(|| self.new_option()),
            name,
            value,
        })
    }
}

/// The option that an `id` names; `Some(None)` for an id that no option can have.
pub(super) fn sent_option(entry: &Entry) -> Option<Option<u32>> {
    let id = entry.get("id").filter(|sent| !is_nothing(sent))?;
    Some(integer(id).and_then(ids::field_option_number))
}

fn sent_title(entry: &Entry) -> Option<&str> {
    sent_text(entry, "title").or_else(|| sent_text(entry, "raw_title"))
}

fn is_nothing(sent: &Value) -> bool {
    sent.is_null() || sent.as_str() == Some("")
}

/// Whether a text is one tag: those are kept separated by spaces, and sent separated by commas.
fn is_tag(text: &str) -> bool {
    text.chars().count() <= LONGEST_LINE
        && !text.contains(|letter: char| letter.is_whitespace() || letter == ',')
}
