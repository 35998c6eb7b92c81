//! `zd session`, `zd password` and `zd deleted-user`.

use clap::{ArgGroup, Args, Subcommand};
use zd_model::{SessionId, UserId};

use super::{LimitArgs, Person, texts};

/// Where users are signed in.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionCommand {
    /// List sessions: of the account, or of a user.
    List(SessionListArgs),
    /// Show a session.
    Get(SessionArgs),
    /// Show the session that these credentials belong to, if they belong to one.
    Current,
    /// Renew the session that these credentials belong to.
    Renew,
    /// End a session, or all sessions of a user.
    Delete(SessionDeleteArgs),
    /// End the session that these credentials belong to.
    Logout,
}

/// Whose sessions.
#[derive(Debug, Args)]
pub(crate) struct SessionListArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me; of everybody without it.
    #[arg(value_name = "USER")]
    pub(crate) user: Option<Person>,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Which session.
#[derive(Debug, Args)]
pub(crate) struct SessionArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// The session's number.
    #[arg(value_name = "SESSION")]
    pub(crate) session: SessionId,
}

/// Which sessions to end.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["session", "every"])))]
pub(crate) struct SessionDeleteArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// The session's number.
    #[arg(value_name = "SESSION")]
    pub(crate) session: Option<SessionId>,
    /// All sessions of the user.
    #[arg(long = "all")]
    pub(crate) every: bool,
}

/// Passwords.
#[derive(Debug, Subcommand)]
pub(crate) enum PasswordCommand {
    /// Set the password of a user, where the account allows admins to do that.
    Set(PasswordSetArgs),
    /// Change your own password.
    Change(PasswordSetArgs),
    /// Show what a password must be like.
    Requirements(super::UserOneArgs),
}

/// Whose password; the password itself comes from standard input.
#[derive(Debug, Args)]
#[command(after_help = texts::PASSWORD_AFTER)]
pub(crate) struct PasswordSetArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
}

/// Users that are deleted, and not purged yet.
#[derive(Debug, Subcommand)]
pub(crate) enum DeletedUserCommand {
    /// List deleted users.
    List(DeletedUserListArgs),
    /// Count deleted users.
    Count,
    /// Show a deleted user.
    Get(DeletedUserArgs),
    /// Purge deleted users for good; cannot be undone.
    Purge(DeletedUserPurgeArgs),
}

/// Which deleted users.
#[derive(Debug, Args)]
pub(crate) struct DeletedUserListArgs {
    /// The order, such as id or -id.
    #[arg(long, value_name = "ATTRIBUTE", allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Which deleted user.
#[derive(Debug, Args)]
pub(crate) struct DeletedUserArgs {
    /// The user's number: deleted users have neither addresses nor external ids.
    #[arg(value_name = "USER")]
    pub(crate) user: UserId,
}

/// Whom to purge.
#[derive(Debug, Args)]
pub(crate) struct DeletedUserPurgeArgs {
    /// The users' numbers.
    #[arg(required = true, value_name = "USER")]
    pub(crate) users: Vec<UserId>,
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
}
