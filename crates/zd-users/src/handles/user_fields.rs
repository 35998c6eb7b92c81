//! Calls about the definitions of user fields.

use zd_model::{
    CustomFieldOption, CustomFieldOptionId, CustomFieldOptionInput, UserField, UserFieldId,
    UserFieldInput,
};

use super::handle;
use crate::endpoints::{
    CreateOrUpdateUserFieldOption, CreateUserField, DeleteUserField, DeleteUserFieldOption,
    ListUserFieldOptions, ListUserFields, ReorderUserFields, ShowManyUserFields, ShowUserField,
    ShowUserFieldOption, UpdateUserField, UserFieldRef,
};

handle! {
    /// Calls about the definitions of user fields, and their options.
    UserFields {
        /// Lists the definitions, in the order of their positions.
        lists list() -> ListUserFields = ListUserFields::new();
        /// Shows a definition, by id or key.
        reads get(field: impl Into<UserFieldRef> + Send) -> UserField = ShowUserField::new(field.into());
        /// Shows up to 100 definitions, by their keys.
        reads show_many(fields: &ShowManyUserFields) -> Vec<UserField> = *fields;
        /// Defines a field.
        writes create(definition: &UserFieldInput) -> UserField = CreateUserField::new(definition);
        /// Changes a definition; type and key stay.
        writes update(field: impl Into<UserFieldRef> + Send, change: &UserFieldInput) -> UserField = UpdateUserField::new(field.into(), change);
        /// Deletes a field, its values with it. It cannot be undone.
        writes delete(field: impl Into<UserFieldRef> + Send) -> () = DeleteUserField::new(field.into());
        /// Puts the fields in this order.
        writes reorder(order: &[UserFieldId]) -> () = ReorderUserFields::new(order);
        /// Lists the options of a dropdown or multiselect field.
        lists options(field: UserFieldId) -> ListUserFieldOptions = ListUserFieldOptions::new(field);
        /// Shows an option.
        reads option(field: UserFieldId, option: CustomFieldOptionId) -> CustomFieldOption = ShowUserFieldOption::new(field, option);
        /// Adds an option, or changes the one of its id.
        writes create_or_update_option(field: UserFieldId, option: &CustomFieldOptionInput) -> CustomFieldOption = CreateOrUpdateUserFieldOption::new(field, option);
        /// Deletes an option.
        writes delete_option(field: UserFieldId, option: CustomFieldOptionId) -> () = DeleteUserFieldOption::new(field, option);
    }
}
