//! What changes users: `zd user upsert`, `create`, `update`, `delete` and so on.

use zd_model::{ExternalId, Nullable, UserId, UserInput};
use zd_users::endpoints::{
    CreateManyUsers, CreateOrUpdate, CreateOrUpdateMany, CreateUser, DeleteUser, DestroyManyUsers,
    LogoutManyUsers, MergeUsers, RequestUserCreation, UpdateManyUsers, UpdateUser, UploadPhoto,
};

use crate::args::{
    Person, PersonArgs, UserCreateArgs, UserDeleteArgs, UserLogoutArgs, UserMergeArgs,
    UserPhotoArgs, UserUpdateArgs,
};
use crate::commands::attributes;
use crate::commands::caller::Caller;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// No photo is larger.
const MAX_PHOTO_BYTES: u64 = 10 << 20;

/// Creates or updates one user, and says which; or up to 100 in a job.
pub(super) async fn upsert(args: &UserCreateArgs, context: &Context) -> Result<Exit, Failure> {
    if let Some(file) = &args.from {
        let people = people(file, args.send_welcome_mail, context)?;
        people.iter().try_for_each(check_key)?;
        let call = CreateOrUpdateMany::new(&people);
        return Caller::new(context)?.queue(&call).await;
    }
    let input = person(args, context)?;
    check_key(&input)?;
    let caller = Caller::new(context)?;
    if let Some(upserted) = caller.call(&CreateOrUpdate::new(&input)).await? {
        caller.upserted(&Shape::USER, &upserted)?;
    }
    Ok(Exit::Done)
}

/// Creates one user, or up to 100 in a job.
pub(super) async fn create(args: &UserCreateArgs, context: &Context) -> Result<Exit, Failure> {
    if let Some(file) = &args.from {
        let people = people(file, args.send_welcome_mail, context)?;
        let call = CreateManyUsers::new(&people);
        return Caller::new(context)?.queue(&call).await;
    }
    let input = person(args, context)?;
    let caller = Caller::new(context)?;
    caller
        .change("created", &Shape::USER, &CreateUser::new(&input))
        .await
}

/// Changes one user; several alike or each in its own way in a job.
pub(super) async fn update(args: &UserUpdateArgs, context: &Context) -> Result<Exit, Failure> {
    if let Some(file) = &args.from {
        let people = attributes::people(file, context)?;
        let call = UpdateManyUsers::each(&people);
        return Caller::new(context)?.queue(&call).await;
    }
    let change = attributes::person(&args.person, context)?;
    let caller = Caller::new(context)?;
    if let [person] = &*args.users {
        let id = caller.user_id(person).await?;
        return caller
            .change("updated", &Shape::USER, &UpdateUser::new(id, &change))
            .await;
    }
    let call = match keys(&args.users, &caller).await? {
        Keys::Ids(ids) => UpdateManyUsers::by_ids(&ids, &change),
        Keys::ExternalIds(ids) => UpdateManyUsers::by_external_ids(&ids, &change),
    };
    caller.queue(&call).await
}

/// Gives a user a photo.
pub(super) async fn photo(args: &UserPhotoArgs, context: &Context) -> Result<Exit, Failure> {
    let name = args.file.display().to_string();
    let unreadable = |error: &std::io::Error| Failure::file(&name, "read", error);
    let size = std::fs::metadata(&args.file)
        .map_err(|error| unreadable(&error))?
        .len();
    if size > MAX_PHOTO_BYTES {
        return Err(Failure::usage(format!("{name} is larger than 10 MiB"))
            .at("file", &name)
            .fix("a photo is a small PNG, JPEG or GIF file"));
    }
    let bytes = std::fs::read(&args.file).map_err(|error| unreadable(&error))?;
    let kind = media_type(&bytes).ok_or_else(|| {
        Failure::usage(format!("{name} is no picture that Zendesk takes"))
            .at("file", &name)
            .fix("a PNG, JPEG or GIF file")
    })?;
    let file_name = args.file.file_name().map_or_else(
        || "photo".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    );
    let caller = Caller::new(context)?;
    let id = caller.user_id(&args.user).await?;
    let call = UploadPhoto::new(id, file_name, kind, bytes);
    caller.change("updated", &Shape::USER, &call).await
}

