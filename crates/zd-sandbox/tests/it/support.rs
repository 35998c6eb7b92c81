//! Clients: one that calls in-process, one that comes over a socket; a case passes with both.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::Value;
use zd_sandbox::{ADMIN_EMAIL, API_TOKEN, Sandbox, SandboxBuilder, Server};
use zd_transport::{HyperConfig, HyperTransport, SharedTransport, TransportError};

/// 2023-09-18 23:26:33 UTC: 27 seconds before the next minute.
pub(crate) const START: u32 = 1_695_079_593;

/// Somebody who sends raw requests.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) sandbox: Sandbox,
    pub(crate) base: String,
    transport: SharedTransport,
    authorization: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The user of a `{"user": …}`.
    #[track_caller]
    pub(crate) fn user(&self) -> Value {
        self.json()["user"].take()
    }
}

pub(crate) fn builder() -> SandboxBuilder {
    Sandbox::builder().rate_limits(false).starts_at(START)
}

/// The admin, calling in-process.
pub(crate) fn in_process(sandbox: &Sandbox) -> Client {
    Client {
        sandbox: sandbox.clone(),
        base: "http://127.0.0.1".to_owned(),
        transport: sandbox.transport(),
        authorization: Some(token_of(ADMIN_EMAIL)),
    }
}

pub(crate) fn basic(user: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{secret}")))
}

pub(crate) fn token_of(email: &str) -> String {
    basic(&format!("{email}/token"), API_TOKEN)
}

/// Runs a case in-process, then over a socket, each with a sandbox of its own.
pub(crate) async fn both_ways<F, Fut>(build: impl Fn() -> SandboxBuilder, case: F)
where
    F: Fn(Client) -> Fut,
    Fut: Future<Output = ()>,
{
    case(in_process(&build().build())).await;
    let sandbox = build().build();
    let server = Server::start(sandbox, 0).await.unwrap();
    case(connected(&server)).await;
    server.shutdown().await;
}

/// A client over a socket.
pub(crate) fn connected(server: &Server) -> Client {
    Client {
        base: server.url(),
        transport: std::sync::Arc::new(HyperTransport::new(HyperConfig::default()).unwrap()),
        ..in_process(server.sandbox())
    }
}

/// A client over a socket that waits for a second only.
pub(crate) fn impatient(server: &Server) -> Client {
    let mut config = HyperConfig::default();
    config.attempt_timeout = std::time::Duration::from_secs(1);
    Client {
        base: server.url(),
        transport: std::sync::Arc::new(HyperTransport::new(config).unwrap()),
        ..in_process(server.sandbox())
    }
}

impl Client {
    #[must_use]
    pub(crate) fn signed_in(&self, authorization: Option<String>) -> Self {
        Self {
            authorization,
            ..self.clone()
        }
    }

    /// As it comes, which need not be text.
    pub(crate) async fn raw(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, TransportError> {
        self.transport.send(request).await
    }

    pub(crate) async fn send(&self, request: Request<Bytes>) -> Result<Answer, TransportError> {
        let response: Response<Bytes> = self.transport.send(request).await?;
        let (parts, body) = response.into_parts();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).unwrap(),
        })
    }

    pub(crate) fn request(&self, method: Method, path: &str, body: &str) -> Request<Bytes> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        request.body(Bytes::from(body.to_owned())).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.request(Method::GET, path, "");
        self.send(request).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path, &body.to_string());
        self.send(request).await.unwrap()
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::PUT, path, &body.to_string());
        self.send(request).await.unwrap()
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        let request = self.request(Method::DELETE, path, "");
        self.send(request).await.unwrap()
    }

    /// What the sandbox says of itself.
    pub(crate) async fn inside(&self, place: &str) -> Value {
        self.get(&format!("/__zd/{place}")).await.expect(200).json()
    }

    /// Tells the sandbox something.
    pub(crate) async fn tell(&self, place: &str, body: &Value) -> Value {
        self.post(&format!("/__zd/{place}"), body)
            .await
            .expect(200)
            .json()
    }

    /// A user of the seed.
    pub(crate) async fn seed(&self, number: u32) -> Value {
        let path = format!("/api/v2/users/search.json?external_id=seed-{number:04}");
        self.get(&path).await.expect(200).json()["users"][0].take()
    }

    /// The job that an answer queued, as it is now.
    pub(crate) async fn job(&self, queued: Answer) -> Value {
        let queued = queued.expect(200).json();
        let id = queued["job_status"]["id"].as_str().unwrap();
        let path = format!("/api/v2/job_statuses/{id}.json");
        self.get(&path).await.expect(200).json()["job_status"].take()
    }

    /// `POST /users/create_or_update` of this user.
    pub(crate) async fn upsert(&self, user: Value) -> Answer {
        self.post(
            "/api/v2/users/create_or_update.json",
            &serde_json::json!({ "user": user }),
        )
        .await
    }

    /// `POST /users/create_or_update_many` of these users.
    pub(crate) async fn bulk(&self, users: Value) -> Answer {
        self.post(
            "/api/v2/users/create_or_update_many",
            &serde_json::json!({ "users": users }),
        )
        .await
    }

    /// Queues these users and polls once, which is enough when jobs take no time.
    pub(crate) async fn bulk_done(&self, users: Value) -> Value {
        self.job(self.bulk(users).await).await
    }
}
