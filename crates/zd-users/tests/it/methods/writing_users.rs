//! Users: creating, changing, deleting, merging, one and many.

use zd_model::{BrandId, JobState, Nullable, Role, UserId, UserInput};
use zd_users::Upserted;
use zd_users::endpoints::{BrandScope, DestroyManyUsers, UpdateManyUsers};

use super::{JOB, NOTHING, cases};

const USER: &str = r#"{"user": {"id": 7, "name": "Ann", "email": "ann@example.com"}}"#;

cases! {
    USERS_CREATE: users().create(&UserInput { email: Some("ann@example.com".to_owned()), role: Some(Role::EndUser), ..named() })
        => r#"POST /api/v2/users {"user":{"email":"ann@example.com","name":"Ann","role":"end-user"}}"#, 201 USER, |user| {
            assert_eq!(user.id, UserId::new(7));
        }
    USERS_CREATE_MANY: users().create_many(&[named(), named()])
        => r#"POST /api/v2/users/create_many {"users":[{"name":"Ann"},{"name":"Ann"}]}"#, 200 JOB, |job| {
            assert_eq!(job.status, JobState::Queued);
            assert!(job.results.entries().is_none());
        }
    // Rule 16.20: external ids match whatever their case is, and the answer has the case that was sent last.
    USERS_CREATE_OR_UPDATE: users().create_or_update(&keyed("A7"))
        => r#"POST /api/v2/users/create_or_update {"user":{"external_id":"A7"}}"#, 200 r#"{"user": {"id": 7, "external_id": "A7"}}"#, |upserted| {
            assert!(matches!(upserted, Upserted::Updated(_)));
            assert_eq!(upserted.record().external_id.value().unwrap().as_str(), "A7");
        }
    USERS_CREATE_OR_UPDATE: users().create_or_update(&UserInput { email: Some("ann@example.com".to_owned()), ..named() })
        => r#"POST /api/v2/users/create_or_update {"user":{"email":"ann@example.com","name":"Ann"}}"#, 201 USER, |upserted| {
            assert!(matches!(upserted, Upserted::Created(_)));
        }
    USERS_CREATE_OR_UPDATE_MANY: users().create_or_update_many(&[keyed("A7")])
        => r#"POST /api/v2/users/create_or_update_many {"users":[{"external_id":"A7"}]}"#, 200 JOB, |job| {
            assert_eq!(job.id.as_str(), "V3-5b3f09bd2a9c4d0e8f7a6b5c4d3e2f10");
        }
    // Rules 16.8 and 16.9: the answer to a new address or number shows the old ones.
    USERS_UPDATE: users().update(UserId::new(7), &UserInput {
            email: Some("new@example.com".to_owned()), phone: Nullable::Null, ..UserInput::default() })
        => r#"PUT /api/v2/users/7 {"user":{"email":"new@example.com","phone":null}}"#, 200
            r#"{"user": {"id": 7, "email": "ann@example.com", "phone": "+15551234"}}"#, |user| {
            assert_eq!(user.email.as_deref(), Some("ann@example.com"));
            assert_eq!(user.phone.as_deref(), Some("+15551234"));
        }
    // Rule 16.14: a text that was cleared may come back empty and not as null.
    USERS_UPDATE: users().update(UserId::new(7), &UserInput { details: Nullable::Null, notes: Nullable::Null, ..UserInput::default() })
        => r#"PUT /api/v2/users/7 {"user":{"details":null,"notes":null}}"#, 200 r#"{"user": {"id": 7, "details": "", "notes": null}}"#, |user| {
            assert_eq!(user.details.as_deref(), Some(""));
            assert!(user.notes.is_null());
        }
    USERS_UPDATE_MANY: users().update_many(&UpdateManyUsers::each(&[UserInput { id: Some(UserId::new(9)), ..named() }, keyed("A7")]))
        => r#"PUT /api/v2/users/update_many {"users":[{"id":9,"name":"Ann"},{"external_id":"A7"}]}"#, 200 JOB, |_job| {}
    USERS_UPDATE_MANY: users().update_many(&UpdateManyUsers::by_ids(&[UserId::new(9), UserId::new(7)], &named()))
        => r#"PUT /api/v2/users/update_many?ids=9%2C7 {"user":{"name":"Ann"}}"#, 200 JOB, |_job| {}
    USERS_UPDATE_MANY: users().update_many(&UpdateManyUsers::by_external_ids(&["A7".into(), "ü&".into()], &named()).brand(BrandScope::Unbranded))
        => r#"PUT /api/v2/users/update_many?external_ids=A7%2C%C3%BC%26&brand_id=0 {"user":{"name":"Ann"}}"#, 200 JOB, |_job| {}
    USERS_DELETE: users().delete(UserId::new(7))
        => "DELETE /api/v2/users/7", 200 r#"{"user": {"id": 7, "name": "Ann", "email": null, "external_id": null, "active": false}}"#, |user| {
            assert_eq!(user.active.value(), Some(&false));
            assert!(user.email.is_null() && user.external_id.is_null());
        }
    // Rule 16.5: the job that deletes calls itself an update.
    USERS_DESTROY_MANY: users().destroy_many(&DestroyManyUsers::by_ids(&[UserId::new(9), UserId::new(7)]))
        => "DELETE /api/v2/users/destroy_many?ids=9%2C7", 200
            r#"{"job_status": {"id": "V3-1", "job_type": "Bulk Update User", "status": "queued", "total": null}}"#, |job| {
            assert_eq!(job.job_type.as_deref(), Some("Bulk Update User"));
            assert!(job.total.is_null());
        }
    USERS_DESTROY_MANY: users().destroy_many(&DestroyManyUsers::by_external_ids(&["A7".into(), "b 8".into()]).brand(BrandScope::Of(BrandId::new(3))))
        => "DELETE /api/v2/users/destroy_many?external_ids=A7%2Cb+8&brand_id=3", 200 JOB, |_job| {}
    USERS_MERGE: users().merge(UserId::new(9), UserId::new(7))
        => r#"PUT /api/v2/users/9/merge {"user":{"id":7}}"#, 200 USER, |survivor| {
            assert_eq!(survivor.id, UserId::new(7));
        }
    USERS_REQUEST_CREATE: users().request_create(&UserInput { email: Some("ann@example.com".to_owned()), ..named() })
        => r#"POST /api/v2/users/request_create {"user":{"email":"ann@example.com","name":"Ann"}}"#, 200 NOTHING, |()| {}
    USERS_LOGOUT_MANY: users().logout_many(&[UserId::new(9), UserId::new(7)])
        => "POST /api/v2/users/logout_many?ids=9%2C7", 202 NOTHING, |()| {}
}

fn named() -> UserInput {
    UserInput {
        name: Some("Ann".to_owned()),
        ..UserInput::default()
    }
}

fn keyed(external_id: &str) -> UserInput {
    UserInput {
        external_id: external_id.into(),
        ..UserInput::default()
    }
}
