//! End users about themselves.

use zd_model::{User, UserEnvelope, UserId, UserInput};

use super::calls::{body_calls, path_calls};
use crate::RequestError;

fn check_change(user: &UserInput) -> Result<(), RequestError> {
    if *user == UserInput::default() {
        return Err(RequestError::Empty { what: "change" });
    }
    Ok(())
}

path_calls! {
    /// `GET /api/v2/end_users/{user_id}`: an end user with the sixteen keys that end users see.
    ///
    /// For verified end users about themselves, and for agents. An end user whose primary address is not verified sees the
    /// secondary one as `email` (documented).
    ShowEndUser(id: UserId) = END_USERS_SHOW => {UserEnvelope.user as User};
}

body_calls! {
    /// `PUT /api/v2/end_users/{user_id}`: changes what an end user may change: name, phone, time zone, locale and the like;
    /// which attributes exactly is not documented, others are ignored. For verified end users about themselves, and for agents.
    UpdateEndUser(id: UserId, ["user"] change: UserInput) = END_USERS_UPDATE => {UserEnvelope.user as User} unless check_change;
}
