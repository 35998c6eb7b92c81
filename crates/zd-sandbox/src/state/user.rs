//! A user as the sandbox keeps one: small, because there may be a million.

use super::field_values::FieldValue;
use super::fields::FieldNumber;
use super::text::Text;

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Role {
    EndUser,
    Agent,
    Admin,
}

impl Role {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EndUser => "end-user",
            Self::Agent => "agent",
            Self::Admin => "admin",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::EndUser, Self::Agent, Self::Admin]
            .into_iter()
            .find(|role| role.name() == text)
    }
}

/// A user. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) created_at: u32,
    pub(crate) updated_at: u32,
    /// The default organization's place plus one; 0 for none.
    pub(crate) organization: u32,
    pub(crate) role: Role,
    /// False once soft-deleted.
    pub(crate) active: bool,
    pub(crate) suspended: bool,
    pub(crate) moderator: bool,
    pub(crate) only_private_comments: bool,
    pub(crate) shared_phone: bool,
    pub(crate) name: Text<22>,
    pub(crate) external_id: Option<Text<22>>,
    pub(crate) phone: Option<Box<str>>,
    /// Separated by single spaces: a tag holds none.
    pub(crate) tags: Text<22>,
    pub(crate) identities: Box<[Identity]>,
    /// By the numbers of user fields, ascending; unset ones are left out.
    pub(crate) fields: Box<[(FieldNumber, FieldValue)]>,
    /// What few users have.
    pub(crate) rare: Option<Box<Rare>>,
}

/// What few users have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rare {
    pub(crate) time_zone: Option<Box<str>>,
    pub(crate) locale: Option<Box<str>>,
    pub(crate) alias: Option<Box<str>>,
    pub(crate) details: Option<Box<str>>,
    pub(crate) notes: Option<Box<str>>,
    pub(crate) signature: Option<Box<str>>,
    pub(crate) custom_role_id: Option<u64>,
    pub(crate) ticket_restriction: Option<TicketRestriction>,
}

/// Which tickets a user sees, where it is not the role's usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TicketRestriction {
    Organization,
    Groups,
    Assigned,
    Requested,
}

impl TicketRestriction {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Groups => "groups",
            Self::Assigned => "assigned",
            Self::Requested => "requested",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::Organization,
            Self::Groups,
            Self::Assigned,
            Self::Requested,
        ]
        .into_iter()
        .find(|restriction| restriction.name() == text)
    }
}

/// The kinds of identity that a client can create.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IdentityKind {
    Email,
    PhoneNumber,
    Twitter,
    Facebook,
    Google,
    AgentForwarding,
}

impl IdentityKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::Twitter => "twitter",
            Self::Facebook => "facebook",
            Self::Google => "google",
            Self::AgentForwarding => "agent_forwarding",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::Email,
            Self::PhoneNumber,
            Self::Twitter,
            Self::Facebook,
            Self::Google,
            Self::AgentForwarding,
        ]
        .into_iter()
        .find(|kind| kind.name() == text)
    }
}

/// One way to know a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Its id is computed from this.
    pub(crate) number: u32,
    pub(crate) created_at: u32,
    pub(crate) updated_at: u32,
    pub(crate) kind: IdentityKind,
    pub(crate) verified: bool,
    pub(crate) primary: bool,
    /// Most addresses are no longer than this, and the allocator would round the record up anyway.
    pub(crate) value: Text<38>,
}

impl Identity {
    /// Whether end users see it among their own (documented).
    pub(crate) fn is_for_end_users(&self) -> bool {
        matches!(self.kind, IdentityKind::Email | IdentityKind::PhoneNumber)
    }
}

impl User {
    /// A new end user as Zendesk makes one, still without a name.
    pub(crate) fn new(seconds: u32) -> Self {
        Self {
            created_at: seconds,
            updated_at: seconds,
            organization: 0,
            role: Role::EndUser,
            active: true,
            suspended: false,
            moderator: false,
            only_private_comments: false,
            shared_phone: false,
            name: Text::default(),
            external_id: None,
            phone: None,
            tags: Text::default(),
            identities: Box::default(),
            fields: Box::default(),
            rare: None,
        }
    }

    /// The primary e-mail address.
    pub(crate) fn email(&self) -> Option<&str> {
        self.emails()
            .find(|identity| identity.primary)
            .map(|identity| &*identity.value)
    }

    /// The address that end users see: a verified one, if there is any, before one that is not (documented).
    pub(crate) fn email_for_end_users(&self) -> Option<&str> {
        let primary = self.emails().find(|identity| identity.primary);
        primary
            .filter(|identity| identity.verified)
            .or_else(|| self.emails().find(|identity| identity.verified))
            .or(primary)
            .map(|identity| &*identity.value)
    }

    /// The identity of this number.
    pub(crate) fn identity(&self, number: u32) -> Option<&Identity> {
        self.identities
            .iter()
            .find(|identity| identity.number == number)
    }

    pub(crate) fn emails(&self) -> impl Iterator<Item = &Identity> {
        self.identities
            .iter()
            .filter(|identity| identity.kind == IdentityKind::Email)
    }

    /// A user is verified if any identity is.
    pub(crate) fn verified(&self) -> bool {
        self.identities.iter().any(|identity| identity.verified)
    }

    pub(crate) fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.split(' ').filter(|tag| !tag.is_empty())
    }

    pub(crate) fn field(&self, number: FieldNumber) -> Option<&FieldValue> {
        self.fields
            .iter()
            .find(|(of, _)| *of == number)
            .map(|(_, value)| value)
    }

    pub(crate) fn rare(&self) -> &Rare {
        static NOTHING: Rare = Rare {
            time_zone: None,
            locale: None,
            alias: None,
            details: None,
            notes: None,
            signature: None,
            custom_role_id: None,
            ticket_restriction: None,
        };
        self.rare.as_deref().unwrap_or(&NOTHING)
    }

    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{FieldNumber, FieldValue, Identity, User};

    /// A million of each: whoever makes one larger should mean it.
    #[test]
    fn records_are_small() {
        assert_eq!(size_of::<User>(), 152);
        assert_eq!(size_of::<Identity>(), 56);
        assert_eq!(size_of::<(FieldNumber, FieldValue)>(), 32);
    }
}
