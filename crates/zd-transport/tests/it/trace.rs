//! What is traced, and what never is.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::Registry;
use zd_transport::{
    AuthLayer, Credentials, ErrorKind, HyperTransport, OperationName, PathTemplate, Proxy,
    RetryLayer, ScriptedTransport, Stack, TraceLayer, TransportError,
};

use crate::client::{config, get, post};
use crate::server::{Server, answer};

/// Everything that any library says at any level, as text, and the fields of our spans.
#[derive(Clone, Debug, Default)]
struct Collected(Arc<Mutex<Everything>>);

#[derive(Debug, Default)]
struct Everything {
    text: String,
    calls: BTreeMap<u64, BTreeMap<String, String>>,
    events: Vec<String>,
}

impl Collected {
    fn start() -> (Self, DefaultGuard) {
        let collected = Self::default();
        let subscriber = Registry::default().with(collected.clone());
        (collected, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        self.0.lock().expect("no panic while locked").text.clone()
    }

    fn call(&self) -> BTreeMap<String, String> {
        let everything = self.0.lock().expect("no panic while locked");
        assert_eq!(everything.calls.len(), 1, "{:?}", everything.calls);
        everything.calls.values().next().expect("one").clone()
    }

    fn note(
        &self,
        metadata: &Metadata<'_>,
        record: impl FnOnce(&mut Fields),
    ) -> BTreeMap<String, String> {
        let mut fields = Fields::default();
        record(&mut fields);
        let mut everything = self.0.lock().expect("no panic while locked");
        let target = metadata.target();
        writeln!(
            everything.text,
            "{} {target} {} {:?}",
            metadata.level(),
            metadata.name(),
            fields.0
        )
        .expect("memory");
        fields.0
    }
}

#[derive(Default)]
struct Fields(BTreeMap<String, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl<S: Subscriber> tracing_subscriber::Layer<S> for Collected {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let fields = self.note(attributes.metadata(), |fields| attributes.record(fields));
        if attributes.metadata().name() == "zd.call" {
            let mut everything = self.0.lock().expect("no panic while locked");
            everything.calls.insert(id.into_u64(), fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        let mut everything = self.0.lock().expect("no panic while locked");
        writeln!(everything.text, "{:?}", fields.0).expect("memory");
        if let Some(call) = everything.calls.get_mut(&id.into_u64()) {
            call.extend(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let fields = self.note(event.metadata(), |fields| event.record(fields));
        let message = fields.get("message").cloned().unwrap_or_default();
        let mut everything = self.0.lock().expect("no panic while locked");
        if *event.metadata().level() <= Level::DEBUG {
            everything.events.push(message);
        }
    }
}

fn named(mut request: http::Request<Bytes>) -> http::Request<Bytes> {
    let extensions = request.extensions_mut();
    extensions.insert(OperationName("users_search"));
    extensions.insert(PathTemplate("/api/v2/users/search"));
    request
}

fn pairs(call: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    call.iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_span_has_the_stable_names() {
    let (collected, _guard) = Collected::start();
    let script = ScriptedTransport::new().json(500, "{}").step(|_| {
        Ok(http::Response::builder()
            .header("x-request-id", "808d5d246b893076-SEA")
            .header("ratelimit-remaining", "596")
            .body(Bytes::new())
            .expect("a response"))
    });
    let transport = Stack::new(script)
        .layer(TraceLayer::new())
        .layer(RetryLayer::default())
        .build();
    let url = "https://acme.zendesk.com/api/v2/users/search?query=jo";
    transport.send(named(get(url))).await.expect("a response");
    assert_eq!(
        pairs(&collected.call()),
        [
            ("http.request.method", "GET"),
            ("http.request.resend_count", "1"),
            ("http.response.status_code", "200"),
            ("otel.kind", "client"),
            ("otel.name", "GET /api/v2/users/search"),
            ("server.address", "acme.zendesk.com"),
            ("server.port", "443"),
            ("url.scheme", "https"),
            ("url.template", "/api/v2/users/search"),
            ("zd.operation", "users_search"),
            ("zd.rate_limit.remaining", "596"),
            ("zd.request_id", "808d5d246b893076-SEA"),
        ]
    );
    let events = collected
        .0
        .lock()
        .expect("no panic while locked")
        .events
        .clone();
    assert_eq!(events, ["waiting to send", "call ended"]);
}

#[tokio::test]
async fn failures_have_a_type() {
    let run = async |script: ScriptedTransport| {
        let (collected, _guard) = Collected::start();
        let transport = Stack::new(script).layer(TraceLayer::new()).build();
        let _ = transport
            .send(get("http://127.0.0.1:8080/secret/path?q"))
            .await;
        collected.call()
    };
    let lost = TransportError::maybe_sent(ErrorKind::Interrupted, "reset").after(3, true);
    let call = run(ScriptedTransport::new().fail(lost)).await;
    assert_eq!(call["error.type"], "interrupted");
    assert_eq!(call["otel.status_code"], "ERROR");
    assert_eq!(call["http.request.resend_count"], "2");
    assert_eq!(call["otel.name"], "GET", "no path without a template");
    assert_eq!(call["server.port"], "8080");
    let call = run(ScriptedTransport::new().json(404, "{}")).await;
    assert_eq!(call["error.type"], "404");
    assert_eq!(call["http.response.status_code"], "404");
}

#[tokio::test]
async fn a_request_id_that_is_none_is_not_repeated() {
    for id in ["x".repeat(129), "caf\u{e9}".to_owned()] {
        let (collected, _guard) = Collected::start();
        let script = ScriptedTransport::new().step(move |_| {
            let mut response = http::Response::new(Bytes::new());
            let id = http::HeaderValue::from_bytes(id.as_bytes()).expect("a value");
            response.headers_mut().insert("x-request-id", id);
            Ok(response)
        });
        let transport = Stack::new(script).layer(TraceLayer::new()).build();
        transport
            .send(get("http://localhost/"))
            .await
            .expect("a response");
        assert!(!collected.call().contains_key("zd.request_id"));
    }
}

/// Planted everywhere a secret or a person can be. Base64 hides a text, so its encoded forms are looked for, too.
const SECRETS: [&str; 5] = [
    "pl4nted",
    "cGw0bnRlZ",
    "BsNG50ZW",
    "wbDRudGVk",
    "victim@person.example",
];

fn planted() -> Vec<Credentials> {
    vec![
        Credentials::bearer("pl4nted-token"),
        Credentials::api_token("pl4nted@victim.example", "pl4nted"),
        Credentials::password("pl4nted@victim.example", "pl4nted"),
        Credentials::client_credentials("pl4nted", "pl4nted", Some("pl4nted".into())),
    ]
}

#[tokio::test]
async fn no_secret_and_no_person_is_ever_traced() {
    let (collected, _guard) = Collected::start();
    let mut errors = String::new();
    for credentials in planted() {
        for scene in 0..5 {
            let server = Server::start(move |_, mut connection| async move {
                while let Some(request) = connection.request().await {
                    let headers = "set-cookie: pl4nted\r\nlocation: http://pl4nted/\r\n";
                    let bytes = match scene {
                        _ if request.starts_with("POST /oauth/tokens") => answer(
                            "200 OK",
                            headers,
                            r#"{"access_token":"pl4nted","expires_in":"pl4nted"}"#,
                        ),
                        0 => answer("200 OK", headers, "pl4nted"),
                        1 => answer(
                            "429 Slow",
                            "content-type: text/plain\r\nretry-after: 0\r\n",
                            "user email: victim@person.example",
                        ),
                        2 => answer("401 Who", headers, "pl4nted"),
                        3 => b"HTTP/1.1 200 pl4nted\r\npl4nted\r\n\r\n".to_vec(),
                        _ => return,
                    };
                    if connection.write(&bytes).await.is_err() {
                        return;
                    }
                }
            })
            .await;
            let mut retry = zd_transport::RetryConfig::default();
            retry.max_throttle_wait = Duration::ZERO;
            retry.base_delay = Duration::from_millis(1);
            retry.max_jitter = Duration::from_millis(1);
            let mut config = config();
            config.proxy = Proxy::url("http://pl4nted:pl4nted@127.0.0.1:9", "127.0.0.1");
            let base = HyperTransport::new(config.clone()).expect("usable");
            let stack = Stack::new(base)
                .layer(TraceLayer::new())
                .layer(RetryLayer::new(retry))
                .layer(AuthLayer::new(credentials.clone()))
                .layer(TraceLayer::new());
            errors.push_str(&format!("{stack:?} {config:?}"));
            let transport = stack.build();
            errors.push_str(&format!("{transport:?}"));
            let url = server.url("/pl4nted/path?query=victim@person.example&pl4nted");
            for request in [
                get(&url),
                post(&url, r#"{"user":{"email":"victim@person.example"}}"#),
            ] {
                if let Err(error) = transport.send(named(request)).await {
                    errors.push_str(&crate::client::everything(&error));
                }
            }
        }
    }
    let text = collected.text();
    assert!(
        text.contains("hyper_util"),
        "the libraries below were heard, too"
    );
    assert!(text.contains("TRACE"), "at every level");
    assert!(text.contains("access token fetched"));
    for secret in SECRETS {
        for (place, text) in [("traces", &text), ("errors", &errors)] {
            let line = text.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{secret} in {place}");
        }
    }
}

#[tokio::test]
async fn nor_over_http_2() {
    let (collected, _guard) = Collected::start();
    let authority = crate::tls::authority();
    let acceptor = crate::tls::acceptor(&authority, "localhost", &[b"h2"]);
    let server = crate::tls::TlsServer::start(acceptor).await;
    let base = HyperTransport::new(crate::tls::trusting(&authority)).expect("usable");
    let transport = Stack::new(base)
        .layer(TraceLayer::new())
        .layer(RetryLayer::default())
        .layer(AuthLayer::new(Credentials::bearer("pl4nted-token")))
        .build();
    let url = format!(
        "https://localhost:{}/pl4nted?query=victim@person.example",
        server.port
    );
    let body = r#"{"user":{"email":"victim@person.example"}}"#;
    for request in [get(&url), post(&url, body)] {
        let response = transport.send(request).await.expect("a response");
        assert_eq!(response.body(), "HTTP/2.0");
    }
    let text = collected.text();
    assert!(text.contains("h2::"), "the libraries below were heard, too");
    for secret in SECRETS {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
