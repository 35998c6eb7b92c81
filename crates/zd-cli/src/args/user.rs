//! `zd user`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};
use zd_model::{ComplianceApplication, CustomRoleId, GroupId, Role};

use super::export::UserExportArgs;
use super::{LimitArgs, Org, Person, SetArgs, texts};

/// Users.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Show users: by id, e-mail address or external id.
    Get(UserGetArgs),
    /// List users: all, or those of a role, a group, an organization.
    List(UserListArgs),
    /// Find users by Zendesk's search language, or by external id.
    Search(UserSearchArgs),
    /// Write all users, or those changed since a time, to a file that an import reads.
    Export(Box<UserExportArgs>),
    /// Find users whose name, e-mail address or phone number begins like this.
    Autocomplete(UserAutocompleteArgs),
    /// Count users: all, or those of a role, a group, an organization.
    Count(UserFilterArgs),
    /// Show who you are to Zendesk.
    Me,
    /// Create a user, or update the one that the external id or the e-mail address names.
    Upsert(Box<UserCreateArgs>),
    /// Create a user, or up to 100 from a file; refused if one is there already.
    Create(Box<UserCreateArgs>),
    /// Change a user, several alike, or up to 100 each in its own way from a file.
    Update(Box<UserUpdateArgs>),
    /// Delete users. They can be looked at under deleted-user until they are purged.
    Delete(UserDeleteArgs),
    /// Merge an end user into another one; cannot be undone.
    Merge(UserMergeArgs),
    /// Look at the tags of a user, and change them.
    #[command(subcommand)]
    Tags(UserTagsCommand),
    /// Give a user a photo: a PNG, JPEG or GIF file.
    Photo(UserPhotoArgs),
    /// Count what hangs on a user: tickets, subscriptions.
    Related(UserOneArgs),
    /// Show an agent's brands.
    Brands(UserBrandsArgs),
    /// Show which products an agent may use.
    Entitlements(UserOneArgs),
    /// Show your own settings, or change them.
    Settings(UserSettingsArgs),
    /// List the OAuth clients that are yours.
    OauthClients,
    /// Have Zendesk ask for an account to be made, by a mail to the account's owner.
    RequestCreate(Box<PersonArgs>),
    /// Sign users out everywhere.
    Logout(UserLogoutArgs),
    /// Show how far a permanent deletion has come in each product.
    Compliance(UserComplianceArgs),
}

/// One user.
#[derive(Debug, Args)]
pub(crate) struct UserOneArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
}

/// Whom to show.
#[derive(Debug, Args)]
pub(crate) struct UserGetArgs {
    /// Numbers, e-mail addresses, ext:EXTERNAL_ID, or me.
    #[arg(required = true, value_name = "USER")]
    pub(crate) users: Vec<Person>,
    /// Find users by number who are deleted, too.
    #[arg(long)]
    pub(crate) deleted: bool,
}

/// Which users.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("of").args(["group", "organization"])))]
pub(crate) struct UserFilterArgs {
    /// Only these roles: end-user, agent or admin; may be repeated.
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Vec<Role>,
    /// Only agents of this custom role.
    #[arg(long, value_name = "ID")]
    pub(crate) permission_set: Option<CustomRoleId>,
    /// Only agents of this group.
    #[arg(long, value_name = "ID")]
    pub(crate) group: Option<GroupId>,
    /// Only users of this organization: a number or ext:EXTERNAL_ID.
    #[arg(long, value_name = "ORGANIZATION")]
    pub(crate) organization: Option<Org>,
}

/// Which users to list.
#[derive(Debug, Args)]
pub(crate) struct UserListArgs {
    #[command(flatten)]
    pub(crate) filter: UserFilterArgs,
    /// Only the user with this external id.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// The order, such as name or -created_at for the newest first; not with --group.
    #[arg(
        long,
        value_name = "ATTRIBUTE",
        allow_hyphen_values = true,
        conflicts_with = "group"
    )]
    pub(crate) sort: Option<String>,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Whom to find.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["query", "external_id"])), after_help = texts::SEARCH_AFTER)]
