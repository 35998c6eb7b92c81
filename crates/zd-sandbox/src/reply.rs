//! What a handler answers, before the shell adds what every response carries.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

const JSON: &str = "application/json; charset=utf-8";

/// Room for a body to begin with.
const USUAL_BODY: usize = 1536;

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// Small, because replies are also refusals, which are passed up as errors.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
    /// Whether its headers are to be sent word for word, however fast the clock goes.
    pub(crate) literal: bool,
}

impl Reply {
    fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![(
                http::header::CONTENT_TYPE,
                HeaderValue::from_static(content_type),
            )],
            body: body.into(),
            literal: false,
        }
    }

    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        // Most answers are about one record, which is shorter.
        let mut written = Vec::with_capacity(USUAL_BODY);
        serde_json::to_writer(&mut written, body)
            .expect("every map in an answer has texts as keys");
        Self::new(status, JSON, written)
    }

    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, body)
    }

    pub(crate) fn text(status: StatusCode, text: String) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text)
    }

    pub(crate) fn html(status: StatusCode, text: String) -> Self {
        Self::new(status, "text/html; charset=utf-8", text)
    }

    /// A body as it was given: JSON if it can be read as that.
    pub(crate) fn raw(status: StatusCode, body: String) -> Self {
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&body).is_ok();
        if is_json {
            Self::new(status, JSON, body)
        } else {
            Self::text(status, body)
        }
    }

    /// No body, which says more than the status.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
            literal: false,
        }
    }

    /// Adds a header; a value that HTTP cannot carry is left out.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: impl ToString) -> Self {
        if let Ok(value) = HeaderValue::try_from(value.to_string()) {
            self.headers.push((name, value));
        }
        self
    }
}
