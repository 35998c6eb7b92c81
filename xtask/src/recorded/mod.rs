//! Reads every response body of a folder of recorded pairs, writes it back, and compares the trees.
//!
//! A file is an array of `{request: {method, path}, response: {status, body}}`. Keys beginning with `_trimmed_` are the
//! recorder's note that it cut a list; they are dropped first.

mod kind;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::json_diff::first_difference;
use crate::workspace;

/// How many bodies had which end.
#[derive(Debug, Default, PartialEq)]
struct Tally {
    equal: usize,
    not_modelled: usize,
    different: usize,
}

/// `recorded DIR`
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let [directory] = arguments else {
        bail!("usage: cargo xtask recorded DIR");
    };
    check(Path::new(directory))
}

/// Checks a folder; fails if a body came back different, or if there was none to read.
pub(crate) fn check(directory: &Path) -> anyhow::Result<()> {
    let mut total = Tally::default();
    for file in workspace::files(&[PathBuf::from(directory)], "json")? {
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let pairs: Vec<Value> = serde_json::from_str(&text)
            .with_context(|| format!("{} is no array of pairs", file.display()))?;
        let (tally, lines) = check_pairs(&pairs);
        let name = file.strip_prefix(directory).unwrap_or(&file).display();
        println!("{name}: {}", verdict(&tally));
        lines.iter().for_each(|line| println!("  {line}"));
        total.equal += tally.equal;
        total.not_modelled += tally.not_modelled;
        total.different += tally.different;
    }
    println!("together: {}", verdict(&total));
    if total.different > 0 {
        bail!("{} bodies came back different", total.different);
    }
    if total.equal == 0 {
        bail!("no body of a known kind in {}", directory.display());
    }
    Ok(())
}

fn verdict(tally: &Tally) -> String {
    let mut parts = Vec::new();
    for (count, word) in [
        (tally.different, "DIFFERENT"),
        (tally.equal, "equal"),
        (tally.not_modelled, "not modelled yet"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if parts.is_empty() {
        parts.push("no bodies".to_owned());
    }
    parts.join(", ")
}

/// Checks the bodies of a file; what is not equal gets a line.
fn check_pairs(pairs: &[Value]) -> (Tally, Vec<String>) {
    let mut tally = Tally::default();
    let mut lines = Vec::new();
    for pair in pairs {
        // Files of headers alone have no response.
        let Some(body) = pair.pointer("/response/body") else {
            continue;
        };
        let text = |pointer| pair.pointer(pointer).and_then(Value::as_str);
        let (method, path) = (
            text("/request/method").unwrap_or_default(),
            text("/request/path").unwrap_or_default(),
        );
        let status = (pair.pointer("/response/status").and_then(Value::as_u64))
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or_default();
        let mut body = body.clone();
        drop_recorders_notes(&mut body);
        let kind = match kind::kind_of(method, path, status) {
            Ok(kind) => kind,
            Err(unknown) => {
                tally.not_modelled += 1;
                lines.push(format!("not modelled yet: {unknown}"));
                continue;
            }
        };
        let difference = match (kind.again)(&body.to_string()) {
            Ok(again) => first_difference(&body, &again),
            Err(error) => Some(format!("cannot be read: {error}")),
        };
        if let Some(difference) = difference {
            tally.different += 1;
            let path = path.split('?').next().unwrap_or_default();
            lines.push(format!(
                "DIFFERENT: {method} {path} ({status}) as {}: {difference}",
                kind.name
            ));
        } else {
            tally.equal += 1;
        }
    }
    (tally, lines)
}

fn drop_recorders_notes(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with("_trimmed_"));
            map.values_mut().for_each(drop_recorders_notes);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_recorders_notes),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Tally, check, check_pairs};

    #[test]
    fn each_body_is_equal_not_modelled_or_different() {
        let pair = |path: &str, status: u16, body| json!({"request": {"method": "GET", "path": path}, "response": {"status": status, "body": body}});
        let (tally, lines) = check_pairs(&[
            pair(
                "/api/v2/users/7",
                200,
                json!({"user": {"id": 7, "new": 1.50}}),
            ),
            pair(
                "/api/v2/users",
                200,
                json!({"users": [], "_trimmed_users": "0 of 9"}),
            ),
            pair("/api/v2/users/7", 404, json!("gone")),
            pair("/api/v2/views", 200, json!({"views": []})),
            // A string of digits reads as an id and is written as a number.
            pair("/api/v2/users/7", 200, json!({"user": {"id": "7"}})),
            pair("/api/v2/users/7", 200, json!({"user": {}})),
            json!({"headers": {}}),
        ]);
        let expected = Tally {
            equal: 3,
            not_modelled: 1,
            different: 2,
        };
        assert_eq!(tally, expected);
        assert_eq!(lines[0], "not modelled yet: GET views");
        assert_eq!(
            lines[1],
            r#"DIFFERENT: GET /api/v2/users/7 (200) as UserEnvelope: $.user.id: "7" became 7"#
        );
        assert!(lines[2].contains("missing field `id`"), "{}", lines[2]);
    }

    #[test]
    fn a_folder_without_bodies_fails() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(folder.path()).is_err());
        std::fs::write(folder.path().join("a.json"), r#"[{"headers":{}}]"#).unwrap();
        assert!(check(folder.path()).is_err());
        assert!(check(&folder.path().join("absent")).is_err());
    }
}
