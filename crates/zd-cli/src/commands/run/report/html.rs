//! A report in one file: no scripts, nothing from elsewhere, every text escaped.

use std::fmt::Write as _;

use zd_import::Settled;

use super::super::facts::{Facts, State};
use crate::commands::import::pace;
use crate::output::{Count, Elapsed};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#d8dce0;--dim:#68707a;--good:#1f7a3d;--fair:#8a6100;--bad:#b3261e}\
@media(prefers-color-scheme:dark){:root{--line:#3a4048;--dim:#9aa3ad;--good:#5bc27f;--fair:#e0b24a;--bad:#ff8a80}}\
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0}.dim{color:var(--dim)}\
.state{font-weight:600}.good{color:var(--good)}.fair{color:var(--fair)}.bad{color:var(--bad)}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}.w{white-space:nowrap}\
th{font-weight:600;color:var(--dim)}td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\
.bar{display:flex;height:.9rem;border-radius:.3rem;overflow:hidden;margin:1rem 0;background:var(--line)}.bar i{display:block;height:100%}\
.bar .good{background:var(--good)}.bar .fair{background:var(--fair)}.bar .bad{background:var(--bad)}\
code{font:13px ui-monospace,monospace}@media print{body{margin:0;max-width:none}}";

/// The report of a run, as of this second since 1970.
pub(super) fn report(facts: &Facts, next: &str, now: i64) -> String {
    let mut page = Page(String::new());
    page.put("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.put("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    // Nothing is fetched and nothing runs, also if a text of another's were not escaped.
    page.put("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
    page.put("<title>Run ");
    page.text(&facts.run.id);
    page.put("</title><style>");
    page.put(STYLE);
    page.put("</style></head><body>\n");
    head(&mut page, facts, now);
    counts(&mut page, facts);
    reasons(&mut page, facts);
    examples(&mut page, facts);
    attempts(&mut page, facts);
    processes(&mut page, facts);
    if !next.is_empty() {
        page.put("<h2>Next</h2>\n<p><code>");
        page.text(next);
        page.put("</code></p>\n");
    }
    page.put("</body></html>\n");
    page.0
}

fn head(page: &mut Page, facts: &Facts, now: i64) {
    page.put("<h1>");
    page.text(if facts.input().is_empty() {
        "Import"
    } else {
        facts.input()
    });
    page.put("</h1>\n<p class=\"dim\">");
    page.text(facts.account());
    page.put(" · run ");
    page.text(&facts.run.id);
    if let Some(begun) = facts.begun() {
        page.put(" · begun ");
        page.text(&begun.strftime("%Y-%m-%d %H:%M %Z").to_string());
    }
    page.put("</p>\n<p class=\"state ");
    page.put(match facts.state() {
        State::Finished => "good",
        State::Running => "fair",
        State::Failures | State::Interrupted | State::Empty => "bad",
    });
    page.put("\">");
    page.text(facts.state().words());
    if let Some(stopped) = facts.stopped() {
        page.text(&format!(": {}", stopped.replace('_', " ")));
    }
    page.put("</p>\n");
    if facts.state() == State::Running
        && let Ok(at) = jiff::Timestamp::from_second(now)
    {
        page.put("<p class=\"dim\">as of ");
        let at = at.to_zoned(jiff::tz::TimeZone::system());
        page.text(&at.strftime("%Y-%m-%d %H:%M:%S %Z").to_string());
        page.put("</p>\n");
    }
}

fn counts(page: &mut Page, facts: &Facts) {
    let counts = &facts.counts;
    let unprocessed = facts.unprocessed();
    let report = facts.report();
    let all = counts.rows + unprocessed;
    let parts = [
        ("created", counts.created, "good"),
        ("updated", counts.updated, "good"),
        ("unchanged", counts.unchanged, "good"),
        ("failed", counts.failed, "bad"),
        ("invalid", counts.invalid, "bad"),
        ("indeterminate", counts.indeterminate, "fair"),
        ("unprocessed", unprocessed, ""),
    ];
    page.put("<div class=\"bar\">");
    for (_, count, class) in parts {
        if count > 0 && !class.is_empty() {
            // For a picture a double is exact enough.
            let share = count as f64 * 100.0 / all as f64;
            page.put(&format!(
                "<i class=\"{class}\" style=\"width:{share:.3}%\"></i>"
            ));
        }
    }
    page.put("</div>\n<p>");
    page.text(&format!(
        "{} of {} rows applied in {}",
        Count(counts.applied()),
        Count(all),
        Elapsed(report.elapsed)
    ));
    page.put("</p>\n");
    if let Some(pace) = &report.pace {
        page.put("<p class=\"dim\">pace: ");
        page.text(&pace::words(pace));
        page.put("</p>\n");
    }
    page.put("<table><tr>");
    for (name, ..) in parts {
        page.put(&format!("<th class=\"n\">{name}</th>"));
    }
    page.put("</tr><tr>");
    for (_, count, _) in parts {
        page.number(count);
    }
    page.put("</tr></table>\n");
    if facts.in_flight > 0 {
        page.text(&format!(
            "{} of the unprocessed rows were sent, and nobody knows yet what became of them.",
            Count(facts.in_flight)
        ));
    }
}

fn reasons(page: &mut Page, facts: &Facts) {
    if facts.reasons.is_empty() {
        return;
    }
    page.put("<h2>Why rows were not applied</h2>\n<table><tr><th class=\"n\">rows</th><th>reason</th><th>for example</th></tr>\n");
    for reason in &facts.reasons {
        page.put("<tr>");
        page.number(reason.rows);
        page.put("<td>");
        page.text(&reason.title);
        if let Some(hint) = reason.hint {
            page.put("<br><span class=\"dim\">hint: ");
            page.text(hint);
            page.put("</span>");
        }
        page.put("</td><td>");
        page.text(&format!("line {}: {}", Count(reason.line), reason.message));
        page.put("</td></tr>\n");
    }
    page.put("</table>\n");
    if facts.codes.retryable() > 0 {
        page.put("<p>");
        page.text(&format!(
            "{} of these rows may pass as they are.",
            Count(facts.codes.retryable())
        ));
        page.put("</p>\n");
    }
}

fn examples(page: &mut Page, facts: &Facts) {
    let examples: &[Settled] = &facts.examples;
    if examples.is_empty() {
        return;
    }
    let all = facts.counts.rows - facts.counts.applied();
    page.put("<h2>Rows that were not applied</h2>\n");
    if all > examples.len() as u64 {
        page.put("<p class=\"dim\">");
        page.text(&format!(
            "{} of {}. All of them: zd run rows {}",
            Count(examples.len() as u64),
            Count(all),
            facts.run.id
        ));
        page.put("</p>\n");
    }
    page.put("<table><tr><th class=\"n\">line</th><th class=\"w\">status</th><th>code</th><th>what was said</th><th class=\"n\">attempts</th></tr>\n");
    for row in examples {
        page.put("<tr>");
        page.number(row.line);
        page.put("<td class=\"w\">");
        page.text(row.status.as_str());
        let (code, message) = row.error.as_ref().map_or(("", ""), |error| {
            (error.code.as_str(), error.message.as_str())
        });
        for text in [code, message] {
            page.put("</td><td>");
            page.text(text);
        }
        page.put("</td>");
        page.number(row.attempts.into());
        page.put("</tr>\n");
    }
    page.put("</table>\n");
}

fn attempts(page: &mut Page, facts: &Facts) {
    if facts.attempts.keys().all(|attempts| *attempts <= 1) {
        return;
    }
    page.put("<h2>How often rows were sent</h2>\n<table><tr><th class=\"n\">times</th><th class=\"n\">rows</th></tr>\n");
    for (attempts, rows) in &facts.attempts {
        page.put("<tr>");
        page.number(u64::from(*attempts));
        page.number(*rows);
        page.put("</tr>\n");
    }
    page.put("</table>\n");
}

fn processes(page: &mut Page, facts: &Facts) {
    if facts.ended.is_empty() {
        return;
    }
    page.put("<h2>Processes</h2>\n<table><tr><th>ended</th><th>how</th><th class=\"n\">took</th><th class=\"n\">requests</th></tr>\n");
    for ended in &facts.ended {
        page.put("<tr><td>");
        if let Ok(at) = jiff::Timestamp::from_second(ended.at) {
            let at = at.to_zoned(jiff::tz::TimeZone::system());
            page.text(&at.strftime("%Y-%m-%d %H:%M:%S").to_string());
        }
        page.put("</td><td>");
        match (&ended.stopped, ended.finished) {
            (Some(stopped), _) => page.text(&stopped.replace('_', " ")),
            (None, true) => page.text("finished"),
            (None, false) => page.text("not finished"),
        }
        page.put("</td><td class=\"n\">");
        let took = std::time::Duration::from_millis(ended.milliseconds);
        page.text(&Elapsed(took).to_string());
        page.put("</td>");
        page.number(ended.requests);
        page.put("</tr>\n");
    }
    page.put("</table>\n");
}

/// Text that becomes a page.
struct Page(String);

impl Page {
    /// Markup of our own.
    fn put(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// Anything as text.
    fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Also what turns the direction of the text around it.
                letter if letter.is_control() || is_direction(letter) => self.0.push('\u{fffd}'),
                letter => self.0.push(letter),
            }
        }
    }

    fn number(&mut self, number: u64) {
        let _infallible = write!(self.0, "<td class=\"n\">{}</td>", Count(number));
    }
}

const fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn every_text_is_escaped() {
        let mut page = Page(String::new());
        page.text("<script>alert('x')</script> & \"é\" \u{202e}\u{7}");
        assert_eq!(
            page.0,
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;é&quot; \u{fffd}\u{fffd}"
        );
    }
}
