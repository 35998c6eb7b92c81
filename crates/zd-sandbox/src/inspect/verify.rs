//! Is the account what somebody expects it to be?
//!
//! A user is as expected if writing them would change nothing: the account's own rules decide, so an address that became a
//! secondary one, a tag in other letters or a date with a time is what was asked for.

use serde_json::{Map, Value, json};

use super::elements::Element;
use crate::applied;
use crate::handlers::State;
use crate::params;
use crate::render::UserView;
use crate::reply::Reply;
use crate::state::ids::{self, Slot};
use crate::state::upsert::Entry;

/// So many of a kind are told, of others only that they are.
const EXAMPLES: usize = 20;

/// What a list of expected users has come to so far.
#[derive(Debug, Default)]
pub(crate) struct Verifier {
    expected: u64,
    found: u64,
    missing: Findings,
    different: Findings,
    unusable: Findings,
    twice: Findings,
    unknown_keys: Vec<String>,
    never: u64,
    once: u64,
    more: u64,
    created_more_than_once: Findings,
    /// A bit for each user: whether somebody expects them.
    seen: Vec<u64>,
    /// Who came later than the first look is nobody's extra one: they may be among those who were missing.
    until: Option<Slot>,
}

#[derive(Debug, Default)]
struct Findings {
    count: u64,
    examples: Vec<Value>,
}

impl Findings {
    fn add(&mut self, example: impl FnOnce() -> Value) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }

    fn told(&self) -> Value {
        json!({"count": self.count, "examples": self.examples})
    }
}

impl Verifier {
    /// Looks for one expected user.
    pub(crate) fn take(&mut self, state: &mut State, (line, element): Element) {
        self.expected += 1;
        self.until
            .get_or_insert_with(|| state.account.users.next_slot());
        if let Err(reason) = element.and_then(|user| self.compare(state, line, user)) {
            self.unusable
                .add(|| json!({"line": line, "reason": reason}));
        }
    }

    fn compare(&mut self, state: &mut State, line: u64, user: Value) -> Result<(), String> {
        let wrapped = user.get("users").is_some() || user.get("user").is_some();
        let mut ignored = Vec::new();
        let entry = params::check(user, "user", &state.account.fields, &mut ignored)
            .map_err(|wrong| format!("{} must be {}", wrong.path, wrong.must_be))?;
        for key in ignored {
            if self.unknown_keys.len() < EXAMPLES && !self.unknown_keys.contains(&key) {
                self.unknown_keys.push(key);
            }
        }
        let target = state.account.target(&entry).unwrap_or(None);
        let key = applied::key(&entry, target.map_or(0, ids::user));
        if key.starts_with("id:") && entry.get("id").is_none_or(Value::is_null) {
            let next = if wrapped {
                "; send the users themselves, without the request around them"
            } else {
                ""
            };
            return Err(format!("there is no external_id, email or id{next}"));
        }
        self.count_applied(state, line, &key);
        let Some(slot) = target else {
            self.missing.add(|| json!({"line": line, "key": key}));
            return Ok(());
        };
        self.found += 1;
        if !self.mark(slot) {
            self.twice.add(|| json!({"line": line, "key": key}));
        }
        let fields = state.account.would_change(slot, &entry)?;
        if !fields.is_empty() {
            self.different.add(|| {
                let shown = shown(state, slot);
                let fields: Vec<Value> = fields
                    .iter()
                    .map(|field| told(field, &entry, &shown))
                    .collect();
                json!({"line": line, "key": key, "id": ids::user(slot), "fields": fields})
            });
        }
        Ok(())
    }

    fn count_applied(&mut self, state: &State, line: u64, key: &str) {
        let counts = state.tally.of(key);
        match counts.created + counts.updated {
            0 => self.never += 1,
            1 => self.once += 1,
            _ => self.more += 1,
        }
        if counts.created > 1 {
            let created = counts.created;
            self.created_more_than_once
                .add(|| json!({"line": line, "key": key, "created": created}));
        }
    }

    /// Whether nobody expected this one before.
    fn mark(&mut self, slot: Slot) -> bool {
        let (word, bit) = (slot as usize / 64, 1_u64 << (slot % 64));
        if self.seen.len() <= word {
            self.seen.resize(word + 1, 0);
        }
        let is_new = self.seen[word] & bit == 0;
        self.seen[word] |= bit;
        is_new
    }

    fn is_expected(&self, slot: Slot) -> bool {
        let word = self.seen.get(slot as usize / 64).copied().unwrap_or(0);
        word & (1 << (slot % 64)) != 0
    }

    /// What all of it came to. Users that the sandbox began with are nobody's extra ones.
    pub(crate) fn reply(self, state: &State) -> Reply {
        let mut extra = Findings::default();
        let until = self.until.unwrap_or(Slot::MAX);
        let is_seeded = |slot: Slot| state.seeded.iter().any(|range| range.contains(&slot));
        for (slot, user) in state.account.users.iter() {
            let is_extra = user.active && slot < until && !self.is_expected(slot);
            if is_extra && !is_seeded(slot) {
                let id = ids::user(slot);
                extra.add(|| {
                    let key = user
                        .external_id
                        .as_deref()
                        .map(|text| format!("ext:{text}"));
                    let key = key.or_else(|| user.email().map(|text| format!("email:{text}")));
                    json!({"id": id, "key": key})
                });
            }
        }
        let findings = [
            &self.missing,
            &self.different,
            &extra,
            &self.unusable,
            &self.created_more_than_once,
        ];
        let ok =
            findings.iter().all(|findings| findings.count == 0) && self.unknown_keys.is_empty();
        Reply::ok(&json!({
            "ok": ok,
            "expected": self.expected,
            "found": self.found,
            "missing": self.missing.told(),
            "different": self.different.told(),
            "extra": extra.told(),
            "unusable": self.unusable.told(),
            "expected_twice": self.twice.told(),
            "unknown_keys": self.unknown_keys,
            "unfinished_jobs": state.jobs.active(),
            "applied": {
                "never": self.never,
                "once": self.once,
                "more": self.more,
                "created_more_than_once": self.created_more_than_once.told(),
            },
        }))
    }
}

/// The user as staff see it.
fn shown(state: &State, slot: Slot) -> Map<String, Value> {
    let Some(user) = state.account.users.get(slot) else {
        return Map::new();
    };
    let view = UserView {
        account: &state.account,
        slot,
        user,
        base: "",
        authenticity_token: None,
        for_end_user: false,
    };
    match serde_json::to_value(view) {
        Ok(Value::Object(shown)) => shown,
        _ => Map::new(),
    }
}

/// A field that would change: what was expected, and what is there.
fn told(field: &str, entry: &Entry, shown: &Map<String, Value>) -> Value {
    let (expected, stored) = match field.strip_prefix("user_fields.") {
        Some(key) => (
            entry.get("user_fields").and_then(|fields| fields.get(key)),
            shown.get("user_fields").and_then(|fields| fields.get(key)),
        ),
        None => {
            let stored = match field {
                "organization" | "organization_ids" | "organization_name" => "organization_id",
                other => other,
            };
            (entry.get(field), shown.get(stored))
        }
    };
    json!({"field": field, "expected": expected, "stored": stored})
}
