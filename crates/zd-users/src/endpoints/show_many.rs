//! Showing many users by their keys.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::USERS_SHOW_MANY;
use zd_model::{ExternalId, Operation, UserId, UsersPage};

use super::draft::{Draft, MAX_PATH_BYTES};
use super::include::Includes;
use super::keys::Keys;
use super::{BrandScope, Include};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// `GET /api/v2/users/show_many`: up to a hundred users. For agents.
///
/// Users that do not exist are left out, and the order is Zendesk's: look each answer up by its own key.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowManyUsers {
    keys: Keys<UserId>,
    include: Includes,
    include_deleted: bool,
    brand: Option<BrandScope>,
}

impl ShowManyUsers {
    /// The longest path and query that this call sends, in bytes. External ids can be long: ask for fewer at once.
    pub const MAX_PATH_BYTES: usize = MAX_PATH_BYTES;

    /// Shows the users of these ids, 1 to [`MAX_AT_ONCE`](super::MAX_AT_ONCE).
    pub fn by_ids(ids: &[UserId]) -> Self {
        Self::new(Keys::Ids(ids.to_vec()))
    }

    /// Shows the users of these external ids, 1 to [`MAX_AT_ONCE`](super::MAX_AT_ONCE).
    ///
    /// An id that is empty or has a comma in it cannot be asked for in this way and is refused before sending; use
    /// [`SearchUsers::by_external_id`](super::SearchUsers::by_external_id).
    pub fn by_external_ids(ids: &[ExternalId]) -> Self {
        Self::new(Keys::ExternalIds(ids.to_vec()))
    }

    const fn new(keys: Keys<UserId>) -> Self {
        Self {
            keys,
            include: Includes::none(),
            include_deleted: false,
            brand: None,
        }
    }

    /// Has these records come along; asking twice is asking once.
    pub fn include(mut self, what: Include) -> Self {
        self.include.add(what);
        self
    }

    /// Looks for external ids of this brand; with ids it is not heeded.
    pub const fn brand(mut self, brand: BrandScope) -> Self {
        self.brand = Some(brand);
        self
    }

    /// Shows deleted users too, with `active: false`.
    pub const fn include_deleted(mut self) -> Self {
        self.include_deleted = true;
        self
    }
}

impl Endpoint for ShowManyUsers {
    type Output = UsersPage;

    fn operation(&self) -> &Operation {
        &USERS_SHOW_MANY
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        let mut draft = Draft::of(self.operation());
        self.keys.ask("user ids", &mut draft)?;
        self.include.ask(&mut draft);
        if self.include_deleted {
            draft.pair("include_deleted", true);
        }
        draft.pair_if("brand_id", self.brand);
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}
