//! A request as handlers see it.

use http::{Request, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::auth::Caller;
use crate::multipart::{self, Part};

/// The body.
#[derive(Debug)]
pub(crate) enum Body {
    /// There is none, or none that says it is JSON: Zendesk does not look into it.
    Unread,
    /// It says it is JSON and is not.
    Malformed,
    Json(Value),
    /// A form, which only the exchange of tokens reads.
    Form(Vec<(String, String)>),
    /// A form with files, which only the update of a user reads.
    Multipart(Vec<Part>),
    /// It says it is a form with files and is not.
    MalformedMultipart,
}

/// A request.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// Path parameters, decoded, in the order of the path.
    pub(crate) params: Vec<String>,
    /// The path without `.json`, as it was sent.
    pub(crate) path: &'a str,
    /// The query, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Body,
    /// Where the account is, such as `http://127.0.0.1:8080`, for addresses in answers.
    pub(crate) base: &'a str,
    pub(crate) caller: Option<Caller>,
}

impl Call<'_> {
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn param(&self, place: usize) -> &str {
        self.params.get(place).map_or("", String::as_str)
    }

    /// Whether `include` asks for this.
    pub(crate) fn includes(&self, what: &str) -> bool {
        self.query("include")
            .is_some_and(|list| list.split(',').any(|name| name.trim() == what))
    }
}

pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

pub(crate) fn query(uri: &http::Uri) -> Vec<(String, String)> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .into_owned()
        .collect()
}

pub(crate) fn body(request: &Request<bytes::Bytes>) -> Body {
    let says = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let content_type = says;
    let says = says.to_ascii_lowercase();
    let bytes = request.body();
    if bytes.is_empty() {
        Body::Unread
    } else if says.contains("json") {
        serde_json::from_slice(bytes).map_or(Body::Malformed, Body::Json)
    } else if says.starts_with("application/x-www-form-urlencoded") {
        Body::Form(form_urlencoded::parse(bytes).into_owned().collect())
    } else if says.starts_with("multipart/form-data") {
        multipart::parse(content_type, bytes.clone())
            .map_or(Body::MalformedMultipart, Body::Multipart)
    } else {
        Body::Unread
    }
}

/// Scheme and authority of a request: of its URI in-process, of its `Host` behind a socket.
pub(crate) fn base<B>(request: &Request<B>) -> String {
    let uri = request.uri();
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let authority = uri
        .authority()
        .map(http::uri::Authority::as_str)
        .or(host)
        .unwrap_or("127.0.0.1");
    [uri.scheme_str().unwrap_or("http"), "://", authority].concat()
}
