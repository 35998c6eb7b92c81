//! A line of JSON as a person.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde::de::IgnoredAny;
use zd_model::{IdentityInput, IdentityType};

use super::attribute::{Attribute, Plain, PlainSet};
use super::check;
use super::columns::{is_ignored, is_ours};
use super::given::Given;
use super::options::ScanOptions;
use super::person::{Person, Place};
use super::problem::{Fault, Problem};
use super::set::identity_value;
use crate::input::Position;
use crate::input::json::{Member, elements, members};
use crate::mapping::{Found, Mapping};

/// Reads an object that begins here; places within it are told as places of the whole text.
pub(crate) fn read(
    start: Position,
    raw: &[u8],
    names: &mut Names,
    options: &ScanOptions,
) -> Person {
    let mut person = read_at(start.line, raw, names, options);
    // In JSON Lines the places are right as they are.
    if start.column > 1 || memchr::memchr(b'\n', raw).is_some() {
        for problem in &mut person.problems {
            let Some(column) = problem.column else {
                continue;
            };
            let offset = usize::try_from(column - 1).unwrap_or(raw.len());
            let at = start.after(raw.get(..offset).unwrap_or(raw));
            (problem.line, problem.column) = (at.line, Some(at.column));
        }
    }
    person
}

/// Reads an object; places within it are told in its own bytes, from 1.
fn read_at(line: u64, raw: &[u8], names: &mut Names, options: &ScanOptions) -> Person {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.valid_up_to();
            let byte = raw.get(offset).copied().unwrap_or_default();
            let fault = Fault::new(
                "utf8_invalid",
                format!("the byte {byte:#04X} is not UTF-8; save the file as UTF-8"),
            );
            let problem = Problem::of_row(line, fault).at(offset as u64 + 1, "");
            return Person::unreadable(line, problem);
        }
    };
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let fault = Fault::new("json_malformed", format!("not JSON: {message}"));
        let lines_before = text
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1));
        let before: usize = lines_before.map(str::len).sum();
        let at = (before + error.column()).max(1);
        let problem = Problem::of_row(line, fault).at(at as u64, "");
        return Person::unreadable(line, problem.quoting(text));
    }
    if check::is_deep(text) {
        let fault = Fault::new(
            "json_too_deep",
            "lists and objects within one another, too deep",
        );
        return Person::unreadable(line, Problem::of_row(line, fault));
    }
    let Some(object) = members(text) else {
        let fault = Fault::new("json_not_object", "not an object");
        return Person::unreadable(line, Problem::of_row(line, fault).quoting(text));
    };
    let mut reading = Reading {
        text,
        options,
        person: Person::new(line),
        seen: PlainSet::default(),
        names,
        found: Vec::new(),
    };
    if let Some(mapping) = &options.mapping {
        reading.found.resize_with(mapping.column_count(), || None);
    }
    reading.object(object);
    if let Some(mapping) = &options.mapping {
        mapping.apply(&reading.found, line, &mut reading.person, options);
    }
    reading.person.finish(options);
    reading.person
}

/// How many names are remembered.
const REMEMBERED: usize = 1000;

/// What names mean, remembered: the same few come in every line, and looking for what is near an unknown one is slow.
#[derive(Debug, Default)]
pub(crate) struct Names {
    known: HashMap<String, Arc<Result<Attribute, Fault>>>,
}

impl Names {
    fn get(&mut self, name: &str) -> Arc<Result<Attribute, Fault>> {
        if let Some(known) = self.known.get(name) {
            return Arc::clone(known);
        }
        if self.known.len() >= REMEMBERED {
            let unknown = || Fault::new("key_unknown", "no such attribute");
            return Arc::new(Attribute::plain(name).ok_or_else(unknown));
        }
        let meaning = Arc::new(Attribute::named(name).map_err(as_key));
        self.known.insert(name.to_owned(), Arc::clone(&meaning));
        meaning
    }
}

struct Reading<'a> {
    text: &'a str,
    options: &'a ScanOptions,
    person: Person,
    /// Which plain attributes there were, blank or not.
    seen: PlainSet,
    names: &'a mut Names,
    /// What there is of the columns that the mapping takes values from, by their numbers.
    found: Vec<Option<Found<'a>>>,
}

