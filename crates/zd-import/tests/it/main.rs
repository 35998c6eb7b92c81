//! Inputs of every kind, and the engine against the sandbox, in process and under virtual time.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should say where, and stop"
)]

mod account;
mod audit;
mod compare;
mod corpus;
mod engine;
mod failed_file;
mod journal;
mod mapping;
mod packed;
mod people;
mod results;
mod schedule;
mod second_pass;
mod simulation;
mod size;

use zd_sandbox::{ADMIN_EMAIL, API_TOKEN, Sandbox};
use zd_transport::Credentials;
use zd_users::Client;

/// A client of the sandbox, signed in as its admin.
fn client(sandbox: &Sandbox) -> Client {
    let base: zd_users::BaseUrl = "http://127.0.0.1".parse().unwrap();
    Client::builder(base)
        .credentials(Credentials::ApiToken {
            email: ADMIN_EMAIL.to_owned(),
            token: API_TOKEN.to_owned().into(),
        })
        .transport(sandbox.transport())
        .build()
        .unwrap()
}
