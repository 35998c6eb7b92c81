//! What an import would do, for people and for programs.

use serde_json::Value;
use zd_import::{EmailChange, OrganizationSummary, Plan, Problems};
use zd_model::Role;

use super::estimate::{Estimate, MAKING_PRIMARY};
use super::intake::{name, place_and_words};
use crate::codes;
use crate::failure::Failure;
use crate::output::{Count, Shape, Style, clean, counted, rows};

/// What would be done, for programs.
pub(super) const SHAPE: Shape = Shape::new("plan", "plans", &[]);

/// For programs: the plan, and what it would cost.
pub(super) fn json(plan: &Plan, estimate: Option<&Estimate>, exit: u8) -> Result<Value, Failure> {
    let mut value = serde_json::to_value(plan).map_err(|error| {
        Failure::new(&codes::INTERNAL, "the plan cannot be written as JSON").caused_by(&error)
    })?;
    if let Value::Object(fields) = &mut value {
        if let Some(estimate) = estimate {
            fields.insert("estimate".to_owned(), estimate.json());
        }
        fields.insert("exit".to_owned(), exit.into());
    }
    Ok(value)
}

/// For people.
pub(super) fn human(plan: &Plan, estimate: Option<&Estimate>, style: Style) -> String {
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    let file = clean(name(&plan.input)).into_owned();
    let all = rows(plan.rows);
    if plan.invalid == 0 {
        line(&format!("{} {file}: all of {all} valid", style.green("✓")));
    } else {
        let invalid = Count(plan.invalid);
        line(&format!(
            "{} {file}: {invalid} of {all} invalid",
            style.red("✗")
        ));
        problems(&plan.problems, &mut line);
    }
    line(&format!(
        "  would send   {} in {}",
        rows(plan.valid),
        counted(plan.batches, "batch", "batches")
    ));
    if let Some(estimate) = estimate {
        line(&format!("  would take   {}", estimate.words()));
    }
    line(&format!(
        "  attributes   {}",
        clean(&plan.attributes.join(", "))
    ));
    if !plan.ignored_columns.is_empty() {
        line(&format!(
            "  left out     {}",
            clean(&plan.ignored_columns.join(", "))
        ));
    }
    let duplicates = &plan.duplicates;
    if duplicates.rows > 0 {
        let what = match (duplicates.superseded, duplicates.invalid) {
            (0, 0) => "sent one after the other".to_owned(),
            (0, invalid) => format!("{} of them invalid", Count(invalid)),
            (superseded, _) => format!("{} of them left out", Count(superseded)),
        };
        line(&format!(
            "  duplicates   {} about {}: {what}",
            rows(duplicates.rows),
            counted(duplicates.groups, "person", "people")
        ));
    }
    let over = &plan.overwrites;
    if let Some(named) = &plan.organizations {
        line(&format!("  organizations {}", organizations(named)));
    }
    if let Some(unchecked) = unchecked(plan) {
        line(&format!("  unchecked    {unchecked}"));
    }
    for (count, words) in [
        (over.tags, "in which tags replace the person's whole set"),
        (
            over.organizations,
            "in which an organization removes all other memberships",
        ),
        (over.roles, "in which a role is set, down as well as up"),
        (
            over.suspended,
            "in which somebody is suspended or let in again",
        ),
        (over.cleared, "in which an attribute is cleared"),
        (
            over.identities,
            "in which identities have no effect on people who are there already",
        ),
    ] {
        if count > 0 {
            line(&format!("  overwrites   {} {words}", rows(count)));
        }
    }
    if over.emails > 0 {
        line(&addresses(over.emails, plan.email_change));
    }
    if let Some(role @ (Role::Agent | Role::EndUser)) = &plan.role {
        line(&format!(
            "  signed in    as {role}: {}",
            match role {
                Role::Agent => "can write end users, no agents and admins",
                _ => "cannot import",
            }
        ));
    }
    line(if plan.sends_welcome_mail {
        "  mail         Zendesk may mail new people"
    } else {
        "  mail         nobody is mailed"
    });
    text
}

/// Which custom fields could not be checked, and why; none if all were.
fn unchecked(plan: &Plan) -> Option<String> {
    let fields = &plan.unchecked_fields;
    if fields.is_empty() {
        return None;
    }
    if !plan.asked_account {
        let count = counted(fields.len() as u64, "custom field", "custom fields");
        return Some(format!("{count}: zd check --account asks the account"));
    }
    let names = clean(&fields.join(", ")).into_owned();
    Some(format!(
        "{names}: zd cannot read the field's pattern, or may not list the account's fields"
    ))
}

fn organizations(named: &OrganizationSummary) -> String {
    let all = counted(named.named, "named", "named");
    if !named.looked_up {
        return format!("{all}: zd check --account looks them up");
    }
    let mut parts = vec![format!("{} found", Count(named.found))];
    for (count, words) in [
        (named.to_create, "to be created"),
        (named.missing, "not found"),
        (named.ambiguous, "that could be several"),
    ] {
        if count > 0 {
            parts.push(format!("{} {words}", Count(count)));
        }
    }
    format!("{all}: {}", parts.join(", "))
}

/// What happens to addresses that somebody does not have.
fn addresses(count: u64, change: EmailChange) -> String {
    let what = match change {
        EmailChange::Secondary => "a new address is added as a secondary one".to_owned(),
        EmailChange::Primary => format!(
            "a new address becomes the primary one, at up to {} more requests",
            Count(count * MAKING_PRIMARY)
        ),
        _ => "an address that the person does not have is added as a secondary one, and the primary one stays (--email-change)".to_owned(),
    };
    format!(
        "  addresses    {} with an external id and an address: {what}",
        rows(count)
    )
}

fn problems(problems: &Problems, line: &mut impl FnMut(&str)) {
    for problem in &problems.first {
        let (place, words) = place_and_words(problem);
        line(&format!("    {place}: {}", clean(&words)));
    }
    let shown = problems.first.len() as u64;
    if problems.total > shown {
        line(&format!("    and {} more:", Count(problems.total - shown)));
        for (code, count) in &problems.by_code {
            line(&format!(
                "      {:>7}  {}",
                Count(*count),
                code.replace('_', " ")
            ));
        }
    }
}