pub(crate) struct UserSearchArgs {
    /// Zendesk's search language: a word, name:ann*, email:ann@example.com, organization:acme …
    #[arg(allow_hyphen_values = true)]
    pub(crate) query: Option<String>,
    /// Exactly this external id, without the search index's delay.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// What names or numbers begin like.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("kind").args(["assignable", "requester"])))]
pub(crate) struct UserAutocompleteArgs {
    /// At least two letters of a name or an e-mail address; with --phone, of a number.
    pub(crate) beginning: String,
    /// It is a phone number's beginning.
    #[arg(long)]
    pub(crate) phone: bool,
    /// Only users to whom tickets can be assigned.
    #[arg(long)]
    pub(crate) assignable: bool,
    /// Only users who may request tickets.
    #[arg(long)]
    pub(crate) requester: bool,
    /// Send the text in the body of a POST, where no proxy writes it into a log.
    #[arg(long)]
    pub(crate) post: bool,
}

/// What to say about a user.
#[derive(Debug, Args)]
pub(crate) struct PersonArgs {
    /// The e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Your own id for the person.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// The full name; needed when the user is new.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// end-user, agent or admin.
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// A custom user field by its key, such as plan_tier=gold; null clears it; may be repeated.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) field: Vec<String>,
    #[command(flatten)]
    pub(crate) set: SetArgs,
}

/// Whom to create.
#[derive(Debug, Args)]
#[command(after_help = texts::UPSERT_AFTER)]
pub(crate) struct UserCreateArgs {
    #[command(flatten)]
    pub(crate) person: PersonArgs,
    /// Let Zendesk mail a new user; otherwise nobody is mailed.
    #[arg(long)]
    pub(crate) send_welcome_mail: bool,
    /// Up to 100 users from a file (- for standard input), a JSON array or JSON Lines, as one bulk job.
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["email", "external_id", "name", "role", "field", "set", "data"])]
    pub(crate) from: Option<String>,
}

/// Whom to change, and how.
#[derive(Debug, Args)]
#[command(after_help = texts::UPDATE_AFTER)]
pub(crate) struct UserUpdateArgs {
    /// Numbers, e-mail addresses, ext:EXTERNAL_ID, or me; several get the same change, in one bulk job.
    #[arg(value_name = "USER", required_unless_present = "from")]
    pub(crate) users: Vec<Person>,
    #[command(flatten)]
    pub(crate) person: PersonArgs,
    /// Up to 100 changes from a file (- for standard input), a JSON array or JSON Lines, each with id or external_id.
    #[arg(long, value_name = "FILE|-", conflicts_with_all = ["users", "email", "external_id", "name", "role", "field", "set", "data"])]
    pub(crate) from: Option<String>,
}

/// Whom to delete.
#[derive(Debug, Args)]
pub(crate) struct UserDeleteArgs {
    /// Numbers, e-mail addresses or ext:EXTERNAL_ID; several (up to 100) are one bulk job.
    #[arg(required = true, value_name = "USER")]
    pub(crate) users: Vec<Person>,
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Who becomes whom.
#[derive(Debug, Args)]
pub(crate) struct UserMergeArgs {
    /// The end user who will be gone: a number, an e-mail address or ext:EXTERNAL_ID.
    #[arg(value_name = "USER")]
    pub(crate) from: Person,
    /// The user who takes over tickets and identities.
    #[arg(long, value_name = "USER")]
    pub(crate) into: Person,
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// A user's tags.
#[derive(Debug, Subcommand)]
pub(crate) enum UserTagsCommand {
    /// List the tags of a user.
    List(UserOneArgs),
    /// Give a user these tags and no others; without any, take all away.
    Set(UserTagsArgs),
    /// Add tags to those that a user has.
    Add(UserTagsArgs),
    /// Take tags away from a user.
    Remove(UserTagsArgs),
}

/// Which tags.
#[derive(Debug, Args)]
pub(crate) struct UserTagsArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// The tags; without white space.
    #[arg(value_name = "TAG")]
    pub(crate) tags: Vec<String>,
}

/// Which photo.
#[derive(Debug, Args)]
pub(crate) struct UserPhotoArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// The picture.
    pub(crate) file: PathBuf,
}

/// Whose brands.
#[derive(Debug, Args)]
pub(crate) struct UserBrandsArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// Only the membership with this id.
    pub(crate) membership: Option<String>,
}

/// Which settings.
#[derive(Debug, Args)]
#[command(after_help = texts::SETTINGS_AFTER)]
pub(crate) struct UserSettingsArgs {
    #[command(flatten)]
    pub(crate) set: SetArgs,
}

/// Whom to sign out.
#[derive(Debug, Args)]
pub(crate) struct UserLogoutArgs {
    /// Numbers, e-mail addresses, ext:EXTERNAL_ID, or me; up to 100.
    #[arg(required = true, value_name = "USER")]
    pub(crate) users: Vec<Person>,
}

/// Whose deletion.
#[derive(Debug, Args)]
pub(crate) struct UserComplianceArgs {
    /// The number of the deleted user.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// Only in this product: support, chat, sell …
    #[arg(long, value_name = "PRODUCT")]
    pub(crate) application: Option<ComplianceApplication>,
}
