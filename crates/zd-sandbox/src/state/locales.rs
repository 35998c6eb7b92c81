//! Locales by id: a few of Zendesk's own, as far as they are known.

/// The account's locale, and that of users who set none.
pub(crate) const DEFAULT: &str = "en-US";

const LOCALES: [(u64, &str); 8] = [
    (1, DEFAULT),
    (2, "es"),
    (8, "de"),
    (16, "fr"),
    (19, "pt-BR"),
    (22, "it"),
    (67, "ja"),
    (1176, "en-GB"),
];

/// The id of a locale; others show as the account's.
pub(crate) fn id(locale: &str) -> u64 {
    LOCALES
        .iter()
        .find(|(_, known)| known.eq_ignore_ascii_case(locale))
        .map_or(1, |(id, _)| *id)
}

/// The locale of an id, if it is a known one.
pub(crate) fn by_id(id: u64) -> Option<&'static str> {
    LOCALES
        .iter()
        .find(|(known, _)| *known == id)
        .map(|(_, locale)| *locale)
}
