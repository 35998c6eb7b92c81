//! Definitions of user fields.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::LOCATION;
use serde_json::Value;
use zd_model::operation;

use super::body::{record, wrapped};
use super::paging::{Foot, Listed, Paging};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params::{self, Kind};
use crate::render::fields::FieldDefinitionView;
use crate::reply::Reply;
use crate::state::fields::{Field, Fields};
use crate::state::ids;
use crate::state::problem::{Problem, Refusal};
use crate::state::upsert::Entry;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USER_FIELDS_LIST, list),
    Route::new(operation::USER_FIELDS_SHOW, show),
    Route::new(operation::USER_FIELDS_SHOW_MANY, show_many),
    Route::new(operation::USER_FIELDS_CREATE, create),
    Route::new(operation::USER_FIELDS_UPDATE, update),
    Route::new(operation::USER_FIELDS_DELETE, delete),
    Route::new(operation::USER_FIELDS_REORDER, reorder),
];

/// The name of the body's one key, and where what is in it stands.
const WRAPPER: &str = "user_field";

const KEYS: [(&str, Kind); 13] = [
    ("key", Kind::Text),
    ("type", Kind::Text),
    ("title", Kind::Text),
    ("raw_title", Kind::Text),
    ("description", Kind::Text),
    ("raw_description", Kind::Text),
    ("position", Kind::Integer),
    ("active", Kind::Boolean),
    ("regexp_for_validation", Kind::Text),
    ("tag", Kind::Text),
    ("custom_field_options", Kind::Objects),
    ("relationship_target_type", Kind::Text),
    ("relationship_filter", Kind::Object),
];

pub(super) const OPTION_KEYS: [(&str, Kind); 5] = [
    ("id", Kind::Integer),
    ("name", Kind::Text),
    ("raw_name", Kind::Text),
    ("value", Kind::Text),
    ("position", Kind::Integer),
];

/// The field of this id or key.
pub(super) fn found<'a>(fields: &'a Fields, text: &str) -> Result<&'a Field, Reply> {
    fields.by_id_or_key(text).ok_or_else(errors::not_found)
}

/// `GET /user_fields`: by position.
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let fields = state.account.fields.by_position();
    let by_position = fields.into_iter().map(|field| {
        (
            u64::from(field.position) << 32 | u64::from(field.number),
            field,
        )
    });
    let (page, foot) = paging.cut(by_position, &call);
    Ok(listed(page, foot, call.base))
}

/// `GET /user_fields/show_many`: those that are there of the keys asked for, by position (assumed).
fn show_many(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let keys = call
        .query("keys")
        .ok_or_else(|| errors::missing_parameter("keys"))?;
    let keys: Vec<&str> = keys.split(',').map(str::trim).collect();
    let mut fields = state.account.fields.by_position();
    fields.retain(|field| keys.contains(&&*field.key));
    let foot = Foot::whole(fields.len());
    Ok(listed(fields, foot, call.base))
}

fn listed(fields: Vec<&Field>, foot: Foot, base: &str) -> Reply {
    let records: Vec<_> = fields
        .into_iter()
        .map(|field| FieldDefinitionView { field, base })
        .collect();
    Reply::ok(&Listed {
        name: "user_fields",
        records: &records,
        foot,
    })
}

/// `GET /user_fields/{user_field_id}`, by id or key.
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let field = found(&state.account.fields, call.param(0))?;
    Ok(shown(field, call.base))
}

fn shown(field: &Field, base: &str) -> Reply {
    let view = FieldDefinitionView { field, base };
    Reply::ok(&BTreeMap::from([(WRAPPER, view)]))
}

/// `POST /user_fields`
fn create(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "user_fields/create";
    let mut ignored = Vec::new();
    let entry = sent(&mut ignored, call.body, ACTION)?;
    let mut useless = Vec::new();
    let number = state
        .account
        .create_field(&entry, now.seconds(), &mut useless)
        .map_err(|problems| refused(problems, ACTION, &ignored))?;
    name_useless(&useless, &mut ignored);
    let field = state
        .account
        .fields
        .get(number)
        .ok_or_else(errors::not_found)?;
    let location = FieldDefinitionView {
        field,
        base: call.base,
    }
    .url();
    let reply = Reply {
        status: StatusCode::CREATED,
        ..shown(field, call.base)
    };
    Ok(warn::unpermitted(
        reply.header(LOCATION, location),
        ACTION,
        &ignored,
    ))
}

/// `PUT /user_fields/{user_field_id}`
fn update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "user_fields/update";
    let field = found(&state.account.fields, call.param(0))?.clone();
    let number = field.number;
    let mut ignored = Vec::new();
    let entry = sent(&mut ignored, call.body, ACTION)?;
    let mut useless = Vec::new();
    state
        .account
        .update_field(field, &entry, now.seconds(), &mut useless)
        .map_err(|problems| refused(problems, ACTION, &ignored))?;
    name_useless(&useless, &mut ignored);
    let field = state
        .account
        .fields
        .get(number)
        .ok_or_else(errors::not_found)?;
    Ok(warn::unpermitted(shown(field, call.base), ACTION, &ignored))
}

fn sent(ignored: &mut Vec<String>, body: crate::call::Body, action: &str) -> Result<Entry, Reply> {
    let entry = record(body, WRAPPER, &KEYS, action, ignored)?;
    let refuse = |wrong: params::WrongType| errors::wrong_type(&wrong.path, wrong.must_be, action);
    if let Some(Value::Array(options)) = entry.get("custom_field_options") {
        for (place, option) in options.iter().enumerate() {
            let path = format!("{WRAPPER}.custom_field_options.{place}");
            if let Value::Object(option) = option {
                params::check_keys(option, &OPTION_KEYS, &path, ignored).map_err(refuse)?;
            }
        }
    }
    Ok(entry)
}

pub(super) fn refused(problems: Vec<Problem>, action: &str, ignored: &[String]) -> Reply {
    let refusal = errors::refused(&Refusal::Invalid(problems));
    warn::unpermitted(refusal, action, ignored)
}

/// Keys that mean something, only not here.
fn name_useless(useless: &[&str], ignored: &mut Vec<String>) {
    ignored.extend(useless.iter().map(|key| format!("{WRAPPER}.{key}")));
}

/// `DELETE /user_fields/{user_field_id}`
fn delete(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let number = found(&state.account.fields, call.param(0))?.number;
    state.account.delete_field(number);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `PUT /user_fields/reorder`: `user_field_ids`, in the order that they will have. One that is not there is 404, and
/// nothing moves (assumed).
fn reorder(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "user_fields/reorder";
    const IDS: &str = "user_field_ids";
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, IDS, &mut ignored)?;
    let wrong = || errors::wrong_type(IDS, "an array of integers", ACTION);
    let fields = &mut state.account.fields;
    let mut order = Vec::new();
    for id in sent.as_array().ok_or_else(wrong)? {
        let id = id.as_u64().ok_or_else(wrong)?;
        let field = ids::field_number(id).and_then(|number| fields.get(number));
        order.push(field.ok_or_else(errors::not_found)?.number);
    }
    fields.reorder(&order);
    Ok(warn::unpermitted(
        Reply::empty(StatusCode::OK),
        ACTION,
        &ignored,
    ))
}
