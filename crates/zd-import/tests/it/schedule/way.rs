//! The way to the account: half a round trip each way, and somebody who counts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use zd_sandbox::Sandbox;
use zd_transport::{SharedTransport, ThrottleKind, Transport, TransportError};

/// What went over it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) requests: u64,
    pub(crate) jobs: u64,
    /// Turned away for the account's minute, and for its slots.
    pub(crate) refused: u64,
    pub(crate) no_slot: u64,
}

/// A transport that takes its time.
#[derive(Debug)]
pub(crate) struct Way {
    inner: SharedTransport,
    rng: Mutex<fastrand::Rng>,
    counted: Arc<Mutex<Counted>>,
}

impl Way {
    pub(crate) fn new(sandbox: &Sandbox, seed: u64, counted: Arc<Mutex<Counted>>) -> Self {
        Self {
            inner: sandbox.transport(),
            rng: Mutex::new(fastrand::Rng::with_seed(seed)),
            counted,
        }
    }

    /// Half a round trip, more or less.
    fn half(&self) -> Duration {
        Duration::from_micros(self.rng.lock().unwrap().u64(40_000..60_000))
    }
}

#[async_trait]
impl Transport for Way {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (there, back) = (self.half(), self.half());
        let is_job = request.method() == http::Method::POST;
        tokio::time::sleep(there).await;
        let response = self.inner.send(request).await;
        if let Ok(response) = &response {
            let mut counted = self.counted.lock().unwrap();
            counted.requests += 1;
            match ThrottleKind::of(response) {
                Some(ThrottleKind::JobSlots) => counted.no_slot += 1,
                Some(_) => counted.refused += 1,
                None => counted.jobs += u64::from(is_job && response.status().is_success()),
            }
        }
        tokio::time::sleep(back).await;
        response
    }
}
