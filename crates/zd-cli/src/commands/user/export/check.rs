//! What an import would make of a page, before the page is written.
//!
//! Not everything that an account holds can be imported: an address from times with other rules, a text that is the import's
//! own word for null. One such row would stop the whole import. So each page is read by the import's own reader and judged by
//! the import's own comparison with the user it came from, and what does not come back the same is left out and counted.

use serde_json::Value;
use zd_import::{
    Format, Input, OnInvalid, RowSource as _, Scan, ScanOptions, SourceItem, Stored, compare,
};
use zd_model::{User, UserField};

use super::columns::Column;
use super::row::{Row, header};

/// Leaves out of these rows what an import would not read back. The second number counts values; rows that no import could
/// read at all are none afterwards.
pub(super) fn make_importable(
    rows: Vec<(Row, &User)>,
    columns: &[Column],
    fields: &[UserField],
    format: Format,
) -> (Vec<Option<Row>>, u64) {
    let check = Check {
        columns,
        fields,
        format,
    };
    let page: Vec<(&Row, &User)> = rows.iter().map(|(row, user)| (row, *user)).collect();
    let verdicts = check.read(&page);
    let mut dropped = 0;
    let kept = rows.into_iter().enumerate().map(|(number, (row, user))| {
        match verdicts.as_ref().and_then(|verdicts| verdicts.get(number)) {
            Some(Verdict::Sound) => Some(row),
            _ => {
                let before = row.said();
                let repaired = check.repair(row, user)?;
                dropped += (before - repaired.said()) as u64;
                Some(repaired)
            }
        }
    });
    (kept.collect(), dropped)
}

struct Check<'a> {
    columns: &'a [Column],
    fields: &'a [UserField],
    format: Format,
}

/// What an import makes of a row.
enum Verdict {
    /// The same person.
    Sound,
    /// Another value in these fields.
    Different(Vec<String>),
    /// It refuses the row.
    Refused,
}

impl Check<'_> {
    /// Reads these rows as an import does; none if it would not read the file to its end.
    fn read(&self, rows: &[(&Row, &User)]) -> Option<Vec<Verdict>> {
        let mut source = self.scan(rows)?.into_source().ok()?;
        let mut verdicts = Vec::with_capacity(rows.len());
        while let Some(item) = source.next_row().ok()? {
            let (_, user) = rows.get(verdicts.len())?;
            verdicts.push(match item {
                SourceItem::Settled(_) => Verdict::Refused,
                SourceItem::Row(row) => {
                    let mut stored = Stored::new(user);
                    stored.definitions = Some(self.fields);
                    let found = compare(&row.user, stored);
                    let different: Vec<String> = found.different().map(str::to_owned).collect();
                    if different.is_empty() {
                        Verdict::Sound
                    } else {
                        Verdict::Different(different)
                    }
                }
            });
        }
        (verdicts.len() == rows.len()).then_some(verdicts)
    }

    /// The rows after an import's first look; none if it would not read them to their end, as where one is too long.
    fn scan(&self, rows: &[(&Row, &User)]) -> Option<Scan> {
        let mut text = header(self.columns, self.format);
        for (row, _) in rows {
            row.write(self.columns, self.format, &mut text);
        }
        let options = ScanOptions {
            on_invalid: OnInvalid::Skip,
            allow_role_change: true,
            send_welcome_mail: true,
            ..ScanOptions::default()
        };
        let input = Input::from_bytes("export", text).ok()?.format(self.format);
        Scan::read(input, options).ok()
    }

    /// The row without what an import would refuse or change; none if nothing is left of it by which a person is found.
    fn repair(&self, mut row: Row, user: &User) -> Option<Row> {
        // An import refuses them, and in CSV they would make the whole page look like UTF-16.
        for value in &mut row.values {
            value.take_if(|value| has_nul(value));
        }
        loop {
            if !row.has_key() {
                return None;
            }
            let names = match self.read(&[(&row, user)])?.pop()? {
                Verdict::Sound => return Some(row),
                Verdict::Different(names) => names,
                Verdict::Refused => {
                    let plan = self.scan(&[(&row, user)])?;
                    let problems = plan.plan().problems.first.iter();
                    problems
                        .filter_map(|problem| problem.column_name.clone())
                        .collect()
                }
            };
            let before = row.said();
            for (column, value) in self.columns.iter().zip(&mut row.values) {
                let name = column.name.split(':').next();
                value.take_if(|_| names.iter().any(|wrong| wrong.split(':').next() == name));
            }
            if row.said() == before {
                return None;
            }
        }
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        _ => false,
    }
}
