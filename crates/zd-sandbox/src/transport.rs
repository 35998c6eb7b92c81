//! The sandbox in the same process.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response, header};
use zd_transport::{ErrorKind, Transport, TransportError};

use crate::Sandbox;
use crate::answer::{Answer, Delivery};
use crate::server::LARGEST_BODY;

/// How long a client waits for an answer that never comes, before it gives up as others do.
const PATIENCE: Duration = Duration::from_secs(30);

/// Carries requests straight to the sandbox.
#[derive(Debug)]
pub(crate) struct InProcess {
    sandbox: Sandbox,
}

impl InProcess {
    pub(crate) const fn new(sandbox: Sandbox) -> Self {
        Self { sandbox }
    }
}

/// Faults of a connection are the errors that they are over a socket.
#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let is_inside = request.uri().path().starts_with(crate::inspect::PREFIX);
        if !is_inside && request.body().len() > LARGEST_BODY {
            return Ok(self.sandbox.too_large(&request.map(drop)));
        }
        let Answer { response, delivery } = self.sandbox.answer(&request);
        let lost = |kind, why: &'static str| Err(TransportError::maybe_sent(kind, why));
        // A body that claims to be packed is a bomb: everything else goes as it is here.
        if response.headers().contains_key(header::CONTENT_ENCODING) {
            return lost(ErrorKind::TooLarge, "the body is larger than allowed");
        }
        match delivery {
            Delivery::Whole => Ok(response),
            Delivery::Slow(rate) => {
                let seconds = response.body().len() as f64 / f64::from(rate.max(1));
                tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
                Ok(response)
            }
            Delivery::Late(time) => {
                tokio::time::sleep(time).await;
                Ok(response)
            }
            Delivery::Never => {
                tokio::time::sleep(PATIENCE).await;
                lost(ErrorKind::Timeout, "no answer in 30 seconds")
            }
            Delivery::Truncated => lost(ErrorKind::Interrupted, "the body ended in the middle"),
            Delivery::Endless => lost(ErrorKind::TooLarge, "the body does not end"),
            Delivery::Dropped => lost(ErrorKind::Interrupted, "the sandbox dropped the answer"),
            Delivery::Reset => lost(ErrorKind::Interrupted, "the sandbox reset the connection"),
        }
    }
}
