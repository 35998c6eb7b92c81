//! Records as the API shows them, in the recorded order of keys.

pub(crate) mod abilities;
pub(crate) mod deleted_users;
pub(crate) mod fields;
pub(crate) mod groups;
pub(crate) mod organizations;
mod photos;
pub(crate) mod sessions;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use self::photos::PhotoView;
use crate::state::Account;
use crate::state::field_values::{self, FieldValue};
use crate::state::fields::{Field, Fields};
use crate::state::ids::{self, Slot};
use crate::state::locales;
use crate::state::user::{Identity, IdentityKind, Role, User};

/// The zone of accounts and users that set none.
const ZONE: &str = "America/New_York";

/// A user as staff see it, or as end users see themselves.
#[derive(Clone, Copy)]
pub(crate) struct UserView<'a> {
    pub(crate) account: &'a Account,
    pub(crate) slot: Slot,
    pub(crate) user: &'a User,
    pub(crate) base: &'a str,
    /// Only in `users/me`.
    pub(crate) authenticity_token: Option<&'a str>,
    /// End users see the first keys only, and their own address.
    pub(crate) for_end_user: bool,
}

impl Serialize for UserView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let user = self.user;
        let id = ids::user(self.slot);
        let rare = user.rare();
        let is_end_user = user.role == Role::EndUser;
        let locale = rare.locale.as_deref().unwrap_or(locales::DEFAULT);
        let organization = self.account.organizations.get(user.organization);
        let shared = user.phone.as_ref().map(|_| user.shared_phone);
        let role_type = match user.role {
            Role::Admin => Some(4),
            Role::Agent => rare.custom_role_id.map(|_| 0),
            Role::EndUser => None,
        };
        let photo = PhotoView::of(self.account, self.slot, self.base);
        let restriction = rare
            .ticket_restriction
            .map(|restriction| restriction.name());

        let mut map = serializer.serialize_map(Some(39))?;
        map.serialize_entry("id", &id)?;
        let place = place(self.for_end_user);
        map.serialize_entry("url", &format!("{}/api/v2/{place}/{id}.json", self.base))?;
        map.serialize_entry("name", &user.name)?;
        let email = if self.for_end_user {
            user.email_for_end_users()
        } else {
            user.email()
        };
        map.serialize_entry("email", &email)?;
        map.serialize_entry("created_at", &time(user.created_at))?;
        map.serialize_entry("updated_at", &time(user.updated_at))?;
        map.serialize_entry("time_zone", rare.time_zone.as_deref().unwrap_or(ZONE))?;
        map.serialize_entry("iana_time_zone", iana(rare.time_zone.as_deref()))?;
        map.serialize_entry("phone", &user.phone)?;
        map.serialize_entry("shared_phone_number", &shared)?;
        map.serialize_entry("photo", &photo)?;
        map.serialize_entry("locale_id", &locales::id(locale))?;
        map.serialize_entry("locale", locale)?;
        map.serialize_entry("organization_id", &organization.map(|(id, _)| id))?;
        map.serialize_entry("role", user.role.name())?;
        map.serialize_entry("verified", &user.verified())?;
        if let Some(token) = self.authenticity_token {
            map.serialize_entry("authenticity_token", token)?;
        }
        if self.for_end_user {
            return map.end();
        }
        map.serialize_entry("external_id", &user.external_id)?;
        map.serialize_entry("tags", &Tags(user))?;
        map.serialize_entry("alias", &rare.alias)?;
        map.serialize_entry("active", &user.active)?;
        map.serialize_entry("shared", &false)?;
        map.serialize_entry("shared_agent", &false)?;
        map.serialize_entry("last_login_at", &())?;
        map.serialize_entry("two_factor_auth_enabled", &())?;
        map.serialize_entry("signature", &rare.signature)?;
        map.serialize_entry("details", &rare.details)?;
        map.serialize_entry("notes", &rare.notes)?;
        map.serialize_entry("role_type", &role_type)?;
        map.serialize_entry("custom_role_id", &rare.custom_role_id)?;
        map.serialize_entry("moderator", &(user.moderator || user.role == Role::Admin))?;
        let restriction = restriction.or_else(|| is_end_user.then_some("requested"));
        map.serialize_entry("ticket_restriction", &restriction)?;
        map.serialize_entry("only_private_comments", &user.only_private_comments)?;
        map.serialize_entry("restricted_agent", &is_end_user)?;
        map.serialize_entry("suspended", &user.suspended)?;
        map.serialize_entry(
            "default_group_id",
            &self.account.groups.default_of(self.slot),
        )?;
        map.serialize_entry("report_csv", &false)?;
        map.serialize_entry("user_fields", &UserFields(user, &self.account.fields))?;
        map.end()
    }
}

