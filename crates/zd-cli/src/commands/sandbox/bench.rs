//! A sandbox that runs on this machine: where it is, and requests to its `/__zd/`.
//!
//! No credentials are sent, and nothing is sent to another machine: what these requests do, no account should be asked for.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri};
use serde_json::Value;
use zd_transport::{ErrorKind, HyperConfig, HyperTransport, Proxy, SharedTransport};

use crate::codes;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Shape, shorten};
use crate::wire::Wire;

/// How long an answer may take.
const USUAL: Duration = Duration::from_secs(30);
/// How long it may take where the sandbox has to look at everybody.
const PATIENT: Duration = Duration::from_secs(600);
/// The largest answer: a page of the log with all bodies.
const LARGEST: usize = 512 << 20;
/// The sandbox's own words are shown up to this length.
const MAX_WORDS: usize = 1000;

/// A sandbox that runs on this machine.
pub(super) struct Bench<'a> {
    pub(super) context: &'a Context,
    /// Scheme, host and port.
    pub(super) url: String,
    patience: Duration,
}

impl<'a> Bench<'a> {
    /// The sandbox that flags and environment name. What was typed wins over the environment.
    pub(super) fn find(port: Option<u16>, context: &'a Context) -> Result<Self, Failure> {
        let typed = |flag| context.was_typed(flag);
        if context.global.sandbox && typed("--sandbox") {
            return Err(Failure::usage("--sandbox does not go with this command")
                .why("it talks to a sandbox that runs already")
                .fix("leave --sandbox out"));
        }
        let given = context.global.base_url.as_deref().map(str::trim);
        let given = given.filter(|url| !url.is_empty());
        let url = match (port, given) {
            (Some(_), Some(_)) if typed("--port") && typed("--base-url") => {
                return Err(Failure::usage("--port does not go with --base-url")
                    .fix("leave one of them out"));
            }
            (Some(port), None) => at_port(port),
            (Some(port), Some(_)) if typed("--port") => at_port(port),
            (_, Some(url)) => local(url)?,
            (None, None) => {
                return Err(Failure::new(&codes::ADDRESS, "which sandbox is meant is not said")
                    .why("there is neither --port nor --base-url, and ZD_BASE_URL is not set")
                    .fix("zd sandbox start --background > sandbox.env, then  . ./sandbox.env;  or give --port N"));
            }
        };
        Ok(Self {
            context,
            url,
            patience: USUAL,
        })
    }

    /// For requests that take their time.
    pub(super) const fn patient(mut self) -> Self {
        self.patience = PATIENT;
        self
    }