/// A member with its key read.
struct Entry<'a> {
    key: Cow<'a, str>,
    value: &'a str,
    at: usize,
}

impl<'a> Reading<'a> {
    fn object(&mut self, object: Vec<Member>) {
        for entry in self.entries(self.text, 0, object) {
            let key = entry.key.trim();
            let name = key.to_ascii_lowercase();
            if name == "_zd" || is_ours(&name) || is_ignored(key, self.options) {
                continue;
            }
            if let Some(mapping) = self.options.mapping.as_deref()
                && self.mapped(mapping, key, &entry)
            {
                continue;
            }
            match name.as_str() {
                "user_fields" => self.user_fields(&entry),
                "organization" => self.organization(&entry),
                "identities" => self.identities(&entry),
                _ => match &*self.names.get(key) {
                    Ok(attribute) => self.set(attribute, &entry, key),
                    Err(fault) => self.fault(&entry, key, fault.clone()),
                },
            }
        }
    }

    /// Takes a member as the mapping says; false if it says nothing.
    fn mapped(&mut self, mapping: &'a Mapping, name: &str, entry: &Entry<'a>) -> bool {
        if mapping.ignores(name) {
            return true;
        }
        if let Some(index) = mapping.column(name) {
            let given = given(entry.value);
            if has_nul(&given) {
                let fault = Fault::new("nul_character", "a NUL character");
                self.fault(entry, name, fault);
                return true;
            }
            let place = Place {
                column: entry.at as u64 + 1,
                name: mapping.column_name(index),
                text: entry.value,
            };
            if let Some(found) = self.found.get_mut(index) {
                *found = Some(Found { given, place });
            }
            return true;
        }
        if mapping.mentions_below(name)
            && let Some(object) = members(entry.value)
        {
            for member in self.entries(entry.value, entry.at, object) {
                let name = format!("{name}.{}", member.key.trim());
                if is_ignored(&name, self.options) || self.mapped(mapping, &name, &member) {
                    continue;
                }
                match &*self.names.get(&name) {
                    Ok(attribute) => self.set(attribute, &member, &name),
                    Err(fault) => self.fault(&member, &name, fault.clone()),
                }
            }
            return true;
        }
        mapping.ignores_rest()
    }

    /// The members with their keys read; a key that comes twice is a fault.
    fn entries(&mut self, text: &'a str, offset: usize, members: Vec<Member>) -> Vec<Entry<'a>> {
        let mut entries: Vec<Entry<'a>> = Vec::with_capacity(members.len());
        for Member { key, value } in members {
            entries.push(Entry {
                key: string(text.get(key).unwrap_or_default()),
                at: offset + value.start,
                value: text.get(value).unwrap_or_default(),
            });
        }
        let mut keys: Vec<&str> = entries.iter().map(|entry| &*entry.key).collect();
        keys.sort_unstable();
        if let Some(twice) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
            let key = twice[0];
            let last = entries.iter().rev().find(|entry| entry.key == key);
            if let Some(last) = last {
                let fault = Fault::new("key_duplicate", "this key comes twice in one object");
                self.fault(last, key, fault);
            }
        }
        entries
    }

    fn set(&mut self, attribute: &Attribute, entry: &Entry<'_>, name: &str) {
        if let Some(line) = self.mapping_line(attribute) {
            let message = format!("line {line} of the mapping says what this attribute is");
            return self.fault(entry, name, Fault::new("key_duplicate", message));
        }
        let twice = match attribute {
            Attribute::Plain(plain) => !self.seen.insert(*plain),
            Attribute::UserField { key, .. } => {
                let fields = self.person.user.user_fields.value();
                fields.is_some_and(|fields| fields.contains_key(key))
            }
            Attribute::Identity(_) => false,
        };
        if twice {
            let fault = Fault::new("key_duplicate", "this attribute comes twice");
            return self.fault(entry, name, fault);
        }
        let given = given(entry.value);
        if has_nul(&given) {
            let fault = Fault::new("nul_character", "a NUL character");
            return self.fault(entry, name, fault);
        }
        let place = place(entry, name);
        self.person.set(attribute, given, place, self.options);
    }

