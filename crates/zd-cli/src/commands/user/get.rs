//! `zd user get`.

use serde_json::Value;
use zd_model::operation::USERS_SEARCH;
use zd_model::{User, UserId};
use zd_users::endpoints::{Include, SearchQuery, SearchUsers, ShowManyUsers, ShowUser};

use crate::args::{Person, UserGetArgs};
use crate::codes;
use crate::context::{Account, Context};
use crate::exit::Exit;
use crate::failure::{Failure, call_of};

/// Shows one user.
pub(crate) async fn get(args: UserGetArgs, context: &Context) -> Result<Exit, Failure> {
    if context.prints_curl() {
        match &args.id {
            Person::Id(id) => context.print_curl(&ShowUser::new(*id))?,
            Person::ExternalId(id) => context.print_curl(&SearchUsers::by_external_id(id))?,
            Person::Email(email) => {
                context.print_curl(&SearchUsers::by_query(SearchQuery::email(email)))?;
            }
        }
        return Ok(Exit::Done);
    }
    let account = context.account()?;
    let user = find(&args.id, &account).await?;
    if context.global.json {
        context.out.json(&user)?;
    } else {
        context.out.table(&[], &rows(&user)?)?;
    }
    Ok(Exit::Done)
}

async fn find(person: &Person, account: &Account) -> Result<User, Failure> {
    let users = account.client.users();
    let missing = |what: String| {
        Failure::new(&codes::USER_NOT_FOUND, what)
            .at("account", &account.name)
            .at("call", call_of(USERS_SEARCH.name))
    };
    match person {
        Person::Id(id) => users
            .get(*id)
            .await
            .map_err(|error| account.failure(&error)),
        Person::ExternalId(id) => {
            let page = users
                .search(SearchUsers::by_external_id(id))
                .page()
                .await
                .map_err(|error| account.failure(&error))?;
            page.users
                .into_iter()
                .next()
                .ok_or_else(|| missing(format!("no user has the external id {id}")))
        }
        Person::Email(email) => {
            let found = by_email(email, account).await?;
            let mut found = found.into_iter();
            match (found.next(), found.next()) {
                (Some(user), None) => Ok(user),
                (None, _) => Err(missing(format!("no user has the address {email}"))),
                (Some(one), Some(two)) => Err(Failure::new(
                    &codes::AMBIGUOUS,
                    format!("several users have the address {email}"),
                )
                .at("account", &account.name)
                .detail("users", format!("{}, {}", one.id, two.id))
                .fix(format!("zd user get {}", one.id))),
            }
        }
    }
}

/// Users of whom this is an address. The search matches words, so what it finds is looked at.
async fn by_email(email: &str, account: &Account) -> Result<Vec<User>, Failure> {
    let users = account.client.users();
    let page = users
        .search(SearchUsers::by_query(SearchQuery::email(email)))
        .page()
        .await
        .map_err(|error| account.failure(&error))?;
    let same = |address: Option<&str>| {
        address.is_some_and(|address| zd_import::same_email(address, email))
    };
    let (found, others): (Vec<User>, Vec<User>) = page
        .users
        .into_iter()
        .partition(|user| same(user.email.as_deref()));
    if !found.is_empty() || others.is_empty() {
        return Ok(found);
    }
    // Perhaps a secondary address, which only the identities show.
    let ids: Vec<UserId> = others.iter().map(|user| user.id).collect();
    let page = users
        .show_many(&ShowManyUsers::by_ids(&ids).include(Include::Identities))
        .await
        .map_err(|error| account.failure(&error))?;
    let identities = page.identities.into_value().unwrap_or_default();
    let owns = |user: &User| {
        identities.iter().any(|identity| {
            identity.user_id.value() == Some(&user.id) && same(identity.value.as_deref())
        })
    };
    Ok(page.users.into_iter().filter(|user| owns(user)).collect())
}

/// What is known of the user, a line for each value; addresses of API resources are left out.
fn rows(user: &User) -> Result<Vec<Vec<String>>, Failure> {
    let value = serde_json::to_value(user).map_err(|error| {
        Failure::new(&codes::INTERNAL, "a user cannot be written").caused_by(&error)
    })?;
    let mut rows = Vec::new();
    if let Value::Object(fields) = value {
        for (name, value) in &fields {
            match (name.as_str(), value) {
                ("url" | "photo" | "authenticity_token", _) => {}
                ("user_fields", Value::Object(fields)) => {
                    for (key, value) in fields {
                        push(&mut rows, format!("user_fields.{key}"), value);
                    }
                }
                (name, value) => push(&mut rows, name.to_owned(), value),
            }
        }
    }
    Ok(rows)
}

fn push(rows: &mut Vec<Vec<String>>, name: String, value: &Value) {
    let text = match value {
        Value::Null => return,
        Value::String(text) if text.is_empty() => return,
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => return,
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(",")
        }
        other => other.to_string(),
    };
    rows.push(vec![name, text]);
}
