//! Incremental exports.

use zd_model::UserId;
use zd_users::endpoints::{ExportUsers, ExportUsersByTime};

use super::cases;

const BY_CURSOR: &str = r#"{"users": [{"id": 7, "active": false}], "after_url": "https://acme.zendesk.com/x",
    "before_url": null, "after_cursor": "MTY5NTA1MzAwNy4wfHw3fA==", "before_cursor": null, "end_of_stream": true}"#;
const BY_TIME: &str = r#"{"users": [{"id": 7}], "next_page": "https://acme.zendesk.com/x", "count": 1, "end_of_stream": true, "end_time": 1695053007}"#;

cases! {
    INCREMENTAL_USERS: exports().users_by_time(ExportUsersByTime::since(1_695_053_007)).page()
        => "GET /api/v2/incremental/users?start_time=1695053007&per_page=1000", 200 BY_TIME, |page| {
            assert_eq!(page.end_time.value(), Some(&1_695_053_007));
        }
    INCREMENTAL_USERS: exports().users_by_time(ExportUsersByTime::since(0).page_size(10)).page()
        => "GET /api/v2/incremental/users?start_time=0&per_page=10", 200 BY_TIME, |_page| {}
    INCREMENTAL_USERS_CURSOR: exports().users(ExportUsers::since(0)).page()
        => "GET /api/v2/incremental/users/cursor?start_time=0&per_page=1000", 200 BY_CURSOR, |page| {
            assert_eq!(page.users[0].id, UserId::new(7));
            assert_eq!(page.users[0].active.value(), Some(&false), "deleted users come too");
        }
    INCREMENTAL_USERS_CURSOR: exports().users(ExportUsers::after("MTY5NTA1MzAwNy4wfHw3fA==").page_size(10)).page()
        => "GET /api/v2/incremental/users/cursor?cursor=MTY5NTA1MzAwNy4wfHw3fA%3D%3D&per_page=10", 200 BY_CURSOR, |_page| {}
}
