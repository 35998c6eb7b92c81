//! `zd user-field`.

use clap::{Args, Subcommand};
use zd_model::{CustomFieldOptionId, UserFieldId};

use super::{LimitArgs, SetArgs, texts};

/// The definitions of custom user fields.
#[derive(Debug, Subcommand)]
pub(crate) enum UserFieldCommand {
    /// List the account's user fields.
    List(UserFieldListArgs),
    /// Show user fields by number or key.
    Get(UserFieldGetArgs),
    /// Define a new user field.
    Create(UserFieldCreateArgs),
    /// Change the definition of a user field; key and type stay.
    Update(UserFieldUpdateArgs),
    /// Delete a user field, and with it the values that users have in it.
    Delete(UserFieldDeleteArgs),
    /// Put the user fields in another order.
    Reorder(UserFieldReorderArgs),
    /// Look at the options of a dropdown or multiselect field, and change them.
    #[command(subcommand)]
    Option(UserFieldOptionCommand),
}

/// How much of the list.
#[derive(Debug, Args)]
pub(crate) struct UserFieldListArgs {
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Which fields.
#[derive(Debug, Args)]
pub(crate) struct UserFieldGetArgs {
    /// Numbers or keys; of several, keys only.
    #[arg(required = true, value_name = "FIELD")]
    pub(crate) keys: Vec<String>,
}

/// A new field.
#[derive(Debug, Args)]
#[command(after_help = texts::USER_FIELD_AFTER)]
pub(crate) struct UserFieldCreateArgs {
    /// The key in user_fields; letters, digits and underscores.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// text, textarea, integer, decimal, checkbox, date, dropdown, multiselect, regexp or lookup.
    #[arg(value_name = "TYPE")]
    pub(crate) kind: String,
    /// What agents see; the key unless told.
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// An option of a dropdown or multiselect, such as gold='Gold plan'; the tag is the value; may be repeated.
    #[arg(long, value_name = "VALUE=NAME")]
    pub(crate) option: Vec<String>,
    #[command(flatten)]
    pub(crate) set: SetArgs,
}

/// A change of a field.
#[derive(Debug, Args)]
pub(crate) struct UserFieldUpdateArgs {
    /// A number or a key.
    #[arg(value_name = "FIELD")]
    pub(crate) field: String,
    /// What agents see.
    #[arg(long)]
    pub(crate) title: Option<String>,
    #[command(flatten)]
    pub(crate) set: SetArgs,
}

/// Which field to delete.
#[derive(Debug, Args)]
pub(crate) struct UserFieldDeleteArgs {
    /// A number or a key.
    #[arg(value_name = "FIELD")]
    pub(crate) field: String,
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
}

/// The new order.
#[derive(Debug, Args)]
pub(crate) struct UserFieldReorderArgs {
    /// The numbers of the fields in their new order.
    #[arg(required = true, value_name = "FIELD")]
    pub(crate) ids: Vec<UserFieldId>,
}

/// The options of a field.
#[derive(Debug, Subcommand)]
pub(crate) enum UserFieldOptionCommand {
    /// List the options of a field.
    List(UserFieldOptionListArgs),
    /// Show an option.
    Get(UserFieldOptionArgs),
    /// Add an option, or change the one with the id.
    Set(UserFieldOptionSetArgs),
    /// Delete an option.
    Delete(UserFieldOptionDeleteArgs),
}

/// Whose options.
#[derive(Debug, Args)]
pub(crate) struct UserFieldOptionListArgs {
    /// The field's number or key.
    #[arg(value_name = "FIELD")]
    pub(crate) field: String,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Which option.
#[derive(Debug, Args)]
pub(crate) struct UserFieldOptionArgs {
    /// The field's number or key.
    #[arg(value_name = "FIELD")]
    pub(crate) field: String,
    /// The option's number.
    #[arg(value_name = "OPTION")]
    pub(crate) option: CustomFieldOptionId,
}

/// An option.
#[derive(Debug, Args)]
pub(crate) struct UserFieldOptionSetArgs {
    /// The field's number or key.
    #[arg(value_name = "FIELD")]
    pub(crate) field: String,
    /// The value, which becomes a tag.
    #[arg(long, required_unless_present = "id")]
    pub(crate) value: Option<String>,
    /// What agents see.
    #[arg(long, required_unless_present = "id")]
    pub(crate) name: Option<String>,
    /// The number of the option to change; a new one without it.
    #[arg(long, value_name = "OPTION")]
    pub(crate) id: Option<CustomFieldOptionId>,
    /// The place among the options, from 0.
    #[arg(long)]
    pub(crate) position: Option<i64>,
}

/// Which option to delete.
#[derive(Debug, Args)]
pub(crate) struct UserFieldOptionDeleteArgs {
    #[command(flatten)]
    pub(crate) which: UserFieldOptionArgs,
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
}
