//! Values that flags and arguments take.

use std::str::FromStr;
use std::time::Duration;

use zd_model::{ExternalId, OrganizationId, UserId};

/// Who is meant: a number, an e-mail address, `ext:EXTERNAL_ID`, or `me`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Person {
    /// Zendesk's own id.
    Id(UserId),
    /// The account's id for the person.
    ExternalId(ExternalId),
    /// An e-mail address.
    Email(String),
    /// The caller.
    Me,
}

impl FromStr for Person {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(id) = text.strip_prefix("ext:") {
            if id.is_empty() {
                return Err("an external id is missing behind `ext:`".to_owned());
            }
            return Ok(Self::ExternalId(id.into()));
        }
        if text == "me" {
            return Ok(Self::Me);
        }
        if let Ok(id) = text.parse::<u64>() {
            return Ok(Self::Id(UserId::new(id)));
        }
        match text.split_once('@') {
            Some((name, host)) if !name.is_empty() && !host.is_empty() => {
                Ok(Self::Email(text.to_owned()))
            }
            _ => Err("expected a number, an e-mail address, ext:EXTERNAL_ID, or me".to_owned()),
        }
    }
}

/// Which organization is meant: a number, or `ext:EXTERNAL_ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Org {
    /// Zendesk's own id.
    Id(OrganizationId),
    /// The account's id for the organization.
    ExternalId(ExternalId),
}

impl FromStr for Org {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.strip_prefix("ext:") {
            Some("") => Err("an external id is missing behind `ext:`".to_owned()),
            Some(id) => Ok(Self::ExternalId(id.into())),
            None => text
                .parse()
                .map(|id| Self::Id(OrganizationId::new(id)))
                .map_err(|_| "expected a number, or ext:EXTERNAL_ID".to_owned()),
        }
    }
}

/// A duration: `30s`, `5m`, `2h`, `250ms`, `1.5s`; a bare number counts seconds.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let end = text
        .find(|letter: char| letter != '.' && !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("expected a duration such as 30s, 5m, 2h or 250ms".to_owned()),
    };
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * seconds).ok())
        // Beyond any use, and where sums of times would overflow.
        .filter(|time| time.as_secs() <= 10 * 365 * 24 * 3600)
        .ok_or_else(|| "expected a duration such as 30s, 5m, 2h or 250ms".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Duration, Person, parse_duration};

    #[test]
    fn a_person_is_a_number_an_address_or_an_external_id() {
        assert_eq!("42".parse(), Ok(Person::Id(zd_model::UserId::new(42))));
        assert_eq!("ext:42".parse(), Ok(Person::ExternalId("42".into())));
        assert_eq!("ext:a@b".parse(), Ok(Person::ExternalId("a@b".into())));
        assert_eq!(
            "a@b.example".parse(),
            Ok(Person::Email("a@b.example".to_owned()))
        );
        assert_eq!("me".parse(), Ok(Person::Me));
        assert_eq!("ext:me".parse(), Ok(Person::ExternalId("me".into())));
        for text in ["", "ext:", "ann", "@b", "a@", "-1", "99999999999999999999"] {
            assert!(text.parse::<Person>().is_err(), "{text}");
        }
    }

    #[test]
    fn durations_have_units() {
        for (text, millis) in [
            ("0", 0),
            ("30", 30_000),
            ("1.5s", 1_500),
            ("250ms", 250),
            ("2m", 120_000),
            ("1h", 3_600_000),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(millis)),
                "{text}"
            );
        }
        for text in [
            "",
            "s",
            "-1s",
            "1d",
            "1.2.3",
            "1e400h",
            "99999999999999999999h",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
