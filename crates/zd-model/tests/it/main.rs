//! What a user of this crate relies on: nothing is lost, nothing is changed, nothing panics.

#![expect(
    clippy::unwrap_used,
    reason = "tests; clippy's own allowance does not reach their helpers"
)]

mod difference;
mod fixtures;
mod numbers;
mod operations;
mod properties;
mod records;
mod writing;
