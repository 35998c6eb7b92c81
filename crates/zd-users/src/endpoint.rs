//! Endpoints as values: how a request is built and a response read, without I/O.

use bytes::Bytes;
use http::{Request, Response};
use serde::de::DeserializeOwned;
use zd_model::Operation;
use zd_transport::Attempts;

use crate::error::{ApiError, DecodeError};
use crate::{Error, RequestError};

/// A call to Zendesk as a value: it knows how to build its request and how to read its response, and sends nothing.
///
/// Implement it for a call that this crate lacks and run it with [`Client::execute`](crate::Client::execute):
/// credentials, retry, limits and traces are the same as for the calls that are here.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use zd_model::Operation;
/// use zd_model::operation::{Effect, Method};
/// use zd_users::{Client, Endpoint, Error, RequestError, Subdomain, read_json};
///
/// /// How many users there are, roughly.
/// struct CountUsers;
///
/// const COUNT_USERS: Operation =
///     Operation::new("users.count", Method::Get, "/api/v2/users/count", Effect::Read);
///
/// impl Endpoint for CountUsers {
///     type Output = u64;
///
///     fn operation(&self) -> &Operation {
///         &COUNT_USERS
///     }
///
///     fn build(&self) -> Result<Request<Bytes>, RequestError> {
///         Request::get(COUNT_USERS.path)
///             .body(Bytes::new())
///             .map_err(|error| RequestError::unsendable("the request", error))
///     }
///
///     fn parse(&self, response: Response<Bytes>) -> Result<u64, Error> {
///         #[derive(serde::Deserialize)]
///         struct Envelope {
///             count: Count,
///         }
///         #[derive(serde::Deserialize)]
///         struct Count {
///             value: u64,
///         }
///         Ok(read_json::<Envelope>(self.operation(), &response)?.count.value)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let script = zd_transport::ScriptedTransport::new()
///     .json(200, r#"{"count": {"value": 9102, "refreshed_at": null}}"#);
/// let client = Client::with_transport(Subdomain::new("acme")?.into(), std::sync::Arc::new(script.clone()));
/// assert_eq!(client.execute(&CountUsers).await?, 9102);
/// assert_eq!(script.requests()[0].uri(), "https://acme.zendesk.com/api/v2/users/count");
/// # Ok(())
/// # }
/// ```
pub trait Endpoint {
    /// What a successful call gives.
    type Output;

    /// The row of the operation table, or one of your own. Its effect decides what is resent and what an error says.
    fn operation(&self) -> &Operation;

    /// The request, its URI in origin form: path and query. The extensions it carries reach the layers.
    ///
    /// # Errors
    ///
    /// If what was asked is known to be refused, such as more than 100 users at once.
    fn build(&self) -> Result<Request<Bytes>, RequestError>;

    /// Reads a response of any status; [`read_json`] does most of it.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] if Zendesk refused, [`Error::Decode`] if its answer cannot be read.
    fn parse(&self, response: Response<Bytes>) -> Result<Self::Output, Error>;
}

/// Reads the JSON of a success, or the refusal of any other status.
///
/// # Errors
///
/// [`Error::Api`] for every status that is not 2xx, whatever the body is; [`Error::Decode`] for a success whose body is
/// empty, no JSON, JSON of another shape, or JSON with more behind it.
pub fn read_json<T: DeserializeOwned>(
    operation: &Operation,
    response: &Response<Bytes>,
) -> Result<T, Error> {
    if !response.status().is_success() {
        return Err(ApiError::from_response(operation, response).into());
    }
    // Keeping track of where in the JSON it is costs more than reading it, so that is for what cannot be read.
    if let Ok(value) = serde_json::from_slice(response.body()) {
        return Ok(value);
    }
    let decode = |path: Option<&serde_path_to_error::Path>, error: &serde_json::Error| {
        Error::Decode(Box::new(DecodeError::new(operation, response, path, error)))
    };
    let mut json = serde_json::Deserializer::from_slice(response.body());
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| decode(Some(error.path()), error.inner()))?;
    json.end().map_err(|error| decode(None, &error))?;
    Ok(value)
}

/// Whether an earlier attempt of the same call may have been applied: then the status does not tell created from updated.
pub(crate) fn resent<T>(response: &Response<T>) -> bool {
    response
        .extensions()
        .get::<Attempts>()
        .is_some_and(|attempts| attempts.earlier_may_have_been_applied)
}

pub(crate) fn request_id<T>(response: &Response<T>) -> Option<String> {
    response
        .headers()
        .get("x-request-id")?
        .to_str()
        .ok()
        .map(str::to_owned)
}
