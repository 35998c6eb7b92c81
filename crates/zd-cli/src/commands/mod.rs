//! The commands, a file for each.

mod check;
mod explain;
mod import;
mod intake;
mod job;
mod plan;
mod sandbox;
mod user;
mod version;

use crate::args::{Command, JobCommand, SandboxCommand, UserCommand};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Runs the command.
pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Import(args) => import::run(*args, context).await,
        Command::Check(args) => check::run(args, context).await,
        Command::User(UserCommand::Upsert(args)) => user::upsert(*args, context).await,
        Command::User(UserCommand::Get(args)) => user::get(args, context).await,
        Command::User(UserCommand::Search(args)) => user::search(args, context).await,
        Command::User(UserCommand::Export(args)) => user::export(*args, context).await,
        Command::Job(JobCommand::List(args)) => job::list(args, context).await,
        Command::Job(JobCommand::Get(args)) => job::get(args, context).await,
        Command::Job(JobCommand::Wait(args)) => job::wait(args, context).await,
        Command::Sandbox(SandboxCommand::Start(args)) => sandbox::start(args, context).await,
        Command::Explain { code } => explain::run(code.as_deref(), context),
        Command::Version => version::run(context),
    }
}
