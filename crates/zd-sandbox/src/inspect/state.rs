//! What the account holds.

use serde_json::{Value, json};

use crate::clock::Now;
use crate::jobs::SlotsOfOthers;
use crate::reply::Reply;
use crate::sandbox::Inner;
use crate::shell::Shell;

pub(super) fn show(inner: &Inner, shell: &Shell, now: Now) -> Reply {
    let clock = inner.clock.state();
    let state = &shell.state;
    let account = &state.account;
    let active = account.users.active();
    let total = u64::from(account.users.next_slot());
    let jobs = &state.jobs;
    let unfinished = |status: &str| jobs.iter().filter(|job| job.status(now) == status).count();
    let others = jobs.others.as_ref();
    let refused: u64 = shell
        .counters
        .answers
        .iter()
        .filter(|((_, status), _)| *status == 429)
        .map(|(_, count)| count)
        .sum();
    Reply::ok(&json!({
        "seed": state.settings.seed,
        "clock": {"now": now.spelled(), "scale": clock.scale, "frozen": clock.frozen},
        "settings": Value::Object(state.settings.changeable()),
        "users": {"active": active, "deleted": total - active},
        "organizations": account.organizations.iter().count(),
        "user_fields": account.fields.by_position().len(),
        "jobs": {
            "queued": unfinished("queued"),
            "working": unfinished("working"),
            "completed": jobs.counts.completed,
            "failed": jobs.counts.failed,
            "killed": jobs.counts.killed,
            "free_slots": jobs.free(),
        },
        "tokens": state.tokens.count(now),
        "requests": {"total": shell.counters.requests, "refused": refused},
        "connections": shell.counters.connections,
        "others": {
            "requests": state.limits.others_sent,
            "refused": state.limits.others_refused,
            "jobs": others.map_or(0, SlotsOfOthers::held),
            "jobs_queued": others.map_or(0, |others| others.queued),
            "jobs_refused": others.map_or(0, |others| others.refused),
        },
        "faults_struck": shell.faults.struck(),
    }))
}
