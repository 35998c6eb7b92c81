//! `zd sandbox seed`.

use serde_json::{Map, Value, json};

use super::bench::Bench;
use super::people::{self, People};
use crate::args::SeedArgs;
use crate::codes;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Count, Shape, clean};

const SEEDED: Shape = Shape::new("seeded", "seeded", &["created", "updated", "refused"]);

/// Adds people.
pub(super) async fn seed(args: SeedArgs, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let answer = match &args.file {
        None => {
            let mut wanted = Map::new();
            wanted.insert("users".to_owned(), json!(args.users));
            if let Some(seed) = args.seed {
                wanted.insert("seed".to_owned(), json!(seed));
            }
            bench.post("seed", &Value::Object(wanted)).await?
        }
        Some(file) => {
            let people = people::read(file, &[]).await?;
            let kind = "application/x-ndjson";
            let mut answer = bench.post_as("seed", kind, people.body.clone()).await?;
            tell_lines(&mut answer, &people);
            answer
        }
    };
    let answer = bench.with(answer, "created")?;
    let refused = answer["refused"].as_u64().unwrap_or_default();
    bench
        .context
        .printer
        .record_as(&SEEDED, &answer, &report(&answer))?;
    if refused > 0 {
        return Err(Failure::new(
            &codes::ROWS_FAILED,
            format!("{} of the users were refused", Count(refused)),
        )
        .at("sandbox", &bench.url)
        .fix("correct them, then seed them again"));
    }
    Ok(Exit::Done)
}

/// Counts rows that were not even sent, and names lines as they are in the file.
fn tell_lines(answer: &mut Value, people: &People) {
    if let Some(examples) = answer["examples"].as_array_mut() {
        for example in &mut *examples {
            if let Some(line) = example["line"].as_u64() {
                example["line"] = people.line(line).into();
            }
        }
        let invalid = people.invalid.iter().take(10);
        examples.extend(invalid.map(|(line, reason)| json!({"line": line, "reason": reason})));
    }
    if let Some(refused) = answer["refused"].as_u64() {
        answer["refused"] = (refused + people.invalid.len() as u64).into();
    }
}

fn report(answer: &Value) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = ["created", "updated", "refused"]
        .into_iter()
        .filter_map(|name| {
            let count = Count(answer[name].as_u64()?);
            Some(vec![name.to_owned(), count.to_string()])
        })
        .collect();
    for example in answer["examples"].as_array().into_iter().flatten() {
        let reason = clean(example["reason"].as_str().unwrap_or_default()).into_owned();
        rows.push(vec![format!("refused on line {}", example["line"]), reason]);
    }
    rows
}
