//! `zd user tags`.

use serde_json::json;
use zd_users::Endpoint;
use zd_users::endpoints::{AddUserTags, ListUserTags, RemoveUserTags, SetUserTags};

use crate::args::UserTagsCommand;
use crate::commands::caller::Caller;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// Each of them ends with the tags that the user has now.
pub(super) async fn run(command: UserTagsCommand, caller: &Caller<'_>) -> Result<Exit, Failure> {
    match command {
        UserTagsCommand::List(args) => {
            let user = caller.user_id(&args.user).await?;
            show(&ListUserTags::new(user), caller).await
        }
        UserTagsCommand::Set(args) => {
            let user = caller.user_id(&args.user).await?;
            show(&SetUserTags::new(user, &args.tags), caller).await
        }
        UserTagsCommand::Add(args) => {
            let user = caller.user_id(&args.user).await?;
            show(&AddUserTags::new(user, &args.tags), caller).await
        }
        UserTagsCommand::Remove(args) => {
            let user = caller.user_id(&args.user).await?;
            show(&RemoveUserTags::new(user, &args.tags), caller).await
        }
    }
}

async fn show<E>(call: &E, caller: &Caller<'_>) -> Result<Exit, Failure>
where
    E: Endpoint<Output = Vec<String>> + Sync,
{
    if let Some(tags) = caller.call(call).await? {
        let tags: Vec<_> = tags.iter().map(|tag| json!({"tag": tag})).collect();
        caller.write(&Shape::TAG, &tags)?;
    }
    Ok(Exit::Done)
}
