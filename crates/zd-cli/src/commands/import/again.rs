//! The next command, as the user would type it.

use crate::args::{self, ImportArgs};
use crate::context::Context;
use crate::curl;

/// The command that imports a file as this one does.
pub(super) fn again(args: &ImportArgs, context: &Context, file: &str) -> String {
    let mut words = vec!["zd".to_owned(), "import".to_owned(), curl::quote(file)];
    let mut flag = |name: &str, value: Option<&str>| {
        words.push(name.to_owned());
        words.extend(value.map(curl::quote));
    };
    if context.global.sandbox {
        flag("--sandbox", None);
    }
    let given = |name: &str| context.was_typed(name);
    if given("--base-url")
        && let Some(url) = &context.global.base_url
    {
        flag("--base-url", Some(url));
    }
    let input = &args.input;
    match input.r#match {
        args::MatchKey::Auto => {}
        args::MatchKey::ExternalId => flag("--match", Some("external_id")),
        args::MatchKey::Email => flag("--match", Some("email")),
    }
    match input.duplicates {
        args::Duplicates::InOrder => {}
        args::Duplicates::First => flag("--duplicates", Some("first")),
        args::Duplicates::Last => flag("--duplicates", Some("last")),
        args::Duplicates::Error => flag("--duplicates", Some("error")),
    }
    if input.blank == args::Blank::Null {
        flag("--blank", Some("null"));
    }
    if input.null_token != r"\N" {
        flag("--null-token", Some(&input.null_token));
    }
    for column in &input.ignore_column {
        flag("--ignore-column", Some(column));
    }
    if input.allow_role_change {
        flag("--allow-role-change", None);
    }
    if input.create_organizations {
        flag("--create-organizations", None);
    }
    match input.email_change {
        args::EmailChange::Report => {}
        args::EmailChange::Secondary => flag("--email-change", Some("secondary")),
        args::EmailChange::Primary => flag("--email-change", Some("primary")),
    }
    if args.sending.no_account_checks {
        flag("--no-account-checks", None);
    }
    if input.send_welcome_mail {
        flag("--send-welcome-mail", None);
    }
    words.join(" ")
}
