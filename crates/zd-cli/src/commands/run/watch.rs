//! `zd run watch`.

use std::path::Path;
use std::time::Duration;

use tokio::sync::watch;
use zd_import::{FileJournal, Phase, Progress};

use super::facts::{Facts, State};
use super::show;
use crate::args::{MatchKey, RunOneArgs};
use crate::commands::import::begin;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::{Painter, Title};
use crate::runs::{PROGRESS, RunDir};
use crate::signals::Signals;

/// How often it is looked where the run stands.
const LOOK: Duration = Duration::from_millis(500);

/// Follows a run until its process ends, then tells what it came to. Ends as the import did.
pub(super) async fn run(args: &RunOneArgs, context: &Context) -> Result<Exit, Failure> {
    let facts = show::read(&args.run, context)?;
    let run = facts.run.clone();
    if facts.state() != State::Running {
        show::tell(&facts, context)?;
        return Ok(facts.exit());
    }
    let mut signals = Signals::listen()?;
    let (sender, progress) = watch::channel(first(&facts));
    let painter = Painter::start(
        context.global.progress,
        progress,
        title(&facts),
        &context.out,
    );
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            exit = signals.next() => {
                drop(painter);
                context.out.note(&format!(
                    "no longer watching; the run goes on:  zd run watch {}",
                    run.id
                ));
                return Ok(exit);
            }
        }
        if is_over(&run)? {
            break;
        }
        if let Some(now) = look(&run.path) {
            sender.send_replace(now);
        }
    }
    drop(painter);
    let facts = Facts::read(&run).map_err(|error| run.failure(&error))?;
    show::tell(&facts, context)?;
    Ok(facts.exit())
}

fn is_over(run: &RunDir) -> Result<bool, Failure> {
    let holder = FileJournal::holder(&run.path).map_err(|error| run.failure(&error))?;
    Ok(holder.is_none())
}

/// What the journal says, until the run itself says where it stands.
fn first(facts: &Facts) -> Progress {
    let mut progress = Progress::default();
    progress.phase = Phase::Running;
    progress.rows_expected = facts.rows();
    progress.done = facts.counts;
    look(&facts.run.path).unwrap_or(progress)
}

fn look(directory: &Path) -> Option<Progress> {
    let text = std::fs::read(directory.join(PROGRESS)).ok()?;
    serde_json::from_slice(&text).ok()
}

fn title(facts: &Facts) -> Title {
    let settings = facts.settings.as_ref();
    let args = settings.and_then(|settings| begin::input_of(&facts.run, settings).ok());
    Title {
        input: facts.input().to_owned(),
        account: facts.account().to_owned(),
        key: match args.map(|(args, _)| args.input.r#match) {
            Some(MatchKey::ExternalId) => "external_id",
            Some(MatchKey::Email) => "e-mail",
            _ => "external_id, then e-mail",
        },
    }
}
