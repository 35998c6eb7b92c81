//! `zd organization`, `zd membership` and `zd group`.

use zd_model::{
    ExternalId, GroupMembershipInput, Nullable, OrganizationId, OrganizationMembershipInput,
    OrganizationUpsert,
};
use zd_users::endpoints::{
    AutocompleteOrganizations, CountUserGroups, CountUserOrganizations, CreateGroupMembership,
    CreateOrUpdateOrganization, CreateOrganizationMembership, DeleteGroupMembership,
    DeleteOrganizationMembership, ListGroupMemberships, ListOrganizationMemberships,
    ListOrganizations, ListUserGroups, ListUserOrganizations, MakeGroupMembershipDefault,
    MakeOrganizationDefault, MakeOrganizationMembershipDefault, SearchOrganizations,
    ShowGroupMembership, ShowManyOrganizations, ShowOrganization, ShowOrganizationMembership,
    UnassignOrganization,
};

use super::attributes;
use super::caller::Caller;
use crate::args::{
    GroupCommand, GroupMembershipAddArgs, GroupMembershipCommand, MembershipAddArgs,
    MembershipCommand, Org, OrganizationCommand, OrganizationListArgs, OrganizationSearchArgs,
    OrganizationUpsertArgs,
};
use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// Runs a command about organizations.
pub(super) async fn run(command: OrganizationCommand, context: &Context) -> Result<Exit, Failure> {
    const SHAPE: Shape = Shape::ORGANIZATION;
    let caller = Caller::new(context)?;
    match command {
        OrganizationCommand::Upsert(args) => upsert(&args, &caller).await,
        OrganizationCommand::List(args) => list(args, &caller).await,
        OrganizationCommand::Count(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .show(&Shape::COUNT, &CountUserOrganizations::new(user))
                .await
        }
        OrganizationCommand::Get(args) => get(&args.organizations, &caller).await,
        OrganizationCommand::Search(args) => search(args, &caller).await,
        OrganizationCommand::Autocomplete(args) => {
            let call = AutocompleteOrganizations::new(args.beginning);
            caller.show_all(&SHAPE, &call).await
        }
        OrganizationCommand::MakeDefault(args) => {
            let user = caller.user_id(&args.user).await?;
            let organization = caller.organization_id(&args.organization).await?;
            let call = MakeOrganizationDefault::new(user, organization);
            caller
                .change("made_default", &Shape::MEMBERSHIP, &call)
                .await
        }
        OrganizationCommand::Unassign(args) => {
            let user = caller.user_id(&args.user).await?;
            let organization = caller.organization_id(&args.organization).await?;
            let call = UnassignOrganization::new(user, organization);
            caller.done("unassigned", &SHAPE, organization, &call).await
        }
    }
}

async fn list(args: OrganizationListArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    const SHAPE: Shape = Shape::ORGANIZATION;
    if let Some(person) = &args.user {
        let user = caller.user_id(person).await?;
        let call = ListUserOrganizations::new(user);
        return caller.list(&SHAPE, call, &args.limit).await;
    }
    let mut call = ListOrganizations::new();
    if let Some(sort) = args.sort {
        call = call.sort(sort);
    }
    caller.list(&SHAPE, call, &args.limit).await
}

/// One organization as a record, several as a list.
async fn get(organizations: &[Org], caller: &Caller<'_>) -> Result<Exit, Failure> {
    const SHAPE: Shape = Shape::ORGANIZATION;
    if let [Org::Id(id)] = organizations {
        return caller.show(&SHAPE, &ShowOrganization::new(*id)).await;
    }
    let (mut ids, mut external_ids) = (Vec::<OrganizationId>::new(), Vec::<ExternalId>::new());
    for organization in organizations {
        match organization {
            Org::Id(id) => ids.push(*id),
            Org::ExternalId(id) => external_ids.push(id.clone()),
        }
    }
    if !ids.is_empty() && !external_ids.is_empty() {
        return Err(
            Failure::usage("numbers and external ids do not go together")
                .why("Zendesk is asked for one kind at a time")
                .fix("run the command for each kind"),
        );
    }
    let call = match &*ids {
        [] => ShowManyOrganizations::by_external_ids(&external_ids),
        ids => ShowManyOrganizations::by_ids(ids),
    };
    let Some(found) = caller.call(&call).await? else {
        return Ok(Exit::Done);
    };
    match (&*found, organizations) {
        ([organization], [_]) => caller.context.printer.record(&SHAPE, organization)?,
        _ => caller.write(&SHAPE, &found)?,
    }
    if found.len() < organizations.len() {
        return Err(Failure::new(
            &codes::RECORD_NOT_FOUND,
            format!(
                "{} of {} organizations not found",
                organizations.len() - found.len(),
                organizations.len()
            ),
        )
        .at("account", &caller.account()?.name));
    }
    Ok(Exit::Done)
}

