//! Is what was told so? The account itself says.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::{Method, Request};
use serde_json::Value;
use zd_import::{
    Entry, Journal, LogJournal, Outcome, Report, Settled, SimDisk, Status, email_form,
    external_id_form,
};
use zd_sandbox::{KeyCount, OAUTH_TOKEN, Sandbox};

use super::drive::Trial;
use super::ledger::{Ledger, Rule, Sent};
use super::plan::Plan;

impl Ledger {
    pub(crate) fn rows(&self) -> u64 {
        self.lock().row_count()
    }

    /// What was applied under the keys of a row.
    fn applied(&self, sent: &Sent) -> KeyCount {
        let mut sum = KeyCount::default();
        for key in &sent.keys {
            let count = count(&self.sandbox, key);
            sum.created += count.created;
            sum.updated += count.updated;
        }
        sum
    }
}

fn count(sandbox: &Sandbox, key: &str) -> KeyCount {
    let key_encoded: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let place = format!("applied?key={key_encoded}");
    let told = sandbox.inspect(&Method::GET, &place, &Value::Null).unwrap();
    let of = |what: &str| {
        let number = told["applied"][key][what].as_u64().unwrap_or_default();
        u32::try_from(number).unwrap()
    };
    let mut count = KeyCount::default();
    (count.created, count.updated) = (of("created"), of("updated"));
    count
}

/// Success is told only of what is there already.
pub(crate) fn at_once(ledger: &Ledger, outcome: &Outcome) {
    let sent = ledger.lock().sent.get(&outcome.number).cloned();
    let sent = sent.unwrap_or_default();
    let applied = ledger.applied(&sent);
    let so = match outcome.status {
        Status::Created => applied.created > 0,
        Status::Updated => applied.created + applied.updated > 0,
        _ => true,
    };
    if !so {
        let what = format!("too early: {outcome:?}, applied {applied:?} as {sent:?}");
        ledger.broken(Rule::Evidence, what);
    }
}

/// All rules that can be seen at the end.
pub(crate) async fn check(
    plan: &Plan,
    ledger: &Ledger,
    disk: &SimDisk,
    report: &Report,
    trial: &mut Trial,
) {
    // Whatever is still under way arrives.
    ledger.sandbox.clear_faults();
    ledger
        .sandbox
        .set(&serde_json::json!({"rate_limits": false}))
        .unwrap();
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    let recorded = recorded(disk).await;
    trial.rows = recorded.len() as u64;
    let of = |status| recorded.values().filter(|row| row.status == status).count() as u64;
    (trial.indeterminate, trial.failed) = (of(Status::Indeterminate), of(Status::Failed));
    let rows = plan.rows.len() as u64;
    if trial.rows != rows || report.counts.rows != rows {
        let what = format!("{} of {rows} rows have an outcome: {report:?}", trial.rows);
        ledger.broken(Rule::OneOutcome, what);
    }
    let applied = ledger.sandbox.applied();
    if applied.max_created_per_key > 1 {
        ledger.broken(Rule::Twice, "somebody was made twice".to_owned());
    }
    people(plan, ledger, &recorded);
    account(ledger, &recorded).await;
}

/// The outcomes that are in the journal, by row.
async fn recorded(disk: &SimDisk) -> BTreeMap<u64, Settled> {
    let mut recorded = BTreeMap::new();
    let mut journal = LogJournal::open_on(disk.restart(zd_import::Crash::Process)).unwrap();
    let mut take = |entry| {
        if let Entry::Outcomes { rows, .. } = entry {
            recorded.extend(rows.into_iter().map(|row| (row.row, row)));
        }
    };
    journal.replay(&mut take).await.unwrap();
    recorded
}

