//! Layers: transports around a transport.

mod auth;
mod retry;
mod stack;
mod trace;

pub use auth::{AuthLayer, Credentials};
pub use retry::{RetryConfig, RetryEvent, RetryLayer, RetryObserver, RetryReason};
pub use stack::{Layer, Stack};
pub use trace::TraceLayer;
