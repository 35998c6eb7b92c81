//! The forms that Zendesk refuses.
//!
//! What is refused here stops an import by default, what passes fails at most its own row. So only what is plainly wrong
//! is refused; in doubt Zendesk decides.

use super::problem::Fault;

/// The most characters of a name, an external id, an alias and the like.
pub(crate) const SHORT: usize = 255;

/// The most bytes of details, notes and signatures.
pub(crate) const LONG: usize = 64 * 1024;

/// The ASCII that can be nowhere in an address: blanks, controls, and what quotes, comments and lists are made of.
const NOWHERE: [bool; 256] = {
    let mut nowhere = [false; 256];
    let mut byte = 0;
    while byte <= 0x20 {
        nowhere[byte] = true;
        byte += 1;
    }
    nowhere[0x7F] = true;
    let others = b"\"(),:;<>[\\]";
    let mut index = 0;
    while index < others.len() {
        nowhere[others[index] as usize] = true;
        index += 1;
    }
    nowhere
};

/// Checks an e-mail address that has no blanks around it.
///
/// Refused are: no `@` or several, white space and invisible characters, quoted local parts and comments, dots where none
/// may be, a domain of one label, or one that ends in a label that no top-level domain can be. Letters beyond ASCII pass
/// on both sides: whether an account takes them is for Zendesk to say.
pub(crate) fn email(address: &str) -> Result<(), Fault> {
    if is_plain(address.as_bytes()) {
        return Ok(());
    }
    sound(address)
}

fn sound(address: &str) -> Result<(), Fault> {
    let refuse = |why: &str| {
        Err(Fault::new(
            "email_malformed",
            format!("not an e-mail address: {why}"),
        ))
    };
    if address.len() > SHORT && address.chars().count() > SHORT {
        return refuse("longer than 255 characters");
    }
    let Some((local, domain)) = address.split_once('@') else {
        return refuse("no @");
    };
    if domain.contains('@') {
        return refuse("more than one @");
    }
    // One look at each byte for all that cannot be anywhere; what it is, is told only when there is something.
    if address.bytes().any(|byte| NOWHERE[usize::from(byte)]) {
        let found = address
            .bytes()
            .find(|byte| NOWHERE[usize::from(*byte)] && *byte > b' ' && *byte < 0x7F);
        return match found {
            Some(found) => refuse(&format!("{} cannot be in it", char::from(found))),
            None => refuse("white space or a control character in it"),
        };
    }
    if !address.is_ascii() && address.contains(is_blank_or_invisible) {
        return refuse("white space or an invisible character in it");
    }
    if local.is_empty() {
        return refuse("nothing before the @");
    }
    if local.len() > 64 {
        return refuse("more than 64 bytes before the @");
    }
    if local.starts_with('.')
        || local.ends_with('.')
        || local.as_bytes().windows(2).any(|pair| pair == b"..")
    {
        return refuse("a dot begins or ends the part before the @, or follows another");
    }
    let Some((_, last)) = domain.rsplit_once('.') else {
        return refuse("the domain has no dot");
    };
    for label in domain.as_bytes().split(|byte| *byte == b'.') {
        if label.is_empty() {
            return refuse("an empty part in the domain");
        }
        if label.len() > 63 && label.is_ascii() {
            return refuse("a part of the domain is longer than 63 characters");
        }
        if label.starts_with(b"-") || label.ends_with(b"-") {
            return refuse("a hyphen begins or ends a part of the domain");
        }
        let fits = |byte: u8| {
            !byte.is_ascii() || byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
        };
        if let Some(found) = label.iter().find(|byte| !fits(**byte)) {
            let found = *found;
            let found = char::from(found);
            return refuse(&format!("{found} cannot be in a domain"));
        }
    }
    let letters = last
        .bytes()
        .all(|byte| !byte.is_ascii() || byte.is_ascii_alphabetic());
    let prefix = last.as_bytes().get(..4).unwrap_or_default();
    let punycode = last.len() > 4 && prefix.eq_ignore_ascii_case(b"xn--");
    if !(letters && last.len() > 1 || punycode && !last.contains('_')) {
        return refuse("no domain ends like that");
    }
    Ok(())
}

