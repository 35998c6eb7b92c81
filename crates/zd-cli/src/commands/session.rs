//! `zd session`, `zd password` and `zd deleted-user`.

use std::io::{BufRead as _, IsTerminal as _};

use serde_json::json;
use zd_model::Secret;
use zd_users::endpoints::{
    ChangePassword, CountDeletedUsers, DeleteSession, DeleteSessions, ListDeletedUsers,
    ListSessions, ListSessionsOfUser, Logout, PurgeUser, RenewSession, SetPassword,
    ShowCurrentSession, ShowDeletedUser, ShowPasswordRequirements, ShowSession,
};

use super::caller::Caller;
use crate::args::{
    DeletedUserCommand, DeletedUserPurgeArgs, PasswordCommand, SessionCommand, SessionDeleteArgs,
};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// Runs a command about sessions.
pub(super) async fn run(command: SessionCommand, context: &Context) -> Result<Exit, Failure> {
    const SHAPE: Shape = Shape::SESSION;
    let caller = Caller::new(context)?;
    match command {
        SessionCommand::List(args) => match &args.user {
            Some(person) => {
                let user = caller.user_id(person).await?;
                let call = ListSessionsOfUser::new(user);
                caller.list(&SHAPE, call, &args.limit).await
            }
            None => caller.list(&SHAPE, ListSessions::new(), &args.limit).await,
        },
        SessionCommand::Get(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .show(&SHAPE, &ShowSession::new(user, args.session))
                .await
        }
        SessionCommand::Current => caller.show(&SHAPE, &ShowCurrentSession::new()).await,
        SessionCommand::Renew => caller.show(&SHAPE, &RenewSession::new()).await,
        SessionCommand::Delete(args) => delete(args, &caller).await,
        SessionCommand::Logout => {
            caller
                .done("ended", &SHAPE, "current", &Logout::new())
                .await
        }
    }
}

async fn delete(args: SessionDeleteArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let user = caller.user_id(&args.user).await?;
    match args.session {
        Some(session) => {
            let call = DeleteSession::new(user, session);
            caller.done("ended", &Shape::SESSION, session, &call).await
        }
        None => {
            let call = DeleteSessions::new(user);
            caller.done("logged_out", &Shape::USER, user, &call).await
        }
    }
}

/// Runs a command about passwords.
pub(super) async fn password(command: PasswordCommand, context: &Context) -> Result<Exit, Failure> {
    match command {
        PasswordCommand::Set(args) => {
            context.refuse_print()?;
            let [password] = secrets()?;
            let caller = Caller::new(context)?;
            let user = caller.user_id(&args.user).await?;
            let call = SetPassword::new(user, &password);
            caller.done("password_set", &Shape::USER, user, &call).await
        }
        PasswordCommand::Change(args) => {
            context.refuse_print()?;
            let [previous, password] = secrets()?;
            let caller = Caller::new(context)?;
            let user = caller.user_id(&args.user).await?;
            let call = ChangePassword::new(user, &previous, &password);
            caller
                .done("password_changed", &Shape::USER, user, &call)
                .await
        }
        PasswordCommand::Requirements(args) => {
            let caller = Caller::new(context)?;
            let user = caller.user_id(&args.user).await?;
            if let Some(requirements) = caller.call(&ShowPasswordRequirements::new(user)).await? {
                let records: Vec<_> = requirements
                    .iter()
                    .map(|text| json!({"requirement": text}))
                    .collect();
                caller.write(&Shape::REQUIREMENT, &records)?;
            }
            Ok(Exit::Done)
        }
    }
}

/// So many secrets, a line of standard input each. Not from a terminal, which would show them.
fn secrets<const N: usize>() -> Result<[Secret; N], Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(Failure::usage(
            "passwords come from standard input, and a terminal would show them",
        )
        .fix("zd password set USER < file, or a pipe from a password manager"));
    }
    let mut secrets = Vec::with_capacity(N);
    for line in stdin.lock().lines().take(N) {
        let line = line.map_err(|error| Failure::file("standard input", "read", &error))?;
        secrets.push(Secret::from(line.trim_end_matches('\r')));
    }
    secrets.try_into().map_err(|found: Vec<Secret>| {
        Failure::usage(format!(
            "standard input has {} of the {N} lines that are needed",
            found.len()
        ))
        .sent("nothing")
        .fix("a password on a line; for a change the present one, then the new one")
    })
}

/// Runs a command about deleted users.
pub(super) async fn deleted_user(
    command: DeletedUserCommand,
    context: &Context,
) -> Result<Exit, Failure> {
    const SHAPE: Shape = Shape::DELETED_USER;
    let caller = Caller::new(context)?;
    match command {
        DeletedUserCommand::List(args) => {
            let mut call = ListDeletedUsers::new();
            if let Some(sort) = args.sort {
                call = call.sort(sort);
            }
            caller.list(&SHAPE, call, &args.limit).await
        }
        DeletedUserCommand::Count => caller.show(&Shape::COUNT, &CountDeletedUsers::new()).await,
        DeletedUserCommand::Get(args) => {
            caller.show(&SHAPE, &ShowDeletedUser::new(args.user)).await
        }
        DeletedUserCommand::Purge(args) => purge(&args, &caller).await,
    }
}

/// Purges users one by one; Zendesk has no call for several.
async fn purge(args: &DeletedUserPurgeArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let what = match &*args.users {
        [user] => format!("purge user {user} for good"),
        users => format!("purge {} users for good", users.len()),
    };
    caller.confirm(&what, args.yes)?;
    for user in &args.users {
        caller
            .change("purged", &Shape::DELETED_USER, &PurgeUser::new(*user))
            .await?;
    }
    Ok(Exit::Done)
}
