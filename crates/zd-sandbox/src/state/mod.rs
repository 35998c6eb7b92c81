//! What the account holds, and the rules by which it changes.

pub(crate) mod contacts;
pub(crate) mod draft;
pub(crate) mod email;
mod expected;
pub(crate) mod field_changes;
pub(crate) mod field_draft;
pub(crate) mod field_pattern;
pub(crate) mod field_values;
pub(crate) mod fields;
pub(crate) mod groups;
pub(crate) mod identities;
pub(crate) mod ids;
pub(crate) mod index;
pub(crate) mod locales;
pub(crate) mod memberships;
pub(crate) mod merge;
pub(crate) mod organization_upsert;
pub(crate) mod organizations;
pub(crate) mod passwords;
pub(crate) mod photos;
pub(crate) mod preferences;
pub(crate) mod problem;
pub(crate) mod purges;
pub(crate) mod sessions;
pub(crate) mod tags;
pub(crate) mod text;
pub(crate) mod upsert;
pub(crate) mod user;
pub(crate) mod users;
pub(crate) mod write;

use crate::choices::Choices;
use fields::Fields;
use groups::Groups;
use memberships::Memberships;
use organizations::Organizations;
use passwords::Passwords;
use photos::Photos;
use preferences::Preferences;
use purges::Purges;
use sessions::Sessions;
use users::Users;

/// People and what they belong to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) users: Users,
    pub(crate) organizations: Organizations,
    pub(crate) memberships: Memberships,
    pub(crate) groups: Groups,
    pub(crate) fields: Fields,
    pub(crate) purges: Purges,
    pub(crate) photos: Photos,
    pub(crate) passwords: Passwords,
    pub(crate) sessions: Sessions,
    pub(crate) preferences: Preferences,
    /// What is chosen where nobody knows the truth.
    pub(crate) choices: Choices,
}
