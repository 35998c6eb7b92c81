//! What a column is likely to hold, by its name and what stands in it.

use zd_model::Role;

use crate::scan::attribute::Attribute;
use crate::scan::check;

/// A column with what stands in its first rows, blanks left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

/// What a column is likely to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// The attribute of this name.
    Attribute(String),
    FirstName,
    LastName,
    Unknown,
}

/// What people call attributes elsewhere, in lower case with underscores.
const KNOWN_AS: &[(&str, &[&str])] = &[
    (
        "external_id",
        &[
            "account_no",
            "account_number",
            "client_id",
            "client_no",
            "client_number",
            "contact_id",
            "crm_id",
            "customer_id",
            "customer_no",
            "customer_number",
            "employee_id",
            "employee_no",
            "employee_number",
            "ext_id",
            "extid",
            "externalid",
            "kundennummer",
            "member_id",
            "member_no",
            "person_id",
            "personalnummer",
            "reference",
            "uid",
            "user_id",
            "userid",
        ],
    ),
    (
        "email",
        &[
            "e_mail",
            "e_mail_address",
            "email_address",
            "emailaddress",
            "mail",
            "mail_address",
            "primary_email",
            "user_email",
            "work_email",
        ],
    ),
    (
        "name",
        &[
            "contact",
            "contact_name",
            "display_name",
            "displayname",
            "full_name",
            "fullname",
            "person",
            "user_name",
            "vor_und_nachname",
        ],
    ),
    (
        "phone",
        &[
            "cell",
            "cell_phone",
            "mobile",
            "mobile_phone",
            "phone_no",
            "phone_number",
            "tel",
            "telefon",
            "telephone",
            "work_phone",
        ],
    ),
    (
        "organization.name",
        &[
            "account_name",
            "company",
            "company_name",
            "employer",
            "firma",
            "organisation",
            "organization",
            "organization_name",
        ],
    ),
    ("tags", &["label", "labels", "tag"]),
    (
        "notes",
        &["comment", "comments", "note", "remark", "remarks"],
    ),
    ("details", &["address", "detail"]),
    ("alias", &["nick", "nickname"]),
    ("locale", &["lang", "language"]),
    ("time_zone", &["timezone", "tz"]),
    ("role", &["user_role", "user_type"]),
    ("remote_photo_url", &["avatar", "avatar_url", "photo_url"]),
];

const FIRST_NAME: &[&str] = &[
    "first",
    "first_name",
    "firstname",
    "forename",
    "given_name",
    "givenname",
    "vorname",
];
const LAST_NAME: &[&str] = &[
    "family_name",
    "familyname",
    "last",
    "last_name",
    "lastname",
    "nachname",
    "surname",
];

/// Attributes that a slip of the pen may be taken for. None of them gives anybody rights or takes them away.
const FORGIVEN: &[&str] = &[
    "details",
    "email",
    "external_id",
    "locale",
    "notes",
    "organization.name",
    "phone",
    "time_zone",
];

/// What this column is likely to hold.
pub(super) fn guess(sample: &Sample) -> Guess {
    let plain = plain(&sample.name);
    let is = |names: &[&str]| names.contains(&&*plain);
    let known_as = KNOWN_AS.iter().find(|(_, names)| is(names));
    let name = if plain == "id" {
        // Rather an id of the file's own than Zendesk's, which few files hold, and which would name other people.
        Some("external_id".to_owned())
    } else if let Ok(attribute) =
        Attribute::named(&sample.name).or_else(|_| Attribute::named(&plain))
    {
        Some(attribute.name())
    } else if let Some((name, _)) = known_as {
        Some((*name).to_owned())
    } else if is(FIRST_NAME) {
        return Guess::FirstName;
    } else if is(LAST_NAME) {
        return Guess::LastName;
    } else {
        let close = |name: &&&str| strsim::jaro_winkler(&plain, name) > 0.93;
        let forgiven = FORGIVEN.iter().find(close).map(|name| (*name).to_owned());
        let addresses = !sample.values.is_empty() && sample.values.iter().all(|it| is_email(it));
        forgiven.or_else(|| addresses.then(|| "email".to_owned()))
    };
    match name {
        Some(name) if fits(&name, &sample.values) => Guess::Attribute(name),
        _ => Guess::Unknown,
    }
}

/// The name in lower case, its words parted by underscores.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::new();
    for character in name.trim().chars() {
        if character.is_alphanumeric() || character == '.' {
            plain.extend(character.to_lowercase());
        } else if !plain.is_empty() && !plain.ends_with('_') {
            plain.push('_');
        }
    }
    plain.trim_end_matches(['_', '.']).to_owned()
}

fn is_email(text: &str) -> bool {
    check::email(text.trim()).is_ok()
}

