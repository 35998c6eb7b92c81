//! Texts: null and empty are one, line ends and outer blanks do not matter.

use zd_model::Nullable;

use super::Finding;

/// Compares a clearable text. Zendesk may show a cleared text as `""` instead of null.
pub(super) fn nullable(asked: &Nullable<String>, stored: &Nullable<String>) -> Option<Finding> {
    let asked = match asked {
        Nullable::Absent => return None,
        Nullable::Null => "",
        Nullable::Value(text) => text,
    };
    Some(match stored {
        Nullable::Absent => Finding::CannotTell,
        Nullable::Null => Finding::when(asked.trim().is_empty()),
        Nullable::Value(text) => Finding::when(same(asked, text)),
    })
}

/// Whether two texts are the same but for outer blanks and the spelling of line ends.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one == other || one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
}

/// Whether two texts are the same but for case and outer blanks.
pub(super) fn same_but_for_case(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one.eq_ignore_ascii_case(other) || one.to_lowercase() == other.to_lowercase()
}
