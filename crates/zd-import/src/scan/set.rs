//! From a value to the person that is sent.

use serde_json::Value;
use zd_model::{
    BrandId, CustomRoleId, ExternalId, Extra, GroupId, IdentityInput, IdentityType, Nullable,
    OrganizationId, OrganizationInput, Role, TicketRestriction, UserId, UserInput,
};

use super::attribute::{Attribute, FieldKind, Plain};
use super::check;
use super::given::Given;
use super::problem::Fault;
use crate::AccountFacts;

/// Where an organization's external id stands until the row is read: [`OrganizationInput`] is known by its name only.
pub(crate) const EXTERNAL_ID: &str = "external_id";

/// Checks a value and writes it into the person.
pub(crate) fn set(
    user: &mut UserInput,
    attribute: &Attribute,
    given: Given<'_>,
    allow_role_change: bool,
    account: Option<&AccountFacts>,
) -> Result<(), Fault> {
    match attribute {
        Attribute::Plain(plain) => {
            if given == Given::Null && !plain.is_clearable() {
                return Err(cannot_clear());
            }
            set_plain(user, *plain, given, allow_role_change)
        }
        Attribute::UserField { key, kind } => {
            let value = field(key, *kind, given, account)?;
            if !user.user_fields.is_value() {
                user.user_fields = Nullable::Value(Extra::with_capacity(4));
            }
            if let Nullable::Value(fields) = &mut user.user_fields {
                fields.insert(key.clone(), value);
            }
            Ok(())
        }
        Attribute::Identity(kind) => {
            if given == Given::Null {
                return Err(cannot_clear());
            }
            let value = identity_value(kind, given.word()?)?;
            let identity = IdentityInput::new(kind.clone(), value);
            user.identities.get_or_insert_default().push(identity);
            Ok(())
        }
    }
}

/// Checks the value of a custom field, which becomes what is sent.
pub(crate) fn field(
    key: &str,
    kind: FieldKind,
    given: Given<'_>,
    account: Option<&AccountFacts>,
) -> Result<Value, Fault> {
    let value = match account {
        Some(account) => account.value(key, kind, given)?,
        None => given.field(kind)?,
    };
    if let Some(text) = value.as_str() {
        check::long(text)?;
    }
    Ok(value)
}

/// Checks the address of an identity.
pub(crate) fn identity_value(kind: &IdentityType, value: String) -> Result<String, Fault> {
    if value.is_empty() {
        return Err(Fault::new(
            "identity_malformed",
            "an identity without a value",
        ));
    }
    if *kind == IdentityType::Email {
        check::email(&value)?;
    }
    check::short("identity_malformed", &value)?;
    Ok(value)
}

