//! Definitions of user fields.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::time;
use crate::state::fields::{Field, FieldKind, FieldOption};

/// The pattern that fields of days show (recorded).
const DAY: &str = r"\A([0-9]{4})-(1[0-2]|0[1-9])-(3[01]|[12][0-9]|0[1-9])\z";

/// A user field.
pub(crate) struct FieldDefinitionView<'a> {
    pub(crate) field: &'a Field,
    pub(crate) base: &'a str,
}

impl FieldDefinitionView<'_> {
    pub(crate) fn url(&self) -> String {
        let id = self.field.id();
        format!("{}/api/v2/user_fields/{id}.json", self.base)
    }
}

impl Serialize for FieldDefinitionView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let field = self.field;
        let pattern = match &field.kind {
            FieldKind::Regexp(pattern) => Some(pattern.written()),
            FieldKind::Date => Some(DAY),
            _ => None,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("url", &self.url())?;
        map.serialize_entry("id", &field.id())?;
        map.serialize_entry("type", field.kind.name())?;
        map.serialize_entry("key", &field.key)?;
        map.serialize_entry("title", &field.title)?;
        map.serialize_entry("description", &field.description)?;
        // There is no dynamic content here, so what is shown is what was written.
        map.serialize_entry("raw_title", &field.title)?;
        map.serialize_entry("raw_description", &field.description)?;
        map.serialize_entry("position", &field.position)?;
        map.serialize_entry("active", &field.active)?;
        map.serialize_entry("system", &false)?;
        map.serialize_entry("regexp_for_validation", &pattern)?;
        map.serialize_entry("created_at", &time(field.created_at))?;
        map.serialize_entry("updated_at", &time(field.updated_at))?;
        if let Some(options) = field.options() {
            let options: Vec<_> = options.iter().map(OptionOfFieldView).collect();
            map.serialize_entry("custom_field_options", &options)?;
        }
        match &field.kind {
            FieldKind::Checkbox(tag) => map.serialize_entry("tag", tag)?,
            FieldKind::Lookup(lookup) => {
                map.serialize_entry("relationship_target_type", &lookup.target.name())?;
                map.serialize_entry("relationship_filter", &lookup.filter)?;
            }
            _ => {}
        }
        map.end()
    }
}

/// An option as its field shows it.
struct OptionOfFieldView<'a>(&'a FieldOption);

impl Serialize for OptionOfFieldView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let option = self.0;
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("id", &option.id())?;
        map.serialize_entry("name", &option.name)?;
        map.serialize_entry("raw_name", &option.name)?;
        map.serialize_entry("value", &option.value)?;
        map.end()
    }
}

/// An option as its own record.
pub(crate) struct FieldOptionView<'a> {
    pub(crate) field: &'a Field,
    pub(crate) option: &'a FieldOption,
    /// Its place among the field's options.
    pub(crate) position: usize,
    pub(crate) base: &'a str,
}

impl Serialize for FieldOptionView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let url = format_args!(
            "{}/api/v2/user_fields/{}/options/{}.json",
            self.base,
            self.field.id(),
            self.option.id()
        );
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("id", &self.option.id())?;
        map.serialize_entry("name", &self.option.name)?;
        map.serialize_entry("raw_name", &self.option.name)?;
        map.serialize_entry("position", &self.position)?;
        map.serialize_entry("value", &self.option.value)?;
        map.serialize_entry("url", &url)?;
        map.end()
    }
}
