//! What was asked and what is stored, for people and programs to look at.

use serde_json::{Map, Value, json};
use zd_model::{IdentityType, UserInput};

use crate::Stored;

/// The value that the field was asked to have. A secret is never shown.
pub(super) fn asked(user: &UserInput, field: &str) -> Value {
    if field == "password" {
        return Value::Null;
    }
    // The reader of such an input is the one who wrote it; what cannot be written as JSON could not be sent either.
    let whole = serde_json::to_value(user).unwrap_or_default();
    at(&whole, field)
}

/// The value that the field has in the account.
pub(super) fn stored(stored: &Stored<'_>, field: &str) -> Value {
    match field {
        "email" => addresses(stored),
        "organization.name" => organization(stored),
        _ => {
            let whole = serde_json::to_value(stored.user).unwrap_or_default();
            at(&whole, field)
        }
    }
}

/// The value at `user_fields.KEY`, `organization.name` or a plain name; the key of a custom field is a word.
fn at(whole: &Value, field: &str) -> Value {
    let found = match field.split_once('.') {
        Some((outer, inner)) => whole.get(outer).and_then(|outer| outer.get(inner)),
        None => whole.get(field),
    };
    found.cloned().unwrap_or_default()
}

/// The primary address, or all of them if there are more.
fn addresses(stored: &Stored<'_>) -> Value {
    let primary = stored.user.email.value().map(String::as_str);
    let identities = stored.identities.unwrap_or_default().iter();
    let others = identities
        .filter(|identity| identity.r#type.value() == Some(&IdentityType::Email))
        .filter_map(|identity| identity.value.value().map(String::as_str))
        .filter(|address| Some(*address) != primary);
    let all: Vec<&str> = primary.into_iter().chain(others).collect();
    match &*all {
        [] => Value::Null,
        [only] => json!(only),
        several => json!(several),
    }
}

/// The default organization's name, or its id where the name is not known.
fn organization(stored: &Stored<'_>) -> Value {
    let Some(id) = stored.user.organization_id.value() else {
        return Value::Null;
    };
    let known = stored.organizations.unwrap_or_default().iter();
    let name = known
        .filter(|organization| organization.id == *id)
        .find_map(|organization| organization.name.value());
    match name {
        Some(name) => json!(name),
        None => Value::Object(Map::from_iter([("id".to_owned(), json!(id))])),
    }
}

#[cfg(test)]
mod tests {
    use zd_model::{Identity, Organization, User};

    use super::*;

    #[test]
    fn values_are_those_of_the_field_and_secrets_are_none() {
        let user: UserInput = serde_json::from_value(json!({
            "name": "Ann", "password": "hush", "organization": {"name": "Elm"}, "user_fields": {"seats": 3}, "alias": null,
        }))
        .unwrap();
        assert_eq!(asked(&user, "name"), "Ann");
        assert_eq!(asked(&user, "organization.name"), "Elm");
        assert_eq!(asked(&user, "user_fields.seats"), 3);
        assert_eq!(asked(&user, "alias"), Value::Null);
        assert_eq!(asked(&user, "password"), Value::Null);
    }

    #[test]
    fn stored_addresses_and_organizations_come_from_beside_the_user() {
        let user: User = serde_json::from_value(
            json!({"id": 7, "email": "a@x.example", "organization_id": 3, "user_fields": {"seats": 4}}),
        )
        .unwrap();
        let identities: Vec<Identity> = serde_json::from_value(json!([
            {"id": 1, "user_id": 7, "type": "email", "value": "a@x.example"},
            {"id": 2, "user_id": 7, "type": "email", "value": "b@x.example"},
        ]))
        .unwrap();
        let organizations: Vec<Organization> =
            serde_json::from_value(json!([{"id": 3, "name": "Birch"}])).unwrap();
        let bare = Stored::new(&user);
        let full = Stored {
            identities: Some(&identities),
            organizations: Some(&organizations),
            ..bare
        };
        assert_eq!(stored(&bare, "email"), "a@x.example");
        assert_eq!(
            stored(&full, "email"),
            json!(["a@x.example", "b@x.example"])
        );
        assert_eq!(stored(&full, "organization.name"), "Birch");
        assert_eq!(stored(&bare, "organization.name"), json!({"id": 3}));
        assert_eq!(stored(&full, "user_fields.seats"), 4);
    }
}
