//! Tags: a set, in an order of their own.

use std::borrow::Cow;

use serde_json::Value;

use super::field_values;
use super::fields::Fields;
use super::user::User;

/// Replaces the user's tags by those sent.
///
/// Surviving tags keep their old order, new ones follow (recorded). Tags of set fields stay whatever is sent (assumed:
/// what a replacement without them does to their fields is not known).
pub(crate) fn replace(user: &mut User, sent: &Value, fields: &Fields) {
    let mut wanted = listed(sent);
    for tag in of_fields(user, fields) {
        add(&tag, &mut wanted);
    }
    let mut kept: Vec<&str> = user
        .tags()
        .filter(|tag| wanted.iter().any(|wanted| wanted == tag))
        .collect();
    kept.extend(
        wanted
            .iter()
            .map(String::as_str)
            .filter(|tag| !user.tags().any(|old| old == *tag)),
    );
    user.tags = kept.join(" ").into();
}

/// The tags in what was sent: an array of texts, or one text.
pub(crate) fn listed(sent: &Value) -> Vec<String> {
    let mut tags = Vec::new();
    match sent {
        Value::String(text) => split(text, &mut tags),
        Value::Array(texts) => texts
            .iter()
            .filter_map(Value::as_str)
            .for_each(|text| split(text, &mut tags)),
        _ => {}
    }
    tags
}

/// Brings the tags in line with the fields after these were set: what a field no longer says of what it said goes, what
/// it says now is added at the end (recorded for a checkbox).
pub(crate) fn follow_fields(user: &mut User, said: &[Cow<'_, str>], fields: &Fields) {
    let says = of_fields(user, fields);
    let mut tags: Vec<&str> = user
        .tags()
        .filter(|tag| !said.iter().any(|old| old == tag) || says.iter().any(|new| new == tag))
        .collect();
    for tag in &says {
        if !tags.contains(&&**tag) {
            tags.push(tag);
        }
    }
    user.tags = tags.join(" ").into();
}

/// The tags that the user's checkboxes and dropdowns set.
pub(crate) fn of_fields<'a>(user: &User, fields: &'a Fields) -> Vec<Cow<'a, str>> {
    user.fields
        .iter()
        .filter_map(|(number, value)| field_values::tag(fields.get(*number)?, value))
        .collect()
}

/// Lower case; spaces and commas separate (assumed).
fn split(text: &str, tags: &mut Vec<String>) {
    for tag in text
        .split(|letter: char| letter.is_whitespace() || letter == ',')
        .filter(|tag| !tag.is_empty())
    {
        add(&tag.to_lowercase(), tags);
    }
}

fn add(tag: &str, tags: &mut Vec<String>) {
    if !tags.iter().any(|known| known == tag) {
        tags.push(tag.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::replace;
    use crate::state::fields::Fields;
    use crate::state::user::User;

    #[test]
    fn replaces_in_zendesks_order() {
        for (old, sent, expected) in [
            ("", json!(["b", "a"]), "b a"),
            (
                "existing here box",
                json!(["box", "existing", "here", "new"]),
                "existing here box new",
            ),
            ("a b", json!([]), ""),
            ("a b", json!(null), ""),
            (
                "",
                json!(["Two Words", "UP", "up", "x,y"]),
                "two words up x y",
            ),
            ("", json!("one two"), "one two"),
        ] as [(&str, Value, &str); 6]
        {
            let mut user = User {
                tags: old.into(),
                ..User::new(0)
            };
            replace(&mut user, &sent, &Fields::default());
            assert_eq!(&*user.tags, expected, "{old} <- {sent}");
        }
    }
}
