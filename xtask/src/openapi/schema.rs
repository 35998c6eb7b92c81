//! From the schemas of OpenAPI 3.0 to JSON Schema, and answers held against them.

use std::collections::BTreeSet;

use anyhow::Context as _;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::Document;

/// Where an answer is not as its schema says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    /// The place, such as `$.users[].role`; all items of an array are one place.
    pub(crate) path: String,
    /// The keyword of the schema that is broken, or `undocumented` for a key that no schema names.
    pub(crate) keyword: String,
    /// What stands there.
    pub(crate) detail: String,
}

/// What an answer must look like.
#[derive(Debug)]
pub(crate) struct Schema {
    /// JSON Schema, with everything that it points to under `definitions`.
    root: Value,
    validator: Validator,
}

/// Keywords that mean the same in both, and hold no schemas.
const SAME: [&str; 17] = [
    "type",
    "enum",
    "format",
    "required",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

const DEFINITIONS: &str = "#/definitions/";

impl Schema {
    /// Reads the schema of an answer.
    pub(crate) fn of_answer(document: &Document, schema: &Value) -> anyhow::Result<Self> {
        let mut root = converted(schema);
        let mut definitions = Map::new();
        let mut pending: BTreeSet<String> = references(&root);
        while let Some(name) = pending.pop_first() {
            let schema = document
                .schemas()
                .get(&name)
                .with_context(|| format!("there is no schema {name}"))?;
            let schema = converted(schema);
            pending.extend(references(&schema));
            definitions.insert(name, schema);
            pending.retain(|name| !definitions.contains_key(name));
        }
        root["definitions"] = Value::Object(definitions);
        // OpenAPI 3.0 grew from draft 4: there `exclusiveMinimum` is a flag, and what stands beside a `$ref` does not count.
        let validator = jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .build(&root)
            .map_err(|error| anyhow::anyhow!("the schema is no schema: {error}"))?;
        Ok(Self { root, validator })
    }

    /// Every place where an answer differs, once, in order.
    pub(crate) fn differences(&self, answer: &Value) -> Vec<Difference> {
        let mut found = BTreeSet::new();
        for error in self.validator.iter_errors(answer) {
            collect(&error, &mut found);
        }
        self.unnamed(&[&self.root], answer, "$", &mut found);
        let mut places = BTreeSet::new();
        found
            .into_iter()
            .filter(|each| places.insert((each.path.clone(), each.keyword.clone())))
            .collect()
    }

    /// Schemas rarely forbid other keys, so a misspelt one would pass: every key that none of the schemas at its place names is
    /// a difference too, and so is an object that has none of the keys they name.
    fn unnamed(
        &self,
        schemas: &[&Value],
        value: &Value,
        path: &str,
        found: &mut BTreeSet<Difference>,
    ) {
        let mut facets = Vec::new();
        for schema in schemas {
            self.facets(schema, &mut facets);
        }
        match value {
            Value::Array(items) => {
                let of_items: Vec<&Value> = facets
                    .iter()
                    .filter_map(|facet| facet.get("items"))
                    .collect();
                for item in items {
                    self.unnamed(&of_items, item, &format!("{path}[]"), found);
                }
            }
            Value::Object(object) => {
                let names = |key: &str| -> Vec<&Value> {
                    let properties = facets.iter().filter_map(|facet| facet.get("properties"));
                    properties.filter_map(|each| each.get(key)).collect()
                };
                let is_closed = facets.iter().any(|facet| facet.get("properties").is_some())
                    && !facets.iter().any(|facet| {
                        facet
                            .get("additionalProperties")
                            .is_some_and(|more| more != &json!(false))
                    });
                let is_strange = object.keys().all(|key| names(key).is_empty());
                if is_closed && is_strange {
                    found.insert(Difference {
                        path: path.to_owned(),
                        keyword: "properties".to_owned(),
                        detail: "has none of the keys that the document names".to_owned(),
                    });
                }
                for (key, value) in object {
                    let path = format!("{path}.{key}");
                    let of_key = names(key);
                    if !of_key.is_empty() {
                        self.unnamed(&of_key, value, &path, found);
                    } else if is_closed {
                        found.insert(Difference {
                            path,
                            keyword: "undocumented".to_owned(),
                            detail: brief(&value.to_string()),
                        });
                    }
                }
            }
            _ => {}
        }
    }

    /// A schema and all that it is made of, references followed.
    fn facets<'a>(&'a self, schema: &'a Value, into: &mut Vec<&'a Value>) {
        if into.iter().any(|known| std::ptr::eq(*known, schema)) {
            return;
        }
        if let Some(name) = referenced(schema) {
            if let Some(schema) = self.root["definitions"].get(name) {
                self.facets(schema, into);
            }
            return;
        }
        into.push(schema);
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for part in schema[keyword].as_array().into_iter().flatten() {
                self.facets(part, into);
            }
        }
    }
}

