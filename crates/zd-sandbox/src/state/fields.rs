//! The account's user fields, fixed for now: `GET /user_fields` and its like come with their operations.

/// A user field's definition.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    pub(crate) kind: FieldKind,
}

/// What a user field holds.
#[derive(Debug)]
pub(crate) enum FieldKind {
    Text,
    Textarea,
    /// Text that the pattern matches. The one pattern there is needs no engine for regular expressions; fields that
    /// users define will.
    Regexp(fn(&str) -> bool),
    Integer,
    Decimal,
    /// True puts this tag on the user.
    Checkbox(&'static str),
    Date,
    /// The chosen value is also put on the user as a tag.
    Dropdown(&'static [&'static str]),
    Multiselect(&'static [&'static str]),
    /// The id of a user.
    Lookup,
}

const fn field(key: &'static str, title: &'static str, kind: FieldKind) -> Field {
    Field { key, title, kind }
}

/// By key, which is the order in which `user_fields` lists them.
pub(crate) static FIELDS: [Field; 10] = [
    field("account_manager", "Account Manager", FieldKind::Lookup),
    field("bio", "Bio", FieldKind::Textarea),
    field("crm_id", "CRM ID", FieldKind::Regexp(is_crm_id)),
    field("customer_since", "Customer Since", FieldKind::Date),
    field("discount", "Discount", FieldKind::Decimal),
    field(
        "interests",
        "Interests",
        FieldKind::Multiselect(&["sports", "music", "film", "travel"]),
    ),
    field(
        "newsletter",
        "Newsletter",
        FieldKind::Checkbox("newsletter_optin"),
    ),
    field("nickname", "Nickname", FieldKind::Text),
    field(
        "plan_tier",
        "Plan Tier",
        FieldKind::Dropdown(&["gold", "silver", "bronze"]),
    ),
    field("seats", "Seats", FieldKind::Integer),
];

/// The field of this key, and its place.
pub(crate) fn find(key: &str) -> Option<(u8, &'static Field)> {
    (0..).zip(&FIELDS).find(|(_, field)| field.key == key)
}

/// `\ACRM-[0-9]{6}\z`
fn is_crm_id(text: &str) -> bool {
    text.strip_prefix("CRM-")
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{FIELDS, is_crm_id};

    #[test]
    fn fields_are_sorted_by_key() {
        assert!(FIELDS.is_sorted_by_key(|field| field.key));
    }

    #[test]
    fn crm_ids() {
        assert!(is_crm_id("CRM-000123"));
        for text in [
            "",
            "CRM-",
            "CRM-12345",
            "CRM-1234567",
            "crm-000123",
            "CRM-000123\n",
            "CRM-00012٣",
        ] {
            assert!(!is_crm_id(text), "{text:?}");
        }
    }
}
