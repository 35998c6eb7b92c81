//! `zd sandbox log`.

use serde_json::{Value, json};

use super::bench::{Bench, encoded};
use super::stop::done;
use crate::args::{LogArgs, LogCommand, LogFilterArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Count, Shape};

/// A request; tables show its path with its query, and whatever the sandbox remarks.
const REQUEST: Shape = Shape::new(
    "request",
    "requests",
    &["number", "at", "method", "path", "status", "fault", "note"],
)
.viewed(|request| {
    if request.get("fault").is_none() {
        request["fault"] = request["faults"].take();
    }
    if let (Some(path), Some(query)) = (request["path"].as_str(), request["query"].as_str())
        && !query.is_empty()
    {
        request["path"] = format!("{path}?{query}").into();
    }
    if let Some(nearest) = request["nearest"].as_str() {
        let note = request["note"].as_str().unwrap_or_default();
        let near = format!("nearest: {nearest}");
        let words = [note, &near].map(str::trim);
        let words: Vec<&str> = words.into_iter().filter(|text| !text.is_empty()).collect();
        request["note"] = words.join("; ").into();
    }
});
const COUNT: Shape = Shape::new("count", "counts", &["count"]);

/// Shows the requests that came, counts or forgets them.
pub(super) async fn run(args: LogArgs, bench: &Bench<'_>) -> Result<Exit, Failure> {
    if let Some(LogCommand::Clear) = args.command {
        if !query(&args.filter).is_empty() {
            return Err(Failure::usage("clear takes no filter")
                .why("the whole log is forgotten")
                .fix("zd sandbox log clear"));
        }
        bench.delete("requests").await?;
        done(bench, "log_cleared", json!({}))?;
        return Ok(Exit::Done);
    }
    if args.count {
        let path = with_query("requests/count", query(&args.filter));
        let count = bench.with(bench.get(&path).await?, "count")?;
        let printer = &bench.context.printer;
        if printer.is_plain() {
            bench.context.out.data(&format!("{}\n", count["count"]))?;
        } else {
            printer.record(&COUNT, &count)?;
        }
        return Ok(Exit::Done);
    }
    list(args, bench).await
}

async fn list(args: LogArgs, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let mut query = query(&args.filter);
    // The log itself is bounded.
    let wanted = args.limit.wanted().unwrap_or(u64::from(u32::MAX));
    query.push(("limit", wanted.to_string()));
    let answer = bench.get(&with_query("requests", query)).await?;
    let matching = answer["count"].as_u64().unwrap_or_default();
    let requests = bench.list(answer, "requests")?;
    bench.write(&REQUEST, &requests)?;
    let before = matching.saturating_sub(requests.len() as u64);
    if before > 0 {
        bench.context.out.note(&format!(
            "there are {} more before these; --limit N shows more of them, --all shows all",
            Count(before)
        ));
    }
    Ok(Exit::Done)
}

fn query(filter: &LogFilterArgs) -> Vec<(&'static str, String)> {
    let text = |name, value: &Option<String>| Some((name, value.clone()?));
    [
        text("method", &filter.method),
        text("path", &filter.path),
        text("status", &filter.status),
        text("body", &filter.body),
        text("fault", &filter.fault),
        filter.since.map(|number| ("since", number.to_string())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn with_query(path: &str, query: Vec<(&'static str, String)>) -> String {
    let mut text = path.to_owned();
    for (place, (name, value)) in query.iter().enumerate() {
        text.push(if place == 0 { '?' } else { '&' });
        text.push_str(&format!("{name}={}", encoded(value)));
    }
    text
}

/// What an event says beside these names, on one line.
pub(super) fn words(record: &Value, without: &[&str]) -> String {
    let says_nothing =
        |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    let pairs = record.as_object().into_iter().flatten();
    pairs
        .filter(|(name, value)| !without.contains(&name.as_str()) && !says_nothing(value))
        .map(|(name, value)| format!("{name}={}", super::look::text(value)))
        .collect::<Vec<_>>()
        .join(" ")
}
