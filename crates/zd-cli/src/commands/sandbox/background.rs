//! `zd sandbox start --background`: a child of the same program that goes on without the terminal.
//!
//! The child knows by a variable what it is. Once it serves it writes one line of JSON to its stdout; what it says before it
//! ends without that goes to a file without a name, which only the parent reads.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use super::announce::announce;
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, plain};
use crate::signals::Signals;

/// What tells a child that it is one.
const CHILD: &str = "ZD_SANDBOX_CHILD";
/// How long it may take to begin to serve.
const LIMIT: Duration = Duration::from_secs(30);

/// Whether this is the process in the background.
pub(super) fn is_child(context: &Context) -> bool {
    context.environment.get(CHILD).is_some()
}

/// From now on the end of a terminal does not end this process, for as long as what is given back lives.
#[cfg(unix)]
pub(super) fn outlive_terminal() -> Option<impl Sized> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::hangup()).ok()
}

/// Only terminals of Unix end what was started in them.
#[cfg(not(unix))]
pub(super) fn outlive_terminal() -> Option<impl Sized> {
    None::<()>
}

/// Tells the parent that the sandbox serves.
pub(super) fn tell_parent(about: &Value, context: &Context) -> Result<(), Failure> {
    context.out.data(&format!("{about}\n"))?;
    context.out.flush()
}

/// Starts the child and waits until it serves.
pub(super) async fn start(context: &Context) -> Result<Exit, Failure> {
    let mut signals = Signals::listen()?;
    let mut log =
        tempfile::tempfile().map_err(|error| Failure::file("a temporary file", "write", &error))?;
    let mut child = spawn(&log)?;
    let line = first_line(&mut child);
    // Waiting for a channel blocks; in a thread it does not keep signals waiting.
    let wait = tokio::task::spawn_blocking(move || line.recv_timeout(LIMIT));
    let told = tokio::select! {
        told = wait => told.unwrap_or(Err(mpsc::RecvTimeoutError::Disconnected)),
        exit = signals.next() => {
            end(&mut child);
            return Err(Failure::new(&codes::INTERRUPTED, "interrupted while the sandbox was starting")
                .fix(&context.typed)
                .exit(exit));
        }
    };
    match told {
        Ok(line) => {
            if let Ok(mut about) = serde_json::from_str::<Value>(&line) {
                about["pid"] = child.id().into();
                announce(&about, "zd sandbox stop", context)?;
                return Ok(Exit::Done);
            }
        }
        Err(mpsc::RecvTimeoutError::Timeout) => {
            end(&mut child);
            return Err(Failure::new(&codes::NOT_SERVING, codes::NOT_SERVING.title)
                .detail("it said", said(&mut log).trim()));
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => {}
    }
    let status = child.wait().ok();
    let said = said(&mut log);
    let known = [Exit::Usage, Exit::NotFound, Exit::Network, Exit::Input];
    let code = status.and_then(|status| status.code());
    let exit = known
        .into_iter()
        .find(|exit| code == Some(i32::from(exit.number())));
    match exit {
        // It has told everything, in the way that the flags ask for.
        Some(exit) if !said.trim().is_empty() => {
            context.out.note(said.trim_end());
            Ok(exit)
        }
        _ => Err(
            Failure::new(&codes::INTERNAL, "the sandbox ended before it served")
                .detail("it said", said.trim()),
        ),
    }
}

/// The same command once more, with a variable that says what it is.
fn spawn(log: &File) -> Result<Child, Failure> {
    let failed = |error: &std::io::Error| {
        Failure::new(
            &codes::INTERNAL,
            format!("cannot start a process: {}", plain(error)),
        )
    };
    let program = std::env::current_exe().map_err(|error| failed(&error))?;
    let mut command = Command::new(program);
    command
        .args(std::env::args_os().skip(1))
        .env(CHILD, "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log.try_clone().map_err(|error| failed(&error))?);
    detach(&mut command);
    command.spawn().map_err(|error| failed(&error))
}

/// Neither Ctrl-C in the terminal nor its end reaches a process group of its own.
#[cfg(unix)]
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

/// `DETACHED_PROCESS` and `CREATE_NEW_PROCESS_GROUP`.
#[cfg(windows)]
fn detach(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;
    command.creation_flags(0x0000_0008 | 0x0000_0200);
}

#[cfg(not(any(unix, windows)))]
fn detach(_: &mut Command) {}

/// The first line that the child writes, when it comes; nothing if it ends without one.
fn first_line(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            if read.is_ok_and(|bytes| bytes > 0) {
                let _nobody_waits = sender.send(line);
            }
        });
    }
    receiver
}

fn end(child: &mut Child) {
    let _ended_already = child.kill();
    let _reaped = child.wait();
}

fn said(log: &mut File) -> String {
    let mut bytes = Vec::new();
    // What cannot be read is not told; the exit code is.
    let _ = log
        .rewind()
        .and_then(|()| log.take(64 << 10).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}
