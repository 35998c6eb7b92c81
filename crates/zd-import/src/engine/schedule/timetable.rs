//! How many requests a minute we allow ourselves, by the time of day.

use std::fmt;
use std::str::FromStr;

use super::super::ask::Now;

/// How many requests a minute we allow ourselves: always the same, or by the local time of day.
///
/// Times are in order; before the first of a day what began last the day before still holds. `off` is no limit of our own, and
/// with `0/min` nothing is sent.
///
/// ```
/// use zd_import::Timetable;
///
/// let office: Timetable = "08:00,200/min 18:30,off".parse()?;
/// assert_eq!(office.to_string(), "08:00,200/min 18:30,off");
/// assert_eq!("300/min".parse::<Timetable>()?.to_string(), "300/min");
/// assert!("25:00,200/min".parse::<Timetable>().is_err());
/// # Ok::<(), zd_import::ParseTimetableError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timetable {
    /// Minutes of the day from which on so many requests a minute are allowed; none: as many as the account does.
    entries: Vec<(u32, Option<u32>)>,
}

/// A text that is not a timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a rate such as 300/min, or times of day with rates in order, such as \"08:00,200/min 18:30,off\""
)]
#[non_exhaustive]
pub struct ParseTimetableError;

const DAY: u32 = 24 * 60;

impl FromStr for Timetable {
    type Err = ParseTimetableError;

    fn from_str(text: &str) -> Result<Self, ParseTimetableError> {
        let rate = |text: &str| match text {
            "off" => Some(None),
            text => text.strip_suffix("/min")?.parse::<u32>().ok().map(Some),
        };
        if let Some(rate) = rate(text.trim()) {
            return Ok(Self {
                entries: vec![(0, rate)],
            });
        }
        let entry = |text: &str| {
            let (time, limit) = text.split_once(',')?;
            let (hours, minutes) = time.split_once(':')?;
            let whole = |text: &str, below: u32| {
                let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
                text.parse::<u32>()
                    .ok()
                    .filter(|number| is_number && *number < below)
            };
            Some((whole(hours, 24)? * 60 + whole(minutes, 60)?, rate(limit)?))
        };
        let entries: Option<Vec<_>> = text.split_whitespace().map(entry).collect();
        let entries = entries.ok_or(ParseTimetableError)?;
        let in_order = entries
            .windows(2)
            .all(|pair| matches!(pair, [one, next] if one.0 < next.0));
        if entries.is_empty() || !in_order {
            return Err(ParseTimetableError);
        }
        Ok(Self { entries })
    }
}

impl fmt::Display for Timetable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = |rate: Option<u32>| match rate {
            Some(rate) => format!("{rate}/min"),
            None => "off".to_owned(),
        };
        match &*self.entries {
            [] => formatter.write_str("off"),
            [(0, one)] => formatter.write_str(&rate(*one)),
            several => {
                for (place, (time, limit)) in several.iter().enumerate() {
                    let space = if place == 0 { "" } else { " " };
                    write!(
                        formatter,
                        "{space}{:02}:{:02},{}",
                        time / 60,
                        time % 60,
                        rate(*limit)
                    )?;
                }
                Ok(())
            }
        }
    }
}

impl Timetable {
    /// What holds at this minute of the day, and for how many minutes it does; none of them: for ever.
    fn at(&self, minute: u32) -> (Option<u32>, Option<u32>) {
        let (Some(first), Some(last)) = (self.entries.first(), self.entries.last()) else {
            return (None, None);
        };
        if self.entries.len() == 1 {
            return (first.1, None);
        }
        let after = self.entries.partition_point(|entry| entry.0 <= minute);
        let holds = after
            .checked_sub(1)
            .and_then(|place| self.entries.get(place))
            .unwrap_or(last);
        let ends = self.entries.get(after).map_or(first.0 + DAY, |next| next.0);
        (holds.1, Some(ends - minute))
    }
}

