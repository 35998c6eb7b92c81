//! More people: made up, or as somebody sends them.

use http::StatusCode;
use serde_json::{Value, json};

use super::elements::{Element, Elements};
use super::{object, refusal};
use crate::clock::Now;
use crate::handlers::State;
use crate::params;
use crate::reply::Reply;
use crate::seed;
use crate::state::write::Writer;

/// So many people are made up at a time: memory ends somewhere.
const MOST: u32 = 10_000_000;
/// What is wrong with so many is told, of others only that they are.
const EXAMPLES: usize = 20;

/// `{"users": 1000, "seed": 7}`, or users as they would be upserted.
pub(super) fn seed(state: &mut State, body: &[u8], now: Now) -> Result<Reply, Reply> {
    if let Ok(object) = object(body)
        && let Some(users) = object.get("users").filter(|users| !users.is_array())
    {
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        let users = number(users)
            .filter(|users| *users <= MOST)
            .ok_or_else(|| {
                let next =
                    "send {\"users\": 1000, \"seed\": 7}, of up to 10,000,000 users at a time";
                refusal(
                    StatusCode::BAD_REQUEST,
                    format!("users: {users} is no number of people"),
                    next,
                )
            })?;
        let chance = object.get("seed").and_then(Value::as_u64).unwrap_or(0);
        let from = state.account.users.next_slot();
        let created = seed::more_people(&mut state.account, users, chance, now);
        let to = state.account.users.next_slot();
        state.add_seeded(from..to);
        return Ok(Reply::ok(
            &json!({"created": created, "updated": 0, "refused": 0, "examples": []}),
        ));
    }
    let mut seeding = Seeding::default();
    let mut elements = Elements::default();
    elements.feed(body, |element| seeding.take(state, element, now));
    elements.end(|element| seeding.take(state, element, now));
    Ok(seeding.reply())
}

/// What became of the users that were sent so far.
#[derive(Debug, Default)]
pub(crate) struct Seeding {
    created: u64,
    updated: u64,
    refused: u64,
    examples: Vec<Value>,
}

impl Seeding {
    /// Upserts one, as an admin would, and counts it nowhere else.
    fn take(&mut self, state: &mut State, (line, element): Element, now: Now) {
        match element.and_then(|user| upsert(state, user, now)) {
            Ok(true) => self.created += 1,
            Ok(false) => self.updated += 1,
            Err(reason) => self.refuse(line, &reason),
        }
    }

    /// Something that is no user.
    pub(crate) fn refuse(&mut self, line: u64, reason: &str) {
        self.refused += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(json!({"line": line, "reason": reason}));
        }
    }

    /// Adds what a part of a longer body came to, of which these were the lines.
    pub(crate) fn add(&mut self, reply: &Value, lines: &[u64]) {
        let count = |key: &str| reply.get(key).and_then(Value::as_u64).unwrap_or(0);
        self.created += count("created");
        self.updated += count("updated");
        self.refused += count("refused");
        let examples = reply.get("examples").and_then(Value::as_array);
        for example in examples.into_iter().flatten() {
            if self.examples.len() < EXAMPLES {
                let mut example = example.clone();
                let own = example.get("line").and_then(Value::as_u64).unwrap_or(1);
                let place = usize::try_from(own.saturating_sub(1)).unwrap_or(0);
                example["line"] = json!(lines.get(place));
                self.examples.push(example);
            }
        }
    }

    pub(crate) fn reply(mut self) -> Reply {
        self.examples
            .sort_by_key(|example| example.get("line").and_then(Value::as_u64));
        Reply::ok(&json!({
            "created": self.created,
            "updated": self.updated,
            "refused": self.refused,
            "examples": self.examples,
        }))
    }
}

/// Whether it was created.
fn upsert(state: &mut State, user: Value, now: Now) -> Result<bool, String> {
    let mut ignored = Vec::new();
    let entry = params::check(user, "user", &state.account.fields, &mut ignored)
        .map_err(|wrong| format!("{} must be {}", wrong.path, wrong.must_be))?;
    let from = state.account.users.next_slot();
    let upserted = state
        .account
        .upsert(&entry, Writer::OF_THE_SEED, now)
        .map_err(|refused| refused.refusal.spelled())?;
    if upserted.created {
        state.add_seeded(from..from + 1);
    }
    Ok(upserted.created)
}