    /// Where the mapping says what this attribute is, if it does.
    fn mapping_line(&self, attribute: &Attribute) -> Option<u64> {
        let mapping = self.options.mapping.as_deref()?;
        match attribute {
            Attribute::Identity(_) => None,
            _ => mapping.line_of(&attribute.name()),
        }
    }

    fn fault(&mut self, entry: &Entry<'_>, name: &str, fault: Fault) {
        self.person.fault_at(place(entry, name), fault);
    }

    fn user_fields(&mut self, entry: &Entry<'a>) {
        let Some(object) = members(entry.value) else {
            let fault = Fault::new("type_mismatch", "not an object of custom fields");
            return self.fault(entry, "user_fields", fault);
        };
        for field in self.entries(entry.value, entry.at, object) {
            let (key, kind) = match field.key.split_once(':') {
                Some((key, kind)) => (key, Some(kind)),
                None => (&*field.key, None),
            };
            let name = format!("user_fields.{key}");
            if is_ignored(&name, self.options) {
                continue;
            }
            match Attribute::user_field(key, kind) {
                Ok(attribute) => self.set(&attribute, &field, &name),
                Err(fault) => self.fault(&field, &name, fault),
            }
        }
    }

    fn organization(&mut self, entry: &Entry<'a>) {
        let by_name = Attribute::Plain(Plain::OrganizationName);
        if entry.value == "null" {
            return self.set(&by_name, entry, "organization");
        }
        let Some(object) = members(entry.value) else {
            let fault = Fault::new("type_mismatch", "not an object such as {\"name\": \"…\"}");
            return self.fault(entry, "organization", fault);
        };
        for member in self.entries(entry.value, entry.at, object) {
            let name = format!("organization.{}", member.key);
            if member.key == "name" {
                self.set(&by_name, &member, &name);
            } else if member.key == "external_id" {
                let by_id = Attribute::Plain(Plain::OrganizationExternalId);
                self.set(&by_id, &member, &name);
            } else if !is_ignored(&name, self.options) {
                let fault = Fault::new(
                    "key_unknown",
                    "an organization is given by its name or external_id",
                );
                self.fault(&member, &name, fault);
            }
        }
    }

    fn identities(&mut self, entry: &Entry<'a>) {
        let Some(list) = elements(entry.value) else {
            let fault = Fault::new("type_mismatch", "not a list of identities");
            return self.fault(entry, "identities", fault);
        };
        for Range { start, end } in list {
            let item = Entry {
                key: Cow::Borrowed("identities"),
                value: entry.value.get(start..end).unwrap_or_default(),
                at: entry.at + start,
            };
            match identity(item.value) {
                Ok(identity) => {
                    let identities = &mut self.person.user.identities;
                    identities.get_or_insert_default().push(identity);
                }
                Err(fault) => self.fault(&item, "identities", fault),
            }
        }
    }
}

fn place<'a>(entry: &'a Entry<'_>, name: &'a str) -> Place<'a> {
    Place {
        column: entry.at as u64 + 1,
        name,
        text: entry.value,
    }
}

/// What the header of a CSV file calls a column is a key here.
fn as_key(fault: Fault) -> Fault {
    let code = match fault.code {
        "column_unknown" => "key_unknown",
        "column_read_only" => "key_read_only",
        other => {
            return Fault {
                code: other,
                ..fault
            };
        }
    };
    Fault::new(
        code,
        format!("{}; leave it out with --ignore-column", fault.message),
    )
}

