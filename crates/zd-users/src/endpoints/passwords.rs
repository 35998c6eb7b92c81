//! Passwords.

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;
use zd_model::operation::PASSWORDS_CHANGE;
use zd_model::{Operation, PasswordRequirementsEnvelope, Secret, UserId};

use super::calls::{body_calls, path_calls, read_nothing};
use super::draft::Draft;
use crate::{Endpoint, Error, RequestError};

fn check_password(password: &Secret) -> Result<(), RequestError> {
    if password.expose().is_empty() {
        return Err(RequestError::Empty { what: "password" });
    }
    Ok(())
}

path_calls! {
    /// `GET /api/v2/users/{user_id}/password/requirements`: what a password of this user must be like, in sentences.
    /// For agents; end users see their own.
    ShowPasswordRequirements(user: UserId) = PASSWORDS_REQUIREMENTS => {PasswordRequirementsEnvelope.requirements as Vec<String>};
}

body_calls! {
    /// `POST /api/v2/users/{user_id}/password`: sets a user's password. For admins, where the account's owner allows it.
    SetPassword(user: UserId, ["password"] password: Secret) = PASSWORDS_SET => {nothing} unless check_password;
}

/// `PUT /api/v2/users/{user_id}/password`: changes one's own password. For whoever is signed in.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ChangePassword<'a> {
    user: UserId,
    previous: &'a Secret,
    password: &'a Secret,
}

impl<'a> ChangePassword<'a> {
    /// Changes the caller's password from the previous one to this one.
    pub const fn new(user: UserId, previous: &'a Secret, password: &'a Secret) -> Self {
        Self {
            user,
            previous,
            password,
        }
    }
}

impl Endpoint for ChangePassword<'_> {
    type Output = ();

    fn operation(&self) -> &Operation {
        &PASSWORDS_CHANGE
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        #[derive(Serialize)]
        struct Body<'a> {
            previous_password: &'a Secret,
            password: &'a Secret,
        }
        if self.previous.expose().is_empty() {
            return Err(RequestError::Empty {
                what: "previous password",
            });
        }
        check_password(self.password)?;
        Draft::of(self.operation())
            .param(self.user)
            .json(&Body {
                previous_password: self.previous,
                password: self.password,
            })?
            .finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<(), Error> {
        read_nothing(self.operation(), &response)
    }
}
