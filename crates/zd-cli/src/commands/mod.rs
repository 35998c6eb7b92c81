//! The commands, a file for each family.

mod api;
mod attributes;
mod caller;
mod check;
mod estimate;
mod explain;
mod identity;
mod import;
mod intake;
mod job;
mod knowledge;
mod limits;
mod map;
mod organization;
mod person;
mod plan;
mod run;
mod sandbox;
mod session;
mod source;
mod user;
mod user_field;
mod version;

use crate::args::Command;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Runs the command.
pub(crate) async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    match command {
        Command::Import(args) => import::run(*args, context).await,
        Command::Run(command) => run::run(*command, context).await,
        Command::Check(args) => check::run(args, context).await,
        Command::Map(command) => map::run(command, context).await,
        Command::User(command) => user::run(*command, context).await,
        Command::DeletedUser(command) => session::deleted_user(command, context).await,
        Command::Identity(command) => identity::run(command, context).await,
        Command::EndUser(command) => identity::end_user(command, context).await,
        Command::UserField(command) => user_field::run(command, context).await,
        Command::Organization(command) => organization::run(command, context).await,
        Command::Membership(command) => organization::membership(command, context).await,
        Command::Group(command) => organization::group(command, context).await,
        Command::Session(command) => session::run(command, context).await,
        Command::Password(command) => session::password(command, context).await,
        Command::Job(command) => job::run(command, context).await,
        Command::Limits(args) => limits::run(&args, context).await,
        Command::Api(args) => api::run(args, context).await,
        Command::Sandbox(args) => sandbox::run(*args, context).await,
        Command::Explain { code } => explain::run(code.as_deref(), context),
        Command::Version => version::run(context),
    }
}
