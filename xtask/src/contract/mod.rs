//! `cargo xtask contract`: every operation of the table against a sandbox behind a socket, and every answer against what the
//! vendor's OpenAPI document says of its status and body. A difference must have an explanation, an explanation a difference.

mod api;
mod cases;
mod explained;
mod records;
mod verdict;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use zd_model::operation::ALL;

use crate::openapi::{Document, Documented, key};
use crate::sandbox::{self, Sandbox};
use api::Api;
use cases::Case;
use explained::EXPLANATIONS;
use verdict::{Outcome, Verdict};

/// `contract --openapi FILE [--zd BINARY]`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let usage = "usage: cargo xtask contract --openapi FILE [--zd BINARY]";
    let (mut file, mut zd) = (None, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words.next().map(PathBuf::from).context(usage)?;
        match word.as_str() {
            "--openapi" => file = Some(value),
            "--zd" => zd = Some(value),
            _ => bail!(usage),
        }
    }
    let document = Document::open(&file.context(usage)?)?;
    let uncalled = cases::uncalled(ALL);
    ensure!(uncalled.is_empty(), "no case calls {}", uncalled.join(", "));
    let zd = zd.map_or_else(|| sandbox::build("dev"), Ok)?;
    let sandbox = Sandbox::start(&zd, &["--job-time", "0", "--plan", "100000", "--seed", "7"])?;
    let outcomes = drive(&document, &Api::new(&sandbox.url))?;
    report(&outcomes)
}

fn drive(document: &Document, api: &Api) -> anyhow::Result<Vec<Outcome>> {
    let operations = document.operations()?;
    let documented: BTreeMap<String, &Documented<'_>> =
        operations.iter().map(|each| (each.key(), each)).collect();
    let mut outcomes = Vec::new();
    for case in cases::all() {
        let operation = &case.operation;
        let verdict = if zd_sandbox::answers(operation) {
            let documented = documented.get(&key(operation.method.as_str(), operation.path));
            judge(document, documented.copied(), api, case)
        } else {
            // Its path may be taken for another's: `count` for the id of a user.
            Ok(Verdict::Missing)
        };
        let verdict = verdict.with_context(|| operation.name)?;
        outcomes.push(Outcome {
            operation: operation.name,
            variant: case.variant,
            verdict,
        });
    }
    Ok(outcomes)
}

fn judge(
    document: &Document,
    documented: Option<&Documented<'_>>,
    api: &Api,
    case: &Case,
) -> anyhow::Result<Verdict> {
    let operation = &case.operation;
    let answer =
        (case.prepare)(api).and_then(|call| api.send(operation.method, operation.path, &call));
    match answer {
        Ok(answer) => verdict::of(document, documented, &answer),
        Err(error) => Ok(Verdict::Unprepared(format!("{error:#}"))),
    }
}

fn report(outcomes: &[Outcome]) -> anyhow::Result<()> {
    let mut failures = 0_usize;
    println!(
        "{:<44} {:<18} {:>6}  verdict",
        "operation", "variant", "status"
    );
    for outcome in outcomes {
        let told = outcome.told(EXPLANATIONS);
        failures += usize::from(told.fails);
        println!(
            "{:<44} {:<18} {:>6}  {}",
            outcome.operation, outcome.variant, told.status, told.verdict
        );
        told.lines.iter().for_each(|line| println!("    {line}"));
    }
    println!("\nexplanations:");
    for (number, explanation) in EXPLANATIONS.iter().enumerate() {
        println!("  [{}] {}", number + 1, explanation.why);
    }
    let idle = verdict::idle(outcomes, EXPLANATIONS);
    idle.iter().for_each(|line| println!("IDLE: {line}"));
    let missing = outcomes
        .iter()
        .filter(|each| matches!(each.verdict, Verdict::Missing));
    println!(
        "\n{} cases, {failures} failures, {} of them not there yet; {} explanations that explain nothing",
        outcomes.len(),
        missing.count(),
        idle.len()
    );
    ensure!(
        failures == 0 && idle.is_empty(),
        "{} failures",
        failures + idle.len()
    );
    Ok(())
}
