//! Showing many users by their keys.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::USERS_SHOW_MANY;
use zd_model::{ExternalId, Operation, UserId, UsersPage};

use super::{MAX_AT_ONCE, request};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// Records that come along with users, as arrays of their own beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Include {
    /// The users' identities: [`UsersPage::identities`].
    Identities,
    /// The users' organizations: [`UsersPage::organizations`].
    Organizations,
    /// The users' roles; in the page's `extra`.
    Roles,
    /// What the caller may do with each user; in the page's `extra`.
    Abilities,
    /// The users' groups; in the page's `extra`.
    Groups,
}

impl Include {
    /// The word in the query.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identities => "identities",
            Self::Organizations => "organizations",
            Self::Roles => "roles",
            Self::Abilities => "abilities",
            Self::Groups => "groups",
        }
    }
}

#[derive(Clone, Debug)]
enum Keys {
    Ids(Vec<UserId>),
    ExternalIds(Vec<ExternalId>),
}

/// `GET /api/v2/users/show_many`
///
/// Users that do not exist are left out, and the order is Zendesk's: look each answer up by its own key.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ShowManyUsers {
    keys: Keys,
    include: Vec<Include>,
    include_deleted: bool,
}

impl ShowManyUsers {
    /// The longest path and query that this call sends, in bytes. External ids can be long: ask for fewer at once.
    pub const MAX_PATH_BYTES: usize = request::MAX_PATH_BYTES;

    /// Shows the users of these ids, 1 to [`MAX_AT_ONCE`].
    pub fn by_ids(ids: &[UserId]) -> Self {
        Self::new(Keys::Ids(ids.to_vec()))
    }

    /// Shows the users of these external ids, 1 to [`MAX_AT_ONCE`].
    ///
    /// An id that is empty or has a comma in it cannot be asked for in this way and is refused before sending; use
    /// [`SearchUsers::by_external_id`](super::SearchUsers::by_external_id).
    pub fn by_external_ids(ids: &[ExternalId]) -> Self {
        Self::new(Keys::ExternalIds(ids.to_vec()))
    }

    const fn new(keys: Keys) -> Self {
        Self {
            keys,
            include: Vec::new(),
            include_deleted: false,
        }
    }

    /// Has these records come along; asking twice is asking once.
    pub fn include(mut self, what: Include) -> Self {
        if !self.include.contains(&what) {
            self.include.push(what);
        }
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
        let (parameter, keys) = match &self.keys {
            Keys::Ids(ids) => {
                RequestError::check_length("user ids", ids.len(), MAX_AT_ONCE)?;
                let texts: Vec<_> = ids.iter().map(ToString::to_string).collect();
                ("ids", texts.join(","))
            }
            Keys::ExternalIds(ids) => {
                let what = "external ids";
                RequestError::check_length(what, ids.len(), MAX_AT_ONCE)?;
                (
                    "external_ids",
                    request::comma_list(what, ids.iter().map(ExternalId::as_str))?,
                )
            }
        };
        let include: Vec<_> = self.include.iter().map(|what| what.as_str()).collect();
        let include = include.join(",");
        let mut pairs = vec![(parameter, keys.as_str())];
        if !include.is_empty() {
            pairs.push(("include", &include));
        }
        if self.include_deleted {
            pairs.push(("include_deleted", "true"));
        }
        request::get(&request::with_query(USERS_SHOW_MANY.path, &pairs))
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}
