//! What an e-mail address looks like.

/// Trimmed and in lower case, as Zendesk keeps addresses.
pub(crate) fn normalized(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether a normalized address is properly formatted.
///
/// Only a few refused addresses are known (`badmail`, `error@example.com_`, one with `$` for `@`), so this is the
/// common form: a local part without spaces and specials, `@`, and a domain of at least two labels.
pub(crate) fn is_well_formed(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    let dotted =
        |text: &str| !text.starts_with('.') && !text.ends_with('.') && !text.contains("..");
    let local_fits = !local.is_empty()
        && dotted(local)
        && local
            .chars()
            .all(|letter| letter.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(letter));
    let label_fits = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    let domain_fits = domain.rsplit_once('.').is_some_and(|(rest, top)| {
        top.chars().count() >= 2
            && !top.chars().all(|letter| letter.is_ascii_digit())
            && label_fits(top)
            && rest.split('.').all(label_fits)
    });
    local_fits && domain_fits
}

#[cfg(test)]
mod tests {
    use super::{is_well_formed, normalized};

    #[test]
    fn tells_addresses_from_other_texts() {
        for good in [
            "a@b.co",
            "ann+news@mail.example.com",
            "o'hara@x-y.example",
            "jürgen@müller.de",
            "1@2.io",
        ] {
            assert!(is_well_formed(good), "{good}");
        }
        for bad in [
            "",
            "badmail",
            "error@example.com_",
            "user$example.com",
            "a@b",
            "a@@b.co",
            "a b@c.de",
            "a@b..co",
            "@b.co",
            "a@",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.de",
            "a@-b.co",
            "a@b.c",
            "a@1.2.3.4",
            "<a@b.co>",
            "a@b.co,c@d.co",
            "a@b.co\n",
        ] {
            assert!(!is_well_formed(bad), "{bad:?}");
        }
        assert_eq!(normalized("  Ann@Example.COM\t"), "ann@example.com");
    }
}
