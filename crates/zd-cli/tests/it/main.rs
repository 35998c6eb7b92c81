//! The command as its users meet it: a process with arguments, an environment, streams and an exit code.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod address;
mod api;
mod bad_answers;
mod bad_input;
mod documents;
mod export;
mod export_round_trip;
mod fake;
mod formats;
mod help;
mod import;
mod import_diff;
mod import_trouble;
mod job;
mod limits;
mod map;
mod output;
mod process;
mod resume;
mod retry_failed;
mod run_signals;
mod runs;
mod sandbox;
mod sandbox_address;
mod sandbox_background;
mod sandbox_bench;
mod sandbox_contract;
mod sandbox_lasting;
mod sandbox_start;
mod sandbox_verify;
mod secrets;
mod served;
mod signals;
mod user;
mod verbs;
