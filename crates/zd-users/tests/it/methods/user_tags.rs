//! Tags of users.

use zd_model::UserId;

use super::cases;

const TAGS: &str = r#"{"tags": ["vip", "süß"]}"#;

cases! {
    USER_TAGS_LIST: user_tags().list(UserId::new(7))
        => "GET /api/v2/users/7/tags", 200 TAGS, |tags| {
            assert_eq!(tags, ["vip", "süß"]);
        }
    USER_TAGS_SET: user_tags().set(UserId::new(7), &["vip".to_owned(), "süß".to_owned()])
        => r#"POST /api/v2/users/7/tags {"tags":["vip","süß"]}"#, 201 TAGS, |tags| {
            assert_eq!(tags.len(), 2);
        }
    // To take all of them is to set none.
    USER_TAGS_SET: user_tags().set(UserId::new(7), &[])
        => r#"POST /api/v2/users/7/tags {"tags":[]}"#, 201 r#"{"tags": []}"#, |tags| {
            assert!(tags.is_empty());
        }
    USER_TAGS_ADD: user_tags().add(UserId::new(7), &["vip".to_owned()])
        => r#"PUT /api/v2/users/7/tags {"tags":["vip"]}"#, 200 TAGS, |tags| {
            assert_eq!(tags.len(), 2);
        }
    USER_TAGS_REMOVE: user_tags().remove(UserId::new(7), &["old".to_owned()])
        => r#"DELETE /api/v2/users/7/tags {"tags":["old"]}"#, 200 TAGS, |tags| {
            assert!(!tags.contains(&"old".to_owned()));
        }
}
