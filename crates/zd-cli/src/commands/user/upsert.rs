//! `zd user upsert`.

use serde_json::json;
use zd_model::UserInput;
use zd_users::Upserted;
use zd_users::endpoints::CreateOrUpdate;

use super::attributes;
use crate::args::UserUpsertArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Creates or updates one user, and says which.
pub(crate) async fn upsert(args: UserUpsertArgs, context: &Context) -> Result<Exit, Failure> {
    let input = attributes::read(&args, context)?;
    check_key(&input)?;
    let endpoint = CreateOrUpdate::new(&input);
    if context.prints_curl() {
        context.print_curl(&endpoint)?;
        return Ok(Exit::Done);
    }
    let account = context.account()?;
    let upserted = account
        .client
        .users()
        .create_or_update(&input)
        .await
        .map_err(|error| account.failure(&error))?;
    let status = match upserted {
        Upserted::Created(_) => "created",
        Upserted::Updated(_) => "updated",
        // It had to be sent twice, so nobody can tell.
        _ => "created_or_updated",
    };
    let user = upserted.record();
    if context.global.json {
        context
            .out
            .json(&json!({"status": status, "id": user.id, "user": user}))?;
    } else if context.out.is_terminal() {
        let style = context.out.style();
        let name = user.name.as_deref().unwrap_or_default();
        context.out.data(&format!(
            "{} {} user {}  {}\n",
            style.green("✓"),
            status.replace('_', " "),
            user.id,
            crate::output::clean(name)
        ))?;
    } else {
        context
            .out
            .table(&[], &[vec![status.to_owned(), user.id.to_string()]])?;
    }
    Ok(Exit::Done)
}

/// Without a key every upsert would make one more user.
fn check_key(input: &UserInput) -> Result<(), Failure> {
    let filled = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    let external_id = input.external_id.value().map(zd_model::ExternalId::as_str);
    if filled(external_id) || filled(input.email.as_deref()) {
        return Ok(());
    }
    Err(Failure::usage("nothing names the user")
        .why("an upsert looks for the user by external id, then by e-mail address; without either it would make a new user each time")
        .sent("nothing")
        .fix("give --external-id or --email"))
}
