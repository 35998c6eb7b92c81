//! The way to the sandbox: what it loses and delays, and who is watching it.

use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use zd_transport::{ErrorKind, SharedTransport, Transport, TransportError};

use super::ledger::Ledger;
use super::plan::Roads;

/// A transport that sees everything.
#[derive(Debug)]
pub(crate) struct Layer {
    inner: SharedTransport,
    ledger: Ledger,
    roads: Roads,
    rng: Mutex<fastrand::Rng>,
}

/// What happens to a request on its way.
#[derive(Clone, Copy, Debug, Default)]
struct Way {
    blocked: bool,
    lost: bool,
    there: Duration,
    back: Duration,
}

impl Layer {
    pub(crate) fn new(ledger: Ledger, roads: Roads, seed: u64) -> Self {
        Self {
            inner: ledger.sandbox.transport(),
            ledger,
            roads,
            rng: Mutex::new(fastrand::Rng::with_seed(seed)),
        }
    }

    fn way(&self) -> Way {
        let mut rng = self.rng.lock().unwrap();
        let mut chance = |percent: u8| rng.u8(..100) < percent;
        let (blocked, lost) = (chance(self.roads.blocked), chance(self.roads.lost));
        let (there, back) = (chance(self.roads.slow_there), chance(self.roads.slow_back));
        let mut slow = |is: bool| Duration::from_millis(if is { rng.u64(..25_000) } else { 0 });
        Way {
            blocked,
            lost,
            there: slow(there),
            back: slow(back),
        }
    }
}

#[async_trait]
impl Transport for Layer {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let number = self.ledger.leaves(&method, &path, request.body());
        let way = self.way();
        if way.blocked || way.lost {
            self.ledger.arrived(number, false);
            let (kind, what) = if way.blocked {
                (ErrorKind::Connect, "no way out")
            } else {
                (ErrorKind::Interrupted, "never arrives")
            };
            self.ledger.trouble(what);
            return Err(if way.blocked {
                TransportError::not_sent(kind, what)
            } else {
                TransportError::maybe_sent(kind, what)
            });
        }
        if !(way.there + way.back).is_zero() {
            self.ledger.trouble("slow");
        }
        let (inner, ledger) = (std::sync::Arc::clone(&self.inner), self.ledger.clone());
        // What has left goes on, whoever waits for the answer.
        let exchange = tokio::spawn(async move {
            tokio::time::sleep(way.there).await;
            let mut answer = inner.send(request);
            // The sandbox does what it does when it is first asked.
            let first = std::future::poll_fn(|context| Poll::Ready(answer.as_mut().poll(context)));
            let first = first.await;
            ledger.arrived(number, true);
            ledger.mind_troubles();
            match first {
                Poll::Ready(answer) => answer,
                Poll::Pending => answer.await,
            }
        });
        let answer = exchange.await;
        let response =
            answer.map_err(|error| TransportError::maybe_sent(ErrorKind::Interrupted, error))??;
        tokio::time::sleep(way.back).await;
        self.ledger.heard(&method, &path, &response);
        Ok(response)
    }
}
