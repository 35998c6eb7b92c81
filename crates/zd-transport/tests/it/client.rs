//! Short words for what most tests do.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use zd_transport::{HyperConfig, HyperTransport, Proxy, Transport, TransportError};

/// A configuration that the machine's environment cannot change.
pub(crate) fn config() -> HyperConfig {
    let mut config = HyperConfig::default();
    config.proxy = Proxy::None;
    config.attempt_timeout = Duration::from_secs(20);
    config
}

pub(crate) fn transport() -> HyperTransport {
    HyperTransport::new(config()).expect("a usable configuration")
}

pub(crate) fn get(url: &str) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).expect("a request")
}

pub(crate) fn post(url: &str, body: &'static str) -> Request<Bytes> {
    Request::post(url)
        .header("content-type", "application/json")
        .body(Bytes::from_static(body.as_bytes()))
        .expect("a request")
}

pub(crate) async fn fetch(url: &str) -> Result<Response<Bytes>, TransportError> {
    transport().send(get(url)).await
}

/// The error with all its causes, as a user would see it, and as a log would.
pub(crate) fn everything(error: &TransportError) -> String {
    let mut text = format!("{error:?} {error}");
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text.push_str(&format!(" {cause:?} {cause}"));
        next = cause.source();
    }
    text
}
