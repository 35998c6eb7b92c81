//! What an export did, in numbers.

use serde_json::{Value, json};

use crate::output::{Count, counted};

/// What an export did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) users: u64,
    pub(super) pages: u64,
    /// Left out: deleted.
    pub(super) deleted: u64,
    /// Left out: neither external id nor address.
    pub(super) keyless: u64,
    /// Left out: an import could not read them.
    pub(super) refused: u64,
    /// Values left out of rows, since an import would refuse or change them.
    pub(super) values: u64,
}

impl Tally {
    /// How far it is, for a line of progress.
    pub(super) fn progress(&self) -> String {
        format!(
            "{} in {}",
            counted(self.users, "user", "users"),
            counted(self.pages, "page", "pages")
        )
    }

    /// What was written and what not, for people.
    pub(super) fn sentence(&self, target: &str) -> String {
        let mut text = format!(
            "{} written to {target} in {}",
            counted(self.users, "user", "users"),
            counted(self.pages, "page", "pages")
        );
        let left_out: Vec<String> = [
            (self.deleted, "deleted"),
            (self.keyless, "without external id and address"),
            (self.refused, "that no import would take"),
        ]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", Count(*count)))
        .collect();
        if !left_out.is_empty() {
            text.push_str(&format!("; left out: {}", left_out.join(", ")));
        }
        text
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "users": self.users,
            "pages": self.pages,
            "left_out": {
                "deleted": self.deleted,
                "keyless": self.keyless,
                "refused": self.refused,
                "values": self.values,
            },
        })
    }
}
