//! What happened, as it happens.

use futures_util::Stream;
use serde_json::json;

use super::number;
use crate::log::{Entry, Log, Short};
use crate::reply::Reply;
use crate::sandbox::Sandbox;

/// So many at a time.
const MOST: usize = 1000;

/// Those behind `since`.
pub(super) fn list(log: &Log, query: &[(String, String)]) -> Result<Reply, Reply> {
    let since = number(query, "since", 0)?;
    let events: Vec<&Entry> = log.since(since).take(MOST).collect();
    let next = events
        .last()
        .map_or(log.last().min(since), |entry| entry.number);
    let events: Vec<Short<'_>> = events.into_iter().map(Short).collect();
    Ok(Reply::ok(&json!({"events": events, "next": next})))
}

/// Server-sent events, from now on, or from behind a number; it ends when the sandbox does.
pub(crate) fn stream(
    sandbox: Sandbox,
    query: &[(String, String)],
) -> impl Stream<Item = String> + use<> {
    let since = number(query, "since", u64::MAX).unwrap_or(u64::MAX);
    let moved = sandbox.inner().moved_receiver();
    let since = since.min(sandbox.inner().log.open().last());
    futures_util::stream::unfold(
        (sandbox, moved, since),
        async |(sandbox, mut moved, since)| {
            loop {
                let (text, last) = {
                    let log = sandbox.inner().log.open();
                    let mut text = String::new();
                    let mut last = since;
                    for entry in log.since(since).take(MOST) {
                        last = entry.number;
                        let data = serde_json::to_string(&Short(entry)).unwrap_or_default();
                        text.push_str(&format!("id: {last}\ndata: {data}\n\n"));
                    }
                    (text, last)
                };
                if !text.is_empty() {
                    return Some((text, (sandbox, moved, last)));
                }
                moved.changed().await.ok()?;
            }
        },
    )
}