/// JSON Schema for what OpenAPI says of a response. Words for readers, `readOnly` and `discriminator` have no counterpart: the
/// first change nothing in a response, the last only helps to choose a variant.
fn converted(schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return json!({"$ref": format!("{DEFINITIONS}{name}")});
    }
    let mut result = Map::new();
    for keyword in SAME {
        if let Some(value) = schema.get(keyword) {
            result.insert(keyword.to_owned(), value.clone());
        }
    }
    for keyword in ["items", "not", "additionalProperties"] {
        match schema.get(keyword) {
            Some(value @ Value::Bool(_)) => result.insert(keyword.to_owned(), value.clone()),
            Some(value) => result.insert(keyword.to_owned(), converted(value)),
            None => None,
        };
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        if let Some(parts) = schema[keyword].as_array() {
            let parts = parts.iter().map(converted).collect();
            result.insert(keyword.to_owned(), Value::Array(parts));
        }
    }
    if let Some(properties) = schema["properties"].as_object() {
        let is_hidden = |name: &str| {
            properties
                .get(name)
                .is_some_and(|each| each["writeOnly"] == true)
        };
        let of_each = properties.iter().map(|(name, property)| {
            // What is only written must not come back, nor be missed.
            let schema = if is_hidden(name) {
                json!({"not": {}})
            } else {
                converted(property)
            };
            (name.clone(), schema)
        });
        result.insert("properties".to_owned(), of_each.collect());
        if let Some(Value::Array(required)) = result.get_mut("required") {
            required.retain(|name| !name.as_str().is_some_and(is_hidden));
            // Draft 4 wants at least one name.
            if required.is_empty() {
                result.remove("required");
            }
        }
    }
    if schema["nullable"] == true {
        nullable(result)
    } else {
        Value::Object(result)
    }
}

