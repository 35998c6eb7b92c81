//! Credentials.

mod credentials;
mod oauth;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response, StatusCode};

use crate::{Attempts, ErrorKind, Layer, SharedTransport, Transport, TransportError};

pub use credentials::Credentials;
use credentials::Unusable;
use oauth::TokenSource;

/// Signs each request that has no `Authorization` of its own.
///
/// With [`Credentials::ClientCredentials`] it fetches an access token through the transport below, shares it among all
/// requests, renews it shortly before it expires and once more on a 401. However many requests wait, one renewal
/// serves them all; if it fails, all of them fail and the next request tries again. A second 401 is returned.
///
/// Put it inside the retry layer: each attempt then gets credentials of its time. It trusts the request's host; whoever
/// builds requests from foreign URLs must check where they lead.
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
        let signer = match &self.credentials {
            Credentials::Bearer(token) => Signer::Fixed(credentials::bearer(token)),
            Credentials::ApiToken { email, token } => {
                Signer::Fixed(credentials::basic(email, "/token", token))
            }
            Credentials::Password { email, password } => {
                Signer::Fixed(credentials::basic(email, "", password))
            }
            Credentials::ClientCredentials {
                client_id,
                client_secret,
                scope,
            } => Signer::Tokens(TokenSource::new(
                Arc::clone(&inner),
                client_id,
                client_secret,
                scope.as_deref(),
            )),
        };
        Arc::new(AuthTransport {
            credentials: self.credentials.clone(),
            signer,
            inner,
        })
    }
}

struct AuthTransport {
    credentials: Credentials,
    signer: Signer,
    inner: SharedTransport,
}

enum Signer {
    Fixed(Result<HeaderValue, Unusable>),
    Tokens(TokenSource),
}

impl fmt::Debug for AuthTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Auth")
            .field(&self.credentials)
            .field(&self.inner)
            .finish()
    }
}

#[async_trait]
impl Transport for AuthTransport {
    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request.headers().contains_key(AUTHORIZATION) {
            return self.inner.send(request).await;
        }
        match &self.signer {
            Signer::Fixed(Ok(header)) => {
                request.headers_mut().insert(AUTHORIZATION, header.clone());
                self.inner.send(request).await
            }
            Signer::Fixed(Err(unusable)) => {
                Err(TransportError::not_sent(ErrorKind::Credentials, *unusable))
            }
            Signer::Tokens(tokens) => self.send_with_token(tokens, request).await,
        }
    }
}

impl AuthTransport {
    async fn send_with_token(
        &self,
        tokens: &TokenSource,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportError> {
        let signed = |header: &HeaderValue| {
            let mut request = request.clone();
            request.headers_mut().insert(AUTHORIZATION, header.clone());
            request
        };
        let token = tokens.current(&request).await?;
        let response = self.inner.send(signed(&token.header)).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        // A 401 was not carried out, so sending it again is safe whatever it does.
        let token = tokens.instead_of(&token, &request).await?;
        let mut response = self.inner.send(signed(&token.header)).await?;
        response.extensions_mut().insert(Attempts::new(2, false));
        Ok(response)
    }
}
