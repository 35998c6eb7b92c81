//! What progress looks like.

use std::fmt::Write as _;

use serde_json::{Value, json};
use zd_import::{Phase, Progress};

use super::Meter;
use crate::output::{Count, Elapsed, Style, clean, shorten};

/// What stands above the bar.
#[derive(Clone, Debug)]
pub(crate) struct Title {
    /// The input.
    pub(crate) input: String,
    /// The account.
    pub(crate) account: String,
    /// What names a person.
    pub(crate) key: &'static str,
}

/// Three lines for a terminal of this width.
pub(super) fn bar(
    progress: &Progress,
    meter: &Meter,
    title: &Title,
    width: usize,
    style: Style,
) -> Vec<String> {
    let done = &progress.done;
    let doing = match progress.phase {
        Phase::Stopping => "finishing what is in flight of",
        _ => "importing",
    };
    let first = format!(
        "{doing} {} · {} · match {}",
        clean(&title.input),
        clean(&title.account),
        title.key
    );

    let mut counts = match progress.rows_expected {
        Some(all) => format!("{} of {}", Count(done.rows), Count(all)),
        None => format!("{} rows", Count(done.rows)),
    };
    let failed = done.failed + done.invalid + done.indeterminate;
    let _infallible = write!(
        counts,
        "  created {}  updated {}  failed {}",
        Count(done.created),
        Count(done.updated),
        Count(failed)
    );
    let second = match progress.rows_expected.filter(|all| *all > 0) {
        Some(all) => {
            let percent = (done.rows.min(all) * 100) / all;
            let room = width.saturating_sub(counts.chars().count() + 10).min(40);
            let full = usize::try_from(done.rows.min(all) * room as u64 / all).unwrap_or(room);
            let gauge = format!("{}{}", "█".repeat(full), "░".repeat(room - full));
            format!("{gauge} {percent:>3} %  {counts}")
        }
        None => counts,
    };

    let mut facts = Vec::new();
    if let Some(rate) = meter.rows_per_minute() {
        facts.push(format!("{} rows/min", Count(rate)));
    }
    if let Some(left) = remaining(progress, meter) {
        facts.push(format!("{} left", Elapsed(left)));
    }
    facts.push(format!(
        "jobs {}/{}",
        progress.jobs_in_flight, progress.jobs_allowed
    ));
    facts.push(requests(progress, meter));
    if progress.doubts > 0 {
        facts.push(format!("{} in doubt", progress.doubts));
    }
    if let Some(wait) = progress.held_for.filter(|wait| !wait.is_zero()) {
        facts.push(format!("waiting {} for Zendesk", Elapsed(wait)));
    }
    vec![
        style.bold(&shorten(&first, width)),
        shorten(&second, width),
        style.dim(&shorten(&facts.join(" · "), width)),
    ]
}

fn remaining(progress: &Progress, meter: &Meter) -> Option<std::time::Duration> {
    let left = progress.rows_expected?.saturating_sub(progress.done.rows);
    meter.remaining(left).filter(|_| left > 0)
}

fn requests(progress: &Progress, meter: &Meter) -> String {
    let ours = Count(meter.requests_last_minute());
    let mut text = match progress.budget_limit {
        Some(limit) => format!("requests {ours}/{} a minute", Count(limit)),
        None => format!("requests {ours} a minute"),
    };
    if let Some(others) = progress.others.filter(|others| *others > 0) {
        let _infallible = write!(text, " (others ~{})", Count(others));
    }
    text
}

/// One line of `key=value`.
pub(super) fn plain(progress: &Progress, meter: &Meter) -> String {
    let Value::Object(fields) = json(progress, meter) else {
        return String::new();
    };
    let mut line = "progress".to_owned();
    for (name, value) in &fields {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let _infallible = write!(line, " {name}={text}");
    }
    line
}

/// One object; what is not known is left out.
pub(super) fn json(progress: &Progress, meter: &Meter) -> Value {
    let done = &progress.done;
    let mut value = json!({
        "phase": match progress.phase {
            Phase::Starting => "starting",
            Phase::Stopping => "stopping",
            Phase::Done => "done",
            _ => "running",
        },
        "rows": done.rows,
        "of": progress.rows_expected,
        "created": done.created,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "failed": done.failed,
        "invalid": done.invalid,
        "indeterminate": done.indeterminate,
        "rows_per_minute": meter.rows_per_minute(),
        "left_s": remaining(progress, meter).map(|left| left.as_secs()),
        "jobs": progress.jobs_in_flight,
        "jobs_allowed": progress.jobs_allowed,
        "requests": progress.requests,
        "requests_last_minute": meter.requests_last_minute(),
        "requests_limit": progress.budget_limit,
        "throttles": progress.throttles,
        "in_doubt": progress.doubts,
        "waiting_s": progress.held_for.map(|wait| wait.as_secs()),
    });
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Meter, Phase, Progress, Style, Title, bar, json, plain};

    fn halfway() -> (Progress, Meter) {
        let mut progress = Progress::default();
        progress.phase = Phase::Running;
        progress.rows_expected = Some(2_000);
        progress.done.rows = 1_000;
        progress.done.created = 900;
        progress.done.updated = 98;
        progress.done.failed = 1;
        progress.done.indeterminate = 1;
        progress.jobs_in_flight = 29;
        progress.jobs_allowed = 30;
        progress.requests = 14;
        progress.budget_limit = Some(700);
        let mut meter = Meter::default();
        meter.sample(Duration::from_secs(30), 1_000, 14);
        (progress, meter)
    }

    fn title() -> Title {
        Title {
            input: "people.csv".to_owned(),
            account: "acme.zendesk.com".to_owned(),
            key: "external_id, then e-mail",
        }
    }

    #[test]
    fn three_lines_fit_the_terminal() {
        let (progress, meter) = halfway();
        let lines = bar(&progress, &meter, &title(), 80, Style::plain());
        assert_eq!(
            lines,
            [
                "importing people.csv · acme.zendesk.com · match external_id, then e-mail",
                "██████████░░░░░░░░░░░  50 %  1,000 of 2,000  created 900  updated 98  failed 2",
                "2,000 rows/min · 30s left · jobs 29/30 · requests 14/700 a minute",
            ]
        );
        for width in [20, 40, 80, 120, 200] {
            for line in bar(&progress, &meter, &title(), width, Style::plain()) {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_line_holds_what_is_known() {
        let (progress, meter) = halfway();
        assert_eq!(
            plain(&progress, &meter),
            "progress phase=running rows=1000 of=2000 created=900 updated=98 unchanged=0 failed=1 invalid=0 indeterminate=1 \
             rows_per_minute=2000 left_s=30 jobs=29 jobs_allowed=30 requests=14 requests_last_minute=14 requests_limit=700 \
             throttles=0 in_doubt=0"
        );
        assert!(
            json(&Progress::default(), &Meter::default())
                .get("of")
                .is_none()
        );
    }
}
