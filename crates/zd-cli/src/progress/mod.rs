//! How far an import is, while it runs.

mod meter;
mod view;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};
use zd_import::Progress;

use crate::args::ProgressChoice;
use crate::output::Out;

use meter::Meter;
pub(crate) use view::Title;

/// How often the lines on a terminal are redrawn.
const REDRAW: Duration = Duration::from_millis(200);
/// How often a line is written where nothing can be redrawn.
const LINE: Duration = Duration::from_secs(10);

/// Shows progress until it is stopped.
pub(crate) struct Painter {
    task: Option<JoinHandle<()>>,
    out: Out,
}

/// In what form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bar,
    Plain,
    Json,
}

impl Painter {
    /// Begins to show progress as the user likes it.
    pub(crate) fn start(
        choice: ProgressChoice,
        progress: watch::Receiver<Progress>,
        title: Title,
        out: &Out,
    ) -> Self {
        let form = match choice {
            ProgressChoice::None => None,
            ProgressChoice::Bar => Some(Form::Bar),
            ProgressChoice::Plain => Some(Form::Plain),
            ProgressChoice::Json => Some(Form::Json),
            ProgressChoice::Auto if out.can_redraw() => Some(Form::Bar),
            ProgressChoice::Auto => Some(Form::Plain),
        };
        Self {
            task: form.map(|form| tokio::spawn(paint(form, progress, title, out.clone()))),
            out: out.clone(),
        }
    }
}

/// However the import ends, nothing half-drawn is left behind.
impl Drop for Painter {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
        self.out.erase();
    }
}

async fn paint(form: Form, progress: watch::Receiver<Progress>, title: Title, out: Out) {
    let start = Instant::now();
    let mut meter = Meter::default();
    let mut ticks = interval(if form == Form::Bar { REDRAW } else { LINE });
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once, when there is nothing to tell.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        let snapshot = *progress.borrow();
        meter.sample(start.elapsed(), snapshot.done.rows, snapshot.requests);
        match form {
            Form::Bar => out.draw(&view::bar(
                &snapshot,
                &meter,
                &title,
                out.width(),
                out.note_style(),
            )),
            Form::Plain => out.note(&view::plain(&snapshot, &meter)),
            Form::Json => out.note(&view::json(&snapshot, &meter).to_string()),
        }
    }
}
