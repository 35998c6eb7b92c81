//! How requests are put together.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Request};
use serde::Serialize;
use zd_model::Operation;

use crate::RequestError;

/// The longest path and query that are sent, in bytes; proxies commonly stop at 8 KiB for the whole request line.
pub(super) const MAX_PATH_BYTES: usize = 6 * 1024;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A request without a body, to this path and query.
pub(super) fn get(path_and_query: &str) -> Result<Request<Bytes>, RequestError> {
    if path_and_query.len() > MAX_PATH_BYTES {
        return Err(RequestError::TooLong {
            max: MAX_PATH_BYTES,
            given: path_and_query.len(),
        });
    }
    Request::get(path_and_query)
        .header(ACCEPT, JSON)
        .body(Bytes::new())
        .map_err(|error| RequestError::unsendable("the path", error))
}

/// A request with a JSON body, to the operation's path.
pub(super) fn with_json(
    operation: &Operation,
    body: &impl Serialize,
) -> Result<Request<Bytes>, RequestError> {
    let body =
        serde_json::to_vec(body).map_err(|error| RequestError::unsendable("the body", error))?;
    Request::builder()
        .method(operation.method.as_str())
        .uri(operation.path)
        .header(ACCEPT, JSON)
        .header(CONTENT_TYPE, JSON)
        .body(Bytes::from(body))
        .map_err(|error| RequestError::unsendable("the request", error))
}

/// A path with a query, percent-encoded.
pub(super) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let head = format!("{path}?");
    let start = head.len();
    let mut query = form_urlencoded::Serializer::for_suffix(head, start);
    query.extend_pairs(pairs);
    query.finish()
}

/// Joins keys with commas; a key that is empty or has a comma in it would ask for something else.
pub(super) fn comma_list<'a>(
    what: &'static str,
    keys: impl IntoIterator<Item = &'a str>,
) -> Result<String, RequestError> {
    let mut list = String::new();
    for (index, key) in keys.into_iter().enumerate() {
        if key.trim().is_empty() || key.contains(',') {
            return Err(RequestError::NotListable {
                what,
                position: index + 1,
            });
        }
        if index > 0 {
            list.push(',');
        }
        list.push_str(key);
    }
    Ok(list)
}
