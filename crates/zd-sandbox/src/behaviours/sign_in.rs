//! Credentials.

use super::{Fact, assumed, differs, reported};

pub(super) const FACTS: &[Fact] = &[
    reported("Anonymous `users/me` is 200 with a user without an id"),
    assumed("That id is null"),
    assumed("The errors are `invalid_token` and `invalid_client`"),
    reported("A scope that is not known is accepted, and the token is good for nothing"),
    assumed("A refreshed token keeps its scopes; `client_credentials` give no refresh token")
        .note("as OAuth 2.0 has it"),
    differs("API tokens go on working")
        .note("Zendesk's are reported to end on 2027-04-30; `api_tokens_end` says when here"),
    assumed("Signing in with a password takes any of one's addresses once one is verified"),
];
