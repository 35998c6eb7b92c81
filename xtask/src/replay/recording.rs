//! Recorded pairs of request and response, as they lie in a folder.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use crate::workspace;

/// What the recorder puts before the name of a list that it cut; the value is such as `2 of 150 entries kept`.
pub(crate) const CUT: &str = "_trimmed_";

/// What the recorder puts at the end of a path that it cut.
const CUT_PATH: &str = "...";

/// A file of pairs, in the order in which they were recorded.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) pairs: Vec<Pair>,
    /// Sets of headers alone.
    pub(crate) headers: Vec<Headers>,
}

/// A request and its response.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// The response's body; lists that the recorder cut have a sibling that begins with [`CUT`].
    pub(crate) answer: Value,
}

/// The headers of a response whose body was not kept.
#[derive(Debug)]
pub(crate) struct Headers {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
}

/// Reads every file of a folder.
pub(crate) fn open(folder: &Path) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for path in workspace::files(&[folder.to_owned()], "json")? {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let name = name.display().to_string();
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let entries: Vec<Value> =
            serde_json::from_str(&text).with_context(|| format!("{name} is no array of pairs"))?;
        files.push(read(name, &entries));
    }
    Ok(files)
}

fn read(name: String, entries: &[Value]) -> File {
    let mut pairs: Vec<Pair> = entries.iter().filter_map(pair).collect();
    complete_paths(&mut pairs);
    File {
        name,
        pairs,
        headers: entries.iter().filter_map(headers_alone).collect(),
    }
}

fn pair(entry: &Value) -> Option<Pair> {
    let request = entry.get("request")?;
    let response = entry.get("response")?;
    let mut body = request.get("body").filter(|body| !body.is_null()).cloned();
    if let Some(body) = &mut body {
        fill(body);
    }
    Some(Pair {
        method: request.get("method")?.as_str()?.to_owned(),
        path: request.get("path")?.as_str()?.to_owned(),
        body,
        status: u16::try_from(response.get("status")?.as_u64()?).ok()?,
        headers: names_and_values(response.get("headers")),
        answer: response.get("body").cloned().unwrap_or_default(),
    })
}

fn headers_alone(entry: &Value) -> Option<Headers> {
    let (method, path) = entry.get("request")?.as_str()?.split_once(' ')?;
    Some(Headers {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: names_and_values(entry.get("headers")),
    })
}

fn names_and_values(headers: Option<&Value>) -> Vec<(String, String)> {
    let headers = headers.and_then(Value::as_object);
    let text = |value: &Value| value.as_str().map(str::to_owned);
    headers
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), text(value)?)))
        .collect()
}

/// Fills up the lists of a request that the recorder cut: the last entry again and again, with ids of their own.
fn fill(value: &mut Value) {
    let Value::Object(map) = value else { return };
    let notes: Vec<(String, usize)> = map
        .iter()
        .filter_map(|(key, note)| {
            let list = key.strip_prefix(CUT)?;
            let total = note.as_str()?.split(' ').nth(2)?.parse().ok()?;
            Some((list.to_owned(), total))
        })
        .collect();
    map.retain(|key, _| !key.starts_with(CUT));
    for (list, total) in notes {
        let Some(Value::Array(entries)) = map.get_mut(&list) else {
            continue;
        };
        let mut free = entries.iter().filter_map(|each| each["id"].as_u64()).max();
        while let Some(mut entry) = entries.last().filter(|_| entries.len() < total).cloned() {
            if let Some(id) = free.as_mut().filter(|_| entry["id"].is_number()) {
                *id += 1;
                entry["id"] = Value::from(*id);
            }
            entries.push(entry);
        }
    }
    map.values_mut().for_each(fill);
}

/// Completes the lists of ids in paths that the recorder cut: whatever the file's answers name.
fn complete_paths(pairs: &mut [Pair]) {
    let mut named = BTreeSet::new();
    for pair in &*pairs {
        let (_, list) = lists(&pair.answer);
        named.extend(list.into_iter().filter_map(|each| each["id"].as_u64()));
    }
    for pair in pairs {
        let Some((path, ids)) = pair
            .path
            .strip_suffix(CUT_PATH)
            .and_then(|path| path.split_once("ids="))
        else {
            continue;
        };
        let ids = ids.replace("%2C", ",");
        // The last one may be cut as well.
        let whole = ids.rsplit_once(',').map_or("", |(whole, _)| whole);
        let mut all: Vec<u64> = whole.split(',').filter_map(|id| id.parse().ok()).collect();
        all.extend(named.iter().filter(|id| !whole.contains(&id.to_string())));
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        pair.path = format!("{path}ids={}", all.join(","));
    }
}

/// The records in an answer, and whether they are a job's results.
fn lists(answer: &Value) -> (bool, Vec<&Value>) {
    let results = answer.pointer("/job_status/results");
    let list = ["users", "organizations"]
        .iter()
        .find_map(|key| answer.get(key));
    let records = results.or(list).and_then(Value::as_array);
    (results.is_some(), records.into_iter().flatten().collect())
}

impl Pair {
    /// The request without what is its own, such as `GET users/{id}/identities`.
    pub(crate) fn operation(&self) -> String {
        operation(&self.method, &self.path)
    }
}

/// A method and a path without ids, suffix and query.
pub(crate) fn operation(method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_suffix(".json").unwrap_or(path);
    let path = path.strip_prefix("/api/v2/").unwrap_or(path);
    let segments: Vec<&str> = path
        .split('/')
        .map(|segment| if is_id(segment) { "{id}" } else { segment })
        .collect();
    format!("{method} {}", segments.join("/"))
}

/// Whether a segment of a path is the id of a record or a job.
pub(crate) fn is_id(segment: &str) -> bool {
    segment.starts_with("V3-")
        || (!segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{operation, read};

    #[test]
    fn what_the_recorder_cut_is_filled_up() {
        let file = read(
            "a.json".to_owned(),
            &[
                json!({"request": {"method": "PUT", "path": "/api/v2/users/update_many.json",
                    "body": {"users": [{"id": 5, "name": "A"}], "_trimmed_users": "1 of 3 entries kept"}},
                    "response": {"status": 200, "body": {}}}),
                json!({"request": {"method": "GET", "path": "/api/v2/users/show_many.json?ids=9,12%2C3..."},
                    "response": {"status": 200, "body": {"users": [{"id": 7}, {"id": 9}], "_trimmed_users": "2 of 50 entries kept"}}}),
                json!({"note": "headers", "request": "GET /api/v2/tickets.json", "headers": {"Server": "cloudflare"}}),
            ],
        );
        let entries =
            json!([{"id": 5, "name": "A"}, {"id": 6, "name": "A"}, {"id": 7, "name": "A"}]);
        assert_eq!(file.pairs[0].body, Some(json!({"users": entries})));
        assert_eq!(
            file.pairs[1].path,
            "/api/v2/users/show_many.json?ids=9,12,7"
        );
        assert_eq!(file.headers[0].headers[0].0, "server");
    }

    #[test]
    fn an_operation_has_no_ids() {
        let path = "/api/v2/users/17/identities/4/make_primary.json?x=1";
        assert_eq!(
            operation("PUT", path),
            "PUT users/{id}/identities/{id}/make_primary"
        );
        assert_eq!(
            operation("GET", "/api/v2/job_statuses/V3-7.json"),
            "GET job_statuses/{id}"
        );
    }
}
