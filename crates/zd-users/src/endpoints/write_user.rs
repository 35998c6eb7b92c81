//! Creating, changing, deleting and merging one user.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use zd_model::operation::USERS_MERGE;
use zd_model::{Operation, User, UserEnvelope, UserId, UserInput};

use super::calls::{body_calls, path_calls};
use super::draft::Draft;
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// Zendesk refuses a user without a name.
fn check_name(user: &UserInput) -> Result<(), RequestError> {
    match user.name.as_deref().map(str::trim) {
        None | Some("") => Err(RequestError::Empty { what: "name" }),
        Some(_) => Ok(()),
    }
}

/// An update of nothing is a mistake somewhere.
fn check_change(user: &UserInput) -> Result<(), RequestError> {
    if *user == UserInput::default() {
        return Err(RequestError::Empty { what: "change" });
    }
    Ok(())
}

fn check_invitation(user: &UserInput) -> Result<(), RequestError> {
    check_name(user)?;
    if user.email.is_none() {
        return Err(RequestError::Empty { what: "email" });
    }
    Ok(())
}

body_calls! {
    /// `POST /api/v2/users`: a new user. For admins, and agents who may manage users.
    ///
    /// Only the name is needed. An address or an external id that somebody has already is refused (422); to update that
    /// user instead, use [`CreateOrUpdate`](super::CreateOrUpdate). Sent twice it makes two users.
    CreateUser(["user"] user: UserInput) = USERS_CREATE => {UserEnvelope.user as User} unless check_name;
    /// `PUT /api/v2/users/{user_id}`: changes what is named. For admins; agents change end users only.
    ///
    /// Each user 5 times a minute, the account once a second. A new address becomes a *secondary* one and the answer shows
    /// the old one (recorded), a further phone number likewise; `organization_id` ends all other memberships; `tags` replaces
    /// the set; custom fields that are not named stay.
    UpdateUser(id: UserId, ["user"] change: UserInput) = USERS_UPDATE => {UserEnvelope.user as User} unless check_change;
    /// `POST /api/v2/users/request_create`: mails the account's owner that this person, by name and address, should become
    /// a member of staff and there is no seat left. For agents.
    RequestUserCreation(["user"] user: UserInput) = USERS_REQUEST_CREATE => {nothing} unless check_invitation;
}

path_calls! {
    /// `DELETE /api/v2/users/{user_id}`: deletes a user softly. For admins, and agents who may manage users.
    ///
    /// Name, tags and fields stay; address and external id are freed for others. It cannot be undone by the API. The user is
    /// then among the deleted ones, where it can be deleted for good.
    DeleteUser(id: UserId) = USERS_DELETE => {UserEnvelope.user as User};
}

/// `PUT /api/v2/users/{user_id}/merge`: one end user becomes part of another. For admins, and agents who may edit end users.
///
/// Identities and tickets go over to the survivor, which may take seconds after the answer; the other one is deleted. Only end
/// users can be merged, and the one who goes may have asked for 10,000 tickets at most. It cannot be undone.
#[derive(Clone, Copy, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct MergeUsers {
    from: UserId,
    into: UserId,
}

impl MergeUsers {
    /// Merges `from`, who goes, into `into`, who stays.
    pub const fn new(from: UserId, into: UserId) -> Self {
        Self { from, into }
    }
}

impl Endpoint for MergeUsers {
    type Output = User;

    fn operation(&self) -> &Operation {
        &USERS_MERGE
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        if self.from == self.into {
            return Err(RequestError::refused(
                "a user cannot be merged into the same user",
            ));
        }
        Draft::of(self.operation())
            .param(self.from)
            .json(&json!({"user": {"id": self.into}}))?
            .finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<User, Error> {
        Ok(read_json::<UserEnvelope>(self.operation(), &response)?.user)
    }
}
