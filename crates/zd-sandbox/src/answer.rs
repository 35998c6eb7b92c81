//! What becomes of a request: an answer, and how it is delivered.

use std::time::Duration;

use bytes::Bytes;
use http::Response;

/// An answer on its way.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response<Bytes>,
    pub(crate) delivery: Delivery,
}

/// How an answer reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    Whole,
    /// The connection ends in the middle of the body.
    Truncated,
    /// The body, then spaces without end.
    Endless,
    /// So many bytes of the body a second.
    Slow(u32),
    /// After a while.
    Late(Duration),
    /// Not at all; the connection stays open.
    Never,
    /// Not at all; the connection is closed.
    Dropped,
    /// Not at all; the connection is reset.
    Reset,
}
