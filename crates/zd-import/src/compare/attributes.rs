//! The attributes that are a value each: names, texts, ids, switches.

use zd_model::{Nullable, Role, TicketRestriction, UserInput};

use super::{Comparison, Finding, Stored, text};
use crate::same_external_id;

pub(super) fn compare(asked: &UserInput, stored: &Stored<'_>, found: &mut Comparison) {
    let user = stored.user;
    let end_user = user.role.value() == Some(&Role::EndUser);
    if let Some(id) = asked.id {
        found.push("id", Finding::when(id == user.id));
    }
    match (&asked.external_id, &user.external_id) {
        (Nullable::Absent, _) => {}
        (_, Nullable::Absent) => found.push("external_id", Finding::CannotTell),
        (wanted, has) => {
            let text = |id: &Nullable<zd_model::ExternalId>| {
                id.value()
                    .map_or_else(String::new, |id| id.as_str().to_owned())
            };
            let same = same_external_id(&text(wanted), &text(has));
            found.push("external_id", Finding::when(same));
        }
    }
    if let Some(name) = &asked.name {
        let has = user.name.value();
        found.push(
            "name",
            has.map_or(Finding::CannotTell, |has| {
                Finding::when(same_name(name, has))
            }),
        );
    }
    role(asked, stored, found);
    organization(asked, stored, found);

    push(
        found,
        "suspended",
        switch(&asked.suspended, &user.suspended),
    );
    push(found, "alias", text::nullable(&asked.alias, &user.alias));
    // Agents' and admins' only; on an end user they may be dropped without a word.
    let staff = |finding: Option<Finding>| match finding {
        Some(Finding::Different) if end_user => Some(Finding::CannotTell),
        finding => finding,
    };
    let signature = text::nullable(&asked.signature, &user.signature);
    push(found, "signature", staff(signature));
    push(
        found,
        "details",
        text::nullable(&asked.details, &user.details),
    );
    push(found, "notes", text::nullable(&asked.notes, &user.notes));
    push(found, "time_zone", time_zone(asked, stored));
    push(found, "locale", locale(&asked.locale, &user.locale));
    // The locale wins over its number when both are sent.
    let locale_id = equal(&asked.locale_id, &user.locale_id);
    let outranked = asked.locale.is_value() && locale_id == Some(Finding::Different);
    push(
        found,
        "locale_id",
        if outranked {
            Some(Finding::CannotTell)
        } else {
            locale_id
        },
    );
    push(
        found,
        "moderator",
        staff(switch(&asked.moderator, &user.moderator)),
    );
    push(
        found,
        "ticket_restriction",
        restriction(asked, stored, end_user),
    );
    let private = switch(&asked.only_private_comments, &user.only_private_comments);
    push(found, "only_private_comments", staff(private));
    // Writable in older documentation only.
    let restricted = switch(&asked.restricted_agent, &user.restricted_agent);
    push(found, "restricted_agent", sure(restricted));
    push(
        found,
        "default_group_id",
        staff(equal(&asked.default_group_id, &user.default_group_id)),
    );
    unseen(asked, stored, found);
}

fn push(found: &mut Comparison, field: &str, finding: Option<Finding>) {
    if let Some(finding) = finding {
        found.push(field, finding);
    }
}

/// Takes sameness as proof and everything else as none.
fn sure(finding: Option<Finding>) -> Option<Finding> {
    finding.map(|finding| match finding {
        Finding::Same => Finding::Same,
        _ => Finding::CannotTell,
    })
}

/// What does not show, or shows only as an effect.
fn unseen(asked: &UserInput, stored: &Stored<'_>, found: &mut Comparison) {
    let user = stored.user;
    if !asked.skip_verify_email.is_absent() {
        found.push_aside("skip_verify_email");
    }
    match &asked.remote_photo_url {
        Nullable::Absent => {}
        Nullable::Null if user.photo.is_null() => found.push("remote_photo_url", Finding::Same),
        _ => found.push("remote_photo_url", Finding::CannotTell),
    }
    let asked_for = [
        ("organization_ids", !asked.organization_ids.is_absent()),
        ("group_ids", asked.group_ids.is_some()),
        ("active_brand_id", !asked.active_brand_id.is_absent()),
        ("password", asked.password.is_some()),
    ];
    for (field, asked) in asked_for {
        if asked {
            found.push(field, Finding::CannotTell);
        }
    }
    let brands = equal(&asked.agent_brand_ids, &user.agent_brand_ids);
    push(found, "agent_brand_ids", sure(brands));
    if let Some(separation) = &asked.separation {
        let same = user.separation.value() == Some(separation);
        push(found, "separation", sure(Some(Finding::when(same))));
    }
    for (field, wanted) in &asked.extra {
        let same = user.extra.get(field) == Some(wanted);
        push(found, field, sure(Some(Finding::when(same))));
    }
}

