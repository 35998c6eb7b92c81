//! What an import came to.

use serde_json::{Value, json};
use zd_import::Report;

use super::pace;
use super::reasons::Reason;
use crate::output::{Count, Elapsed, Style, clean, rows, shorten};

/// So many kinds of reasons are shown.
const MAX_REASONS: usize = 12;

/// What an import came to.
#[derive(Debug)]
pub(in crate::commands) struct Summary<'a> {
    /// What the engine says.
    pub(in crate::commands) report: &'a Report,
    /// Why rows were not applied, the largest group first.
    pub(in crate::commands) reasons: &'a [Reason],
    /// The account's name, if one was asked.
    pub(in crate::commands) account: Option<&'a str>,
    /// Whether it was a rehearsal.
    pub(in crate::commands) rehearsal: bool,
    /// The run, if somebody can go on with it.
    pub(in crate::commands) run: Option<&'a str>,
    /// The file of rows that were not applied, if there are any.
    pub(in crate::commands) failed_file: Option<&'a str>,
    /// The command that goes on with what is left.
    pub(in crate::commands) next: &'a str,
    /// The exit code.
    pub(in crate::commands) exit: u8,
    /// The name of the reason why it ended early.
    pub(in crate::commands) stopped: Option<&'static str>,
}

impl Summary<'_> {
    /// For programs.
    pub(in crate::commands) fn json(&self) -> Value {
        let report = self.report;
        let counts = &report.counts;
        json!({
            "rows": counts.rows,
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "failed": counts.failed,
            "invalid": counts.invalid,
            "indeterminate": counts.indeterminate,
            "unprocessed": report.unprocessed,
            "in_flight": report.in_flight,
            "run": self.run,
            "resumed": report.resumed,
            "halved": report.halved,
            "requests": report.requests,
            "batches": report.batches,
            "batches_accepted": report.batches_accepted,
            "retries": report.retries,
            "throttles": report.throttles,
            "doubts_resolved": report.doubts_resolved,
            "rows_resent": report.rows_resent,
            "elapsed_s": millis(report.elapsed),
            "pace": report.pace.as_ref().map(pace::json),
            "account": self.account,
            "sandbox": self.rehearsal,
            "failed_file": self.failed_file,
            "reasons": self.reasons.iter().map(reason_json).collect::<Vec<_>>(),
            "stopped": self.stopped,
            "exit": self.exit,
        })
    }

    /// For people, within this width.
    pub(in crate::commands) fn human(&self, width: usize, style: Style) -> String {
        let (report, counts) = (self.report, &self.report.counts);
        let all = counts.rows + report.unprocessed;
        let applied = counts.applied();
        let not_applied = counts.rows - applied;
        let mut text = String::new();
        // A row whose effect is unknown may be right as it is.
        let to_fix = counts.failed + counts.invalid > 0;
        let mut line = |words: &str| {
            text.push_str(words.trim_end());
            text.push('\n');
        };

        let head = format!(
            "{} of {} applied in {}",
            Count(applied),
            rows(all),
            Elapsed(report.elapsed)
        );
        let parts = format!(
            "created {}  updated {}  unchanged {}",
            Count(counts.created),
            Count(counts.updated),
            Count(counts.unchanged)
        );
        let mark = match applied {
            0 if all > 0 => style.red("✗"),
            applied if applied == all => style.green("✓"),
            _ => style.yellow("✓"),
        };
        line(&format!("{mark} {head:<42}  {parts}"));
        if not_applied > 0 {
            let head = format!("{} did not", rows(not_applied));
            let file = self.failed_file.map_or_else(String::new, |file| {
                let what = match (report.unprocessed, to_fix) {
                    (1.., _) => "",
                    (0, true) => " (fix and import again)",
                    (0, false) => " (import again)",
                };
                format!("{}{what}", clean(file))
            });
            line(&format!("{} {head:<42}  {file}", style.red("✗")));
            let shown = &self.reasons[..self.reasons.len().min(MAX_REASONS)];
            let titles = shown
                .iter()
                .map(|reason| clean(&reason.title).chars().count());
            let column = titles.max().unwrap_or_default().clamp(24, 40);
            for reason in shown {
                line(&reason_line(reason, column, width, style));
            }
            if self.reasons.len() > MAX_REASONS {
                let rest: u64 = self.reasons[MAX_REASONS..]
                    .iter()
                    .map(|reason| reason.rows)
                    .sum();
                line(&format!("{:>7}  for other reasons", Count(rest)));
            }
        }
        if report.unprocessed > 0 {
            let unsent = report.unprocessed - report.in_flight.min(report.unprocessed);
            if unsent > 0 {
                let head = format!("{} not sent", rows(unsent));
                line(&format!("{} {head}", style.yellow("·")));
            }
            if report.in_flight > 0 {
                let head = format!("{} in flight", rows(report.in_flight));
                line(&format!("{} {head}", style.yellow("·")));
            }
        }
        if self.failed_file.is_none() && report.unprocessed > 0 {
            line(&format!("  next: {}", style.bold(self.next)));
        }
        if let Some(file) = self.failed_file {
            let (file, next) = (clean(file), style.bold(self.next));
            line(&match (report.unprocessed, to_fix) {
                (1.., _) => format!("  next: {next}  ({file} lacks the rows not sent)"),
                (0, true) => format!("  next: fix {file}, then  {next}"),
                (0, false) => format!("  next: {next}"),
            });
        }
        if let Some(pace) = &report.pace {
            let words = format!("pace: {}", pace::words(pace));
            line(&format!("  {}", style.dim(&words)));
        }
        if self.rehearsal {
            line("  This was a rehearsal in a sandbox: nothing was changed in Zendesk.");
        }
        text
    }
}