/// What was applied to each person is what the outcomes of their rows say.
fn people(plan: &Plan, ledger: &Ledger, recorded: &BTreeMap<u64, Settled>) {
    let sent = ledger.lock().sent.clone();
    let mut people = BTreeMap::<usize, Vec<&Settled>>::new();
    for (row, settled) in recorded {
        let person = plan.people[usize::try_from(*row).unwrap()];
        people.entry(person).or_default().push(settled);
    }
    for rows in people.values() {
        let mut all = Sent::default();
        for row in rows {
            if let Some(sent) = sent.get(&row.row) {
                all.keys.extend(sent.keys.iter().cloned());
            }
        }
        let applied = ledger.applied(&all);
        let of = |status| rows.iter().filter(|row| row.status == status).count();
        let of = |status| u32::try_from(of(status)).unwrap();
        let (created, updated) = (of(Status::Created), of(Status::Updated));
        let unknown = of(Status::Indeterminate);
        // Rows that are joined by a row with both keys can be of two accounts. Who was read back of one, after a row of the
        // other, is told as updated: what an earlier row has touched is known by the person, not by the account.
        let split = all.keys.len() > 1;
        let so = if unknown == 0 && split {
            applied.created >= created && applied.created + applied.updated == created + updated
        } else if unknown == 0 {
            applied.created == created && applied.updated == updated
        } else {
            applied.created >= created && applied.created + applied.updated >= created + updated
        };
        if !so {
            let what = format!("{applied:?} of {all:?}, told {rows:?}");
            ledger.broken(Rule::Evidence, what);
        }
    }
}

/// Each user that an outcome names has the row's key, and what its last row says.
async fn account(ledger: &Ledger, recorded: &BTreeMap<u64, Settled>) {
    let sent = ledger.lock().sent.clone();
    let mut last = BTreeMap::<u64, (Vec<&Settled>, u64)>::new();
    for (number, row) in recorded {
        if let Some(user) = row.user_id.filter(|_| row.status.is_success()) {
            let (rows, last) = last.entry(user.get()).or_default();
            rows.push(row);
            if row.status != Status::Unchanged {
                *last = (*last).max(number + 1);
            }
        }
    }
    // Any row whose fate is unknown may have had the last word.
    let unknown: BTreeSet<String> = (recorded.values())
        .filter(|row| row.status == Status::Indeterminate)
        .map(|row| format!("row {}", row.row))
        .collect();
    let users: Vec<u64> = last.keys().copied().collect();
    for ids in users.chunks(100) {
        let found = show(&ledger.sandbox, ids).await;
        for id in ids {
            let Some((rows, latest)) = last.get(id) else {
                continue;
            };
            let Some(user) = found.iter().find(|user| user["id"].as_u64() == Some(*id)) else {
                ledger.broken(Rule::Evidence, format!("there is no user {id} of {rows:?}"));
                continue;
            };
            let notes = user["notes"].as_str().unwrap_or_default();
            if *latest > 0 && notes != format!("row {}", latest - 1) && !unknown.contains(notes) {
                let what = format!("user {id} has {notes:?}, told {rows:?}");
                ledger.broken(Rule::Person, what);
            }
            for row in rows {
                let Some(sent) = sent.get(&row.row) else {
                    continue;
                };
                if !is_theirs(user, &sent.last_key) {
                    let what = format!("row {row:?} was sent as {sent:?} and is told of {user}");
                    ledger.broken(Rule::Person, what);
                }
            }
        }
    }
}

fn is_theirs(user: &Value, key: &str) -> bool {
    match key.split_once(':') {
        Some(("ext", id)) => {
            user["external_id"]
                .as_str()
                .map(external_id_form)
                .as_deref()
                == Some(id)
        }
        Some((_, email)) => user["email"].as_str().map(email_form).as_deref() == Some(email),
        None => false,
    }
}

async fn show(sandbox: &Sandbox, ids: &[u64]) -> Vec<Value> {
    let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
    let uri = format!(
        "http://127.0.0.1/api/v2/users/show_many?ids={}",
        ids.join(",")
    );
    let request = Request::get(uri)
        .header("authorization", format!("Bearer {OAUTH_TOKEN}"))
        .body(bytes::Bytes::new())
        .unwrap();
    let response = sandbox.transport().send(request).await.unwrap();
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    body["users"].as_array().cloned().unwrap_or_default()
}
