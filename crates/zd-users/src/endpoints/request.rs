//! How requests are put together.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Request};
use serde::Serialize;
use zd_model::Operation;

use crate::RequestError;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

fn unsendable(what: &'static str) -> impl Fn(http::Error) -> RequestError {
    move |source| RequestError::Unsendable {
        what,
        source: Box::new(source),
    }
}

/// A request without a body, to this path and query.
pub(super) fn get(path_and_query: &str) -> Result<Request<Bytes>, RequestError> {
    Request::get(path_and_query)
        .header(ACCEPT, JSON)
        .body(Bytes::new())
        .map_err(unsendable("the path"))
}

/// A request with a JSON body, to the operation's path.
pub(super) fn with_json(
    operation: &Operation,
    body: &impl Serialize,
) -> Result<Request<Bytes>, RequestError> {
    let body = serde_json::to_vec(body).map_err(|source| RequestError::Unsendable {
        what: "the body",
        source: Box::new(source),
    })?;
    Request::builder()
        .method(operation.method.as_str())
        .uri(operation.path)
        .header(ACCEPT, JSON)
        .header(CONTENT_TYPE, JSON)
        .body(Bytes::from(body))
        .map_err(unsendable("the request"))
}

/// A path with a query.
pub(super) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(format!("{path}?"));
    query.extend_pairs(pairs);
    query.finish()
}

/// Refuses lists that are empty or too long.
pub(super) fn check_length(
    what: &'static str,
    given: usize,
    max: usize,
) -> Result<(), RequestError> {
    match given {
        0 => Err(RequestError::Empty { what }),
        given if given > max => Err(RequestError::TooMany { what, max, given }),
        _ => Ok(()),
    }
}
