//! Definitions of custom user fields, and their options.

use std::fmt;

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::USER_FIELDS_SHOW_MANY;
use zd_model::{
    CustomFieldOption, CustomFieldOptionEnvelope, CustomFieldOptionId, CustomFieldOptionInput,
    CustomFieldOptionsPage, Nullable, Operation, UserField, UserFieldEnvelope, UserFieldId,
    UserFieldInput, UserFieldType, UserFieldsPage,
};

use super::MAX_AT_ONCE;
use super::calls::{body_calls, path_calls, path_lists};
use super::draft::{Draft, comma_list};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// Names a user field: by its id or by its key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UserFieldRef {
    /// By its id.
    Id(UserFieldId),
    /// By its key.
    Key(String),
}

impl fmt::Display for UserFieldRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(formatter),
            Self::Key(key) => formatter.write_str(key),
        }
    }
}

impl From<UserFieldId> for UserFieldRef {
    fn from(id: UserFieldId) -> Self {
        Self::Id(id)
    }
}

/// Digits are an id, since no key is digits alone.
impl From<&str> for UserFieldRef {
    fn from(text: &str) -> Self {
        text.parse()
            .map_or_else(|_| Self::Key(text.to_owned()), Self::Id)
    }
}

impl From<String> for UserFieldRef {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

const KEY_IS: &str =
    "the key of a user field is letters, digits and underscores, and not digits alone";

fn check_new(field: &UserFieldInput) -> Result<(), RequestError> {
    let blank = |text: &Nullable<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    if blank(&field.key) {
        return Err(RequestError::Empty { what: "key" });
    }
    if blank(&field.title) {
        return Err(RequestError::Empty { what: "title" });
    }
    let key = field.key.as_deref().unwrap_or_default();
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !key.bytes().all(legal) || key.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RequestError::refused(KEY_IS));
    }
    check_kind(field)
}

/// Only some types have options, a pattern, a tag.
fn check_kind(field: &UserFieldInput) -> Result<(), RequestError> {
    use UserFieldType::{Checkbox, Dropdown, Multiselect, Regexp};
    let Some(kind) = field.r#type.value() else {
        return Ok(());
    };
    if field.custom_field_options.is_value() && !matches!(kind, Dropdown | Multiselect) {
        return Err(RequestError::refused(
            "only dropdown and multiselect fields have options",
        ));
    }
    if *kind == Regexp
        && field
            .regexp_for_validation
            .as_deref()
            .is_none_or(str::is_empty)
    {
        return Err(RequestError::refused(
            "a regexp field needs regexp_for_validation",
        ));
    }
    if field.tag.is_value() && *kind != Checkbox {
        return Err(RequestError::refused("only a checkbox has a tag"));
    }
    Ok(())
}

fn check_change(field: &UserFieldInput) -> Result<(), RequestError> {
    if *field == UserFieldInput::new() {
        return Err(RequestError::Empty { what: "change" });
    }
    check_kind(field)
}

fn check_order(ids: &[UserFieldId]) -> Result<(), RequestError> {
    if ids.is_empty() {
        return Err(RequestError::Empty {
            what: "user field ids",
        });
    }
    let unique: std::collections::HashSet<_> = ids.iter().collect();
    if unique.len() != ids.len() {
        return Err(RequestError::refused(
            "a user field stands twice in the order",
        ));
    }
    Ok(())
}

fn check_option(option: &CustomFieldOptionInput) -> Result<(), RequestError> {
    let blank = |text: &Nullable<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
    if option.id.is_value() {
        return Ok(());
    }
    if blank(&option.name) {
        return Err(RequestError::Empty { what: "name" });
    }
    if blank(&option.value) {
        return Err(RequestError::Empty { what: "value" });
    }
    Ok(())
}

path_lists! {
    /// `GET /api/v2/user_fields`: the definitions of user fields, in the order of their positions. For agents.
    ListUserFields() = USER_FIELDS_LIST => UserFieldsPage, by Cursor;
    /// `GET /api/v2/user_fields/{user_field_id}/options`: the options of a dropdown or multiselect field. For agents.
    ListUserFieldOptions(field: UserFieldId) = USER_FIELD_OPTIONS_LIST => CustomFieldOptionsPage, by Offset;
}

path_calls! {
    /// `GET /api/v2/user_fields/{user_field_id}`: a definition. For agents.
    ShowUserField(field: UserFieldRef) = USER_FIELDS_SHOW => {UserFieldEnvelope.user_field as UserField};
    /// `DELETE /api/v2/user_fields/{user_field_id}`: deletes a field, its values with it. For admins; it cannot be undone.
    ///
    /// By older documentation its key can never be used again.
    DeleteUserField(field: UserFieldRef) = USER_FIELDS_DELETE => {nothing};
    /// `GET /api/v2/user_fields/{user_field_id}/options/{user_field_option_id}`: an option. For agents.
    ShowUserFieldOption(field: UserFieldId, option: CustomFieldOptionId) = USER_FIELD_OPTIONS_SHOW => {CustomFieldOptionEnvelope.custom_field_option as CustomFieldOption};
    /// `DELETE /api/v2/user_fields/{user_field_id}/options/{user_field_option_id}`: deletes an option. For admins.
    DeleteUserFieldOption(field: UserFieldId, option: CustomFieldOptionId) = USER_FIELD_OPTIONS_DELETE => {nothing};
}

body_calls! {
    /// `POST /api/v2/user_fields`: defines a user field, with key and title. For admins.
    CreateUserField(["user_field"] definition: UserFieldInput) = USER_FIELDS_CREATE => {UserFieldEnvelope.user_field as UserField} unless check_new;
    /// `PUT /api/v2/user_fields/{user_field_id}`: changes a definition; type and key stay. For admins.
    UpdateUserField(field: UserFieldRef, ["user_field"] change: UserFieldInput) = USER_FIELDS_UPDATE => {UserFieldEnvelope.user_field as UserField} unless check_change;
    /// `PUT /api/v2/user_fields/reorder`: puts the fields in this order. For admins.
    ReorderUserFields(["user_field_ids"] order: [UserFieldId]) = USER_FIELDS_REORDER => {nothing} unless check_order;
    /// `POST /api/v2/user_fields/{user_field_id}/options`: adds an option, with name and value; or changes the one of its `id`.
    /// For admins.
    CreateOrUpdateUserFieldOption(field: UserFieldId, ["custom_field_option"] option: CustomFieldOptionInput) = USER_FIELD_OPTIONS_CREATE_OR_UPDATE => {CustomFieldOptionEnvelope.custom_field_option as CustomFieldOption} unless check_option;
}

/// `GET /api/v2/user_fields/show_many`: several definitions, by their keys. For agents.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowManyUserFields {
    keys: Vec<String>,
}

impl ShowManyUserFields {
    /// Shows the fields of these keys, 1 to [`MAX_AT_ONCE`].
    pub fn new<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Self {
        Self {
            keys: keys.into_iter().map(Into::into).collect(),
        }
    }
}

impl Endpoint for ShowManyUserFields {
    type Output = Vec<UserField>;

    fn operation(&self) -> &Operation {
        &USER_FIELDS_SHOW_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let what = "keys";
        RequestError::check_length(what, self.keys.len(), MAX_AT_ONCE)?;
        let keys = comma_list(what, self.keys.iter().map(String::as_str))?;
        Draft::of(self.operation()).pair("keys", keys).finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Vec<UserField>, Error> {
        Ok(read_json::<UserFieldsPage>(self.operation(), &response)?.user_fields)
    }
}
