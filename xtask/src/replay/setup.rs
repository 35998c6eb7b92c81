//! What a recording presupposes: the records that its requests name and did not make. They are made in the sandbox first.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};

use super::explained;
use super::ids::{Ids, parameters};
use super::recording::{File, Pair, is_id};
use super::wire::Wire;

/// What all files together say of records.
#[derive(Debug, Default)]
pub(crate) struct Lore<'a> {
    /// Definitions of user fields by key.
    fields: BTreeMap<&'a str, &'a Value>,
    /// Users by id, as each answer shows them.
    users: BTreeMap<String, Vec<&'a Value>>,
    /// Organizations by id.
    organizations: BTreeMap<String, &'a Value>,
}

impl<'a> Lore<'a> {
    pub(crate) fn of(files: &'a [File]) -> Self {
        let mut lore = Self::default();
        for pair in files.iter().flat_map(|file| &file.pairs) {
            for field in list(&pair.answer, "user_fields") {
                if let Some(key) = field["key"].as_str() {
                    lore.fields.entry(key).or_insert(field);
                }
            }
            for user in users(&pair.answer) {
                let id = user["id"].to_string();
                lore.users.entry(id).or_default().push(user);
            }
            for organization in list(&pair.answer, "organizations") {
                let id = organization["id"].to_string();
                lore.organizations.entry(id).or_insert(organization);
            }
        }
        lore
    }
}

/// Makes what a file presupposes; which recorded ids stand for what was made.
pub(crate) fn prepare(wire: &Wire, file: &File, lore: &Lore<'_>) -> anyhow::Result<Ids> {
    let mut ids = Ids::default();
    for (family, id) in presupposed(file)? {
        let made = match family {
            Family::Users => make_user(wire, &id, file, lore)?,
            Family::Organizations => make_organization(wire, &id, lore)?,
        };
        ids.insert(id, made);
    }
    dress(wire, file, &mut ids)?;
    for pair in &file.pairs {
        take_address(wire, pair)?;
    }
    Ok(ids)
}

/// Defines the fields that a recorded answer shows, and no others, unless it shows none.
pub(crate) fn define_fields(wire: &Wire, pair: &Pair, lore: &Lore<'_>) -> anyhow::Result<()> {
    let listed = list(&pair.answer, "user_fields").filter_map(|field| field["key"].as_str());
    let mut shown: BTreeSet<&str> = listed.collect();
    let mut users = users(&pair.answer).peekable();
    if users.peek().is_none() && shown.is_empty() {
        return Ok(());
    }
    let keys = users.filter_map(|user| user["user_fields"].as_object());
    shown.extend(keys.flat_map(Map::keys).map(String::as_str));
    let present = wire.ask("GET", "/api/v2/user_fields.json", None)?;
    for field in list(&present, "user_fields") {
        if !field["key"].as_str().is_some_and(|key| shown.remove(key)) {
            let path = format!("/api/v2/user_fields/{}.json", field["id"]);
            wire.ask("DELETE", &path, None)?;
        }
    }
    let mut wanted = Vec::new();
    for key in shown {
        let field = lore.fields.get(key);
        wanted.push(field.with_context(|| format!("no recording defines the field {key}"))?);
    }
    wanted.sort_by_key(|field| field["position"].as_u64());
    for field in wanted {
        let body = json!({"user_field": definition(field)});
        wire.ask("POST", "/api/v2/user_fields.json", Some(&body))?;
    }
    Ok(())
}

fn definition(field: &Value) -> Value {
    let mut keys = vec!["type", "key", "title", "description", "position", "tag"];
    // Fields of dates show a pattern that nobody gave them.
    if field["type"] == "regexp" {
        keys.push("regexp_for_validation");
    }
    let mut definition = Map::new();
    for key in keys {
        if let Some(value) = field.get(key) {
            definition.insert(key.to_owned(), value.clone());
        }
    }
    if let Some(options) = field["custom_field_options"].as_array() {
        let option = |each: &Value| json!({"name": each["name"], "value": each["value"]});
        let options = options.iter().map(option).collect();
        definition.insert("custom_field_options".to_owned(), options);
    }
    Value::Object(definition)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Organizations,
    Users,
}

