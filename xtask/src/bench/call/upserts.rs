//! The same upserts by the client and by bare hyper, in this process.

use anyhow::ensure;
use bytes::Bytes;
use http::Uri;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use zd_model::UserInput;
use zd_transport::Credentials;
use zd_users::{BaseUrl, Client};

use crate::bench::load::Connection;
use crate::sandbox::Sandbox;

/// Somebody, and the bytes that say so.
#[derive(Debug)]
pub(super) struct Person {
    input: UserInput,
    body: Bytes,
}

/// A hundred people, over and over.
pub(super) fn people(calls: usize) -> anyhow::Result<Vec<Person>> {
    (0..calls)
        .map(|call| {
            let number = call % 100;
            let fields = json!({"crm_id": format!("CRM-{number:06}"), "seats": number % 40});
            let Value::Object(fields) = fields else {
                anyhow::bail!("fields are an object");
            };
            let input = UserInput {
                name: Some(format!("Person Number {number}")),
                email: Some(format!("person.{number}@call.example")),
                external_id: format!("call-{number}").as_str().into(),
                phone: format!("+4930500{number:04}").into(),
                tags: vec!["imported".to_owned(), "call".to_owned()].into(),
                user_fields: fields.into(),
                ..UserInput::default()
            };
            let body = serde_json::to_vec(&json!({ "user": input }))?.into();
            Ok(Person { input, body })
        })
        .collect()
}

/// The client as its builder makes it.
pub(super) fn client(url: &str) -> anyhow::Result<Client> {
    let base: BaseUrl = url.parse()?;
    let credentials = Credentials::ApiToken {
        email: zd_sandbox::ADMIN_EMAIL.to_owned(),
        token: zd_sandbox::API_TOKEN.to_owned().into(),
    };
    Ok(Client::builder(base).credentials(credentials).build()?)
}

pub(super) async fn connection(sandbox: &Sandbox) -> anyhow::Result<Connection> {
    let address = sandbox.url.strip_prefix("http://").unwrap_or_default();
    Connection::open(address.parse()?).await
}

/// CPU microseconds a call: from a value to a value.
pub(super) async fn ours(client: &Client, people: &[Person]) -> anyhow::Result<f64> {
    let before = cpu_micros();
    for Person { input, .. } in people {
        let upserted = client.users().create_or_update(input).await?;
        let same = upserted.record().external_id == input.external_id;
        ensure!(same, "somebody else was changed");
    }
    Ok((cpu_micros() - before) / people.len() as f64)
}

/// CPU microseconds a call: the bytes of a body out, the bytes of an answer in, nothing made of either.
pub(super) async fn bare(connection: &mut Connection, people: &[Person]) -> anyhow::Result<f64> {
    let uri = Uri::from_static("/api/v2/users/create_or_update");
    let before = cpu_micros();
    for Person { body, .. } in people {
        let answer = connection.post(&uri, body.clone()).await?;
        ensure!(
            answer.starts_with(b"{\"user\":"),
            "an answer of another kind"
        );
    }
    let spent = cpu_micros() - before;
    Ok(spent / people.len() as f64)
}

/// What this process has used.
fn cpu_micros() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}
