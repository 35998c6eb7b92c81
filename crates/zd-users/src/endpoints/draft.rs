//! How requests are put together.

use std::fmt::Display;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use zd_model::Operation;

use crate::RequestError;

/// The longest path and query that are sent, in bytes; proxies commonly stop at 8 KiB for the whole request line.
pub(super) const MAX_PATH_BYTES: usize = 6 * 1024;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What is encoded in a path segment: everything but what ids and keys are made of.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// A request to an operation, in the making: parameters of its path, pairs of its query, its body.
pub(super) struct Draft {
    operation: Operation,
    params: Vec<String>,
    query: form_urlencoded::Serializer<'static, String>,
    body: Option<(HeaderValue, Bytes)>,
}

impl Draft {
    pub(super) fn of(operation: &Operation) -> Self {
        Self {
            operation: *operation,
            params: Vec::new(),
            query: form_urlencoded::Serializer::new(String::new()),
            body: None,
        }
    }

    /// The value of the path's next `{parameter}`.
    pub(super) fn param(&mut self, value: impl Display) -> &mut Self {
        self.params.push(value.to_string());
        self
    }

    /// A pair of the query, percent-encoded.
    pub(super) fn pair(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.query.append_pair(name, &value.to_string());
        self
    }

    /// A pair of the query, if there is a value.
    pub(super) fn pair_if(&mut self, name: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.pair(name, value);
        }
        self
    }

    /// A JSON body.
    pub(super) fn json(&mut self, body: &impl Serialize) -> Result<&mut Self, RequestError> {
        let body = serde_json::to_vec(body)
            .map_err(|error| RequestError::unsendable("the body", error))?;
        self.body = Some((JSON, body.into()));
        Ok(self)
    }

    /// A body that is JSON already.
    pub(super) fn written(&mut self, json: Vec<u8>) -> &mut Self {
        self.body(JSON, json.into())
    }

    /// A JSON body with one key.
    pub(super) fn wrapped(
        &mut self,
        key: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> Result<&mut Self, RequestError> {
        self.json(&std::collections::BTreeMap::from([(key, value)]))
    }

    /// A body of another kind.
    pub(super) fn body(&mut self, media_type: HeaderValue, body: Bytes) -> &mut Self {
        self.body = Some((media_type, body));
        self
    }

    /// The request.
    ///
    /// # Errors
    ///
    /// If a parameter of the path is empty, since the path would be that of another operation; or if path and query are too
    /// long.
    pub(super) fn finish(&mut self) -> Result<Request<Bytes>, RequestError> {
        let mut path = self.path()?;
        let query = self.query.finish();
        if !query.is_empty() {
            path.push('?');
            path.push_str(&query);
        }
        if path.len() > MAX_PATH_BYTES {
            return Err(RequestError::TooLong {
                max: MAX_PATH_BYTES,
                given: path.len(),
            });
        }
        let mut request = Request::builder()
            .method(self.operation.method.as_str())
            .uri(path)
            .header(ACCEPT, JSON);
        let body = match self.body.take() {
            Some((media_type, body)) => {
                request = request.header(CONTENT_TYPE, media_type);
                body
            }
            None => Bytes::new(),
        };
        request
            .body(body)
            .map_err(|error| RequestError::unsendable("the path", error))
    }

    fn path(&self) -> Result<String, RequestError> {
        let mut path = String::with_capacity(self.operation.path.len() + 16);
        let mut params = self.params.iter();
        let mut rest: &'static str = self.operation.path;
        while let Some((literal, behind)) = rest.split_once('{') {
            let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
            let value = params.next().map_or("", String::as_str);
            if value.is_empty() {
                return Err(RequestError::NoParameter { name });
            }
            path.push_str(literal);
            path.extend(utf8_percent_encode(value, SEGMENT));
            rest = behind;
        }
        path.push_str(rest);
        Ok(path)
    }
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
