//! A local Zendesk for tests and rehearsals.
//!
//! Skeleton; the crate's README becomes this text.

mod handlers;
mod request;
mod router;
mod sandbox;
mod server;
mod state;

pub use sandbox::{Sandbox, SandboxBuilder};
pub use server::Server;
