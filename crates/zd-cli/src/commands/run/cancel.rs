//! `zd run cancel`.

use std::time::Duration;

use serde_json::{Value, json};
use zd_import::FileJournal;

use crate::args::RunOneArgs;
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::runs::{RunDir, RunStore};

use super::facts::{Facts, State};
use super::show;

/// How long to wait for the end of the process.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(100);

/// Asks the process that is at a run to end, and waits for a moment.
pub(super) async fn run(args: &RunOneArgs, context: &Context) -> Result<Exit, Failure> {
    let run = RunStore::of(context)?.find(&args.run)?;
    let asked = ask(&run)?;
    let mut gone = asked.is_none();
    let mut waited = Duration::ZERO;
    while !gone && waited < PATIENCE {
        tokio::time::sleep(LOOK).await;
        waited += LOOK;
        gone = holder(&run)?.is_none();
    }
    let facts = Facts::read(&run).map_err(|error| run.failure(&error))?;
    let status = match (asked, gone) {
        (None, _) => "not_running",
        (Some(_), true) => "ended",
        (Some(_), false) => "asked",
    };
    if context.printer.is_for_programs() {
        let record = json!({"status": status, "id": run.id, "process": asked, "state": facts.state().name()});
        context.printer.record(&show::SHAPE, &record)?;
        return Ok(Exit::Done);
    }
    let id = &run.id;
    let done = show::done(&facts);
    let text = match (asked, gone) {
        (None, _) => format!("run {id} is not running ({})\n", facts.state().words()),
        (Some(process), true) if facts.state() == State::Interrupted => format!(
            "run {id}: process {process} has ended, {done}\n  next: zd import --resume {id}\n"
        ),
        (Some(process), true) => format!("run {id}: process {process} has ended, {done}\n"),
        (Some(process), false) => format!(
            "run {id}: process {process} was asked to end; it follows what is in flight, for up to a minute\n  next: zd run watch {id}\n"
        ),
    };
    context.out.data(&text)?;
    Ok(Exit::Done)
}

fn holder(run: &RunDir) -> Result<Option<zd_import::LockHolder>, Failure> {
    FileJournal::holder(&run.path).map_err(|error| run.failure(&error))
}

/// Asks the process to end; none if there is none.
fn ask(run: &RunDir) -> Result<Option<u32>, Failure> {
    let Some(first) = holder(run)? else {
        return Ok(None);
    };
    let Some(process) = first.process else {
        return Err(unasked(
            run,
            None,
            "the lock does not say which process it is",
        ));
    };
    let again = || holder(run).map(|found| found.and_then(|found| found.process));
    terminate(process, again).and_then(|done| match done {
        Ok(true) => Ok(Some(process)),
        Ok(false) => Ok(None),
        Err(why) => Err(unasked(run, Some(process), &why)),
    })
}

/// Sends SIGTERM to the process, if it still is the one that has the lock: a number may be somebody else's by now.
#[cfg(target_os = "linux")]
fn terminate(
    process: u32,
    again: impl Fn() -> Result<Option<u32>, Failure>,
) -> Result<Result<bool, String>, Failure> {
    use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
    let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else {
        return Ok(Err("its number is none of a process".to_owned()));
    };
    let opened = match pidfd_open(pid, PidfdFlags::empty()) {
        Ok(opened) => opened,
        Err(rustix::io::Errno::SRCH) => return Ok(Ok(false)),
        Err(error) => return Ok(Err(error.to_string())),
    };
    // Whoever holds the lock now was alive when its process was opened: it cannot be taken for another any more.
    if again()? != Some(process) {
        return Ok(Ok(false));
    }
    Ok(match pidfd_send_signal(&opened, Signal::TERM) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::SRCH) => Ok(false),
        Err(error) => Err(error.to_string()),
    })
}

/// The same where a process can be named by its number only.
#[cfg(all(unix, not(target_os = "linux")))]
fn terminate(
    process: u32,
    again: impl Fn() -> Result<Option<u32>, Failure>,
) -> Result<Result<bool, String>, Failure> {
    use rustix::process::{Pid, Signal, kill_process};
    let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else {
        return Ok(Err("its number is none of a process".to_owned()));
    };
    if again()? != Some(process) {
        return Ok(Ok(false));
    }
    Ok(match kill_process(pid, Signal::TERM) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::SRCH) => Ok(false),
        Err(error) => Err(error.to_string()),
    })
}

#[cfg(not(unix))]
fn terminate(
    _process: u32,
    _again: impl Fn() -> Result<Option<u32>, Failure>,
) -> Result<Result<bool, String>, Failure> {
    Ok(Err("this system has no signal for it".to_owned()))
}

fn unasked(run: &RunDir, process: Option<u32>, why: &str) -> Failure {
    let process = process.map_or_else(String::new, |process| format!(" {process}"));
    let what = format!(
        "run {}: its process{process} cannot be asked to end",
        run.id
    );
    let value: Value = run.id.clone().into();
    Failure::new(&codes::RUN_BUSY, what)
        .why(why)
        .data("run", value)
        .fix("press Ctrl-C where it runs")
}
