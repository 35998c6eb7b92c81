//! Records of a CSV file as bytes: what a partition of an input is compared by.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};

/// A record without its line end, and the line on which it begins, the header being 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) line: u64,
    pub(crate) bytes: &'a [u8],
}

/// The records of a file, the header first.
pub(crate) fn records(text: &[u8]) -> Vec<Record<'_>> {
    let mut records = Vec::new();
    let (mut begin, mut line, mut next, mut quoted) = (0, 1, 1, false);
    for (place, byte) in text.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' => {
                next += 1;
                if !quoted {
                    records.push(Record {
                        line,
                        bytes: trimmed(&text[begin..place]),
                    });
                    (begin, line) = (place + 1, next);
                }
            }
            _ => {}
        }
    }
    if begin < text.len() {
        records.push(Record {
            line,
            bytes: trimmed(&text[begin..]),
        });
    }
    records
}

fn trimmed(record: &[u8]) -> &[u8] {
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// Every row of the input stands in one of these files, once, with its own bytes first. The files have headers, and rows in
/// the order of the input.
pub(crate) fn partition(input: &[u8], files: &[(&str, Vec<u8>)]) -> anyhow::Result<()> {
    let mut parts: Vec<_> = (files.iter())
        .map(|(name, text)| (*name, records(text).into_iter().skip(1).peekable()))
        .collect();
    for row in records(input).into_iter().skip(1) {
        let holds = |record: &Record<'_>| {
            let rest = record.bytes.strip_prefix(row.bytes);
            rest.is_some_and(|rest| rest.is_empty() || rest[0] == b',')
        };
        let mut found = parts.iter_mut().filter_map(|(_, part)| part.next_if(holds));
        ensure!(
            found.next().is_some(),
            "line {} of the input is in none of the files, or not in its own bytes",
            row.line
        );
        ensure!(found.next().is_none(), "line {} is there twice", row.line);
    }
    for (name, mut part) in parts {
        if let Some(record) = part.next() {
            bail!(
                "line {} of the {name} file is no row of the input",
                record.line
            );
        }
    }
    Ok(())
}

/// The file that the account should hold: of each person the last of these rows.
pub(crate) fn last_of_each(
    input: &[u8],
    is_applied: impl Fn(u64) -> bool,
) -> anyhow::Result<Vec<u8>> {
    let all = records(input);
    let header = all.first().context("the input has no header")?;
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    for (place, record) in all.iter().enumerate().skip(1) {
        if is_applied(record.line) {
            last.insert(key(record.bytes), place);
        }
    }
    let mut places: Vec<usize> = last.into_values().collect();
    places.sort_unstable();
    let mut text = header.bytes.to_vec();
    text.push(b'\n');
    for place in places {
        text.extend_from_slice(all[place].bytes);
        text.push(b'\n');
    }
    Ok(text)
}

/// Whom a row is about: the first cell is the external id, the second the address.
fn key(record: &[u8]) -> String {
    let text = String::from_utf8_lossy(record).to_lowercase();
    match cell(&text) {
        ("", rest) => format!("email:{}", cell(rest).0),
        (id, _) => format!("ext:{id}"),
    }
}

/// A cell without its quotes, and what stands behind its comma. Quotes within it stay doubled.
fn cell(text: &str) -> (&str, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        return text.split_once(',').unwrap_or((text, ""));
    };
    let mut end = 0;
    while let Some(place) = quoted[end..].find('"') {
        end += place;
        if !quoted[end + 1..].starts_with('"') {
            let rest = &quoted[end + 1..];
            return (&quoted[..end], rest.strip_prefix(',').unwrap_or(rest));
        }
        end += 2;
    }
    (quoted, "")
}

#[cfg(test)]
mod tests {
    use super::{key, last_of_each, partition, records};

    const INPUT: &[u8] =
        b"external_id,email,notes\nA,a@x,\"two\nlines\"\nB,,\n,c@x,\na,a@x,again\n";

    #[test]
    fn a_record_may_have_several_lines() {
        let lines: Vec<u64> = records(INPUT).iter().map(|record| record.line).collect();
        assert_eq!(lines, [1, 2, 4, 5, 6]);
    }

    #[test]
    fn a_partition_has_every_row_once() {
        let ok = b"h\nA,a@x,\"two\nlines\",2,created\na,a@x,again,6,updated\n".to_vec();
        let failed = b"h\nB,,,4,failed\n,c@x,,5,failed\n".to_vec();
        let parts = [("success", ok.clone()), ("failed", failed.clone())];
        assert!(partition(INPUT, &parts).is_ok());
        assert!(partition(INPUT, &parts[..1]).is_err());
        assert!(
            partition(
                INPUT,
                &[("success", ok.clone()), ("again", ok), ("failed", failed)]
            )
            .is_err()
        );
    }

    #[test]
    fn keys_may_be_quoted() {
        assert_eq!(key(b"\"Acme, \"\"1\"\"\",x@y,"), "ext:acme, \"\"1\"\"");
        assert_eq!(key(b",\"X@y\",name"), "email:x@y");
    }

    #[test]
    fn the_last_row_of_a_person_counts() {
        let expected = last_of_each(INPUT, |line| line != 5).unwrap();
        assert_eq!(expected, b"external_id,email,notes\nB,,\na,a@x,again\n");
    }
}
