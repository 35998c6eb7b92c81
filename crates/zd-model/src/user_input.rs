//! What may be said about a user.

use serde::Serialize;
use serde_json::Value;

use crate::record::read_object;
use crate::{
    BrandId, CustomRoleId, ExternalId, Extra, GroupId, IdentityInput, Nullable, OrganizationId,
    OrganizationInput, Role, Secret, Separation, TicketRestriction, UserId,
};

/// What to create or change about a user: the body of an upsert, of a create and of an update.
///
/// A field left [`Nullable::Absent`] is left alone, [`Nullable::Null`] clears it. Fields that cannot be cleared are
/// `Option`s, as the vendor's 2026 schema lists them (name, e-mail, role, identities, password, group ids, separation);
/// reading a `null` for one of them is an error, since dropping it would do something else than was asked.
///
/// One type serves all three calls because their schemas differ in four fields, each of which says so.
///
/// ```
/// use zd_model::{Nullable, Role, UserInput};
///
/// let input = UserInput {
///     external_id: "42".into(),
///     name: Some("Ann".to_owned()),
///     role: Some(Role::EndUser),
///     notes: Nullable::Null,
///     ..UserInput::default()
/// };
/// assert_eq!(serde_json::to_string(&input)?, r#"{"external_id":"42","name":"Ann","role":"end-user","notes":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "callers build it with struct update syntax"
)]
pub struct UserInput {
    /// Names an existing user in an update of many. Leave it out of upserts: the 2026 schema takes it there, the
    /// endpoint's text does not know it, and an unusable one was seen to fail the row. (As null it would fail the whole
    /// request of a bulk creation.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
    /// The account's own id for the user; the first key an upsert looks for, without regard to case. An upsert that finds
    /// the user rewrites it in the case that was sent.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub external_id: Nullable<ExternalId>,
    /// The e-mail address; the second key an upsert looks for, without regard to case. On an existing user a new address
    /// becomes a *secondary* one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The full name; required when the call creates the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the user may do. Changing it on an existing user really changes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The custom role of a member of staff, together with `role: "agent"`.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub custom_role_id: Nullable<CustomRoleId>,
    /// The phone number, in E.164 if possible; on an existing user with a direct line it is *added*.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub phone: Nullable<String>,
    /// Whether `phone` is shared.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub shared_phone_number: Nullable<bool>,
    /// The default organization. On an existing user **all other memberships are removed**.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub organization_id: Nullable<OrganizationId>,
    /// The default organization by name; on creation and upsert.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub organization: Nullable<OrganizationInput>,
    /// Several organizations at once (2026 schema).
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub organization_ids: Nullable<Vec<OrganizationId>>,
    /// Deprecated by the vendor: use `organization`. On creation and upsert.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub organization_name: Nullable<String>,
    /// The tags; they replace the whole set.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub tags: Nullable<Vec<String>>,
    /// Custom fields by key; keys not named keep their value, null clears one.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub user_fields: Nullable<Extra>,
    /// Identities to create along with the user; no effect on an existing one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identities: Option<Vec<IdentityInput>>,
    /// Marks the e-mail identity as verified, or not.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub verified: Nullable<bool>,
    /// Keeps Zendesk from mailing the user about verification.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub skip_verify_email: Nullable<bool>,
    /// Whether the user is suspended.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub suspended: Nullable<bool>,
    /// The alias shown to end users.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub alias: Nullable<String>,
    /// The signature; agents and admins only.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub signature: Nullable<String>,
    /// Details about the user.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub details: Nullable<String>,
    /// Notes about the user.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub notes: Nullable<String>,
    /// The time zone, as a Rails name or an IANA name.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub time_zone: Nullable<String>,
    /// The locale as a BCP-47 tag; wins over `locale_id`.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub locale: Nullable<String>,
    /// Another word for `locale` (2026 schema); prefer that one.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub language: Nullable<String>,
    /// The locale's number.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub locale_id: Nullable<u64>,
    /// Whether the user may moderate forums.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub moderator: Nullable<bool>,
    /// Which tickets the user can see; `groups` and `assigned` for agents only.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub ticket_restriction: Nullable<TicketRestriction>,
    /// Whether the user may only write private comments.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub only_private_comments: Nullable<bool>,
    /// Whether the agent is restricted (writable in older texts only).
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub restricted_agent: Nullable<bool>,
    /// The default group of an agent.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub default_group_id: Nullable<GroupId>,
    /// Another word for `default_group_id` (2026 schema); prefer that one.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub group_id: Nullable<GroupId>,
    /// The groups of an agent, on creation and upsert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_ids: Option<Vec<GroupId>>,
    /// The brands of an agent; heeded only where the account assigns the brands of new agents by hand. Null on updates only.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub agent_brand_ids: Nullable<Vec<BrandId>>,
    /// The brand that is active, on creation and upsert (2026 schema).
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub active_brand_id: Nullable<BrandId>,
    /// A picture's address; Zendesk fetches it later, which can take minutes.
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub remote_photo_url: Nullable<String>,
    /// The profile picture as an object, in updates (2026 schema, which does not describe it further).
    #[serde(skip_serializing_if = "Nullable::is_absent")]
    pub photo: Nullable<Value>,
    /// A password, where the account lets admins set them; on creation and upsert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// Which brand an end user belongs to; on creation only, and never changed afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separation: Option<Separation>,
    /// Attributes that this crate does not know, sent as they are.
    #[serde(flatten)]
    pub extra: Extra,
}

read_object!(
    UserInput
    []
    [
        id external_id email name role custom_role_id phone shared_phone_number organization_id
        organization organization_ids organization_name tags user_fields identities verified
        skip_verify_email suspended alias signature details notes time_zone locale language
        locale_id moderator ticket_restriction only_private_comments restricted_agent
        default_group_id group_id group_ids agent_brand_ids active_brand_id remote_photo_url photo
        password separation
    ]
);
