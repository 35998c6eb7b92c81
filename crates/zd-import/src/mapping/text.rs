//! Names in messages.

/// How many near names are offered.
const OFFERED: usize = 3;

/// How many names are looked at; a file of 10,000 columns is not to be slow for a slip of the pen.
const LOOKED_AT: usize = 2000;

/// The names that are near this one, the nearest first.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).take(64).collect()
    };
    let wanted = plain(name);
    let scored = known.into_iter().take(LOOKED_AT).map(|known| {
        let it = plain(known);
        let long = wanted.len() > 2 && it.len() > 2;
        let within = long && (it.contains(&wanted) || wanted.contains(&it));
        let more = if within { 0.15 } else { 0.0 };
        (strsim::jaro_winkler(&wanted, &it) + more, known)
    });
    let mut near: Vec<_> = scored.filter(|(likeness, _)| *likeness > 0.8).collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    near.dedup();
    near.into_iter()
        .take(OFFERED)
        .map(|(_, known)| known)
        .collect()
}

/// `; near it: a, b`, or nothing.
pub(super) fn near(names: &[&str]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    format!("; near it: {}", names.join(", "))
}

/// A name in quotes, at most 80 characters of it.
pub(super) fn quoted(name: &str) -> String {
    format!("{:?}", crate::scan::problem::shorten(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_whatever_their_marks() {
        let known = [
            "E-Mail",
            "Customer No",
            "First name",
            "Last name",
            "Shoe size",
        ];
        assert_eq!(nearest("email", known), ["E-Mail"]);
        assert_eq!(nearest("Custmer No.", known), ["Customer No"]);
        assert_eq!(nearest("last_nam", known), ["Last name"]);
        assert_eq!(nearest("zzz", known), [""; 0]);
    }
}
