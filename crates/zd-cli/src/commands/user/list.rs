//! `zd user list` and `zd user count`.

use zd_users::endpoints::{
    CountGroupUsers, CountOrganizationUsers, CountUsers, ListGroupUsers, ListOrganizationUsers,
    ListUsers,
};

use crate::args::{UserFilterArgs, UserListArgs};
use crate::commands::caller::Caller;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

/// Gives a call what the filter says.
macro_rules! filtered {
    ($call:expr, $filter:expr) => {{
        let mut call = $call;
        for role in &$filter.role {
            call = call.role(role.clone());
        }
        if let Some(id) = $filter.permission_set {
            call = call.permission_set(id);
        }
        call
    }};
}

/// Lists users.
pub(super) async fn list(args: UserListArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let filter = &args.filter;
    let external_id = args.external_id.as_deref().map(zd_model::ExternalId::from);
    if let Some(group) = filter.group {
        let mut call = filtered!(ListGroupUsers::new(group), filter);
        if let Some(id) = external_id {
            call = call.external_id(id);
        }
        return caller.list(&Shape::USER, call, &args.limit).await;
    }
    if let Some(organization) = &filter.organization {
        let id = caller.organization_id(organization).await?;
        let mut call = filtered!(ListOrganizationUsers::new(id), filter);
        if let Some(id) = external_id {
            call = call.external_id(id);
        }
        if let Some(sort) = &args.sort {
            let by = sort.strip_prefix('-').unwrap_or(sort);
            call = call.sort(by, sort.starts_with('-'));
        }
        return caller.list(&Shape::USER, call, &args.limit).await;
    }
    let mut call = filtered!(ListUsers::new(), filter);
    if let Some(id) = external_id {
        call = call.external_id(id);
    }
    if let Some(sort) = args.sort {
        call = call.sort(sort);
    }
    caller.list(&Shape::USER, call, &args.limit).await
}

/// Counts users.
pub(super) async fn count(filter: UserFilterArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    if let Some(group) = filter.group {
        let call = filtered!(CountGroupUsers::new(group), filter);
        return caller.show(&Shape::COUNT, &call).await;
    }
    if let Some(organization) = &filter.organization {
        let id = caller.organization_id(organization).await?;
        let call = filtered!(CountOrganizationUsers::new(id), filter);
        return caller.show(&Shape::COUNT, &call).await;
    }
    let call = filtered!(CountUsers::new(), filter);
    caller.show(&Shape::COUNT, &call).await
}
