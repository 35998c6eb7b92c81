//! `zd identity` and `zd end-user`.

use zd_model::{IdentityInput, IdentityUpdate, Nullable};
use zd_users::endpoints::{
    CreateEndUserIdentity, CreateIdentity, DeleteEndUserIdentity, DeleteIdentity,
    ListEndUserIdentities, ListIdentities, MakeEndUserIdentityPrimary, MakeIdentityPrimary,
    RequestEndUserIdentityVerification, RequestIdentityVerification, ShowEndUser,
    ShowEndUserIdentity, ShowIdentity, UpdateEndUser, UpdateIdentity, VerifyIdentity,
};

use super::attributes;
use super::caller::Caller;
use crate::args::{
    EndUserCommand, EndUserIdentityCommand, EndUserUpdateArgs, IdentityAddArgs, IdentityArgs,
    IdentityCommand, IdentityListArgs, IdentityUpdateArgs,
};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const SHAPE: Shape = Shape::IDENTITY;

/// Runs a command about identities.
pub(super) async fn run(command: IdentityCommand, context: &Context) -> Result<Exit, Failure> {
    let caller = Caller::new(context)?;
    match command {
        IdentityCommand::List(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = args
                .types
                .iter()
                .fold(ListIdentities::new(user), |call, kind| {
                    call.of_type(kind.clone())
                });
            caller.list(&SHAPE, call, &args.limit).await
        }
        IdentityCommand::Get(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .show(&SHAPE, &ShowIdentity::new(user, args.identity))
                .await
        }
        IdentityCommand::Add(args) => {
            let identity = new(&args);
            let user = caller.user_id(&args.user).await?;
            caller
                .change("added", &SHAPE, &CreateIdentity::new(user, &identity))
                .await
        }
        IdentityCommand::Update(args) => update(args, &caller).await,
        IdentityCommand::MakePrimary(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .show_all(&SHAPE, &MakeIdentityPrimary::new(user, args.identity))
                .await
        }
        IdentityCommand::Verify(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .change(
                    "verified",
                    &SHAPE,
                    &VerifyIdentity::new(user, args.identity),
                )
                .await
        }
        IdentityCommand::RequestVerification(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = RequestIdentityVerification::new(user, args.identity);
            caller
                .done("verification_requested", &SHAPE, args.identity, &call)
                .await
        }
        IdentityCommand::Delete(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = DeleteIdentity::new(user, args.identity);
            caller.done("deleted", &SHAPE, args.identity, &call).await
        }
    }
}

async fn update(args: IdentityUpdateArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let IdentityArgs { user, identity } = args.which;
    let mut change = IdentityUpdate::new();
    if let Some(value) = args.value {
        change.value = Nullable::Value(value);
    }
    if let Some(verified) = args.verified {
        change.verified = Nullable::Value(verified);
    }
    let user = caller.user_id(&user).await?;
    caller
        .change(
            "updated",
            &SHAPE,
            &UpdateIdentity::new(user, identity, &change),
        )
        .await
}

/// Runs a command about end users.
pub(super) async fn end_user(command: EndUserCommand, context: &Context) -> Result<Exit, Failure> {
    match command {
        EndUserCommand::Get(args) => {
            let caller = Caller::new(context)?;
            let user = caller.user_id(&args.user).await?;
            caller.show(&Shape::USER, &ShowEndUser::new(user)).await
        }
        EndUserCommand::Update(args) => {
            let EndUserUpdateArgs { user, person } = *args;
            let change = attributes::person(&person, context)?;
            let caller = Caller::new(context)?;
            let user = caller.user_id(&user).await?;
            caller
                .change("updated", &Shape::USER, &UpdateEndUser::new(user, &change))
                .await
        }
        EndUserCommand::Identity(command) => end_user_identity(command, context).await,
    }
}

async fn end_user_identity(
    command: EndUserIdentityCommand,
    context: &Context,
) -> Result<Exit, Failure> {
    let caller = Caller::new(context)?;
    match command {
        EndUserIdentityCommand::List(IdentityListArgs { user, types, limit }) => {
            let user = caller.user_id(&user).await?;
            let call = types
                .iter()
                .fold(ListEndUserIdentities::new(user), |call, kind| {
                    call.of_type(kind.clone())
                });
            caller.list(&SHAPE, call, &limit).await
        }
        EndUserIdentityCommand::Get(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .show(&SHAPE, &ShowEndUserIdentity::new(user, args.identity))
                .await
        }
        EndUserIdentityCommand::Add(args) => {
            let identity = new(&args);
            let user = caller.user_id(&args.user).await?;
            let call = CreateEndUserIdentity::new(user, &identity);
            caller.change("added", &SHAPE, &call).await
        }
        EndUserIdentityCommand::MakePrimary(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = MakeEndUserIdentityPrimary::new(user, args.identity);
            caller.show_all(&SHAPE, &call).await
        }
        EndUserIdentityCommand::RequestVerification(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = RequestEndUserIdentityVerification::new(user, args.identity);
            caller
                .done("verification_requested", &SHAPE, args.identity, &call)
                .await
        }
        EndUserIdentityCommand::Delete(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = DeleteEndUserIdentity::new(user, args.identity);
            caller.done("deleted", &SHAPE, args.identity, &call).await
        }
    }
}

fn new(args: &IdentityAddArgs) -> IdentityInput {
    let mut identity = IdentityInput::new(args.kind.clone(), args.value.as_str());
    if args.primary {
        identity.primary = Nullable::Value(true);
    }
    if args.verified {
        identity.verified = Nullable::Value(true);
    }
    identity
}
