//! Finding users.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::USERS_SEARCH;
use zd_model::{ExternalId, Operation, UsersPage};

use super::Include;
use super::draft::Draft;
use super::include::Includes;
use super::position::{Offset, offset_paged};
use crate::endpoint::read_json;
use crate::{Endpoint, Error, RequestError};

/// A query in Zendesk's search language.
///
/// ```
/// use zd_users::endpoints::SearchQuery;
///
/// assert_eq!(SearchQuery::email("ann+x@example.com").as_str(), r#"email:"ann+x@example.com""#);
/// assert_eq!(SearchQuery::term("name", r#"Ann "A" Lee"#).as_str(), r#"name:"Ann \"A\" Lee""#);
/// assert_eq!(SearchQuery::raw("role:agent created>2026-01-01").as_str(), "role:agent created>2026-01-01");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SearchQuery(String);

impl SearchQuery {
    /// A query as it is, operators and all.
    pub fn raw(query: impl Into<String>) -> Self {
        Self(query.into())
    }

    /// Users with this e-mail address, quoted so that nothing in it counts as an operator.
    ///
    /// The index matches by words and lags behind writes, so an answer may hold others and may lack a new user: compare
    /// the addresses of what comes back.
    pub fn email(address: &str) -> Self {
        Self::term("email", address)
    }

    /// Users for whom `field` has this value, quoted.
    pub fn term(field: &str, value: &str) -> Self {
        let mut query = String::with_capacity(field.len() + value.len() + 3);
        query.push_str(field);
        query.push_str(":\"");
        for character in value.chars() {
            if matches!(character, '"' | '\\') {
                query.push('\\');
            }
            query.push(character);
        }
        query.push('"');
        Self(query)
    }

    /// The query's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SearchQuery {
    fn from(query: &str) -> Self {
        Self::raw(query)
    }
}

impl From<String> for SearchQuery {
    fn from(query: String) -> Self {
        Self::raw(query)
    }
}

/// `GET /api/v2/users/search`
///
/// Deleted users are not found. Pages go by number and end after 10,000 users: a walk over more ends in
/// [`PagingError::TooDeep`](crate::PagingError::TooDeep).
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct SearchUsers {
    parameter: &'static str,
    value: String,
    include: Includes,
    paging: Offset,
}

impl SearchUsers {
    /// Finds the user of this external id, exactly but for case, and without the index's delay.
    pub fn by_external_id(id: &ExternalId) -> Self {
        Self::new("external_id", id.as_str().to_owned())
    }

    /// Finds users by Zendesk's search language; lags behind writes by seconds to minutes.
    pub fn by_query(query: impl Into<SearchQuery>) -> Self {
        Self::new("query", query.into().0)
    }

    const fn new(parameter: &'static str, value: String) -> Self {
        Self {
            parameter,
            value,
            include: Includes::none(),
            paging: Offset::first(),
        }
    }

    /// Has these records come along.
    pub fn include(mut self, what: Include) -> Self {
        self.include.add(what);
        self
    }
}

offset_paged!(SearchUsers);

impl Endpoint for SearchUsers {
    type Output = UsersPage;

    fn operation(&self) -> &Operation {
        &USERS_SEARCH
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        if self.value.trim().is_empty() {
            // Zendesk takes a search for nothing as one for everybody.
            return Err(RequestError::Empty {
                what: "search text",
            });
        }
        let mut draft = Draft::of(self.operation());
        draft.pair(self.parameter, &self.value);
        self.include.ask(&mut draft);
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}
