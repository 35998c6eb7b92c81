//! What a creation or update did.

use zd_model::User;

/// What a call did that creates a record or updates the one that is there.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Upserted<T = User> {
    /// The record is new (201).
    Created(Box<T>),
    /// The record was there (200).
    Updated(Box<T>),
    /// The record is there as asked, but whether it is new is not known: the call had to be sent twice, so the status of the
    /// last answer does not tell, or the status was neither 200 nor 201.
    Unknown(Box<T>),
}

impl<T> Upserted<T> {
    /// The record as stored.
    pub const fn record(&self) -> &T {
        match self {
            Self::Created(record) | Self::Updated(record) | Self::Unknown(record) => record,
        }
    }

    /// The record as stored, taken out.
    pub fn into_record(self) -> T {
        match self {
            Self::Created(record) | Self::Updated(record) | Self::Unknown(record) => *record,
        }
    }
}
