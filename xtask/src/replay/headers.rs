//! Response headers: which of the recorded ones the sandbox sends, and which others.

use std::collections::BTreeSet;

use super::shape::Difference;

/// Headers whose value must be the recorded one.
const SAME: &[&str] = &[
    "content-type",
    "cache-control",
    "strict-transport-security",
    "x-frame-options",
    "x-zendesk-api-version",
    "x-zendesk-api-warn",
    "x-zendesk-zorg",
];

/// Headers that the recorder kept with every pair, so that one without them had none.
const KEPT: &[&str] = &[
    "location",
    "retry-after",
    "x-zendesk-api-warn",
    "zendesk-ratelimit-inflight-jobs",
];

/// Compares headers of which the recorder dropped some.
pub(crate) fn of_pair(
    recorded: &[(String, String)],
    here: &[(String, String)],
) -> BTreeSet<Difference> {
    compare(recorded, here, |name| KEPT.contains(&name))
}

/// Compares all headers.
pub(crate) fn of_set(
    recorded: &[(String, String)],
    here: &[(String, String)],
) -> BTreeSet<Difference> {
    compare(recorded, here, |_| true)
}

fn compare(
    recorded: &[(String, String)],
    here: &[(String, String)],
    is_kept: impl Fn(&str) -> bool,
) -> BTreeSet<Difference> {
    let mut found = BTreeSet::new();
    for (name, value) in recorded {
        let place = format!("header {name}");
        match here.iter().find(|(other, _)| other == name) {
            None => {
                found.insert(Difference::new(place, "left out", value));
            }
            Some((_, other)) if SAME.contains(&name.as_str()) && plain(value) != plain(other) => {
                let detail = format!("{value:?}, here {other:?}");
                found.insert(Difference::new(place, "text", detail));
            }
            Some(_) => {}
        }
    }
    for (name, value) in here.iter().filter(|(name, _)| is_kept(name)) {
        if !recorded.iter().any(|(other, _)| other == name) {
            found.insert(Difference::new(format!("header {name}"), "added", value));
        }
    }
    found
}

/// A value without its case, and with its numbers as `0`: how long to keep an answer differs from run to run, and whether
/// to keep it at all does not.
fn plain(value: &str) -> String {
    let seconds = value.strip_prefix("max-age=").unwrap_or_default();
    let digits = seconds.chars().take_while(char::is_ascii_digit).count();
    let value = match seconds.get(..digits) {
        Some("" | "0") | None => value.to_owned(),
        Some(digits) => value.replacen(digits, "N", 1),
    };
    value.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{of_pair, of_set};

    #[test]
    fn names_count_and_some_values() {
        let headers = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            list.iter().map(owned).collect()
        };
        let recorded = headers(&[
            ("x-rate-limit", "700"),
            ("cache-control", "no-cache"),
            ("cf-ray", "1"),
        ]);
        let here = headers(&[
            ("x-rate-limit", "9"),
            ("cache-control", "private"),
            ("location", "/"),
            ("date", "now"),
        ]);
        let places = |found: std::collections::BTreeSet<super::Difference>| -> Vec<String> {
            found
                .into_iter()
                .map(|each| format!("{} {}", each.place, each.how))
                .collect()
        };
        let mut expected = vec![
            "header cache-control text",
            "header cf-ray left out",
            "header location added",
        ];
        assert_eq!(places(of_pair(&recorded, &here)), expected);
        expected.insert(2, "header date added");
        assert_eq!(places(of_set(&recorded, &here)), expected);
    }
}
