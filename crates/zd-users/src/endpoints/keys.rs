//! The keys by which many records are asked for at once.

use std::fmt::Display;

use zd_model::ExternalId;

use super::MAX_AT_ONCE;
use super::draft::{Draft, comma_list};
use crate::RequestError;

/// Ids of one kind, or external ids; one call takes either.
#[derive(Clone, Debug)]
pub(super) enum Keys<Id> {
    Ids(Vec<Id>),
    ExternalIds(Vec<ExternalId>),
}

impl<Id: Display> Keys<Id> {
    pub(super) const fn are_external(&self) -> bool {
        matches!(self, Self::ExternalIds(_))
    }

    /// Asks for these keys; `what` says what ids they are.
    ///
    /// # Errors
    ///
    /// If there are none or more than [`MAX_AT_ONCE`], or an external id that a list cannot hold.
    pub(super) fn ask(&self, what: &'static str, draft: &mut Draft) -> Result<(), RequestError> {
        match self {
            Self::Ids(ids) => {
                RequestError::check_length(what, ids.len(), MAX_AT_ONCE)?;
                let texts: Vec<_> = ids.iter().map(ToString::to_string).collect();
                draft.pair("ids", texts.join(","));
            }
            Self::ExternalIds(ids) => {
                let what = "external ids";
                RequestError::check_length(what, ids.len(), MAX_AT_ONCE)?;
                let list = comma_list(what, ids.iter().map(ExternalId::as_str))?;
                draft.pair("external_ids", list);
            }
        }
        Ok(())
    }
}
