//! What an answer is worth.

use super::api::Answer;
use super::explained::{Explanation, covers};
use crate::openapi::schema::{Difference, Schema};
use crate::openapi::{Document, Documented};

/// What became of a case.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) operation: &'static str,
    pub(crate) variant: &'static str,
    pub(crate) verdict: Verdict,
}

/// What was found.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// The records that the call needs could not be made.
    Unprepared(String),
    /// The sandbox has no such operation.
    Missing,
    /// The answer was no success.
    Refused(u16, String),
    /// The document says nothing of the operation.
    Undocumented(u16),
    /// The answer was held against the document.
    Compared(u16, Vec<Difference>),
}

/// Holds an answer against the document.
pub(crate) fn of(
    document: &Document,
    documented: Option<&Documented<'_>>,
    answer: &Answer,
) -> anyhow::Result<Verdict> {
    if answer.is_missing() {
        return Ok(Verdict::Missing);
    }
    let status = answer.status;
    if !answer.is_success() {
        return Ok(Verdict::Refused(status, answer.body.to_string()));
    }
    let Some(documented) = documented else {
        return Ok(Verdict::Undocumented(status));
    };
    let mut differences = Vec::new();
    let successes = documented.successes();
    if !successes.contains(&status) {
        differences.push(Difference {
            path: "status".to_owned(),
            keyword: "status".to_owned(),
            detail: format!("{status}, not {successes:?}"),
        });
    }
    // With another status the body is still held against a success: those of one operation look alike.
    let responses = &documented.responses;
    let response = responses
        .iter()
        .find(|response| response.status == status)
        .or_else(|| {
            responses
                .iter()
                .find(|response| successes.contains(&response.status))
        });
    match response.and_then(|response| response.schema) {
        Some(schema) => {
            differences.extend(Schema::of_answer(document, schema)?.differences(&answer.body));
        }
        None if answer.body == "" => {}
        None => differences.push(Difference {
            path: "$".to_owned(),
            keyword: "body".to_owned(),
            detail: format!("a body where there should be none: {}", answer.body),
        }),
    }
    Ok(Verdict::Compared(status, differences))
}

/// An outcome in words.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: String,
    pub(crate) verdict: String,
    /// The differences, one a line.
    pub(crate) lines: Vec<String>,
    pub(crate) fails: bool,
}

impl Outcome {
    /// Tells it; a difference with an explanation does not fail.
    pub(crate) fn told(&self, explanations: &[Explanation]) -> Told {
        let told = |status: Option<u16>, verdict: String, fails| Told {
            status: status.map_or_else(|| "–".to_owned(), |status| status.to_string()),
            verdict,
            lines: Vec::new(),
            fails,
        };
        match &self.verdict {
            Verdict::Unprepared(reason) => {
                told(None, format!("CANNOT BE PREPARED: {reason}"), true)
            }
            Verdict::Missing => told(Some(404), "NOT THERE YET".to_owned(), true),
            Verdict::Refused(status, body) => told(Some(*status), format!("REFUSED: {body}"), true),
            Verdict::Undocumented(status) => {
                told(Some(*status), "not in the document".to_owned(), false)
            }
            Verdict::Compared(status, differences) => {
                let number = |difference: &Difference| {
                    let explains = |each: &Explanation| each.explains(self.operation, difference);
                    explanations
                        .iter()
                        .position(explains)
                        .map(|place| place + 1)
                };
                let fails = differences.iter().any(|each| number(each).is_none());
                let verdict = match (differences.is_empty(), fails) {
                    (true, _) => "as documented",
                    (false, false) => "explained",
                    (false, true) => "DIFFERS",
                };
                let lines = differences.iter().map(|each| {
                    let place = format!("{} ({})", each.path, each.keyword);
                    match number(each) {
                        Some(number) => format!("[{number}] {place}"),
                        None => format!("UNEXPLAINED {place}: {}", each.detail),
                    }
                });
                Told {
                    lines: lines.collect(),
                    ..told(Some(*status), verdict.to_owned(), fails)
                }
            }
        }
    }
}

/// Explanations, or parts of them, that explain nothing.
pub(crate) fn idle(outcomes: &[Outcome], explanations: &[Explanation]) -> Vec<String> {
    let mut idle = Vec::new();
    for explanation in explanations {
        let is_found = |name: &str, path: Option<&str>| {
            let mut of_name = outcomes.iter().filter(|each| each.operation == name);
            of_name.any(|outcome| match &outcome.verdict {
                Verdict::Compared(_, differences) => differences.iter().any(|each| {
                    explanation.explains(name, each)
                        && path.is_none_or(|path| covers(path, &each.path))
                }),
                // It fails already; whether it would differ is not known.
                _ => true,
            })
        };
        let names = explanation.operations.iter();
        idle.extend(
            names
                .filter(|name| !is_found(name, None))
                .map(|name| format!("{name} differs nowhere in {:?}", explanation.paths)),
        );
        let paths = explanation.paths.iter();
        idle.extend(
            paths
                .filter(|path| {
                    !explanation
                        .operations
                        .iter()
                        .any(|name| is_found(name, Some(path)))
                })
                .map(|path| {
                    format!(
                        "{path} ({}) is as documented in all of {:?}",
                        explanation.keyword, explanation.operations
                    )
                }),
        );
    }
    idle
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Outcome, Verdict, idle, of};
    use crate::contract::api::Answer;
    use crate::contract::explained::{Explanation, covers};
    use crate::openapi::Document;

    const DOCUMENT: &str = r#"
