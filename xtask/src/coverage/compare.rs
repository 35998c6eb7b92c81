//! The table of operations against the vendor's document.

use std::collections::BTreeMap;
use std::fmt;

use zd_model::Operation;

use super::scope::Scope;
use crate::openapi::{Documented, key};

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// How many operations of the document are in the table.
    matched: usize,
    /// What must be mended.
    pub(crate) holes: Vec<String>,
    /// Differences with their reasons.
    explained: Vec<String>,
    /// What a reader may want to look at.
    notes: Vec<String>,
}

/// Compares; `client` is the text of the client's sources, in which the names of query parameters are looked for.
pub(crate) fn compare(
    documented: &[Documented<'_>],
    table: &[Operation],
    scope: &Scope,
    client: &str,
) -> Comparison {
    let mut found = Comparison::default();
    let document: BTreeMap<String, &Documented<'_>> =
        documented.iter().map(|each| (each.key(), each)).collect();
    let ours: BTreeMap<String, &Operation> = table
        .iter()
        .map(|each| (key(each.method.as_str(), each.path), each))
        .collect();
    for wanted in document.keys().filter(|each| is_wanted(each, scope)) {
        let left_out = scope.left_out.iter().find(|reason| reason.what == wanted);
        match (ours.contains_key(wanted), left_out) {
            (true, None) | (false, Some(_)) => {}
            (false, None) => found.holes.push(format!(
                "the table lacks {wanted}; give it a row, or a reason in xtask/src/coverage/scope.rs"
            )),
            (true, Some(_)) => found
                .holes
                .push(format!("{wanted} counts as left out, and the table has it")),
        }
    }
    for wanted in scope
        .also
        .iter()
        .filter(|each| !document.contains_key(**each))
    {
        found
            .holes
            .push(format!("the document lacks {wanted}, which is asked for"));
    }
    for reason in scope.left_out {
        if document.contains_key(reason.what) {
            let line = format!("left out: {}: {}", reason.what, reason.why);
            found.explained.push(line);
        } else {
            let line = format!(
                "{} counts as left out, and the document lacks it",
                reason.what
            );
            found.holes.push(line);
        }
    }
    undocumented(&mut found, &document, &ours, scope);
    notes(&mut found, &document, &ours, client);
    found
}

fn is_wanted(key: &str, scope: &Scope) -> bool {
    let path = key.split_once(' ').map_or(key, |(_, path)| path);
    let is_below = |area: &str| {
        path.strip_prefix(area)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    scope.areas.iter().any(|area| is_below(area)) || scope.also.contains(&key)
}

/// Rows of the table that the document lacks.
fn undocumented(
    found: &mut Comparison,
    document: &BTreeMap<String, &Documented<'_>>,
    ours: &BTreeMap<String, &Operation>,
    scope: &Scope,
) {
    for (key, operation) in ours {
        let name = operation.name;
        let reason = scope.undocumented.iter().find(|reason| reason.what == name);
        match (document.contains_key(key), reason) {
            (true, None) => found.matched += 1,
            (false, Some(reason)) => found
                .explained
                .push(format!("not in the document: {name} ({key}): {}", reason.why)),
            (false, None) => found.holes.push(format!(
                "the document lacks {name} ({key}); say in xtask/src/coverage/scope.rs how it is known"
            )),
            (true, Some(_)) => found.holes.push(format!(
                "{name} counts as not in the document, and {key} is there"
            )),
        }
    }
    for reason in scope.undocumented {
        if !ours.values().any(|operation| operation.name == reason.what) {
            let line = format!("{} has a reason and no row in the table", reason.what);
            found.holes.push(line);
        }
    }
}

/// What the table does not say and a client can get wrong: unusual statuses, and query parameters that it never names.
fn notes(
    found: &mut Comparison,
    document: &BTreeMap<String, &Documented<'_>>,
    ours: &BTreeMap<String, &Operation>,
    client: &str,
) {
    let mut statuses: BTreeMap<Vec<u16>, Vec<&str>> = BTreeMap::new();
    let mut unnamed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, operation) in ours {
        let Some(documented) = document.get(key) else {
            continue;
        };
        let successes = documented.successes();
        if successes != [200] {
            statuses.entry(successes).or_default().push(operation.name);
        }
        for parameter in &documented.query {
            if !names(client, parameter) {
                unnamed.entry(parameter).or_default().push(operation.name);
            }
        }
    }
    for (statuses, operations) in statuses {
        let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
        found.notes.push(format!(
            "{} is the success of {}",
            statuses.join(" or "),
            operations.join(", ")
        ));
    }
    for (parameter, operations) in unnamed {
        found.notes.push(format!(
            "zd-users never names the query parameter `{parameter}` of {}",
            operations.join(", ")
        ));
    }
}

/// Whether a source has the parameter in quotes, or something in brackets behind it, as `"page[size]"`.
fn names(client: &str, parameter: &str) -> bool {
    client.contains(&format!("\"{parameter}\"")) || client.contains(&format!("\"{parameter}["))
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{} operations of the table are in the document",
            self.matched
        )?;
        let lists = [
            ("explained", &self.explained),
            ("to know", &self.notes),
            ("HOLES", &self.holes),
        ];
        for (title, lines) in lists {
            if !lines.is_empty() {
                writeln!(formatter, "{title}:")?;
            }
            for line in lines {
                writeln!(formatter, "  {line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use zd_model::Operation;
    use zd_model::operation::{Effect, Method};

    use super::super::scope::{Reason, Scope};
    use super::compare;
    use crate::openapi::Document;

    const DOCUMENT: &str = r#"
openapi: 3.0.3
paths:
  /a: {get: {parameters: [{name: page, in: query}, {name: sort, in: query}], responses: {"200": {}}}}
  /a/{id}: {get: {responses: {"200": {}}}, delete: {responses: {"204": {}}}}
  /a/{id}/tickets: {get: {responses: {"200": {}}}}
  /ab: {get: {responses: {"200": {}}}}
  /b: {post: {responses: {"201": {}, "422": {}}}, get: {responses: {"200": {}}}}
"#;

    const SCOPE: Scope = Scope {
        areas: &["/a"],
        also: &["POST /b"],
        left_out: &[Reason {
            what: "GET /a/{}/tickets",
            why: "tickets",
        }],
        undocumented: &[Reason {
            what: "c.list",
            why: "a text says so",
        }],
    };

    fn row(name: &'static str, method: Method, path: &'static str) -> Operation {
        Operation::new(name, method, path, Effect::Read)
    }

    fn whole() -> Vec<Operation> {
        vec![
            row("a.list", Method::Get, "/a"),
            row("a.show", Method::Get, "/a/{a_id}"),
            row("a.delete", Method::Delete, "/a/{a_id}"),
            row("b.create", Method::Post, "/b"),
            row("c.list", Method::Get, "/c"),
        ]
    }

    fn holes(table: &[Operation], scope: &Scope) -> Vec<String> {
        let document = Document::parse(DOCUMENT).unwrap();
        compare(&document.operations().unwrap(), table, scope, "").holes
    }

    #[test]
    fn a_whole_table_has_no_holes() {
        let document = Document::parse(DOCUMENT).unwrap();
        let client = r#"query("page[size]", size)"#;
        let found = compare(&document.operations().unwrap(), &whole(), &SCOPE, client);
        assert_eq!(found.holes, [""; 0]);
        let text = found.to_string();
        for expected in [
            "4 operations of the table are in the document",
            "left out: GET /a/{}/tickets: tickets",
            "not in the document: c.list (GET /c): a text says so",
            "204 is the success of a.delete",
            "201 is the success of b.create",
            "never names the query parameter `sort` of a.list",
        ] {
            assert!(text.contains(expected), "no {expected} in {text}");
        }
        assert!(!text.contains("`page`"), "{text}");
    }

    #[test]
    fn rows_missing_on_either_side_are_holes() {
        let mut table = whole();
        table.retain(|operation| operation.name != "a.delete" && operation.name != "b.create");
        table.push(row("d.list", Method::Get, "/d"));
        let holes = holes(&table, &SCOPE);
        let [delete, create, extra] = holes.as_slice() else {
            panic!("{holes:?}");
        };
        assert!(delete.contains("the table lacks DELETE /a/{}"), "{delete}");
        assert!(create.contains("the table lacks POST /b"), "{create}");
        assert!(
            extra.contains("the document lacks d.list (GET /d)"),
            "{extra}"
        );
    }

    #[test]
    fn exceptions_that_match_nothing_are_holes() {
        let scope = Scope {
            areas: &["/a"],
            also: &["GET /z"],
            left_out: &[
                Reason {
                    what: "GET /a/{}/tickets",
                    why: "",
                },
                Reason {
                    what: "GET /a/{}/gone",
                    why: "",
                },
                Reason {
                    what: "GET /a",
                    why: "",
                },
            ],
            undocumented: &[
                Reason {
                    what: "c.list",
                    why: "",
                },
                Reason {
                    what: "a.show",
                    why: "",
                },
                Reason {
                    what: "e.list",
                    why: "",
                },
            ],
        };
        let holes = holes(&whole(), &scope);
        let expected = [
            "GET /a counts as left out, and the table has it",
            "the document lacks GET /z, which is asked for",
            "GET /a/{}/gone counts as left out, and the document lacks it",
            "a.show counts as not in the document, and GET /a/{} is there",
            "e.list has a reason and no row in the table",
        ];
        assert_eq!(holes, expected);
    }
}
