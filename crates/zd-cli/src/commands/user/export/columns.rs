//! What is written of each person, and under which name.

use serde::Serialize;
use serde_json::Value;
use zd_model::{User, UserField, UserFieldType};

use crate::args::Extra;

/// A column, or a key of an object.
pub(super) struct Column {
    /// Its name in the header: what an import reads it as.
    pub(super) name: String,
    pub(super) source: Source,
}

/// Where its values come from.
pub(super) enum Source {
    /// An attribute of the user, which an import takes under the same name.
    Attribute(Attribute),
    /// A custom field by its key.
    Field(String),
    /// An attribute for people to look at, which an import ignores.
    About(Attribute),
}

/// An attribute of a user: its name, and what reads it.
pub(super) type Attribute = (&'static str, fn(&User) -> Value);

macro_rules! attributes {
    ($($field:ident)+) => {
        &[$((stringify!($field), |user| value(&user.$field)),)+]
    };
}

fn value(attribute: &impl Serialize) -> Value {
    // Attributes of a record that came as JSON can be written as JSON.
    serde_json::to_value(attribute).unwrap_or_default()
}

/// What every export has, by the names that users have it under and imports take it by. The keys come first.
const ATTRIBUTES: &[Attribute] = attributes![
    external_id email name phone shared_phone_number tags details notes alias locale time_zone verified suspended signature
    moderator ticket_restriction only_private_comments default_group_id
];

const ROLE: &[Attribute] = attributes![role custom_role_id];
const ORGANIZATION: &[Attribute] = attributes![organization_id];

/// What people may want to look at. They come last, where a failed file of an import keeps its own columns of that kind.
const ABOUT: &[Attribute] = attributes![id role active created_at updated_at organization_id];

/// What only members of staff have: an end user shows values too, which cannot be set.
const STAFF_ONLY: [&str; 4] = [
    "signature",
    "moderator",
    "only_private_comments",
    "default_group_id",
];

/// Whether an end user's value of this attribute says nothing.
pub(super) fn is_staff_only(attribute: &str) -> bool {
    STAFF_ONLY.contains(&attribute)
}

/// The name of what is for people to look at: `user_id`, `role`.
pub(super) fn about_name(attribute: &str) -> &str {
    if attribute == "id" {
        "user_id"
    } else {
        attribute
    }
}

/// The columns of an account with these custom fields, and the keys of fields that no import could name.
pub(super) fn columns(fields: &[UserField], extras: &[Extra]) -> (Vec<Column>, Vec<String>) {
    let attribute = |attribute: &Attribute| Column {
        name: attribute.0.to_owned(),
        source: Source::Attribute(*attribute),
    };
    let mut columns: Vec<Column> = ATTRIBUTES.iter().map(attribute).collect();
    if extras.contains(&Extra::Role) {
        columns.extend(ROLE.iter().map(attribute));
    }
    if extras.contains(&Extra::OrganizationId) {
        columns.extend(ORGANIZATION.iter().map(attribute));
    }
    let mut unusable = Vec::new();
    for field in fields {
        let Some(key) = field.key.as_deref() else {
            continue;
        };
        // A field that is not in use shows no values and takes none.
        if field.active.value() == Some(&false) {
            continue;
        }
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if key.is_empty() || !key.bytes().all(is_letter) {
            unusable.push(key.to_owned());
            continue;
        }
        let kind = field.r#type.value().map_or("", kind);
        columns.push(Column {
            name: format!("user_fields.{key}{kind}"),
            source: Source::Field(key.to_owned()),
        });
    }
    columns.extend(ABOUT.iter().map(|about| Column {
        name: format!("zd_{}", about_name(about.0)),
        source: Source::About(*about),
    }));
    (columns, unusable)
}

/// How an import is told what a cell of this type is; text needs no word.
const fn kind(field: &UserFieldType) -> &'static str {
    match field {
        UserFieldType::Integer => ":integer",
        UserFieldType::Decimal => ":decimal",
        UserFieldType::Checkbox => ":boolean",
        UserFieldType::Date => ":date",
        UserFieldType::Multiselect => ":list",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Extra, columns};

    #[test]
    fn the_header_follows_the_accounts_fields() {
        let fields = serde_json::from_value::<Vec<_>>(json!([
            {"id": 1, "key": "seats", "type": "integer", "active": true},
            {"id": 2, "key": "bio", "type": "textarea"},
            {"id": 3, "key": "old", "type": "text", "active": false},
            {"id": 4, "key": "system::seen", "type": "date"},
            {"id": 5, "key": "interests", "type": "multiselect"},
        ]));
        let (columns, unusable) = columns(&fields.unwrap(), &[Extra::Role]);
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names[..2], ["external_id", "email"]);
        assert_eq!(
            names[18..],
            [
                "role",
                "custom_role_id",
                "user_fields.seats:integer",
                "user_fields.bio",
                "user_fields.interests:list",
                "zd_user_id",
                "zd_role",
                "zd_active",
                "zd_created_at",
                "zd_updated_at",
                "zd_organization_id",
            ]
        );
        assert_eq!(unusable, ["system::seen"]);
    }
}
