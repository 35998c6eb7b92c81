//! The body of an answer: whole, decoded, bounded.

mod gzip;

use std::io::{self, Write as _};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Incoming};

pub(super) use gzip::Inflaters;

use super::classify::body_error;
use crate::{ErrorKind, TransportError};
use gzip::Gzip;

/// Reads the whole body, at most `max` bytes as it arrives and at most `max` decoded.
///
/// It is decoded while it is read, so that a small body that unpacks into a huge one never lies in memory.
pub(super) async fn read(
    response: Response<Incoming>,
    max: usize,
    idle_timeout: Duration,
    inflaters: &Inflaters,
) -> Result<Response<Bytes>, TransportError> {
    let (mut parts, mut body) = response.into_parts();
    let encoding = Encoding::of(&parts.headers)?;
    let announced = body.size_hint().lower();
    if announced > max as u64 {
        return Err(too_large(max));
    }
    let mut sink = Sink::new(encoding, announced, max, inflaters);
    loop {
        let frame = tokio::time::timeout(idle_timeout, body.frame())
            .await
            .map_err(|elapsed| TransportError::maybe_sent(ErrorKind::Timeout, elapsed))?;
        let Some(frame) = frame else { break };
        // What is not data is trailers, which nobody asked for.
        if let Ok(data) = frame.map_err(body_error)?.into_data() {
            sink.write(&data)?;
        }
    }
    let was_decoded = encoding == Encoding::Gzip && sink.received > 0;
    let body = sink.finish()?;
    if was_decoded {
        // They describe what is gone.
        parts.headers.remove(CONTENT_ENCODING);
        parts.headers.remove(CONTENT_LENGTH);
    }
    Ok(Response::from_parts(parts, body))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Identity,
    Gzip,
}

impl Encoding {
    fn of(headers: &HeaderMap) -> Result<Self, TransportError> {
        let mut encoding = Self::Identity;
        for value in headers.get_all(CONTENT_ENCODING) {
            for name in value.as_bytes().split(|byte| *byte == b',') {
                let name = name.trim_ascii().to_ascii_lowercase();
                encoding = match (name.as_slice(), encoding) {
                    (b"" | b"identity", _) => encoding,
                    (b"gzip" | b"x-gzip", Self::Identity) => Self::Gzip,
                    _ => return Err(protocol("a content encoding that was not asked for")),
                };
            }
        }
        Ok(encoding)
    }
}

struct Sink {
    gzip: Option<Gzip>,
    decoded: Capped,
    received: usize,
}

impl Sink {
    fn new(encoding: Encoding, announced: u64, max: usize, inflaters: &Inflaters) -> Self {
        // An announcement is only a claim, so little is reserved for it.
        let reserve = usize::try_from(announced).unwrap_or(max).min(64 << 10);
        Self {
            gzip: (encoding == Encoding::Gzip).then(|| Gzip::new(inflaters)),
            decoded: Capped {
                bytes: Vec::with_capacity(reserve),
                max,
                is_full: false,
            },
            received: 0,
        }
    }

    fn write(&mut self, data: &[u8]) -> Result<(), TransportError> {
        self.received = self.received.saturating_add(data.len());
        if self.received > self.decoded.max {
            return Err(too_large(self.decoded.max));
        }
        let written = match &mut self.gzip {
            None => self.decoded.write_all(data),
            Some(gzip) => gzip.write(data, &mut self.decoded),
        };
        written.map_err(|error| self.failed(error))
    }

    fn finish(self) -> Result<Bytes, TransportError> {
        // Nothing at all stands for an empty body, as in the answer to HEAD.
        if let Some(gzip) = &self.gzip
            && self.received > 0
        {
            gzip.finish().map_err(|error| self.failed(error))?;
        }
        Ok(Bytes::from(self.decoded.bytes))
    }

    fn failed(&self, error: io::Error) -> TransportError {
        if self.decoded.is_full {
            return too_large(self.decoded.max);
        }
        TransportError::maybe_sent(ErrorKind::Protocol, error)
    }
}

/// Bytes up to a bound.
struct Capped {
    bytes: Vec<u8>,
    max: usize,
    is_full: bool,
}

impl io::Write for Capped {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + data.len() > self.max {
            self.is_full = true;
            return Err(io::Error::other("full"));
        }
        self.bytes.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn too_large(max: usize) -> TransportError {
    TransportError::maybe_sent(
        ErrorKind::TooLarge,
        format!("the body is larger than {max} bytes"),
    )
}

fn protocol(what: &'static str) -> TransportError {
    TransportError::maybe_sent(ErrorKind::Protocol, what)
}

#[cfg(test)]
mod tests;
