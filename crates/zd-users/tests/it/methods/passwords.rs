//! Passwords.

use zd_model::UserId;

use super::{NOTHING, cases};

cases! {
    PASSWORDS_SET: passwords().set(UserId::new(7), &"n3w \"one\"".into())
        => r#"POST /api/v2/users/7/password {"password":"n3w \"one\""}"#, 200 NOTHING, |()| {}
    PASSWORDS_CHANGE: passwords().change(UserId::new(7), &"0ld".into(), &"n3w".into())
        => r#"PUT /api/v2/users/7/password {"previous_password":"0ld","password":"n3w"}"#, 200 NOTHING, |()| {}
    PASSWORDS_REQUIREMENTS: passwords().requirements(UserId::new(7))
        => "GET /api/v2/users/7/password/requirements", 200
            r#"{"requirements": ["must be at least 5 characters", "must be different from email address"]}"#, |requirements| {
            assert_eq!(requirements.len(), 2);
        }
}
