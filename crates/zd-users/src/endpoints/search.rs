//! Finding users.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{SEARCH_EXPORT, USERS_SEARCH};
use zd_model::{ExternalId, Operation, SearchExportPage, UsersPage};

use super::draft::Draft;
use super::include::Includes;
use super::position::{Cursor, Offset, cursor_paged, offset_paged};
use super::{BrandScope, Include};
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

/// `GET /api/v2/users/search`: users by external id or by a query. For agents.
///
/// Deleted users are not found. Pages go by number and end after 10,000 users: a walk over more ends in
/// [`PagingError::TooDeep`](crate::PagingError::TooDeep).
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct SearchUsers {
    parameter: &'static str,
    value: String,
    include: Includes,
    brand: Option<BrandScope>,
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
            brand: None,
            paging: Offset::first(),
        }
    }

    /// Has these records come along; not identities, which a search does not bring (reported).
    pub fn include(mut self, what: Include) -> Self {
        self.include.add(what);
        self
    }

    /// Only the end users of this brand.
    pub const fn brand(mut self, brand: BrandScope) -> Self {
        self.brand = Some(brand);
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
        draft.pair_if("brand_id", self.brand);
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersPage, Error> {
        read_json(self.operation(), &response)
    }
}

/// `GET /api/v2/search/export`, for users: as many as there are, where a search ends at 10,000. For agents.
///
/// 100 requests a minute. The index lags behind writes by seconds to minutes.
#[derive(Clone, Debug)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct SearchExport {
    query: String,
    paging: Cursor,
}

impl SearchExport {
    /// Finds users by Zendesk's search language.
    pub fn users(query: impl Into<SearchQuery>) -> Self {
        Self {
            query: query.into().0,
            paging: Cursor::first(),
        }
    }
}

cursor_paged!(SearchExport);

impl Endpoint for SearchExport {
    type Output = SearchExportPage;

    fn operation(&self) -> &Operation {
        &SEARCH_EXPORT
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        if self.query.trim().is_empty() {
            return Err(RequestError::Empty {
                what: "search text",
            });
        }
        let mut draft = Draft::of(self.operation());
        draft
            .pair("query", &self.query)
            .pair("filter[type]", "user");
        self.paging.ask(&mut draft)?;
        draft.finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<SearchExportPage, Error> {
        read_json(self.operation(), &response)
    }
}
