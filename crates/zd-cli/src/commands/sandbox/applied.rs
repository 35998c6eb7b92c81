//! `zd sandbox applied`.

use serde_json::{Value, json};

use super::bench::{Bench, encoded};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const APPLIED: Shape = Shape::new(
    "applied",
    "applied",
    &["key", "created", "updated", "deleted"],
);

/// What begins a key.
const KINDS: [&str; 3] = ["ext:", "email:", "id:"];

/// A line for each key: whoever was created twice stands out.
pub(super) async fn show(keys: &[String], bench: &Bench<'_>) -> Result<Exit, Failure> {
    if let Some(key) = keys
        .iter()
        .find(|key| !KINDS.iter().any(|kind| key.starts_with(kind)))
    {
        return Err(Failure::usage(format!("{key} is no key"))
            .fix("give ext:EXTERNAL_ID, email:ADDRESS or id:ID"));
    }
    let query: Vec<String> = keys
        .iter()
        .map(|key| format!("key={}", encoded(key)))
        .collect();
    let told = bench.get(&format!("applied?{}", query.join("&"))).await?;
    let applied: Vec<Value> = told
        .get("applied")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, counts)| {
            let count = |name: &str| counts.get(name).cloned().unwrap_or_default();
            json!({
                "key": key,
                "created": count("created"),
                "updated": count("updated"),
                "deleted": count("deleted"),
            })
        })
        .collect();
    bench.write(&APPLIED, &applied)?;
    Ok(Exit::Done)
}
