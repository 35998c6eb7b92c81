//! Sessions: where users are signed in.

use zd_model::{RenewedSession, Session, SessionEnvelope, SessionId, SessionsPage, UserId};

use super::calls::{path_calls, path_lists};

path_lists! {
    /// `GET /api/v2/sessions`: all sessions for admins, their own for others.
    ListSessions() = SESSIONS_LIST => SessionsPage, by Cursor;
    /// `GET /api/v2/users/{user_id}/sessions`: the sessions of a user: anybody's for admins, their own for others.
    ListSessionsOfUser(user: UserId) = SESSIONS_LIST_OF_USER => SessionsPage, by Cursor;
}

path_calls! {
    /// `GET /api/v2/users/{user_id}/sessions/{session_id}`: a session: anybody's for admins, their own for others.
    ShowSession(user: UserId, id: SessionId) = SESSIONS_SHOW => {SessionEnvelope.session as Session};
    /// `DELETE /api/v2/users/{user_id}/sessions/{session_id}`: ends a session: anybody's for admins, their own for others.
    DeleteSession(user: UserId, id: SessionId) = SESSIONS_DELETE => {nothing};
    /// `DELETE /api/v2/users/{user_id}/sessions`: ends all sessions of a user: anybody's for admins, their own for others.
    DeleteSessions(user: UserId) = SESSIONS_DELETE_ALL => {nothing};
    /// `GET /api/v2/users/me/session`: the session of this very call; not found for callers with a token, who have none.
    ShowCurrentSession() = SESSIONS_CURRENT => {SessionEnvelope.session as Session};
    /// `GET /api/v2/users/me/session/renew`: keeps the session of this very call alive.
    RenewSession() = SESSIONS_RENEW => {RenewedSession};
    /// `DELETE /api/v2/users/me/logout`: ends the session of this very call.
    Logout() = SESSIONS_LOGOUT => {nothing};
}
