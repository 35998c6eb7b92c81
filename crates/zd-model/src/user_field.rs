//! Definitions of custom user fields.

use serde_json::Value;

use crate::record::record;
use crate::{CustomFieldOptionId, Timestamp, UserFieldId, UserFieldType};

record! {
    /// The definition of a custom user field.
    UserField(
        /// The id.
        id: UserFieldId
    ) {
        /// Where the API shows it.
        url: String,
        /// The type of its values.
        r#type: UserFieldType,
        /// Its key in `user_fields`: letters, digits and underscores, not digits alone.
        key: String,
        /// The title shown.
        title: String,
        /// The description shown.
        description: String,
        /// The title with its placeholder for dynamic content.
        raw_title: String,
        /// The description with its placeholder for dynamic content.
        raw_description: String,
        /// Its place among the fields; 9999 for a new one.
        position: i64,
        /// Whether it is in use.
        active: bool,
        /// Whether it comes with the product.
        system: bool,
        /// What a `regexp` field's values must match.
        regexp_for_validation: String,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
        /// The tag a checked `checkbox` sets on the user.
        tag: String,
        /// The options of a `dropdown` or `multiselect`.
        custom_field_options: Vec<CustomFieldOption>,
        /// What a `lookup` points to, such as `zen:user`.
        relationship_target_type: String,
        /// Which records a `lookup` may point to.
        relationship_filter: Value,
    }
}

record! {
    /// An option of a dropdown or multiselect field.
    CustomFieldOption {
        /// The id.
        id: CustomFieldOptionId,
        /// Where the API shows it.
        url: String,
        /// The name shown.
        name: String,
        /// The name with its placeholder for dynamic content.
        raw_name: String,
        /// The value to send and to expect; also a tag.
        value: String,
        /// Of ticket fields: whether choosing it lets a ticket be solved.
        allow_solving: bool,
        /// Its place among the options.
        position: i64,
    }
}

record! {
    /// A user field to define, or what to change about one.
    ///
    /// A new one needs type, key and title. Type and key of an existing one stay as they are.
    UserFieldInput {
        /// The type of its values; `text` unless told (recorded).
        r#type: UserFieldType,
        /// Its key in `user_fields`: letters, digits and underscores, not digits alone.
        key: String,
        /// The title shown.
        title: String,
        /// The title with a placeholder for dynamic content.
        raw_title: String,
        /// The description shown.
        description: String,
        /// The description with a placeholder for dynamic content.
        raw_description: String,
        /// Its place among the fields; 9999, the last, unless told.
        position: i64,
        /// Whether it is in use.
        active: bool,
        /// What a `regexp` field's values must match, in Ruby's syntax.
        regexp_for_validation: String,
        /// The tag a checked `checkbox` sets on the user.
        tag: String,
        /// The options of a `dropdown` or `multiselect`; in a change they replace the whole list, and options left out are
        /// deleted.
        custom_field_options: Vec<CustomFieldOptionInput>,
        /// What a `lookup` points to, such as `zen:user`.
        relationship_target_type: String,
        /// Which records a `lookup` may point to.
        relationship_filter: Value,
    }
}

record! {
    /// An option to add to a field, or to change: the one of this id.
    CustomFieldOptionInput {
        /// Names an existing option.
        id: CustomFieldOptionId,
        /// The name shown.
        name: String,
        /// The name with a placeholder for dynamic content.
        raw_name: String,
        /// The value to send and to expect; also a tag.
        value: String,
        /// Its place among the options.
        position: i64,
    }
}
