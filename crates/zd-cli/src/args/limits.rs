//! `zd limits`.

use std::time::Duration;

use clap::Args;

use super::{parse_duration, texts};

/// The account's limits.
#[derive(Debug, Args)]
#[command(after_help = texts::LIMITS_AFTER)]
pub(crate) struct LimitsArgs {
    /// Look again and again until Ctrl-C, and tell what others use.
    #[arg(long)]
    pub(crate) watch: bool,
    /// How often to look: two requests each time, at most once a second.
    #[arg(long, value_name = "TIME", value_parser = parse_every, default_value = "5s", requires = "watch")]
    pub(crate) every: Duration,
}

fn parse_every(text: &str) -> Result<Duration, String> {
    parse_duration(text).and_then(|time| match time.as_secs() {
        0 => Err("at most once a second: every look takes two requests".to_owned()),
        _ => Ok(time),
    })
}
