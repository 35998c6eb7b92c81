//! Access tokens by `client_credentials`: fetched when needed, shared, renewed once for everyone.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::uri::PathAndQuery;
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::credentials::bearer;
use crate::{
    Deadline, ErrorKind, OperationName, PathTemplate, Safety, SharedTransport, Transport,
    TransportError, retry_after,
};

const PATH: &str = "/oauth/tokens";

/// A token is renewed this long before it ends, but never before nine tenths of its life.
const MARGIN: Duration = Duration::from_secs(60);

/// A token and how to tell it from the one before.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) header: HeaderValue,
    renewal: u64,
    renew_at: Option<Instant>,
}

impl Token {
    fn is_fresh(&self) -> bool {
        self.renew_at.is_none_or(|at| Instant::now() < at)
    }
}

/// Where the access tokens of one OAuth client come from.
pub(super) struct TokenSource {
    inner: SharedTransport,
    client_id: String,
    client_secret: SecretString,
    scope: Option<String>,
    state: Mutex<State>,
    /// Held by whoever is renewing; the others queue here and find the result in `state`.
    renewing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// How many renewals have ended, one way or the other.
    renewals: u64,
    /// Why the last one failed.
    failure: Option<Arc<TransportError>>,
}

impl TokenSource {
    pub(super) fn new(
        inner: SharedTransport,
        client_id: &str,
        client_secret: &SecretString,
        scope: Option<&str>,
    ) -> Self {
        Self {
            inner,
            client_id: client_id.to_owned(),
            client_secret: client_secret.clone(),
            scope: scope.map(str::to_owned),
            state: Mutex::default(),
            renewing: tokio::sync::Mutex::default(),
        }
    }

    /// The token to sign `request` with, fetched or renewed if need be.
    pub(super) async fn current(&self, request: &Request<Bytes>) -> Result<Token, TransportError> {
        let seen = {
            let state = self.state();
            if let Some(token) = state.token.as_ref().filter(|token| token.is_fresh()) {
                return Ok(token.clone());
            }
            state.renewals
        };
        self.renewed_since(seen, request).await
    }

    /// The token to use after `refused` was answered with 401: somebody's newer one, or a renewed one.
    pub(super) async fn instead_of(
        &self,
        refused: &Token,
        request: &Request<Bytes>,
    ) -> Result<Token, TransportError> {
        let seen = {
            let mut state = self.state();
            match &state.token {
                Some(token) if token.renewal != refused.renewal => return Ok(token.clone()),
                // Nobody else need run into the 401 while a new one is being fetched.
                _ => state.token = None,
            }
            state.renewals
        };
        self.renewed_since(seen, request).await
    }

    /// The result of the first renewal that ends after the `seen`-th; starts one if nobody has.
    ///
    /// Dropping the future of the one who renews hands the renewal to the next in the queue. So does its deadline:
    /// that is no failure of the others.
    async fn renewed_since(
        &self,
        seen: u64,
        request: &Request<Bytes>,
    ) -> Result<Token, TransportError> {
        let renewal = async {
            let _turn = self.renewing.lock().await;
            {
                let state = self.state();
                if state.renewals != seen {
                    if let Some(failure) = &state.failure {
                        return Err(unavailable(failure));
                    }
                    if let Some(token) = &state.token {
                        return Ok(token.clone());
                    }
                }
            }
            let fetched = self.fetch(request.uri()).await;
            let mut state = self.state();
            state.renewals += 1;
            match fetched {
                Ok((header, renew_at)) => {
                    let token = Token {
                        header,
                        renewal: state.renewals,
                        renew_at,
                    };
                    state.failure = None;
                    state.token = Some(token.clone());
                    Ok(token)
                }
                Err(error) => {
                    let failure = Arc::new(error);
                    state.failure = Some(Arc::clone(&failure));
                    Err(unavailable(&failure))
                }
            }
        };
        match request.extensions().get::<Deadline>() {
            Some(Deadline(deadline)) => tokio::time::timeout_at(*deadline, renewal)
                .await
                .unwrap_or_else(|elapsed| {
                    Err(TransportError::not_sent(
                        ErrorKind::DeadlineExceeded,
                        elapsed,
                    ))
                }),
            None => renewal.await,
        }
    }