async fn search(args: OrganizationSearchArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let call = match (args.name, args.external_id) {
        (Some(name), _) => SearchOrganizations::by_name(name),
        (None, Some(id)) => SearchOrganizations::by_external_id(&id.as_str().into()),
        (None, None) => return Err(Failure::usage("nothing to search for")),
    };
    caller.show_all(&Shape::ORGANIZATION, &call).await
}

async fn upsert(args: &OrganizationUpsertArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let named = [("name", &args.name), ("external_id", &args.external_id)];
    let organization: OrganizationUpsert = attributes::record(&args.set, &named, caller.context)?;
    let call = CreateOrUpdateOrganization::new(&organization);
    if let Some(upserted) = caller.call(&call).await? {
        caller.upserted(&Shape::ORGANIZATION, &upserted)?;
    }
    Ok(Exit::Done)
}

/// Runs a command about who is in which organizations.
pub(super) async fn membership(
    command: MembershipCommand,
    context: &Context,
) -> Result<Exit, Failure> {
    const SHAPE: Shape = Shape::MEMBERSHIP;
    let caller = Caller::new(context)?;
    match command {
        MembershipCommand::List(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = ListOrganizationMemberships::new(user);
            caller.list(&SHAPE, call, &args.limit).await
        }
        MembershipCommand::Get(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = ShowOrganizationMembership::new(user, args.membership);
            caller.show(&SHAPE, &call).await
        }
        MembershipCommand::Add(MembershipAddArgs { which, default }) => {
            let user = caller.user_id(&which.user).await?;
            let organization = caller.organization_id(&which.organization).await?;
            let mut membership = OrganizationMembershipInput::new(organization);
            if default {
                membership.default = Nullable::Value(true);
            }
            let call = CreateOrganizationMembership::new(user, &membership);
            caller.change("added", &SHAPE, &call).await
        }
        MembershipCommand::MakeDefault(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = MakeOrganizationMembershipDefault::new(user, args.membership);
            caller.show_all(&SHAPE, &call).await
        }
        MembershipCommand::Delete(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = DeleteOrganizationMembership::new(user, args.membership);
            caller.done("deleted", &SHAPE, args.membership, &call).await
        }
    }
}

/// Runs a command about the groups of agents.
pub(super) async fn group(command: GroupCommand, context: &Context) -> Result<Exit, Failure> {
    let caller = Caller::new(context)?;
    match command {
        GroupCommand::List(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .list(&Shape::GROUP, ListUserGroups::new(user), &args.limit)
                .await
        }
        GroupCommand::Count(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .show(&Shape::COUNT, &CountUserGroups::new(user))
                .await
        }
        GroupCommand::Membership(command) => group_membership(command, &caller).await,
    }
}

async fn group_membership(
    command: GroupMembershipCommand,
    caller: &Caller<'_>,
) -> Result<Exit, Failure> {
    const SHAPE: Shape = Shape::GROUP_MEMBERSHIP;
    match command {
        GroupMembershipCommand::List(args) => {
            let user = caller.user_id(&args.user).await?;
            caller
                .list(&SHAPE, ListGroupMemberships::new(user), &args.limit)
                .await
        }
        GroupMembershipCommand::Get(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = ShowGroupMembership::new(user, args.membership);
            caller.show(&SHAPE, &call).await
        }
        GroupMembershipCommand::Add(GroupMembershipAddArgs {
            user,
            group,
            default,
        }) => {
            let user = caller.user_id(&user).await?;
            let mut membership = GroupMembershipInput::new(group);
            if default {
                membership.default = Nullable::Value(true);
            }
            let call = CreateGroupMembership::new(user, &membership);
            caller.change("added", &SHAPE, &call).await
        }
        GroupMembershipCommand::MakeDefault(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = MakeGroupMembershipDefault::new(user, args.membership);
            caller.show_all(&SHAPE, &call).await
        }
        GroupMembershipCommand::Delete(args) => {
            let user = caller.user_id(&args.user).await?;
            let call = DeleteGroupMembership::new(user, args.membership);
            caller.done("deleted", &SHAPE, args.membership, &call).await
        }
    }
}
