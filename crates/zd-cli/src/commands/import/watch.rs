//! Signals while an import runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use zd_import::Cancel;

use crate::context::Context;
use crate::exit::Exit;
use crate::signals::Signals;

/// Listens for signals while an import runs: the first asks it to end, the second makes it end, the third ends all.
pub(super) struct Watch {
    task: tokio::task::JoinHandle<()>,
    seen: Arc<AtomicU8>,
}

impl Watch {
    pub(super) fn start(
        mut signals: Signals,
        cancel: Cancel,
        resumable: bool,
        context: &Context,
    ) -> Self {
        let seen = Arc::new(AtomicU8::new(0));
        let (out, first_seen) = (context.out.clone(), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            let first = signals.next().await;
            first_seen.store(first.number(), Ordering::SeqCst);
            cancel.stop();
            out.note(if resumable {
                "stopping: jobs in flight are followed for some seconds; once more to stop at once"
            } else {
                "stopping: jobs in flight are followed to their end; once more to stop at once"
            });
            signals.next().await;
            cancel.abort();
            out.note("stopping at once");
            let last = signals.next().await;
            out.erase();
            quit(last);
        });
        Self { task, seen }
    }

    /// The exit code of the first signal, if there was one.
    pub(super) fn seen(&self) -> Option<Exit> {
        match self.seen.load(Ordering::SeqCst) {
            0 => None,
            number if number == Exit::Terminated.number() => Some(Exit::Terminated),
            _ => Some(Exit::Interrupted),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Ends the process though something hangs.
#[expect(
    clippy::disallowed_methods,
    reason = "the user asked for the third time: whatever hangs must not go on"
)]
fn quit(exit: Exit) -> ! {
    std::process::exit(exit.number().into())
}
