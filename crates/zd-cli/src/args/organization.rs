//! `zd organization`, `zd membership` and `zd group`.

use clap::{ArgGroup, Args, Subcommand};
use zd_model::{GroupId, GroupMembershipId, OrganizationMembershipId};

use super::{LimitArgs, Org, Person, SetArgs, texts};

/// Organizations.
#[derive(Debug, Subcommand)]
pub(crate) enum OrganizationCommand {
    /// List organizations: all, or those of a user.
    List(OrganizationListArgs),
    /// Count the organizations of a user.
    Count(super::UserOneArgs),
    /// Show organizations by number or external id.
    Get(OrganizationGetArgs),
    /// Find an organization by its exact name or external id.
    Search(OrganizationSearchArgs),
    /// Find organizations whose name begins like this.
    Autocomplete(OrganizationAutocompleteArgs),
    /// Create an organization, or update the one that the external id or the name names.
    Upsert(OrganizationUpsertArgs),
    /// Make an organization the default one of a user.
    MakeDefault(UserOrganizationArgs),
    /// Take a user out of an organization.
    Unassign(UserOrganizationArgs),
}

/// Which organizations.
#[derive(Debug, Args)]
pub(crate) struct OrganizationListArgs {
    /// Only those of this user: a number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(long)]
    pub(crate) user: Option<Person>,
    /// The order, such as name or -created_at.
    #[arg(
        long,
        value_name = "ATTRIBUTE",
        allow_hyphen_values = true,
        conflicts_with = "user"
    )]
    pub(crate) sort: Option<String>,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Which organizations to show.
#[derive(Debug, Args)]
pub(crate) struct OrganizationGetArgs {
    /// Numbers or ext:EXTERNAL_ID; up to 100.
    #[arg(required = true, value_name = "ORGANIZATION")]
    pub(crate) organizations: Vec<Org>,
}

/// Which organization to find.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["name", "external_id"])))]
pub(crate) struct OrganizationSearchArgs {
    /// Exactly this name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Exactly this external id.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
}

/// What names begin like.
#[derive(Debug, Args)]
pub(crate) struct OrganizationAutocompleteArgs {
    /// At least two letters.
    pub(crate) beginning: String,
}

/// What to say about the organization.
#[derive(Debug, Args)]
#[command(after_help = texts::ORGANIZATION_AFTER)]
pub(crate) struct OrganizationUpsertArgs {
    /// The name, which no other organization has.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Your own id for the organization.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    #[command(flatten)]
    pub(crate) set: SetArgs,
}

/// A user and an organization.
#[derive(Debug, Args)]
pub(crate) struct UserOrganizationArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// A number or ext:EXTERNAL_ID.
    #[arg(value_name = "ORGANIZATION")]
    pub(crate) organization: Org,
}

/// Which users are in which organizations.
#[derive(Debug, Subcommand)]
pub(crate) enum MembershipCommand {
    /// List the organization memberships of a user.
    List(MembershipListArgs),
    /// Show a membership.
    Get(MembershipArgs),
    /// Put a user into an organization, beside those the user is in.
    Add(MembershipAddArgs),
    /// Make a membership the default one.
    MakeDefault(MembershipArgs),
    /// Take a user out of an organization.
    Delete(MembershipArgs),
}

/// Whose memberships.
#[derive(Debug, Args)]
pub(crate) struct MembershipListArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    #[command(flatten)]
    pub(crate) limit: LimitArgs,
}

/// Which membership.
#[derive(Debug, Args)]
pub(crate) struct MembershipArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// The membership's number.
    #[arg(value_name = "MEMBERSHIP")]
    pub(crate) membership: OrganizationMembershipId,
}

/// A new membership.
#[derive(Debug, Args)]
pub(crate) struct MembershipAddArgs {
    #[command(flatten)]
    pub(crate) which: UserOrganizationArgs,
    /// Make it the default one.
    #[arg(long)]
    pub(crate) default: bool,
}

/// Groups of agents.
#[derive(Debug, Subcommand)]
pub(crate) enum GroupCommand {
    /// List the groups of an agent.
    List(MembershipListArgs),
    /// Count the groups of an agent.
    Count(super::UserOneArgs),
    /// Look at the group memberships of an agent, and change them.
    #[command(subcommand)]
    Membership(GroupMembershipCommand),
}

/// Which agents are in which groups.
#[derive(Debug, Subcommand)]
pub(crate) enum GroupMembershipCommand {
    /// List the group memberships of an agent.
    List(MembershipListArgs),
    /// Show a membership.
    Get(GroupMembershipArgs),
    /// Put an agent into a group.
    Add(GroupMembershipAddArgs),
    /// Make a membership the default one.
    MakeDefault(GroupMembershipArgs),
    /// Take an agent out of a group.
    Delete(GroupMembershipArgs),
}

/// Which membership.
#[derive(Debug, Args)]
pub(crate) struct GroupMembershipArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// The membership's number.
    #[arg(value_name = "MEMBERSHIP")]
    pub(crate) membership: GroupMembershipId,
}

/// A new membership.
#[derive(Debug, Args)]
pub(crate) struct GroupMembershipAddArgs {
    /// A number, an e-mail address, ext:EXTERNAL_ID, or me.
    #[arg(value_name = "USER")]
    pub(crate) user: Person,
    /// The group's number.
    #[arg(value_name = "GROUP")]
    pub(crate) group: GroupId,
    /// Make it the default one.
    #[arg(long)]
    pub(crate) default: bool,
}
