//! The names of what may be said about a person.

use zd_model::IdentityType;

use super::problem::Fault;
use crate::AccountFacts;

/// Something that may be said about a person: what a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Attribute {
    Plain(Plain),
    UserField { key: String, kind: FieldKind },
    Identity(IdentityType),
}

macro_rules! plain {
    ($($variant:ident = $name:literal,)+) => {
        /// An attribute with a fixed name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Plain { $($variant,)+ }

        /// All of them by name.
        const PLAIN: &[(&str, Plain)] = &[$(($name, Plain::$variant),)+];
    };
}

plain! {
    ExternalId = "external_id",
    Email = "email",
    Name = "name",
    Phone = "phone",
    OrganizationName = "organization.name",
    OrganizationExternalId = "organization.external_id",
    OrganizationId = "organization_id",
    OrganizationIds = "organization_ids",
    Tags = "tags",
    Role = "role",
    CustomRoleId = "custom_role_id",
    Details = "details",
    Notes = "notes",
    Alias = "alias",
    Locale = "locale",
    LocaleId = "locale_id",
    TimeZone = "time_zone",
    Verified = "verified",
    SkipVerifyEmail = "skip_verify_email",
    Suspended = "suspended",
    SharedPhoneNumber = "shared_phone_number",
    Signature = "signature",
    Moderator = "moderator",
    TicketRestriction = "ticket_restriction",
    OnlyPrivateComments = "only_private_comments",
    RestrictedAgent = "restricted_agent",
    DefaultGroupId = "default_group_id",
    GroupIds = "group_ids",
    AgentBrandIds = "agent_brand_ids",
    ActiveBrandId = "active_brand_id",
    RemotePhotoUrl = "remote_photo_url",
    Password = "password",
    Separation = "separation",
    Id = "id",
}

/// What a custom field's cells are written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum FieldKind {
    /// As they come: text from a cell, anything from JSON.
    #[default]
    Given,
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    List,
}

const KINDS: &[(&str, FieldKind)] = &[
    ("text", FieldKind::Text),
    ("integer", FieldKind::Integer),
    ("decimal", FieldKind::Decimal),
    ("boolean", FieldKind::Boolean),
    ("date", FieldKind::Date),
    ("list", FieldKind::List),
];

/// Names that Zendesk shows and nobody can set.
const READ_ONLY: &[&str] = &[
    "active",
    "chat_only",
    "created_at",
    "iana_time_zone",
    "last_login_at",
    "photo",
    "report_csv",
    "role_type",
    "shared",
    "shared_agent",
    "suspension_details",
    "two_factor_auth_enabled",
    "updated_at",
    "url",
];

/// What people call things elsewhere.
const ELSEWHERE: &[(&str, &str)] = &[
    ("company", "organization.name"),
    ("customer_id", "external_id"),
    ("display_name", "name"),
    ("first_name", "name"),
    ("full_name", "name"),
    ("group_id", "default_group_id"),
    ("language", "locale"),
    ("last_name", "name"),
    ("mobile", "phone"),
    ("organisation", "organization.name"),
    ("organization", "organization.name"),
    ("organization_name", "organization.name"),
    ("telephone", "phone"),
    ("timezone", "time_zone"),
    ("user_id", "external_id"),
];

/// How many near names are offered.
const OFFERED: usize = 3;

impl Attribute {
    /// The plain attribute of this name, whatever its case.
    pub(crate) fn plain(name: &str) -> Option<Self> {
        let is_it = |known: &&(&str, Plain)| known.0.eq_ignore_ascii_case(name.trim());
        PLAIN
            .iter()
            .find(is_it)
            .map(|(_, plain)| Self::Plain(*plain))
    }