/// Whether what stands there can be this at all: a column called "Language" with "German" in it is no locale.
fn fits(name: &str, values: &[String]) -> bool {
    let all = |fits: fn(&str) -> bool| values.iter().all(|value| fits(value.trim()));
    match name {
        "locale" => all(|text| {
            text.len() <= 12
                && text
                    .split(['-', '_'])
                    .next()
                    .is_some_and(|it| it.len() == 2)
        }),
        "role" => all(|text| !matches!(Role::from(text.to_lowercase()), Role::Unknown(_))),
        "remote_photo_url" => all(|text| check::url(text).is_ok()),
        "email" => values.is_empty() || values.iter().any(|it| is_email(it)),
        _ => true,
    }
}

/// As what a custom field's cells are written, as a rule says it; none for text.
pub(super) fn field_type(values: &[String]) -> Option<&'static str> {
    let all =
        |fits: fn(&str) -> bool| !values.is_empty() && values.iter().all(|it| fits(it.trim()));
    // Leading zeros, as in postcodes, are part of a text.
    const fn whole(text: &str) -> bool {
        matches!(text.as_bytes(), [b'1'..=b'9', ..] | [b'0'])
    }
    if all(|text| {
        let text = text.strip_prefix('-').unwrap_or(text);
        whole(text) && text.len() < 19 && text.bytes().all(|it| it.is_ascii_digit())
    }) {
        return Some("type = \"integer\"");
    }
    if all(|text| {
        let text = text.strip_prefix('-').unwrap_or(text);
        let (before, after) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| {
            (1..19).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit())
        };
        digits(before) && digits(after) && (before == "0" || !before.starts_with('0'))
    }) {
        return Some("type = \"decimal\"");
    }
    if all(|text| ["true", "false", "yes", "no"].contains(&text.to_lowercase().as_str())) {
        return Some("type = \"boolean\"");
    }
    let day = |text: &str, format: &str| {
        let parsed = jiff::fmt::strtime::parse(format, text);
        parsed.is_ok_and(|parsed| parsed.to_date().is_ok())
    };
    if values.is_empty() {
        return None;
    }
    for (format, rule) in [
        ("%Y-%m-%d", "type = \"date\""),
        ("%d.%m.%Y", "type = \"date\", format = \"%d.%m.%Y\""),
        ("%Y/%m/%d", "type = \"date\", format = \"%Y/%m/%d\""),
    ] {
        if values.iter().all(|text| day(text.trim(), format)) {
            return Some(rule);
        }
    }
    None
}

/// What parts a list's items if it is no comma.
pub(super) fn separator(values: &[String]) -> Option<char> {
    let has = |mark: char| values.iter().any(|value| value.contains(mark));
    [';', '|'].into_iter().find(|mark| has(*mark) && !has(','))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    #[test]
    fn names_are_known_whatever_their_marks() {
        for (name, expected) in [
            ("E-Mail", "email"),
            (" E-mail Address ", "email"),
            ("Customer No.", "external_id"),
            ("ID", "external_id"),
            ("External ID", "external_id"),
            ("Company", "organization.name"),
            ("Time zone", "time_zone"),
            ("user_fields.Seats:integer", "user_fields.Seats"),
            ("Phone Number", "phone"),
            ("emial", "email"),
        ] {
            let sample = Sample {
                name: name.into(),
                values: Vec::new(),
            };
            assert_eq!(guess(&sample), Guess::Attribute(expected.into()), "{name}");
        }
        for name in ["Shoe size", "", "Rolle", "Password hint", "url"] {
            let sample = Sample {
                name: name.into(),
                values: Vec::new(),
            };
            assert_eq!(guess(&sample), Guess::Unknown, "{name}");
        }
    }

    #[test]
    fn what_stands_in_a_column_counts() {
        for (name, cells, expected) in [
            (
                "Language",
                &["de", "en-US"][..],
                Guess::Attribute("locale".into()),
            ),
            ("Language", &["German"], Guess::Unknown),
            ("role", &["end-user"], Guess::Attribute("role".into())),
            ("role", &["buyer"], Guess::Unknown),
            (
                "Kontakt",
                &["a@b.example"],
                Guess::Attribute("email".into()),
            ),
        ] {
            let sample = Sample {
                name: name.into(),
                values: values(cells),
            };
            assert_eq!(guess(&sample), expected, "{name}");
        }
        for (cells, expected) in [
            (&["1", "-20", "0"][..], Some("type = \"integer\"")),
            (&["01", "20"], None),
            (&["1.50", "2"], Some("type = \"decimal\"")),
            (&["Yes", "no"], Some("type = \"boolean\"")),
            (&["2024-02-29"], Some("type = \"date\"")),
            (
                &["29.02.2024"],
                Some("type = \"date\", format = \"%d.%m.%Y\""),
            ),
            (&["01/02/2024"], None),
            // An id rather than a number.
            (&["12345678901234567890"], None),
            (&[], None),
        ] {
            assert_eq!(field_type(&values(cells)), expected, "{cells:?}");
        }
    }
}
