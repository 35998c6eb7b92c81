//! `zd user`.

mod about;
mod export;
mod find;
mod get;
mod list;
mod tags;
mod write;

use super::caller::Caller;
use crate::args::UserCommand;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Runs a command about users.
pub(super) async fn run(command: UserCommand, context: &Context) -> Result<Exit, Failure> {
    match command {
        UserCommand::Get(args) => get::get(&args, &Caller::new(context)?).await,
        UserCommand::List(args) => list::list(args, &Caller::new(context)?).await,
        UserCommand::Count(args) => list::count(args, &Caller::new(context)?).await,
        UserCommand::Search(args) => find::search(args, &Caller::new(context)?).await,
        UserCommand::Export(args) => export::export(*args, context).await,
        UserCommand::Autocomplete(args) => find::autocomplete(args, &Caller::new(context)?).await,
        UserCommand::Me => about::me(&Caller::new(context)?).await,
        UserCommand::Related(args) => about::related(&args, &Caller::new(context)?).await,
        UserCommand::Brands(args) => about::brands(args, &Caller::new(context)?).await,
        UserCommand::Entitlements(args) => about::entitlements(&args, &Caller::new(context)?).await,
        UserCommand::Settings(args) => about::settings(&args, context).await,
        UserCommand::OauthClients => about::oauth_clients(&Caller::new(context)?).await,
        UserCommand::Compliance(args) => about::compliance(args, &Caller::new(context)?).await,
        UserCommand::Upsert(args) => write::upsert(&args, context).await,
        UserCommand::Create(args) => write::create(&args, context).await,
        UserCommand::Update(args) => write::update(&args, context).await,
        UserCommand::Photo(args) => write::photo(&args, context).await,
        UserCommand::RequestCreate(args) => write::request_create(&args, context).await,
        UserCommand::Delete(args) => write::delete(&args, &Caller::new(context)?).await,
        UserCommand::Merge(args) => write::merge(&args, &Caller::new(context)?).await,
        UserCommand::Logout(args) => write::logout(&args, &Caller::new(context)?).await,
        UserCommand::Tags(command) => tags::run(command, &Caller::new(context)?).await,
    }
}
