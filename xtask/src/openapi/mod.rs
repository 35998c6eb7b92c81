//! The vendor's OpenAPI document, as far as the chores compare with it. It lies beside the project, never in it.

pub(crate) mod schema;

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

/// An OpenAPI 3.0 document.
#[derive(Debug)]
pub(crate) struct Document {
    root: Value,
}

/// An operation of the document.
#[derive(Debug)]
pub(crate) struct Documented<'a> {
    /// In capitals.
    pub(crate) method: String,
    /// As the document writes it.
    pub(crate) path: &'a str,
    /// The names of the query parameters, in the document's order.
    pub(crate) query: Vec<&'a str>,
    /// Every status that is described.
    pub(crate) responses: Vec<Response<'a>>,
}

/// What the document says of a status.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    /// What a JSON body looks like; none where no body is described.
    pub(crate) schema: Option<&'a Value>,
}

impl Documented<'_> {
    /// How the operation is told from others: its method and its path without the names of the parameters.
    pub(crate) fn key(&self) -> String {
        key(&self.method, self.path)
    }

    /// The statuses that mean success.
    pub(crate) fn successes(&self) -> Vec<u16> {
        let statuses = self.responses.iter().map(|response| response.status);
        statuses
            .filter(|status| (200..300).contains(status))
            .collect()
    }
}

/// A method and a path in which every parameter is `{}`: two sources name parameters differently.
pub(crate) fn key(method: &str, path: &str) -> String {
    let path = path.strip_suffix(".json").unwrap_or(path);
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    format!("{method} {}", segments.collect::<Vec<_>>().join("/"))
}

impl Document {
    /// Reads a YAML file.
    pub(crate) fn open(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", file.display()))
    }

    /// Reads YAML, or JSON, which is YAML too.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let root: Value = serde_saphyr::from_str(text).context("this is no YAML")?;
        let version = root["openapi"].as_str().unwrap_or_default();
        ensure!(
            version.starts_with("3.0"),
            "not a document of OpenAPI 3.0: its version is {version:?}"
        );
        ensure!(root["paths"].is_object(), "the document has no `paths`");
        Ok(Self { root })
    }

    /// The named schemas, which others point to.
    pub(crate) fn schemas(&self) -> &Value {
        &self.root["components"]["schemas"]
    }

    /// Every operation, in the document's order.
    pub(crate) fn operations(&self) -> anyhow::Result<Vec<Documented<'_>>> {
        const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
        let mut found = Vec::new();
        for (path, item) in entries(&self.root["paths"]) {
            for (method, operation) in entries(item) {
                if METHODS.contains(&method) {
                    let method = method.to_ascii_uppercase();
                    let place = format!("{method} {path}");
                    let operation = self
                        .operation(method, path, item, operation)
                        .with_context(|| place)?;
                    found.push(operation);
                }
            }
        }
        Ok(found)
    }

    fn operation<'a>(
        &'a self,
        method: String,
        path: &'a str,
        item: &'a Value,
        operation: &'a Value,
    ) -> anyhow::Result<Documented<'a>> {
        let mut query: Vec<&str> = Vec::new();
        let lists = [&item["parameters"], &operation["parameters"]];
        for parameter in lists.into_iter().filter_map(Value::as_array).flatten() {
            let parameter = self.resolved(parameter)?;
            let name = parameter["name"]
                .as_str()
                .context("a parameter without a name")?;
            if parameter["in"] == "query" && !query.contains(&name) {
                query.push(name);
            }
        }
        let mut responses = Vec::new();
        for (status, response) in entries(&operation["responses"]) {
            let response = self.resolved(response)?;
            responses.push(Response {
                status: status
                    .parse()
                    .with_context(|| format!("{status:?} is no status"))?,
                schema: response.pointer("/content/application~1json/schema"),
            });
        }
        Ok(Documented {
            method,
            path,
            query,
            responses,
        })
    }

    /// The value itself, or what its `$ref` points to.
    pub(crate) fn resolved<'a>(&'a self, value: &'a Value) -> anyhow::Result<&'a Value> {
        let mut value = value;
        // A reference may point to a reference; more than a few in a row are a circle.
        for _ in 0..8 {
            let Some(reference) = value["$ref"].as_str() else {
                return Ok(value);
            };
            value = reference
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
                .with_context(|| format!("`{reference}` points to nothing"))?;
        }
        bail!("references that lead to no end: {value}")
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.as_object().into_iter().flatten();
    object.map(|(key, value)| (key.as_str(), value))
}

#[cfg(test)]
mod tests {
    use super::{Document, key};

    #[test]
    fn reads_operations_with_their_parameters_and_answers() {
        let document = Document::parse(
            r##"
openapi: 3.0.3
paths:
  /api/v2/things/{thing_id}:
    parameters:
      - $ref: "#/components/parameters/ThingId"
      - {name: include, in: query}
    get:
      parameters:
        - {name: include, in: query}
        - {name: "page[size]", in: query}
      responses:
        "200": {content: {application/json: {schema: {type: object}, example: {comparison: =}}}}
        404: {$ref: "#/components/responses/Gone"}
    delete:
      responses:
        "204": {description: No content}
components:
  parameters:
    ThingId: {name: thing_id, in: path}
  responses:
    Gone: {$ref: "#/components/responses/NotFound"}
    NotFound: {description: Gone}
"##,
        )
        .unwrap();
        let operations = document.operations().unwrap();
        let [get, delete] = operations.as_slice() else {
            panic!("{operations:?}");
        };
        assert_eq!(get.key(), "GET /api/v2/things/{}");
        assert_eq!(get.query, ["include", "page[size]"]);
        assert_eq!(get.successes(), [200]);
        assert_eq!(get.responses[1].status, 404);
        assert!(get.responses[0].schema.is_some() && get.responses[1].schema.is_none());
        assert_eq!(
            (delete.method.as_str(), delete.successes()),
            ("DELETE", vec![204])
        );
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        for (text, expected) in [
            ("{", "this is no YAML"),
            ("swagger: '2.0'", "its version is \"\""),
            ("openapi: 3.1.0\npaths: {}", "its version is \"3.1.0\""),
            ("openapi: 3.0.3", "no `paths`"),
        ] {
            let error = Document::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let broken = [
            (r##"$ref: "#/nowhere""##, "points to nothing"),
            (r##"$ref: "#/paths/~1a/get/responses/200""##, "no end"),
        ];
        for (response, expected) in broken {
            let text = format!(
                "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          {response}\n"
            );
            let document = Document::parse(&text).unwrap();
            let error = format!("{:#}", document.operations().unwrap_err());
            assert!(
                error.contains("GET /a") && error.contains(expected),
                "{error}"
            );
        }
    }

    #[test]
    fn parameters_have_no_names_in_a_key() {
        assert_eq!(
            key("GET", "/api/v2/a/{b_id}/c/{d}.json"),
            key("GET", "/api/v2/a/{x}/c/{y}")
        );
    }
}
