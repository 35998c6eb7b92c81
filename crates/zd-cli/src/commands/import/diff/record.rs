//! What would become of a row, for programs.

use serde_json::{Value, json};
use zd_import::{RowDiff, RowFinding, Status};

/// One object for a row.
pub(super) fn of(diff: &RowDiff) -> Value {
    let changes = match &diff.finding {
        RowFinding::Changed(fields) => fields
            .iter()
            .map(
                |field| json!({"field": field.field, "asked": field.asked, "stored": field.stored}),
            )
            .collect(),
        _ => Vec::new(),
    };
    let why = match &diff.finding {
        RowFinding::Settled(outcome) => outcome.error.as_ref().map(|error| error.message.as_str()),
        _ => None,
    };
    json!({
        "line": diff.line,
        "key": diff.key,
        "action": action(diff),
        "user_id": diff.user_id,
        "changes": changes,
        "cannot_tell": diff.cannot_tell,
        "ignored": diff.ignored,
        "follows": diff.follows,
        "why": why,
    })
}

/// What would be done, in a word.
pub(super) fn action(diff: &RowDiff) -> &'static str {
    match &diff.finding {
        RowFinding::New => "create",
        RowFinding::Changed(_) => "update",
        RowFinding::Unchanged => "unchanged",
        RowFinding::Gone => "gone",
        RowFinding::Settled(outcome) if outcome.status == Status::Invalid => "invalid",
        RowFinding::Settled(_) => "superseded",
        _ => "cannot_tell",
    }
}
