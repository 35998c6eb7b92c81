//! `zd user`.

use clap::{Args, Subcommand};

use super::export::UserExportArgs;
use super::{Person, texts};

/// Single users.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Create a user, or update the one that the external id or the e-mail address names.
    Upsert(Box<UserUpsertArgs>),
    /// Show a user.
    Get(UserGetArgs),
    /// Find users.
    Search(UserSearchArgs),
    /// Write all users, or those changed since a time, to a file that an import reads.
    Export(Box<UserExportArgs>),
}

/// What to say about the user.
#[derive(Debug, Args)]
#[command(after_help = texts::UPSERT_AFTER)]
pub(crate) struct UserUpsertArgs {
    /// The e-mail address; the second key that is looked for.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Your own id for the person; the first key that is looked for.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// The full name; needed when the user is new.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// end-user, agent or admin.
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// Any attribute, such as phone=+4930123 or tags=vip,beta; null clears it; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// A custom user field by its key, such as plan_tier=gold; null clears it; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) field: Vec<String>,
    /// Attributes as a JSON object from a file (@person.json) or standard input (-); flags win over it.
    #[arg(long, value_name = "@FILE|-")]
    pub(crate) data: Option<String>,
    /// Let Zendesk mail a new user; otherwise nobody is mailed.
    #[arg(long)]
    pub(crate) send_welcome_mail: bool,
}

/// Whom to show.
#[derive(Debug, Args)]
pub(crate) struct UserGetArgs {
    /// A number, an e-mail address, or ext:EXTERNAL_ID.
    pub(crate) id: Person,
}

/// Whom to find.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["query", "external_id"])))]
pub(crate) struct UserSearchArgs {
    /// Zendesk's search language: a word, name:ann*, email:ann@example.com, organization:acme …
    #[arg(allow_hyphen_values = true)]
    pub(crate) query: Option<String>,
    /// Exactly this external id, without the search index's delay.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// How many to show at most; Zendesk finds 10,000 at most.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,
}
