//! What is known to be refused, before sending.

/// Why a call was not sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// More than Zendesk takes at once.
    #[error("at most {max} {what} at once, not {given}")]
    #[non_exhaustive]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        max: usize,
        /// How many were given.
        given: usize,
    },
    /// Nothing to do.
    #[error("no {what} given")]
    #[non_exhaustive]
    Empty {
        /// Of what.
        what: &'static str,
    },
    /// A key in a comma-separated list is empty or has a comma in it, so Zendesk would look for something else.
    #[error(
        "number {position} of the {what} is empty or has a comma in it, which a list cannot hold"
    )]
    #[non_exhaustive]
    NotListable {
        /// Of what.
        what: &'static str,
        /// Which one, from 1.
        position: usize,
    },
    /// Path and query are longer than servers between here and Zendesk let pass.
    #[error("path and query are {given} bytes long, more than {max}: ask for fewer at once")]
    #[non_exhaustive]
    TooLong {
        /// How many bytes there may be.
        max: usize,
        /// How many there are.
        given: usize,
    },
    /// A page that Zendesk does not give.
    #[error("pages are numbered from 1 to {max}, so there is no page {given}")]
    #[non_exhaustive]
    Page {
        /// The last page.
        max: u32,
        /// The page asked for.
        given: u32,
    },
    /// A page of a size that Zendesk does not give.
    #[error("a page holds 1 to {max} records, not {given}")]
    #[non_exhaustive]
    PageSize {
        /// The most records.
        max: u32,
        /// The records asked for.
        given: u32,
    },
    /// A parameter of the path is empty: the path would be that of another operation.
    #[error("the {name} is empty")]
    #[non_exhaustive]
    NoParameter {
        /// The parameter's name in the path.
        name: &'static str,
    },
    /// A write without external id and e-mail address that may be sent twice: it would make two users.
    #[error("a user without external id and e-mail address must not be sent twice")]
    Keyless,
    /// Something that Zendesk is known to refuse.
    #[error("{why}")]
    #[non_exhaustive]
    Refused {
        /// What, and why.
        why: &'static str,
    },
    /// An absolute address of another host, to which the credentials must not go.
    #[error("the address is on another host than the account")]
    OtherHost,
    /// A value that cannot be sent.
    #[error("{what} cannot be sent")]
    #[non_exhaustive]
    Unsendable {
        /// What.
        what: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl RequestError {
    /// For an endpoint of your own: `what` cannot be sent, for this reason (which must not hold personal data).
    pub fn unsendable(
        what: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Unsendable {
            what,
            source: source.into(),
        }
    }

    /// For an endpoint of your own: Zendesk is known to refuse this (the text must not hold personal data).
    pub const fn refused(why: &'static str) -> Self {
        Self::Refused { why }
    }

    /// Refuses lists that are empty or too long.
    ///
    /// # Errors
    ///
    /// [`RequestError::Empty`] or [`RequestError::TooMany`].
    pub fn check_length(what: &'static str, given: usize, max: usize) -> Result<(), Self> {
        match given {
            0 => Err(Self::Empty { what }),
            given if given > max => Err(Self::TooMany { what, max, given }),
            _ => Ok(()),
        }
    }
}