fn same_name(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

fn equal<T: PartialEq>(asked: &Nullable<T>, stored: &Nullable<T>) -> Option<Finding> {
    match (asked, stored) {
        (Nullable::Absent, _) => None,
        (_, Nullable::Absent) => Some(Finding::CannotTell),
        (asked, stored) => Some(Finding::when(asked.value() == stored.value())),
    }
}

/// A switch that is cleared or was never set is off.
fn switch(asked: &Nullable<bool>, stored: &Nullable<bool>) -> Option<Finding> {
    let is = |switch: &Nullable<bool>| switch.value().copied().unwrap_or_default();
    match (asked, stored) {
        (Nullable::Absent, _) => None,
        (_, Nullable::Absent) => Some(Finding::CannotTell),
        (asked, stored) => Some(Finding::when(is(asked) == is(stored))),
    }
}

/// A custom role makes an agent of whoever gets it, whatever `role` says.
fn role(asked: &UserInput, stored: &Stored<'_>, found: &mut Comparison) {
    let user = stored.user;
    if let Some(role) = &asked.role {
        let custom = asked.custom_role_id.is_value() && *role == Role::EndUser;
        let wanted = if custom { &Role::Agent } else { role };
        let has = user.role.value();
        found.push(
            "role",
            has.map_or(Finding::CannotTell, |has| Finding::when(has == wanted)),
        );
    }
    push(
        found,
        "custom_role_id",
        equal(&asked.custom_role_id, &user.custom_role_id),
    );
}

fn organization(asked: &UserInput, stored: &Stored<'_>, found: &mut Comparison) {
    let user = stored.user;
    let several = stored
        .memberships
        .is_some_and(|memberships| memberships.len() > 1);
    // An upsert would leave one of them, which one does not show: by name it is not even documented.
    let unless_several = |finding: Finding| {
        if several {
            Finding::CannotTell
        } else {
            finding
        }
    };
    push(
        found,
        "organization_id",
        equal(&asked.organization_id, &user.organization_id).map(unless_several),
    );
    let finding = match &asked.organization {
        Nullable::Absent => return,
        Nullable::Null => match user.organization_id {
            Nullable::Absent => Finding::CannotTell,
            _ => Finding::when(!user.organization_id.is_value()),
        },
        Nullable::Value(wanted) => match &user.organization_id {
            Nullable::Absent => Finding::CannotTell,
            Nullable::Null => Finding::Different,
            Nullable::Value(id) => {
                let known = stored.organizations.unwrap_or_default();
                let name = known
                    .iter()
                    .find(|organization| organization.id == *id)
                    .and_then(|organization| organization.name.as_deref());
                name.map_or(Finding::CannotTell, |name| {
                    Finding::when(text::same_but_for_case(name, &wanted.name))
                })
            }
        },
    };
    found.push("organization.name", unless_several(finding));
}

/// A zone may be asked for by its IANA name and shown by its Rails name.
fn time_zone(asked: &UserInput, stored: &Stored<'_>) -> Option<Finding> {
    let wanted = match &asked.time_zone {
        Nullable::Absent => return None,
        // The account's zone takes its place, which does not show as such.
        Nullable::Null => return Some(Finding::CannotTell),
        Nullable::Value(zone) => zone,
    };
    let user = stored.user;
    let shown = [user.time_zone.value(), user.iana_time_zone.value()];
    if shown.iter().all(Option::is_none) {
        return Some(Finding::CannotTell);
    }
    let same = shown
        .into_iter()
        .flatten()
        .any(|zone| text::same_but_for_case(zone, wanted));
    Some(Finding::when(same))
}

fn locale(asked: &Nullable<String>, stored: &Nullable<String>) -> Option<Finding> {
    match (asked, stored) {
        (Nullable::Absent, _) => None,
        (Nullable::Value(wanted), Nullable::Value(has)) => {
            Some(Finding::when(text::same_but_for_case(wanted, has)))
        }
        // A cleared locale is the account's.
        _ => Some(Finding::CannotTell),
    }
}

/// For an end user the agents' restrictions become `requested`.
fn restriction(asked: &UserInput, stored: &Stored<'_>, end_user: bool) -> Option<Finding> {
    let has = &stored.user.ticket_restriction;
    let finding = equal(&asked.ticket_restriction, has)?;
    let became = end_user && has.value() == Some(&TicketRestriction::Requested);
    Some(match finding {
        Finding::Different if became => Finding::CannotTell,
        finding => finding,
    })
}
