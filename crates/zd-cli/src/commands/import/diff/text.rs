//! What would change, for people.

use serde_json::Value;
use zd_import::{AuditReport, FieldCounts, RowDiff, RowFinding};

use crate::output::{Count, Elapsed, Style, clean, counted, rows, shorten};

/// So many fields are named.
const FIELDS: usize = 12;

/// The counts, and the people who would change field by field.
pub(super) fn whole(
    file: &str,
    account: &str,
    report: &AuditReport,
    first: &[RowDiff],
    width: Option<usize>,
    style: Style,
) -> String {
    let mut text = format!(
        "{} {} compared with {account}: {} in {}, {}\n",
        style.green("✓"),
        clean(file),
        rows(report.rows),
        Elapsed(report.elapsed),
        counted(report.requests, "request", "requests")
    );
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    line(format!("  {}", counts(report)));
    for (title, count) in [
        (
            "changes",
            (|field| field.different) as fn(&FieldCounts) -> u64,
        ),
        ("cannot tell", |field| field.cannot_tell),
        ("ignored", |field| field.ignored),
    ] {
        if let Some(words) = fields(report, count) {
            line(format!("  {title:<12} {words}"));
        }
    }
    for diff in first {
        let who = clean(diff.key.as_deref().unwrap_or("no key")).into_owned();
        let user = diff
            .user_id
            .map_or_else(String::new, |id| format!("  user {id}"));
        line(format!(
            "line {}  {}{user}",
            Count(diff.line),
            style.bold(&who)
        ));
        person(diff, width, style, &mut line);
    }
    let all = report.changed + report.gone;
    let shown = first.len() as u64;
    if all > shown {
        let more = Count(all - shown);
        line(format!(
            "and {more} more: --show {all}, or --format jsonl for every row"
        ));
    }
    text
}

/// What would become of the rows.
pub(super) fn counts(report: &AuditReport) -> String {
    let mut words = format!(
        "create {}  update {}  unchanged {}  cannot tell {}",
        Count(report.new),
        Count(report.changed),
        Count(report.unchanged),
        Count(report.cannot_tell)
    );
    for (name, count) in [
        ("gone", report.gone),
        ("invalid", report.invalid),
        ("superseded", report.settled),
    ] {
        if count > 0 {
            words.push_str(&format!("  {name} {}", Count(count)));
        }
    }
    words
}

/// In which fields, the most frequent first.
pub(in crate::commands) fn fields(
    report: &AuditReport,
    count: impl Fn(&FieldCounts) -> u64,
) -> Option<String> {
    let counted = report
        .fields
        .iter()
        .map(|(name, counts)| (count(counts), name));
    let mut fields: Vec<(u64, &String)> = counted.filter(|(count, _)| *count > 0).collect();
    fields.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    let more = fields.len().saturating_sub(FIELDS);
    let named = fields.iter().take(FIELDS);
    let named: Vec<String> = named
        .map(|(count, name)| format!("{} {}", clean(name), Count(*count)))
        .collect();
    let mut words = named.join(", ");
    if more > 0 {
        words.push_str(&format!(" and {more} more fields"));
    }
    (!words.is_empty()).then_some(words)
}

/// The fields in which a person differs.
pub(in crate::commands) fn person(
    diff: &RowDiff,
    width: Option<usize>,
    style: Style,
    line: &mut impl FnMut(String),
) {
    match &diff.finding {
        RowFinding::Changed(fields) => {
            let names = fields.iter().map(|field| field.field.chars().count());
            let name_width = names.max().unwrap_or_default().min(40);
            for field in fields {
                let room = width.map(|width| width.saturating_sub(name_width + 9) / 2);
                let stored = value(&field.stored, room);
                let asked = value(&field.asked, room);
                let name = clean(&field.field);
                let (stored, asked) = (style.red(&stored), style.green(&asked));
                line(format!("    {name:<name_width$}  {stored} → {asked}"));
            }
        }
        RowFinding::Gone => line("    there is no such user".to_owned()),
        _ => {}
    }
    if !diff.cannot_tell.is_empty() {
        let names = diff.cannot_tell.join(", ");
        line(format!("    cannot tell: {}", clean(&names)));
    }
    if !diff.ignored.is_empty() {
        let names = diff.ignored.join(", ");
        line(format!(
            "    the account has no such field: {}",
            clean(&names)
        ));
    }
    if diff.follows {
        line("    an earlier row about this person goes first".to_owned());
    }
}

/// A value as JSON on one line, shortened where there is little room.
fn value(value: &Value, room: Option<usize>) -> String {
    let text = match value {
        Value::Null => "nothing".to_owned(),
        value => value.to_string(),
    };
    let text = clean(&text);
    match room {
        Some(room) => shorten(&text, room.max(12)),
        None => text.into_owned(),
    }
}