/// The records that requests name before an answer does, by id: lists are often in that order.
fn presupposed(file: &File) -> anyhow::Result<BTreeSet<(Family, String)>> {
    let (mut known, mut found) = (BTreeSet::new(), BTreeSet::new());
    for pair in &file.pairs {
        let job = pair
            .answer
            .pointer("/job_status/id")
            .and_then(Value::as_str);
        let is_of_others = pair.method == "GET" && job.is_some_and(|job| !known.contains(job));
        if explained::skip(&pair.operation()).is_some() || is_of_others {
            continue;
        }
        // What is not there must not be made.
        if pair.status != 404 {
            for (family, id) in named(pair) {
                if known.contains(&id) {
                    continue;
                }
                let family = family.with_context(|| {
                    format!("{}: no way to make what has the id {id}", pair.operation())
                })?;
                found.insert((family, id));
            }
        }
        answered(&pair.answer, &mut known);
    }
    Ok(found)
}

/// The ids that a request names, with the family of their records.
fn named(pair: &Pair) -> Vec<(Option<Family>, String)> {
    let (path, query) = pair.path.split_once('?').unwrap_or((&pair.path, ""));
    let path = path.strip_suffix(".json").unwrap_or(path);
    let mut named = Vec::new();
    let mut family = None;
    for segment in path.split('/') {
        match segment {
            "users" => family = Some(Family::Users),
            "organizations" => family = Some(Family::Organizations),
            // Jobs are told by the answer that starts them, or not at all.
            _ if segment.starts_with("V3-") => {}
            _ if is_id(segment) => named.push((family, segment.to_owned())),
            "api" | "v2" => {}
            _ => family = family.filter(|_| segment.contains("_many")),
        }
    }
    for (name, value) in parameters(query) {
        if name == "ids" {
            named.extend(value.split(',').map(|id| (family, id.to_owned())));
        }
        if name == "external_id" {
            let ids = users(&pair.answer).map(|user| user["id"].to_string());
            named.extend(ids.map(|id| (Some(Family::Users), id)));
        }
    }
    let body = pair.body.as_ref().unwrap_or(&Value::Null);
    for (key, family) in [
        ("users", Family::Users),
        ("organizations", Family::Organizations),
    ] {
        let ids = list(body, key).filter_map(|each| each["id"].as_u64());
        named.extend(ids.map(|id| (Some(family), id.to_string())));
    }
    named
}

/// Every id in an answer.
fn answered(answer: &Value, known: &mut BTreeSet<String>) {
    match answer {
        Value::Object(map) => {
            match map.get("id") {
                Some(Value::Number(id)) => known.insert(id.to_string()),
                Some(Value::String(id)) => known.insert(id.clone()),
                _ => false,
            };
            map.values().for_each(|value| answered(value, known));
        }
        Value::Array(items) => items.iter().for_each(|value| answered(value, known)),
        _ => {}
    }
}

fn make_user(wire: &Wire, id: &str, file: &File, lore: &Lore<'_>) -> anyhow::Result<String> {
    let shown = lore.users.get(id).map(Vec::as_slice).unwrap_or_default();
    let mut user = Map::new();
    user.insert("name".to_owned(), json!("Replayed user"));
    user.insert("verified".to_owned(), json!(true));
    for key in ["name", "email", "external_id"] {
        let told = shown
            .iter()
            .map(|user| &user[key])
            .find(|value| value.is_string());
        user.extend(told.map(|value| (key.to_owned(), value.clone())));
    }
    // What changes from answer to answer is as this file's first one has it.
    let mut here = file.pairs.iter().flat_map(|pair| users(&pair.answer));
    let number: Option<u64> = id.parse().ok();
    let first = here.find(|user| user["id"].as_u64() == number);
    let (tags, alias) = first.map_or((&Value::Null, &Value::Null), |first| {
        (&first["tags"], &first["alias"])
    });
    if tags.is_array() {
        user.insert("tags".to_owned(), tags.clone());
    }
    let was_cleared = alias == "";
    if was_cleared {
        user.insert("alias".to_owned(), json!("Replayed"));
    }
    let body = json!({"user": user});
    let made = wire.ask("POST", "/api/v2/users.json", Some(&body))?;
    let made = made["user"]["id"].to_string();
    if was_cleared {
        let body = json!({"user": {"alias": null}});
        wire.ask("PUT", &format!("/api/v2/users/{made}.json"), Some(&body))?;
    }
    Ok(made)
}

