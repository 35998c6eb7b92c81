//! Records that come along with users.

use super::draft::Draft;

/// Records that come along with users, as arrays of their own beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Include {
    /// The users' identities: [`UsersPage::identities`](zd_model::UsersPage::identities). Not with a search.
    Identities,
    /// The users' organizations: [`UsersPage::organizations`](zd_model::UsersPage::organizations).
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

/// What was asked to come along; asking twice is asking once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Includes(Vec<Include>);

impl Includes {
    pub(super) const fn none() -> Self {
        Self(Vec::new())
    }

    pub(super) fn add(&mut self, what: Include) {
        if !self.0.contains(&what) {
            self.0.push(what);
        }
    }

    pub(super) fn ask(&self, draft: &mut Draft) {
        if !self.0.is_empty() {
            let names: Vec<_> = self.0.iter().map(|what| what.as_str()).collect();
            draft.pair("include", names.join(","));
        }
    }
}