    /// The answer to a GET.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.json(Method::GET, path, "", Bytes::new()).await
    }

    /// The answer to a POST of JSON.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let body = Bytes::from(body.to_string());
        self.json(Method::POST, path, "application/json", body)
            .await
    }

    /// The answer to a POST of something else.
    pub(super) async fn post_as(
        &self,
        path: &str,
        kind: &'static str,
        body: Bytes,
    ) -> Result<Value, Failure> {
        self.json(Method::POST, path, kind, body).await
    }

    /// The answer to a DELETE.
    pub(super) async fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.json(Method::DELETE, path, "", Bytes::new()).await
    }

    /// The answer to a GET of text.
    pub(super) async fn text(&self, path: &str) -> Result<String, Failure> {
        let response = self.send(Method::GET, path, "", Bytes::new()).await?;
        if !response.status().is_success() {
            return Err(self.refusal(&response));
        }
        String::from_utf8(response.into_body().into())
            .map_err(|error| self.stranger("the answer is no text").caused_by(&error))
    }

    /// The list of this name in an answer.
    pub(super) fn list(&self, mut answer: Value, name: &str) -> Result<Vec<Value>, Failure> {
        match answer.get_mut(name).map(Value::take) {
            Some(Value::Array(records)) => Ok(records),
            _ => Err(self.stranger(&format!("its answer has no list of {name}"))),
        }
    }

    /// The answer, if it has this attribute.
    pub(super) fn with(&self, answer: Value, name: &str) -> Result<Value, Failure> {
        if answer.get(name).is_some() {
            return Ok(answer);
        }
        Err(self.stranger(&format!("its answer has no {name}")))
    }

    /// Writes a list, and says so if it is empty.
    pub(super) fn write(&self, shape: &Shape, records: &[Value]) -> Result<(), Failure> {
        let mut listing = self.context.printer.list(shape);
        for record in records {
            listing.push(record)?;
        }
        self.tell_empty(shape, listing.end()?);
        Ok(())
    }

    /// Says that there is nothing in a list.
    pub(super) fn tell_empty(&self, shape: &Shape, count: u64) {
        if count == 0 && self.context.printer.is_plain() {
            self.context.out.note(&format!("no {}", shape.many));
        }
    }

    /// Whether nobody listens there any more.
    pub(super) async fn is_gone(&self) -> bool {
        // A connection that is still open would go on being answered, so each look has a transport of its own.
        match self.attempt(Method::GET, "clock", "", Bytes::new()).await {
            Ok(Err(error)) => error.kind() == ErrorKind::Connect,
            _ => false,
        }
    }

    async fn json(
        &self,
        method: Method,
        path: &str,
        kind: &'static str,
        body: Bytes,
    ) -> Result<Value, Failure> {
        let response = self.send(method, path, kind, body).await?;
        if !response.status().is_success() {
            return Err(self.refusal(&response));
        }
        if response.body().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(response.body())
            .map_err(|error| self.stranger("its answer is not JSON").caused_by(&error))
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        kind: &'static str,
        body: Bytes,
    ) -> Result<Response<Bytes>, Failure> {
        let call = format!("{method} /__zd/{}", path.split('?').next().unwrap_or(path));
        let only_reads = method == Method::GET;
        let sent = self.attempt(method, path, kind, body).await?;
        sent.map_err(|error| match error.kind() {
            ErrorKind::Connect => Failure::new(
                &codes::NO_SANDBOX,
                format!("nobody listens at {}", self.url),
            )
            .fix(self.how_to_start())
            .caused_by(&error),
            ErrorKind::Timeout => {
                let code = if only_reads {
                    &codes::NO_ANSWER
                } else {
                    &codes::MAYBE_APPLIED
                };
                let seconds = self.patience.as_secs();
                Failure::new(code, format!("no answer from {} in {seconds} s", self.url))
                    .at("call", call)
                    .why("it is busy, or what listens there is no sandbox")
                    .caused_by(&error)
            }
            _ => self
                .stranger(&format!("{error}"))
                .at("call", call)
                .caused_by(&error),
        })
    }

    async fn attempt(
        &self,
        method: Method,
        path: &str,
        kind: &'static str,
        body: Bytes,
    ) -> Result<Result<Response<Bytes>, zd_transport::TransportError>, Failure> {
        let transport = self.transport()?;
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/__zd/{path}", self.url));
        if !kind.is_empty() {
            request = request.header(http::header::CONTENT_TYPE, kind);
        }
        let request = request.body(body).map_err(|error| {
            Failure::usage("what is asked for cannot be part of an address").caused_by(&error)
        })?;
        Ok(transport.send(request).await)
    }

    fn transport(&self) -> Result<SharedTransport, Failure> {
        let mut config = HyperConfig::default();
        config.attempt_timeout = self.patience;
        config.idle_timeout = self.patience;
        config.max_response_bytes = LARGEST;
        config.proxy = Proxy::None;
        let hyper = HyperTransport::new(config).map_err(|error| {
            Failure::new(&codes::CONNECT, "the network cannot be set up").caused_by(&error)
        })?;
        let hyper = Arc::new(hyper);
        Ok(match self.context.global.verbose {
            0 => hyper,
            _ => Arc::new(Wire::new(hyper, self.context.out.clone())),
        })
    }

    /// What a sandbox says when it does not do something; or that it is none.
    fn refusal(&self, response: &Response<Bytes>) -> Failure {
        let status = response.status();
        let said: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        let (Some(error), Some(next)) = (said["error"].as_str(), said["next"].as_str()) else {
            return self.stranger(&format!("it answers {status}"));
        };
        let failure = Failure::new(&codes::SANDBOX_REFUSED, shorten(error, MAX_WORDS))
            .at("sandbox", &self.url)
            .fix(shorten(next, MAX_WORDS));
        if status == StatusCode::NOT_FOUND {
            failure.exit(Exit::NotFound)
        } else {
            failure
        }
    }

    /// Something listens, but what it does is not what a sandbox does.
    fn stranger(&self, why: &str) -> Failure {
        Failure::new(
            &codes::NOT_A_SANDBOX,
            format!("what listens at {} is no sandbox of this zd", self.url),
        )
        .why(why)
    }

    fn how_to_start(&self) -> String {
        let port = self.url.parse::<Uri>().ok().and_then(|uri| uri.port_u16());
        match port {
            Some(port) => format!("zd sandbox start --port {port}"),
            None => codes::NO_SANDBOX.fix.to_owned(),
        }
    }
}

