//! End users about themselves, and their identities.

use zd_model::{IdentityId, IdentityInput, IdentityType, UserId, UserInput};

use super::{NOTHING, cases};

// End users see fewer keys than agents: what is missing is absent, not null.
const USER: &str = r#"{"user": {"id": 7, "name": "Ann", "email": "ann@example.com", "time_zone": "Berlin", "role": "end-user",
    "phone": null, "verified": true, "photo": null, "locale": "de", "organization_id": null}}"#;
const IDENTITY: &str = r#"{"identity": {"id": 8, "user_id": 7, "type": "phone_number", "value": "+15551234", "primary": true}}"#;

cases! {
    END_USERS_SHOW: end_users().get(UserId::new(7))
        => "GET /api/v2/end_users/7", 200 USER, |user| {
            assert!(user.phone.is_null());
            assert!(user.notes.is_absent() && user.external_id.is_absent());
        }
    END_USERS_UPDATE: end_users().update(UserId::new(7), &UserInput { time_zone: "Berlin".into(), ..UserInput::default() })
        => r#"PUT /api/v2/end_users/7 {"user":{"time_zone":"Berlin"}}"#, 200 USER, |user| {
            assert_eq!(user.time_zone.as_deref(), Some("Berlin"));
        }
    END_USER_IDENTITIES_LIST: end_users().identities(UserId::new(7)).page()
        => "GET /api/v2/end_users/7/identities?page%5Bsize%5D=100", 200
            r#"{"identities": [{"id": 8, "type": "email"}], "meta": {"has_more": false, "after_cursor": null, "before_cursor": null}}"#, |page| {
            assert_eq!(page.identities[0].id, IdentityId::new(8));
        }
    END_USER_IDENTITIES_SHOW: end_users().identity(UserId::new(7), IdentityId::new(8))
        => "GET /api/v2/end_users/7/identities/8", 200 IDENTITY, |identity| {
            assert_eq!(identity.r#type.value(), Some(&IdentityType::PhoneNumber));
        }
    END_USER_IDENTITIES_CREATE: end_users().create_identity(UserId::new(7), &IdentityInput::new(IdentityType::PhoneNumber, "+15551234"))
        => r#"POST /api/v2/end_users/7/identities {"identity":{"type":"phone_number","value":"+15551234"}}"#, 201 IDENTITY, |identity| {
            assert_eq!(identity.value.as_deref(), Some("+15551234"));
        }
    END_USER_IDENTITIES_MAKE_PRIMARY: end_users().make_identity_primary(UserId::new(7), IdentityId::new(8))
        => "PUT /api/v2/end_users/7/identities/8/make_primary", 200
            r#"{"identities": [{"id": 8, "primary": true}, {"id": 6, "primary": false}]}"#, |identities| {
            assert_eq!(identities.len(), 2);
        }
    END_USER_IDENTITIES_REQUEST_VERIFICATION: end_users().request_identity_verification(UserId::new(7), IdentityId::new(8))
        => "PUT /api/v2/end_users/7/identities/8/request_verification", 200 NOTHING, |()| {}
    END_USER_IDENTITIES_DELETE: end_users().delete_identity(UserId::new(7), IdentityId::new(8))
        => "DELETE /api/v2/end_users/7/identities/8", 204 NOTHING, |()| {}
}
