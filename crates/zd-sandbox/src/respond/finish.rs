//! What every response carries.

use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, DATE, ETAG, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response};

use crate::clock::Now;
use crate::handlers::State;
use crate::limits::client_seconds;
use crate::reply::Reply;

/// Makes a reply a response.
pub(crate) fn finish(
    reply: Reply,
    headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    state: &mut State,
    now: Now,
) -> Response<Bytes> {
    let Reply {
        status,
        headers: own,
        body,
        literal,
    } = reply;
    let etag = status.is_success().then(|| etag(&body));
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let all = response.headers_mut();
    let constant = |name, value| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    all.extend([
        constant("x-zendesk-api-version", "v2"),
        constant("x-zendesk-application-version", "sandbox"),
        constant("x-zendesk-origin-server", "zd-sandbox"),
        constant("x-zendesk-zorg", "yes"),
        constant("x-frame-options", "SAMEORIGIN"),
        constant("x-runtime", "0.010000"),
        (
            CACHE_CONTROL,
            HeaderValue::from_static(if status.is_success() {
                "max-age=0, private, must-revalidate"
            } else {
                "no-cache"
            }),
        ),
    ]);
    let since_1970 = Duration::from_secs(u64::from(now.seconds()));
    let date = httpdate::fmt_http_date(UNIX_EPOCH + since_1970);
    let request_id = format!("{:016x}-SBX", state.chance.u64(..));
    let texts = [
        (DATE, Some(date)),
        (HeaderName::from_static("x-request-id"), Some(request_id)),
        (ETAG, etag),
    ];
    for (name, text) in texts {
        if let Some(Ok(value)) = text.map(HeaderValue::try_from) {
            all.insert(name, value);
        }
    }
    // The reply's own words win: `extend` would add to what is there.
    for (name, value) in headers.into_iter().chain(own) {
        all.insert(name, value);
    }
    if state.scale > 1 && !literal {
        in_client_time(all, state.scale);
    }
    response
}

/// The wait in the client's seconds; those of the limits already are.
fn in_client_time(headers: &mut http::HeaderMap, scale: u32) {
    let wait = headers.get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
    if let Some(wait) = wait.and_then(|wait| wait.parse().ok()) {
        headers.insert(RETRY_AFTER, client_seconds(wait, scale).into());
    }
}

/// Weak, as Zendesk's are.
fn etag(body: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let half = |salt: u64| {
        let mut hasher = DefaultHasher::new();
        (salt, body).hash(&mut hasher);
        hasher.finish()
    };
    format!("W/\"{:016x}{:016x}\"", half(0), half(1))
}