fn make_organization(wire: &Wire, id: &str, lore: &Lore<'_>) -> anyhow::Result<String> {
    let name = lore
        .organizations
        .get(id)
        .and_then(|shown| shown["name"].as_str());
    let name = name.map_or_else(|| format!("Replayed organization {id}"), str::to_owned);
    let body = json!({"organization": {"name": name}});
    let path = "/api/v2/organizations/create_or_update.json";
    let made = wire.ask("POST", path, Some(&body))?;
    Ok(made["organization"]["id"].to_string())
}

/// Keys of a user that can be given.
const GIVEN: [&str; 6] = ["phone", "external_id", "alias", "notes", "details", "tags"];

/// Lets the users who stand first in the sandbox's list be like those of a recorded list, and the admin like the recorded one.
fn dress(wire: &Wire, file: &File, ids: &mut Ids) -> anyhow::Result<()> {
    let mut listed: BTreeMap<u64, &Value> = BTreeMap::new();
    for pair in &file.pairs {
        match pair.operation().as_str() {
            "GET users" => listed
                .extend(users(&pair.answer).filter_map(|user| Some((user["id"].as_u64()?, user)))),
            "GET users/me" => {
                let me = wire.ask("GET", "/api/v2/users/me.json", None)?;
                let id = me["user"]["id"].to_string();
                let user = &pair.answer["user"];
                ids.insert(user["id"].to_string(), &id);
                dress_one(wire, &id, user)?;
            }
            _ => {}
        }
    }
    let first = wire.ask("GET", "/api/v2/users.json?page%5Bsize%5D=100", None)?;
    for ((id, user), here) in listed.iter().zip(list(&first, "users")) {
        let here = here["id"].to_string();
        ids.insert(id, &here);
        dress_one(wire, &here, user)?;
    }
    Ok(())
}

fn dress_one(wire: &Wire, id: &str, recorded: &Value) -> anyhow::Result<()> {
    let mut changes = Map::new();
    for key in GIVEN {
        // An alias that was cleared reads back as an empty text.
        if recorded[key] != "" && recorded[key] != Value::Null {
            changes.insert(key.to_owned(), recorded[key].clone());
        } else if key != "alias" {
            changes.insert(key.to_owned(), Value::Null);
        }
    }
    if recorded["role"] != "end-user" {
        changes.insert("role".to_owned(), recorded["role"].clone());
    }
    let organization = if recorded["organization_id"].is_null() {
        Value::Null
    } else {
        let path = "/api/v2/organizations.json?page%5Bsize%5D=1";
        wire.ask("GET", path, None)?["organizations"][0]["id"].clone()
    };
    changes.insert("organization_id".to_owned(), organization);
    let body = json!({"user": changes});
    wire.ask("PUT", &format!("/api/v2/users/{id}.json"), Some(&body))?;
    if recorded["photo"].is_object() {
        wire.give_photo(id)?;
    }
    Ok(())
}

/// Lets somebody else have the address that a recorded refusal says is taken.
fn take_address(wire: &Wire, pair: &Pair) -> anyhow::Result<()> {
    let value = pair.body.as_ref().map(|body| &body["identity"]["value"]);
    let error = pair.answer.pointer("/details/value/0/error");
    let (Some(Value::String(address)), Some(Value::String(error))) = (value, error) else {
        return Ok(());
    };
    if error != "DuplicateValue" {
        bail!("{}: no way to provoke {error}", pair.operation());
    }
    let body = json!({"user": {"name": "Replayed owner", "email": address}});
    wire.ask("POST", "/api/v2/users.json", Some(&body))?;
    Ok(())
}

/// The users in an answer, one or many.
fn users(answer: &Value) -> impl Iterator<Item = &Value> {
    let one = answer.get("user").filter(|user| user.is_object());
    one.into_iter().chain(list(answer, "users"))
}

fn list<'a>(body: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    body.get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
