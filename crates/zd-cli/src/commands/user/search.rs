//! `zd user search`.

use zd_model::User;
use zd_users::Paged;
use zd_users::endpoints::SearchUsers;

use crate::args::UserSearchArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Finds users, as many as wanted.
pub(crate) async fn search(args: UserSearchArgs, context: &Context) -> Result<Exit, Failure> {
    let first = match (&args.external_id, &args.query) {
        (Some(id), _) => SearchUsers::by_external_id(&id.as_str().into()),
        (None, Some(query)) => SearchUsers::by_query(query.as_str()),
        (None, None) => return Err(Failure::usage("nothing to search for")),
    };
    if context.prints_curl() {
        context.print_curl(&first)?;
        return Ok(Exit::Done);
    }
    let account = context.account()?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let mut found: Vec<User> = Vec::new();
    let mut next = Some(first);
    while let Some(call) = next.take() {
        let page = account
            .client
            .users()
            .search(call.clone())
            .page()
            .await
            .map_err(|error| account.failure(&error))?;
        next = call.following(&page).unwrap_or(None);
        found.extend(page.users);
        if found.len() >= limit || context.out.is_closed() {
            break;
        }
    }
    let more = found.len() > limit || next.is_some();
    found.truncate(limit);
    if context.global.json {
        context.out.json(&found)?;
    } else if found.is_empty() {
        context.out.note("no users found");
    } else {
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        context
            .out
            .table(&["ID", "NAME", "EMAIL", "EXTERNAL ID", "ROLE"], &rows)?;
    }
    if more {
        context.out.note(&format!(
            "there are more than {limit}; ask for more with --limit"
        ));
    }
    Ok(Exit::Done)
}

fn row(user: &User) -> Vec<String> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    vec![
        user.id.to_string(),
        text(user.name.as_deref()),
        text(user.email.as_deref()),
        text(user.external_id.value().map(zd_model::ExternalId::as_str)),
        text(user.role.value().map(zd_model::Role::as_str)),
    ]
}
