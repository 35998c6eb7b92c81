//! Calls about sessions.

use zd_model::{RenewedSession, Session, SessionId, UserId};

use super::handle;
use crate::endpoints::{
    DeleteSession, DeleteSessions, ListSessions, ListSessionsOfUser, Logout, RenewSession,
    ShowCurrentSession, ShowSession,
};

handle! {
    /// Calls about sessions: where users are signed in. Callers with a token have none of their own.
    Sessions {
        /// Lists all sessions for admins, their own for others.
        lists list() -> ListSessions = ListSessions::new();
        /// Lists the sessions of a user.
        lists list_of_user(user: UserId) -> ListSessionsOfUser = ListSessionsOfUser::new(user);
        /// Shows a session.
        reads get(user: UserId, id: SessionId) -> Session = ShowSession::new(user, id);
        /// Ends a session.
        writes delete(user: UserId, id: SessionId) -> () = DeleteSession::new(user, id);
        /// Ends all sessions of a user.
        writes delete_all(user: UserId) -> () = DeleteSessions::new(user);
        /// Shows the session of this very call.
        reads current() -> Session = ShowCurrentSession::new();
        /// Keeps the session of this very call alive.
        reads renew() -> RenewedSession = RenewSession::new();
        /// Ends the session of this very call.
        writes logout() -> () = Logout::new();
    }
}
