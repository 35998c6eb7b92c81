//! The command as its users meet it: a process with arguments, an environment, streams and an exit code.

mod address;
mod bad_answers;
mod bad_input;
mod documents;
mod fake;
mod help;
mod import;
mod import_trouble;
mod job;
mod output;
mod process;
mod sandbox;
mod signals;
mod user;
