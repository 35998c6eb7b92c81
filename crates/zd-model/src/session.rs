//! Sessions: where users are signed in.

use serde::{Deserialize, Deserializer, Serialize};

use crate::record::record;
use crate::{Secret, SessionId, Timestamp, UserId};

record! {
    /// A session of a user who signed in.
    Session(
        /// The id.
        id: SessionId
    ) {
        /// Where the API shows it.
        url: String,
        /// Whose it is.
        user_id: UserId,
        /// When the user signed in.
        authenticated_at: Timestamp,
        /// When the user was last seen, to within a few minutes.
        last_seen_at: Timestamp,
    }
}

record! {
    /// What keeping a session alive gives.
    RenewedSession(
        /// A new token for forms. A secret.
        authenticity_token: Secret
    ) {}
}

/// `{"session": {…}}`
///
/// The vendor's document shows an array of one session there; that is read too, and written as an object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SessionEnvelope {
    /// The session.
    pub session: Session,
}

impl<'de> Deserialize<'de> for SessionEnvelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;

        #[derive(Deserialize)]
        struct Raw {
            session: serde_json::Value,
        }
        let session = match Raw::deserialize(deserializer)?.session {
            serde_json::Value::Array(sessions) => sessions
                .into_iter()
                .next()
                .ok_or_else(|| D::Error::custom("no session in the array"))?,
            session => session,
        };
        let session = Session::deserialize(session).map_err(D::Error::custom)?;
        Ok(Self { session })
    }
}
