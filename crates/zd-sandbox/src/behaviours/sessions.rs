//! Sessions.

use super::{Fact, assumed, differs, documented};

pub(super) const FACTS: &[Fact] = &[
    documented("Admins see and end everybody's, others their own"),
    assumed("Another's is 403 whether there or not"),
    documented("`GET /sessions` has cursors only, the list of a user both ways"),
    assumed("Both are by id; `sort` does nothing"),
    documented("A single session stands in an array").note("whether it is so is not known"),
    documented("`last_seen_at` does not move at every request"),
    assumed("It moves once a minute at most"),
    documented("Who calls with a token has no session, and logging out does nothing for them"),
    assumed("Their `users/me/session` and its renewal are 404, their `users/me/logout` is 204"),
    differs("A request with a password begins a session if none of that user is there, and is of it from then on; ended, the next one begins another").note("Zendesk's begin in browsers, and requests with a password have none (documented); there is no page to sign in at here"),
    documented("A renewal gives a new `authenticity_token`"),
    assumed("A renewal marks the session as seen"),
    documented("`logout_many` is 202 without a body, the sessions of those it names are over"),
    assumed("`logout_many` passes over unknown ids"),
    assumed("Who is deleted, merged away or suspended is signed out; password and preferences go with who is deleted"),
];
