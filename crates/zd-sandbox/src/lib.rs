#![doc = include_str!("../README.md")]

mod answer;
mod applied;
mod auth;
mod behaviours;
mod builder;
mod call;
mod choices;
mod clock;
mod data;
mod errors;
mod faults;
mod handlers;
mod inspect;
mod job_time;
mod jobs;
mod limits;
mod log;
mod multipart;
mod others;
mod params;
mod plan;
mod render;
mod reply;
mod respond;
mod router;
mod sandbox;
mod seed;
mod server;
mod settings;
mod shell;
mod span;
mod state;
mod tokens;
mod transport;
mod warn;

pub use applied::{Applied, KeyCount};
pub use behaviours::{Behaviour, Known, behaviours};
pub use builder::{ParseTimeError, SandboxBuilder};
pub use choices::{CHOICES, Choice, ChoiceError};
pub use clock::ClockState;
pub use data::DataError;
pub use faults::{Fault, ParseFaultError};
pub use handlers::answers;
pub use job_time::{JobTime, ParseJobTimeError};
pub use others::{OtherJobs, Others, ParseOthersError};
pub use plan::{ParsePlanError, ParseRateHeadersError, Plan, RateHeaders};
pub use sandbox::{InspectError, Sandbox};
pub use seed::{
    ADMIN_EMAIL, ADMIN_PASSWORD, AGENT_EMAIL, API_TOKEN, CLIENT_ID, CLIENT_SECRET, OAUTH_TOKEN,
    REFRESH_TOKEN,
};
pub use server::Server;
