//! The transport over real sockets, and the layers over scripts.

mod auth;
mod bad_cases;
mod client;
mod contract;
mod mangled;
mod proxies;
mod retry;
mod retry_properties;
mod server;
mod stack;
mod tls;
mod trace;
