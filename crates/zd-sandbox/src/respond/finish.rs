//! What every response carries.

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{CACHE_CONTROL, DATE, ETAG, RETRY_AFTER, X_FRAME_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::clock::Now;
use crate::handlers::State;
use crate::limits::client_seconds;
use crate::reply::Reply;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// So many headers have room before the map grows.
const USUAL: usize = 24;

/// What says the same in every good response; a map is made once and copied.
static CONSTANT: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut all = HeaderMap::with_capacity(USUAL);
    for (name, value) in [
        ("x-zendesk-api-version", "v2"),
        ("x-zendesk-application-version", "sandbox"),
        ("x-zendesk-origin-server", "zd-sandbox"),
        ("x-zendesk-zorg", "yes"),
        ("x-runtime", "0.010000"),
        (X_FRAME_OPTIONS.as_str(), "SAMEORIGIN"),
        (
            CACHE_CONTROL.as_str(),
            "max-age=0, private, must-revalidate",
        ),
    ] {
        all.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    all
});

/// What a response takes from the account, so that the rest can be done without it.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    date: HeaderValue,
    request_id: u64,
    scale: u32,
}

/// The second for which a date was last written, and how.
#[derive(Clone, Debug)]
pub(crate) struct Dated(u32, HeaderValue);

impl Default for Dated {
    fn default() -> Self {
        Self(0, date(0))
    }
}

fn date(second: u32) -> HeaderValue {
    let since_1970 = Duration::from_secs(u64::from(second));
    let text = httpdate::fmt_http_date(UNIX_EPOCH + since_1970);
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

impl Stamp {
    pub(crate) fn new(state: &mut State, now: Now) -> Self {
        let second = now.seconds();
        if state.dated.0 != second {
            state.dated = Dated(second, date(second));
        }
        Self {
            date: state.dated.1.clone(),
            request_id: state.chance.u64(..),
            scale: state.scale,
        }
    }
}

/// Makes a reply a response.
pub(crate) fn finish(
    reply: Reply,
    headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    stamp: Stamp,
) -> Response<Bytes> {
    let Reply {
        status,
        headers: own,
        body,
        literal,
    } = reply;
    let mut all = CONSTANT.clone();
    all.reserve(USUAL - all.len());
    all.insert(DATE, stamp.date);
    if status.is_success() {
        all.insert(ETAG, etag(&body));
    } else {
        all.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    let mut request_id = *b"0123456789abcdef-SBX";
    write_hex(&mut request_id[..16], stamp.request_id);
    all.insert(REQUEST_ID, ascii(&request_id));
    // The reply's own words win: `extend` would add to what is there.
    for (name, value) in headers.into_iter().chain(own) {
        all.insert(name, value);
    }
    if stamp.scale > 1 && !literal {
        in_client_time(&mut all, stamp.scale);
    }
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = all;
    response
}

/// The wait in the client's seconds; those of the limits already are.
fn in_client_time(headers: &mut HeaderMap, scale: u32) {
    let wait = headers.get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
    if let Some(wait) = wait.and_then(|wait| wait.parse().ok()) {
        headers.insert(RETRY_AFTER, client_seconds(wait, scale).into());
    }
}

/// Weak, as Zendesk's are, and as long. It only has to differ where bodies do.
fn etag(body: &[u8]) -> HeaderValue {
    let sum = u64::from(crc32fast::hash(body)) << 32 | body.len() as u64;
    let half = |salt: u64| (sum ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut text = *b"W/\"0123456789abcdef0123456789abcdef\"";
    write_hex(&mut text[3..19], half(0));
    write_hex(&mut text[19..35], half(sum.rotate_left(17)));
    ascii(&text)
}

fn write_hex(place: &mut [u8], number: u64) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (byte, pair) in number.to_be_bytes().into_iter().zip(place.chunks_mut(2)) {
        for (digit, half) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
            *digit = DIGITS[usize::from(half)];
        }
    }
}

fn ascii(text: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::{etag, write_hex};

    #[test]
    fn hex_is_what_format_writes() {
        for number in [0, 1, 0xDEAD_BEEF_0123_4567, u64::MAX] {
            let mut place = [0; 16];
            write_hex(&mut place, number);
            assert_eq!(place, format!("{number:016x}").as_bytes());
        }
        assert_ne!(etag(b"a"), etag(b"b"));
        assert_eq!(etag(b"a").len(), 36);
    }
}
