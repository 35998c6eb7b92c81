//! `zd run rm`.

use serde_json::json;
use zd_import::{FileJournal, JournalError};

use super::facts::{Facts, State};
use crate::args::{self, RunRmArgs};
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Shape, counted, rows};
use crate::runs::{RunDir, RunStore};

const SHAPE: Shape = Shape::new("run", "runs", &["status", "id"]);

/// Removes runs. Nothing is removed if one of those that were named may not be.
pub(super) fn run(args: &RunRmArgs, context: &Context) -> Result<Exit, Failure> {
    let store = RunStore::of(context)?;
    let mut chosen: Vec<RunDir> = Vec::new();
    let mut left = 0;
    if let Some(age) = args.older_than {
        let until = args::now().saturating_sub(i64::try_from(age.as_secs()).unwrap_or(i64::MAX));
        for run in store.list()? {
            match Facts::read(&run) {
                Ok(facts) if !is_older(&facts, until) => {}
                Ok(facts) if refusal(&facts, args.force).is_none() => chosen.push(run),
                _ => left += 1,
            }
        }
    } else {
        for name in &args.runs {
            let run = store.find(name)?;
            check(&run, args.force)?;
            if !chosen.contains(&run) {
                chosen.push(run);
            }
        }
    }
    let mut list = context.printer.list(&SHAPE);
    for run in &chosen {
        remove(run)?;
        list.push(&json!({"status": "removed", "id": run.id}))?;
    }
    list.end()?;
    if !context.printer.is_for_programs() {
        if left > 0 {
            context.out.note(&format!(
                "{} left: running, not finished or damaged",
                counted(left, "older run", "older runs")
            ));
        } else if chosen.is_empty() {
            context.out.note("no run is as old as that");
        }
    }
    Ok(Exit::Done)
}

fn is_older(facts: &Facts, until: i64) -> bool {
    facts.began.as_ref().is_some_and(|began| began.at < until)
}

/// Whether the run may be removed. A damaged one tells nothing that could be lost, but only its user can know.
fn check(run: &RunDir, force: bool) -> Result<(), Failure> {
    match Facts::read(run) {
        Ok(facts) => refusal(&facts, force).map_or(Ok(()), Err),
        Err(_) if force => Ok(()),
        Err(error) => Err(run.failure(&error).fix(format!(
            "zd run rm {} --force  removes it all the same",
            run.id
        ))),
    }
}

fn refusal(facts: &Facts, force: bool) -> Option<Failure> {
    let id = &facts.run.id;
    match facts.state() {
        State::Running => {
            let process = facts.holder.and_then(|holder| holder.process);
            let process = process.map_or_else(String::new, |id| format!(" (process {id})"));
            Some(
                Failure::new(&codes::RUN_BUSY, format!("run {id} is running{process}"))
                    .fix(format!("zd run cancel {id}")),
            )
        }
        State::Interrupted if !force => {
            let mut what = format!("run {id} is not finished: ");
            what.push_str(&match facts.unprocessed() - facts.in_flight {
                0 => String::new(),
                unsent => format!("{} not sent, ", rows(unsent)),
            });
            what.push_str(&match facts.in_flight {
                0 => "none in flight".to_owned(),
                rows_in_flight => format!("{} in flight", rows(rows_in_flight)),
            });
            Some(Failure::new(&codes::RUN_UNFINISHED, what).fix(format!(
                "finish it with  zd import --resume {id}, or remove it with  zd run rm {id} --force"
            )))
        }
        _ => None,
    }
}

/// Removes a run's directory. The journal goes first: what is left of a removal that was interrupted is an empty run.
fn remove(run: &RunDir) -> Result<(), Failure> {
    let failed =
        |error: &std::io::Error| Failure::file(&run.path.display().to_string(), "remove", error);
    // Held while it goes, so that nobody resumes it meanwhile.
    let _held = match FileJournal::open(&run.path) {
        Err(error @ JournalError::Locked { .. }) => return Err(run.failure(&error)),
        held => held.ok(),
    };
    match std::fs::remove_file(run.path.join("journal")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(&error)),
        _ => {}
    }
    std::fs::remove_dir_all(&run.path).map_err(|error| failed(&error))
}
