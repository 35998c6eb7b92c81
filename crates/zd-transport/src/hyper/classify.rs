//! From hyper's errors to ours.

use std::error::Error;
use std::io;

use hyper_util::client::legacy;

use crate::{ErrorKind, TransportError};

/// A request that had no answer.
///
/// Sure not to have been sent is what failed before a connection was had, and what hyper hands back because the
/// connection had closed before the first byte of it was written ("canceled"). All else may have been sent.
pub(super) fn request_error(error: legacy::Error) -> TransportError {
    if error.is_connect() {
        return TransportError::not_sent(ErrorKind::Connect, error);
    }
    // Only errors of an established connection tell about one; a handshake that failed does not.
    let had_connection = error.connect_info().is_some();
    let hyper = find::<hyper::Error>(&error);
    if !had_connection || hyper.is_some_and(hyper::Error::is_canceled) {
        return TransportError::not_sent(ErrorKind::Connect, error);
    }
    TransportError::maybe_sent(kind(&error, hyper), error)
}

/// An answer whose body broke off.
pub(super) fn body_error(error: hyper::Error) -> TransportError {
    TransportError::maybe_sent(kind(&error, Some(&error)), error)
}

fn kind(error: &(dyn Error + 'static), hyper: Option<&hyper::Error>) -> ErrorKind {
    if hyper.is_some_and(hyper::Error::is_parse_too_large) {
        return ErrorKind::TooLarge;
    }
    if hyper.is_some_and(hyper::Error::is_parse) {
        return ErrorKind::Protocol;
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        // hyper's way to say that the framing of a body makes no sense.
        Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => ErrorKind::Protocol,
        Some(io::ErrorKind::TimedOut) => ErrorKind::Timeout,
        _ => ErrorKind::Interrupted,
    }
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