fn set_plain(
    user: &mut UserInput,
    plain: Plain,
    given: Given<'_>,
    allow_role_change: bool,
) -> Result<(), Fault> {
    let id = Given::id;
    let flag = Given::flag;
    match plain {
        Plain::Id => user.id = Some(UserId::new(given.id()?)),
        Plain::ExternalId => {
            user.external_id = given.or_null(|given| {
                let id = given.text()?;
                check::external_id(&id)?;
                Ok(ExternalId::new(id))
            })?;
        }
        Plain::Email => {
            let email = given.word()?;
            check::email(&email)?;
            user.email = Some(email);
        }
        Plain::Name => user.name = Some(short(given, "name_too_long")?),
        Plain::Role => user.role = Some(role(&given.word()?, allow_role_change)?),
        Plain::CustomRoleId => {
            // An end user with a custom role becomes an agent.
            if given != Given::Null && !allow_role_change {
                return Err(role_not_allowed("a custom role makes somebody an agent"));
            }
            user.custom_role_id = given.or_null(|given| id(given).map(CustomRoleId::new))?;
        }
        Plain::Phone => {
            user.phone = given.or_null(|given| {
                let phone = given.text()?;
                let long = phone.len() > 128 && phone.chars().count() > 128;
                if long || check::has_control(&phone) {
                    return Err(Fault::new(
                        "phone_malformed",
                        "longer than 128 characters, or a control character in it",
                    ));
                }
                Ok(phone)
            })?;
        }
        Plain::SharedPhoneNumber => user.shared_phone_number = given.or_null(flag)?,
        Plain::OrganizationId => {
            user.organization_id = given.or_null(|given| id(given).map(OrganizationId::new))?;
        }
        Plain::OrganizationName => {
            let name = given.or_null(|given| short(given, "organization_too_long"))?;
            organization(user, name, |organization, name| organization.name = name);
        }
        Plain::OrganizationExternalId => {
            let id = given.or_null(|given| {
                let id = given.text()?;
                check::external_id(&id)?;
                Ok(id)
            })?;
            organization(user, id, |organization, id| {
                organization.extra.insert(EXTERNAL_ID.to_owned(), id.into());
            });
        }
        Plain::OrganizationIds => {
            user.organization_ids = given.or_null(|given| given.ids(OrganizationId::new))?;
        }
        Plain::Tags => {
            user.tags = given.or_null(|given| {
                let tags = given.words()?;
                tags.iter().try_for_each(|tag| check::tag(tag))?;
                Ok(tags)
            })?;
        }
        Plain::Verified => user.verified = given.or_null(flag)?,
        Plain::SkipVerifyEmail => user.skip_verify_email = given.or_null(flag)?,
        Plain::Suspended => user.suspended = given.or_null(flag)?,
        Plain::Alias => user.alias = given.or_null(|given| short(given, "alias_too_long"))?,
        Plain::Signature => user.signature = given.or_null(long)?,
        Plain::Details => user.details = given.or_null(long)?,
        Plain::Notes => user.notes = given.or_null(long)?,
        Plain::TimeZone => user.time_zone = given.or_null(word)?,
        Plain::Locale => user.locale = given.or_null(word)?,
        Plain::LocaleId => user.locale_id = given.or_null(id)?,
        Plain::Moderator => user.moderator = given.or_null(flag)?,
        Plain::TicketRestriction => {
            user.ticket_restriction = given.or_null(|given| {
                let known = TicketRestriction::from(given.word()?.to_ascii_lowercase());
                match known {
                    TicketRestriction::Unknown(_) => Err(Fault::new(
                        "ticket_restriction_unknown",
                        format!(
                            "no such restriction; there are {}",
                            listed(
                                TicketRestriction::KNOWN
                                    .iter()
                                    .map(TicketRestriction::as_str)
                            )
                        ),
                    )),
                    known => Ok(known),
                }
            })?;
        }
        Plain::OnlyPrivateComments => user.only_private_comments = given.or_null(flag)?,
        Plain::RestrictedAgent => user.restricted_agent = given.or_null(flag)?,
        Plain::DefaultGroupId => {
            user.default_group_id = given.or_null(|given| id(given).map(GroupId::new))?;
        }
        Plain::GroupIds => user.group_ids = Some(given.ids(GroupId::new)?),
        Plain::AgentBrandIds => {
            user.agent_brand_ids = given.or_null(|given| given.ids(BrandId::new))?;
        }
        Plain::ActiveBrandId => {
            user.active_brand_id = given.or_null(|given| id(given).map(BrandId::new))?;
        }
        Plain::RemotePhotoUrl => {
            user.remote_photo_url = given.or_null(|given| {
                let url = given.word()?;
                check::url(&url)?;
                Ok(url)
            })?;
        }
        Plain::Password => user.password = Some(short(given, "password_too_long")?.into()),
        Plain::Separation => {
            let text = match &given {
                Given::Object(text) => text,
                Given::Text(text) => text.as_ref(),
                _ => "",
            };
            // Its own type keeps what it does not know, so the shape is all there is to check.
            let value = serde_json::from_str(text).ok();
            let Some(value) = value.filter(|_| !check::is_deep(text)) else {
                return Err(Fault::new(
                    "separation_malformed",
                    "not an object such as {\"scope\": \"account\"}",
                ));
            };
            user.separation = Some(value);
        }
    }
    Ok(())
}

/// Adds to what is said of the organization so far; a null says that there is none.
fn organization(
    user: &mut UserInput,
    said: Nullable<String>,
    add: impl FnOnce(&mut OrganizationInput, String),
) {
    user.organization = said.map(|said| {
        let before = std::mem::take(&mut user.organization).into_value();
        let mut organization = before.unwrap_or_else(|| OrganizationInput::new(""));
        add(&mut organization, said);
        organization
    });
}

fn cannot_clear() -> Fault {
    Fault::new("cannot_clear", "this attribute cannot be cleared")
}

fn short(given: Given<'_>, code: &'static str) -> Result<String, Fault> {
    let text = given.text()?;
    check::short(code, &text)?;
    Ok(text)
}

