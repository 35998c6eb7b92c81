//! The sandbox in the same process.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use zd_transport::{ErrorKind, Transport, TransportError};

use crate::Sandbox;
use crate::respond::Answer;
use crate::server::LARGEST_BODY;

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

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request.body().len() > LARGEST_BODY {
            return Ok(self.sandbox.too_large(&request.map(drop)));
        }
        match self.sandbox.answer(&request) {
            Answer::Response(response) => Ok(response),
            Answer::Lost => Err(TransportError::maybe_sent(
                ErrorKind::Interrupted,
                "the sandbox dropped the answer",
            )),
        }
    }
}
