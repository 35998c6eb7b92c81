//! Calls to a sandbox.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;
use zd_model::operation::Method;

/// Who calls.
#[derive(Clone, Debug, Default)]
pub(crate) enum Caller {
    /// The admin, with the sandbox's OAuth token.
    #[default]
    Admin,
    /// The user with this address, with the API token.
    User(String),
    /// The user with this address, signed in with this password.
    Password(String, String),
    /// Nobody.
    Nobody,
}

/// A request to an operation.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// The values of the path's parameters, in order.
    pub(crate) values: Vec<String>,
    /// What stands behind the question mark.
    pub(crate) query: String,
    pub(crate) body: Option<Value>,
    pub(crate) caller: Caller,
}

impl Call {
    /// With these values of the path's parameters.
    pub(crate) fn of<T: ToString>(values: impl IntoIterator<Item = T>) -> Self {
        let values = values.into_iter().map(|value| value.to_string()).collect();
        Self {
            values,
            ..Self::default()
        }
    }

    /// Without parameters.
    pub(crate) fn plain() -> Self {
        Self::default()
    }

    pub(crate) fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }

    pub(crate) fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) fn by(mut self, caller: Caller) -> Self {
        self.caller = caller;
        self
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body as JSON; text that is no JSON is a string, and no text the empty one.
    pub(crate) body: Value,
}

impl Answer {
    /// Whether the sandbox has no such operation.
    pub(crate) fn is_missing(&self) -> bool {
        self.status == 404 && self.body["error"] == "InvalidEndpoint"
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A sandbox behind its address.
#[derive(Debug)]
pub(crate) struct Api {
    agent: Agent,
    url: String,
    /// The seed's people whom no case has taken, once they were asked for.
    pub(super) people: RefCell<Vec<Value>>,
    /// How many records were named.
    pub(super) named: Cell<usize>,
}

impl Api {
    pub(crate) fn new(url: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self {
            agent: config.new_agent(),
            url: url.trim_end_matches('/').to_owned(),
            people: RefCell::default(),
            named: Cell::new(0),
        }
    }

    /// Sends a call to a path with parameters in braces; waits where the rate limits say so.
    pub(crate) fn send(&self, method: Method, path: &str, call: &Call) -> anyhow::Result<Answer> {
        let mut address = format!("{}{}", self.url, filled(path, &call.values)?);
        if !call.query.is_empty() {
            address.push('?');
            address.push_str(&call.query);
        }
        for _ in 0..10 {
            let mut response = self.request(method, &address, call)?;
            if response.status() == 429 {
                let wait = response.headers().get("retry-after");
                let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok());
                std::thread::sleep(Duration::from_secs(wait.unwrap_or(1)));
                continue;
            }
            let status = response.status().as_u16();
            let text = response.body_mut().read_to_string()?;
            let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
            return Ok(Answer { status, body });
        }
        bail!("{} {path} was refused ten times with 429", method.as_str())
    }

    fn request(
        &self,
        method: Method,
        address: &str,
        call: &Call,
    ) -> anyhow::Result<Response<ureq::Body>> {
        let authorization = match &call.caller {
            Caller::Admin => Some(format!("Bearer {}", zd_sandbox::OAUTH_TOKEN)),
            Caller::User(email) => Some(basic(&format!("{email}/token"), zd_sandbox::API_TOKEN)),
            Caller::Password(email, password) => Some(basic(email, password)),
            Caller::Nobody => None,
        };
        let without = match method {
            Method::Get => Some(self.agent.get(address)),
            Method::Delete => Some(self.agent.delete(address)),
            _ => None,
        };
        let response = if let Some(mut request) = without {
            if let Some(value) = &authorization {
                request = request.header("authorization", value);
            }
            match &call.body {
                // Tags are removed with a body.
                Some(body) => request.force_send_body().send_json(body),
                None => request.call(),
            }
        } else {
            let mut request = match method {
                Method::Post => self.agent.post(address),
                Method::Put => self.agent.put(address),
                other => bail!("no way to send {}", other.as_str()),
            };
            if let Some(value) = &authorization {
                request = request.header("authorization", value);
            }
            match &call.body {
                Some(body) => request.send_json(body),
                None => request.send_empty(),
            }
        };
        response.with_context(|| format!("{} {address}", method.as_str()))
    }

    /// Sends a call that prepares another; anything but success is an error.
    pub(crate) fn ask(&self, method: Method, path: &str, call: &Call) -> anyhow::Result<Value> {
        let answer = self.send(method, path, call)?;
        ensure!(
            answer.is_success(),
            "{} {path} answers {}: {}",
            method.as_str(),
            answer.status,
            answer.body
        );
        Ok(answer.body)
    }

    /// `GET` of a path without parameters.
    pub(crate) fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.ask(Method::Get, path, &Call::plain())
    }
}

/// A path with its parameters' values.
fn filled(path: &str, values: &[String]) -> anyhow::Result<String> {
    let mut values = values.iter();
    let mut segments = Vec::new();
    for segment in path.split('/') {
        if segment.starts_with('{') {
            segments.push(
                values
                    .next()
                    .with_context(|| format!("no value for {segment}"))?
                    .as_str(),
            );
        } else {
            segments.push(segment);
        }
    }
    ensure!(
        values.next().is_none(),
        "more values than parameters in {path}"
    );
    Ok(segments.join("/"))
}

fn basic(user: &str, password: &str) -> String {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
    format!("Basic {encoded}")
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn a_path_takes_as_many_values_as_it_has_parameters() {
        let values = |list: &[&str]| {
            list.iter()
                .map(|each| (*each).to_owned())
                .collect::<Vec<_>>()
        };
        let path = "/a/{id}/b/{b_id}";
        assert_eq!(filled(path, &values(&["1", "2"])).unwrap(), "/a/1/b/2");
        assert!(filled(path, &values(&["1"])).is_err());
        assert!(filled(path, &values(&["1", "2", "3"])).is_err());
    }
}
