//! How an audit behaves.

use std::sync::Arc;

use crate::{AccountFacts, Match};

/// How people known by their address are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ByAddress {
    /// By searches, until a walk over all users is the faster way.
    #[default]
    Auto,
    /// By a search each. The index lags behind writes by seconds to minutes.
    Search,
    /// By one walk over the account's users, from the first address on.
    Walk,
}

/// How an audit behaves.
///
/// ```
/// use zd_import::{AuditOptions, Match};
///
/// let options = AuditOptions { match_by: Match::ExternalId, ..AuditOptions::default() };
/// assert_eq!(options.in_flight, 4);
/// ```
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers build it with struct update syntax"
)]
pub struct AuditOptions {
    /// Requests on their way at once, 1 to 16. Default 4.
    pub in_flight: usize,
    /// Which keys find a person: those of the import. Default [`Match::Auto`].
    pub match_by: Match,
    /// How people known by their address are found. Default [`ByAddress::Auto`].
    pub by_address: ByAddress,
    /// How many rows have no external id, if that is known: then the better way is chosen at once. Default 0.
    pub known_by_address: u64,
    /// What is known of the account, with the definitions of its custom fields. Default none: they are asked for.
    pub account: Option<Arc<AccountFacts>>,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            in_flight: 4,
            match_by: Match::Auto,
            by_address: ByAddress::Auto,
            known_by_address: 0,
            account: None,
        }
    }
}