    /// The attribute of this name, whatever its case; a custom field's key keeps its case.
    pub(crate) fn named(name: &str) -> Result<Self, Fault> {
        if let Some(plain) = Self::plain(name) {
            return Ok(plain);
        }
        let name = name.trim();
        let lower = name.to_ascii_lowercase();
        if let Some(rest) = lower.strip_prefix("identities.") {
            return match IdentityType::from(rest) {
                IdentityType::Unknown(_) => {
                    let known = IdentityType::KNOWN.iter().map(IdentityType::as_str);
                    Err(Fault::new(
                        "column_unknown",
                        format!(
                            "no such kind of identity; there are {}",
                            known.collect::<Vec<_>>().join(", ")
                        ),
                    ))
                }
                known => Ok(Self::Identity(known)),
            };
        }
        if lower.starts_with("user_fields.") {
            let (key, kind) = match name["user_fields.".len()..].split_once(':') {
                Some((key, kind)) => (key, Some(kind)),
                None => (&name["user_fields.".len()..], None),
            };
            return Self::user_field(key, kind);
        }
        Err(unknown(&lower))
    }

    /// The custom field of this key.
    pub(crate) fn user_field(key: &str, kind: Option<&str>) -> Result<Self, Fault> {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if key.is_empty() || !key.bytes().all(letters) {
            return Err(Fault::new(
                "user_field_key_malformed",
                "the key of a custom field is letters, digits and underscores: user_fields.KEY or user_fields.KEY:TYPE",
            ));
        }
        let kind = match kind.map(|kind| kind.trim().to_ascii_lowercase()) {
            None => FieldKind::Given,
            Some(kind) => match KINDS.iter().find(|(known, _)| *known == kind) {
                Some((_, kind)) => *kind,
                None => {
                    return Err(Fault::new(
                        "user_field_type_unknown",
                        "the type of a custom field's column is text, integer, decimal, boolean, date or list",
                    ));
                }
            },
        };
        Ok(Self::UserField {
            key: key.to_owned(),
            kind,
        })
    }

    /// This attribute, if the account, as far as it is known, lets a column hold it.
    pub(crate) fn checked_by(self, account: Option<&AccountFacts>) -> Result<Self, Fault> {
        if let (Self::UserField { key, kind }, Some(account)) = (&self, account) {
            account.column(key, *kind)?;
        }
        Ok(self)
    }

    /// Its name, as the plan shows it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Plain(plain) => PLAIN
                .iter()
                .find(|(_, known)| known == plain)
                .map_or_else(String::new, |(name, _)| (*name).to_owned()),
            Self::UserField { key, .. } => format!("user_fields.{key}"),
            Self::Identity(kind) => format!("identities.{kind}"),
        }
    }

    /// Whether a blank cell may clear it.
    pub(crate) const fn is_cleared_by_blank(&self) -> bool {
        match self {
            Self::Plain(plain) => !matches!(plain, Plain::ExternalId) && plain.is_clearable(),
            Self::UserField { .. } => true,
            Self::Identity(_) => false,
        }
    }

    /// Whether its values must not be shown to anyone.
    pub(crate) const fn is_secret(&self) -> bool {
        matches!(self, Self::Plain(Plain::Password))
    }
}

impl Plain {
    /// Whether Zendesk takes a null for it.
    pub(crate) const fn is_clearable(self) -> bool {
        !matches!(
            self,
            Self::Id
                | Self::Email
                | Self::Name
                | Self::Role
                | Self::GroupIds
                | Self::Password
                | Self::Separation
                | Self::SkipVerifyEmail
        )
    }
}

/// A set of plain attributes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PlainSet(u64);

impl PlainSet {
    /// Adds one; false if it was there.
    pub(crate) const fn insert(&mut self, plain: Plain) -> bool {
        let before = self.0;
        self.0 |= 1 << plain as u32;
        self.0 != before
    }

    pub(crate) const fn contains(self, plain: Plain) -> bool {
        self.0 & 1 << plain as u32 != 0
    }

    pub(crate) const fn extend(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        let here = PLAIN.iter().filter(move |(_, plain)| self.contains(*plain));
        here.map(|(name, _)| *name)
    }
}