/// Whether it is an address as most are, about which there is nothing to say: found out in one look at each byte.
fn is_plain(address: &[u8]) -> bool {
    // As if a dot had gone before: something has to follow.
    let (mut last, mut start, mut at, mut dots, mut letters) = (b'.', 0, None, 0, true);
    if address.len() > SHORT {
        return false;
    }
    for (place, byte) in address.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' => letters = false,
            b'_' | b'+' if at.is_none() => {}
            b'-' if last != b'.' => letters = false,
            b'.' if last != b'.' && last != b'-' => {
                dots += 1;
                (start, letters) = (place + 1, true);
            }
            b'@' if at.is_none() && last != b'.' && place <= 64 => {
                at = Some(place);
                (start, dots, letters) = (place + 1, 0, true);
                // So that neither a dot nor a hyphen may follow.
                last = b'.';
                continue;
            }
            _ => return false,
        }
        if place + 1 - start > 63 && at.is_some() {
            return false;
        }
        last = *byte;
    }
    at.is_some() && dots > 0 && letters && address.len() - start > 1
}

fn is_blank_or_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Checks an external id.
pub(crate) fn external_id(id: &str) -> Result<(), Fault> {
    if has_control(id) {
        return Err(Fault::new(
            "external_id_malformed",
            "a control character (a line break, a tab) in an external id",
        ));
    }
    short("external_id_too_long", id)
}

pub(crate) fn has_control(text: &str) -> bool {
    if text.is_ascii() {
        // All of it, for that is done many bytes at once.
        let control = |found: bool, byte: u8| found | byte.is_ascii_control();
        text.bytes().fold(false, control)
    } else {
        text.chars().any(char::is_control)
    }
}

/// Checks a text of at most 255 characters.
pub(crate) fn short(code: &'static str, text: &str) -> Result<(), Fault> {
    if text.len() > SHORT && text.chars().count() > SHORT {
        return Err(Fault::new(code, format!("longer than {SHORT} characters")));
    }
    Ok(())
}

/// Checks a text of at most 64 KiB.
pub(crate) fn long(text: &str) -> Result<(), Fault> {
    if text.len() > LONG {
        return Err(Fault::new("text_too_long", "longer than 64 KiB"));
    }
    Ok(())
}

/// Checks a tag.
pub(crate) fn tag(tag: &str) -> Result<(), Fault> {
    if tag.is_empty() {
        return Err(Fault::new("tag_empty", "an empty tag between commas"));
    }
    if tag.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Err(Fault::new(
            "tag_space",
            "a tag cannot have white space in it; tags are parted by commas",
        ));
    }
    if tag.contains(',') {
        return Err(Fault::new("tag_comma", "a tag cannot have a comma in it"));
    }
    short("tag_too_long", tag)
}

/// Checks the address of a picture.
pub(crate) fn url(text: &str) -> Result<(), Fault> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme));
    if rest.is_none_or(str::is_empty) || text.contains(is_blank_or_invisible) {
        return Err(Fault::new(
            "url_malformed",
            "not an address that begins with https:// or http://",
        ));
    }
    long(text)
}

/// How deep lists and objects may stand within one another. Nothing about a person is that deep; what is much deeper could not
/// be read again from what is sent.
const DEEPEST: usize = 32;