struct Tags<'a>(&'a User);

impl Serialize for Tags<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.tags())
    }
}

struct UserFields<'a>(&'a User, &'a Fields);

impl Serialize for UserFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.1.shown().map(|field| {
            let value = self.0.field(field.number);
            (&field.key, FieldView { field, value })
        }))
    }
}

struct FieldView<'a> {
    field: &'a Field,
    value: Option<&'a FieldValue>,
}

impl Serialize for FieldView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        field_values::serialize(self.field, self.value, serializer)
    }
}

/// An identity.
#[derive(Clone, Copy)]
pub(crate) struct IdentityView<'a> {
    slot: Slot,
    pub(crate) identity: &'a Identity,
    base: &'a str,
    for_end_user: bool,
}

impl<'a> UserView<'a> {
    /// The user's identities, as far as whoever looks may see them.
    pub(crate) fn identities(self) -> impl Iterator<Item = IdentityView<'a>> {
        self.user
            .identities
            .iter()
            .filter(move |identity| !self.for_end_user || identity.is_for_end_users())
            .map(move |identity| IdentityView {
                slot: self.slot,
                identity,
                base: self.base,
                for_end_user: self.for_end_user,
            })
    }
}

impl IdentityView<'_> {
    /// Where it is; end users have a place of their own, as for users (assumed).
    pub(crate) fn url(&self) -> String {
        let place = place(self.for_end_user);
        let (id, user_id) = (ids::identity(self.identity.number), ids::user(self.slot));
        format!(
            "{}/api/v2/{place}/{user_id}/identities/{id}.json",
            self.base
        )
    }
}

const fn place(for_end_user: bool) -> &'static str {
    if for_end_user { "end_users" } else { "users" }
}

impl Serialize for IdentityView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let identity = self.identity;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("url", &self.url())?;
        map.serialize_entry("id", &ids::identity(identity.number))?;
        map.serialize_entry("user_id", &ids::user(self.slot))?;
        map.serialize_entry("type", identity.kind.name())?;
        map.serialize_entry("value", &identity.value)?;
        map.serialize_entry("verified", &identity.verified)?;
        map.serialize_entry("primary", &identity.primary)?;
        map.serialize_entry("created_at", &time(identity.created_at))?;
        map.serialize_entry("updated_at", &time(identity.updated_at))?;
        if identity.kind == IdentityKind::Email {
            map.serialize_entry("undeliverable_count", &0)?;
            map.serialize_entry("deliverable_state", deliverable_state(&identity.value))?;
        }
        // Newer than the recordings; their place is assumed. Nobody goes through a full verification here.
        let method = if identity.verified { "low" } else { "none" };
        map.serialize_entry("verification_method", method)?;
        map.serialize_entry("verified_at", &())?;
        map.end()
    }
}

/// Addresses under the domains reserved for examples are told apart (assumed: every `example.*`).
fn deliverable_state(address: &str) -> &'static str {
    let domain = address.rsplit('@').next().unwrap_or_default();
    let is_example = domain
        .rsplit_once('.')
        .is_some_and(|(rest, _)| rest == "example" || rest.ends_with(".example"));
    if is_example {
        "reserved_example"
    } else {
        "deliverable"
    }
}

/// `2023-09-18T23:28:11Z`
pub(crate) fn time(seconds: u32) -> String {
    jiff::Timestamp::from_second(i64::from(seconds))
        .unwrap_or_default()
        .to_string()
}

/// A few of the names that Rails gives zones; an IANA name stays as it is.
fn iana(zone: Option<&str>) -> &str {
    match zone {
        None | Some("Eastern Time (US & Canada)") => ZONE,
        Some("Central Time (US & Canada)") => "America/Chicago",
        Some("Mountain Time (US & Canada)") => "America/Denver",
        Some("Pacific Time (US & Canada)") => "America/Los_Angeles",
        Some("Arizona") => "America/Phoenix",
        Some("London") => "Europe/London",
        Some("Berlin") => "Europe/Berlin",
        Some("Paris") => "Europe/Paris",
        Some("Tokyo") => "Asia/Tokyo",
        Some(name) if name.contains('/') => name,
        Some(_) => "Etc/UTC",
    }
}
