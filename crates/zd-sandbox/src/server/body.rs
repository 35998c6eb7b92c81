//! The body of an answer, as it is delivered.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use crate::answer::Delivery;

/// From one piece of a slow body to the next.
const TICK: Duration = Duration::from_millis(100);
const TICKS_A_SECOND: u64 = 10;
/// What is sent again and again when a body does not end.
const SPACES: &[u8] = &[b' '; 16 * 1024];

/// A body on its way.
pub(super) struct Sent {
    rest: Bytes,
    way: Way,
}

enum Way {
    Whole,
    /// Ends with an error once what is left is sent, of a body that was announced as longer.
    Truncated {
        announced: u64,
        wait: Pin<Box<Sleep>>,
    },
    Endless,
    /// So many bytes a second; how many ticks and bytes there have been.
    Slow {
        rate: u64,
        ticks: u64,
        sent: u64,
        wait: Pin<Box<Sleep>>,
    },
    Stream(Pin<Box<dyn Stream<Item = String> + Send>>),
}

/// A body that ends in the middle on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the body was cut on purpose")]
pub(super) struct Cut;

impl Sent {
    pub(super) const fn whole(body: Bytes) -> Self {
        Self {
            rest: body,
            way: Way::Whole,
        }
    }

    pub(super) fn stream(pieces: impl Stream<Item = String> + Send + 'static) -> Self {
        Self {
            rest: Bytes::new(),
            way: Way::Stream(Box::pin(pieces)),
        }
    }

    pub(super) fn new(body: Bytes, delivery: Delivery) -> Self {
        let way = match delivery {
            Delivery::Truncated => {
                let half = body.len() / 2;
                return Self {
                    rest: body.slice(..half),
                    // An empty body is cut too: something was to follow.
                    way: Way::Truncated {
                        announced: (body.len() as u64).max(1),
                        // What was sent before would not be flushed with the error.
                        wait: Box::pin(tokio::time::sleep(TICK)),
                    },
                };
            }
            Delivery::Endless => Way::Endless,
            Delivery::Slow(rate) => Way::Slow {
                rate: u64::from(rate),
                ticks: 0,
                sent: 0,
                wait: Box::pin(tokio::time::sleep(TICK)),
            },
            _ => Way::Whole,
        };
        Self { rest: body, way }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let this = &mut *self;
        let frame = |bytes: Bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        match &mut this.way {
            Way::Whole if this.rest.is_empty() => Poll::Ready(None),
            Way::Whole => frame(std::mem::take(&mut this.rest)),
            Way::Truncated { wait, .. } if this.rest.is_empty() => {
                std::task::ready!(wait.as_mut().poll(context));
                Poll::Ready(Some(Err(Cut)))
            }
            Way::Truncated { .. } => frame(std::mem::take(&mut this.rest)),
            Way::Endless if this.rest.is_empty() => frame(Bytes::from_static(SPACES)),
            Way::Endless => frame(std::mem::take(&mut this.rest)),
            Way::Slow { .. } if this.rest.is_empty() => Poll::Ready(None),
            Way::Slow {
                rate,
                ticks,
                sent,
                wait,
            } => loop {
                std::task::ready!(wait.as_mut().poll(context));
                wait.as_mut().reset(tokio::time::Instant::now() + TICK);
                *ticks += 1;
                let due = rate.saturating_mul(*ticks) / TICKS_A_SECOND;
                let length = usize::try_from(due - *sent).unwrap_or(usize::MAX);
                if length > 0 {
                    *sent = due;
                    return frame(this.rest.split_to(length.min(this.rest.len())));
                }
            },
            Way::Stream(pieces) => {
                let piece = std::task::ready!(pieces.poll_next_unpin(context));
                Poll::Ready(piece.map(|text| Ok(Frame::data(text.into()))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.way, Way::Whole | Way::Slow { .. }) && self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.way {
            Way::Whole | Way::Slow { .. } => SizeHint::with_exact(self.rest.len() as u64),
            Way::Truncated { announced, .. } => SizeHint::with_exact(*announced),
            Way::Endless | Way::Stream(_) => SizeHint::default(),
        }
    }
}
