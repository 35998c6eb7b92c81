//! Test doubles; not covered by semantic versioning.

mod scripted;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};

use crate::{Transport, TransportError};

pub use scripted::ScriptedTransport;

mockall::mock! {
    /// A transport whose calls are expected one by one, for asserting a single interaction.
    #[derive(Debug)]
    pub Transport {}

    #[async_trait]
    impl Transport for Transport {
        async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError>;
    }
}
