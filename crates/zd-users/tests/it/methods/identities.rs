//! Identities, as agents see and change them.

use zd_model::{
    IdentityId, IdentityInput, IdentityType, IdentityUpdate, Nullable, UserId, VerificationMethod,
};

use super::{NOTHING, cases};

const IDENTITY: &str = r#"{"identity": {"url": "https://acme.zendesk.com/api/v2/users/7/identities/8.json", "id": 8, "user_id": 7,
    "type": "email", "value": "ann@example.com", "verified": true, "primary": false, "undeliverable_count": 0,
    "deliverable_state": "reserved_example", "verification_method": "low", "verified_at": null}}"#;
// The new primary one comes first.
const ALL: &str = r#"{"identities": [{"id": 8, "type": "email", "primary": true}, {"id": 6, "type": "email", "primary": false}],
    "next_page": null, "previous_page": null, "count": 2}"#;

cases! {
    IDENTITIES_LIST: identities().list(UserId::new(7)).page()
        => "GET /api/v2/users/7/identities?page%5Bsize%5D=100", 200 ALL, |page| {
            assert_eq!(page.identities.len(), 2);
        }
    IDENTITIES_SHOW: identities().get(UserId::new(7), IdentityId::new(8))
        => "GET /api/v2/users/7/identities/8", 200 IDENTITY, |identity| {
            assert_eq!(identity.r#type.value(), Some(&IdentityType::Email));
            assert_eq!(identity.verification_method.value(), Some(&VerificationMethod::Low));
        }
    IDENTITIES_CREATE: identities().create(UserId::new(7), &verified_address())
        => r#"POST /api/v2/users/7/identities {"identity":{"type":"email","value":"ann@example.com","verified":true,"primary":false,"verification_method":"low","skip_verify_email":true}}"#,
            201 IDENTITY, |identity| {
            assert_eq!(identity.id, IdentityId::new(8));
        }
    IDENTITIES_UPDATE: identities().update(UserId::new(7), IdentityId::new(8), &not_verified())
        => r#"PUT /api/v2/users/7/identities/8 {"identity":{"value":"ann@example.com","verified":false}}"#, 200 IDENTITY, |identity| {
            assert_eq!(identity.value.as_deref(), Some("ann@example.com"));
        }
    IDENTITIES_MAKE_PRIMARY: identities().make_primary(UserId::new(7), IdentityId::new(8))
        => "PUT /api/v2/users/7/identities/8/make_primary", 200 ALL, |identities| {
            assert_eq!(identities[0].id, IdentityId::new(8));
            assert_eq!(identities[0].primary.value(), Some(&true));
        }
    IDENTITIES_VERIFY: identities().verify(UserId::new(7), IdentityId::new(8))
        => "PUT /api/v2/users/7/identities/8/verify", 200 IDENTITY, |identity| {
            assert_eq!(identity.verified.value(), Some(&true));
        }
    IDENTITIES_REQUEST_VERIFICATION: identities().request_verification(UserId::new(7), IdentityId::new(8))
        => "PUT /api/v2/users/7/identities/8/request_verification", 200 NOTHING, |()| {}
    IDENTITIES_DELETE: identities().delete(UserId::new(7), IdentityId::new(8))
        => "DELETE /api/v2/users/7/identities/8", 204 NOTHING, |()| {}
}

fn verified_address() -> IdentityInput {
    let mut identity = IdentityInput::new(IdentityType::Email, "ann@example.com");
    identity.verified = Nullable::Value(true);
    identity.primary = Nullable::Value(false);
    identity.verification_method = Nullable::Value(VerificationMethod::Low);
    identity.skip_verify_email = Nullable::Value(true);
    identity
}

fn not_verified() -> IdentityUpdate {
    let mut update = IdentityUpdate::new();
    update.value = "ann@example.com".into();
    update.verified = Nullable::Value(false);
    update
}
