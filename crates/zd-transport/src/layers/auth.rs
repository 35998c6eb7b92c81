//! Credentials.

use async_trait::async_trait;
use base64::Engine as _;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response};
use secrecy::{ExposeSecret, SecretString};

use crate::{ErrorKind, Layer, SharedTransport, Transport, TransportError};

/// How to sign requests.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credentials {
    /// `Authorization: Bearer …`
    Bearer(SecretString),
    /// An API token of a user; none work after 2027-04-30.
    ApiToken {
        /// The user's e-mail address.
        email: String,
        /// The token.
        token: SecretString,
    },
    /// A user's password, where the account allows it.
    Password {
        /// The user's e-mail address.
        email: String,
        /// The password.
        password: SecretString,
    },
}

/// Signs each request.
#[derive(Clone, Debug)]
pub struct AuthLayer {
    credentials: Credentials,
}

impl AuthLayer {
    /// Signs with these credentials.
    pub const fn new(credentials: Credentials) -> Self {
        Self { credentials }
    }
}

impl Layer for AuthLayer {
    fn layer(&self, inner: SharedTransport) -> SharedTransport {
        std::sync::Arc::new(AuthTransport {
            inner,
            credentials: self.credentials.clone(),
        })
    }
}

#[derive(Debug)]
struct AuthTransport {
    inner: SharedTransport,
    credentials: Credentials,
}

#[async_trait]
impl Transport for AuthTransport {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let basic = |text: String| {
            format!(
                "Basic {}",
                base64::engine::general_purpose::STANDARD.encode(text)
            )
        };
        let text = match &self.credentials {
            Credentials::Bearer(token) => format!("Bearer {}", token.expose_secret()),
            Credentials::ApiToken { email, token } => {
                basic(format!("{email}/token:{}", token.expose_secret()))
            }
            Credentials::Password { email, password } => {
                basic(format!("{email}:{}", password.expose_secret()))
            }
        };
        let mut value = HeaderValue::try_from(text)
            .map_err(|error| TransportError::not_sent(ErrorKind::Credentials, error))?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
        self.inner.send(request).await
    }
}
