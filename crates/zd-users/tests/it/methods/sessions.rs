//! Sessions.

use zd_model::{SessionId, UserId};

use super::{NOTHING, cases};

const SESSION: &str = r#"{"session": {"id": 34, "user_id": 7, "authenticated_at": "2026-07-18T17:24:29Z",
    "last_seen_at": "2026-07-18T17:30:52Z"}}"#;

cases! {
    SESSIONS_LIST: sessions().list().page()
        => "GET /api/v2/sessions?page%5Bsize%5D=100", 200 r#"{"sessions": [{"id": 34, "user_id": 7}, {"id": 35, "user_id": 9}]}"#, |page| {
            assert_eq!(page.sessions[1].user_id.value(), Some(&UserId::new(9)));
        }
    SESSIONS_LIST_OF_USER: sessions().list_of_user(UserId::new(7)).page()
        => "GET /api/v2/users/7/sessions?page%5Bsize%5D=100", 200 r#"{"sessions": [{"id": 34, "user_id": 7}]}"#, |page| {
            assert_eq!(page.sessions.len(), 1);
        }
    // Documented as an array of one; an object is read too.
    SESSIONS_SHOW: sessions().get(UserId::new(7), SessionId::new(34))
        => "GET /api/v2/users/7/sessions/34", 200 r#"{"session": [{"id": 34, "user_id": 7}]}"#, |session| {
            assert_eq!(session.id, SessionId::new(34));
        }
    SESSIONS_DELETE: sessions().delete(UserId::new(7), SessionId::new(34))
        => "DELETE /api/v2/users/7/sessions/34", 204 NOTHING, |()| {}
    SESSIONS_DELETE_ALL: sessions().delete_all(UserId::new(7))
        => "DELETE /api/v2/users/7/sessions", 204 NOTHING, |()| {}
    SESSIONS_CURRENT: sessions().current()
        => "GET /api/v2/users/me/session", 200 SESSION, |session| {
            assert_eq!(session.user_id.value(), Some(&UserId::new(7)));
        }
    SESSIONS_RENEW: sessions().renew()
        => "GET /api/v2/users/me/session/renew", 200 r#"{"authenticity_token": "t0ken"}"#, |renewed| {
            assert_eq!(renewed.authenticity_token.expose(), "t0ken");
            assert!(!format!("{renewed:?}").contains("t0ken"));
        }
    SESSIONS_LOGOUT: sessions().logout()
        => "DELETE /api/v2/users/me/logout", 204 NOTHING, |()| {}
}
