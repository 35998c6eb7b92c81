//! Options of dropdown and multiselect fields.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::LOCATION;
use zd_model::operation;

use super::body::wrapped;
use super::paging::{Listed, Paging};
use super::user_fields::{OPTION_KEYS, found, refused};
use super::{Route, State};
use crate::call::Call;
use crate::clock::Now;
use crate::errors;
use crate::params;
use crate::render::fields::FieldOptionView;
use crate::reply::Reply;
use crate::state::fields::{Field, Fields, OptionNumber};
use crate::state::ids;
use crate::warn;

pub(super) const ROUTES: &[Route] = &[
    Route::new(operation::USER_FIELD_OPTIONS_LIST, list),
    Route::new(operation::USER_FIELD_OPTIONS_SHOW, show),
    Route::new(
        operation::USER_FIELD_OPTIONS_CREATE_OR_UPDATE,
        create_or_update,
    ),
    Route::new(operation::USER_FIELD_OPTIONS_DELETE, delete),
];

/// The name of the body's one key.
const WRAPPER: &str = "custom_field_option";

/// The field that the path names; one that has no options has nothing at this path (assumed).
fn with_options<'a>(fields: &'a Fields, call: &Call<'_>) -> Result<&'a Field, Reply> {
    let field = found(fields, call.param(0))?;
    field.options().map(|_| field).ok_or_else(errors::not_found)
}

/// The option that the path names.
fn option_asked(call: &Call<'_>) -> Option<OptionNumber> {
    call.param(1)
        .parse()
        .ok()
        .and_then(ids::field_option_number)
}

fn view<'a>(field: &'a Field, base: &'a str) -> impl Iterator<Item = FieldOptionView<'a>> {
    let options = field.options().unwrap_or_default().iter();
    options
        .enumerate()
        .map(move |(position, option)| FieldOptionView {
            field,
            option,
            position,
            base,
        })
}

/// `GET /user_fields/{user_field_id}/options`
fn list(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let paging = Paging::of(&call)?;
    let field = with_options(&state.account.fields, &call)?;
    let (page, foot) = paging.cut((0..).zip(view(field, call.base)), &call);
    Ok(Reply::ok(&Listed {
        name: "custom_field_options",
        records: &page,
        foot,
    }))
}

/// `GET /user_fields/{user_field_id}/options/{user_field_option_id}`
fn show(state: &mut State, call: Call<'_>, _now: Now) -> Result<Reply, Reply> {
    let field = with_options(&state.account.fields, &call)?;
    shown(field, option_asked(&call), call.base)
}

fn shown(field: &Field, number: Option<OptionNumber>, base: &str) -> Result<Reply, Reply> {
    let option = view(field, base)
        .find(|view| Some(view.option.number) == number)
        .ok_or_else(errors::not_found)?;
    Ok(Reply::ok(&BTreeMap::from([(WRAPPER, option)])))
}

/// `POST /user_fields/{user_field_id}/options`
fn create_or_update(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    const ACTION: &str = "custom_field_options/create_or_update";
    let field = with_options(&state.account.fields, &call)?.clone();
    let field_number = field.number;
    let mut ignored = Vec::new();
    let sent = wrapped(call.body, WRAPPER, &mut ignored)?;
    let entry = params::check_hash(sent, &OPTION_KEYS, WRAPPER, &mut ignored)
        .map_err(|wrong| errors::wrong_type(&wrong.path, wrong.must_be, ACTION))?;
    let (number, created) = state
        .account
        .set_option(field, &entry, now.seconds())
        .map_err(|problems| refused(problems, ACTION, &ignored))?;
    let field = state
        .account
        .fields
        .get(field_number)
        .ok_or_else(errors::not_found)?;
    let reply = Reply {
        status: if created {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        },
        ..shown(field, Some(number), call.base)?
    };
    // Of all options, and there whether it is new or not (documented).
    let location = format!(
        "{}/api/v2/user_fields/{}/options.json",
        call.base,
        field.id()
    );
    Ok(warn::unpermitted(
        reply.header(LOCATION, location),
        ACTION,
        &ignored,
    ))
}

/// `DELETE /user_fields/{user_field_id}/options/{user_field_option_id}`
fn delete(state: &mut State, call: Call<'_>, now: Now) -> Result<Reply, Reply> {
    let field = with_options(&state.account.fields, &call)?.clone();
    let deleted = option_asked(&call)
        .is_some_and(|number| state.account.delete_option(field, number, now.seconds()));
    deleted
        .then(|| Reply::empty(StatusCode::NO_CONTENT))
        .ok_or_else(errors::not_found)
}