/// Title, example and hint; the hint goes to a line of its own where there is no room.
fn reason_line(reason: &Reason, column: usize, width: usize, style: Style) -> String {
    let title = shorten(&clean(&reason.title), column);
    let start = format!("{:>7}  {title:<column$}  ", Count(reason.rows));
    let example = format!(
        "e.g. line {}  {}",
        Count(reason.line),
        clean(&reason.message)
    );
    let room = width.saturating_sub(start.chars().count()).max(24);
    let example = shorten(example.trim_end(), room);
    let used = start.chars().count() + example.chars().count();
    let hint = match reason.hint {
        None => String::new(),
        Some(hint) if used + hint.chars().count() + 8 <= width => format!("  hint: {hint}"),
        Some(hint) => {
            // Below the example, or below the title where the line would not hold it.
            let below = column + 11;
            let fits = below + hint.chars().count() + 6 <= width;
            format!("\n{:1$}hint: {hint}", "", if fits { below } else { 9 })
        }
    };
    format!("{start}{}{hint}", style.dim(&example))
}

fn reason_json(reason: &Reason) -> Value {
    json!({
        "title": reason.title,
        "rows": reason.rows,
        "line": reason.line,
        "message": reason.message,
        "hint": reason.hint,
    })
}

/// Seconds with three decimals.
fn millis(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use zd_import::{Report, Status};

    use super::{Reason, Summary};
    use crate::output::Style;

    fn report(unprocessed: u64) -> Report {
        let mut report = Report::default();
        for (status, count) in [
            (Status::Created, 1_790),
            (Status::Updated, 200),
            (Status::Failed, 9),
            (Status::Indeterminate, 1),
        ] {
            for _ in 0..count {
                report.counts.count(status);
            }
        }
        report.unprocessed = unprocessed;
        report.elapsed = Duration::from_millis(3_250);
        report
    }

    fn reasons() -> Vec<Reason> {
        vec![Reason {
            title: "email already taken".to_owned(),
            rows: 9,
            line: 1_204,
            message: "Email: ann@example.com is already being used by another user".to_owned(),
            hint: Some("--match email"),
        }]
    }

    #[test]
    fn a_hint_stays_on_its_line() {
        let reason = Reason {
            title: "Plan Tier: is not one of the options".to_owned(),
            hint: Some("create the organization first, or correct its name"),
            ..reasons().remove(0)
        };
        for width in [80, 100, 120] {
            let text = super::reason_line(&reason, 36, width, Style::plain());
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn people_see_what_was_applied_and_what_to_do_about_the_rest() {
        let summary = Summary {
            report: &report(0),
            reasons: &reasons(),
            account: Some("acme.zendesk.com"),
            rehearsal: false,
            run: None,
            failed_file: Some("failed.csv"),
            next: "zd import failed.csv",
            exit: 6,
            stopped: None,
        };
        assert_eq!(
            summary.human(120, Style::plain()),
            "\
✓ 1,990 of 2,000 rows applied in 3.2s         created 1,790  updated 200  unchanged 0
✗ 10 rows did not                             failed.csv (fix and import again)
      9  email already taken       e.g. line 1,204  Email: ann@example.com is already being used by another user
                                   hint: --match email
  next: fix failed.csv, then  zd import failed.csv
"
        );
        for line in summary.human(80, Style::plain()).lines().skip(2) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn what_comes_next_depends_on_what_is_left() {
        let summary = |report: &Report, next| {
            Summary {
                report,
                reasons: &[],
                account: Some("acme.zendesk.com"),
                rehearsal: false,
                run: None,
                failed_file: Some("failed.csv"),
                next,
                exit: 6,
                stopped: None,
            }
            .human(120, Style::plain())
        };
        // The failed file alone would leave 5 rows out.
        let early = summary(&report(5), "zd import people.csv");
        assert!(early.contains("· 5 rows not sent\n  next: zd import people.csv  ("));
        assert!(!early.contains("fix"), "{early}");

        let mut unsure = Report::default();
        unsure.counts.count(Status::Indeterminate);
        let unsure = summary(&unsure, "zd import failed.csv");
        assert!(unsure.ends_with("  next: zd import failed.csv\n"));
        assert!(!unsure.contains("fix"), "{unsure}");
    }

    #[test]
    fn programs_see_counts_that_add_up() {
        let json = Summary {
            report: &report(5),
            reasons: &reasons(),
            account: Some("sandbox"),
            rehearsal: true,
            run: None,
            failed_file: None,
            next: "",
            exit: 5,
            stopped: Some("network"),
        }
        .json();
        let number = |name: &str| json[name].as_u64().unwrap();
        let sum: u64 = [
            "created",
            "updated",
            "unchanged",
            "failed",
            "invalid",
            "indeterminate",
        ]
        .map(number)
        .iter()
        .sum();
        assert_eq!(number("rows"), sum);
        assert_eq!(number("unprocessed"), 5);
        assert_eq!(json["elapsed_s"].to_string(), "3.25");
        assert_eq!(json["stopped"], "network");
        assert!(json["failed_file"].is_null());
    }
}
