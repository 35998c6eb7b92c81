//! A sandbox that this process serves, so that a test can look behind the command's back and move the account's clock.

use std::collections::BTreeMap;
use std::process::Child;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value};
use zd_model::UserInput;
use zd_sandbox::{JobTime, Sandbox, SandboxBuilder, Server};
use zd_transport::Credentials;
use zd_users::Client;

use crate::process::{Ran, Zd, finish};

/// An account behind a socket of this process. Lives in a runtime of one thread, whose clock can be moved.
pub(crate) struct Served {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    server: Server,
}

impl Served {
    /// Jobs take no time, and nothing is refused for coming too often.
    pub(crate) async fn start(builder: SandboxBuilder) -> Self {
        let sandbox = builder
            .rate_limits(false)
            .job_time(JobTime::INSTANT)
            .build();
        let client = Client::builder("http://localhost".parse::<zd_users::BaseUrl>().unwrap())
            .credentials(Credentials::Bearer(zd_sandbox::OAUTH_TOKEN.into()))
            .transport(sandbox.transport())
            .build()
            .unwrap();
        Self {
            server: Server::start(sandbox.clone(), 0).await.unwrap(),
            sandbox,
            client,
        }
    }

    /// A directory to run commands in, signed in to the account.
    pub(crate) fn zd(&self) -> Zd {
        Zd::new()
            .env("ZD_BASE_URL", &self.server.url())
            .env("ZD_OAUTH_TOKEN", zd_sandbox::OAUTH_TOKEN)
    }

    /// Runs a command while the account answers.
    pub(crate) async fn run(zd: &Zd, arguments: &[&str]) -> Ran {
        Self::end(zd.command(arguments).spawn().unwrap()).await
    }

    /// Waits for a command while the account answers.
    pub(crate) async fn end(child: Child) -> Ran {
        tokio::task::spawn_blocking(|| finish(child)).await.unwrap()
    }

    /// Creates or updates users in bulk.
    pub(crate) async fn upsert(&self, users: &[UserInput]) {
        for batch in users.chunks(100) {
            let users = self.client.users();
            users.create_or_update_many(batch).await.unwrap();
            // Looking brings the job to its end.
            let _counted = self.sandbox.applied();
        }
    }

    /// Two minutes pass: what was changed may be exported.
    pub(crate) async fn later(&self) {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(120)).await;
        tokio::time::resume();
    }

    /// Everybody by id, deleted users included, with everything there is to see, as the account says it.
    pub(crate) async fn everybody(&self) -> BTreeMap<u64, Map<String, Value>> {
        let mut users = BTreeMap::new();
        let mut from = "start_time=0".to_owned();
        loop {
            let request = Request::get(format!(
                "http://localhost/api/v2/incremental/users/cursor?{from}"
            ))
            .header(
                "authorization",
                format!("Bearer {}", zd_sandbox::OAUTH_TOKEN),
            )
            .body(Bytes::new());
            let answer = self.sandbox.transport().send(request.unwrap()).await;
            let mut page: Value = serde_json::from_slice(answer.unwrap().body()).unwrap();
            for user in page["users"].as_array_mut().unwrap() {
                let id = user["id"].as_u64().unwrap();
                users.insert(id, user.as_object_mut().map(std::mem::take).unwrap());
            }
            if page["end_of_stream"] == true {
                return users;
            }
            // Others are answered meanwhile.
            tokio::task::yield_now().await;
            from = format!("cursor={}", page["after_cursor"].as_str().unwrap());
        }
    }
}
