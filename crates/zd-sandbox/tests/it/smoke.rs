//! Everything once.

use serde_json::json;
use zd_sandbox::JobTime;

use crate::support::{both_ways, builder};

#[tokio::test]
async fn creates_updates_and_imports() {
    let build = || builder().job_time(JobTime::INSTANT);
    both_ways(build, |client| async move {
        let ann = json!({"name": "Ann", "external_id": "A1"});
        let id = client.upsert(ann).await.expect(201).user()["id"].take();
        let people = json!([
            {"name": "Bo", "email": "bo@x.co"},
            {"external_id": "a1", "name": "Anna"},
            {"name": "C", "email": "badmail"},
        ]);
        let job = client.bulk_done(people).await;
        assert_eq!(job["status"], "completed");
        assert_eq!(
            job["results"][1],
            json!({"id": id, "status": "Updated", "external_id": "a1"})
        );
        let applied = client.sandbox.applied();
        assert_eq!((applied.created, applied.updated), (2, 1));
    })
    .await;
}
