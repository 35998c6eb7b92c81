//! `zd user export`.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};
use zd_model::Timestamp;

use super::texts;

/// Whom to export, and where to.
#[derive(Debug, Args)]
#[command(after_help = texts::EXPORT_AFTER)]
pub(crate) struct UserExportArgs {
    /// Only people changed since this time: 2026-01-31, 2026-01-31T09:00:00Z, seconds since 1970, or 12h, 7d, 2w ago.
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    pub(crate) since: Option<i64>,
    /// Where to write; standard output unless told. A file that is there is left alone.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the file that is there.
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// Keep the place in this file, so that an export that was interrupted goes on where it stopped, and the next one brings
    /// what changed since.
    #[arg(long, value_name = "FILE")]
    pub(crate) cursor_file: Option<PathBuf>,
    /// Write these too; may be repeated. An import that sets an organization takes all others from the person, and one that
    /// sets a role really changes it.
    #[arg(long, value_enum, value_name = "ATTRIBUTE", value_delimiter = ',')]
    pub(crate) with: Vec<Extra>,
    /// Write deleted people too. They have no keys any more: an import refuses their rows.
    #[arg(long)]
    pub(crate) deleted: bool,
    /// Write people who have neither an external id nor an e-mail address too. An import refuses their rows.
    #[arg(long)]
    pub(crate) keyless: bool,
}

/// What is written on demand only, since importing it takes care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Extra {
    /// The role, and the custom role.
    #[value(name = "role")]
    Role,
    /// The default organization.
    #[value(name = "organization_id")]
    OrganizationId,
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH);
    passed.map_or(0, |passed| {
        i64::try_from(passed.as_secs()).unwrap_or(i64::MAX)
    })
}

fn parse_since(text: &str) -> Result<i64, String> {
    since(text, now())
}

/// A time as seconds since 1970: of a day, a moment, seconds since 1970, or so long ago.
fn since(text: &str, now: i64) -> Result<i64, String> {
    let text = text.trim();
    let wrong = || {
        "expected a time such as 2026-01-31, 2026-01-31T09:00:00Z, 1769850000, 12h or 7d".to_owned()
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(text) {
        return text.parse().map_err(|_| wrong());
    }
    let units = [
        ("s", 1),
        ("m", 60),
        ("h", 3_600),
        ("d", 86_400),
        ("w", 604_800),
    ];
    for (unit, seconds) in units {
        if let Some(count) = text.strip_suffix(unit).filter(|count| digits(count)) {
            let ago = count
                .parse::<i64>()
                .ok()
                .and_then(|count| count.checked_mul(seconds));
            // So long ago that there was no Zendesk: all of it.
            return Ok(now.saturating_sub(ago.unwrap_or(i64::MAX)).max(0));
        }
    }
    match Timestamp::new(text).unix_seconds() {
        Some(seconds) if seconds >= 0 => Ok(seconds),
        Some(_) => Err("an export begins in 1970 at the earliest".to_owned()),
        None => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::since;

    #[test]
    fn a_time_is_a_day_a_moment_a_number_or_so_long_ago() {
        let now = 1_800_000_000;
        for (text, seconds) in [
            ("0", 0),
            ("1769850000", 1_769_850_000),
            ("2026-01-31", 1_769_817_600),
            ("2026-01-31T09:00:00Z", 1_769_850_000),
            ("2026-01-31T10:00:00+01:00", 1_769_850_000),
            (" 90s ", now - 90),
            ("5m", now - 300),
            ("12h", now - 43_200),
            ("7d", now - 604_800),
            ("2w", now - 1_209_600),
            ("99999d", 0),
            ("99999999999999999999d", 0),
        ] {
            assert_eq!(since(text, now), Ok(seconds), "{text}");
        }
        for text in [
            "",
            "d",
            "-7d",
            "yesterday",
            "2026-13-01",
            "31.01.2026",
            "1969-12-31",
            "7 days",
            "99999999999999999999",
        ] {
            assert!(since(text, now).is_err(), "{text}");
        }
    }
}