    async fn fetch(&self, uri: &Uri) -> Result<(HeaderValue, Option<Instant>), TransportError> {
        let asked_at = Instant::now();
        let response = self.inner.send(self.request(uri)?).await?;
        let answer = read(&response)?;
        tracing::info!(
            expires_in_s = answer.lifetime.map(|lifetime| lifetime.as_secs()),
            "access token fetched"
        );
        let renew_at = answer
            .lifetime
            .and_then(|lifetime| asked_at.checked_add(lifetime - MARGIN.min(lifetime / 10)));
        let header = bearer(&answer.token).map_err(|_| refused(&response, None))?;
        Ok((header, renew_at))
    }

    fn request(&self, uri: &Uri) -> Result<Request<Bytes>, TransportError> {
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::from_static(PATH));
        let uri = Uri::from_parts(parts)
            .map_err(|error| TransportError::not_sent(ErrorKind::Config, error))?;
        let mut body = serde_json::json!({
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret.expose_secret(),
        });
        if let Some(scope) = &self.scope {
            body["scope"] = scope.as_str().into();
        }
        let mut request = Request::new(Bytes::from(body.to_string()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(CONTENT_TYPE, json.clone());
        request.headers_mut().insert(ACCEPT, json);
        request
            .extensions_mut()
            .insert(OperationName("oauth.tokens"));
        request.extensions_mut().insert(PathTemplate(PATH));
        request.extensions_mut().insert(Safety::Write);
        Ok(request)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Answer {
    token: SecretString,
    lifetime: Option<Duration>,
}

fn read(response: &Response<Bytes>) -> Result<Answer, TransportError> {
    let mut body: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(response.body()).unwrap_or_default();
    if !response.status().is_success() {
        return Err(refused(response, body.get("error").and_then(code)));
    }
    let Some(serde_json::Value::String(token)) = body.remove("access_token") else {
        return Err(refused(response, None));
    };
    // A lifetime that makes no sense is none: the 401 at its end will tell.
    let lifetime = body.get("expires_in").and_then(|value| {
        value
            .as_u64()
            .or_else(|| value.as_str()?.trim().parse().ok())
    });
    Ok(Answer {
        token: token.into(),
        lifetime: lifetime.map(Duration::from_secs),
    })
}

/// The error's code as OAuth defines them; anything else in the answer may hold what must not be shown.
fn code(value: &serde_json::Value) -> Option<String> {
    let code = value.as_str()?;
    let is_code = code.len() <= 40
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    is_code.then(|| code.to_owned())
}

fn refused(response: &Response<Bytes>, code: Option<String>) -> TransportError {
    let status = response.status();
    TransportError::not_sent(ErrorKind::Credentials, Refused { status, code })
        .with_status(status)
        .with_request_id(crate::context::request_id(response.headers()))
        .with_retry_after(retry_after(response, SystemTime::now()))
}

/// The request that needed the token was not sent, whatever became of the token's request.
fn unavailable(failure: &Arc<TransportError>) -> TransportError {
    let mut error = TransportError::not_sent(failure.kind(), TokenUnavailable(Arc::clone(failure)))
        .with_request_id(failure.request_id())
        .with_retry_after(failure.retry_after());
    if let Some(status) = failure.status() {
        error = error.with_status(status);
    }
    error
}

#[derive(Debug)]
struct TokenUnavailable(Arc<TransportError>);

impl fmt::Display for TokenUnavailable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("cannot get an access token")
    }
}

impl Error for TokenUnavailable {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The failure's own text repeats the kind; its cause says what the token server did.
        self.0.source()
    }
}

#[derive(Debug)]
struct Refused {
    status: StatusCode,
    code: Option<String>,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, code } = self;
        if status.is_success() {
            return write!(
                formatter,
                "the answer ({status}) holds no usable access token"
            );
        }
        write!(formatter, "the request for one was answered with {status}")?;
        code.as_ref()
            .map_or(Ok(()), |code| write!(formatter, ", {code}"))
    }
}

impl Error for Refused {}
