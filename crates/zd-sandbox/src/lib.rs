#![doc = include_str!("../README.md")]

mod applied;
mod auth;
mod call;
mod clock;
mod errors;
mod faults;
mod handlers;
mod inspect;
mod job_time;
mod jobs;
mod limits;
mod multipart;
mod params;
mod render;
mod reply;
mod respond;
mod router;
mod sandbox;
mod seed;
mod server;
mod settings;
mod state;
mod transport;
mod warn;

pub use applied::{Applied, KeyCount};
pub use faults::{Fault, FaultKind, ParseFaultError};
pub use handlers::answers;
pub use job_time::{JobTime, ParseJobTimeError};
pub use sandbox::{Sandbox, SandboxBuilder};
pub use seed::{
    ADMIN_EMAIL, ADMIN_PASSWORD, AGENT_EMAIL, API_TOKEN, CLIENT_ID, CLIENT_SECRET, OAUTH_TOKEN,
};
pub use server::Server;
