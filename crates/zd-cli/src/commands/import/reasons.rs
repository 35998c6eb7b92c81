//! Why rows were not applied, in groups.

use std::collections::HashMap;

use zd_import::{RowError, Status};

/// So many kinds of reasons are told apart; the rest is one group.
const MAX_GROUPS: usize = 200;

/// A group of rows that were not applied for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// In a few words.
    pub(crate) title: String,
    /// How many rows.
    pub(crate) rows: u64,
    /// The first line of them in the order of the input.
    pub(crate) line: u64,
    /// What was said about that row.
    pub(crate) message: String,
    /// What may help.
    pub(crate) hint: Option<&'static str>,
}

/// Counts reasons; its size does not grow with the input.
#[derive(Debug, Default)]
pub(crate) struct Reasons {
    groups: HashMap<String, Reason>,
}

impl Reasons {
    /// Counts the row, unless it was applied.
    pub(crate) fn count(&mut self, status: Status, row_line: u64, error: Option<&RowError>) {
        if status.is_success() {
            return;
        }
        let (code, message) = error.map_or(("", ""), |error| {
            (error.code.as_str(), error.message.as_str())
        });
        let (mut title, hint) = classify(status, code, message);
        if !self.groups.contains_key(&title) && self.groups.len() >= MAX_GROUPS {
            "other reasons".clone_into(&mut title);
        }
        let reason = self.groups.entry(title.clone()).or_insert_with(|| Reason {
            title,
            rows: 0,
            line: u64::MAX,
            message: String::new(),
            hint,
        });
        reason.rows += 1;
        if row_line < reason.line {
            reason.line = row_line;
            message.clone_into(&mut reason.message);
        }
    }

    /// The groups, the largest first.
    pub(crate) fn into_groups(self) -> Vec<Reason> {
        let mut groups: Vec<Reason> = self.groups.into_values().collect();
        groups.sort_by(|a, b| b.rows.cmp(&a.rows).then(a.line.cmp(&b.line)));
        groups
    }
}

/// A short title, and what may help.
fn classify(status: Status, code: &str, message: &str) -> (String, Option<&'static str>) {
    let has = |words: &str| message.contains(words);
    let known = |title: &str, hint| (title.to_owned(), hint);
    if status == Status::Indeterminate {
        return known(
            "indeterminate: sent, effect not established",
            Some("look the people up, or import the failed file again"),
        );
    }
    if has("already being used by another user") {
        return known("email already taken", Some("--match email"));
    }
    if has("has already been taken") {
        return known("value already taken", None);
    }
    if has("is not properly formatted") {
        return known("email malformed", None);
    }
    if status == Status::Failed && has("rganization") {
        return known(
            "organization not accepted",
            Some("create the organization first, or correct its name"),
        );
    }
    if status == Status::Invalid && !code.is_empty() {
        return (code.replace('_', " "), None);
    }
    let pattern = pattern(message);
    if pattern.is_empty() {
        return (
            if code.is_empty() {
                "no reason given".to_owned()
            } else {
                code.to_owned()
            },
            None,
        );
    }
    (pattern, None)
}

/// The message without what differs from row to row: words with digits, addresses and quoted texts become `…`.
fn pattern(message: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut quoted = false;
    for word in message.split_whitespace() {
        let quotes = word.matches(['"', '`', '“', '”']).count();
        let varies = quoted
            || quotes > 0
            || word.contains('@')
            || word.chars().any(|letter| letter.is_ascii_digit());
        if quotes % 2 == 1 {
            quoted = !quoted;
        }
        match (varies, words.last()) {
            (true, Some(&"…")) => {}
            (true, _) => words.push("…"),
            (false, _) => words.push(word),
        }
    }
    crate::output::shorten(&words.join(" "), 60)
}

#[cfg(test)]
mod tests {
    use zd_import::{RowError, Status};

    use super::{MAX_GROUPS, Reasons, pattern};

    fn count(reasons: &mut Reasons, line: u64, status: Status, code: &str, message: &str) {
        let error = RowError::new(code, message, false);
        reasons.count(status, line, Some(&error));
    }

    #[test]
    fn rows_are_grouped_by_what_is_wrong_with_them() {
        let mut reasons = Reasons::default();
        let taken = |who: &str| format!("Email: {who} is already being used by another user");
        count(
            &mut reasons,
            9,
            Status::Failed,
            "RecordInvalid",
            &taken("ann@example.com"),
        );
        count(
            &mut reasons,
            4,
            Status::Failed,
            "RecordInvalid",
            &taken("bob@example.com"),
        );
        count(
            &mut reasons,
            5,
            Status::Invalid,
            "name_too_long",
            "300 characters",
        );
        count(&mut reasons, 6, Status::Created, "", "");
        let groups = reasons.into_groups();
        assert_eq!(groups.len(), 2);
        assert_eq!(
            (groups[0].title.as_str(), groups[0].rows, groups[0].line),
            ("email already taken", 2, 4)
        );
        assert_eq!(groups[0].message, taken("bob@example.com"));
        assert_eq!(groups[1].title, "name too long");
    }

    #[test]
    fn reasons_of_many_kinds_stay_few() {
        let mut reasons = Reasons::default();
        for line in 0..10_000 {
            let letters: String = line
                .to_string()
                .chars()
                .map(|digit| (b'a' + digit as u8 - b'0') as char)
                .collect();
            count(&mut reasons, line, Status::Failed, "Odd", &letters);
        }
        let groups = reasons.into_groups();
        assert_eq!(groups.len(), MAX_GROUPS + 1);
        assert_eq!(groups.iter().map(|group| group.rows).sum::<u64>(), 10_000);
    }

    #[test]
    fn what_differs_from_row_to_row_is_left_out() {
        assert_eq!(
            pattern("Name: Email: a@b is bad 17 times"),
            "Name: Email: … is bad … times"
        );
        assert_eq!(
            pattern("value \"a long one\" is no option"),
            "value … is no option"
        );
    }
}
