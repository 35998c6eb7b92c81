//! Endpoints as values: how a request is built and a response read, without I/O.

use bytes::Bytes;
use http::{Request, Response};
use zd_model::Operation;

use crate::{Error, RequestError};

/// A call to Zendesk as a value: it knows how to build its request and how to read its response, and sends nothing.
///
/// Implement it for a call that this crate lacks and run it with [`Client::execute`](crate::Client::execute).
pub trait Endpoint {
    /// What a successful call gives.
    type Output;

    /// The row of the operation table.
    fn operation(&self) -> &Operation;

    /// The request, its URI in origin form: path and query.
    ///
    /// # Errors
    ///
    /// If what was asked is known to be refused, such as more than 100 users at once.
    fn build(&self) -> Result<Request<Bytes>, RequestError>;

    /// Reads a response of any status.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] if Zendesk refused, [`Error::Decode`] if its answer cannot be read.
    fn parse(&self, response: Response<Bytes>) -> Result<Self::Output, Error>;
}