/// A timetable on the import's own time.
#[derive(Debug)]
pub(crate) struct OwnRate {
    table: Timetable,
    /// The local time when the import began; midnight, if nobody told.
    began: Option<jiff::Zoned>,
    holds: Option<u32>,
    /// It does until then.
    until: Now,
}

impl OwnRate {
    pub(crate) const fn new(table: Timetable) -> Self {
        Self {
            table,
            began: None,
            holds: None,
            until: Now::ZERO,
        }
    }

    pub(crate) fn begins(&mut self, at: jiff::Zoned) {
        self.began = Some(at);
        self.until = Now::ZERO;
    }

    /// The same of an import that begins at this local time.
    pub(super) fn begun(mut self, at: jiff::Zoned) -> Self {
        self.begins(at);
        self
    }

    /// Requests a minute that may be made, if that is limited, and until when that holds.
    pub(crate) fn at(&mut self, now: Now) -> (Option<u32>, Now) {
        if now < self.until {
            return (self.holds, self.until);
        }
        let (second, nanos) = match &self.began {
            Some(began) => {
                let there = jiff::SignedDuration::try_from(now).ok();
                let time = there.and_then(|there| began.checked_add(there).ok());
                let time = time.map_or_else(jiff::civil::Time::midnight, |zoned| zoned.time());
                let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
                (
                    minutes * 60 + i64::from(time.second()),
                    time.subsec_nanosecond(),
                )
            }
            None => (i64::try_from(now.as_secs() % 86_400).unwrap_or(0), 0),
        };
        let minute = u32::try_from(second / 60).unwrap_or(0);
        let (holds, lasts) = self.table.at(minute);
        self.holds = holds;
        self.until = match lasts {
            None => Now::MAX,
            Some(minutes) => {
                let past = u64::try_from(second % 60).unwrap_or(0);
                let rest = Now::from_secs(u64::from(minutes) * 60 - past);
                // Clocks that are set forward or back meanwhile are looked at again each hour.
                let rest = rest.saturating_sub(Now::from_nanos(u64::try_from(nanos).unwrap_or(0)));
                now + rest.clamp(Now::from_millis(1), Now::from_secs(3_600))
            }
        };
        (self.holds, self.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_ones_are_refused() {
        for text in [
            "",
            "300",
            "x/min",
            "-1/min",
            "8:00,1/min",
            "08:00",
            "08:60,1/min",
            "24:00,off",
            "09:00,1/min 08:00,off",
            "08:00,1/min 08:00,off",
            "08:00,1/min,off",
            "300/min 08:00,off",
        ] {
            assert!(text.parse::<Timetable>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_began_last_holds_over_midnight() {
        let mut rate = OwnRate::new("08:00,200/min 18:30,off 22:00,0/min".parse().unwrap());
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(1));
        let began = jiff::civil::date(2026, 11, 27).at(17, 59, 30, 0);
        rate.begins(began.to_zoned(zone).unwrap());
        let mut seen = Vec::new();
        let mut now = Now::ZERO;
        while now < Now::from_secs(24 * 3_600) {
            let (holds, until) = rate.at(now);
            if seen.last().is_none_or(|(_, last)| *last != holds) {
                seen.push((now.as_secs(), holds));
            }
            now = until;
        }
        let hour = 3_600;
        assert_eq!(
            seen,
            [
                (0, Some(200)),
                (1_830, None),
                (4 * hour + 30, Some(0)),
                (14 * hour + 30, Some(200))
            ]
        );
    }

    #[test]
    fn without_one_nothing_is_limited() {
        assert_eq!(
            OwnRate::new(Timetable::default()).at(Now::ZERO),
            (None, Now::MAX)
        );
        let mut one = OwnRate::new("60/min".parse().unwrap());
        assert_eq!(one.at(Now::from_secs(99)), (Some(60), Now::MAX));
    }
}
