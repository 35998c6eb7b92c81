//! Signals while an import runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use zd_import::Cancel;

use crate::context::Context;
use crate::exit::Exit;
use crate::signals::Signals;

/// Listens for signals while an import runs: the first asks it to end, the second makes it end, the third ends all. Once
/// nothing is sent any more, the second ends all.
pub(super) struct Watch {
    task: tokio::task::JoinHandle<()>,
    seen: Arc<AtomicU8>,
    /// Whether nothing is sent any more, and only files are written.
    over: Arc<AtomicBool>,
}

impl Watch {
    pub(super) fn start(
        mut signals: Signals,
        cancel: Cancel,
        resumable: bool,
        context: &Context,
    ) -> Self {
        let seen = Arc::new(AtomicU8::new(0));
        let over = Arc::new(AtomicBool::new(false));
        let (out, first_seen) = (context.out.clone(), Arc::clone(&seen));
        let sent = Arc::clone(&over);
        let task = tokio::spawn(async move {
            let first = signals.next().await;
            first_seen.store(first.number(), Ordering::SeqCst);
            cancel.stop();
            out.note(if resumable {
                "stopping: jobs in flight are followed for some seconds; once more to stop at once"
            } else {
                "stopping: jobs in flight are followed to their end; once more to stop at once"
            });
            let mut last = signals.next().await;
            if !sent.load(Ordering::SeqCst) {
                cancel.abort();
                out.note("stopping at once");
                last = signals.next().await;
            }
            out.erase();
            quit(last);
        });
        Self { task, seen, over }
    }

    /// Nothing is sent any more: what is written from here on can be made again, so a second signal ends the process.
    pub(super) fn over(&self) {
        self.over.store(true, Ordering::SeqCst);
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
    reason = "the user asked again: whatever hangs or takes long must not go on"
)]
fn quit(exit: Exit) -> ! {
    std::process::exit(exit.number().into())
}
