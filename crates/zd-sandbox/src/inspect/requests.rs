//! The log of requests: finding and counting.

use http::StatusCode;
use serde_json::json;

use super::{number, refusal};
use crate::faults::globbed;
use crate::log::{Entry, Exchange, Log, Whole};
use crate::reply::Reply;

/// So many unless told.
const USUAL: u64 = 100;

const KEYS: [&str; 7] = [
    "method", "path", "status", "body", "fault", "since", "limit",
];

/// Those that fit, oldest first; the last ones if there are more than `limit`. `count` is of all that fit.
pub(super) fn list(log: &Log, query: &[(String, String)]) -> Result<Reply, Reply> {
    let found = find(log, query)?;
    let limit = usize::try_from(number(query, "limit", USUAL)?).unwrap_or(usize::MAX);
    let last: Vec<Whole<'_>> = found
        .iter()
        .skip(found.len().saturating_sub(limit))
        .map(|(entry, exchange)| Whole {
            entry,
            exchange,
            response: log.response(entry, exchange),
        })
        .collect();
    Ok(Reply::ok(&json!({"count": found.len(), "requests": last})))
}

pub(super) fn count(log: &Log, query: &[(String, String)]) -> Result<Reply, Reply> {
    Ok(Reply::ok(&json!({"count": find(log, query)?.len()})))
}

fn find<'a>(
    log: &'a Log,
    query: &[(String, String)],
) -> Result<Vec<(&'a Entry, &'a Exchange)>, Reply> {
    if let Some((unknown, _)) = query.iter().find(|(key, _)| !KEYS.contains(&&**key)) {
        return Err(refusal(
            StatusCode::BAD_REQUEST,
            format!("requests cannot be found by `{unknown}`"),
            format!("use {}", KEYS.join(", ")),
        ));
    }
    let since = number(query, "since", 0)?;
    let fits = |exchange: &Exchange| {
        query.iter().all(|(key, value)| match &**key {
            "method" => exchange.method.as_str().eq_ignore_ascii_case(value),
            "path" => {
                let path = &*exchange.path;
                let path = path.strip_suffix(".json").unwrap_or(path);
                let wanted = value.strip_suffix(".json").unwrap_or(value);
                globbed(wanted.as_bytes(), path.as_bytes())
            }
            "status" => match exchange.status {
                Some(status) => status.as_str() == value,
                None => value == "none",
            },
            "body" => memchr::memmem::find(&exchange.request, value.as_bytes()).is_some(),
            "fault" => exchange.faults.contains(&&**value),
            _ => true,
        })
    };
    Ok(log
        .since(since)
        .filter_map(|entry| Some((entry, entry.exchange()?)))
        .filter(|(_, exchange)| fits(exchange))
        .collect())
}
