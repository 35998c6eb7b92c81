//! What it costs to read what Zendesk answers: a page of users, and jobs with their results.
//!
//! `cargo bench -p zd-users`

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput};
use http::Response;
use serde_json::{Value, json};
use zd_model::JobId;
use zd_users::Endpoint;
use zd_users::endpoints::{ListUsers, ShowManyJobs};

const USERS: u64 = 100;
const JOBS: u64 = 10;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("answer");
    group.throughput(Throughput::Elements(USERS));
    measure(&mut group, "a page of users", &ListUsers::new(), &page());
    let ids = (0..JOBS).map(|job| JobId::new(job.to_string()));
    let call = ShowManyJobs::new(ids.collect::<Vec<_>>());
    group.throughput(Throughput::Elements(JOBS * USERS));
    measure(&mut group, "jobs with results", &call, &jobs());
    group.finish();
    criterion.final_summary();
}

fn measure<E: Endpoint>(
    group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>,
    name: &str,
    call: &E,
    body: &Value,
) {
    let body = Bytes::from(body.to_string());
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let read = call.parse(Response::new(body.clone()));
            black_box(read.map_err(|error| error.to_string()).expect("an answer"))
        });
    });
}

fn page() -> Value {
    let user = |number: u64| {
        json!({
            "id": 9_000_000_000 + number,
            "url": format!("https://acme.zendesk.com/api/v2/users/{}.json", 9_000_000_000 + number),
            "name": format!("Person Number {number}"), "email": format!("person.{number}@mail.example"),
            "created_at": "2026-01-31T10:00:00Z", "updated_at": "2026-02-01T10:00:00Z",
            "time_zone": "Berlin", "iana_time_zone": "Europe/Berlin", "phone": null,
            "shared_phone_number": null, "photo": null, "locale_id": 8, "locale": "de",
            "organization_id": 7_000_000 + number % 50, "role": "end-user", "verified": true,
            "external_id": format!("{number:09}"), "tags": ["imported", "vip"], "alias": null,
            "active": true, "shared": false, "shared_agent": false, "last_login_at": null,
            "two_factor_auth_enabled": null, "signature": null, "details": null, "notes": null,
            "role_type": null, "custom_role_id": null, "moderator": false, "ticket_restriction": "requested",
            "only_private_comments": false, "restricted_agent": true, "suspended": false,
            "default_group_id": null, "report_csv": false,
            "user_fields": {"crm_id": format!("CRM-{number:06}"), "seats": number % 40, "newsletter": true},
        })
    };
    let users: Vec<Value> = (0..USERS).map(user).collect();
    json!({
        "users": users,
        "meta": {"has_more": true, "after_cursor": "aaa", "before_cursor": "bbb"},
        "links": {"next": "https://acme.zendesk.com/api/v2/users.json?page[after]=aaa", "prev": null},
    })
}

fn jobs() -> Value {
    let result = |row: u64| {
        json!({
            "id": 9_000_000_000 + row, "status": "Created",
            "email": format!("person.{row}@mail.example"), "external_id": format!("{row:09}"),
        })
    };
    let job = |job: u64| {
        json!({
            "id": job.to_string(), "job_type": "Bulk Create User", "total": USERS, "progress": USERS,
            "url": format!("https://acme.zendesk.com/api/v2/job_statuses/{job}.json"),
            "status": "completed", "message": "Completed at 2026-01-31 10:00:00 +0000",
            "results": (job * USERS..(job + 1) * USERS).map(result).collect::<Vec<_>>(),
        })
    };
    json!({"job_statuses": (0..JOBS).map(job).collect::<Vec<_>>()})
}
