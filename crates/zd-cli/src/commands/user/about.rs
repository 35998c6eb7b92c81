//! What there is to know around a user: `zd user me`, `related`, `brands` and so on.

use zd_model::{BrandAgentId, UserSettings};
use zd_users::endpoints::{
    ListBrandAgents, ListOAuthClients, Me, ShowBrandAgent, ShowComplianceDeletionStatuses,
    ShowEntitlements, ShowSettings, ShowUserRelated, UpdateSettings,
};

use crate::args::{UserBrandsArgs, UserComplianceArgs, UserOneArgs, UserSettingsArgs};
use crate::commands::attributes;
use crate::commands::caller::Caller;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Shape;

pub(super) async fn me(caller: &Caller<'_>) -> Result<Exit, Failure> {
    caller.show(&Shape::USER, &Me::new()).await
}

pub(super) async fn related(args: &UserOneArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let user = caller.user_id(&args.user).await?;
    caller
        .show(&Shape::RELATED, &ShowUserRelated::new(user))
        .await
}

pub(super) async fn entitlements(args: &UserOneArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let user = caller.user_id(&args.user).await?;
    caller
        .show(&Shape::ENTITLEMENTS, &ShowEntitlements::new(user))
        .await
}

pub(super) async fn oauth_clients(caller: &Caller<'_>) -> Result<Exit, Failure> {
    caller
        .show_all(&Shape::OAUTH_CLIENT, &ListOAuthClients::new())
        .await
}

pub(super) async fn brands(args: UserBrandsArgs, caller: &Caller<'_>) -> Result<Exit, Failure> {
    let user = caller.user_id(&args.user).await?;
    match args.membership {
        Some(id) => {
            let call = ShowBrandAgent::new(user, BrandAgentId::new(id));
            caller.show(&Shape::BRAND_AGENT, &call).await
        }
        None => {
            caller
                .show_all(&Shape::BRAND_AGENT, &ListBrandAgents::new(user))
                .await
        }
    }
}

/// Shows the caller's settings, or changes them.
pub(super) async fn settings(args: &UserSettingsArgs, context: &Context) -> Result<Exit, Failure> {
    if args.set.set.is_empty() && args.set.data.is_none() {
        let caller = Caller::new(context)?;
        return caller.show(&Shape::SETTINGS, &ShowSettings::new()).await;
    }
    let change: UserSettings = attributes::record(&args.set, &[], context)?;
    let caller = Caller::new(context)?;
    caller
        .show(&Shape::SETTINGS, &UpdateSettings::new(&change))
        .await
}

pub(super) async fn compliance(
    args: UserComplianceArgs,
    caller: &Caller<'_>,
) -> Result<Exit, Failure> {
    let user = caller.user_id(&args.user).await?;
    let mut call = ShowComplianceDeletionStatuses::new(user);
    if let Some(application) = args.application {
        call = call.application(application);
    }
    caller.show_all(&Shape::COMPLIANCE, &call).await
}
