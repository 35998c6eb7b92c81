//! Every operation from the client's method to the sandbox's records and back, over a socket.
//!
//! Each file tells a story about a family of calls and looks at what it left behind. The calls are noted on their way by
//! the name that they carry, and at the end every row of the operation table must have been there and been answered.

mod belonging;
mod fields;
mod identities;
mod lists;
mod signing_in;
mod users;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use zd_model::operation;
use zd_sandbox::{ADMIN_EMAIL, ADMIN_PASSWORD, CLIENT_ID, CLIENT_SECRET, Sandbox, Server};
use zd_transport::{
    HyperConfig, HyperTransport, OperationName, SharedTransport, Transport, TransportError,
};
use zd_users::{BaseUrl, Client, Credentials};

/// Notes which operations were answered with a success.
#[derive(Clone, Debug)]
struct Noting {
    inner: SharedTransport,
    answered: Arc<Mutex<BTreeSet<&'static str>>>,
}

#[async_trait]
impl Transport for Noting {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let name = request
            .extensions()
            .get::<OperationName>()
            .map(|name| name.0);
        let response = self.inner.send(request).await?;
        if response.status().is_success() {
            self.answered.lock().unwrap().extend(name);
        }
        Ok(response)
    }
}

/// A sandbox behind a socket, and everybody who calls it.
struct World {
    base: BaseUrl,
    noting: Noting,
    /// An admin with an OAuth client's token.
    admin: Client,
}

impl World {
    fn client(&self, credentials: Credentials) -> Client {
        client(&self.base, &self.noting, credentials)
    }

    /// The same admin, signed in with a password, which is what has a session.
    fn with_password(&self) -> Client {
        self.client(Credentials::password(ADMIN_EMAIL, ADMIN_PASSWORD))
    }
}

fn client(base: &BaseUrl, noting: &Noting, credentials: Credentials) -> Client {
    Client::builder(base.clone())
        .credentials(credentials)
        .transport(Arc::new(noting.clone()))
        .build()
        .unwrap()
}

#[tokio::test]
async fn every_operation_goes_there_and_back_over_a_socket() {
    let sandbox = Sandbox::builder()
        .rate_limits(false)
        .job_time(zd_sandbox::JobTime::INSTANT)
        .search_delay(std::time::Duration::ZERO)
        .build();
    let server = Server::start(sandbox, 0).await.unwrap();
    let base: BaseUrl = server.url().parse().unwrap();
    let noting = Noting {
        inner: Arc::new(HyperTransport::new(HyperConfig::default()).unwrap()),
        answered: Arc::default(),
    };
    let admin = client(
        &base,
        &noting,
        Credentials::client_credentials(CLIENT_ID, CLIENT_SECRET, Some("read write".to_owned())),
    );
    let world = World {
        base,
        noting,
        admin,
    };

    lists::story(&world).await;
    users::story(&world).await;
    identities::story(&world).await;
    fields::story(&world).await;
    belonging::story(&world).await;
    signing_in::story(&world).await;

    let answered = world.noting.answered.lock().unwrap().clone();
    let missing: Vec<_> = operation::ALL
        .iter()
        .map(|operation| operation.name)
        .filter(|name| !answered.contains(name))
        .collect();
    assert_eq!(missing, <[&str; 0]>::default(), "not answered: {missing:?}");
    server.shutdown().await;
}
