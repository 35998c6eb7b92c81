//! What concerns members of staff: roles, abilities, products, preferences, brands, OAuth clients.

use crate::record::record;
use crate::{BrandAgentId, BrandId, CustomRoleId, Extra, OAuthClientId, Secret, Timestamp, UserId};

record! {
    /// A role that users of a page have; sideloaded with `include=roles`.
    CustomRole(
        /// The id.
        id: CustomRoleId
    ) {
        /// The name.
        name: String,
        /// What it is for.
        description: String,
        /// What kind of role it is, as a number.
        role_type: i64,
        /// How many members of staff have it.
        team_member_count: u64,
        /// What it lets them do.
        configuration: Extra,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
    }
}

record! {
    /// What the caller may do with a user; sideloaded with `include=abilities`.
    Ability {
        /// Where the API shows the user.
        url: String,
        /// The user.
        user_id: UserId,
        /// Whether the caller may change the user.
        can_edit: bool,
        /// Whether the caller may set the user's password.
        can_edit_password: bool,
        /// Whether the caller may change the user's identities.
        can_manage_identities_of: bool,
        /// Whether the caller may mark the user's identities as verified.
        can_verify_identities: bool,
    }
}

record! {
    /// Which of Zendesk's products a member of staff may use, and as what.
    Entitlements {
        /// Chat.
        chat: Entitlement,
        /// Explore.
        explore: Entitlement,
        /// Guide.
        guide: Entitlement,
        /// Talk.
        talk: Entitlement,
    }
}

record! {
    /// How a member of staff may use a product.
    Entitlement {
        /// The role in the product.
        name: String,
        /// Whether it may be used at all.
        is_active: bool,
    }
}

record! {
    /// The preferences of a member of staff. To change some, send a value with only these.
    UserSettings {
        /// Preferences of the agent's workspace.
        lotus: WorkspaceSettings,
        /// The order of shared views, by their ids; null for the account's.
        shared_views_order: Vec<u64>,
        /// Preferences of the admin centre.
        admin_center: AdminCenterSettings,
    }
}

record! {
    /// Preferences of the agent's workspace.
    WorkspaceSettings {
        /// Whether keyboard shortcuts are on.
        keyboard_shortcuts_enabled: bool,
        /// Whether shortcuts of macros are on.
        macro_shortcuts_enabled: bool,
        /// Whether tooltips for beginners are shown.
        show_onboarding_tooltips: bool,
        /// Whether two-factor authentication is on; cannot be changed here.
        two_factor_authentication: bool,
        /// The theme: `0` light, `1` dark, `2` as the system.
        agent_workspace_theme_preference: String,
        /// The theme of conversations.
        agent_workspace_theme_preference_for_conversation_panel: String,
    }
}

record! {
    /// Preferences of the admin centre.
    AdminCenterSettings {
        /// Whether its side navigation is open.
        has_admin_center_side_nav_open: bool,
    }
}

record! {
    /// That an agent serves a brand.
    BrandAgent(
        /// The id.
        id: BrandAgentId
    ) {
        /// Where the API shows it.
        url: String,
        /// The agent.
        user_id: UserId,
        /// The brand.
        brand_id: BrandId,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
    }
}

record! {
    /// An OAuth client that a user made.
    OAuthClient(
        /// The id.
        id: OAuthClientId
    ) {
        /// Where the API shows it.
        url: String,
        /// The name shown to those who are asked for access.
        name: String,
        /// The name used in requests for tokens.
        identifier: String,
        /// What it is for.
        description: String,
        /// The company shown.
        company: String,
        /// `public` or `confidential`.
        kind: String,
        /// Whether it works in all accounts.
        global: bool,
        /// The picture shown.
        logo_url: String,
        /// Where answers may be sent.
        redirect_uri: Vec<String>,
        /// The secret, cut short except in the answer to its creation.
        secret: Secret,
        /// Who made it.
        user_id: UserId,
        /// When it was made.
        created_at: Timestamp,
        /// When it was last changed.
        updated_at: Timestamp,
    }
}

record! {
    /// How many tickets and subscriptions hang on a user.
    UserRelated {
        /// Tickets that the user works on.
        assigned_tickets: u64,
        /// Tickets that the user asked for.
        requested_tickets: u64,
        /// Tickets of which the user gets copies.
        ccd_tickets: u64,
        /// Organizations whose tickets the user follows.
        organization_subscriptions: u64,
    }
}
