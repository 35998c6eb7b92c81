//! `zd run show`.

use serde_json::Value;
use serde_json::json;

use super::facts::{Facts, State};
use super::list;
use crate::args::RunOneArgs;
use crate::commands::import::summary::Summary;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Count, Elapsed, Shape, clean, counted, rows, shorten};
use crate::runs::RunStore;

pub(super) const SHAPE: Shape = Shape::new("run", "runs", &[]);

/// Shows what a run came to.
pub(super) fn run(args: &RunOneArgs, context: &Context) -> Result<Exit, Failure> {
    let facts = read(&args.run, context)?;
    tell(&facts, context)?;
    Ok(Exit::Done)
}

/// The facts of the run of this name.
pub(super) fn read(name: &str, context: &Context) -> Result<Facts, Failure> {
    let run = RunStore::of(context)?.find(name)?;
    Facts::read(&run).map_err(|error| run.failure(&error))
}

/// Tells what a run came to.
pub(super) fn tell(facts: &Facts, context: &Context) -> Result<(), Failure> {
    if context.printer.is_for_programs() {
        return context.printer.record(&SHAPE, &record(facts, context));
    }
    let out = &context.out;
    let width = if out.is_terminal() { out.width() } else { 140 };
    let mut text = String::new();
    for line in head(facts) {
        text.push_str(&shorten(&line, width));
        text.push('\n');
    }
    if facts.began.is_some() {
        let next = facts.next(context);
        text.push_str(&summary(facts, &next, &facts.report()).human(width, out.style()));
        if facts.state() == State::Failures && facts.failed_file().is_none() {
            text.push_str(&format!("  next: {}\n", out.style().bold(&next)));
        }
        if facts.codes.retryable() > 0 && facts.state() == State::Failures {
            text.push_str(&format!(
                "  {} may pass as they are:  zd import --retry-failed {}\n",
                rows(facts.codes.retryable()),
                facts.run.id
            ));
        }
    }
    out.data(&text)
}

fn summary<'a>(facts: &'a Facts, next: &'a str, report: &'a zd_import::Report) -> Summary<'a> {
    Summary {
        report,
        reasons: &facts.reasons,
        account: Some(facts.account()),
        rehearsal: false,
        run: Some(&facts.run.id),
        failed_file: facts.failed_file(),
        next,
        exit: facts.exit().number(),
        stopped: None,
    }
}

/// What stands above the counts.
fn head(facts: &Facts) -> Vec<String> {
    let mut first = format!("run {}", facts.run.id);
    for part in [facts.input(), facts.account()] {
        if !part.is_empty() {
            first.push_str(&format!(" · {}", clean(part)));
        }
    }
    let mut second = match facts.state() {
        State::Running => {
            let process = facts.holder.and_then(|holder| holder.process);
            let process = process.map_or_else(String::new, |id| format!(" (process {id})"));
            format!("running{process}")
        }
        State::Interrupted => match facts.stopped() {
            Some("killed") => "interrupted: its process ended without a word".to_owned(),
            stopped => format!(
                "interrupted: {}",
                stopped.unwrap_or_default().replace('_', " ")
            ),
        },
        state => state.words().to_owned(),
    };
    if let Some(begun) = facts.begun() {
        second.push_str(&format!(" · begun {}", begun.strftime("%Y-%m-%d %H:%M")));
    }
    if facts.ended.len() > 1 {
        let times = facts.ended.len() as u64;
        second.push_str(&format!(" · in {}", counted(times, "process", "processes")));
    }
    let mut third = counted(facts.batches, "batch", "batches");
    let requests: u64 = facts.ended.iter().map(|ended| ended.requests).sum();
    if requests > 0 {
        third.push_str(&format!(" · {}", counted(requests, "request", "requests")));
    }
    if facts.resent > 0 {
        third.push_str(&format!(" · {} sent again", rows(facts.resent)));
    }
    if let Some((most, _)) = facts
        .attempts
        .last_key_value()
        .filter(|(most, _)| **most > 1)
    {
        third.push_str(&format!(" · at most {most} attempts a row"));
    }
    let mut lines = vec![first, second];
    if facts.batches > 0 {
        lines.push(third);
    }
    lines
}

/// A run and what it came to, for programs.
pub(super) fn record(facts: &Facts, context: &Context) -> Value {
    let mut record = list::of(facts);
    let next = facts.next(context);
    let report = facts.report();
    let mut about = summary(facts, &next, &report).json();
    for name in ["rows", "resumed", "run", "sandbox", "stopped", "account"] {
        if let Some(about) = about.as_object_mut() {
            about.remove(name);
        }
    }
    about["attempts"] = facts
        .attempts
        .iter()
        .map(|(attempts, rows)| json!({"attempts": attempts, "rows": rows}))
        .collect();
    about["codes"] = json!(facts.codes.largest_first());
    about["retryable"] = facts.codes.retryable().into();
    about["next"] = (!next.is_empty()).then_some(next).into();
    about["processes"] = facts
        .ended
        .iter()
        .map(|ended| {
            json!({
                "ended_at": jiff::Timestamp::from_second(ended.at).ok().map(|at| at.to_string()),
                "finished": ended.finished,
                "stopped": ended.stopped,
                "requests": ended.requests,
                "elapsed_s": ended.milliseconds as f64 / 1000.0,
            })
        })
        .collect();
    if let (Some(record), Some(about)) = (record.as_object_mut(), about.as_object_mut()) {
        record.append(about);
    }
    record
}

/// `1,234 of 2,000 rows in 3m 20s`.
pub(super) fn done(facts: &Facts) -> String {
    let all = facts
        .rows()
        .map_or_else(|| "rows".to_owned(), |all| format!("of {}", rows(all)));
    format!(
        "{} {all} in {}",
        Count(facts.counts.rows),
        Elapsed(facts.report().elapsed)
    )
}
