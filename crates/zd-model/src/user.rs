//! A user as Zendesk shows it.

use crate::record::record;
use crate::{
    BrandId, CustomRoleId, ExternalId, Extra, GroupId, Identity, OrganizationId, Role, Secret,
    SeparationScope, TicketRestriction, Timestamp, UserId,
};

record! {
    /// A user as Zendesk shows it; which fields there are depends on who asks (an end user sees sixteen of them).
    ///
    /// To change a user, send a [`UserInput`](crate::UserInput).
    User(
        /// The id. Not monotonic: ids come from several pools.
        id: UserId
    ) {
        /// Where the API shows this user; opaque, with or without `.json`.
        url: String,
        /// The full name.
        name: String,
        /// The primary e-mail address; null for a user without one. Lower-cased by Zendesk.
        email: String,
        /// When the user was made.
        created_at: Timestamp,
        /// When the user was last changed; may move by a second right after creation.
        updated_at: Timestamp,
        /// The time zone, as a Rails name (`Berlin`) or an IANA name.
        time_zone: String,
        /// The time zone as an IANA name, derived from `time_zone`.
        iana_time_zone: String,
        /// The primary phone number; stays the first one when an update adds a second.
        phone: String,
        /// Whether `phone` is shared by several users; null without a phone.
        shared_phone_number: bool,
        /// The profile photo; null without one, and while one given as an address is still being fetched.
        photo: Attachment,
        /// The address a photo was asked to be fetched from; hardly ever shown.
        remote_photo_url: String,
        /// The locale's number.
        locale_id: u64,
        /// The locale as a BCP-47 tag such as `en-US`.
        locale: String,
        /// The default organization, of possibly several.
        organization_id: OrganizationId,
        /// What the user may do.
        role: Role,
        /// Whether any identity is verified.
        verified: bool,
        /// A token for forms; only in `users/me`. A secret.
        authenticity_token: Secret,
        /// The account's own id for the user, unique, compared without regard to case.
        external_id: ExternalId,
        /// The tags, in Zendesk's order.
        tags: Vec<String>,
        /// The alias shown to end users instead of an agent's name.
        alias: String,
        /// False when the user is deleted (softly).
        active: bool,
        /// Whether the user comes from a ticket sharing partner; then updates are refused.
        shared: bool,
        /// Whether the user is a partner's agent.
        shared_agent: bool,
        /// The last sign-in, API use included.
        last_login_at: Timestamp,
        /// Whether two-factor authentication is on; null for most users since the end of 2023.
        two_factor_auth_enabled: bool,
        /// The signature; agents and admins only.
        signature: String,
        /// Details about the user.
        details: String,
        /// Notes about the user.
        notes: String,
        /// 0 custom agent, 1 light agent, 2 chat agent, 3 chat contributor, 4 admin, 5 billing admin.
        role_type: i64,
        /// The custom role of a member of staff.
        custom_role_id: CustomRoleId,
        /// Whether the user may moderate forums.
        moderator: bool,
        /// Which tickets the user can see.
        ticket_restriction: TicketRestriction,
        /// Whether the user may only write private comments.
        only_private_comments: bool,
        /// Whether the agent is restricted; true for end users too.
        restricted_agent: bool,
        /// Whether the user is suspended.
        suspended: bool,
        /// The default group of an agent.
        default_group_id: GroupId,
        /// Inert.
        report_csv: bool,
        /// Custom fields: every active key of the account, null or false when unset.
        user_fields: Extra,
        /// Whether the agent is a chat-only one.
        chat_only: bool,
        /// The brands of an agent.
        agent_brand_ids: Vec<BrandId>,
        /// What a suspension covers; null for a user without one. Not in any recording.
        suspension_details: SuspensionDetails,
        /// Which brand an end user belongs to; only in accounts with brand separation.
        separation: Separation,
        /// The user's identities, in some sideloads.
        identities: Vec<Identity>,
    }
}

record! {
    /// A file attached to a record, such as a profile photo.
    ///
    /// Its contents may lie with another host: do not send credentials to `content_url`.
    Attachment {
        /// Where the API shows it.
        url: String,
        /// The id.
        id: u64,
        /// The file's name.
        file_name: String,
        /// Where the content is.
        content_url: String,
        /// Where the content is under the account's own host name.
        mapped_content_url: String,
        /// The media type.
        content_type: String,
        /// The size in bytes.
        size: u64,
        /// The width in pixels.
        width: u64,
        /// The height in pixels.
        height: u64,
        /// Whether it is shown inline.
        inline: bool,
        /// Whether it was deleted.
        deleted: bool,
        /// What the scan for malware said, such as `malware_not_found`; comes some seconds after the upload.
        malware_scan_result: String,
        /// Whether it may be fetched though it was flagged as malware.
        malware_access_override: bool,
        /// Smaller pictures of it, which have none of their own.
        thumbnails: Vec<Attachment>,
    }
}

record! {
    /// What a suspension covers.
    SuspensionDetails {
        /// `all` alone, or the channels, such as `messaging`.
        channels: Vec<String>,
    }
}

record! {
    /// To which part of the account an end user belongs, where the account separates its brands.
    ///
    /// Given on creation only, and never for members of staff, who belong to the whole account.
    Separation {
        /// The whole account or one brand.
        scope: SeparationScope,
        /// The brand; only with the scope `brand`.
        brand_id: BrandId,
    }
}
