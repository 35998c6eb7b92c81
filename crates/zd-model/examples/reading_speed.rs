//! How long it takes to read what an import reads most: finished jobs of 100 rows, and pages of 100 users.
//!
//! `cargo run --release -p zd-model --example reading_speed`
//!
//! The best of many short runs is shown, so that a busy machine does not count. `docs/adr/0001-exact-json.md` quotes it.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "measures real time and prints it"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use zd_model::{JobStatusEnvelope, UsersPage};

const USER: &str = r#"{"id":6164119959194,"url":"https://acme.zendesk.test/api/v2/users/6164119959194.json","name":"Ann Example","email":"ann@people.example","created_at":"2026-01-05T09:00:00Z","updated_at":"2026-01-05T09:00:00Z","time_zone":"Berlin","iana_time_zone":"Europe/Berlin","phone":null,"shared_phone_number":null,"photo":null,"locale_id":1,"locale":"en-US","organization_id":4417895217042,"role":"end-user","verified":false,"external_id":"crm-000001","tags":["a","b"],"alias":"","active":true,"shared":false,"shared_agent":false,"last_login_at":null,"two_factor_auth_enabled":null,"signature":null,"details":"","notes":"","role_type":null,"custom_role_id":null,"moderator":false,"ticket_restriction":"requested","only_private_comments":false,"restricted_agent":true,"suspended":false,"default_group_id":null,"report_csv":false,"user_fields":{"nickname":null,"seats":12,"discount":3.10,"newsletter":false,"customer_since":"2020-08-19T00:00:00+00:00","plan_tier":"gold"}}"#;

fn main() -> serde_json::Result<()> {
    let entries: Vec<String> = (0..100_u64)
        .map(|row| {
            let id = 6_164_119_959_194 + row * 1_000;
            format!(r#"{{"id":{id},"status":"Updated","email":"person{row}@people.example","external_id":"crm-{row:06}"}}"#)
        })
        .collect();
    let job = format!(
        r#"{{"job_status":{{"id":"V3-0","total":100,"progress":100,"status":"completed","message":null,"results":[{}]}}}}"#,
        entries.join(",")
    );
    let page = format!(r#"{{"users":[{}],"count":100}}"#, [USER; 100].join(","));

    let read: UsersPage = serde_json::from_str(&page)?;
    let job = best(|| serde_json::from_str::<JobStatusEnvelope>(&job));
    let page = best(|| serde_json::from_str::<UsersPage>(&page));
    let written = best(|| serde_json::to_vec(&read));
    println!("a job of 100 rows read:  {job:?}");
    println!("a page of 100 users read: {page:?}, written: {written:?}");
    Ok(())
}

/// The shortest of many runs.
fn best<T>(run: impl Fn() -> T) -> Duration {
    (0..5_000)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}
