//! What a fault makes of a request or an answer.

use std::io::Write as _;
use std::sync::LazyLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, LOCATION, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use serde_json::Value;

use super::{Effect, RetryAfter, Strike};
use crate::answer::Delivery;
use crate::errors;
use crate::reply::Reply;

/// Where a redirect leads unless told.
const ELSEWHERE: &str = "https://elsewhere.example/";

/// What is answered instead of carrying a request out; nothing if the connection just ends.
pub(crate) fn refusal(strike: &Strike) -> Option<Reply> {
    let mut chance = strike.chance();
    let reply = match &strike.effect {
        Effect::TooManyRequests(RetryAfter::Usual) => {
            let wait = chance.i64(1..=5);
            if chance.bool() {
                errors::account_limit(wait)
            } else {
                errors::limit_as_text(wait)
            }
        }
        Effect::TooManyRequests(RetryAfter::None) => without(errors::account_limit(1)),
        Effect::TooManyRequests(RetryAfter::Text(text)) => {
            without(errors::account_limit(1)).header(RETRY_AFTER, text)
        }
        Effect::Conflict => errors::collision(),
        Effect::Status(status, body) => plain(*status, body.as_deref()),
        Effect::Redirect(to) => {
            plain(302, None).header(LOCATION, to.as_deref().unwrap_or(ELSEWHERE))
        }
        Effect::TokenExpired => errors::invalid_token(),
        Effect::ResetBefore => return None,
        _ => errors::server_error(&mut chance),
    };
    // What a fault says about waiting is in the client's time.
    Some(Reply {
        literal: true,
        ..reply
    })
}

fn without(mut reply: Reply) -> Reply {
    reply.headers.retain(|(name, _)| name != RETRY_AFTER);
    reply
}

fn plain(status: u16, body: Option<&str>) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match body {
        Some(body) => Reply::raw(status, body.to_owned()),
        None if status == StatusCode::FOUND => Reply::empty(status),
        None => errors::plain(status),
    }
}

/// What becomes of an answer, and how it is delivered.
pub(crate) fn answer(strike: &Strike, reply: Reply) -> (Reply, Delivery) {
    let mut chance = strike.chance();
    let body = |body: Bytes| Reply {
        body,
        ..reply.clone()
    };
    match &strike.effect {
        Effect::HalfApplied => (
            errors::plain(StatusCode::INTERNAL_SERVER_ERROR),
            Delivery::Whole,
        ),
        Effect::AnswerLost => (reply, Delivery::Dropped),
        Effect::ResetAfter => (reply, Delivery::Reset),
        Effect::Html => {
            let page = "<!DOCTYPE html><html><head><title>One moment</title></head>\
                        <body><h1>Checking your browser</h1></body></html>";
            (Reply::html(reply.status, page.to_owned()), Delivery::Whole)
        }
        Effect::Empty => (body(Bytes::new()), Delivery::Whole),
        Effect::Garbage => {
            let length = reply.body.len().max(16);
            let bytes: Vec<u8> = std::iter::repeat_with(|| chance.u8(..))
                .take(length)
                .collect();
            (body(bytes.into()), Delivery::Whole)
        }
        Effect::Truncated => (reply, Delivery::Truncated),
        Effect::WrongType => (body(wrong_type(&reply.body)), Delivery::Whole),
        Effect::Endless => (reply, Delivery::Endless),
        Effect::Bomb => {
            let mut bomb = body(BOMB.clone());
            bomb.headers
                .push((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
            (bomb, Delivery::Whole)
        }
        Effect::Slow(rate) => (reply, Delivery::Slow(*rate)),
        Effect::Delay(time) => (reply, Delivery::Late(*time)),
        Effect::Hang => (reply, Delivery::Never),
        _ => (reply, Delivery::Whole),
    }
}

/// Numbers become texts, texts numbers, records lists and lists records: all of it valid JSON.
fn wrong_type(body: &[u8]) -> Bytes {
    fn wrong(value: Value) -> Value {
        match value {
            Value::Null => Value::Bool(true),
            Value::Bool(flag) => Value::from(flag.to_string()),
            Value::Number(number) => Value::from(number.to_string()),
            Value::String(text) => Value::from(text.len()),
            Value::Array(list) => (0..)
                .zip(list)
                .map(|(place, value): (usize, _)| (place.to_string(), value))
                .collect(),
            Value::Object(map) => map.into_iter().map(|(_, value)| wrong(value)).collect(),
        }
    }
    match serde_json::from_slice(body) {
        // The outermost record stays one, so that it is its keys that disappoint.
        Ok(Value::Object(map)) => {
            let map: serde_json::Map<_, _> = map
                .into_iter()
                .map(|(key, value)| (key, wrong(value)))
                .collect();
            Value::Object(map).to_string().into()
        }
        Ok(value) => wrong(value).to_string().into(),
        Err(_) => Bytes::from_static(b"[]"),
    }
}

/// A gibibyte of spaces in a mebibyte: 64 members of gzip, which all decoders must take one after another.
static BOMB: LazyLock<Bytes> = LazyLock::new(|| {
    let spaces = vec![b' '; 16 << 20];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let member = match encoder.write_all(&spaces).and_then(|()| encoder.finish()) {
        Ok(member) => member,
        Err(_) => unreachable!("a vector takes whatever is written to it"),
    };
    member.repeat(64).into()
});

#[cfg(test)]
mod tests {
    use super::wrong_type;

    #[test]
    fn wrong_types_are_valid_json() {
        let wrong =
            wrong_type(br#"{"user":{"id":1,"name":"Ann","tags":["a"],"x":null},"count":2}"#);
        assert_eq!(wrong, r#"{"user":["1",3,{"0":"a"},true],"count":"2"}"#);
        assert_eq!(wrong_type(b"no json"), "[]");
        assert_eq!(wrong_type(b"[1]"), r#"{"0":1}"#);
    }
}
