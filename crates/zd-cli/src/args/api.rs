//! `zd api`.

use clap::{ArgAction, Args};

use super::texts;

/// A request of your own.
#[derive(Debug, Args)]
#[command(after_help = texts::API_AFTER)]
pub(crate) struct ApiArgs {
    /// The path: users/me, /api/v2/users/me, or a whole URL of the account.
    pub(crate) path: String,
    /// The method; GET, or POST once there are fields.
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// A text for the body, or for the query of a GET; may be repeated.
    #[arg(
        short = 'f',
        long,
        value_name = "KEY=VALUE",
        help = "A text for the body, or for the query of a GET: user[name]=Ann; may be repeated"
    )]
    pub(crate) raw_field: Vec<String>,
    /// The same with a type: true, false, null, numbers, @FILE or @- for what a file holds.
    #[arg(short = 'F', long, value_name = "KEY=VALUE", id = "typed_field")]
    pub(crate) typed_field: Vec<String>,
    /// A header.
    #[arg(short = 'H', long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,
    /// Show status and headers of the answer, too.
    #[arg(short = 'i', long, action = ArgAction::SetTrue)]
    pub(crate) include: bool,
    /// The body from a file (- for standard input); fields then go to the query.
    #[arg(long, value_name = "FILE|-")]
    pub(crate) input: Option<String>,
    /// Follow the list to its end, a page after the other.
    #[arg(long)]
    pub(crate) paginate: bool,
}
