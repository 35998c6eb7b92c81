//! `--template`: a text with the values of a record in it.

use std::collections::BTreeMap;

use minijinja::{Environment, Value as Cell};
use serde_json::Value;

use crate::failure::Failure;

const NAME: &str = "--template";

/// A template that was understood.
pub(super) struct Template(Environment<'static>);

impl Template {
    /// Reads a template in Jinja's language.
    pub(super) fn new(text: &str) -> Result<Self, Failure> {
        let mut environment = Environment::new();
        // Nothing for null, as in tables.
        environment.set_formatter(|output, state, value| {
            if value.is_none() {
                return Ok(());
            }
            minijinja::escape_formatter(output, state, value)
        });
        // A template never runs on for ever.
        environment.set_fuel(Some(1_000_000));
        environment
            .add_template_owned(NAME, text.to_owned())
            .map_err(|error| {
                Failure::usage("--template cannot be read")
                    .why(error.to_string())
                    .fix("names in double braces, such as  --template '{{ id }} {{ name }}'")
            })?;
        Ok(Self(environment))
    }

    /// The text for a record, whose attributes are the template's names; the record as a whole is `record`.
    pub(super) fn render(&self, record: &Value) -> Result<String, Failure> {
        let failed = |error: &minijinja::Error| {
            Failure::usage("--template met a value that it cannot work on")
                .why(error.to_string())
                .fix("look at the value with --json, then correct the template")
        };
        let mut names: BTreeMap<&str, Cell> = record
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), cell(value)))
            .collect();
        names.insert("record", cell(record));
        self.0
            .get_template(NAME)
            .and_then(|template| template.render(Cell::from(names)))
            .map_err(|error| failed(&error))
    }
}

/// A JSON value as the template's language sees it. Numbers that are neither whole nor exact in 64 bits become text.
fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::from(()),
        Value::Bool(value) => Cell::from(*value),
        Value::Number(number) => number
            .as_i64()
            .map(Cell::from)
            .or_else(|| number.as_u64().map(Cell::from))
            .unwrap_or_else(|| Cell::from(number.to_string())),
        Value::String(text) => Cell::from(text.as_str()),
        Value::Array(items) => items.iter().map(cell).collect(),
        Value::Object(attributes) => attributes
            .iter()
            .map(|(name, value)| (name.as_str(), cell(value)))
            .collect::<BTreeMap<_, _>>()
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Template;

    #[test]
    fn attributes_are_names_and_null_is_nothing() {
        let record = json!({"id": 35_436_000_000_000_123_u64, "name": "A & <B>", "email": null, "tags": ["x", "y"], "user_fields": {"seats": 3.10}});
        let render = |text: &str| Template::new(text).unwrap().render(&record).unwrap();
        assert_eq!(
            render("{{ id }}: {{ name }}{{ email }}"),
            "35436000000000123: A & <B>"
        );
        assert_eq!(render("{{ tags|join(' ') }}"), "x y");
        assert_eq!(
            render("{{ user_fields.seats }}|{{ record.id }}"),
            "3.1|35436000000000123"
        );
        assert_eq!(render("{{ missing }}"), "");
        assert_eq!(
            render("{% for tag in tags %}{{ tag }};{% endfor %}"),
            "x;y;"
        );
    }

    #[test]
    fn what_is_no_template_is_refused() {
        assert!(Template::new("{{ id").is_err());
        assert!(
            Template::new("{{ id|nothing_like_it }}")
                .and_then(|template| template.render(&json!({"id": 1})))
                .is_err()
        );
        let endless = Template::new(
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
        )
        .unwrap();
        assert!(endless.render(&json!({})).is_err());
    }
}