fn identity(text: &str) -> Result<IdentityInput, Fault> {
    let malformed = || {
        Fault::new(
            "identity_malformed",
            "not an identity such as {\"type\": \"email\", \"value\": \"…\"}",
        )
    };
    let keys = members(text).ok_or_else(malformed)?;
    let known = ["type", "value", "verified", "primary", "skip_verify_email"];
    for key in keys {
        let key = string(text.get(key.key).unwrap_or_default());
        if !known.contains(&&*key) {
            return Err(Fault::new(
                "key_unknown",
                "an identity has a type, a value, verified, primary and skip_verify_email",
            ));
        }
    }
    let mut identity: IdentityInput = serde_json::from_str(text).map_err(|_| malformed())?;
    if let IdentityType::Unknown(_) = identity.r#type {
        return Err(Fault::new(
            "identity_type_unknown",
            "no such kind of identity",
        ));
    }
    let value = identity.value.trim().to_owned();
    identity.value = identity_value(&identity.r#type, value)?;
    Ok(identity)
}

/// A JSON string, read.
fn string(json: &str) -> Cow<'_, str> {
    let inner = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
        // Well-formed, so it reads.
        _ => Cow::Owned(serde_json::from_str(json).unwrap_or_default()),
    }
}

/// A JSON value, as far as it is a value of an attribute.
fn given(json: &str) -> Given<'_> {
    match json.bytes().next() {
        Some(b'n') | None => Given::Null,
        Some(b't') => Given::Flag(true),
        Some(b'f') => Given::Flag(false),
        Some(b'"') => Given::Text(string(json)),
        Some(b'{') => Given::Object(json),
        Some(b'[') => {
            let items = elements(json).unwrap_or_default().into_iter();
            let items = items.map(|range| given(json.get(range).unwrap_or_default()));
            Given::List(items.collect())
        }
        Some(_) => Given::Number(json),
    }
}

