//! Credentials.

use super::{Fact, assumed, reported};

pub(super) const FACTS: &[Fact] = &[
    reported("Anonymous `users/me` is 200 with a user without an id"),
    assumed("That id is null"),
    assumed("The errors are `invalid_token` and `invalid_client`"),
    assumed("Signing in with a password takes any of one's addresses once one is verified"),
];
