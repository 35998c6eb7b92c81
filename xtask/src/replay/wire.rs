//! Requests to a sandbox, and whole answers with their headers.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    /// The body as JSON; text that is no JSON is a string.
    pub(crate) body: Value,
}

impl Answer {
    fn retry_after(&self) -> Option<Duration> {
        let (_, value) = self
            .headers
            .iter()
            .find(|(name, _)| name == "retry-after")?;
        value.parse().ok().map(Duration::from_secs)
    }
}

/// A sandbox behind its address; the admin calls.
#[derive(Debug)]
pub(crate) struct Wire {
    agent: Agent,
    url: String,
}

impl Wire {
    pub(crate) fn new(url: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self {
            agent: config.new_agent(),
            url: url.trim_end_matches('/').to_owned(),
        }
    }

    /// Sends a request once.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        let (address, admin) = (format!("{}{path}", self.url), credentials());
        let without = match method {
            "GET" => Some(self.agent.get(&address)),
            "DELETE" => Some(self.agent.delete(&address)),
            _ => None,
        };
        let response = if let Some(request) = without {
            let request = request.header("authorization", &admin);
            match body {
                // Recorded deletions have bodies, which Zendesk does not read.
                Some(body) => request.force_send_body().send_json(body),
                None => request.call(),
            }
        } else {
            let request = match method {
                "POST" => self.agent.post(&address),
                "PUT" => self.agent.put(&address),
                other => bail!("no way to send {other}"),
            };
            let request = request.header("authorization", &admin);
            match body {
                Some(body) => request.send_json(body),
                None => request.send_empty(),
            }
        };
        read(response.with_context(|| format!("{method} {path}"))?)
    }

    /// Sends a request, and again where the rate limits say so.
    pub(crate) fn send_patiently(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Answer> {
        for _ in 0..10 {
            let answer = self.send(method, path, body)?;
            if answer.status != 429 {
                return Ok(answer);
            }
            std::thread::sleep(answer.retry_after().unwrap_or(Duration::from_secs(1)));
        }
        bail!("{method} {path} was refused ten times with 429")
    }

    /// Sends a request that prepares others; anything but success is an error.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let answer = self.send_patiently(method, path, body)?;
        ensure!(
            (200..300).contains(&answer.status),
            "{method} {path} answers {}: {}",
            answer.status,
            answer.body
        );
        Ok(answer.body)
    }

    /// Gives a user a picture, as a form; everything else takes JSON.
    pub(crate) fn give_photo(&self, user: &str) -> anyhow::Result<()> {
        let path = format!("/api/v2/users/{user}.json");
        let form = "--edge\r\nContent-Disposition: form-data; name=\"user[photo][uploaded_data]\"; \
                    filename=\"me.png\"\r\nContent-Type: image/png\r\n\r\n\u{1}PNG\r\n--edge--\r\n";
        for _ in 0..10 {
            let request = self.agent.put(format!("{}{path}", self.url));
            let request = request
                .header("authorization", credentials())
                .header("content-type", "multipart/form-data; boundary=edge");
            let answer = read(request.send(form)?)?;
            if answer.status == 429 {
                std::thread::sleep(answer.retry_after().unwrap_or(Duration::from_secs(1)));
                continue;
            }
            ensure!(
                answer.status == 200,
                "PUT {path} with a picture: {}",
                answer.body
            );
            return Ok(());
        }
        bail!("PUT {path} was refused ten times with 429")
    }
}

fn credentials() -> String {
    format!("Bearer {}", zd_sandbox::OAUTH_TOKEN)
}

fn read(mut response: Response<ureq::Body>) -> anyhow::Result<Answer> {
    let headers = response.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    });
    let headers = headers.collect();
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string()?;
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok(Answer {
        status,
        headers,
        body,
    })
}
