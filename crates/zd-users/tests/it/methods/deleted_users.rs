//! Deleted users.

use zd_model::UserId;
use zd_users::endpoints::ListDeletedUsers;

use super::{COUNT, cases};

const DELETED: &str = r#"{"deleted_user": {"id": 7, "url": "https://acme.zendesk.com/api/v2/deleted_users/7.json", "name": "Ann",
    "email": "ann@example.com", "phone": null, "photo": null, "shared_phone_number": null, "role": "end-user", "active": false}}"#;

cases! {
    DELETED_USERS_LIST: deleted_users().list(ListDeletedUsers::new()).page()
        => "GET /api/v2/deleted_users?page%5Bsize%5D=100", 200
            r#"{"deleted_users": [{"id": 7, "active": false}], "meta": {"has_more": true, "after_cursor": "c", "before_cursor": "b"}}"#, |page| {
            assert_eq!(page.deleted_users[0].active.value(), Some(&false));
        }
    DELETED_USERS_LIST: deleted_users().list(ListDeletedUsers::new().sort("-updated_at").page_size(10).after("c")).page()
        => "GET /api/v2/deleted_users?sort=-updated_at&page%5Bsize%5D=10&page%5Bafter%5D=c", 200 r#"{"deleted_users": []}"#, |page| {
            assert!(page.deleted_users.is_empty());
        }
    DELETED_USERS_COUNT: deleted_users().count()
        => "GET /api/v2/deleted_users/count", 200 COUNT, |count| {
            assert_eq!(count.value, 102);
        }
    DELETED_USERS_SHOW: deleted_users().get(UserId::new(7))
        => "GET /api/v2/deleted_users/7", 200 DELETED, |user| {
            assert_eq!(user.name.as_deref(), Some("Ann"));
            assert!(user.photo.is_null());
        }
    DELETED_USERS_PURGE: deleted_users().purge(UserId::new(7))
        => "DELETE /api/v2/deleted_users/7", 200 DELETED, |user| {
            assert_eq!(user.id, UserId::new(7));
        }
}
