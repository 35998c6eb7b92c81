//! Users who were deleted softly or for good.

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::photos::PhotoView;
use super::{UserView, ZONE, time};
use crate::state::ids;
use crate::state::locales;
use crate::state::purges::Step;

/// A user among the deleted ones.
pub(crate) struct DeletedUserView<'a>(pub(crate) UserView<'a>);

impl Serialize for DeletedUserView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let UserView {
            account,
            slot,
            user,
            base,
            ..
        } = self.0;
        let id = ids::user(slot);
        let rare = user.rare();
        let locale = rare.locale.as_deref().unwrap_or(locales::DEFAULT);
        let organization = account.organizations.get(user.organization);
        let shared = user.phone.as_ref().map(|_| user.shared_phone);
        let mut map = serializer.serialize_map(Some(15))?;
        map.serialize_entry("id", &id)?;
        map.serialize_entry(
            "url",
            &format_args!("{base}/api/v2/deleted_users/{id}.json"),
        )?;
        map.serialize_entry("name", &user.name)?;
        map.serialize_entry("email", &user.email())?;
        map.serialize_entry("created_at", &time(user.created_at))?;
        map.serialize_entry("updated_at", &time(user.updated_at))?;
        map.serialize_entry("time_zone", rare.time_zone.as_deref().unwrap_or(ZONE))?;
        map.serialize_entry("phone", &user.phone)?;
        map.serialize_entry("shared_phone_number", &shared)?;
        map.serialize_entry("photo", &PhotoView::of(account, slot, base))?;
        map.serialize_entry("locale_id", &locales::id(locale))?;
        map.serialize_entry("locale", locale)?;
        map.serialize_entry("organization_id", &organization.map(|(id, _)| id))?;
        map.serialize_entry("role", user.role.name())?;
        map.serialize_entry("active", &user.active)?;
        map.end()
    }
}

/// Something that was done about a permanent deletion.
pub(crate) struct StepView {
    pub(crate) step: Step,
    pub(crate) user_id: u64,
}

impl Serialize for StepView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let step = self.step;
        let mut map = serializer.serialize_map(Some(6))?;
        map.serialize_entry("action", step.action)?;
        map.serialize_entry("application", step.application)?;
        map.serialize_entry("account_subdomain", "sandbox")?;
        map.serialize_entry("executer_id", &step.executer.map(ids::user))?;
        map.serialize_entry("user_id", &self.user_id)?;
        map.serialize_entry("created_at", &time(step.seconds))?;
        map.end()
    }
}
