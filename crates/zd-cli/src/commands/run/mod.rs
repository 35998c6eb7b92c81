//! `zd run`: the runs that are kept on this machine.
//!
//! ```text
//! journal ──► Facts ──► list, show, watch, report, rm
//!    │
//!    └─ input ──► rows, verify
//! ```

mod cancel;
mod facts;
mod list;
mod remove;
mod report;
mod rows;
mod show;
mod verify;
mod watch;

use crate::args::RunCommand;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Runs the command.
pub(super) async fn run(command: RunCommand, context: &Context) -> Result<Exit, Failure> {
    context.refuse_print()?;
    match command {
        RunCommand::List(args) => list::run(&args, context),
        RunCommand::Show(args) => show::run(&args, context),
        RunCommand::Watch(args) => watch::run(&args, context).await,
        RunCommand::Report(args) => report::run(&args, context),
        RunCommand::Rows(args) => rows::run(args, context).await,
        RunCommand::Verify(args) => verify::run(args, context).await,
        RunCommand::Cancel(args) => cancel::run(&args, context).await,
        RunCommand::Rm(args) => remove::run(&args, context),
    }
}
