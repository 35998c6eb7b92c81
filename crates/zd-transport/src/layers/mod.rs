//! Layers: transports around a transport.

mod auth;
mod retry;
mod stack;

pub use auth::{AuthLayer, Credentials};
pub use retry::{RetryConfig, RetryLayer};
pub use stack::{Layer, Stack};