fn word(given: Given<'_>) -> Result<String, Fault> {
    let text = given.word()?;
    check::short("text_too_long", &text)?;
    Ok(text)
}

fn long(given: Given<'_>) -> Result<String, Fault> {
    let text = given.text()?;
    check::long(&text)?;
    Ok(text)
}

fn role(word: &str, allow_role_change: bool) -> Result<Role, Fault> {
    // As it is mostly written.
    if word == Role::EndUser.as_str() {
        return Ok(Role::EndUser);
    }
    match Role::from(word.to_ascii_lowercase()) {
        Role::Unknown(_) => Err(Fault::new(
            "role_unknown",
            format!(
                "no such role; there are {}",
                listed(Role::KNOWN.iter().map(Role::as_str))
            ),
        )),
        staff @ (Role::Agent | Role::Admin) if !allow_role_change => {
            Err(role_not_allowed(&format!("this makes somebody an {staff}")))
        }
        role => Ok(role),
    }
}

fn role_not_allowed(what: &str) -> Fault {
    Fault::new(
        "role_not_allowed",
        format!("{what}; allow it with --allow-role-change"),
    )
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn given(pairs: &[(&str, &str)]) -> Result<String, Fault> {
        let mut user = UserInput::default();
        for (name, text) in pairs {
            let given = match *text {
                "NULL" => Given::Null,
                text => Given::Text(Cow::Borrowed(text)),
            };
            set(&mut user, &Attribute::named(name)?, given, false, None)?;
        }
        Ok(serde_json::to_string(&user).unwrap())
    }

    /// Every attribute by its column: what a cell becomes, and what a null does.
    #[test]
    fn cells_become_what_zendesk_is_sent() {
        for (name, cell, json) in [
            ("external_id", " 007", r#"{"external_id":" 007"}"#),
            ("email", " Ann@b.example ", r#"{"email":"Ann@b.example"}"#),
            ("name", " Ann", r#"{"name":" Ann"}"#),
            ("role", "End-User", r#"{"role":"end-user"}"#),
            ("phone", "+1 555 010", r#"{"phone":"+1 555 010"}"#),
            (
                "shared_phone_number",
                "yes",
                r#"{"shared_phone_number":true}"#,
            ),
            (
                "organization_id",
                "9007199254740993",
                r#"{"organization_id":9007199254740993}"#,
            ),
            (
                "organization.name",
                "Fir, Inc.",
                r#"{"organization":{"name":"Fir, Inc."}}"#,
            ),
            (
                "organization.external_id",
                "F-1",
                r#"{"organization":{"name":"","external_id":"F-1"}}"#,
            ),
            ("organization_ids", "1,2", r#"{"organization_ids":[1,2]}"#),
            ("tags", "a, b", r#"{"tags":["a","b"]}"#),
            ("verified", "0", r#"{"verified":false}"#),
            (
                "skip_verify_email",
                "false",
                r#"{"skip_verify_email":false}"#,
            ),
            ("suspended", "true", r#"{"suspended":true}"#),
            ("alias", "A", r#"{"alias":"A"}"#),
            ("signature", "A\nB", r#"{"signature":"A\nB"}"#),
            ("details", "d", r#"{"details":"d"}"#),
            ("notes", "n", r#"{"notes":"n"}"#),
            ("time_zone", "Berlin", r#"{"time_zone":"Berlin"}"#),
            ("locale", "de", r#"{"locale":"de"}"#),
            ("locale_id", "8", r#"{"locale_id":8}"#),
            ("moderator", "1", r#"{"moderator":true}"#),
            (
                "ticket_restriction",
                "organization",
                r#"{"ticket_restriction":"organization"}"#,
            ),
            (
                "only_private_comments",
                "no",
                r#"{"only_private_comments":false}"#,
            ),
            ("restricted_agent", "no", r#"{"restricted_agent":false}"#),
            ("default_group_id", "3", r#"{"default_group_id":3}"#),
            ("group_ids", "3", r#"{"group_ids":[3]}"#),
            ("agent_brand_ids", "4", r#"{"agent_brand_ids":[4]}"#),
            ("active_brand_id", "5", r#"{"active_brand_id":5}"#),
            (
                "remote_photo_url",
                "https://x.example/a",
                r#"{"remote_photo_url":"https://x.example/a"}"#,
            ),
            ("password", "secret", r#"{"password":"secret"}"#),
            (
                "separation",
                r#"{"scope":"account"}"#,
                r#"{"separation":{"scope":"account"}}"#,
            ),
            ("id", "7", r#"{"id":7}"#),
            (
                "user_fields.seats",
                "03",
                r#"{"user_fields":{"seats":"03"}}"#,
            ),
            (
                "user_fields.seats:integer",
                "03",
                r#"{"user_fields":{"seats":3}}"#,
            ),
            (
                "identities.email",
                "a@b.example",
                r#"{"identities":[{"type":"email","value":"a@b.example"}]}"#,
            ),
        ] {
            assert_eq!(given(&[(name, cell)]).unwrap(), json);
            let cleared = given(&[(name, "NULL")]);
            match name {
                "id" | "email" | "name" | "role" | "group_ids" | "password" | "separation"
                | "skip_verify_email" | "identities.email" => {
                    assert_eq!(cleared.unwrap_err().code, "cannot_clear", "{name}");
                }
                // A custom role is not given by taking it away.
                _ => assert!(cleared.unwrap().contains("null"), "{name}"),
            }
        }
    }

    #[test]
    fn several_columns_add_up() {
        let pairs = [
            ("user_fields.b", "1"),
            ("user_fields.a", "NULL"),
            ("identities.email", "a@b.example"),
            ("identities.email", "c@d.example"),
        ];
        assert_eq!(
            given(&pairs).unwrap(),
            r#"{"user_fields":{"b":"1","a":null},"identities":[{"type":"email","value":"a@b.example"},{"type":"email","value":"c@d.example"}]}"#
        );
    }

    /// The reference gives no limits; these are the usual ones, and the longest that passes is as telling as the first that
    /// does not.
    #[test]
    fn every_text_has_a_longest() {
        const SHORT: usize = 255;
        const LONG: usize = 64 * 1024;
        for (name, longest, code) in [
            ("external_id", SHORT, "external_id_too_long"),
            ("name", SHORT, "name_too_long"),
            ("alias", SHORT, "alias_too_long"),
            ("organization.name", SHORT, "organization_too_long"),
            ("organization.external_id", SHORT, "external_id_too_long"),
            ("password", SHORT, "password_too_long"),
            ("tags", SHORT, "tag_too_long"),
            ("time_zone", SHORT, "text_too_long"),
            ("locale", SHORT, "text_too_long"),
            ("identities.twitter", SHORT, "identity_malformed"),
            ("phone", 128, "phone_malformed"),
            ("details", LONG, "text_too_long"),
            ("notes", LONG, "text_too_long"),
            ("signature", LONG, "text_too_long"),
            ("user_fields.bio", LONG, "text_too_long"),
        ] {
            let text = |length| "x".repeat(length);
            assert!(given(&[(name, &text(longest))]).is_ok(), "{name}");
            let fault = given(&[(name, &text(longest + 1))]).unwrap_err();
            assert_eq!(fault.code, code, "{name}");
        }
        let address = |length: usize| format!("aa@{}bb.example", "b.".repeat((length - 13) / 2));
        assert!(given(&[("email", &address(255))]).is_ok());
        assert!(given(&[("email", &address(257))]).is_err());
    }

    #[test]
    fn what_must_not_be_is_refused() {
        for (name, cell, code) in [
            ("role", "agent", "role_not_allowed"),
            ("role", "Admin", "role_not_allowed"),
            ("role", "wizard", "role_unknown"),
            ("custom_role_id", "1", "role_not_allowed"),
            ("tags", "a,,b", "tag_empty"),
            ("tags", "a b", "tag_space"),
            ("ticket_restriction", "all", "ticket_restriction_unknown"),
            ("identities.email", "x", "email_malformed"),
            ("separation", "[1]", "separation_malformed"),
            ("locale_id", "-1", "id_malformed"),
            ("phone", "1\n2", "phone_malformed"),
        ] {
            assert_eq!(given(&[(name, cell)]).unwrap_err().code, code, "{name}");
        }
        let long = "x".repeat(256);
        for name in [
            "name",
            "external_id",
            "alias",
            "organization.name",
            "password",
        ] {
            assert!(
                given(&[(name, &long)])
                    .unwrap_err()
                    .code
                    .ends_with("_too_long")
            );
        }
        let mut user = UserInput::default();
        let role = Attribute::Plain(Plain::Role);
        let agent = Given::Text(Cow::Borrowed("agent"));
        set(&mut user, &role, agent, true, None).unwrap();
        assert_eq!(user.role, Some(Role::Agent));
    }
}