fn at_port(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// The address, if it is one of this machine.
fn local(url: &str) -> Result<String, Failure> {
    // Behind an `@` there may be a password before it.
    let shown = if url.contains('@') {
        "the address"
    } else {
        url
    };
    let refused = |why: &str| {
        Failure::new(
            &codes::ADDRESS,
            format!("{shown} cannot be a sandbox's address"),
        )
        .why(why)
        .fix("give  --port N, or --base-url http://127.0.0.1:N;  `zd sandbox start` prints it")
        .sent("nothing")
    };
    let uri: Uri = url
        .trim_end_matches('/')
        .parse()
        .map_err(|_| refused("it is not an address such as http://127.0.0.1:8787"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(refused(
            "it is not an address such as http://127.0.0.1:8787",
        ));
    };
    let host = authority.host().trim_matches(['[', ']']);
    let is_here = host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    if !is_here {
        return Err(refused(
            "it is not this machine; sandboxes are led from the machine that they run on only",
        ));
    }
    if scheme != "http" {
        return Err(refused("sandboxes speak plain http"));
    }
    if authority.as_str().contains('@') || !uri.path().trim_matches('/').is_empty() {
        return Err(refused("an address is scheme, host and port only"));
    }
    Ok(format!("http://{authority}"))
}

/// A text as a part of a path or a query.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{encoded, local};

    #[test]
    fn only_this_machine_is_talked_to() {
        for url in [
            "http://127.0.0.1:8787",
            "http://127.0.0.1:8787/",
            "http://localhost:1",
            "http://[::1]:8787",
            "http://127.9.9.9",
        ] {
            assert_eq!(local(url).unwrap(), url.trim_end_matches('/'));
        }
        for (url, why) in [
            ("https://acme.zendesk.com", "not this machine"),
            ("http://10.0.0.1:8787", "not this machine"),
            ("http://127.0.0.1.example:8787", "not this machine"),
            ("http://127.0.0.1@example.com", "not this machine"),
            ("https://127.0.0.1:8787", "plain http"),
            ("http://127.0.0.1:8787/api", "host and port only"),
            ("http://me:pw@127.0.0.1:8787", "host and port only"),
            ("8787", "not an address"),
        ] {
            let failure = local(url).unwrap_err();
            let said = failure.why.clone().unwrap_or_default();
            assert!(said.contains(why), "{url}: {said}");
            assert!(!failure.what.contains("pw"), "{}", failure.what);
        }
    }

    #[test]
    fn texts_stay_one_part_of_an_address() {
        assert_eq!(encoded("before/after é?"), "before%2Fafter%20%C3%A9%3F");
    }
}
