//! Calls about users.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde::Serialize;
use zd_model::operation::{
    USERS_CREATE_OR_UPDATE, USERS_CREATE_OR_UPDATE_MANY, USERS_ME, USERS_SEARCH, USERS_SHOW,
    USERS_SHOW_MANY,
};
use zd_model::{
    CurrentUser, ExternalId, JobStatus, JobStatusEnvelope, MeEnvelope, Operation, User,
    UserEnvelope, UserId, UserInput, UsersPage,
};
use zd_transport::Attempts;

use super::request;
use crate::error::read_json;
use crate::{Endpoint, Error, RequestError, Upserted};

/// `POST /api/v2/users/create_or_update`
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CreateOrUpdate<'a> {
    /// The user.
    pub user: &'a UserInput,
}

impl<'a> CreateOrUpdate<'a> {
    /// Creates or updates this user.
    pub const fn new(user: &'a UserInput) -> Self {
        Self { user }
    }
}

impl Endpoint for CreateOrUpdate<'_> {
    type Output = Upserted;

    fn operation(&self) -> &Operation {
        &USERS_CREATE_OR_UPDATE
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        #[derive(Serialize)]
        struct Body<'a> {
            user: &'a UserInput,
        }
        request::with_json(self.operation(), &Body { user: self.user })
    }

    fn parse(&self, response: Response<Bytes>) -> Result<Upserted, Error> {
        let user = read_json::<UserEnvelope>(self.operation(), &response)?.user;
        let resent = response
            .extensions()
            .get::<Attempts>()
            .is_some_and(|tries| tries.earlier_may_have_been_applied);
        Ok(match response.status() {
            _ if resent => Upserted::Unknown(user),
            StatusCode::CREATED => Upserted::Created(user),
            _ => Upserted::Updated(user),
        })
    }
}

/// `POST /api/v2/users/create_or_update_many`
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CreateOrUpdateMany<'a> {
    /// The users, 1 to 100.
    pub users: &'a [UserInput],
}

impl<'a> CreateOrUpdateMany<'a> {
    /// Creates or updates these users in a job.
    pub const fn new(users: &'a [UserInput]) -> Self {
        Self { users }
    }
}

impl Endpoint for CreateOrUpdateMany<'_> {
    type Output = JobStatus;

    fn operation(&self) -> &Operation {
        &USERS_CREATE_OR_UPDATE_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        #[derive(Serialize)]
        struct Body<'a> {
            users: &'a [UserInput],
        }
        request::check_length("users", self.users.len(), 100)?;
        request::with_json(self.operation(), &Body { users: self.users })
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatus, Error> {
        Ok(read_json::<JobStatusEnvelope>(self.operation(), &response)?.job_status)
    }
}

/// `GET /api/v2/users/{user_id}`
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ShowUser {
    /// Whom.
    pub id: UserId,
}

impl ShowUser {
    /// Shows this user.
    pub const fn new(id: UserId) -> Self {
        Self { id }
    }
}

impl Endpoint for ShowUser {
    type Output = User;

    fn operation(&self) -> &Operation {
        &USERS_SHOW
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        request::get(&format!("/api/v2/users/{}", self.id))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<User, Error> {
        Ok(read_json::<UserEnvelope>(self.operation(), &response)?.user)
    }
}

/// `GET /api/v2/users/show_many`
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ShowManyUsers {
    keys: String,
    by_external_id: bool,
    count: usize,
    include: Vec<&'static str>,
}

impl ShowManyUsers {
    /// Shows the users of these ids, 1 to 100; missing ones are skipped, the order is Zendesk's.
    pub fn by_ids(ids: &[UserId]) -> Self {
        let keys = ids
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",");
        Self {
            keys,
            by_external_id: false,
            count: ids.len(),
            include: Vec::new(),
        }
    }

    /// Shows the users of these external ids, 1 to 100; an id with a comma in it cannot be asked for in this way.
    pub fn by_external_ids(ids: &[ExternalId]) -> Self {
        let keys = ids
            .iter()
            .map(ExternalId::as_str)
            .collect::<Vec<_>>()
            .join(",");
        Self {
            keys,
            by_external_id: true,
            count: ids.len(),
            include: Vec::new(),
        }
    }

    /// Sideloads records, such as `identities` or `organizations`.
    #[must_use]
    pub fn include(mut self, name: &'static str) -> Self {
        self.include.push(name);
        self
    }
}

impl Endpoint for ShowManyUsers {
    type Output = UsersPage;

    fn operation(&self) -> &Operation {
        &USERS_SHOW_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        request::check_length("ids", self.count, 100)?;
        let include = self.include.join(",");
        let mut pairs = vec![(
            if self.by_external_id {
                "external_ids"
            } else {
                "ids"
            },
            self.keys.as_str(),
        )];
        if !include.is_empty() {
            pairs.push(("include", &include));
        }
        request::get(&request::with_query(USERS_SHOW_MANY.path, &pairs))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}

/// `GET /api/v2/users/search`
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SearchUsers {
    key: &'static str,
    value: String,
    page: u32,
}

impl SearchUsers {
    /// Finds the user of this external id, exactly and without the index's delay.
    pub fn by_external_id(id: &ExternalId) -> Self {
        Self {
            key: "external_id",
            value: id.as_str().to_owned(),
            page: 1,
        }
    }

    /// Finds users by Zendesk's search language; lags behind writes by seconds to minutes.
    pub fn by_query(query: impl Into<String>) -> Self {
        Self {
            key: "query",
            value: query.into(),
            page: 1,
        }
    }

    /// Asks for this page, from 1; there are at most 100.
    #[must_use]
    pub const fn page(mut self, page: u32) -> Self {
        self.page = page;
        self
    }
}

impl Endpoint for SearchUsers {
    type Output = UsersPage;

    fn operation(&self) -> &Operation {
        &USERS_SEARCH
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let page = self.page.to_string();
        request::get(&request::with_query(
            USERS_SEARCH.path,
            &[(self.key, &self.value), ("page", &page)],
        ))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}

/// `GET /api/v2/users/me`
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
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
        request::get(USERS_ME.path)
    }

    fn parse(&self, response: Response<Bytes>) -> Result<User, Error> {
        match read_json::<MeEnvelope>(self.operation(), &response)?.user {
            CurrentUser::User(user) => Ok(*user),
            _ => Err(Error::Anonymous {
                operation: USERS_ME.name,
            }),
        }
    }
}
