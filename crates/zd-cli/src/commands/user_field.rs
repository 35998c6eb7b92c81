//! `zd user-field`.

use zd_model::{CustomFieldOptionInput, Nullable, UserFieldId, UserFieldInput};
use zd_users::endpoints::{
    CreateOrUpdateUserFieldOption, CreateUserField, DeleteUserField, DeleteUserFieldOption,
    ListUserFieldOptions, ListUserFields, ReorderUserFields, ShowManyUserFields, ShowUserField,
    ShowUserFieldOption, UpdateUserField, UserFieldRef,
};

use super::attributes;
use super::caller::Caller;
use crate::args::{
    UserFieldCommand, UserFieldCreateArgs, UserFieldGetArgs, UserFieldOptionCommand,
    UserFieldOptionSetArgs, UserFieldUpdateArgs,
};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

const SHAPE: Shape = Shape::USER_FIELD;

/// Runs a command about user fields.
pub(super) async fn run(command: UserFieldCommand, context: &Context) -> Result<Exit, Failure> {
    match command {
        UserFieldCommand::List(args) => {
            let caller = Caller::new(context)?;
            caller
                .list(&SHAPE, ListUserFields::new(), &args.limit)
                .await
        }
        UserFieldCommand::Get(args) => get(args, &Caller::new(context)?).await,
        UserFieldCommand::Create(args) => create(args, context).await,
        UserFieldCommand::Update(args) => update(args, context).await,
        UserFieldCommand::Delete(args) => {
            let caller = Caller::new(context)?;
            let what = format!(
                "delete user field {} and the values that users have in it",
                args.field
            );
            caller.confirm(&what, args.yes)?;
            let call = DeleteUserField::new(args.field.as_str().into());
            caller.done("deleted", &SHAPE, &args.field, &call).await
        }
        UserFieldCommand::Reorder(args) => {
            let caller = Caller::new(context)?;
            let ids: Vec<String> = args.ids.iter().map(ToString::to_string).collect();
            let call = ReorderUserFields::new(&args.ids);
            caller.done("reordered", &SHAPE, ids.join(","), &call).await
        }
        UserFieldCommand::Option(command) => option(command, &Caller::new(context)?).await,
    }
}

/// One field by number or key; several by their keys.
async fn get(args: UserFieldGetArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    if let [field] = &*args.keys {
        let call = ShowUserField::new(field.as_str().into());
        return caller.show(&SHAPE, &call).await;
    }
    if let Some(number) = args
        .keys
        .iter()
        .find(|field| field.parse::<UserFieldId>().is_ok())
    {
        return Err(Failure::usage(format!(
            "{number} is a number; several fields are named by key"
        ))
        .fix(format!("zd user-field get {number}")));
    }
    caller
        .show_all(&SHAPE, &ShowManyUserFields::new(args.keys))
        .await
}

async fn create(args: UserFieldCreateArgs, context: &Context) -> Result<Exit, Failure> {
    let title = args.title.or_else(|| Some(args.key.clone()));
    let named = [
        ("key", &Some(args.key)),
        ("type", &Some(args.kind)),
        ("title", &title),
    ];
    let mut field: UserFieldInput = attributes::record(&args.set, &named, context)?;
    if !args.option.is_empty() {
        let mut options = Vec::new();
        for pair in &args.option {
            let (value, name) = attributes::split("--option", pair)?;
            let mut option = CustomFieldOptionInput::new();
            option.value = Nullable::Value(value.to_owned());
            option.name = Nullable::Value(name.to_owned());
            options.push(option);
        }
        field.custom_field_options = Nullable::Value(options);
    }
    let caller = Caller::new(context)?;
    caller
        .change("created", &SHAPE, &CreateUserField::new(&field))
        .await
}

async fn update(args: UserFieldUpdateArgs, context: &Context) -> Result<Exit, Failure> {
    let change: UserFieldInput = attributes::record(&args.set, &[("title", &args.title)], context)?;
    let caller = Caller::new(context)?;
    let call = UpdateUserField::new(args.field.as_str().into(), &change);
    caller.change("updated", &SHAPE, &call).await
}

async fn option(command: UserFieldOptionCommand, caller: &Caller<'_>) -> Result<Exit, Failure> {
    const SHAPE: Shape = Shape::OPTION;
    match command {
        UserFieldOptionCommand::List(args) => {
            let field = number(&args.field, caller).await?;
            caller
                .list(&SHAPE, ListUserFieldOptions::new(field), &args.limit)
                .await
        }
        UserFieldOptionCommand::Get(args) => {
            let field = number(&args.field, caller).await?;
            caller
                .show(&SHAPE, &ShowUserFieldOption::new(field, args.option))
                .await
        }
        UserFieldOptionCommand::Set(args) => {
            let field = number(&args.field, caller).await?;
            let option = described(args);
            let call = CreateOrUpdateUserFieldOption::new(field, &option);
            caller.change("set", &SHAPE, &call).await
        }
        UserFieldOptionCommand::Delete(args) => {
            let field = number(&args.which.field, caller).await?;
            let id = args.which.option;
            caller.confirm(&format!("delete option {id}"), args.yes)?;
            let call = DeleteUserFieldOption::new(field, id);
            caller.done("deleted", &SHAPE, id, &call).await
        }
    }
}

fn described(args: UserFieldOptionSetArgs) -> CustomFieldOptionInput {
    let mut option = CustomFieldOptionInput::new();
    if let Some(id) = args.id {
        option.id = Nullable::Value(id);
    }
    if let Some(value) = args.value {
        option.value = Nullable::Value(value);
    }
    if let Some(name) = args.name {
        option.name = Nullable::Value(name);
    }
    if let Some(position) = args.position {
        option.position = Nullable::Value(position);
    }
    option
}

/// The number of a field, which the calls about options want.
async fn number(field: &str, caller: &Caller<'_>) -> Result<UserFieldId, Failure> {
    if let UserFieldRef::Id(id) = UserFieldRef::from(field) {
        return Ok(id);
    }
    caller.account()?;
    let found = caller.call(&ShowUserField::new(field.into())).await?;
    found
        .map(|field| field.id)
        .ok_or_else(|| Failure::usage(format!("no user field {field}")))
}
