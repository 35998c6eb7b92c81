//! Changes of user fields, and what becomes of the values that users have.

use super::Account;
use super::field_draft::sent_option;
use super::field_values;
use super::fields::{Field, FieldKind, FieldNumber, FieldOption, OptionNumber};
use super::problem::Problem;
use super::tags;
use super::upsert::Entry;

impl Account {
    /// Adds a field; the entry's JSON types were checked before. Names in `ignored` what its type has no use for.
    pub(crate) fn create_field(
        &mut self,
        entry: &Entry,
        seconds: u32,
        ignored: &mut Vec<&'static str>,
    ) -> Result<FieldNumber, Vec<Problem>> {
        let field = self.fields.new_field(entry, seconds, ignored)?;
        let number = field.number;
        self.fields.put(field);
        Ok(number)
    }

    /// Changes a field. Its key, its type and what a lookup is about stay (assumed).
    pub(crate) fn update_field(
        &mut self,
        field: Field,
        entry: &Entry,
        seconds: u32,
        ignored: &mut Vec<&'static str>,
    ) -> Result<(), Vec<Problem>> {
        let fixed = ["key", "type", "relationship_target_type"];
        ignored.extend(fixed.into_iter().filter(|key| entry.contains_key(*key)));
        let changed = self.fields.changed_field(field, entry, ignored)?;
        self.replace_field(changed, seconds);
        Ok(())
    }

    /// Deletes a field, the values that users have, and the tags that these set.
    pub(crate) fn delete_field(&mut self, number: FieldNumber) {
        if let Some(old) = self.fields.remove(number) {
            self.let_users_follow(&old);
        }
    }

    /// Adds an option to a field that has options, or changes the one that the entry's `id` names; says whether it is new.
    ///
    /// An id that names none adds one (documented).
    pub(crate) fn set_option(
        &mut self,
        mut field: Field,
        entry: &Entry,
        seconds: u32,
    ) -> Result<(OptionNumber, bool), Vec<Problem>> {
        let (FieldKind::Dropdown(options) | FieldKind::Multiselect(options)) = &mut field.kind
        else {
            return Err(vec![Problem::invalid("type", "Type")]);
        };
        let sent = sent_option(entry).flatten();
        let place = options
            .iter()
            .position(|option| Some(option.number) == sent);
        let known = place.map(|place| options.remove(place));
        let option = self
            .fields
            .option(entry, known)
            .map_err(|problem| vec![problem])?;
        if options.iter().any(|other| other.value == option.value) {
            return Err(vec![Problem::taken("value", "Value")]);
        }
        let number = option.number;
        let asked = entry
            .get("position")
            .and_then(field_values::integer)
            .and_then(|position| usize::try_from(position).ok());
        let at = asked.or(place).unwrap_or(options.len()).min(options.len());
        options.insert(at, option);
        self.replace_field(field, seconds);
        Ok((number, place.is_none()))
    }

    /// Deletes an option; whoever had chosen it has not any more. False if the field has no such option.
    pub(crate) fn delete_option(
        &mut self,
        mut field: Field,
        number: OptionNumber,
        seconds: u32,
    ) -> bool {
        let (FieldKind::Dropdown(options) | FieldKind::Multiselect(options)) = &mut field.kind
        else {
            return false;
        };
        let before = options.len();
        options.retain(|option: &FieldOption| option.number != number);
        let deleted = options.len() < before;
        if deleted {
            self.replace_field(field, seconds);
        }
        deleted
    }

    fn replace_field(&mut self, mut field: Field, seconds: u32) {
        field.updated_at = seconds;
        let old = self.fields.get(field.number).cloned();
        self.fields.put(field);
        // Only these can turn a user's value or tags into others.
        let old =
            old.filter(|old| old.options().is_some() || matches!(old.kind, FieldKind::Checkbox(_)));
        if let Some(old) = old {
            self.let_users_follow(&old);
        }
    }

    /// Brings values and tags in line with a field that is not what it was. Users do not count as updated (assumed).
    fn let_users_follow(&mut self, old: &Field) {
        let fields = &self.fields;
        for user in self.users.with_field(old.number) {
            let mut values = std::mem::take(&mut user.fields).into_vec();
            let Some(place) = values.iter().position(|(of, _)| *of == old.number) else {
                continue;
            };
            let (number, value) = values.remove(place);
            let said = field_values::tag(old, &value);
            let kept = fields
                .get(number)
                .and_then(|field| field_values::still_there(field, value.clone()));
            if let Some(kept) = kept {
                values.insert(place, (number, kept));
            }
            user.fields = values.into_boxed_slice();
            tags::follow_fields(user, said.as_slice(), fields);
        }
    }
}
