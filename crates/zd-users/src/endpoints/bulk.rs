//! Up to a hundred users at once, in a job.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{
    USERS_CREATE_MANY, USERS_DESTROY_MANY, USERS_LOGOUT_MANY, USERS_UPDATE_MANY,
};
use zd_model::{ExternalId, JobStatus, JobStatusEnvelope, Nullable, Operation, UserId, UserInput};

use super::calls::read_nothing;
use super::draft::Draft;
use super::keys::Keys;
use super::{BrandScope, MAX_AT_ONCE};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// Asks for external ids of a brand.
///
/// # Errors
///
/// If users are named otherwise, or the brand is all of them: Zendesk refuses both.
fn ask_brand(
    brand: Option<BrandScope>,
    by_external_ids: bool,
    draft: &mut Draft,
) -> Result<(), RequestError> {
    match brand {
        None => {}
        Some(_) if !by_external_ids => {
            return Err(RequestError::refused(
                "a brand goes with external ids only: ids are of all brands",
            ));
        }
        Some(BrandScope::All) => {
            return Err(RequestError::refused(
                "a bulk call is about the users of one brand, not of all",
            ));
        }
        Some(brand) => {
            draft.pair("brand_id", brand);
        }
    }
    Ok(())
}

fn read_job(operation: &Operation, response: &Response<Bytes>) -> Result<JobStatus, Error> {
    Ok(read_json::<JobStatusEnvelope>(operation, response)?.job_status)
}

/// `POST /api/v2/users/create_many`: new users, in a job. For admins, and agents who may manage users.
///
/// The account must be allowed to import in bulk; most are not until support allows it (403). A user who is there already is a
/// failed entry of the job, not a failed call.
#[derive(Clone, Copy, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct CreateManyUsers<'a> {
    users: &'a [UserInput],
}

impl<'a> CreateManyUsers<'a> {
    /// Creates these users, 1 to [`MAX_AT_ONCE`], each with a name.
    pub const fn new(users: &'a [UserInput]) -> Self {
        Self { users }
    }
}

impl Endpoint for CreateManyUsers<'_> {
    type Output = JobStatus;

    fn operation(&self) -> &Operation {
        &USERS_CREATE_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        RequestError::check_length("users", self.users.len(), MAX_AT_ONCE)?;
        let nameless = |user: &UserInput| {
            user.name
                .as_deref()
                .is_none_or(|name| name.trim().is_empty())
        };
        if self.users.iter().any(nameless) {
            return Err(RequestError::refused("a new user needs a name"));
        }
        Draft::of(self.operation())
            .wrapped("users", self.users)?
            .finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatus, Error> {
        read_job(self.operation(), &response)
    }
}

/// `PUT /api/v2/users/update_many`: changes up to a hundred users, in a job. For agents, who change end users only.
///
/// It is not behind the switch that forbids bulk imports.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct UpdateManyUsers<'a> {
    change: Change<'a>,
    brand: Option<BrandScope>,
}

#[derive(Clone, Debug)]
enum Change<'a> {
    Each(&'a [UserInput]),
    Alike(Keys<UserId>, &'a UserInput),
}

impl<'a> UpdateManyUsers<'a> {
    /// Changes each of these users, 1 to [`MAX_AT_ONCE`], in its own way. Each names a user by `id` or `external_id`.
    pub const fn each(users: &'a [UserInput]) -> Self {
        Self {
            change: Change::Each(users),
            brand: None,
        }
    }

    /// Makes the same change to the users of these ids, 1 to [`MAX_AT_ONCE`].
    pub fn by_ids(ids: &[UserId], change: &'a UserInput) -> Self {
        Self {
            change: Change::Alike(Keys::Ids(ids.to_vec()), change),
            brand: None,
        }
    }

    /// Makes the same change to the users of these external ids, 1 to [`MAX_AT_ONCE`].
    pub fn by_external_ids(ids: &[ExternalId], change: &'a UserInput) -> Self {
        Self {
            change: Change::Alike(Keys::ExternalIds(ids.to_vec()), change),
            brand: None,
        }
    }

    /// Looks for external ids of this brand; without it, of users who belong to no brand. Not with anything but
    /// [`by_external_ids`](Self::by_external_ids), and not [`BrandScope::All`].
    pub const fn brand(mut self, brand: BrandScope) -> Self {
        self.brand = Some(brand);
        self
    }
}

impl Endpoint for UpdateManyUsers<'_> {
    type Output = JobStatus;

    fn operation(&self) -> &Operation {
        &USERS_UPDATE_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        match &self.change {
            Change::Each(users) => {
                RequestError::check_length("users", users.len(), MAX_AT_ONCE)?;
                let nameless = |user: &UserInput| {
                    user.id.is_none() && !matches!(user.external_id, Nullable::Value(_))
                };
                if users.iter().any(nameless) {
                    return Err(RequestError::refused(
                        "each user to update is named by id or external id",
                    ));
                }
                ask_brand(self.brand, false, &mut draft)?;
                draft.wrapped("users", *users)?;
            }
            Change::Alike(keys, change) => {
                if **change == UserInput::default() {
                    return Err(RequestError::Empty { what: "change" });
                }
                keys.ask("user ids", &mut draft)?;
                ask_brand(self.brand, keys.are_external(), &mut draft)?;
                draft.wrapped("user", *change)?;
            }
        }
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatus, Error> {
        read_job(self.operation(), &response)
    }
}

/// `DELETE /api/v2/users/destroy_many`: deletes users softly, in a job. For admins.
///
/// The job calls itself `Bulk Update User` (recorded).
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct DestroyManyUsers {
    keys: Keys<UserId>,
    brand: Option<BrandScope>,
}

impl DestroyManyUsers {
    /// Deletes the users of these ids, 1 to [`MAX_AT_ONCE`].
    pub fn by_ids(ids: &[UserId]) -> Self {
        Self {
            keys: Keys::Ids(ids.to_vec()),
            brand: None,
        }
    }

    /// Deletes the users of these external ids, 1 to [`MAX_AT_ONCE`].
    pub fn by_external_ids(ids: &[ExternalId]) -> Self {
        Self {
            keys: Keys::ExternalIds(ids.to_vec()),
            brand: None,
        }
    }

    /// Looks for external ids of this brand; without it, of users who belong to no brand. Not with ids, and not
    /// [`BrandScope::All`].
    pub const fn brand(mut self, brand: BrandScope) -> Self {
        self.brand = Some(brand);
        self
    }
}

impl Endpoint for DestroyManyUsers {
    type Output = JobStatus;

    fn operation(&self) -> &Operation {
        &USERS_DESTROY_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        self.keys.ask("user ids", &mut draft)?;
        ask_brand(self.brand, self.keys.are_external(), &mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<JobStatus, Error> {
        read_job(self.operation(), &response)
    }
}

/// `POST /api/v2/users/logout_many`: signs users out everywhere. For admins.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct LogoutManyUsers {
    keys: Keys<UserId>,
}

impl LogoutManyUsers {
    /// Signs out the users of these ids, 1 to [`MAX_AT_ONCE`].
    pub fn new(ids: &[UserId]) -> Self {
        Self {
            keys: Keys::Ids(ids.to_vec()),
        }
    }
}

impl Endpoint for LogoutManyUsers {
    type Output = ();

    fn operation(&self) -> &Operation {
        &USERS_LOGOUT_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        self.keys.ask("user ids", &mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<(), Error> {
        read_nothing(self.operation(), &response)
    }
}
