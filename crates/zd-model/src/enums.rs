//! The closed-looking texts of the API, each of them open.

use crate::open_enum::open_enum;

open_enum! {
    /// What a user may do in the account.
    Role {
        /// A customer.
        EndUser = "end-user",
        /// A member of staff; which kind is told by `custom_role_id` and `role_type`.
        Agent = "agent",
        /// An administrator.
        Admin = "admin",
    }
}

open_enum! {
    /// Which tickets a user can see.
    TicketRestriction {
        /// Those of the user's organizations.
        Organization = "organization",
        /// Those of the agent's groups.
        Groups = "groups",
        /// Those assigned to the agent.
        Assigned = "assigned",
        /// Those the user asked for.
        Requested = "requested",
    }
}

open_enum! {
    /// Where a job stands. `Completed` says that it ran, nothing about its rows.
    JobState {
        /// Waiting.
        Queued = "queued",
        /// Running.
        Working = "working",
        /// Ran to its end; rows may have failed.
        Completed = "completed",
        /// Stopped by an error.
        Failed = "failed",
        /// Stopped from outside.
        Killed = "killed",
    }
}

impl JobState {
    /// Whether the job will not change any more. A state that is not known counts as not ended.
    pub const fn is_ended(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Killed)
    }
}

open_enum! {
    /// The kind of address an identity holds.
    IdentityType {
        /// An e-mail address.
        Email = "email",
        /// A Twitter (X) handle.
        Twitter = "twitter",
        /// A Facebook account.
        Facebook = "facebook",
        /// A Google account.
        Google = "google",
        /// A telephone number.
        PhoneNumber = "phone_number",
        /// An address that forwards to an agent.
        AgentForwarding = "agent_forwarding",
        /// A channel integration.
        AnyChannel = "any_channel",
        /// A foreign system.
        Foreign = "foreign",
        /// A mobile SDK.
        Sdk = "sdk",
        /// A messaging conversation.
        Messaging = "messaging",
    }
}

open_enum! {
    /// What is known of the deliverability of an e-mail identity.
    DeliverableState {
        /// Mail is delivered.
        Deliverable = "deliverable",
        /// Mail bounces.
        Undeliverable = "undeliverable",
        /// A ticket sharing partner's address.
        TicketSharingPartner = "ticket_sharing_partner",
        /// A mailing list.
        MailingList = "mailing_list",
        /// An address under example.com, .net, .org or .edu.
        ReservedExample = "reserved_example",
        /// A machine.
        Machine = "machine",
        /// A mailer daemon.
        MailerDaemon = "mailer_daemon",
        /// A mandatory recipient.
        Mandatory = "mandatory",
    }
}

open_enum! {
    /// How an identity was verified.
    VerificationMethod {
        /// Not verified.
        None = "none",
        /// Verified by a link or an admin.
        Low = "low",
        /// By single sign-on; set by the system only.
        Sso = "sso",
        /// By an embedded client; set by the system only.
        Embed = "embed",
        /// Fully; set by the system only.
        Full = "full",
    }
}

open_enum! {
    /// A step of a permanent deletion.
    ComplianceAction {
        /// It was asked for.
        RequestDeletion = "request_deletion",
        /// It has begun.
        Started = "started",
        /// It is done.
        Complete = "complete",
    }
}

open_enum! {
    /// One of Zendesk's products, where a permanent deletion is carried out on its own.
    ComplianceApplication {
        /// All of them together.
        All = "all",
        /// Support.
        Support = "support",
        /// Chat.
        Chat = "chat",
        /// Explore.
        Explore = "explore",
        /// Sell.
        Sell = "sell",
        /// Sunshine.
        Sunshine = "sunshine",
        /// Talk.
        Talk = "talk",
    }
}

open_enum! {
    /// How much of an account with separated brands an end user belongs to.
    SeparationScope {
        /// All of it.
        Account = "account",
        /// One brand.
        Brand = "brand",
    }
}

open_enum! {
    /// The type of a custom user field.
    UserFieldType {
        /// One line of text.
        Text = "text",
        /// Several lines of text.
        Textarea = "textarea",
        /// Text that matches `regexp_for_validation`.
        Regexp = "regexp",
        /// A whole number.
        Integer = "integer",
        /// A number.
        Decimal = "decimal",
        /// An amount of money (in the 2026 schema; not described further).
        Currency = "currency",
        /// True or false; may set a tag.
        Checkbox = "checkbox",
        /// A day; read back as midnight UTC.
        Date = "date",
        /// One of the options' values.
        Dropdown = "dropdown",
        /// Any of the options' values.
        Multiselect = "multiselect",
        /// The id of another record.
        Lookup = "lookup",
    }
}