/// Whether this JSON has lists and objects within one another deeper than anything about a person.
pub(crate) fn is_deep(json: &str) -> bool {
    // As many as can be deep are mostly not even there.
    let mut opening = memchr::memchr2_iter(b'[', b'{', json.as_bytes());
    if opening.nth(DEEPEST).is_none() {
        return false;
    }
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_addresses_pass() {
        for address in [
            "a@b.co",
            "Ann.Lee+news@example.com",
            "o'brien@example.com",
            "x_y-z@sub-domain.example.co.uk",
            "1234567890@example.com",
            "!#$%&'*+-/=?^_`{|}~@example.com",
            "user@xn--bcher-kva.example",
            "user@example.xn--p1ai",
            "jörg@bücher.example",
            "用户@例子.公司",
            "иван@почта.рф",
            "a@a_b.example.com",
        ] {
            assert_eq!(email(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn unsound_addresses_are_refused() {
        for address in [
            "badmail",
            "@example.com",
            "a@",
            "a@@b.com",
            "a@b@c.com",
            "a b@example.com",
            "a@exam ple.com",
            "a@localhost",
            "a@example.com_",
            "a@example..com",
            "a@.example.com",
            "a@example.com.",
            "a@-example.com",
            "a@example-.com",
            "a@example.c",
            "a@192.168.0.1",
            "a@[192.168.0.1]",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "\"a b\"@example.com",
            "Ann <ann@example.com>",
            "a@example.com,b@example.com",
            "a@example.com;b@example.com",
            "mailto:a@example.com",
            "a\u{200b}@example.com",
            "a@example.com\u{feff}",
            "a\u{a0}b@example.com",
            "a@exam!ple.com",
            "a@b/c.com",
        ] {
            let fault = email(address).unwrap_err();
            assert_eq!(fault.code, "email_malformed", "{address}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        assert!(email(&long).is_err());
        let long = format!("a@{}com", "example.".repeat(40));
        assert!(email(&long).is_err());
    }

    proptest::proptest! {
        /// What is taken for plain is what a longer look finds sound.
        #[test]
        fn a_plain_address_is_sound(address in "[aZ0._+-]{1,4}@[aZ0.-]{1,9}") {
            if is_plain(address.as_bytes()) {
                proptest::prop_assert_eq!(sound(&address), Ok(()));
            }
        }
    }

    #[test]
    fn what_is_deep_is_seen_and_what_only_looks_so_is_not() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!is_deep(&nested(32)) && is_deep(&nested(33)) && is_deep(&"[".repeat(1 << 20)));
        assert!(!is_deep(&format!("[{}]", vec!["[]"; 100].join(","))));
        assert!(!is_deep(&format!(r#"{{"a": "\"{}"}}"#, "[".repeat(100))));
    }

    #[test]
    fn most_addresses_are_plain() {
        for address in [
            "ann.lee+news@example.com",
            "a_b-c@sub-domain.example.co",
            "A9@b.CO",
        ] {
            assert!(is_plain(address.as_bytes()), "{address}");
        }
        let label = "a".repeat(63);
        for (address, plain) in [
            (format!("a@{label}.co"), true),
            (format!("a@{label}a.co"), false),
            (format!("a@b.{label}a"), false),
            (format!("{}@b.co", "a".repeat(64)), true),
            (format!("{}@b.co", "a".repeat(65)), false),
        ] {
            assert_eq!(is_plain(address.as_bytes()), plain, "{address}");
            assert_eq!(email(&address).is_ok(), plain, "{address}");
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(short("x", &"é".repeat(255)), Ok(()));
        assert!(short("x", &"é".repeat(256)).is_err());
        assert_eq!(long(&"x".repeat(65_536)), Ok(()));
        assert!(long(&"x".repeat(65_537)).is_err());
    }

    #[test]
    fn tags_ids_and_addresses_have_forms() {
        assert_eq!(tag("vip"), Ok(()));
        for (text, code) in [
            ("", "tag_empty"),
            ("a b", "tag_space"),
            ("a,b", "tag_comma"),
        ] {
            assert_eq!(tag(text).unwrap_err().code, code);
        }
        assert_eq!(external_id(" 007 é"), Ok(()));
        assert!(external_id("a\nb").is_err());
        assert_eq!(url("https://example.com/a.png"), Ok(()));
        for text in ["https://", "ftp://x", "example.com", "https://a b"] {
            assert!(url(text).is_err(), "{text}");
        }
    }
}
