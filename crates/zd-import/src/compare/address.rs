//! E-mail addresses, phone numbers, identities: what a person can be reached by.

use zd_model::{Identity, IdentityType, Nullable, UserInput};

use super::{Comparison, Finding, Stored, text};
use crate::same_email;

pub(super) fn compare(asked: &UserInput, stored: &Stored<'_>, found: &mut Comparison) {
    if let Some(address) = &asked.email {
        found.push("email", email(address, stored));
    }
    match &asked.phone {
        Nullable::Absent => {}
        Nullable::Null => found.push("phone", cleared_phone(stored)),
        Nullable::Value(number) if number.trim().is_empty() => {
            found.push("phone", cleared_phone(stored));
        }
        Nullable::Value(number) => found.push("phone", phone(number, stored)),
    }
    if !asked.shared_phone_number.is_absent() {
        // Zendesk derives it from who else has the number.
        let same = asked.shared_phone_number == stored.user.shared_phone_number;
        found.push(
            "shared_phone_number",
            if same {
                Finding::Same
            } else {
                Finding::CannotTell
            },
        );
    }
    if let Some(identities) = &asked.identities {
        // On an existing person they have no documented effect; being there is proof all the same.
        let there = identities.iter().all(|wanted| {
            stored.identities.unwrap_or_default().iter().any(|has| {
                has.r#type.value() == Some(&wanted.r#type)
                    && has.value.value().is_some_and(|value| match wanted.r#type {
                        IdentityType::Email => same_email(value, &wanted.value),
                        IdentityType::PhoneNumber => same_number(value, &wanted.value),
                        _ => text::same_but_for_case(value, &wanted.value),
                    })
            })
        });
        found.push(
            "identities",
            if there {
                Finding::Same
            } else {
                Finding::CannotTell
            },
        );
    }
    if let Nullable::Value(wanted) = asked.verified {
        found.push("verified", verified(wanted, asked, stored));
    }
}

/// A new address becomes a secondary one, so any of the person's addresses will do.
fn email(address: &str, stored: &Stored<'_>) -> Finding {
    let primary = stored.user.email.value();
    if primary.is_some_and(|primary| same_email(primary, address)) {
        return Finding::Same;
    }
    match stored.identities {
        Some(identities) => Finding::when(email_identity(identities, address).is_some()),
        None => Finding::CannotTell,
    }
}

/// The person's e-mail identity of this address.
pub(crate) fn email_identity<'a>(
    identities: &'a [Identity],
    address: &str,
) -> Option<&'a Identity> {
    identities.iter().find(|identity| {
        identity.r#type.value() == Some(&IdentityType::Email)
            && (identity.value.value()).is_some_and(|value| same_email(value, address))
    })
}

/// A second number does not show in `phone`; as an identity it does, unless somebody else has it too.
fn phone(number: &str, stored: &Stored<'_>) -> Finding {
    match &stored.user.phone {
        Nullable::Value(shown) if same_number(shown, number) => return Finding::Same,
        Nullable::Absent => return Finding::CannotTell,
        _ => {}
    }
    let identity = |identities: &[Identity]| {
        identities.iter().any(|identity| {
            identity.r#type.value() == Some(&IdentityType::PhoneNumber)
                && (identity.value.value()).is_some_and(|value| same_number(value, number))
        })
    };
    match stored.identities {
        Some(identities) => Finding::when(identity(identities)),
        None if stored
            .user
            .phone
            .value()
            .is_some_and(|phone| !phone.is_empty()) =>
        {
            Finding::CannotTell
        }
        None => Finding::Different,
    }
}

fn cleared_phone(stored: &Stored<'_>) -> Finding {
    match &stored.user.phone {
        Nullable::Absent => Finding::CannotTell,
        Nullable::Null => Finding::Same,
        Nullable::Value(phone) => Finding::when(phone.trim().is_empty()),
    }
}

/// Numbers are the same but for the signs people write between digits.
fn same_number(one: &str, other: &str) -> bool {
    let bare = |text: &str| -> String {
        text.chars()
            .filter(|letter| !matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}'))
            .collect()
    };
    text::same(one, other) || bare(one) == bare(other)
}

/// `verified` is a property of the address that was asked for, else of the primary one; the user's own `verified` says
/// only that some identity is.
fn verified(wanted: bool, asked: &UserInput, stored: &Stored<'_>) -> Finding {
    let identity = stored.identities.and_then(|identities| {
        let address = asked.email.as_deref().or(stored.user.email.as_deref())?;
        email_identity(identities, address)
    });
    let is = match identity {
        Some(identity) => identity.verified.value().copied(),
        None if asked.email.is_none() => stored.user.verified.value().copied(),
        None => None,
    };
    match is {
        Some(is) if is == wanted => Finding::Same,
        Some(false) => Finding::Different,
        // Whether an address can become unverified again depends on the age of the documentation.
        _ => Finding::CannotTell,
    }
}
