//! `zd user get`.

use zd_model::UserId;
use zd_users::endpoints::{MAX_AT_ONCE, ShowManyUsers, ShowUser};

use crate::args::{Person, UserGetArgs};
use crate::codes;
use crate::commands::caller::Caller;
use crate::commands::person::find;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// Shows one user as a record, several as a list in the order in which they were asked for.
pub(super) async fn get(args: &UserGetArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    if let ([person], false) = (&*args.users, args.deleted) {
        return get_one(person, caller).await;
    }
    let ids: Vec<UserId> = numbers(&args.users);
    if caller.context.prints_curl() {
        let call = many(&ids, args.deleted);
        return match ids.len() == args.users.len() {
            true => caller.call(&call).await.map(|_| Exit::Done),
            false => caller.account().map(|_| Exit::Done),
        };
    }
    let mut numbered = Vec::new();
    for chunk in ids.chunks(MAX_AT_ONCE) {
        let page = caller.call(&many(chunk, args.deleted)).await?;
        numbered.extend(page.into_iter().flat_map(|page| page.users));
    }
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for person in &args.users {
        match person {
            Person::Id(id) => match numbered.iter().find(|user| user.id == *id) {
                Some(user) => found.push(user.clone()),
                None => missing.push(id.to_string()),
            },
            other => match find(other, caller.account()?).await {
                Ok(user) => found.push(user),
                Err(failure) if failure.code == &codes::USER_NOT_FOUND => {
                    missing.push(failure.what.clone());
                }
                Err(failure) => return Err(failure),
            },
        }
    }
    caller.write(&Shape::USER, &found)?;
    match &*missing {
        [] => Ok(Exit::Done),
        missing => {
            let mut failure = Failure::new(
                &codes::USER_NOT_FOUND,
                format!("{} of {} users not found", missing.len(), args.users.len()),
            )
            .at("account", &caller.account()?.name);
            for what in missing {
                failure = failure.detail("missing", what);
            }
            Err(failure)
        }
    }
}

async fn get_one(person: &Person, caller: &Caller<'_>) -> Result<Exit, Failure> {
    if caller.context.prints_curl() {
        caller.print_find(person).await?;
        return Ok(Exit::Done);
    }
    let user = match person {
        Person::Id(id) => match caller.call(&ShowUser::new(*id)).await? {
            Some(envelope) => envelope.user,
            None => return Ok(Exit::Done),
        },
        other => find(other, caller.account()?).await?,
    };
    caller.context.printer.record(&Shape::USER, &user)?;
    Ok(Exit::Done)
}

fn many(ids: &[UserId], deleted: bool) -> ShowManyUsers {
    let call = ShowManyUsers::by_ids(ids);
    if deleted {
        call.include_deleted()
    } else {
        call
    }
}

fn numbers(people: &[Person]) -> Vec<UserId> {
    let mut ids = Vec::new();
    for person in people {
        if let Person::Id(id) = person
            && !ids.contains(id)
        {
            ids.push(*id);
        }
    }
    ids
}