/// Has Zendesk ask for an account.
pub(super) async fn request_create(args: &PersonArgs, context: &Context) -> Result<Exit, Failure> {
    let input = attributes::person(args, context)?;
    let caller = Caller::new(context)?;
    let email = input.email.clone().unwrap_or_default();
    caller
        .done(
            "requested",
            &Shape::USER,
            email,
            &RequestUserCreation::new(&input),
        )
        .await
}

/// Deletes one user, or several in a job.
pub(super) async fn delete(args: &UserDeleteArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    if let [person] = &*args.users {
        let id = caller.user_id(person).await?;
        caller.confirm(&format!("delete user {id}"), args.yes)?;
        return caller
            .change("deleted", &Shape::USER, &DeleteUser::new(id))
            .await;
    }
    let call = match keys(&args.users, caller).await? {
        Keys::Ids(ids) => DestroyManyUsers::by_ids(&ids),
        Keys::ExternalIds(ids) => DestroyManyUsers::by_external_ids(&ids),
    };
    caller.confirm(&format!("delete {} users", args.users.len()), args.yes)?;
    caller.queue(&call).await
}

/// Merges a user into another one.
pub(super) async fn merge(args: &UserMergeArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let from = caller.user_id(&args.from).await?;
    let into = caller.user_id(&args.into).await?;
    caller.confirm(
        &format!("merge user {from} into user {into} for good"),
        args.yes,
    )?;
    caller
        .change("merged", &Shape::USER, &MergeUsers::new(from, into))
        .await
}

/// Signs users out.
pub(super) async fn logout(args: &UserLogoutArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let ids = caller.user_ids(&args.users).await?;
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    caller
        .done(
            "logged_out",
            &Shape::USER,
            texts.join(","),
            &LogoutManyUsers::new(&ids),
        )
        .await
}

fn person(args: &UserCreateArgs, context: &Context) -> Result<UserInput, Failure> {
    let mut input = attributes::person(&args.person, context)?;
    quiet(&mut input, args.send_welcome_mail);
    Ok(input)
}

fn people(file: &str, mail: bool, context: &Context) -> Result<Vec<UserInput>, Failure> {
    let mut people = attributes::people(file, context)?;
    for input in &mut people {
        quiet(input, mail);
    }
    Ok(people)
}

/// Nobody is mailed, unless that is wanted or the data say otherwise.
fn quiet(input: &mut UserInput, send_welcome_mail: bool) {
    if input.skip_verify_email.is_absent() && !send_welcome_mail {
        input.skip_verify_email = Nullable::Value(true);
    }
}

/// Without a key every upsert would make one more user.
fn check_key(input: &UserInput) -> Result<(), Failure> {
    let filled = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    let external_id = input.external_id.value().map(ExternalId::as_str);
    if filled(external_id) || filled(input.email.as_deref()) || input.id.is_some() {
        return Ok(());
    }
    Err(Failure::usage("nothing names the user")
        .why("an upsert looks for the user by external id, then by e-mail address; without either it would make a new user each time")
        .sent("nothing")
        .fix("give --external-id or --email"))
}

/// What a call about several users names them by.
enum Keys {
    Ids(Vec<UserId>),
    ExternalIds(Vec<ExternalId>),
}

/// External ids as they are if there are no others, else numbers, which are looked for.
async fn keys(people: &[Person], caller: &Caller<'_>) -> Result<Keys, Failure> {
    let external_ids: Option<Vec<ExternalId>> = people
        .iter()
        .map(|person| match person {
            Person::ExternalId(id) => Some(id.clone()),
            _ => None,
        })
        .collect();
    match external_ids {
        Some(ids) => Ok(Keys::ExternalIds(ids)),
        None => Ok(Keys::Ids(caller.user_ids(people).await?)),
    }
}

/// By the first bytes; names lie.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        _ => None,
    }
}
