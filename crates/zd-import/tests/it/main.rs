//! The engine against the sandbox, in process and under virtual time.

mod engine;
