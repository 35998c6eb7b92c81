//! Calls about users, as methods.

use zd_model::{JobStatus, User, UserId, UserInput, UsersPage};

use crate::endpoints::{
    CreateOrUpdate, CreateOrUpdateMany, ListUsers, Me, SearchUsers, ShowManyUsers, ShowUser,
};
use crate::{Client, Error, Pager};

/// Calls about users.
#[derive(Clone, Debug)]
pub struct Users {
    client: Client,
}

/// What an upsert did.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Upserted {
    /// The user is new (201).
    Created(Box<User>),
    /// The user was there (200).
    Updated(Box<User>),
    /// The user is there as asked, but whether it is new is not known: the call had to be sent twice, so the status of
    /// the last answer does not tell, or the status was neither 200 nor 201.
    Unknown(Box<User>),
}

impl Upserted {
    /// The user as stored.
    pub const fn user(&self) -> &User {
        match self {
            Self::Created(user) | Self::Updated(user) | Self::Unknown(user) => user,
        }
    }

    /// The user as stored, taken out.
    pub fn into_user(self) -> User {
        match self {
            Self::Created(user) | Self::Updated(user) | Self::Unknown(user) => *user,
        }
    }
}

impl Users {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Creates a user, or updates the one that the external id or the e-mail address names.
    ///
    /// It is not sent again when its fate is unknown (no answer, or a 5xx): the error then says
    /// [`may_have_been_applied`](Error::may_have_been_applied). To have it resent, run
    /// [`CreateOrUpdate`] with [`resend`](CreateOrUpdate::resend) yourself.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange; the user may have been written.
    pub async fn create_or_update(&self, user: &UserInput) -> Result<Upserted, Error> {
        self.client.execute(&CreateOrUpdate::new(user)).await
    }

    /// Creates or updates up to 100 users in a job, which is only queued when this returns.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for none or more than 100 users, before anything is sent; see [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the exchange; the job may have been queued.
    pub async fn create_or_update_many(&self, users: &[UserInput]) -> Result<JobStatus, Error> {
        self.client.execute(&CreateOrUpdateMany::new(users)).await
    }

    /// Shows a user; a deleted one is shown too, with `active: false`.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn get(&self, id: UserId) -> Result<User, Error> {
        self.client.execute(&ShowUser::new(id)).await
    }

    /// Shows up to 100 users; missing ones are skipped, the order is Zendesk's.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn show_many(&self, which: &ShowManyUsers) -> Result<UsersPage, Error> {
        self.client.execute(which).await
    }

    /// Lists users; deleted ones are left out.
    pub fn list(&self, which: ListUsers) -> Pager<ListUsers> {
        self.client.pager(which)
    }

    /// Finds users, 10,000 at most.
    pub fn search(&self, search: SearchUsers) -> Pager<SearchUsers> {
        self.client.pager(search)
    }

    /// Shows the caller.
    ///
    /// # Errors
    ///
    /// [`Error::Anonymous`] if Zendesk answers 200 to credentials that it did not accept; see [`Error`].
    ///
    /// # Cancel safety
    ///
    /// Only reads.
    pub async fn me(&self) -> Result<User, Error> {
        self.client.execute(&Me::new()).await
    }
}
