//! Deleted users.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::DELETED_USERS_LIST;
use zd_model::{
    Count, CountEnvelope, DeletedUser, DeletedUserEnvelope, DeletedUsersPage, Operation, UserId,
};

use super::calls::path_calls;
use super::draft::Draft;
use super::position::{Cursor, cursor_paged};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// `GET /api/v2/deleted_users`: users who are deleted softly or for good. For agents.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ListDeletedUsers {
    sort: Option<String>,
    paging: Cursor,
}

impl ListDeletedUsers {
    /// All of them.
    pub const fn new() -> Self {
        Self {
            sort: None,
            paging: Cursor::first(),
        }
    }

    /// Sorted by this attribute, such as `name`; backwards with a hyphen before it, as in `-updated_at`.
    pub fn sort(mut self, by: impl Into<String>) -> Self {
        self.sort = Some(by.into());
        self
    }
}

impl Default for ListDeletedUsers {
    fn default() -> Self {
        Self::new()
    }
}

cursor_paged!(ListDeletedUsers);

impl Endpoint for ListDeletedUsers {
    type Output = DeletedUsersPage;

    fn operation(&self) -> &Operation {
        &DELETED_USERS_LIST
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        draft.pair_if("sort", self.sort.as_ref());
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<DeletedUsersPage, Error> {
        read_json(self.operation(), &response)
    }
}

path_calls! {
    /// `GET /api/v2/deleted_users/count`: how many there are; exact up to 100,000. For agents.
    CountDeletedUsers() = DELETED_USERS_COUNT => {CountEnvelope.count as Count};
    /// `GET /api/v2/deleted_users/{deleted_user_id}`: a softly deleted user; not found once deleted for good. For agents.
    ShowDeletedUser(id: UserId) = DELETED_USERS_SHOW => {DeletedUserEnvelope.deleted_user as DeletedUser};
    /// `DELETE /api/v2/deleted_users/{deleted_user_id}`: deletes a softly deleted user for good.
    ///
    /// For admins, and agents who may manage users; 700 in ten minutes. It goes on after the answer, product by product: see
    /// [`ShowComplianceDeletionStatuses`](super::ShowComplianceDeletionStatuses). It cannot be undone.
    PurgeUser(id: UserId) = DELETED_USERS_PURGE => {DeletedUserEnvelope.deleted_user as DeletedUser};
}
