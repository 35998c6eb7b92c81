//! `zd identity` and `zd end-user`.

use clap::{Args, Subcommand};
use zd_model::{IdentityId, IdentityType};

use super::{LimitArgs, Person, PersonArgs};

/// The addresses by which a user is known.
#[derive(Debug, Subcommand)]
pub(crate) enum IdentityCommand {
    /// List the identities of a user.
    List(IdentityListArgs),
    /// Show an identity.
    Get(IdentityArgs),
    /// Add an identity to a user.
    Add(IdentityAddArgs),
    /// Change the value of an identity, or whether it is verified.
    Update(IdentityUpdateArgs),
    /// Make an identity the user's primary one.
    MakePrimary(IdentityArgs),
    /// Declare an identity verified.
    Verify(IdentityArgs),
    /// Have Zendesk mail a link to the user that verifies the address.
    RequestVerification(IdentityArgs),
    /// Delete an identity.
    Delete(IdentityArgs),
}

/// End users about themselves, and agents about them.
#[derive(Debug, Subcommand)]
pub(crate) enum EndUserCommand {
    /// Show an end user as end users see themselves.
    Get(super::UserOneArgs),
    /// Change what end users may change of themselves.
    Update(Box<EndUserUpdateArgs>),
    /// Look at the identities of an end user, and change them.
    #[command(subcommand)]
    Identity(EndUserIdentityCommand),
}

/// The identities of an end user.
#[derive(Debug, Subcommand)]
pub(crate) enum EndUserIdentityCommand {
    /// List the identities of an end user.
    List(IdentityListArgs),
    /// Show an identity.
    Get(IdentityArgs),
    /// Add an identity.
    Add(IdentityAddArgs),
    /// Make an identity the primary one.
    MakePrimary(IdentityArgs),
    /// Have Zendesk mail a link that verifies the address.
    RequestVerification(IdentityArgs),
    /// Delete an identity.
    Delete(IdentityArgs),
}

/// Whose identities.
#[derive(Debug, Args)]
pub(crate) struct IdentityListArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// Only these types, such as email or phone_number; may be repeated.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) types: Vec<IdentityType>,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Which identity.
#[derive(Debug, Args)]
pub(crate) struct IdentityArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// The identity's number.
    #[arg(value_name = "IDENTITY")]
    pub(crate) identity: IdentityId,
}

/// A new identity.
#[derive(Debug, Args)]
pub(crate) struct IdentityAddArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// email, phone_number, google, facebook, twitter or agent_forwarding.
    #[arg(value_name = "TYPE")]
    pub(crate) kind: IdentityType,
    /// The address, number or account.
    pub(crate) value: String,
    /// Make it the primary one at once.
    #[arg(long)]
    pub(crate) primary: bool,
    /// It is known to be the user's: no mail asks for it.
    #[arg(long)]
    pub(crate) verified: bool,
}

/// A change to an identity.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("change").required(true).multiple(true).args(["value", "verified"])))]
pub(crate) struct IdentityUpdateArgs {
    #[command(flatten)]
    pub(crate) which: IdentityArgs,
    /// The new address, number or account.
    #[arg(long)]
    pub(crate) value: Option<String>,
    /// Whether it is verified; a verified one cannot be made unverified.
    #[arg(long, value_name = "true|false")]
    pub(crate) verified: Option<bool>,
}

/// A change to an end user.
#[derive(Debug, Args)]
pub(crate) struct EndUserUpdateArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    #[command(flatten)]
    pub(crate) person: PersonArgs,
}
