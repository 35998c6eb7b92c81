//! The command as its users meet it: a process with arguments, an environment, streams and an exit code.

mod address;
mod bad_answers;

mod fake;
mod help;

mod job;
mod output;
mod process;
mod sandbox;

mod user;