openapi: 3.0.3
paths:
  /pets:
    get:
      responses:
        "200": {content: {application/json: {schema: {type: object, properties: {pet: {type: string}}}}}}
        "404": {}
    delete: {responses: {"204": {}}}
    post: {responses: {"202": {content: {application/json: {schema: {type: string}}}}}}
"#;

    const EXPLANATIONS: &[Explanation] = &[Explanation {
        operations: &["pets.get"],
        paths: &["$.pet"],
        keyword: "type",
        why: "seen",
    }];

    /// The outcome of an answer to `pets.get` and so on, as it is told.
    fn told(method: &'static str, status: u16, body: &Value) -> (Outcome, String, bool) {
        let document = Document::parse(DOCUMENT).unwrap();
        let operations = document.operations().unwrap();
        let documented = operations
            .iter()
            .find(|each| each.method == method.to_uppercase());
        let answer = Answer {
            status,
            body: body.clone(),
        };
        let verdict = of(&document, documented, &answer).unwrap();
        let operation = if method == "get" {
            "pets.get"
        } else {
            "pets.other"
        };
        let outcome = Outcome {
            operation,
            variant: "",
            verdict,
        };
        let told = outcome.told(EXPLANATIONS);
        let text = format!("{} {} {}", told.status, told.verdict, told.lines.join(" "));
        (outcome, text.trim().to_owned(), told.fails)
    }

    fn check(method: &'static str, status: u16, body: Value, expected: &str, fails: bool) {
        let (_, text, failed) = told(method, status, &body);
        assert_eq!((text.as_str(), failed), (expected, fails));
    }

    #[test]
    fn an_answer_is_held_against_status_and_schema() {
        check(
            "get",
            200,
            json!({"pet": "Mia"}),
            "200 as documented",
            false,
        );
        check(
            "get",
            200,
            json!({"pet": 1}),
            "200 explained [1] $.pet (type)",
            false,
        );
        check("delete", 204, json!(""), "204 as documented", false);
        check("post", 202, json!(""), "202 as documented", false);
        check("put", 200, json!({}), "200 not in the document", false);
        let invalid = json!({"error": "InvalidEndpoint"});
        check("get", 404, invalid, "404 NOT THERE YET", true);
        check("get", 404, json!("x"), "404 REFUSED: \"x\"", true);
    }

    #[test]
    fn a_difference_without_an_explanation_fails() {
        let (_, text, fails) = told("get", 201, &json!({"pet": "Mia"}));
        assert!(
            fails && text.contains("UNEXPLAINED status (status): 201, not [200]"),
            "{text}"
        );
        let (_, text, fails) = told("get", 200, &json!({"dog": 1}));
        assert!(
            fails && text.contains("UNEXPLAINED $ (properties)"),
            "{text}"
        );
        let (_, text, fails) = told("delete", 204, &json!({}));
        assert!(
            fails && text.contains("a body where there should be none"),
            "{text}"
        );
        let (_, text, fails) = told("post", 202, &json!(null));
        assert!(fails && text.contains("$ (type)"), "{text}");
    }

    #[test]
    fn a_star_stands_for_all_that_begins_so() {
        assert!(covers("$.a[].*", "$.a[].b") && covers("$.a", "$.a"));
        assert!(!covers("$.a[].*", "$.a") && !covers("$.a", "$.a.b"));
    }

    #[test]
    fn an_explanation_that_explains_nothing_is_told() {
        let outcome = |body: Value| told("get", 200, &body).0;
        assert_eq!(idle(&[outcome(json!({"pet": 1}))], EXPLANATIONS), [""; 0]);
        let idle_one = [
            r#"pets.get differs nowhere in ["$.pet"]"#,
            r#"$.pet (type) is as documented in all of ["pets.get"]"#,
        ];
        assert_eq!(
            idle(&[outcome(json!({"pet": "Mia"}))], EXPLANATIONS),
            idle_one
        );
        assert_eq!(idle(&[], EXPLANATIONS), idle_one);
        let missing = Outcome {
            operation: "pets.get",
            variant: "",
            verdict: Verdict::Missing,
        };
        assert_eq!(idle(&[missing], EXPLANATIONS), [""; 0]);
    }
}