/// The schema, or null.
fn nullable(mut schema: Map<String, Value>) -> Value {
    let is_composed = ["allOf", "anyOf", "oneOf", "not"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    if is_composed {
        return json!({"anyOf": [{"type": "null"}, schema]});
    }
    // Not with `anyOf`, where it can be helped: an error in there would not name its place.
    if let Some(kind) = schema.get("type").cloned() {
        schema.insert("type".to_owned(), json!([kind, "null"]));
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    Value::Object(schema)
}

fn referenced(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(DEFINITIONS)
}

/// The definitions that a schema points to.
fn references(schema: &Value) -> BTreeSet<String> {
    match schema {
        Value::Object(object) => {
            let own = referenced(schema).map(str::to_owned);
            own.into_iter()
                .chain(object.values().flat_map(references))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

/// What an error says, at its own place: where none of several variants fits, that of the nearest one.
fn collect(error: &ValidationError<'_>, found: &mut BTreeSet<Difference>) {
    if let ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } =
        error.kind()
    {
        // A variant of another type, null for one, is farther than one that only fails inside.
        let is_of_other_type = |errors: &Vec<ValidationError<'_>>| {
            errors.iter().any(|inner| {
                inner.kind().keyword() == "type" && inner.instance_path() == error.instance_path()
            })
        };
        let nearest = context
            .iter()
            .min_by_key(|errors| (is_of_other_type(errors), errors.len()));
        for error in nearest.into_iter().flatten() {
            collect(error, found);
        }
        return;
    }
    let mut path = place(error.instance_path().as_str());
    if let ValidationErrorKind::Required { property } = error.kind() {
        path = format!("{path}.{}", property.as_str().unwrap_or_default());
    }
    found.insert(Difference {
        path,
        keyword: error.kind().keyword().to_owned(),
        detail: brief(&error.to_string()),
    });
}

/// `/users/0/role` as `$.users[].role`.
fn place(pointer: &str) -> String {
    let mut path = String::from("$");
    for segment in pointer.split('/').skip(1) {
        if segment.bytes().all(|byte| byte.is_ascii_digit()) && !segment.is_empty() {
            path.push_str("[]");
        } else {
            path.push('.');
            path.push_str(segment);
        }
    }
    path
}

/// The beginning of a text.
fn brief(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Schema;
    use crate::openapi::Document;

    const DOCUMENT: &str = r##"
openapi: 3.0.3
paths: {}
components:
  schemas:
    Pet:
      type: object
      required: [id, secret]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, nullable: true}
        kind: {type: string, nullable: true, enum: [cat, dog]}
        born: {type: string, format: date-time}
        secret: {type: string, writeOnly: true}
        owner: {nullable: true, allOf: [{$ref: "#/components/schemas/Owner"}]}
        notes: {type: object}
        labels: {type: object, properties: {a: {type: string}}, additionalProperties: true}
        friends: {type: array, items: {$ref: "#/components/schemas/Pet"}}
    Owner:
      type: object
      properties: {name: {type: string}}
    Job:
      anyOf:
        - type: object
          required: [index]
          properties: {index: {type: integer}}
        - type: object
          required: [status]
          properties: {status: {type: string}}
"##;

    fn check(schema: &Value, answer: &Value, expected: &[(&str, &str)]) {
        let document = Document::parse(DOCUMENT).unwrap();
        let schema = Schema::of_answer(&document, schema).unwrap();
        let found = schema.differences(answer);
        let places: Vec<(&str, &str)> = found
            .iter()
            .map(|each| (each.path.as_str(), each.keyword.as_str()))
            .collect();
        assert_eq!(places, expected, "{found:?}");
    }

    #[test]
    fn null_is_good_only_where_it_may_be() {
        let pet = json!({"$ref": "#/components/schemas/Pet"});
        check(
            &pet,
            &json!({"id": 1, "name": null, "kind": null, "owner": null}),
            &[],
        );
        check(&pet, &json!({"id": null}), &[("$.id", "type")]);
        check(
            &pet,
            &json!({"id": 1, "kind": "cow"}),
            &[("$.kind", "enum")],
        );
        check(
            &pet,
            &json!({"id": 1, "owner": {"name": 1}}),
            &[("$.owner.name", "type")],
        );
    }

    #[test]
    fn what_is_only_written_must_not_come_back() {
        let pet = json!({"$ref": "#/components/schemas/Pet"});
        check(
            &pet,
            &json!({"id": 1, "secret": "x"}),
            &[("$.secret", "not")],
        );
        check(&pet, &json!({"name": "Mia"}), &[("$.id", "required")]);
    }

    #[test]
    fn items_are_one_place_and_references_may_be_circles() {
        let pets = json!({"type": "object", "properties": {"pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}});
        check(
            &pets,
            &json!({"pets": [{"id": "1"}, {"id": "2", "friends": [{"id": 3, "born": "soon"}]}]}),
            &[
                ("$.pets[].friends[].born", "format"),
                ("$.pets[].id", "type"),
            ],
        );
    }

    #[test]
    fn keys_that_no_schema_names_are_differences() {
        let pet = json!({"$ref": "#/components/schemas/Pet"});
        check(
            &pet,
            &json!({"id": 1, "nmae": "Mia", "notes": {"any": 1}, "labels": {"b": 1}, "owner": {"name": "A", "age": 1}}),
            &[("$.nmae", "undocumented"), ("$.owner.age", "undocumented")],
        );
        let envelope =
            json!({"type": "object", "properties": {"pet": {"$ref": "#/components/schemas/Pet"}}});
        check(&envelope, &json!({}), &[("$", "properties")]);
    }

    #[test]
    fn any_variant_will_do() {
        let job = json!({"$ref": "#/components/schemas/Job"});
        check(&job, &json!({"index": 1}), &[]);
        check(&job, &json!({"status": "Updated"}), &[]);
        check(&job, &json!({"index": "1"}), &[("$.index", "type")]);
    }

    #[test]
    fn a_reference_to_nothing_is_an_error() {
        let document = Document::parse(DOCUMENT).unwrap();
        let schema = json!({"items": {"$ref": "#/components/schemas/Cow"}});
        let error = Schema::of_answer(&document, &schema).unwrap_err();
        assert_eq!(error.to_string(), "there is no schema Cow");
    }
}
