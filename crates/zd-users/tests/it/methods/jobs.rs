//! Bulk jobs.

use zd_model::JobState;
use zd_users::endpoints::ListJobs;

use super::cases;

// Rule 16.2: completed says that the job ran, and nothing about its entries.
const COMPLETED: &str = r#"{"job_status": {"id": "V3-0", "job_type": "Bulk Create User", "total": 2, "progress": 2, "status": "completed",
    "message": "Completed at 2026-07-18 23:26:10 +0000", "results": [
        {"id": 7, "action": "create", "status": "Created", "success": true},
        {"index": 1, "error": "UserCreateError", "details": "Email: x is not properly formatted"}]}}"#;
const JOBS: &str = r#"{"job_statuses": [{"id": "V3-0", "status": "working", "progress": 53, "total": 100, "message": "Creating User #53", "results": null}],
    "meta": {"has_more": false, "after_cursor": "c", "before_cursor": "b"}, "links": {"prev": null, "next": null}}"#;

cases! {
    JOB_STATUSES_LIST: jobs().list(ListJobs::new()).page()
        => "GET /api/v2/job_statuses?page%5Bsize%5D=100", 200 JOBS, |page| {
            assert_eq!(page.job_statuses[0].status, JobState::Working);
        }
    JOB_STATUSES_SHOW_MANY: jobs().show_many(&["V3-0".into(), "V3-1".into()])
        => "GET /api/v2/job_statuses/show_many?ids=V3-0%2CV3-1", 200 JOBS, |jobs| {
            assert_eq!(jobs[0].progress.value(), Some(&53));
        }
    JOB_STATUSES_SHOW: jobs().get(&"V3-0".into())
        => "GET /api/v2/job_statuses/V3-0", 200 COMPLETED, |job| {
            assert_eq!(job.status, JobState::Completed);
            assert_eq!(job.results.entries().unwrap().len(), 2);
        }
}
