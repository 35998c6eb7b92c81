//! `zd sandbox events`.

use std::time::Duration;

use serde_json::Value;

use super::bench::Bench;
use super::log::words;
use crate::args::{EventsArgs, Format, Json, OutputArgs};
use crate::codes;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Printer, Shape};
use crate::signals::Signals;

/// An event; tables show all that belongs to its kind on one line.
const EVENT: Shape = Shape::new("event", "events", &["number", "at", "kind", "about"])
    .viewed(|event| event["about"] = words(event, &["number", "at", "kind"]).into());

/// How often it is asked for more.
const PAUSE: Duration = Duration::from_millis(250);

/// Shows what happened, and with `--follow` what happens.
pub(super) async fn run(args: &EventsArgs, bench: &Bench<'_>) -> Result<Exit, Failure> {
    if !args.follow {
        let mut listing = bench.context.printer.list(&EVENT);
        let mut since = args.since;
        // They come in parts.
        loop {
            let (events, next) = after(since, bench).await?;
            for event in &events {
                listing.push(event)?;
            }
            if events.is_empty() || bench.context.out.is_closed() {
                break;
            }
            since = Some(next);
        }
        bench.tell_empty(&EVENT, listing.end()?);
        return Ok(Exit::Done);
    }
    let mut signals = Signals::listen()?;
    tokio::select! {
        failed = follow(args.since, bench) => failed,
        // Ctrl-C is the way to end it.
        _ = signals.next() => Ok(Exit::Done),
    }
}

/// Until nobody reads any more, or the sandbox ends.
async fn follow(since: Option<u64>, bench: &Bench<'_>) -> Result<Exit, Failure> {
    let out = &bench.context.out;
    let printer = Printer::new(&line_by_line(&bench.context.global.output), out)?;
    // What was before is told without --follow.
    let (mut events, mut last) = after(since, bench).await?;
    while since.is_none() && !events.is_empty() {
        (events, last) = after(Some(last), bench).await?;
    }
    let mut since = since.unwrap_or(last);
    let mut listing = printer.list(&EVENT);
    loop {
        let (events, next) = match after(Some(since), bench).await {
            Err(failure) if *failure.code == codes::NO_SANDBOX => {
                out.note("the sandbox has ended");
                return Ok(Exit::Done);
            }
            after => after?,
        };
        since = next;
        for event in &events {
            listing.push(event)?;
        }
        listing.show()?;
        out.flush()?;
        if out.is_closed() {
            return Ok(Exit::Done);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The output flags for something without an end: JSON is a line for each.
fn line_by_line(args: &OutputArgs) -> OutputArgs {
    let mut args = args.clone();
    let is_json = args.is_json() || args.format == Some(Format::Json);
    if is_json || (args.jq.is_some() && args.format.is_none()) {
        if let Some(Json::Fields(fields)) = args.json.take() {
            args.fields = Some(fields);
        }
        args.format = Some(Format::Jsonl);
    }
    if args.format.is_none() && args.template.is_none() {
        // Headers over and over would be in the way.
        args.format = Some(Format::Tsv);
    }
    args
}

/// The events behind this number, and the number of the last.
async fn after(since: Option<u64>, bench: &Bench<'_>) -> Result<(Vec<Value>, u64), Failure> {
    let path = since.map_or_else(
        || "events".to_owned(),
        |since| format!("events?since={since}"),
    );
    let answer = bench.get(&path).await?;
    let next = answer["next"].as_u64().or(since).unwrap_or_default();
    Ok((bench.list(answer, "events")?, next))
}
