//! `zd sandbox verify`.

use serde_json::{Value, json};

use super::bench::Bench;
use super::look;
use super::people::{self, People};
use crate::args::VerifyArgs;
use crate::codes;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Count, Shape, clean, shorten};

const REPORT: Shape = Shape::new("report", "reports", &["ok", "expected", "found"]);

/// Values are shown up to this length.
const MAX_VALUE: usize = 100;
/// So many examples of rows that were not even compared.
const EXAMPLES: usize = 10;

/// Compares what is stored with a file: exit 6 when it is not the same.
pub(super) async fn verify(args: VerifyArgs, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let people = people::read(&args.file, &args.ignore_column).await?;
    let kind = if people.is_array() {
        "application/json"
    } else {
        "application/x-ndjson"
    };
    let answer = bench.post_as("verify", kind, people.body.clone()).await?;
    let mut report = bench.with(answer, "missing")?;
    tell_lines(&mut report, &people);
    let wrong = wrong(&report, args.allow_extra);
    report["ok"] = wrong.is_empty().into();
    bench
        .context
        .printer
        .record_as(&REPORT, &report, &lines(&report))?;
    if wrong.is_empty() {
        return Ok(Exit::Done);
    }
    let mut failure = Failure::new(
        &codes::SANDBOX_DIFFERS,
        format!(
            "what is stored is not what was expected: {}",
            wrong.join(", ")
        ),
    )
    .at("sandbox", &bench.url);
    if wrong.len() == 1 && !args.allow_extra && count(&report, "extra") > 0 {
        failure = failure.fix("if others may be there too, add  --allow-extra");
    }
    Err(failure)
}

fn count(report: &Value, kind: &str) -> u64 {
    report[kind]["count"].as_u64().unwrap_or_default()
}

/// What is wrong, such as `2 missing`.
fn wrong(report: &Value, allow_extra: bool) -> Vec<String> {
    let kinds = ["missing", "different", "extra", "unusable"];
    let counts = kinds
        .into_iter()
        .filter(|kind| !(*kind == "extra" && allow_extra))
        .map(|kind| (kind, count(report, kind)));
    let twice = count(&report["applied"], "created_more_than_once");
    // Whatever stands under a key that Zendesk does not know cannot have been stored.
    let unknown = report["unknown_keys"].as_array().map_or(0, Vec::len) as u64;
    counts
        .chain([("created more than once", twice), ("unknown keys", unknown)])
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| format!("{} {kind}", Count(count)))
        .collect()
}

/// Names lines as they are in the file, and adds the rows that no import would send.
fn tell_lines(report: &mut Value, people: &People) {
    for kind in ["missing", "different", "unusable", "expected_twice"] {
        for example in report[kind]["examples"]
            .as_array_mut()
            .into_iter()
            .flatten()
        {
            if let Some(line) = example["line"].as_u64() {
                example["line"] = people.line(line).into();
            }
        }
    }
    if people.invalid.is_empty() {
        return;
    }
    let invalid = people.invalid.len() as u64;
    let mut examples = report["unusable"]["examples"].take();
    if !examples.is_array() {
        examples = json!([]);
    }
    if let Some(examples) = examples.as_array_mut() {
        let rows = people.invalid.iter().take(EXAMPLES);
        examples.extend(rows.map(|(line, reason)| json!({"line": line, "reason": reason})));
    }
    let all = count(report, "unusable") + invalid;
    report["unusable"] = json!({"count": all, "examples": examples});
    if let Some(expected) = report["expected"].as_u64() {
        report["expected"] = (expected + invalid).into();
    }
}

/// The report for people: counts, then the first examples of each kind.
fn lines(report: &Value) -> Vec<Vec<String>> {
    let number = |value: &Value| Count(value.as_u64().unwrap_or_default()).to_string();
    let mut rows = vec![
        vec!["expected".to_owned(), number(&report["expected"])],
        vec!["found".to_owned(), number(&report["found"])],
    ];
    for kind in ["missing", "different", "extra", "unusable"] {
        rows.push(vec![kind.to_owned(), number(&report[kind]["count"])]);
    }
    let applied = &report["applied"];
    if applied.is_object() {
        let times = ["never", "once", "more"]
            .map(|name| format!("{name} {}", number(&applied[name])))
            .join(", ");
        rows.push(vec!["applied".to_owned(), times]);
    }
    let unknown = &report["unknown_keys"];
    if unknown.as_array().is_some_and(|keys| !keys.is_empty()) {
        rows.push(vec!["unknown keys".to_owned(), look::text(unknown)]);
    }
    let unfinished = report["unfinished_jobs"].as_u64().unwrap_or_default();
    if unfinished > 0 {
        let words = format!(
            "{}, what they are to write may be missing",
            Count(unfinished)
        );
        rows.push(vec!["jobs still at work".to_owned(), words]);
    }
    let repeated = count(report, "expected_twice");
    if repeated > 0 {
        rows.push(vec![
            "expected more than once".to_owned(),
            Count(repeated).to_string(),
        ]);
    }
    let twice = &applied["created_more_than_once"];
    if twice["count"].as_u64().is_some_and(|count| count > 0) {
        rows.push(vec![
            "created more than once".to_owned(),
            number(&twice["count"]),
        ]);
    }
    let examples = |of: &Value| of["examples"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| match value {
        Value::String(text) => clean(text).into_owned(),
        other => other.to_string(),
    };
    for example in examples(&report["missing"]) {
        let place = format!("missing, line {}", example["line"]);
        rows.push(vec![place, text(&example["key"])]);
    }
    for example in examples(&report["different"]) {
        let place = format!("different, line {}", example["line"]);
        for field in example["fields"].as_array().into_iter().flatten() {
            let value = |name: &str| shorten(&clean(&field[name].to_string()), MAX_VALUE);
            let words = format!(
                "{}: {} is {}, expected {}",
                text(&example["key"]),
                text(&field["field"]),
                value("stored"),
                value("expected"),
            );
            rows.push(vec![place.clone(), words]);
        }
    }
    for example in examples(&report["extra"]) {
        let words = format!("{} (id {})", text(&example["key"]), example["id"]);
        rows.push(vec!["extra".to_owned(), words]);
    }
    for example in examples(&report["unusable"]) {
        let place = format!("unusable, line {}", example["line"]);
        rows.push(vec![place, text(&example["reason"])]);
    }
    for example in examples(twice) {
        let words = format!("{}: {} times", text(&example["key"]), example["created"]);
        rows.push(vec!["created more than once".to_owned(), words]);
    }
    rows
}
