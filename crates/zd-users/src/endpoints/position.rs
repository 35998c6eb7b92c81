//! Where a page of a list begins, in the two ways in which Zendesk counts pages.

use zd_model::Page;

use super::draft::Draft;
use crate::{PagingError, RequestError};

/// Records on a page, at the most and unless told otherwise.
pub(super) const LARGEST_PAGE: u32 = 100;
/// Offset paging ends after so many records.
const DEEPEST: u32 = 10_000;

/// A page by the cursor behind the last record of the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) size: u32,
    pub(super) after: Option<String>,
}

impl Cursor {
    pub(super) const fn first() -> Self {
        Self {
            size: LARGEST_PAGE,
            after: None,
        }
    }

    pub(super) fn ask(&self, draft: &mut Draft) -> Result<(), RequestError> {
        check_size(self.size, LARGEST_PAGE)?;
        draft.pair("page[size]", self.size);
        if let Some(cursor) = &self.after {
            draft.pair("page[after]", cursor);
        }
        Ok(())
    }

    /// `meta.has_more` decides: `links.next` is set on the last page too.
    pub(super) fn following(&self, page: &impl Page) -> Result<Option<Self>, PagingError> {
        if !page.has_more() {
            return Ok(None);
        }
        let cursor = page.after_cursor().ok_or(PagingError::NoCursor)?;
        if self.after.as_deref() == Some(cursor) {
            return Err(PagingError::Unmoving);
        }
        Ok(Some(Self {
            size: self.size,
            after: Some(cursor.to_owned()),
        }))
    }
}

/// A page by its number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    pub(super) size: u32,
    pub(super) page: u32,
}

impl Offset {
    pub(super) const fn first() -> Self {
        Self {
            size: LARGEST_PAGE,
            page: 1,
        }
    }

    pub(super) fn ask(self, draft: &mut Draft) -> Result<(), RequestError> {
        check_size(self.size, LARGEST_PAGE)?;
        let max = DEEPEST / self.size;
        if !(1..=max).contains(&self.page) {
            return Err(RequestError::Page {
                max,
                given: self.page,
            });
        }
        if self.size != LARGEST_PAGE {
            draft.pair("per_page", self.size);
        }
        if self.page > 1 {
            draft.pair("page", self.page);
        }
        Ok(())
    }

    /// An empty page ends the walk whatever it says: pages by number have no holes.
    pub(super) fn following(self, page: &impl Page) -> Result<Option<Self>, PagingError> {
        if !page.has_more() || page.records().is_empty() {
            return Ok(None);
        }
        if self.page >= DEEPEST / self.size.max(1) {
            return Err(PagingError::TooDeep { max: DEEPEST });
        }
        Ok(Some(Self {
            page: self.page + 1,
            ..self
        }))
    }
}

pub(super) const fn check_size(given: u32, max: u32) -> Result<(), RequestError> {
    if given == 0 || given > max {
        return Err(RequestError::PageSize { max, given });
    }
    Ok(())
}

/// Gives a list with a field `paging: Cursor` its setters, and makes it [`Paged`](crate::Paged).
macro_rules! cursor_paged {
    ($($name:ident),+ $(,)?) => {$(
        impl $name {
            /// Asks for this many records a page, 1 to 100; 100 unless told.
            pub const fn page_size(mut self, records: u32) -> Self {
                self.paging.size = records;
                self
            }

            /// Begins behind this cursor, the `meta.after_cursor` of a page.
            pub fn after(mut self, cursor: impl Into<String>) -> Self {
                self.paging.after = Some(cursor.into());
                self
            }
        }

        impl crate::Paged for $name {
            fn following(&self, page: &Self::Output) -> Result<Option<Self>, crate::PagingError> {
                let Some(paging) = self.paging.following(page)? else {
                    return Ok(None);
                };
                let mut next = self.clone();
                next.paging = paging;
                Ok(Some(next))
            }

            fn position(&self) -> Option<String> {
                self.paging.after.clone()
            }
        }
    )+};
}

/// Gives a list with a field `paging: Offset` its setters, and makes it [`Paged`](crate::Paged).
macro_rules! offset_paged {
    ($($name:ident),+ $(,)?) => {$(
        impl $name {
            /// Asks for this many records a page, 1 to 100; 100 unless told.
            pub const fn page_size(mut self, records: u32) -> Self {
                self.paging.size = records;
                self
            }

            /// Asks for this page, from 1; pages end after 10,000 records.
            pub const fn page(mut self, page: u32) -> Self {
                self.paging.page = page;
                self
            }
        }

        impl crate::Paged for $name {
            fn following(&self, page: &Self::Output) -> Result<Option<Self>, crate::PagingError> {
                let Some(paging) = self.paging.following(page)? else {
                    return Ok(None);
                };
                let mut next = self.clone();
                next.paging = paging;
                Ok(Some(next))
            }

            fn position(&self) -> Option<String> {
                (self.paging.page > 1).then(|| self.paging.page.to_string())
            }
        }
    )+};
}

pub(super) use {cursor_paged, offset_paged};