fn has_nul(given: &Given<'_>) -> bool {
    match given {
        Given::Text(text) => text.contains('\0'),
        Given::List(items) => items.iter().any(has_nul),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(text: &str) -> Person {
        let mut names = Names::default();
        let start = Position { line: 3, column: 1 };
        read(start, text.as_bytes(), &mut names, &ScanOptions::default())
    }

    fn json(text: &str) -> String {
        let person = person(text);
        assert_eq!(person.problems, [], "{text}");
        serde_json::to_string(&person.user).unwrap()
    }

    #[test]
    fn what_is_nested_without_end_is_refused() {
        for text in [
            format!(
                "{{\"user_fields\": {{\"x\": {}1{}}}}}",
                "[".repeat(100_000),
                "]".repeat(100_000)
            ),
            format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
        ] {
            let problems = person(&text).problems;
            assert_eq!(problems[0].code, "json_too_deep");
        }
    }

    #[test]
    fn objects_become_what_zendesk_is_sent() {
        for (text, expected) in [
            (
                r#"{"Email": " a@b.example ", "_zd": {"line": 3}, "zd_line": 4}"#,
                r#"{"email":"a@b.example","skip_verify_email":true}"#,
            ),
            (
                r#"{"external_id": 9007199254740993, "notes": null, "tags": ["a", "b"]}"#,
                r#"{"external_id":"9007199254740993","tags":["a","b"],"skip_verify_email":true,"notes":null}"#,
            ),
            (
                r#"{"external_id":"1","user_fields":{"seats":3.10,"vip":true,"list":["a"],"gone":null,"day:date":"2024-01-31"},"user_fields.x":"y"}"#,
                r#"{"external_id":"1","user_fields":{"seats":3.10,"vip":true,"list":["a"],"gone":null,"day":"2024-01-31","x":"y"},"skip_verify_email":true}"#,
            ),
            (
                r#"{"external_id":"1","organization":{"name":"Fir \"Inc\""},"identities":[{"type":"email","value":"a@b.example","verified":true}]}"#,
                r#"{"external_id":"1","organization":{"name":"Fir \"Inc\""},"identities":[{"type":"email","value":"a@b.example","verified":true}],"skip_verify_email":true}"#,
            ),
            (
                r#"{"external_id":"1","organization":null,"organization_ids":[1,"2"],"suspended":false,"phone":"", "skip_verify_email": false}"#,
                r#"{"external_id":"1","organization":null,"organization_ids":[1,2],"skip_verify_email":false,"suspended":false}"#,
            ),
        ] {
            assert_eq!(json(text), expected);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, code, column) in [
            (r#"{"email": "a@b.example",}"#, "json_malformed", Some(25)),
            ("{", "json_malformed", Some(1)),
            ("[1]", "json_not_object", None),
            (
                r#"{"email":"a@b.example","e-mail":1}"#,
                "key_unknown",
                Some(33),
            ),
            (
                r#"{"email":"a@b.example","url":1}"#,
                "key_read_only",
                Some(30),
            ),
            (r#"{"email":"x"}"#, "email_malformed", Some(10)),
            (
                r#"{"email":"a@b.example","email":"a@b.example"}"#,
                "key_duplicate",
                Some(32),
            ),
            (
                r#"{"email":"a@b.example","EMAIL":"a@b.example"}"#,
                "key_duplicate",
                Some(32),
            ),
            (
                r#"{"email":"a@b.example","user_fields":{"a":"","a":1}}"#,
                "key_duplicate",
                Some(50),
            ),
            (
                r#"{"email":"a@b.example","user_fields.a":1,"user_fields":{"a":1}}"#,
                "key_duplicate",
                Some(61),
            ),
            (
                r#"{"email":"a@b.example","user_fields":null}"#,
                "type_mismatch",
                Some(38),
            ),
            (
                r#"{"email":"a@b.example","user_fields":{"a":{}}}"#,
                "type_mismatch",
                Some(43),
            ),
            (
                r#"{"email":"a@b.example","name":true}"#,
                "type_mismatch",
                Some(31),
            ),
            (r#"{"email":null}"#, "cannot_clear", Some(10)),
            (
                r#"{"email":"a@b.example","organization":{"id":1}}"#,
                "key_unknown",
                Some(45),
            ),
            (
                r#"{"email":"a@b.example","organization":"Fir"}"#,
                "type_mismatch",
                Some(39),
            ),
            (
                r#"{"email":"a@b.example","identities":[{"type":"fax","value":"1"}]}"#,
                "identity_type_unknown",
                Some(38),
            ),
            (
                r#"{"email":"a@b.example","identities":[{"kind":"email"}]}"#,
                "key_unknown",
                Some(38),
            ),
            (
                r#"{"email":"a@b.example","identities":[7]}"#,
                "identity_malformed",
                Some(38),
            ),
            (
                r#"{"email":"a@b.example","name":"a\u0000"}"#,
                "nul_character",
                Some(31),
            ),
            (r#"{"name":"Ann"}"#, "key_missing", None),
            ("{}", "key_missing", None),
        ] {
            let person = person(text);
            let found: Vec<_> = person
                .problems
                .iter()
                .map(|problem| (problem.code, problem.column))
                .collect();
            assert!(found.contains(&(code, column)), "{text}: {found:?}");
            assert!(person.problems.iter().all(|problem| problem.line == 3));
        }
        let latin = b"{\"email\":\"\xe9\"}";
        let start = Position { line: 1, column: 1 };
        let latin = read(start, latin, &mut Names::default(), &ScanOptions::default());
        assert_eq!(
            (latin.problems[0].code, latin.problems[0].column),
            ("utf8_invalid", Some(11))
        );
    }

    #[test]
    fn a_secret_is_never_quoted() {
        let person = person(r#"{"email":"a@b.example","password":["hunter2"]}"#);
        assert_eq!(person.problems.len(), 1);
        assert_eq!(person.problems[0].quote, None);
    }

    /// A line full of keys is read in no more than a moment.
    #[test]
    fn many_keys_are_no_burden() {
        let fields: Vec<_> = (0..50_000).map(|key| format!("\"k{key}\":1")).collect();
        let text = format!(
            "{{\"email\":\"a@b.example\",\"user_fields\":{{{}}}}}",
            fields.join(",")
        );
        assert_eq!(
            person(&text).user.user_fields.value().unwrap().len(),
            50_000
        );
        let unknown: Vec<_> = (0..5_000).map(|key| format!("\"k{key}\":1")).collect();
        let person = person(&format!("{{{}}}", unknown.join(",")));
        assert!(person.problems.len() >= 5_000);
    }
}