/// What to say of a name that is no attribute's.
pub(crate) fn unknown(name: &str) -> Fault {
    if READ_ONLY.contains(&name) {
        return Fault::new("column_read_only", "Zendesk sets this itself");
    }
    let near = nearest(name);
    let message = if near.is_empty() {
        "no such attribute".to_owned()
    } else {
        format!("no such attribute; near it: {}", near.join(", "))
    };
    Fault::new("column_unknown", message)
}

/// The names of attributes that are near this one, the nearest first.
fn nearest(name: &str) -> Vec<&'static str> {
    let name: String = name
        .to_lowercase()
        .chars()
        .map(|character| match character {
            ' ' | '-' => '_',
            other => other,
        })
        .take(64)
        .collect();
    let custom = ["user_field", "custom_", "field_"];
    if custom.iter().any(|prefix| name.starts_with(prefix)) {
        return vec!["user_fields.KEY"];
    }
    if name.starts_with("identit") {
        return vec!["identities.TYPE"];
    }
    let elsewhere = ELSEWHERE.iter().find(|(other, _)| *other == name);
    let mut near: Vec<(f64, &'static str)> = PLAIN
        .iter()
        .map(|(known, _)| (strsim::jaro_winkler(&name, known), *known))
        .filter(|(likeness, known)| {
            *likeness > 0.8
                || strsim::osa_distance(&name, known) <= 2
                || (name.len() > 3 && (known.contains(&name) || name.contains(known)))
        })
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    let near = near.into_iter().map(|(_, known)| known);
    let mut offered: Vec<_> = elsewhere.map(|(_, known)| *known).into_iter().collect();
    for known in near {
        if !offered.contains(&known) {
            offered.push(known);
        }
    }
    offered.truncate(OFFERED);
    offered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_is_found_by_its_name() {
        for (name, plain) in PLAIN {
            assert_eq!(Attribute::named(name), Ok(Attribute::Plain(*plain)));
            let loud = format!(" {} ", name.to_uppercase());
            assert_eq!(Attribute::named(&loud), Ok(Attribute::Plain(*plain)));
            assert_eq!(Attribute::Plain(*plain).name(), *name);
        }
        assert_eq!(
            Attribute::named("User_Fields.crmId:Integer"),
            Ok(Attribute::UserField {
                key: "crmId".into(),
                kind: FieldKind::Integer
            })
        );
        assert_eq!(
            Attribute::named("identities.phone_number"),
            Ok(Attribute::Identity(IdentityType::PhoneNumber))
        );
    }

    #[test]
    fn other_names_are_refused_with_the_nearest() {
        for (name, code, offered) in [
            ("e-mail", "column_unknown", "email"),
            ("Mail", "column_unknown", "email"),
            ("email address", "column_unknown", "email"),
            ("externalid", "column_unknown", "external_id"),
            ("organisation", "column_unknown", "organization.name"),
            ("tag", "column_unknown", "tags"),
            ("timezone", "column_unknown", "time_zone"),
            ("user_field_x", "column_unknown", "user_fields.KEY"),
            ("identities.fax", "column_unknown", "phone_number"),
            ("created_at", "column_read_only", "itself"),
            (
                "user_fields.a b",
                "user_field_key_malformed",
                "user_fields.KEY",
            ),
            ("user_fields.", "user_field_key_malformed", "KEY"),
            ("user_fields.a:number", "user_field_type_unknown", "integer"),
            ("zzz", "column_unknown", "no such attribute"),
            ("", "column_unknown", "no such attribute"),
        ] {
            let fault = Attribute::named(name).unwrap_err();
            assert_eq!(fault.code, code, "{name}");
            assert!(fault.message.contains(offered), "{name}: {}", fault.message);
        }
        assert!(
            unknown("zzz").message.len() < 40,
            "nothing near, nothing offered"
        );
    }
}
