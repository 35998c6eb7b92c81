//! Incremental exports: users changed since a time, deleted ones included.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation::{INCREMENTAL_USERS, INCREMENTAL_USERS_CURSOR};
use zd_model::{Operation, Page, UsersByCursorPage, UsersByTimePage};

use super::draft::Draft;
use super::position::check_size;
use crate::endpoint::read_json;
use crate::{Endpoint, Error, Paged, PagingError, RequestError};

/// Users on a page of an export.
const LARGEST_PAGE: u32 = 1000;

/// `GET /api/v2/incremental/users/cursor`: users changed since a time, by cursor. For admins.
///
/// Ten requests a minute for all incremental exports of the account together, thirty with the High Volume add-on. A user who is
/// changed while the walk goes on comes again later; none is left out. The walk ends when `end_of_stream` says so; the last
/// page's [`after_cursor`](UsersByCursorPage::after_cursor) is where to go on another day.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ExportUsers {
    from: Start,
    size: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Start {
    Time(i64),
    Cursor(String),
}

impl ExportUsers {
    /// Users changed since this time, in seconds since 1970; 0 for all. Zendesk refuses the last minute.
    pub const fn since(unix_seconds: i64) -> Self {
        Self {
            from: Start::Time(unix_seconds),
            size: LARGEST_PAGE,
        }
    }

    /// Goes on behind this cursor, the `after_cursor` of a page.
    pub fn after(cursor: impl Into<String>) -> Self {
        Self {
            from: Start::Cursor(cursor.into()),
            size: LARGEST_PAGE,
        }
    }

    /// Asks for this many users a page, 1 to 1000; 1000 unless told.
    pub const fn page_size(mut self, users: u32) -> Self {
        self.size = users;
        self
    }
}

impl Paged for ExportUsers {
    fn following(&self, page: &UsersByCursorPage) -> Result<Option<Self>, PagingError> {
        if !page.has_more() {
            return Ok(None);
        }
        let cursor = page.after_cursor.value().ok_or(PagingError::NoCursor)?;
        Ok(Some(Self {
            from: Start::Cursor(cursor.clone()),
            size: self.size,
        }))
    }

    fn position(&self) -> Option<String> {
        match &self.from {
            Start::Time(_) => None,
            Start::Cursor(cursor) => Some(cursor.clone()),
        }
    }
}

impl Endpoint for ExportUsers {
    type Output = UsersByCursorPage;

    fn operation(&self) -> &Operation {
        &INCREMENTAL_USERS_CURSOR
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        check_size(self.size, LARGEST_PAGE)?;
        let mut draft = Draft::of(self.operation());
        match &self.from {
            Start::Time(seconds) => draft.pair("start_time", check_time(*seconds)?),
            Start::Cursor(cursor) if cursor.is_empty() => {
                return Err(RequestError::Empty { what: "cursor" });
            }
            Start::Cursor(cursor) => draft.pair("cursor", cursor),
        };
        draft.pair("per_page", self.size).finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersByCursorPage, Error> {
        read_json(self.operation(), &response)
    }
}

/// `GET /api/v2/incremental/users`: users changed since a time, page after page by time. For admins.
///
/// The older way; prefer [`ExportUsers`]. The limits are the same. Each page begins with the second in which the one before
/// ended, so users changed in that second may come twice, and a page may hold more than was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an endpoint does nothing until it is executed"]
pub struct ExportUsersByTime {
    since: i64,
    is_first: bool,
    size: u32,
}

impl ExportUsersByTime {
    /// Users changed since this time, in seconds since 1970; 0 for all. Zendesk refuses the last minute.
    pub const fn since(unix_seconds: i64) -> Self {
        Self {
            since: unix_seconds,
            is_first: true,
            size: LARGEST_PAGE,
        }
    }

    /// Asks for this many users a page, 1 to 1000; 1000 unless told.
    pub const fn page_size(mut self, users: u32) -> Self {
        self.size = users;
        self
    }
}

impl Paged for ExportUsersByTime {
    fn following(&self, page: &UsersByTimePage) -> Result<Option<Self>, PagingError> {
        if !page.has_more() {
            return Ok(None);
        }
        let since = *page.end_time.value().ok_or(PagingError::NoCursor)?;
        if since <= self.since {
            return Err(PagingError::Unmoving);
        }
        Ok(Some(Self {
            since,
            is_first: false,
            size: self.size,
        }))
    }

    fn position(&self) -> Option<String> {
        (!self.is_first).then(|| self.since.to_string())
    }
}

impl Endpoint for ExportUsersByTime {
    type Output = UsersByTimePage;

    fn operation(&self) -> &Operation {
        &INCREMENTAL_USERS
    }

    fn build(&self) -> Result<Request<Bytes>, RequestError> {
        check_size(self.size, LARGEST_PAGE)?;
        Draft::of(self.operation())
            .pair("start_time", check_time(self.since)?)
            .pair("per_page", self.size)
            .finish()
    }

    fn parse(&self, response: Response<Bytes>) -> Result<UsersByTimePage, Error> {
        read_json(self.operation(), &response)
    }
}

const fn check_time(seconds: i64) -> Result<i64, RequestError> {
    if seconds < 0 {
        return Err(RequestError::refused(
            "an export begins in 1970 at the earliest",
        ));
    }
    Ok(seconds)
}
