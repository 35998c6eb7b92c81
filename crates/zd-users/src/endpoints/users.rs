//! Showing a user, and what is known about one.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{USERS_COMPLIANCE_DELETION_STATUSES, USERS_ME, USERS_SHOW};
use zd_model::{
    BrandAgent, BrandAgentEnvelope, BrandAgentId, BrandAgentsPage, ComplianceApplication,
    ComplianceDeletionStatus, ComplianceDeletionStatusesPage, CurrentUser, Entitlements,
    EntitlementsEnvelope, MeEnvelope, OAuthClient, OAuthClientsPage, Operation, User, UserEnvelope,
    UserId, UserRelated, UserRelatedEnvelope, UserSettings, UserSettingsEnvelope,
};

use super::Include;
use super::calls::{body_calls, path_calls};
use super::draft::Draft;
use super::include::Includes;
use crate::endpoint::{read_json, request_id};
use crate::{Endpoint, Error, RequestError};

fn check_settings(settings: &UserSettings) -> Result<(), RequestError> {
    if *settings == UserSettings::new() {
        return Err(RequestError::Empty { what: "change" });
    }
    Ok(())
}

/// `GET /api/v2/users/{user_id}`: a user. For agents.
///
/// A softly deleted user is shown too, with `active: false`.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowUser {
    id: UserId,
    include: Includes,
}

impl ShowUser {
    /// Shows this user.
    pub const fn new(id: UserId) -> Self {
        Self {
            id,
            include: Includes::none(),
        }
    }

    /// Has these records come along, beside the user in the [`UserEnvelope`].
    pub fn include(mut self, what: Include) -> Self {
        self.include.add(what);
        self
    }
}

impl Endpoint for ShowUser {
    type Output = UserEnvelope;

    fn operation(&self) -> &Operation {
        &USERS_SHOW
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        draft.param(self.id);
        self.include.ask(&mut draft);
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UserEnvelope, Error> {
        read_json(self.operation(), &response)
    }
}

/// `GET /api/v2/users/me`: the caller. For anyone.
///
/// Zendesk answers 200 to credentials that it does not accept, with a user who is nobody: [`Error::Anonymous`].
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct Me;

impl Me {
    /// Shows the caller.
    pub const fn new() -> Self {
        Self
    }
}

impl Endpoint for Me {
    type Output = User;

    fn operation(&self) -> &Operation {
        &USERS_ME
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        Draft::of(self.operation()).finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<User, Error> {
        match read_json::<MeEnvelope>(self.operation(), &response)?.user {
            CurrentUser::User(user) => Ok(*user),
            _ => Err(Error::Anonymous {
                operation: USERS_ME.name,
                request_id: request_id(&response),
            }),
        }
    }
}

/// `GET /api/v2/users/{user_id}/compliance_deletion_statuses`: how far a permanent deletion has come.
///
/// For agents, with restrictions that the vendor does not detail.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowComplianceDeletionStatuses {
    user: UserId,
    application: Option<ComplianceApplication>,
}

impl ShowComplianceDeletionStatuses {
    /// In all products.
    pub const fn new(user: UserId) -> Self {
        Self {
            user,
            application: None,
        }
    }

    /// Only in this product.
    pub fn application(mut self, application: ComplianceApplication) -> Self {
        self.application = Some(application);
        self
    }
}

impl Endpoint for ShowComplianceDeletionStatuses {
    type Output = Vec<ComplianceDeletionStatus>;

    fn operation(&self) -> &Operation {
        &USERS_COMPLIANCE_DELETION_STATUSES
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        Draft::of(self.operation())
            .param(self.user)
            .pair_if("application", self.application.as_ref())
            .finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Self::Output, Error> {
        let page = read_json::<ComplianceDeletionStatusesPage>(self.operation(), &response)?;
        Ok(page.compliance_deletion_statuses)
    }
}

path_calls! {
    /// `GET /api/v2/users/{user_id}/related`: how many tickets and subscriptions hang on a user. For agents.
    ShowUserRelated(user: UserId) = USERS_RELATED => {UserRelatedEnvelope.user_related as UserRelated};
    /// `GET /api/v2/users/{user_id}/entitlements/full`: which products a member of staff may use. For agents.
    ///
    /// Not found for whoever has none; a 503 is documented too.
    ShowEntitlements(user: UserId) = USERS_ENTITLEMENTS => {EntitlementsEnvelope.entitlements as Entitlements};
    /// `GET /api/v2/users/me/settings`: the caller's preferences. For agents.
    ShowSettings() = USERS_SETTINGS => {UserSettingsEnvelope.settings as UserSettings};
    /// `GET /api/v2/users/me/oauth/clients`: the OAuth clients that the caller made. For admins.
    ListOAuthClients() = USERS_OAUTH_CLIENTS => {OAuthClientsPage.clients as Vec<OAuthClient>};
    /// `GET /api/v2/users/{user_id}/brand_agents`: the brands that an agent serves. For admins.
    ListBrandAgents(user: UserId) = USERS_BRAND_AGENTS => {BrandAgentsPage.brand_agents as Vec<BrandAgent>};
    /// `GET /api/v2/users/{user_id}/brand_agents/{brand_agent_id}`: that an agent serves a brand. For admins.
    ShowBrandAgent(user: UserId, id: BrandAgentId) = USERS_BRAND_AGENT => {BrandAgentEnvelope.brand_agent as BrandAgent};
}

body_calls! {
    /// `PUT /api/v2/users/me/settings`: changes the caller's preferences that are named, and no others. For agents.
    UpdateSettings(["settings"] settings: UserSettings) = USERS_UPDATE_SETTINGS => {UserSettingsEnvelope.settings as UserSettings} unless check_settings;
}
