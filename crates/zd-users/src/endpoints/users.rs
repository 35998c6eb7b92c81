//! Showing a user.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{USERS_ME, USERS_SHOW};
use zd_model::{CurrentUser, MeEnvelope, Operation, User, UserEnvelope, UserId};

use super::draft::Draft;
use crate::endpoint::{read_json, request_id};
use crate::{Endpoint, Error, RequestError};

/// `GET /api/v2/users/{user_id}`
#[derive(Clone, Copy, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowUser {
    id: UserId,
}

impl ShowUser {
    /// Shows this user; a deleted one too, with `active: false`.
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
        Draft::of(self.operation()).param(self.id).finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<User, Error> {
        Ok(read_json::<UserEnvelope>(self.operation(), &response)?.user)
    }
}

/// `GET /api/v2/users/me`
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
