//! What handlers see and give.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::Value;

/// A request as a handler sees it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// Path parameters, in the order of the path.
    pub(crate) params: Vec<&'a str>,
    /// The query, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// The body as raw JSON; null if there is none.
    pub(crate) body: Value,
}

impl Call<'_> {
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A JSON response.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}
